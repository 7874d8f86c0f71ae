"""network.py FOLDER [STIM CELLS EDGES]: a small network in the NeuroH5 format, made by hand.

Writes cells.h5 and connections.h5: STIM sources, and CELLS cells PYR and CELLS / 4 cells PVBC with
the morphologies of tests/fixtures, each with EDGES edges from STIM and from both other populations.
Nothing of the program under test is used.
"""
import os
import sys

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
MORPHOLOGY = os.path.join(HERE, "..", "fixtures", "morphology")


def sections_of(points):
    """Unbranched runs of points: (points, parent section) in depth-first order."""
    children = [[] for _ in points]
    for i, p in enumerate(points):
        if p[5] >= 0:
            children[p[5]].append(i)
    sections, edges, todo = [], [], [(0, None)]
    while todo:
        point, above = todo.pop()
        if above is None or len(sections[above]) >= 2:
            own = len(sections)
            sections.append([point])
            if above is not None:
                edges.append((above, own))
        else:
            own = above
            sections[own].append(point)
        while len(children[point]) == 1 and points[children[point][0]][0] == points[point][0]:
            point = children[point][0]
            sections[own].append(point)
        todo.extend((child, own) for child in reversed(children[point]))
    for section in sections:
        if len(section) == 1:
            section.insert(0, points[section[0]][5])
    return sections, edges


def read_swc(path):
    rows = [line.split() for line in open(path) if line.strip() and not line.startswith("#")]
    number = {int(r[0]): i for i, r in enumerate(rows)}
    return [(int(r[1]), *map(float, r[2:6]), number.get(int(r[6]), -1), int(r[7]) if len(r) > 7 else -1)
            for r in rows]


def write_types(file, populations, pairs):
    labels = h5py.enum_dtype({name: number for name, number, _ in populations}, basetype="u2")
    rows = np.zeros(len(populations), [("Start", "u8"), ("Count", "u4"), ("Population", labels)])
    start = 0
    for row, (_, number, count) in zip(rows, populations):
        row["Start"], row["Count"], row["Population"] = start, count, number
        start += count
    group = file.create_group("H5Types")
    group["Population labels"] = labels
    group["Population range"] = rows.dtype
    group.create_dataset("Populations", data=rows, maxshape=(None,), chunks=(1000,))
    number = {name: n for name, n, _ in populations}
    valid = np.array([(number[s], number[d]) for s, d in pairs], [("Source", labels), ("Destination", labels)])
    group["Population projections"] = valid.dtype
    group.create_dataset("Valid population projections", data=valid, maxshape=(None,), chunks=(1000,))


def write(group, name, values, kind):
    group.create_dataset(name, data=np.asarray(values, kind), maxshape=(None,), chunks=(1000,))


def attribute(group, name, values, kind, counts):
    at = group.create_group(name)
    write(at, "Cell Index", np.arange(len(counts)), "u4")
    write(at, "Attribute Pointer", np.concatenate([[0], np.cumsum(counts)]), "u8")
    write(at, "Attribute Value", values, kind)


def write_trees(population, points, count):
    sections, edges = sections_of(points)
    trees = population.create_group("Trees")
    write(trees, "Cell Index", np.arange(count), "u4")
    columns = {"SWC Type": (0, "i1"), "X Coordinate": (1, "f4"), "Y Coordinate": (2, "f4"),
               "Z Coordinate": (3, "f4"), "Radius": (4, "f4"), "Parent Point": (5, "i4"), "Point Layer": (6, "i1")}
    topology = [len(sections)]
    for section in sections:
        topology += [len(section), *section]
    tables = {name: ([p[column] for p in points], kind) for name, (column, kind) in columns.items()}
    tables["Section"] = (topology, "u2")
    tables["Source Section"] = ([e[0] for e in edges], "u2")
    tables["Destination Section"] = ([e[1] for e in edges], "u2")
    for name, (values, kind) in tables.items():
        at = trees.create_group(name)
        at["Cell Index"] = trees["Cell Index"]
        write(at, "Attribute Pointer", np.arange(count + 1) * len(values), "u8")
        write(at, "Attribute Value", np.tile(np.asarray(values, kind), count), kind)
        if "Section" in name and name != "Section":
            at["Section Pointer"] = at["Attribute Pointer"]
    return sections


def main():
    folder = sys.argv[1]
    stim, cells, edges = map(int, sys.argv[2:5]) if len(sys.argv) > 2 else (20, 8, 60)
    random = np.random.default_rng(1)
    populations = [("STIM", 0, stim), ("PYR", 1, cells), ("PVBC", 2, cells // 4)]
    pairs = [(s, d) for s in ("STIM", "PYR", "PVBC") for d in ("PYR", "PVBC")]
    counts = {name: count for name, _, count in populations}
    with h5py.File(os.path.join(folder, "cells.h5"), "w") as file, \
            h5py.File(os.path.join(folder, "connections.h5"), "w") as graph:
        for f in (file, graph):
            write_types(f, populations, pairs)
        for name, _, count in populations:
            group = file.create_group(f"Populations/{name}")
            coordinates = group.create_group("Generated Coordinates")
            for axis in "XYZUVL":
                attribute(coordinates, axis + " Coordinate", random.uniform(0, 200, count), "f4", np.ones(count, int))
            if name == "STIM":
                continue
            points = read_swc(os.path.join(MORPHOLOGY, name + ".swc"))
            sections = write_trees(group, points, count)
            total = np.full(count, 3 * edges)
            at = group.create_group("Synapse Attributes")
            section = random.integers(0, len(sections), total.sum())
            type_of = np.array([points[s[-1]][0] for s in sections])
            layer_of = np.array([points[s[-1]][6] for s in sections])
            attribute(at, "syn_ids", np.tile(np.arange(3 * edges), count), "u4", total)
            attribute(at, "syn_locs", random.uniform(0, 1, total.sum()), "f4", total)
            attribute(at, "syn_cdists", np.zeros(total.sum()), "f4", total)
            attribute(at, "syn_secs", section, "u4", total)
            attribute(at, "syn_layers", layer_of[section], "i1", total)
            attribute(at, "syn_types", np.zeros(total.sum()), "u1", total)
            attribute(at, "swc_types", type_of[section], "u1", total)
            for i, source in enumerate(("STIM", "PYR", "PVBC")):
                if counts[source] == 0 or count == 0:
                    continue
                at = graph.create_group(f"Projections/{name}/{source}")
                write(at, "Edges/Destination Block Index", [0], "u4")
                write(at, "Edges/Destination Block Pointer", [0, count + 1], "u8")
                write(at, "Edges/Destination Pointer", np.arange(count + 1) * edges, "u8")
                write(at, "Edges/Source Index", random.integers(0, counts[source], count * edges), "u4")
                write(at, "Synapses/syn_id", np.tile(np.arange(edges) + i * edges, count), "u4")
                write(at, "Connections/distance", random.uniform(0, 300, count * edges), "f4")


main()
