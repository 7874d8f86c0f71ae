#!/usr/bin/env bash
# The task `gap_junctions` leaves the same bytes on any number of ranks, for any buffer and order of the
# configuration; each pair is there once, in reach, on the sections that the rule names; pairs of
# populations draw independently of each other; mistakes are told once.
. "$(dirname "$0")/generation.bash"

network=$top/network
make_parts types somas distances forest_PYR forest_PVBC
"$python" "$generation" "$network" mixed PYR PVBC

same gaps "$network/gaps.json"
job small gaps 'buffer=1'
equal buffer_of_1 "$network/gaps.json" "$top/small.json"
pvbc='{"probability": [[0, 1], [60, 0.8], [150, 0.2]], "sections": ["basal", "apical"], "layers": ["SP", "SR"],
       "conductance": {"normal": [0.5, 0.1]}, "attenuation": [[0, 1], [200, 0.3]]}'
pyr='{"probability": 0.4, "max_distance": 90, "sections": ["apical"], "conductance": 2}'
job reordered gaps "gap_junctions={\"PYR\": {\"PVBC\": $pyr}, \"PVBC\": {\"PVBC\": $pvbc}}" \
    "forest=[\"$network/forest_PVBC.h5\", \"$network/forest_PYR.h5\"]"
equal order "$network/gaps.json" "$top/reordered.json"
job mixed gaps "forest=[\"$network/forest_mixed.h5\", \"$network/forest_PVBC.h5\"]"
same mixed "$top/mixed.json"
job mixed_small gaps "forest=[\"$network/forest_mixed.h5\", \"$network/forest_PVBC.h5\"]" 'buffer=3000'
equal mixed_buffer "$top/mixed.json" "$top/mixed_small.json"
job arc gaps 'metric="arc"' "distances=\"$network/distances.h5\""
same arc "$top/arc.json"
# The form of the field's tools; probabilities that are shares of the pairs in reach.
field='{"Locations": {"PYR": {"PYR": ["basal"], "PVBC": ["apical"]}}, "Connection Weights": {"0": 1, "62.5": 0.5, "120": 0.1},
        "Connection Probabilities": {"PYR": {"PYR": 0.3, "PVBC": 0.2}}, "Coupling Weights": {"0": 1, "300": 0.5},
        "Coupling Coefficients": {"PYR": {"PYR": 3, "PVBC": 5}}}'
job field gaps "gap_junctions=$field"
same field "$top/field.json"
# Another rule for one pair of populations leaves the other's junctions.
job changed gaps "gap_junctions={\"PYR\": {\"PVBC\": ${pyr/0.4/0.9}}, \"PVBC\": {\"PVBC\": $pvbc}}"
same changed "$top/changed.json"
# All, none, nobody in reach, no place anywhere.
job all gaps "gap_junctions={\"PVBC\": {\"PVBC\": ${pyr/0.4/1}}, \"PYR\": {\"PYR\": ${pyr/0.4/0}}}"
same all "$top/all.json" 2>"$top/said"
job far gaps "gap_junctions={\"PYR\": {\"PYR\": ${pyr/90/0.01}}, \"PVBC\": {\"PYR\": ${pyr/apical/tuft}}}"
same far "$top/far.json" 2>"$top/said"
grep -qF "no cells of 'PYR' and 'PYR' are joined: 0 pairs are in reach" "$top/said" || fail "no warning: $(cat "$top/said")"
grep -qF "11 cells of 'PVBC' have no section of the types and layers of gap_junctions.PVBC.PYR" "$top/said" ||
    fail "no warning of cells without a place"
job nothing gaps 'gap_junctions={}'
same nothing "$top/nothing.json"

"$python" - "$network" "$top" <<'PY' || fail "the junctions are not as they should be"
import itertools, json, sys
import h5py, numpy as np

network, top = sys.argv[1:]
counts = {"STIM": 17, "PYR": 41, "PVBC": 11}
somas = h5py.File(network + "/somas.h5")
at = {p: np.stack([somas[f"Populations/{p}/Generated Coordinates/{k} Coordinate/Attribute Value"][:] for k in "XYZ"], 1)
      .astype(float) for p in counts}
names = {("Location", "Source section"): "<u4", ("Location", "Source position"): "<f4",
         ("Location", "Destination section"): "<u4", ("Location", "Destination position"): "<f4",
         ("Coupling strength", "Source"): "<f4", ("Coupling strength", "Destination"): "<f4"}

