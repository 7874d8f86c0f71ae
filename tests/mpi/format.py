"""format.py CELLS CONNECTIONS EXPECTED: both files, object by object, against docs/neuroh5.md.

EXPECTED is JSON: {populations: {name: [number, cells]}, pairs: [[source, destination], ...], trees: [names],
projections: [[destination, source], ...], edges: {"destination/source": count}, synapses: {name: count}}; edges
and synapses may be left out. Every object of the files must be expected, and every expected one be there, of
exactly its type, shape, layout and links. Nothing of the program under test is used.
"""
import json
import sys

import h5py
import numpy as np

POINTS = {"X Coordinate": "<f4", "Y Coordinate": "<f4", "Z Coordinate": "<f4", "Radius": "<f4", "Point Layer": "|i1",
          "Parent Point": "<i4", "SWC Type": "|i1"}
TREES = {**POINTS, "Section": "<u2", "Source Section": "<u2", "Destination Section": "<u2"}
HOME = {**{name: "Parent Point" for name in POINTS}, "Section": "Section", "Source Section": "Destination Section",
        "Destination Section": "Destination Section"}
SYNAPSES = {"syn_ids": "<u4", "syn_locs": "<f4", "syn_cdists": "<f4", "syn_secs": "<u4", "syn_layers": "|i1",
            "syn_types": "|u1", "swc_types": "|u1"}
COORDINATES = {f"{axis} Coordinate": "<f4" for axis in "XYZUVL"}
DISTANCES = {"U Distance": "<f4", "V Distance": "<f4"}


def need(condition, *words):
    if not condition:
        sys.exit("format: " + " ".join(map(str, words)))


class File:
    """Takes what is expected; what was not taken at the end is too much."""

    def __init__(self, path):
        self.file = h5py.File(path, "r")
        self.left = set()
        self.walk(self.file)

    def walk(self, group):
        for name, at in group.items():      # not visititems: it passes each object once, links are objects here
            self.left.add(at.name if at.name == f"{group.name.rstrip('/')}/{name}" else f"{group.name.rstrip('/')}/{name}")
            need(isinstance(group.get(name, getlink=True), h5py.HardLink), group.name, name, "is no hard link")
            if isinstance(at, h5py.Group):
                self.walk(at)

    def take(self, path, kind):
        need(path in self.left, self.file.filename, path, "is missing")
        self.left.remove(path)
        need(isinstance(self.file[path], kind), path, "is no", kind.__name__)
        return self.file[path]

    def group(self, path, attributes=()):
        at = self.take(path, h5py.Group)
        need(sorted(at.attrs) == sorted(attributes), path, "has attributes", sorted(at.attrs))
        return at

    def data(self, path, dtype, length=None):
        at = self.take(path, h5py.Dataset)
        need(at.dtype.str == dtype, path, "is", at.dtype.str, "not", dtype)
        need(len(at.shape) == 1 and at.maxshape == (None,), path, "has shape", at.shape, at.maxshape)
        need(length is None or at.shape == (length,), path, "has shape", at.shape, "not", length)
        need(at.chunks and 1000 <= at.chunks[0] <= 1000000, path, "has chunks", at.chunks)
        plist = at.id.get_create_plist()
        need(plist.get_nfilters() == 0 and not at.attrs, path, "has filters or attributes")
        return at[()]

    def link(self, path, target):
        at = self.take(path, h5py.Dataset)
        need(at == self.file[target], path, "is not linked to", target)

    def none_left(self):
        need(not self.left, self.file.filename, "also has", sorted(self.left))


def pointers(values, rows, end, path):
    need(len(values) == rows + 1 and values[0] == 0 and values[-1] == end, path, "pointers", values[:3], "...")
    need((np.diff(values.astype("i8")) >= 0).all(), path, "descends")


