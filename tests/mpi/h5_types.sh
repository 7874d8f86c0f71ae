#!/usr/bin/env bash
# The task `h5_types` leaves the same bytes on any number of ranks; the file says what the
# configuration says, in the types that others read; mistakes are told once.
. "$(dirname "$0")/generation.bash"

network=$top/network
same types "$network/types.json"
job reordered types 'cell_distributions={"PVBC": {"SR": 2, "SO": 3, "SP": 6}, "PYR": {"SP": 41}, "STIM": {"SP": 17}}'
equal key_order "$network/types.json" "$top/reordered.json"

"$python" - "$top/types.0/types.h5" <<'PY' || fail "the file is not as it should be"
import sys
import h5py, numpy as np

types = h5py.File(sys.argv[1])["H5Types"]
rows = types["Populations"]
assert [tuple(int(x) for x in row) for row in rows[:]] == [(0, 17, 0), (17, 41, 100), (58, 11, 101)]
assert rows.dtype.names == ("Start", "Count", "Population") and rows.dtype.itemsize == 14
assert [rows.dtype[i].base.str for i in range(3)] == ["<u8", "<u4", "<u2"]
names = h5py.check_enum_dtype(types["Population labels"].dtype)
assert names == {"STIM": 0, "PYR": 100, "PVBC": 101}
assert h5py.check_enum_dtype(rows.dtype["Population"]) == names
assert types["Population range"].dtype == rows.dtype
pairs = types["Valid population projections"]
assert types["Population projections"].dtype == pairs.dtype and pairs.dtype.itemsize == 4
assert [tuple(int(x) for x in row) for row in pairs[:]] == [(s, d) for d in (100, 101) for s in (0, 100, 101)]
PY

job wrong types 'cell_distributions={"PYR": {"SP": -1}}'
refused negative_count "$top/wrong.json" "'cell_distributions.PYR.SP' is -1; it goes from 0 to 4294967295"
job wrong types 'cell_distributions={"PYX": {"SP": 1}}'
refused unknown_population "$top/wrong.json" \
    "cell_distributions: there is no number in definitions.populations for 'PYX'; did you mean 'PYR'?"
job wrong types 'projections={"PYR": {"XXX": {}}}'
refused unknown_source "$top/wrong.json" "projection from 'XXX' to 'PYR': there is no population 'XXX'"
echo "h5_types: the same bytes on 1, 2, 3, 5 and 8 ranks and without MPI"
