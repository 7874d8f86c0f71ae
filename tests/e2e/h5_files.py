"""h5_files.py WHAT FILE ...: NeuroH5 files for tests, written with h5py alone.

    plain FILE           two populations with coordinates, trees, synapses and edges, as fornix lays them out
    foreign FILE         the same content as others write it: cells in the order of three ranks, compressed, in
                         small chunks, integers of other widths, several blocks of destinations, some of them
                         empty, edges of a cell in another order
    damage FILE COPY NAME    a copy of a plain file with one thing wrong; prints what `check` says of it
    damages              the names of these
    damaged FILE COPY N  N copies COPY.<n> with some bits turned over, or cut
"""
import random
import shutil
import sys

import h5py
import numpy as np

POPULATIONS = {"A": (0, 4), "B": (7, 6)}        # number, cells
ORDER = {"A": [3, 0, 2, 1], "B": [4, 5, 1, 0, 3, 2]}
SYNAPSES = [3, 0, 5, 1, 2, 4]                   # of the cells of B
SECTIONS = [[0, 1, 2], [2, 3], [2, 4, 5]]
EDGES = {0: [(1, 0), (3, 1)], 2: [(0, 4), (2, 0), (2, 1)], 5: [(3, 3)]}      # B's cell: (A's cell, synapse)


def types(file):
    labels = h5py.enum_dtype({name: number for name, (number, _) in POPULATIONS.items()}, basetype="u2")
    rows = np.zeros(len(POPULATIONS), [("Start", "u8"), ("Count", "u4"), ("Population", labels)])
    start = 0
    for row, (number, count) in zip(rows, POPULATIONS.values()):
        row["Start"], row["Count"], row["Population"] = start, count, number
        start += count
    group = file.create_group("H5Types")
    group["Population labels"] = labels
    group["Population range"] = rows.dtype
    group.create_dataset("Populations", data=rows, dtype=group["Population range"])
    valid = np.array([(0, 7)], [("Source", labels), ("Destination", labels)])
    group["Population projections"] = valid.dtype
    group.create_dataset("Valid population projections", data=valid, dtype=group["Population projections"])


class Writer:
    """Puts datasets where they belong; `foreign` decides how."""

    def __init__(self, file, foreign):
        self.file, self.foreign = file, foreign

    def data(self, path, values, kind, other=None):
        kind = other if self.foreign and other else kind
        how = {"chunks": (3,), "compression": "gzip"} if self.foreign else {"chunks": (1000,)}
        self.file.create_dataset(path, data=np.asarray(values, kind), maxshape=(None,), **how)

    def attribute(self, population, name_space, name, cells, kind, other=None):
        order = ORDER[population] if self.foreign else range(len(cells))
        at = f"Populations/{population}/{name_space}/{name}"
        if "Cell Index" not in self.file.get(f"Populations/{population}/Trees", {}) or name_space != "Trees":
            self.data(f"{at}/Cell Index", list(order), "u4", "u2")
        else:
            self.file[f"{at}/Cell Index"] = self.file[f"Populations/{population}/Trees/Cell Index"]
        counts = [len(cells[c]) for c in order]
        self.data(f"{at}/Attribute Pointer", np.concatenate([[0], np.cumsum(counts)]), "u8", "u4")
        self.data(f"{at}/Attribute Value", np.concatenate([np.asarray(cells[c]) for c in order]), kind, other)
        return at


