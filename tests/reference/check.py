"""Checks cells.h5 and connections.h5 against the configuration that they were made from.

A `python` task: argument 1 is the job's description. Everything is read with h5py as
docs/neuroh5.md describes the format, none of it with fornix's own readers. The first thing that is
wrong ends the program with one line; otherwise summary.json has the counts.
"""
import json
import math
import sys

import h5py
import numpy as np

job = json.load(open(sys.argv[1]))
par = job["parameters"]
defs = par["definitions"]
summary = {"synapses": {}, "edges": {}, "unconnected": {}, "sections": {}}


def need(condition, text):
    if not condition:
        sys.exit("check: " + text)


def attribute(group, name, dtype):
    """One attribute's pointer and values, sorted by cell index as it must be in our files."""
    at = group[name]
    index, pointer, value = (at[k][()] for k in ("Cell Index", "Attribute Pointer", "Attribute Value"))
    need(index.dtype == "<u4" and pointer.dtype == "<u8", f"{at.name}: index types")
    need(value.dtype == np.dtype(dtype), f"{at.name}: type {value.dtype}, not {dtype}")
    need(len(pointer) == len(index) + 1 and pointer[0] == 0 and pointer[-1] == len(value)
         and (np.diff(pointer.astype(np.int64)) >= 0).all(), f"{at.name}: pointers")
    need((np.diff(index.astype(np.int64)) > 0).all(), f"{at.name}: cell index not ascending")
    return index, pointer.astype(np.int64), value


def truncated_mean(mean, sd):
    """Of a normal draw repeated until positive; a mean of 0 means none."""
    if mean == 0:
        return 0.0
    if sd == 0:
        return mean
    a = mean / sd
    density = math.exp(-a * a / 2) / math.sqrt(2 * math.pi)
    return mean + sd * density / (0.5 * math.erfc(-a / math.sqrt(2)))


cells = h5py.File(par["cells"], "r")
edges = h5py.File(par["connections"], "r")

# --- populations -------------------------------------------------------------------------------
counts = {p: sum(layers.values()) for p, layers in par["cell_distributions"].items()}
order = sorted(counts, key=lambda p: defs["populations"][p])
start, expected = 0, []
for p in order:
    expected.append((start, counts[p], defs["populations"][p]))
    start += counts[p]
starts = {p: row[0] for p, row in zip(order, expected)}
for f in (cells, edges):
    rows = [tuple(int(x) for x in row) for row in f["H5Types/Populations"][()]]
    need(rows == expected, f"{f.filename}: populations {rows}, not {expected}")
    pairs = {tuple(int(x) for x in row) for row in f["H5Types/Valid population projections"][()]}
    wanted = {(defs["populations"][s], defs["populations"][d])
              for d, sources in par["synapses"].items() for s in sources}
    need(pairs == wanted, f"{f.filename}: valid projections {pairs}, not {wanted}")

# --- somata and distances ----------------------------------------------------------------------
place = {}
for p in order:
    group = cells[f"Populations/{p}/Generated Coordinates"]
    c = {k: attribute(group, f"{k} Coordinate", "<f4")[2] for k in "UVLXYZ"}
    need(all(len(v) == counts[p] for v in c.values()), f"{p}: number of coordinates")
    need((np.diff(c["U"]) >= 0).all(), f"{p}: gids do not ascend with U")
    left = np.ones(counts[p], bool)
    for layer, n in par["cell_distributions"][p].items():
        if not n:
            continue
        low, high = par["layer_extents"][layer]
        inside = left.copy()
        for k, axis in enumerate("UVL"):
            inside &= (c[axis] >= low[k] - 1e-3) & (c[axis] <= high[k] + 1e-3)
        # A soma on the border of two layers may count for either.
        need(abs(int(inside.sum()) - n) <= 1, f"{p}: {inside.sum()} somata in {layer}, not {n}")
        left &= ~inside
    need(left.sum() <= 1, f"{p}: {left.sum()} somata outside their layers")
    group = cells[f"Populations/{p}/Arc Distances"]
    place[p] = [attribute(group, f"{k} Distance", "<f4")[2].astype(float) for k in "UV"]
    for k, axis in enumerate("UV"):
        shift = place[p][k] - c[axis]
        need(np.ptp(shift) < 1e-3, f"{p}: {axis} distances are not {axis} minus an origin")

