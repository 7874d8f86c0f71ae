#!/usr/bin/env bash
# The task `connections` leaves the same bytes on any number of ranks and for any buffer; projections
# draw independently of each other; its mistakes are told once, and end all ranks.
. "$(dirname "$0")/generation.bash"

make_parts types somas distances forest_PYR forest_PVBC synapses_PYR synapses_PVBC
network=$top/network

same pyr "$network/connections_PYR.json"
same pvbc "$network/connections_PVBC.json"
job autapses connections_PYR 'autapses=true'
same autapses "$top/autapses.json"

job small connections_PYR 'buffer=1'
equal buffer_of_1 "$network/connections_PYR.json" "$top/small.json"
job small connections_PYR 'buffer=100000'
equal buffer_of_100k "$network/connections_PYR.json" "$top/small.json"

# Another extent of one source: its own edges change, the others' stay.
extents='{"STIM": {"default": {"width": [60, 90], "offset": [0, 0]}, "SR": {"width": [200, 200], "offset": [10, 0]}},
          "PYR": {"default": {"width": [150, 400], "offset": [0, 20]}}, "PVBC": {"default": {"width": [40, 60]}}}'
job axons connections_PYR "axon_extents=$extents"
same axons "$top/axons.json"
"$python" - "$top" <<'PY' || fail "the files are not as they should be"
import json, sys
import h5py, numpy as np

top = sys.argv[1]
one, axons, autapses = (h5py.File(f"{top}/{name}.0/connections_PYR.h5")["Projections/PYR"]
                        for name in ("pyr", "axons", "autapses"))
assert sorted(one) == ["PVBC", "PYR", "STIM"]
def edges(f, source):
    return [f[source][k][:] for k in ("Edges/Destination Pointer", "Edges/Source Index", "Synapses/syn_id",
                                      "Connections/distance")]
def alike(a, b, source):
    return all(len(x) == len(y) and (x == y).all() for x, y in zip(edges(a, source), edges(b, source)))
assert alike(one, axons, "STIM") and alike(one, axons, "PYR") and not alike(one, axons, "PVBC")
assert alike(one, autapses, "STIM") and not alike(one, autapses, "PYR")
for f, own in ((one, False), (autapses, True)):
    pointer, source, _, _ = edges(f, "PYR")
    cell = np.repeat(np.arange(41), np.diff(pointer.astype(int)))
    assert (cell == source).any() == own
report = json.load(open(f"{top}/axons.0/connections_PYR.json"))
synapses = h5py.File(f"{top}/network/synapses_PYR.h5")["Populations/PYR/Synapse Attributes/syn_ids/Attribute Value"]
assert report["population"] == "PYR" and report["cells"] == 41
assert report["synapses"] == len(synapses) == report["edges"] + report["unconnected"]
assert report["edges"] == sum(len(axons[s]["Edges/Source Index"]) for s in axons)
lost = report["no_projection"]["synapses"]
for source, part in report["projections"].items():
    assert part["edges"] == len(axons[source]["Edges/Source Index"])
    lost += part["out_of_reach"]["synapses"]
assert report["projections"]["PVBC"]["out_of_reach"]["synapses"] > 0
assert report["projections"]["PVBC"]["out_of_reach"]["cells"] > 0
assert report["unconnected"] == lost
PY

# Other contacts of one source: its own edges change. Other proportions between two sources: theirs change, the
# third one's stay.
"$python" - "$network/connections_PYR.json" "$top" <<'PY'
import copy, json, sys

job, top = json.load(open(sys.argv[1])), sys.argv[2]
def write(name, change):
    changed = copy.deepcopy(job)
    change(changed["parameters"]["projections"])
    json.dump(changed, open(f"{top}/{name}.json", "w"))
def share(projections):
    for source, part in (("STIM", 0.4), ("PYR", 0.6)):
        projections[source]["proportions"] = [part] * len(projections[source]["proportions"])
