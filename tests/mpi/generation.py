"""generation.py FOLDER: a small network's generation, as descriptions of its jobs.

Writes FOLDER/<job>.json for types, somas, distances, forest_<P>, synapses_<P>, connections_<P>, with
P = PYR, PVBC, and gaps, features, trains, whose inputs are each other's outputs in FOLDER. The morphologies are in
tests/fixtures. Nothing of the program under test is used.

generation.py FOLDER JOB [NAME=JSON ...]: the description of one of them, some parameters replaced,
printed.

generation.py FOLDER mixed POPULATION OTHER: FOLDER/forest_mixed.h5, in which every third cell of the
population has the tree of population OTHER.
"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MORPHOLOGY = os.path.normpath(os.path.join(HERE, "..", "fixtures", "morphology"))
POPULATIONS = ("PYR", "PVBC")

definitions = {"populations": {"STIM": 0, "PYR": 100, "PVBC": 101},
               "layers": {"SO": 1, "SP": 2, "SR": 3, "SLM": 4}}
cells = {"STIM": {"SP": 17}, "PYR": {"SP": 41}, "PVBC": {"SO": 3, "SP": 6, "SR": 2}}
extents = {"SO": [[0, 0, 0], [200, 200, 50]], "SP": [[0, 0, 50], [200, 200, 100]],
           "SR": [[0, 0, 100], [200, 200, 200]], "SLM": [[0, 0, 200], [200, 200, 300]]}


def rule(mean):
    return {"mean": mean, "variance": mean / 3}


cell_type = {"template": "T", "mechanism": {}, "synapses": {"density": {
    "soma": {"inhibitory": {"default": rule(0.3)}, "excitatory": {"default": rule(0)}},
    "basal": {"excitatory": {"SO": rule(0.5), "default": rule(0.2)}, "inhibitory": {"SO": rule(0.1)}},
    "apical": {"excitatory": {"SR": rule(0.6), "SLM": rule(0.3)}, "inhibitory": {"default": rule(0.05)}}}}}


def projection(kind, share, **more):
    places = [("soma", "default"), ("basal", "default"), ("apical", "SR"), ("apical", "SLM"),
              ("apical", "default")]
    return {"type": kind, "sections": [p[0] for p in places], "layers": [p[1] for p in places],
            "proportions": [share] * len(places), "mechanisms": {"AMPA": {"weight": 1}}, **more}


projections = {"STIM": projection("excitatory", 0.25), "PYR": projection("excitatory", 0.75, contacts=3),
               "PVBC": projection("inhibitory", 1)}
axons = {"STIM": {"default": {"width": [60, 90], "offset": [0, 0]}, "SR": {"width": [200, 200], "offset": [10, 0]}},
         "PYR": {"default": {"width": [150, 400], "offset": [0, 20]}},
         "PVBC": {"default": {"width": [120, 120]}}}

gaps = {"PVBC": {"PVBC": {"probability": [[0, 1], [60, 0.8], [150, 0.2]], "sections": ["basal", "apical"],
                          "layers": ["SP", "SR"], "conductance": {"normal": [0.5, 0.1]},
                          "attenuation": [[0, 1], [200, 0.3]]}},
        "PYR": {"PVBC": {"probability": 0.4, "max_distance": 90, "sections": ["apical"], "conductance": 2}}}
features = {"STIM": {"type": "sinusoidal", "rate": {"normal": [20, 5]}, "frequency": 8, "depth": {"uniform": [0.2, 1]}},
            "PYR": {"type": "stepped", "times": [0, 200, 300], "rates": [5, {"exponential": 50}, 0]},
            "PVBC": {"type": "constant", "rate": 12}}


def jobs(folder):
    at = lambda name: os.path.join(folder, name)
    found = {
        "types": ("h5_types", {"definitions": definitions, "cell_distributions": cells,
                               "projections": {p: projections for p in POPULATIONS}}, {}),
        "somas": ("soma_coordinates", {"cell_distributions": cells, "layer_extents": extents, "seed": 3,
                                       "rotation": [0, 0, 0], "cell_constraints": {}},
                  {"types": at("types.h5")}),
        "distances": ("arc_distances", {"layer_extents": extents, "rotation": [0, 0, 0],
                                        "origin": {"U": "median", "V": "median", "L": "max"}},
                      {"somas": at("somas.h5")}),
    }
    for p in POPULATIONS:
        found["forest_" + p] = ("synapse_forest", {"population": p},
                                {"types": at("types.h5"), "morphology": os.path.join(MORPHOLOGY, p + ".swc")})
        found["synapses_" + p] = ("synapses", {
            "definitions": definitions, "cell_type": cell_type, "distribution": "poisson", "seed": 3,
            "d_lambda": 0.1, "frequency": 100, "Ra": 35.4, "cm": 1, "buffer": 1 << 28},
            {"forest": at(f"forest_{p}.h5")})
        found["connections_" + p] = ("connections", {
            "definitions": definitions, "projections": projections, "axon_extents": axons,
            "autapses": False, "on_empty": "error", "seed": 3, "buffer": 1 << 28},
            {"synapses": at(f"synapses_{p}.h5"), "distances": at("distances.h5")})
    parts = {"somas": at("somas.h5"), "distances": at("distances.h5")}
    for part in ("forest", "synapses", "connections"):
        parts[part] = [at(f"{part}_{p}.h5") for p in POPULATIONS]
    found["graph"] = ("neuroh5_graph", {}, parts)
    found["gaps"] = ("gap_junctions", {"definitions": definitions, "gap_junctions": gaps, "metric": "space", "seed": 3,
                                       "buffer": 1 << 28},
                     {"somas": at("somas.h5"), "forest": [at(f"forest_{p}.h5") for p in POPULATIONS]})
    found["features"] = ("input_features", {"features": features, "namespace": "Input Features", "seed": 3,
                                            "buffer": 1 << 28}, {"types": at("types.h5")})
    found["trains"] = ("input_spike_trains", {
        "features_namespace": "Input Features", "start": 0, "stop": 500, "dead_time": 2, "namespace": "Input Spikes",
        "attribute": "Spike Train", "seed": 3, "buffer": 1 << 28},
        {"types": at("types.h5"), "features": at("features.h5")})
    return found


def describe(folder, name, changes=()):
    task, parameters, inputs = jobs(folder)[name]
    parameters = {**parameters, **inputs}
    for change in changes:
        key, value = change.split("=", 1)
        parameters[key] = json.loads(value)
        if key in inputs:
            inputs[key] = parameters[key]
    outputs = {"file": name + ".h5"}
    if task in ("connections", "gap_junctions"):
        outputs["report"] = name + ".json"
    if task == "neuroh5_graph":
        outputs = {"cells": "cells.h5", "connections": "connections.h5", "gap_junctions": "gap_junctions.h5",
                   "graph": "graph.out.json"}
    return {"fornix": 1, "task": task, "label": name, "parameters": parameters, "inputs": inputs,
            "outputs": outputs, "ranks": 1, "threads": 1, "scratch": folder,
            "progress": os.path.join(folder, "progress")}


def mix(folder, population, other):
    import h5py
    import numpy as np

    with h5py.File(os.path.join(folder, f"forest_{population}.h5")) as one, \
            h5py.File(os.path.join(folder, f"forest_{other}.h5")) as two, \
            h5py.File(os.path.join(folder, "forest_mixed.h5"), "w") as out:
        one.copy("H5Types", out)
        trees = [one[f"Populations/{population}/Trees"], two[f"Populations/{other}/Trees"]]
        count = len(trees[0]["Cell Index"])
        into = out.create_group(f"Populations/{population}/Trees")
        into["Cell Index"] = trees[0]["Cell Index"][:]
        for name in trees[0]:
            if name == "Cell Index":
                continue
            values, pointer = [], [0]
            for cell in range(count):
                tree = trees[cell % 3 == 2][name]
                ends = tree["Attribute Pointer"][:2]      # every cell of a part has the same tree
                values.append(tree["Attribute Value"][ends[0]:ends[1]])
                pointer.append(pointer[-1] + len(values[-1]))
            at = into.create_group(name)
            at["Cell Index"] = into["Cell Index"]
            at["Attribute Pointer"] = np.array(pointer, "u8")
            at["Attribute Value"] = np.concatenate(values)
            if name in ("Section", "Source Section", "Destination Section"):
                at["Section Pointer"] = at["Attribute Pointer"]


def main():
    folder = os.path.abspath(sys.argv[1])
    if len(sys.argv) == 2:
        for name in jobs(folder):
            with open(os.path.join(folder, name + ".json"), "w") as file:
                json.dump(describe(folder, name), file)
    elif sys.argv[2] == "mixed":
        mix(folder, *sys.argv[3:])
    else:
        json.dump(describe(folder, sys.argv[2], sys.argv[3:]), sys.stdout)


main()