def read(name, a, b):
    group = h5py.File(f"{top}/{name}.0/gaps.h5")[f"Projections/{a}/{b}"]
    pointer = group["Edges/Destination Pointer"][:].astype(int)
    assert len(pointer) == counts[a] + 1 and pointer[0] == 0 and (np.diff(pointer) >= 0).all()
    assert group["Edges/Destination Block Pointer"][:].tolist() == [0, counts[a] + 1]
    assert group["Edges/Destination Block Index"][:].tolist() == [0]
    first, second = np.repeat(np.arange(counts[a]), np.diff(pointer)), group["Edges/Source Index"][:].astype(int)
    assert pointer[-1] == len(second) and (second < counts[b]).all()
    values = {}
    for (space, attribute), kind in names.items():
        assert group[f"{space}/{attribute}"].dtype.str == kind and group[f"{space}/{attribute}"].shape == second.shape
        values[attribute] = group[f"{space}/{attribute}"][:]
    return first, second, values

def distance(a, b, first, second):
    return np.linalg.norm(at[a][first] - at[b][second], axis=1)

def pairs(first, second):
    return set(zip(first.tolist(), second.tolist()))

def tree(population, name="forest_"):
    trees = h5py.File(f"{network}/{name}{population}.h5")[f"Populations/{population}/Trees"]
    get = lambda k: trees[k]["Attribute Value"][:trees[k]["Attribute Pointer"][1]]
    sections, at = [], 1
    topology = get("Section").astype(int)
    for _ in range(topology[0]):
        sections.append(topology[at + 1:at + 1 + topology[at]])
        at += 1 + topology[at]
    return get("SWC Type"), get("Point Layer"), sections, np.stack([get(k + " Coordinate") for k in "XYZ"], 1)

def check_places(population, section, position, types, layers):
    swc, layer, sections, xyz = tree(population)
    assert (position >= 0).all() and (position <= 1).all()
    for s, f in zip(section, position):
        points = sections[s]
        assert swc[points[-1]] in types
        arc = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(xyz[points].astype(float), axis=0), axis=1))])
        near = np.abs(arc - f * arc[-1])
        assert layers is None or any(layer[points[k]] in layers for k in np.flatnonzero(near < near.min() + 1e-3))

# A population with itself: each pair once, the lower cell first.
first, second, values = read("gaps", "PVBC", "PVBC")
assert (first < second).all() and len(pairs(first, second)) == len(first) > 10
assert (distance("PVBC", "PVBC", first, second) <= 150).all()
for side in ("Source", "Destination"):
    check_places("PVBC", values[side + " section"], values[side + " position"], {3, 4}, {2, 3})
assert (values["Source"] == values["Destination"]).all() and (values["Source"] > 0).all()
assert len(set(values["Source"])) == len(first)
# Two populations.
first, second, values = read("gaps", "PYR", "PVBC")
d = distance("PYR", "PVBC", first, second)
assert (d <= 90).all() and len(pairs(first, second)) == len(first) and (values["Source"] == 2).all()
check_places("PYR", values["Source section"], values["Source position"], {4}, None)
check_places("PVBC", values["Destination section"], values["Destination position"], {4}, None)
reach = np.linalg.norm(at["PYR"][:, None] - at["PVBC"][None], axis=2) <= 90
n = reach.sum()
assert abs(len(first) - 0.4 * n) < 3.3 * np.sqrt(0.24 * n)
report = json.load(open(f"{top}/gaps.0/gaps.json"))
assert [r["populations"] for r in report] == [["PYR", "PVBC"], ["PVBC", "PVBC"]]
assert report[0]["candidates"] == n and report[0]["junctions"] == len(first)
# Another rule for PYR and PVBC: more of the same pairs; PVBC's own are as they were.
before, after = read("gaps", "PVBC", "PVBC"), read("changed", "PVBC", "PVBC")
assert (before[0] == after[0]).all() and (before[1] == after[1]).all()
assert all((before[2][k] == after[2][k]).all() for k in before[2])
assert pairs(first, second) < pairs(*read("changed", "PYR", "PVBC")[:2])
# Probability 1: all pairs in reach; 0: none, and an empty projection.
inside = np.linalg.norm(at["PVBC"][:, None] - at["PVBC"][None], axis=2) <= 90
want = {(i, j) for i, j in itertools.combinations(range(11), 2) if inside[i, j]}
assert pairs(*read("all", "PVBC", "PVBC")[:2]) == want
for name, a, b in (("all", "PYR", "PYR"), ("far", "PYR", "PYR"), ("far", "PVBC", "PYR")):
    assert len(read(name, a, b)[0]) == 0
