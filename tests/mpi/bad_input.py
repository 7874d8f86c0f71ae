"""bad_input.py NETWORK FOLDER: damaged copies of a small network's files.

Each has one thing wrong, and stands under FOLDER by the name of what that is.
"""
import shutil
import sys

import h5py
import numpy as np

network, folder = sys.argv[1:]


def truncated(name, to):
    data = open(f"{network}/{name}", "rb").read()
    with open(f"{folder}/{to}", "wb") as file:
        file.write(data[:len(data) // 2])


def changed(name, to, change):
    shutil.copyfile(f"{network}/{name}", f"{folder}/{to}")
    with h5py.File(f"{folder}/{to}", "r+") as file:
        change(file)


def replace(group, name, values):
    del group[name]
    group[name] = values


def value(path, index, new):
    def change(file):
        file[path][index] = new
    return change


def typed(path, dtype):
    def change(file):
        data = file[path][:]
        del file[path]
        file[path] = data.astype(dtype)
    return change


def without(path):
    def change(file):
        del file[path]
    return change


SOMA = "Populations/PYR/Generated Coordinates/U Coordinate"
ARC = "Populations/PYR/Arc Distances/U Distance"
TREES = "Populations/PYR/Trees"
SYNAPSES = "Populations/PYR/Synapse Attributes"

for part in ("types", "somas", "distances", "forest_PYR", "synapses_PYR", "connections_PYR"):
    truncated(part + ".h5", f"truncated_{part}.h5")
with open(f"{folder}/text.h5", "w") as file:
    file.write("this is no HDF5 file\n" * 100)
open(f"{folder}/nothing.h5", "w").close()

changed("somas.h5", "somas_integer.h5", typed(SOMA + "/Attribute Value", "i4"))
changed("somas.h5", "somas_nan.h5", value(SOMA + "/Attribute Value", 7, np.nan))
changed("somas.h5", "somas_infinite.h5", value(SOMA + "/Attribute Value", 40, np.inf))
changed("somas.h5", "somas_pointer.h5", value(SOMA + "/Attribute Pointer", 5, 1000000))
changed("somas.h5", "somas_cell.h5", value(SOMA + "/Cell Index", 40, 41))
changed("somas.h5", "somas_without.h5", without("Populations/PYR"))
changed("somas.h5", "somas_depth_nan.h5", value("Populations/PYR/Generated Coordinates/L Coordinate/Attribute Value", 3, np.nan))
changed("distances.h5", "distances_nan.h5", value(ARC + "/Attribute Value", 0, np.nan))
changed("distances.h5", "distances_without.h5", without("Populations/STIM"))
changed("forest_PYR.h5", "forest_nan.h5", value(TREES + "/X Coordinate/Attribute Value", 3, np.nan))
changed("forest_PYR.h5", "forest_radius.h5", value(TREES + "/Radius/Attribute Value", 3, -1))
changed("forest_PYR.h5", "forest_parent.h5", value(TREES + "/Parent Point/Attribute Value", 3, 60000))
changed("forest_PYR.h5", "forest_pointer.h5", value(TREES + "/X Coordinate/Attribute Pointer", 2, 10))
changed("forest_PYR.h5", "forest_section.h5", value(TREES + "/Section/Attribute Value", 1, 65535))
changed("forest_PYR.h5", "forest_without.h5", without(TREES + "/Radius"))
changed("synapses_PYR.h5", "synapses_pointer.h5", value(SYNAPSES + "/syn_layers/Attribute Pointer", 3, 2 ** 40))
changed("synapses_PYR.h5", "synapses_decreasing.h5", value(SYNAPSES + "/syn_ids/Attribute Pointer", 3, 1))
changed("synapses_PYR.h5", "synapses_float.h5", typed(SYNAPSES + "/swc_types/Attribute Value", "f4"))
changed("synapses_PYR.h5", "synapses_without.h5", without(SYNAPSES + "/syn_types"))
changed("connections_PYR.h5", "connections_without.h5", without("Projections/PYR/STIM/Edges/Source Index"))
changed("connections_PYR.h5", "connections_pointer.h5", value("Projections/PYR/STIM/Edges/Destination Pointer", 4, 2 ** 50))
changed("connections_PYR.h5", "connections_float.h5", typed("Projections/PYR/STIM/Edges/Source Index", "f8"))