def trees(w):
    parent = [-1, 0, 1, 2, 2, 4]
    x = [[float(i + cell / 8) for i in range(6)] for cell in range(6)]
    path = [[0.0] * 6] * 6
    topology = [len(SECTIONS)] + [v for s in SECTIONS for v in [len(s), *s]]
    w.data("Populations/B/Trees/Cell Index", ORDER["B"] if w.foreign else range(6), "u4", "u8")
    for name, cells, kind, other in (
            ("X Coordinate", x, "f4", "f8"), ("Y Coordinate", path, "f4", None), ("Z Coordinate", path, "f4", None),
            ("Radius", [[1.0] * 6] * 6, "f4", None), ("Point Layer", [[-1] * 6] * 6, "i1", None),
            ("Parent Point", [parent] * 6, "i4", "i8"), ("SWC Type", [[1, 1, 3, 3, 4, 4]] * 6, "i1", None),
            ("Section", [topology] * 6, "u2", "u4"), ("Source Section", [[0, 0]] * 6, "u2", None),
            ("Destination Section", [[1, 2]] * 6, "u2", None)):
        w.attribute("B", "Trees", name, cells, kind, other)


def synapses(w):
    name_space = "Synapse Attributes"
    numbers = [list(range(n)) for n in SYNAPSES]
    for name, values, kind, other in (
            ("syn_ids", lambda c, i: i, "u4", "u2"), ("syn_locs", lambda c, i: i / 8, "f4", None),
            ("syn_cdists", lambda c, i: c + i, "f4", None), ("syn_secs", lambda c, i: i % 3, "u4", "u1"),
            ("syn_layers", lambda c, i: i % 2 + 1, "i1", None), ("syn_types", lambda c, i: 0, "u1", None),
            ("swc_types", lambda c, i: 3, "u1", None)):
        w.attribute("B", name_space, name, [[values(c, i) for i in n] for c, n in enumerate(numbers)], kind, other)


def edges(w):
    rows = [EDGES.get(cell, []) for cell in range(6)]
    if w.foreign:       # blocks: cells 5, none, 0-1, 2, none; a cell that has no block has no edges
        blocks, starts = [[5], [], [0, 1], [2], []], [5, 6, 0, 2, 3]
        listed = [rows[c][::-1] for block in blocks for c in block]
        sizes = np.cumsum([0] + [len(b) for b in blocks])
        pointer = np.concatenate([sizes[:-1], [sizes[-1] + 1]])
    else:
        listed, starts, pointer = rows, [0], [0, 7]
    at = "Projections/B/A"
    w.data(f"{at}/Edges/Destination Block Index", starts, "u4", "u8")
    w.data(f"{at}/Edges/Destination Block Pointer", pointer, "u8", "u4")
    w.data(f"{at}/Edges/Destination Pointer", np.cumsum([0] + [len(r) for r in listed]), "u8")
    flat = [edge for row in listed for edge in row]
    w.data(f"{at}/Edges/Source Index", [e[0] for e in flat], "u4", "u2")
    w.data(f"{at}/Synapses/syn_id", [e[1] for e in flat], "u4", "u2")
    w.data(f"{at}/Location/Destination section", [e[1] % 3 for e in flat], "u4", "u1")
    w.data(f"{at}/Location/Destination position", [e[0] / 4 for e in flat], "f4")
    w.data(f"{at}/Connections/distance", [10.0 * e[0] + e[1] for e in flat], "f4", None)


def write(path, foreign):
    with h5py.File(path, "w") as file:
        types(file)
        w = Writer(file, foreign)
        for name, (_, count) in POPULATIONS.items():
            for axis in "XYZ":
                w.attribute(name, "Generated Coordinates", axis + " Coordinate",
                            [[c + ord(axis)] for c in range(count)], "f4")
            w.attribute(name, "Input Spikes", "t", [[0.5 * i for i in range(c % 3)] for c in range(count)], "f4")
        file["Populations/B/Generated Coordinates"].attrs["Reference U Max"] = 100.0
        trees(w)
        synapses(w)
        edges(w)


# --- what can be wrong -------------------------------------------------------------------------------

S = "Populations/B/Synapse Attributes"
T = "Populations/B/Trees"
E = "Projections/B/A"


def put(path, index, value):
    def change(file):
        file[path][index] = value
    return change


def shorter(path):
    return lambda file: file[path].resize((len(file[path]) - 1,))


def replace(path, **how):
    def change(file):
        del file[path]
        if how:
            file.create_dataset(path, **how)
    return change


