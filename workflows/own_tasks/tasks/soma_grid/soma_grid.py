"""soma_grid: somata on a regular grid. Leaves somas.h5 with the Generated Coordinates (docs/neuroh5.md)."""
import json
import math
import sys

import h5py
import numpy


def grid(count, low, high):
    """`count` points that fill a box from its low corner, row by row."""
    low, high = numpy.array(low), numpy.array(high)
    spacing = (numpy.prod(high - low) / count) ** (1 / 3)
    shape = numpy.maximum(1, numpy.floor((high - low) / spacing)).astype(int)
    shape[0] = math.ceil(count / (shape[1] * shape[2]))
    cells = numpy.stack(numpy.unravel_index(numpy.arange(count), shape), axis=1)
    return low + (cells + 0.5) * (high - low) / shape


def write_attribute(group, name, values):
    """One value for each cell of the population."""
    attribute = group.create_group(name)
    attribute["Cell Index"] = numpy.arange(len(values), dtype="u4")
    attribute["Attribute Pointer"] = numpy.arange(len(values) + 1, dtype="u8")
    attribute["Attribute Value"] = numpy.asarray(values, dtype="f4")


def main(job):
    given = job["parameters"]
    with h5py.File(given["types"], "r") as types, h5py.File(job["outputs"]["file"], "w") as out:
        types.copy("H5Types", out)
        for population, layers in given["cell_distributions"].items():
            places = [grid(count, *given["layer_extents"][layer])
                      for layer, count in layers.items() if count]
            if not places:
                continue
            places = numpy.concatenate(places)
            places = places[numpy.argsort(places[:, 0], kind="stable")]
            group = out.create_group(f"Populations/{population}/Generated Coordinates")
            for column, names in enumerate(["UX", "VY", "LZ"]):
                for name in names:
                    write_attribute(group, f"{name} Coordinate", places[:, column])


with open(sys.argv[1], encoding="utf-8") as job_file:
    main(json.load(job_file))