# --- trees and synapses ------------------------------------------------------------------------
types = {v: k for k, v in defs["swc_types"].items()}
layers = {v: k for k, v in defs["layers"].items()}
signs = {v: k for k, v in defs["synapse_types"].items()}
synapses = {}
for p in order:
    density = (par["cell_types"][p].get("synapses") or {}).get("density")
    if not density:
        continue
    trees = cells[f"Populations/{p}/Trees"]
    _, section_pointer, section = attribute(trees, "Section", "<u2")
    _, point_pointer, swc = attribute(trees, "SWC Type", "|i1")
    xyz = np.stack([attribute(trees, f"{k} Coordinate", "<f4")[2] for k in "XYZ"], 1).astype(float)
    point_layer = attribute(trees, "Point Layer", "|i1")[2]
    need(len(section_pointer) == counts[p] + 1, f"{p}: number of trees")
    group = cells[f"Populations/{p}/Synapse Attributes"]
    dtypes = {"syn_ids": "<u4", "syn_locs": "<f4", "syn_cdists": "<f4", "syn_secs": "<u4",
              "syn_layers": "|i1", "syn_types": "|u1", "swc_types": "|u1"}
    data = {}
    for name, dtype in dtypes.items():
        index, pointer, data[name] = attribute(group, name, dtype)
    need(len(index) == counts[p], f"{p}: {len(index)} cells have synapses")
    need((data["syn_locs"] >= 0).all() and (data["syn_locs"] <= 1).all(), f"{p}: locations")

    total = expected_total = 0.0
    lengths = {}        # (section type, layer) -> um, of the first cell; all cells have this tree
    first = section[section_pointer[0]:section_pointer[1]].astype(int)
    n_sections, at, section_type, section_layers = first[0], 1, [], []
    for _ in range(n_sections):
        points = first[at + 1:at + 1 + first[at]]
        at += 1 + first[at]
        kind = int(swc[points[-1]])
        section_type.append(kind)
        section_layers.append(set(int(x) for x in point_layer[points]))
        steps = np.linalg.norm(np.diff(xyz[points], axis=0), axis=1)
        for step, layer in zip(steps, point_layer[points[1:]]):
            key = types[kind], layers.get(int(layer))
            lengths[key] = lengths.get(key, 0.0) + step
    need(at == len(first), f"{p}: section pointers of the first tree")
    summary["sections"][p] = int(n_sections)
    per_cell = section_pointer[1] - section_pointer[0]
    need((np.diff(section_pointer) == per_cell).all()
         and (section.reshape(-1, per_cell) == first).all(), f"{p}: trees differ between cells")

    need(data["syn_secs"].max(initial=0) < n_sections, f"{p}: a synapse on no section")
    kinds = np.array(section_type)
    need((kinds[data["syn_secs"]] == data["swc_types"]).all(), f"{p}: swc_types and sections differ")
    seen = np.unique(np.stack([data["syn_secs"], data["syn_layers"]], 1).astype(int), axis=0)
    for s, layer in seen:
        need(layer in section_layers[s], f"{p}: section {s} is not in layer {layer}")
    combos = np.unique(np.stack([data["swc_types"], data["syn_types"], data["syn_layers"]], 1)
                       .astype(int), axis=0)
    for kind, sign, layer in combos:
        rules = density.get(types[kind], {}).get(signs[sign], {})
        rule = rules.get(layers[layer]) or rules.get("default")
        need(rule and rule["mean"] > 0,
             f"{p}: synapses {types[kind]} {signs[sign]} {layers[layer]} that no rule names")
    sizes = np.diff(pointer)
    ids = np.arange(len(data["syn_ids"])) - np.repeat(pointer[:-1], sizes)
    need((data["syn_ids"] == ids).all(), f"{p}: syn_ids are not 0..n-1")
    per_cell_mean = 0.0
    for kind, by_sign in density.items():
        for sign, rules in by_sign.items():
            for (section_kind, layer), um in lengths.items():
                rule = rules.get(layer) or rules.get("default")
                if section_kind == kind and rule:
                    per_cell_mean += um * truncated_mean(rule["mean"], rule["variance"])
    mean = sizes.mean()
    # Poisson counts of all cells, and segments whose layer is that of their nearest point.
    tolerance = 0.03 * per_cell_mean + 5 * math.sqrt(per_cell_mean / counts[p])
    need(abs(mean - per_cell_mean) < tolerance,
         f"{p}: {mean:.0f} synapses a cell, expected {per_cell_mean:.0f}")
    summary["synapses"][p] = {"total": int(sizes.sum()), "per_cell": round(float(mean), 1),
                              "expected_per_cell": round(per_cell_mean, 1)}
    synapses[p] = pointer, data