assert list(h5py.File(f"{top}/nothing.0/gaps.h5")) == ["H5Types"] and json.load(open(f"{top}/nothing.0/gaps.json")) == []
# Arc distances: U and V alone.
first, second, _ = read("arc", "PYR", "PVBC")
assert (np.linalg.norm(at["PYR"][first, :2] - at["PVBC"][second, :2], axis=1) <= 90 + 1e-3).all()
assert (distance("PYR", "PVBC", first, second) > 90).any()
# Shares of the pairs in reach, by weight.
for b, share, conductance in (("PYR", 0.3, 3), ("PVBC", 0.2, 5)):
    first, second, values = read("field", "PYR", b)
    d = np.linalg.norm(at["PYR"][:, None] - at[b][None], axis=2)
    d = d[np.triu_indices(41, 1)] if b == "PYR" else d.ravel()
    weight = np.interp(d[d <= 120], [0, 62.5, 120], [1, 0.5, 0.1])
    p = np.minimum(1, share * weight / weight.mean())
    assert abs(len(first) - p.sum()) < 3.3 * np.sqrt((p * (1 - p)).sum()), (len(first), p.sum())
    assert (values["Source"] <= conductance).all() and (values["Source"] >= conductance / 2).all()
types = h5py.File(f"{top}/field.0/gaps.h5")["H5Types/Valid population projections"][:]
assert types.tolist() == [(100, 100), (101, 100)]      # source, destination
# Every third cell of PYR has another tree.
first, _, values = read("mixed", "PYR", "PVBC")
swc = {False: tree("PYR"), True: tree("PVBC")}
for cell, section in zip(first, values["Source section"]):
    kind, _, sections, _ = swc[cell % 3 == 2]
    assert kind[sections[section][-1]] == 4
PY

# Populations without cells.
cells='{"STIM": {"SP": 17}, "PYR": {"SP": 41}, "PVBC": {"SP": 0}}'
job types types "cell_distributions=$cells"
job somas somas "cell_distributions=$cells" "types=\"$top/none_types/types.h5\""
job forest forest_PYR "types=\"$top/none_types/types.h5\""
for part in types somas forest; do
    on 0 "$top/$part.json" "$top/none_$part" || fail "$part of a population without cells failed"
done
job none gaps "somas=\"$top/none_somas/somas.h5\"" "forest=[\"$top/none_forest/forest_PYR.h5\"]"
same none "$top/none.json" 2>"$top/said"
"$python" - "$top/none.0/gaps.h5" <<'PY' || fail "a population without cells has junctions"
import sys
import h5py

file = h5py.File(sys.argv[1])["Projections"]
assert len(file["PVBC/PVBC/Edges/Source Index"]) == len(file["PYR/PVBC/Edges/Source Index"]) == 0
assert file["PVBC/PVBC/Edges/Destination Pointer"][:].tolist() == [0]
assert len(file["PYR/PVBC/Edges/Destination Pointer"]) == 42
PY

job wrong gaps "gap_junctions={\"PYR\": {\"PVBX\": $pyr}}"
refused no_population "$top/wrong.json" "there is no population 'PVBX'"
job wrong gaps "gap_junctions={\"PYR\": {\"PVBC\": ${pyr/0.4/1.2}}}"
refused probability "$top/wrong.json" "'gap_junctions.PYR.PVBC.probability' is 1.2 at 0 um; it goes from 0 to 1"
job wrong gaps "gap_junctions={\"PYR\": {\"STIM\": $pyr}}"
refused no_trees "$top/wrong.json" "no file of 'forest' has trees of 'STIM'"
job wrong gaps "forest=[\"$network/forest_PYR.h5\", \"$network/forest_mixed.h5\", \"$network/forest_PVBC.h5\"]"
refused twice "$top/wrong.json" "trees of 'PYR' are both in '$network/forest_PYR.h5' and in '$network/forest_mixed.h5'"
job wrong gaps 'metric="arc"'
refused no_distances "$top/wrong.json" "'metric: arc' needs 'distances'"
job wrong gaps "somas=\"$network/types.h5\""
refused no_somas "$top/wrong.json" "types.h5"
job wrong gaps "forest=[\"$top/none_forest/forest_PYR.h5\"]"
refused other_types "$top/wrong.json" "its populations differ from those of the somata"
"$python" - "$network/somas.h5" "$top/nan.h5" <<'PY'
import shutil, sys
import h5py

shutil.copy(*sys.argv[1:])
with h5py.File(sys.argv[2], "r+") as file:
    file["Populations/PVBC/Generated Coordinates/Y Coordinate/Attribute Value"][3] = float("nan")
PY
job wrong gaps "somas=\"$top/nan.h5\""
refused nan "$top/wrong.json" "'Y Coordinate' of cell 3 of 'PVBC' is no finite number"
head -c 3000 "$network/forest_PYR.h5" >"$top/cut.h5"
job wrong gaps "forest=[\"$top/cut.h5\", \"$network/forest_PVBC.h5\"]"
refused cut "$top/wrong.json" "cut.h5"
full full "$network/gaps.json" 1 8
echo "gap_junctions: the same bytes on any number of ranks and without MPI"
