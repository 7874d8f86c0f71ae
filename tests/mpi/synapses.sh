#!/usr/bin/env bash
# The task `synapses` leaves the same bytes on any number of ranks and for any buffer, where all cells
# have one tree and where they differ; its mistakes are told once, and end all ranks.
. "$(dirname "$0")/generation.bash"

make_parts types forest_PYR forest_PVBC
network=$top/network

same one_tree "$network/synapses_PYR.json"
"$python" "$generation" "$network" mixed PYR PVBC
job mixed synapses_PYR "forest=\"$network/forest_mixed.h5\""
same two_trees "$top/mixed.json"
cmp -s "$top/one_tree.0/synapses_PYR.h5" "$top/two_trees.0/synapses_PYR.h5" &&
    fail "the trees do not matter"
job uniform synapses_PVBC 'distribution="uniform"' 'nseg=3'
same uniform "$top/uniform.json"
job none synapses_PVBC 'cell_type={"synapses": {}}'
same none "$top/none.json"

# Blocks of one cell, of a few, of all.
job small synapses_PYR 'buffer=1'
equal buffer_of_1 "$network/synapses_PYR.json" "$top/small.json"
job small synapses_PYR 'buffer=100000' "forest=\"$network/forest_mixed.h5\""
equal buffer_of_100k "$top/mixed.json" "$top/small.json"

# Cells of one tree have the same synapses whatever trees others have, as long as the trees are alike.
"$python" - "$top/one_tree.0/synapses_PYR.h5" "$top/two_trees.0/synapses_PYR.h5" "$network/forest_mixed.h5" \
    "$top/none.0/synapses_PVBC.h5" <<'PY' || fail "the files are not as they should be"
import sys
import h5py, numpy as np

one, two, forest, none = (h5py.File(path) for path in sys.argv[1:])
a, b = (f["Populations/PYR/Synapse Attributes"] for f in (one, two))
tree = forest["Populations/PYR/Trees/Section"]
pa, pb = a["syn_locs/Attribute Pointer"][:], b["syn_locs/Attribute Pointer"][:]
assert len(pa) == 42 and pa[-1] == len(a["syn_locs/Attribute Value"]) > 10000
assert (a["syn_locs/Cell Index"][:] == np.arange(41)).all()
for cell in range(41):
    x, y = (f["syn_locs/Attribute Value"][p[cell]:p[cell + 1]] for f, p in ((a, pa), (b, pb)))
    assert (len(x) == len(y) and (x == y).all()) == (cell % 3 != 2), cell
    start = int(tree["Attribute Pointer"][cell])
    sections = tree["Attribute Value"][start]
    assert b["syn_secs/Attribute Value"][pb[cell]:pb[cell + 1]].max() < sections
    ids = b["syn_ids/Attribute Value"][pb[cell]:pb[cell + 1]]
    assert (ids == np.arange(len(ids))).all()
types = {"syn_ids": "<u4", "syn_locs": "<f4", "syn_cdists": "<f4", "syn_secs": "<u4", "syn_layers": "|i1",
         "syn_types": "|u1", "swc_types": "|u1"}
assert {k: a[k]["Attribute Value"].dtype.str for k in a} == types
n = none["Populations/PVBC/Synapse Attributes"]
assert all(len(n[k]["Attribute Value"]) == 0 and (n[k]["Attribute Pointer"][:] == 0).all() for k in types)
PY

job wrong synapses_PYR 'cell_type={"synapses": {"density": {"basal": {"excitatory": {"SX": {"mean": 1}}}}}}'
refused unknown_layer "$top/wrong.json" "there is no layer 'SX'"
job wrong synapses_PYR 'd_lambda=1e-9'
refused too_many_segments "$top/wrong.json" "segments by the d-lambda rule, more than 32767"
job wrong synapses_PYR 'population="STIM"'
refused no_trees "$top/wrong.json" "STIM"
job wrong synapses_PYR "forest=\"$network/types.h5\""
refused no_forest "$top/wrong.json" "types.h5"
head -c 3000 "$network/forest_PYR.h5" >"$network/cut.h5"
job wrong synapses_PYR "forest=\"$network/cut.h5\""
refused cut_file "$top/wrong.json" "cut.h5"
claim "$network/forest_PVBC.h5" "$top/claim.h5"
job wrong synapses_PVBC "forest=\"$top/claim.h5\""
refused_in_little claim "$top/wrong.json" "11 of the 2600000000 cells of 'PVBC' have a tree"
full full "$network/synapses_PVBC.json" 1 64 256
echo "synapses: the same bytes on 1, 2, 3, 5 and 8 ranks and without MPI"