# --- projections -------------------------------------------------------------------------------
reports = {}
for path in par["reports"]:
    report = json.load(open(path))
    reports[report["population"]] = report
for d, sources in par["synapses"].items():
    pointer, data = synapses[d]
    used = np.zeros(pointer[-1], bool)
    present = set(edges[f"Projections/{d}"].keys()) if f"Projections/{d}" in edges else set()
    need(present <= set(sources), f"{d}: projections from {present - set(sources)}")
    for s in sorted(present):
        projection = edges[f"Projections/{d}/{s}"]
        block, block_pointer, dest_pointer, source = (
            projection[f"Edges/{k}"][()] for k in ("Destination Block Index",
                                                   "Destination Block Pointer",
                                                   "Destination Pointer", "Source Index"))
        need(block.dtype == "<u4" and block_pointer.dtype == "<u8" and dest_pointer.dtype == "<u8"
             and source.dtype == "<u4", f"{d}<-{s}: types")
        need(block_pointer[0] == 0 and block_pointer[-1] == len(dest_pointer),
             f"{d}<-{s}: the last block pointer")
        need(dest_pointer[0] == 0 and dest_pointer[-1] == len(source)
             and (np.diff(dest_pointer.astype(np.int64)) >= 0).all(), f"{d}<-{s}: pointers")
        runs = np.diff(block_pointer.astype(np.int64))
        runs[-1] -= 1
        dest = np.concatenate([np.arange(b, b + n) for b, n in zip(block, runs)])
        need(len(dest) == len(dest_pointer) - 1 and (np.diff(dest) > 0).all()
             and dest[-1] < counts[d], f"{d}<-{s}: destinations")
        need(len(source) == 0 or source.max() < counts[s], f"{d}<-{s}: a source that does not exist")
        cell = np.repeat(dest, np.diff(dest_pointer.astype(np.int64)))
        syn = projection["Synapses/syn_id"][()]
        need(syn.dtype == "<u4" and len(syn) == len(source), f"{d}<-{s}: syn_id")
        need((syn < pointer[cell + 1] - pointer[cell]).all(), f"{d}<-{s}: a synapse that does not exist")
        flat = pointer[cell] + syn
        need(len(np.unique(flat)) == len(flat) and not used[flat].any(), f"{d}<-{s}: a synapse used twice")
        used[flat] = True
        if s == d:
            need((cell != source).all(), f"{d}<-{s}: a cell is its own source")
        # Within the extent of the source's axon.
        du = np.abs(place[d][0][cell] - place[s][0][source])
        dv = np.abs(place[d][1][cell] - place[s][1][source])
        extents = par["axon_extents"][s]
        for layer in np.unique(data["syn_layers"][flat]):
            at = data["syn_layers"][flat] == layer
            extent = extents.get(layers[int(layer)]) or extents["default"]
            for axis, delta in enumerate((du, dv)):
                offset = extent["offset"][axis]
                width = extent["width"][axis] / 2 - offset
                need((delta[at] < width + offset + 1e-3).all(), f"{d}<-{s}: an edge beyond the extent")
        distance = projection["Connections/distance"][()]
        need(distance.dtype == "<f4" and np.allclose(distance, du + dv, atol=1e-2), f"{d}<-{s}: distance")
        # Of a type, section and layer that the projection names.
        rule = sources[s]
        named = {(defs["synapse_types"][rule["type"]], defs["swc_types"][a], defs["layers"][b])
                 for a, b in zip(rule["sections"], rule["layers"])}
        found = np.unique(np.stack([data["syn_types"][flat], data["swc_types"][flat],
                                    data["syn_layers"][flat]], 1).astype(int), axis=0)
        for row in found:
            need(tuple(row) in named, f"{d}<-{s}: synapses {tuple(row)} that the projection does not name")
        summary["edges"][f"{d}<-{s}"] = int(len(source))
    report = reports[d]
    need(report["synapses"] == int(pointer[-1]), f"{d}: the report counts {report['synapses']} synapses")
    need(report["edges"] == int(used.sum()), f"{d}: the report counts {report['edges']} edges")
    need(report["edges"] + report["unconnected"] == report["synapses"],
         f"{d}: edges and unconnected synapses do not add up")
    summary["unconnected"][d] = report["unconnected"]

summary["total_synapses"] = sum(v["total"] for v in summary["synapses"].values())
summary["total_edges"] = sum(summary["edges"].values())
json.dump(summary, open(job["outputs"]["summary"], "w"), indent=1)
print(json.dumps(summary))