def types(f, want):
    """Committed types, and the two tables of them."""
    f.group("/H5Types")
    names = {name: number for name, (number, _) in want["populations"].items()}
    labels = f.take("/H5Types/Population labels", h5py.Datatype).dtype
    need(labels.str == "<u2" and h5py.check_enum_dtype(labels) == names, "labels", h5py.check_enum_dtype(labels))
    for type_name, table, fields, size in (
            ("Population range", "Populations", [("Start", "<u8", 0), ("Count", "<u4", 8), ("Population", "<u2", 12)], 14),
            ("Population projections", "Valid population projections", [("Source", "<u2", 0), ("Destination", "<u2", 2)], 4)):
        committed = f.take("/H5Types/" + type_name, h5py.Datatype)
        rows = f.take("/H5Types/" + table, h5py.Dataset)
        for dtype in (committed.dtype, rows.dtype):
            need(dtype.itemsize == size and [(n, dtype[n].str, dtype.fields[n][1]) for n in dtype.names] == fields, table, dtype)
            need(all(h5py.check_enum_dtype(dtype[n]) == names for n, kind, _ in fields if kind == "<u2"), table, "enum")
        need(rows.id.get_type().committed() and rows.id.get_type() == committed.id, table, "is not of the committed type")
    start, expected = 0, []
    for number, count in sorted(want["populations"].values()):
        expected.append((start, count, number))
        start += count
    need(f.file["H5Types/Populations"][()].tolist() == expected, "populations", f.file["H5Types/Populations"][()])
    pairs = sorted((names[d], names[s]) for s, d in want["pairs"])
    need(f.file["H5Types/Valid population projections"][()].tolist() == [(s, d) for d, s in pairs], "pairs")


def namespace(f, path, attributes, cells, single, notes=()):
    """Attributes of the same cells; their pointers."""
    f.group(path, notes)
    shared = None
    for name, dtype in attributes.items():
        at = f"{path}/{name}"
        f.group(at)
        need(f.data(f"{at}/Cell Index", "<u4", cells).tolist() == list(range(cells)), at, "cells")
        pointer = f.data(f"{at}/Attribute Pointer", "<u8", cells + 1)
        values = f.data(f"{at}/Attribute Value", dtype, cells if single else None)
        pointers(pointer, cells, len(values), at)
        need(not single or (np.diff(pointer) == 1).all(), at, "not one value a cell")
        need(shared is None or (pointer == shared).all(), at, "has other pointers than its neighbours")
        need(dtype[1] != "f" or np.isfinite(values).all(), at, "is not finite")
        shared = pointer
    return shared


def trees(f, path, cells):
    f.group(path)
    need(f.data(f"{path}/Cell Index", "<u4", cells).tolist() == list(range(cells)), path, "cells")
    values, pointer = {}, {}
    for name in sorted(TREES, key=lambda n: HOME[n] != n):
        at = f"{path}/{name}"
        f.group(at)
        f.link(f"{at}/Cell Index", f"{path}/Cell Index")
        if HOME[name] == name:
            pointer[name] = f.data(f"{at}/Attribute Pointer", "<u8", cells + 1)
        else:
            f.link(f"{at}/Attribute Pointer", f"{path}/{HOME[name]}/Attribute Pointer")
        if name in ("Section", "Source Section"):
            f.link(f"{at}/Section Pointer", f"{at}/Attribute Pointer")
        values[name] = f.data(f"{at}/Attribute Value", TREES[name])
        pointers(pointer[HOME[name]], cells, len(values[name]), at)
    sections = []
    for cell in range(cells):
        cut = {n: values[n][pointer[HOME[n]][cell]:pointer[HOME[n]][cell + 1]].astype(int) for n in TREES}
        count, parent = len(cut["X Coordinate"]), cut["Parent Point"]
        need((parent == -1).sum() == 1 and parent.min() == -1 and parent.max() < count, path, cell, "parents")
        topology, at, seen = cut["Section"], 1, set()
        for _ in range(topology[0]):
            seen.update(topology[at + 1:at + 1 + topology[at]].tolist())
            at += 1 + topology[at]
        need(at == len(topology) and seen == set(range(count)), path, cell, "sections")
        need(sorted(cut["Destination Section"]) == list(range(1, topology[0])) and
             (cut["Source Section"] < topology[0]).all(), path, cell, "pairs of sections")
        sections.append(topology[0])
    return sections


