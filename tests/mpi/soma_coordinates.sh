#!/usr/bin/env bash
# The task `soma_coordinates` leaves the same bytes on any number of ranks; places are in their
# layers, even, ascending along U; mistakes are told once.
. "$(dirname "$0")/generation.bash"

network=$top/network
make_parts types
same somas "$network/somas.json"
job turned somas 'rotation=[90, 0, 30]' 'cell_constraints={"PVBC": {"SP": [60, 70]}}'
same turned "$top/turned.json"
job other somas 'seed=4'
same other "$top/other.json"
job reordered somas 'cell_distributions={"PVBC": {"SR": 2, "SO": 3, "SP": 6, "SLM": 0}, "PYR": {"SP": 41}, "STIM": {"SP": 17}}'
equal key_order "$network/somas.json" "$top/reordered.json"

"$python" - "$top/somas.0/somas.h5" "$top/turned.0/somas.h5" "$top/other.0/somas.h5" <<'PY' ||
import sys
import h5py, numpy as np

def read(file, population, axes="UVL"):
    group = file[f"Populations/{population}/Generated Coordinates"]
    for axis in "XYZUVL":
        at = group[axis + " Coordinate"]
        n = len(at["Cell Index"])
        assert (at["Cell Index"][:] == np.arange(n)).all() and (at["Attribute Pointer"][:] == np.arange(n + 1)).all()
        assert [at[k].dtype.str for k in ("Cell Index", "Attribute Pointer", "Attribute Value")] == ["<u4", "<u8", "<f4"]
    return np.stack([group[axis + " Coordinate/Attribute Value"][:] for axis in axes], 1)

def nearest(points):
    d = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(d, np.inf)
    return d.min(1)

one, turned, other = (h5py.File(path) for path in sys.argv[1:])
layers = {"SO": (0, 50), "SP": (50, 100), "SR": (100, 200)}
counts = {"STIM": {"SP": 17}, "PYR": {"SP": 41}, "PVBC": {"SO": 3, "SP": 6, "SR": 2}}
everybody = []
for population, by_layer in counts.items():
    p = read(one, population)
    everybody.append(p)
    assert len(p) == sum(by_layer.values())
    assert (p[:, :2] >= 0).all() and (p[:, :2] <= 200).all() and (np.diff(p[:, 0]) >= 0).all()
    for layer, n in by_layer.items():
        low, high = layers[layer]
        assert ((p[:, 2] > low) & (p[:, 2] < high)).sum() == n or n == ((p[:, 2] >= low) & (p[:, 2] <= high)).sum()
    assert (read(one, population, "XYZ") == p).all()
    assert (read(other, population) != p).any(0).all()
    t, u = read(turned, population, "XYZ"), read(turned, population)
    # about x by 90 degrees: (u, -l, v); then about z by 30
    x, y = u[:, 0], -u[:, 2]
    c, s = np.cos(np.pi / 6), np.sin(np.pi / 6)
    assert np.allclose(t, np.stack([c * x - s * y, s * x + c * y, u[:, 1]], 1), atol=1e-4)
constrained = read(turned, "PVBC")[:, 2]
assert ((constrained >= 60) & (constrained <= 70)).sum() == 6

# The layer's 64 somata have 31 250 um3 each: random places would be 17 um apart (the mean of the
# distance to the nearest is 0.55 / density^(1/3)), a lattice 31; those of one population have more.
layer = np.concatenate(everybody)
layer = layer[(layer[:, 2] > 50) & (layer[:, 2] < 100)]
n = nearest(layer)
assert np.median(n) > 26 and n.min() > 18, (np.median(n), n.min())
n = nearest(everybody[1])
assert np.median(n) > 30 and n.min() > 20, (np.median(n), n.min())
PY
    fail "the places are not as they should be"

job wrong somas 'cell_distributions={"STIM": {"SP": 17}, "PYR": {"SP": 40}, "PVBC": {"SP": 11}}'
refused other_counts "$top/wrong.json" "'cell_distributions.PYR' has 40 cells, the types have 41"
job wrong somas 'cell_distributions={"STIM": {"SX": 17}, "PYR": {"SP": 41}, "PVBC": {"SP": 11}}'
refused unknown_layer "$top/wrong.json" "cell_distributions.STIM: 'layer_extents' has no layer 'SX'"
job wrong somas 'cell_constraints={"PYR": {"SP": [10, 20]}}'
refused empty_constraint "$top/wrong.json" "'cell_constraints.PYR.SP' leaves nothing of the layer"
job wrong somas 'rotation=[1, 2]'
refused two_angles "$top/wrong.json" "'rotation' has 2 entries; it takes 3 numbers"
job wrong somas "types=\"$network/none.h5\""
refused no_types "$top/wrong.json" "none.h5': No such file or directory"
# Places of one's own, in a layer that has no extents.
seq 17 | awk '{ print $1 * 5 ", " 200 - $1 ", 75.5" }' >"$top/places.csv"
job given somas 'cell_distributions={"STIM": {"@S": 17}, "PYR": {"SP": 41}, "PVBC": {"SO": 3, "SP": 6, "SR": 2}}' \
    "points={\"STIM\": {\"@S\": \"$top/places.csv\"}}"
same given "$top/given.json"
"$python" - "$top/given.0/somas.h5" <<'PY' || fail "given places are not where they were given"
import sys
import h5py, numpy as np

g = h5py.File(sys.argv[1])["Populations/STIM/Generated Coordinates"]
at = [g[f"{k} Coordinate/Attribute Value"][:] for k in "UVL"]
n = np.arange(1, 18)
assert (at[0] == 5 * n).all() and (at[1] == 200 - n).all() and (at[2] == 75.5).all()
PY
# The same places from HDF5 (rows, and coordinates as this task leaves them) and from NPY.
"$python" - "$top" "$top/given.0/somas.h5" <<'PY'
import sys
import h5py, numpy as np

rows = np.loadtxt(sys.argv[1] + "/places.csv", delimiter=",")
np.save(sys.argv[1] + "/places.npy", rows)
with h5py.File(sys.argv[1] + "/places.h5", "w") as file:
    file["uvl"] = rows
with h5py.File(sys.argv[1] + "/short.h5", "w") as file:
    file["uvl"] = rows[:16]
with h5py.File(sys.argv[1] + "/pairs.h5", "w") as file:
    file["uvl"] = rows[:, :2]
with h5py.File(sys.argv[1] + "/empty.h5", "w") as file:
    file["other"] = rows
PY
for places in places.npy places.h5 given.0/somas.h5; do
    job other somas "points={\"STIM\": {\"@S\": \"$top/$places\"}}" \
        'cell_distributions={"STIM": {"@S": 17}, "PYR": {"SP": 41}, "PVBC": {"SO": 3, "SP": 6, "SR": 2}}'
    equal "from_${places//\//_}" "$top/given.json" "$top/other.json"
done
while read -r file text; do
    job wrong somas "points={\"STIM\": {\"@S\": \"$top/$file\"}}" \
        'cell_distributions={"STIM": {"@S": 17}, "PYR": {"SP": 41}, "PVBC": {"SO": 3, "SP": 6, "SR": 2}}'
    refused "places_$file" "$top/wrong.json" "$file: $text"
done <<'END'
short.h5 there are 16 places for 17 somata
pairs.h5 it has 2 columns; a place is three numbers: u, v, l
empty.h5 there is neither a dataset '/uvl' nor the Generated Coordinates of 'STIM'
END
echo "soma_coordinates: the same bytes on 1, 2, 3, 5 and 8 ranks and without MPI"