write("contacts", lambda projections: projections["STIM"].update(contacts=4))
write("share", share)
PY
on 0 "$top/contacts.json" "$top/contacts" && on 0 "$top/share.json" "$top/share" || fail "a changed projection failed"
"$python" - "$top" <<'PY' || fail "a changed projection changes others"
import sys
import h5py

top = sys.argv[1]
def edges(name):
    at = h5py.File(f"{top}/{name}/connections_PYR.h5")["Projections/PYR"]
    return {source: [at[source][k][:].tobytes() for k in ("Edges/Destination Pointer", "Edges/Source Index",
                                                          "Synapses/syn_id", "Connections/distance")]
            for source in at}
before, contacts, share = edges("pyr.0"), edges("contacts"), edges("share")
assert {s for s in before if before[s] != contacts[s]} == {"STIM"}
assert {s for s in before if before[s] != share[s]} == {"STIM", "PYR"}
PY

# Nobody in reach: an error, or a warning and an empty projection.
empty=${extents/\[40, 60\]/[1e-6, 1e-6]}
job empty connections_PYR "axon_extents=$empty"
refused empty "$top/empty.json" "the projection from 'PVBC' to 'PYR' has no edge: no source cell is in reach of any cell ('on_empty: warn' goes on)"
job empty_warn connections_PYR "axon_extents=$empty" 'on_empty="warn"'
same empty_warn "$top/empty_warn.json" 2>"$top/said"
grep -qF "the projection from 'PVBC' to 'PYR' has no edge: no source cell is in reach of any cell" "$top/said" ||
    fail "no warning of an empty projection"

# A population without cells is meant so: a warning, though nobody is in reach.
cells='{"STIM": {"SP": 17}, "PYR": {"SP": 41}, "PVBC": {"SP": 0}}'
job types types "cell_distributions=$cells"
job somas somas "cell_distributions=$cells" "types=\"$top/none_types/types.h5\""
job distances distances "somas=\"$top/none_somas/somas.h5\""
job forest forest_PYR "types=\"$top/none_types/types.h5\""
job synapses synapses_PYR "forest=\"$top/none_forest/forest_PYR.h5\""
for part in types somas distances forest synapses; do
    on 0 "$top/$part.json" "$top/none_$part" || fail "$part of a population without cells failed"
done
job none connections_PYR "synapses=\"$top/none_synapses/synapses_PYR.h5\"" \
    "distances=\"$top/none_distances/distances.h5\""
same none "$top/none.json" 2>"$top/said"
grep -qF "the projection from 'PVBC' to 'PYR' has no edge: its source has no cells" "$top/said" ||
    fail "no warning of a source without cells"

job wrong connections_PYR "axon_extents={\"STIM\": {\"default\": {\"width\": [60, 90]}}}"
refused no_extent "$top/wrong.json" "axon_extents has no entry for source 'PYR'"
job wrong connections_PYR 'projections={"STIM": {"type": "excitatory", "sections": ["basal"], "layers": ["SO"], "proportions": [0.5]}}'
refused proportions "$top/wrong.json" "the proportions of excitatory synapses on basal in layer SO sum to 0.5 over all sources, not to 1"
job wrong connections_PYR "synapses=\"$network/forest_PYR.h5\""
refused no_synapses "$top/wrong.json" "forest_PYR.h5"
job wrong connections_PYR "distances=\"$network/somas.h5\""
refused no_distances "$top/wrong.json" "somas.h5"
claim "$network/synapses_PVBC.h5" "$top/claim_synapses.h5"
claim "$network/distances.h5" "$top/claim_distances.h5"
job wrong connections_PVBC "synapses=\"$top/claim_synapses.h5\"" "distances=\"$top/claim_distances.h5\""
refused_in_little claim "$top/wrong.json" "'U Distance' is there for 11 of the 2600000000 cells of 'PVBC'"
full full "$network/connections_PVBC.json" 1 64 256
echo "connections: the same bytes on 1, 2, 3, 5 and 8 ranks and without MPI"
