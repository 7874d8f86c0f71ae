#!/usr/bin/env bash
# The task `arc_distances` leaves the same bytes on any number of ranks; lengths are those along a box
# from the origin; mistakes are told once.
. "$(dirname "$0")/generation.bash"

network=$top/network
make_parts types somas
same distances "$network/distances.json"
job moved distances 'origin={"U": "min", "V": 30}' 'rotation=[20, 0, 0]'
same moved "$top/moved.json"
job ends distances 'origin={"U": "max", "V": "mean"}'
same ends "$top/ends.json"

"$python" - "$network/somas.h5" "$top/distances.0/distances.h5" "$top/moved.0/distances.h5" "$top/ends.0/distances.h5" <<'PY' ||
import sys
import h5py, numpy as np

somas, one, moved, ends = (h5py.File(path) for path in sys.argv[1:])
for population, n in (("STIM", 17), ("PYR", 41), ("PVBC", 11)):
    for file, origin in ((one, {"U": 100, "V": 100}), (moved, {"U": 0, "V": 30}),
                         (ends, {"U": 200, "V": 100})):
        group = file[f"Populations/{population}/Arc Distances"]
        for axis, zero in origin.items():
            d = group[axis + " Distance/Attribute Value"]
            at = somas[f"Populations/{population}/Generated Coordinates/{axis} Coordinate/Attribute Value"][:]
            assert d.dtype.str == "<f4" and len(d) == n and np.allclose(d[:], at - zero, atol=1e-5)
            assert group.attrs[f"Reference {axis} Min"] == -zero and group.attrs[f"Reference {axis} Max"] == 200 - zero
            assert group.attrs[f"Reference {axis} Min"].dtype == "<f8"
PY
    fail "the distances are not as they should be"

job wrong distances 'origin={"U": "middle"}'
refused unknown_origin "$top/wrong.json" "'origin.U' is neither median, min, max, mean nor a number"
job wrong distances "somas=\"$network/types.h5\""
refused no_somas "$top/wrong.json" \
    "types.h5: there is no dataset '/Populations/STIM/Generated Coordinates/U Coordinate/Attribute Value'"
claim "$top/network/somas.h5" "$top/claim.h5"
job wrong distances "somas=\"$top/claim.h5\""
refused_in_little claim "$top/wrong.json" "'U Coordinate' is there for 11 of the 2600000000 cells of 'PVBC'"
cp "$network/somas.h5" "$top/long.h5"
"$python" - "$top/long.h5" <<'PY'
import sys
import h5py

with h5py.File(sys.argv[1], "r+") as file:
    group = file["Populations/STIM/Generated Coordinates/U Coordinate"]
    del group["Attribute Value"]
    group.create_dataset("Attribute Value", (10000000,), "<f4", chunks=(1000,))
PY
job wrong distances "somas=\"$top/long.h5\""
refused never_written "$top/wrong.json" "claims 10000000 values, which the file cannot hold"
echo "arc_distances: the same bytes on 1, 2, 3, 5 and 8 ranks and without MPI"
