#!/usr/bin/env bash
# The task `neuroh5_graph` leaves the same bytes on any number of ranks and for any order of its parts;
# what it joins is what the parts hold; parts that do not fit are refused, both named.
. "$(dirname "$0")/generation.bash"

network=$top/network
make_parts types somas distances {forest,synapses,connections}_{PYR,PVBC}

# graph NAME [PARAMETER=JSON ...]: writes $top/NAME.json, a job that joins the network's parts.
graph() {
    "$python" - "$network" "${@:2}" >"$top/$1.json" <<'PY'
import json, sys

folder = sys.argv[1]
inputs = {"somas": f"{folder}/somas.h5", "distances": f"{folder}/distances.h5"}
for part in ("forest", "synapses", "connections"):
    inputs[part] = [f"{folder}/{part}_{p}.h5" for p in ("PYR", "PVBC")]
for change in sys.argv[2:]:
    name, value = change.split("=", 1)
    inputs[name] = json.loads(value.replace("DIR", folder))
json.dump({"fornix": 1, "task": "neuroh5_graph", "label": "graph", "parameters": inputs, "inputs": inputs,
           "outputs": {"cells": "cells.h5", "connections": "connections.h5", "gap_junctions": "gap_junctions.h5",
                       "graph": "graph.json"}}, sys.stdout)
PY
}

graph whole
same whole "$top/whole.json"
graph reordered 'forest=["DIR/forest_PVBC.h5", "DIR/forest_PYR.h5"]' 'synapses=["DIR/synapses_PVBC.h5", "DIR/synapses_PYR.h5"]'
equal order "$top/whole.json" "$top/reordered.json"
graph cells 'forest=[]' 'synapses=[]' 'connections=[]'
same cells "$top/cells.json"

"$python" - "$network" "$top/whole.0" "$top/cells.0" <<'PY' || fail "the network is not as its parts are"
import json, sys
import h5py, numpy as np

network, whole, bare = sys.argv[1:]
cells, connections = h5py.File(whole + "/cells.h5"), h5py.File(whole + "/connections.h5")
graph = json.load(open(whole + "/graph.json"))

def datasets(group):
    found = {}
    group.visititems(lambda name, at: found.update({name: at[:]}) if isinstance(at, h5py.Dataset) else None)
    return found

def compare(part, group, into):
    a, b = datasets(h5py.File(f"{network}/{part}.h5")[group]), datasets(into[group])
    assert a.keys() == b.keys() and len(a) > 1, (part, group)
    assert all(a[k].dtype == b[k].dtype and (a[k] == b[k]).all() for k in a), (part, group)
    assert dict(h5py.File(f"{network}/{part}.h5")[group].attrs) == dict(into[group].attrs)

for into in (cells, connections):
    compare("somas", "H5Types", into)
for population in ("STIM", "PYR", "PVBC"):
    compare("somas", f"Populations/{population}/Generated Coordinates", cells)
    compare("distances", f"Populations/{population}/Arc Distances", cells)
for population in ("PYR", "PVBC"):
    compare("forest_" + population, f"Populations/{population}/Trees", cells)
    compare("synapses_" + population, f"Populations/{population}/Synapse Attributes", cells)
    compare("connections_" + population, f"Projections/{population}", connections)
assert sorted(cells["Populations/STIM"]) == ["Arc Distances", "Generated Coordinates"]
trees = cells["Populations/PYR/Trees"]
assert h5py.h5o.get_info(trees["Radius/Cell Index"].id).addr == h5py.h5o.get_info(trees["Cell Index"].id).addr

assert [(p["name"], p["number"], p["start"], p["count"]) for p in graph["populations"]] == \
    [("STIM", 0, 0, 17), ("PYR", 100, 17, 41), ("PVBC", 101, 58, 11)]
assert [p["part"] for p in graph["parts"]] == ["somas"] * 3 + ["distances"] * 3 + ["forest"] * 2 + ["synapses"] * 2 + ["connections"] * 6
for part in graph["parts"]:
    assert len(part["digest"]) == 32
    if part["part"] == "synapses":
        at = cells[f"Populations/{part['population']}/Synapse Attributes/syn_ids/Attribute Value"]
        assert part["synapses"] == len(at)
    if part["part"] == "connections":
        at = connections[f"Projections/{part['destination']}/{part['source']}/Edges"]
        assert part["edges"] == len(at["Source Index"]) and part["cells"] == len(at["Destination Pointer"]) - 1
assert network not in open(whole + "/graph.json").read()
assert list(h5py.File(bare + "/connections.h5")) == ["H5Types"]
PY

