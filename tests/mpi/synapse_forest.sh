#!/usr/bin/env bash
# The task `synapse_forest` leaves the same bytes on any number of ranks; every cell has the tree of
# the file, with shared datasets; mistakes are told once, with the line.
. "$(dirname "$0")/generation.bash"

network=$top/network
make_parts types
same PYR "$network/forest_PYR.json"
same PVBC "$network/forest_PVBC.json"
printf '# odd\r\n\r\n7 1 0 0 0 5 -1\r\n9 3 0 20 0 1 7 # two points\r\n8 3 0 30 0 1 9\r\n' >"$top/odd.swc"
job odd forest_PYR "morphology=\"$top/odd.swc\""
same odd "$top/odd.json"

"$python" - "$network/forest_PYR.json" "$top/PYR.0/forest_PYR.h5" "$top/odd.0/forest_PYR.h5" <<'PY' ||
import json, sys
import h5py, numpy as np

swc = np.loadtxt(json.load(open(sys.argv[1]))["inputs"]["morphology"])
file, odd = (h5py.File(path) for path in sys.argv[2:])
trees, n = file["Populations/PYR/Trees"], len(swc)
assert (trees["Cell Index"][:] == np.arange(41)).all()
columns = {"X Coordinate": 2, "Y Coordinate": 3, "Z Coordinate": 4, "Radius": 5, "SWC Type": 1, "Point Layer": 7}
for name, column in columns.items():
    value = trees[name]["Attribute Value"]
    assert value.dtype.str == ("<f4" if 2 <= column <= 5 else "|i1"), name
    assert (value[:].reshape(41, n) == swc[:, column].astype(value.dtype)).all(), name
number = {int(id): i for i, id in enumerate(swc[:, 0])}
parent = trees["Parent Point/Attribute Value"]
assert parent.dtype.str == "<i4"
assert (parent[:].reshape(41, n) == [number.get(int(p), -1) for p in swc[:, 6]]).all()
same = lambda a, b: h5py.h5o.get_info(trees[a].id).addr == h5py.h5o.get_info(trees[b].id).addr
points = [*columns, "Parent Point"]
assert all(same("Cell Index", a + "/Cell Index") for a in trees if a != "Cell Index")
assert all(same("Parent Point/Attribute Pointer", a + "/Attribute Pointer") for a in points)
assert same("Section/Attribute Pointer", "Section/Section Pointer")
assert same("Source Section/Attribute Pointer", "Destination Section/Attribute Pointer")
assert same("Source Section/Section Pointer", "Destination Section/Attribute Pointer")

words = trees["Section/Attribute Value"][:].reshape(41, -1)
assert (words == words[0]).all() and trees["Section/Attribute Value"].dtype.str == "<u2"
sections, at = [], 1
while at < len(words[0]):
    sections.append(words[0][at + 1:at + 1 + words[0][at]])
    at += 1 + words[0][at]
assert len(sections) == words[0][0] > 20 and set(np.concatenate(sections)) == set(range(n))
edges = trees["Source Section/Attribute Value"][:].reshape(41, -1)[0], trees["Destination Section/Attribute Value"][:].reshape(41, -1)[0]
assert list(edges[1]) == list(range(1, len(sections)))
up = parent[:n]
for source, destination in zip(*edges):     # each section hangs on a point of its parent section
    first = sections[destination][0]
    assert first in sections[source] or up[first] in sections[source]

trees = odd["Populations/PYR/Trees"]
assert list(trees["Parent Point/Attribute Value"][:3]) == [-1, 0, 1]
assert list(trees["Section/Attribute Value"][:5]) == [1, 3, 0, 1, 2]
assert list(trees["Point Layer/Attribute Value"][:3]) == [-1, -1, -1]
assert len(trees["Source Section/Attribute Value"]) == 0
PY
    fail "the trees are not as they should be"

# Layers from the depth of each point, by another way: numpy on the somata and the file.
make_parts somas
numbers='definitions={"layers": {"SO": 1, "SP": 2, "SR": 3, "SLM": 4}}'
extents='layer_extents={"SLM": [[0, 0, 200], [200, 200, 300]], "SO": [[0, 0, 0], [200, 200, 50]],
                        "SP": [[0, 0, 50], [200, 200, 100]], "SR": [[0, 0, 100], [200, 200, 200]]}'
job deep forest_PYR 'layers_from="depth"' "somas=\"$network/somas.h5\"" "$extents" "$numbers" 'depth_axis=[0, -2, 0]'
same deep "$top/deep.json"
"$python" - "$network/forest_PYR.json" "$network/somas.h5" "$top/PYR.0/forest_PYR.h5" "$top/deep.0/forest_PYR.h5" <<'PY' ||
import json, sys
import h5py, numpy as np

swc = np.loadtxt(json.load(open(sys.argv[1]))["inputs"]["morphology"])
somas, plain, deep = (h5py.File(path) for path in sys.argv[2:])
soma = somas["Populations/PYR/Generated Coordinates/L Coordinate/Attribute Value"][:].astype(float)
y = swc[:, 3].astype("f4").astype(float)
l = soma[:, None] - (y - y[swc[:, 1] == 1][0])
want = np.digitize(l, [0, 50, 100, 200, 300])
want[(want == 0) | (want == 5)] = -1
found = deep["Populations/PYR/Trees/Point Layer/Attribute Value"][:].reshape(want.shape)
assert (found == want).all() and set(np.unique(found)) == {-1, 1, 2, 3, 4}
for name in plain["Populations/PYR/Trees"]:
    one, two = (f["Populations/PYR/Trees"][name] for f in (plain, deep))
    if name not in ("Point Layer", "Cell Index"):
        assert (one["Attribute Value"][:] == two["Attribute Value"][:]).all(), name
PY
    fail "layers do not follow from depth"
job wrong forest_PYR 'layers_from="depth"' "$extents" "$numbers"
refused no_somas "$top/wrong.json" "layers_from: depth: "
job wrong forest_PYR 'layers_from="depth"' "somas=\"$network/somas.h5\"" "$extents" 'definitions={"layers": {"SO": 1}}'
refused no_number "$top/wrong.json" "layer_extents: there is no number in definitions.layers for '"

printf '1 1 0 0 0 5 -1\n2 1 0 0 0 5 9\n' >"$top/bad.swc"
job wrong forest_PYR "morphology=\"$top/bad.swc\""
refused bad_parent "$top/wrong.json" "bad.swc:2: the parent, point 9, is not there"
job wrong forest_PYR 'population="PYT"'
refused unknown_population "$top/wrong.json" "types.h5: there is no population 'PYT'; did you mean 'PYR'?"
job wrong forest_PYR "morphology=\"$top/none.swc\""
refused no_file "$top/wrong.json" "none.swc"
# A file that cannot grow: one line with the reason, no crash.
mkdir "$top/full"
status=0
said=$(cd "$top/full" && trap '' XFSZ && ulimit -f 64 &&
    "$tasks/synapse_forest/synapse_forest" "$network/forest_PYR.json" 2>&1) || status=$?
[[ $status == 1 && $said == "synapse_forest: error: forest_PYR.h5: cannot "*" dataset '/Populations/PYR/Trees/"*": file write failed: File too large" ]] ||
    fail "a full disk: status $status, said: $said"
echo "synapse_forest: the same bytes on 1, 2, 3, 5 and 8 ranks and without MPI"