def cells_file(path, want):
    f = File(path)
    types(f, want)
    f.group("/Populations")
    counts = {}
    for name, (_, cells) in want["populations"].items():
        at = f"/Populations/{name}"
        f.group(at)
        namespace(f, f"{at}/Generated Coordinates", COORDINATES, cells, True)
        namespace(f, f"{at}/Arc Distances", DISTANCES, cells, True,
                  [f"Reference {axis} {end}" for axis in "UV" for end in ("Min", "Max")])
        for attribute in f.file[f"{at}/Arc Distances"].attrs.values():
            need(attribute.shape == () and attribute.dtype.str == "<f8", at, "references", attribute)
        counts[name] = None
        if name not in want["trees"]:
            continue
        sections = trees(f, f"{at}/Trees", cells)
        pointer = namespace(f, f"{at}/Synapse Attributes", SYNAPSES, cells, False)
        values = {n: f.file[f"{at}/Synapse Attributes/{n}/Attribute Value"][()] for n in SYNAPSES}
        counts[name] = np.diff(pointer).astype(int)
        owner = np.repeat(np.arange(cells), counts[name])
        need((values["syn_ids"] == np.arange(len(owner)) - pointer[owner].astype("i8")).all(), at, "syn_ids")
        need(((values["syn_locs"] >= 0) & (values["syn_locs"] <= 1)).all(), at, "syn_locs")
        need((values["syn_secs"] < np.array(sections, int)[owner]).all(), at, "syn_secs")
        need(name not in want.get("synapses", {}) or len(owner) == want["synapses"][name], at, len(owner), "synapses")
    f.none_left()
    return counts


def connections_file(path, want, synapses):
    f = File(path)
    types(f, want)
    if want["projections"]:
        f.group("/Projections")
    for destination in sorted({d for d, _ in want["projections"]}):
        f.group(f"/Projections/{destination}")
    for destination, source in want["projections"]:
        at = f"/Projections/{destination}/{source}"
        cells, sources = want["populations"][destination][1], want["populations"][source][1]
        for group in ("", "/Edges", "/Synapses", "/Connections"):
            f.group(at + group)
        index = f.data(f"{at}/Edges/Source Index", "<u4")
        need((index < sources).all(), at, "sources")
        need(f.data(f"{at}/Edges/Destination Block Index", "<u4", 1).tolist() == [0], at, "block")
        need(f.data(f"{at}/Edges/Destination Block Pointer", "<u8", 2).tolist() == [0, cells + 1], at, "block pointer")
        pointer = f.data(f"{at}/Edges/Destination Pointer", "<u8", cells + 1)
        pointers(pointer, cells, len(index), at)
        owner = np.repeat(np.arange(cells), np.diff(pointer).astype(int))
        ids = f.data(f"{at}/Synapses/syn_id", "<u4", len(index))
        need((ids < synapses[destination][owner]).all(), at, "syn_id")
        need(len(set(zip(owner.tolist(), ids.tolist()))) == len(ids), at, "a synapse has two edges")
        distance = f.data(f"{at}/Connections/distance", "<f4", len(index))
        need(np.isfinite(distance).all() and (distance >= 0).all(), at, "distance")
        name = f"{destination}/{source}"
        need(name not in want.get("edges", {}) or len(index) == want["edges"][name], at, len(index), "edges")
    f.none_left()


expected = json.loads(sys.argv[3])
connections_file(sys.argv[2], expected, cells_file(sys.argv[1], expected))