cp "$network/forest_PYR.h5" "$top/twice.h5"
graph wrong "forest=[\"DIR/forest_PYR.h5\", \"DIR/forest_PVBC.h5\", \"$top/twice.h5\"]"
refused twice "$top/wrong.json" \
    "forest of PYR are both in '$network/forest_PYR.h5' and in '$top/twice.h5'"
job other types 'cell_distributions={"STIM": {"SP": 17}, "PYR": {"SP": 40}, "PVBC": {"SP": 11}}'
on 0 "$top/other.json" "$top/other" || fail "types failed"
job other forest_PYR "types=\"$top/other/types.h5\""
on 0 "$top/other.json" "$top/other_forest" || fail "forest failed"
graph wrong "forest=[\"$top/other_forest/forest_PYR.h5\"]" 'synapses=[]'
refused other_types "$top/wrong.json" \
    "'$network/somas.h5' and '$top/other_forest/forest_PYR.h5' are of different networks: 41 cells of 'PYR' and 40"
graph wrong 'forest=["DIR/forest_PYR.h5"]'
refused no_trees "$top/wrong.json" "'$network/synapses_PVBC.h5' has synapses of PVBC, but no forest has its trees"
graph wrong 'distances="DIR/somas.h5"'
refused no_distances "$top/wrong.json" "somas.h5: no population has 'Arc Distances' in it"
"$python" - "$network/forest_PYR.h5" "$top/short.h5" <<'PY'
import sys
import h5py

with h5py.File(sys.argv[1]) as one, h5py.File(sys.argv[2], "w") as out:
    one.copy("H5Types", out)
    one.copy("Populations", out)
    out["Populations/PYR/Trees/Cell Index"].resize((40,))
PY
graph wrong "forest=[\"$top/short.h5\", \"DIR/forest_PVBC.h5\"]"
refused other_counts "$top/wrong.json" \
    "'$top/short.h5' has forest of PYR for 40 cells, '$network/somas.h5' has 41 cells"

# Gap junctions go to a file of their own, beside connections of the same populations.
make_parts gaps
pair='{"probability": 1, "max_distance": 90, "sections": ["apical"], "conductance": 1}'
job reverse gaps "gap_junctions={\"PVBC\": {\"PYR\": $pair}}"
job pyramids gaps "gap_junctions={\"PYR\": {\"PYR\": $pair}}"
for one in reverse pyramids; do on 0 "$top/$one.json" "$top/$one" || fail "gap junctions failed"; done
graph gaps "gap_junctions=[\"$top/pyramids/gaps.h5\", \"DIR/gaps.h5\"]"
same gaps "$top/gaps.json"
cmp "$top/gaps.0/cells.h5" "$top/whole.0/cells.h5" || fail "gap junctions changed the cells"
cmp "$top/gaps.0/connections.h5" "$top/whole.0/connections.h5" || fail "gap junctions changed the connections"
"$python" - "$network/gaps.h5" "$top" <<'PY' || fail "the gap junctions are not as their parts are"
import json, sys
import h5py

top = sys.argv[2]
joined, bare = (h5py.File(f"{top}/{name}.0/gap_junctions.h5") for name in ("gaps", "whole"))
for path, pairs in ((sys.argv[1], ("PYR/PVBC", "PVBC/PVBC")), (top + "/pyramids/gaps.h5", ("PYR/PYR",))):
    part = h5py.File(path)
    for pair in pairs:
        found = []
        part["Projections/" + pair].visititems(lambda name, at: found.append(name) if isinstance(at, h5py.Dataset) else None)
        assert len(found) == 10
        for name in found:
            one, two = part[f"Projections/{pair}/{name}"], joined[f"Projections/{pair}/{name}"]
            assert one.dtype == two.dtype and (one[:] == two[:]).all()
assert joined["H5Types/Valid population projections"][:].tolist() == [(100, 100), (101, 100), (101, 101)]
assert list(bare) == ["H5Types"] and len(bare["H5Types/Valid population projections"]) == 0
parts = [p for p in json.load(open(top + "/gaps.0/graph.json"))["parts"] if p["part"] == "gap_junctions"]
assert [(p["destination"], p["source"]) for p in parts] == [("PYR", "PYR"), ("PYR", "PVBC"), ("PVBC", "PVBC")]
assert all(p["junctions"] == len(joined[f"Projections/{p['destination']}/{p['source']}/Edges/Source Index"]) for p in parts)
PY
graph wrong "gap_junctions=[\"DIR/gaps.h5\", \"$top/reverse/gaps.h5\"]"
refused gaps_twice "$top/wrong.json" \
    "gap_junctions of PYR -> PVBC are both in '$network/gaps.h5' and in '$top/reverse/gaps.h5'"
echo "neuroh5_graph: the same bytes on 1, 2, 3, 5 and 8 ranks and without MPI"