def range_of(name, column, value):
    def change(file):
        rows = file["H5Types/Populations"][()]
        rows[column][list(POPULATIONS).index(name)] = value
        file["H5Types/Populations"][...] = rows
    return change


DAMAGES = {
    "cell_twice": (put(f"{S}/syn_ids/Cell Index", 3, 2), f"'/{S}/syn_ids/Cell Index'[3] cell 2 is there already"),
    "cell_beyond": (put(f"{S}/syn_ids/Cell Index", 5, 6), f"'/{S}/syn_ids/Cell Index'[5] is 6; 'B' has 6 cells"),
    "pointer_falls": (put(f"{S}/syn_ids/Attribute Pointer", 2, 99),
                      f"'/{S}/syn_ids/Attribute Pointer'[3] is 8, after 99: pointers never descend"),
    "pointer_first": (put(f"{S}/syn_locs/Attribute Pointer", 0, 1),
                      f"'/{S}/syn_locs/Attribute Pointer'[0] is 1: the first is 0"),
    "pointer_last": (put(f"{S}/syn_locs/Attribute Pointer", 6, 16),
                     f"'/{S}/syn_locs/Attribute Pointer'[6] is 16: the last is the length, 15"),
    "pointer_short": (shorter(f"{S}/syn_secs/Attribute Pointer"),
                      f"'/{S}/syn_secs/Attribute Pointer' has 6 entries; 6 cells need 7"),
    "location": (put(f"{S}/syn_locs/Attribute Value", 4, 1.5), f"'/{S}/syn_locs/Attribute Value'[4] is 1.5, not in 0..1"),
    "section": (put(f"{S}/syn_secs/Attribute Value", 3, 3),
                f"'/{S}/syn_secs/Attribute Value'[3] is 3; the tree of cell 2 has 3 sections"),
    "sizes": (put(f"{S}/syn_types/Attribute Pointer", 1, 2),
              f"'/{S}/syn_types/Attribute Pointer'[0] is not the same as '/{S}/swc_types/Attribute Pointer'"),
    "type": (replace(f"{S}/syn_ids/Attribute Value", data=np.zeros(15, "f4")),
             f"'/{S}/syn_ids/Attribute Value' is of type f32, not u32"),
    "table": (replace(f"{S}/syn_ids/Attribute Value", data=np.zeros((15, 1), "u4")),
              f"'/{S}/syn_ids/Attribute Value' has not one dimension"),
    "missing": (replace(f"{S}/syn_ids/Attribute Value"), f"'/{S}/syn_ids/Attribute Value' is missing"),
    "nan": (put("Populations/A/Generated Coordinates/X Coordinate/Attribute Value", 2, np.nan),
            "'/Populations/A/Generated Coordinates/X Coordinate/Attribute Value'[2] is not finite"),
    "two_places": (lambda f: (put("Populations/A/Generated Coordinates/X Coordinate/Attribute Pointer", slice(2, 5), 3)(f),
                              shorter("Populations/A/Generated Coordinates/X Coordinate/Attribute Value")(f)),
                   "X Coordinate/Attribute Value' has 3 values for 4 cells: one each"),
    "parent": (put(f"{T}/Parent Point/Attribute Value", 9, 6), f"'/{T}'[1] cell 1: the parent of point 3 is 6; there are 6 points"),
    "cycle": (put(f"{T}/Parent Point/Attribute Value", 7, 2), f"'/{T}'[1] cell 1: parents form a cycle"),
    "two_roots": (put(f"{T}/Parent Point/Attribute Value", 8, -1), f"'/{T}'[1] cell 1: 2 points have no parent"),
    "points": (put(f"{T}/Section/Attribute Value", 2, 6), f"'/{T}'[0] cell 0: section 0 has point 6; there are 6 points"),
    "section_count": (put(f"{T}/Section/Attribute Value", 0, 4), f"'/{T}'[0] cell 0: section 3 has 0 points where 0 values are left"),
    "lost_point": (put(f"{T}/Section/Attribute Value", 11, 4), f"'/{T}'[0] cell 0: 1 of 6 points are in no section"),
    "section_edge": (put(f"{T}/Destination Section/Attribute Value", 0, 3), f"'/{T}'[0] cell 0: section 3 hangs on section 0; there are 3"),
    "two_parents": (put(f"{T}/Destination Section/Attribute Value", 1, 1), f"'/{T}'[0] cell 0: section 1 hangs on two sections"),
    "begins": (put(f"{T}/Section/Attribute Value", 9, 5), f"'/{T}'[0] cell 0: section 2 begins at no point of section 0, on which it hangs"),
    "radius": (put(f"{T}/Radius/Attribute Value", 4, -1), f"'/{T}/Radius/Attribute Value'[4] is -1, not above 0"),
    "source": (put(f"{E}/Edges/Source Index", 2, 4), f"'/{E}/Edges/Source Index'[2] is 4; 'A' has 4 cells"),
    "edge_synapse": (put(f"{E}/Synapses/syn_id", 4, 5), f"'/{E}/Synapses/syn_id'[4] is 5; cell 2 has 5 synapses"),
    "edge_section": (put(f"{E}/Location/Destination section", 1, 3),
                     f"'/{E}/Location/Destination section'[1] is 3; cell 0 has 3 sections"),
    "edge_place": (put(f"{E}/Location/Destination position", 5, -0.25),
                   f"'/{E}/Location/Destination position'[5] is -0.25, not in 0..1"),
    "edge_values": (shorter(f"{E}/Connections/distance"), f"'/{E}/Connections/distance' has 5 values for 6 edges"),
    "destinations": (put(f"{E}/Edges/Destination Pointer", 2, 6), f"'/{E}/Edges/Destination Pointer'[3] is 5, after 6"),
    "block_end": (put(f"{E}/Edges/Destination Block Pointer", 1, 6),
                  f"'/{E}/Edges/Destination Block Pointer'[1] is 6: the last is the length, 7"),
    "block": (put(f"{E}/Edges/Destination Block Index", 0, 1), f"'/{E}/Edges/Destination Block Index'[0] 6 destinations from cell 1 on; 'B' has 6 cells"),
    "overlap": (lambda f: (replace(f"{E}/Edges/Destination Block Index", data=np.array([0, 1], "u4"))(f),
                           replace(f"{E}/Edges/Destination Block Pointer", data=np.array([0, 3, 7], "u8"))(f)),
                f"'/{E}/Edges/Destination Block Index'[1] the block at cell 1 has destinations of another one"),
    "not_valid": (lambda f: f.move("Projections/B/A", "Projections/B/B"), "is not among '/H5Types/Valid population projections'"),
    "unknown": (lambda f: f.move("Populations/A", "Populations/C"), "'/Populations/C' is no population of '/H5Types'"),
    "overlapping_gids": (range_of("B", "Start", 2), "population 'B' overlaps the one before it"),
    "no_types": (replace("H5Types"), "'/H5Types' there is no dataset '/H5Types/Populations'"),
    "fewer_cells": (range_of("B", "Count", 5), "'B' has 5 cells"),
}


def main():
    what, rest = sys.argv[1], sys.argv[2:]
    if what in ("plain", "foreign"):
        write(rest[0], what == "foreign")
    elif what == "damages":
        print("\n".join(DAMAGES))
    elif what == "damage":
        shutil.copy(rest[0], rest[1])
        change, said = DAMAGES[rest[2]]
        with h5py.File(rest[1], "r+") as file:
            change(file)
        print(said)
    else:
        for seed in range(int(rest[2])):
            chance = random.Random(seed)
            data = bytearray(open(rest[0], "rb").read())
            if chance.random() < 0.15:
                del data[chance.randrange(len(data)):]
            for _ in range(chance.choice((1, 1, 2, 8, 64)) if data else 0):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            open(f"{rest[1]}.{seed}", "wb").write(data)


main()
