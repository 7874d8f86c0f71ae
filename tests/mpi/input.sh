#!/usr/bin/env bash
# The tasks `input_features` and `input_spike_trains` leave the same bytes on any number of ranks and
# for any buffer; rates are as described, given trains as given; mistakes are told once.
. "$(dirname "$0")/generation.bash"

network=$top/network
make_parts types features
same features "$network/features.json"
job small features 'buffer=1'
equal buffer_of_1 "$network/features.json" "$top/small.json"
same trains "$network/trains.json"
job small trains 'buffer=1'
equal trains_buffer_of_1 "$network/trains.json" "$top/small.json"
job medium trains 'buffer=2000'
equal trains_buffer_of_2000 "$network/trains.json" "$top/medium.json"
# The same rules without a file in between.
rules='{"STIM": {"type": "sinusoidal", "rate": {"normal": [20, 5]}, "frequency": 8, "depth": {"uniform": [0.2, 1]}},
        "PYR": {"type": "stepped", "times": [0, 200, 300], "rates": [5, {"exponential": 50}, 0]},
        "PVBC": {"type": "constant", "rate": 12}}'
job direct trains 'features=null' "rates=$rules"
equal direct "$network/trains.json" "$top/direct.json"
job seed trains 'seed=4'
same seed "$top/seed.json"

# Tables of rates, and trains, in files of all kinds.
"$python" - "$top" <<'PY'
import sys
import h5py, numpy as np

top = sys.argv[1]
times = np.array([0, 100, 300.0])
np.savetxt(top + "/rates.csv", np.column_stack([times, [10, 200, 0]]), delimiter=",", header="t,rate", comments="")
np.save(top + "/rates.npy", np.column_stack([times] + [[i, 2 * i, 0] for i in range(41)]))
rows = np.array([[60, 20.5], [58, 499.5], [60, 10], [68, 250.25], [60, -3], [60, 500]])
np.savetxt(top + "/trains.csv", rows, delimiter=" ", fmt="%g")
np.save(top + "/trains.npy", rows - [58, 0])
with h5py.File(top + "/other.h5", "w") as file:
    file["rates"] = np.column_stack([times, [10, 200, 0]]).astype("f4")
    file["Spikes/PVBC/gid"] = rows[:, 0].astype("u4")
    file["Spikes/PVBC/t"] = rows[:, 1] / 1000
    file["bad"] = np.array([[0, 1], [5, np.nan]])
PY
job tables features "features={\"STIM\": {\"type\": \"linear\", \"file\": \"$top/rates.csv\", \"scale\": 2},
    \"PYR\": {\"type\": \"stepped\", \"file\": \"$top/rates.npy\"},
    \"PVBC\": {\"type\": \"linear\", \"file\": \"$top/other.h5\", \"dataset\": \"/rates\"}}"
same tables "$top/tables.json"
given() { job "$1" trains 'features=null' "trains={\"PVBC\": $2}" "${@:3}"; }
given csv "{\"file\": \"$top/trains.csv\"}"
given npy "{\"file\": \"$top/trains.npy\", \"cells\": \"index\"}"
given h5 "{\"file\": \"$top/other.h5\", \"dataset\": [\"/Spikes/PVBC/gid\", \"/Spikes/PVBC/t\"], \"unit\": \"s\"}"
same csv "$top/csv.json"
equal npy "$top/csv.json" "$top/npy.json"
equal h5 "$top/csv.json" "$top/h5.json"
given again "{\"file\": \"$top/csv.0/trains.h5\", \"namespace\": \"Input Spikes\"}"
equal again "$top/csv.json" "$top/again.json"
given shifted "{\"file\": \"$top/trains.csv\", \"shift\": 5}" 'start=10' 'stop=30' 'namespace="Other"' 'attribute="t"'
same shifted "$top/shifted.json"
# Nothing to write: no rate, no time, no rows.
: >"$top/empty.csv"
job silent trains 'features=null' 'rates={"STIM": {"type": "constant", "rate": 0}}' "trains={\"PYR\": {\"file\": \"$top/empty.csv\"}}"
same silent "$top/silent.json"
job brief trains 'stop=0'
same brief "$top/brief.json"

"$python" - "$top" <<'PY' || fail "the trains are not as they should be"
import sys
import h5py, numpy as np

top = sys.argv[1]
counts = {"STIM": 17, "PYR": 41, "PVBC": 11}

def read(path, population, space, attribute, kind):
    group = h5py.File(f"{top}/{path}")[f"Populations/{population}/{space}/{attribute}"]
    n = counts[population]
    assert group["Cell Index"][:].tolist() == list(range(n)) and group["Cell Index"].dtype.str == "<u4"
    pointer, value = group["Attribute Pointer"][:].astype(int), group["Attribute Value"]
    assert group["Attribute Pointer"].dtype.str == "<u8" and value.dtype.str == kind
    assert len(pointer) == n + 1 and pointer[0] == 0 and pointer[-1] == len(value)
    return [value[a:b] for a, b in zip(pointer, pointer[1:])]

def trains(name, population):
    found = read(f"{name}.0/trains.h5", population, "Input Spikes", "Spike Train", "<f4")
    for t in found:
        assert (np.diff(t) >= 0).all() and (t >= 0).all() and (t < 500).all()
    return found

def feature(name, population, attribute, kind="<f8"):
    return read(f"{name}.0/features.h5", population, "Input Features", attribute, kind)

single = lambda *a: np.concatenate(feature(*a))
assert (single("features", "STIM", "Rate Type", "|u1") == 2).all() and (single("features", "PYR", "Rate Type", "|u1") == 1).all()
mean, depth = single("features", "STIM", "Mean Rate"), single("features", "STIM", "Modulation Depth")
assert len(set(mean)) == 17 and abs(mean.mean() - 20) < 3.3 * 5 / np.sqrt(17) and (depth >= 0.2).all() and (depth <= 1).all()
assert np.allclose(single("features", "STIM", "Peak Rate", "<f4"), mean * (1 + depth))
assert (single("features", "STIM", "Modulation Frequency") == 8).all()
assert all(len(r) == 0 for r in feature("features", "STIM", "Rates"))
assert all(t.tolist() == [0, 200, 300] for t in feature("features", "PYR", "Rate Times"))
steps = np.array(feature("features", "PYR", "Rates"))
assert (steps[:, 0] == 5).all() and (steps[:, 2] == 0).all() and len(set(steps[:, 1])) == 41
assert all(r.tolist() == [12] for r in feature("features", "PVBC", "Rates"))
assert all(r.tolist() == [20, 400, 0] for r in feature("tables", "STIM", "Rates"))
assert all(r.tolist() == [i, 2 * i, 0] for i, r in enumerate(feature("tables", "PYR", "Rates")))
assert all(r.tolist() == [10, 200, 0] for r in feature("tables", "PVBC", "Rates"))

one, other = trains("trains", "PYR"), trains("seed", "PYR")
assert all((np.diff(t) > 2 - 1e-3).all() and (t < 300).all() for t in one)
assert [t.tolist() for t in one] != [t.tolist() for t in other]
total = sum(len(t) for t in trains("trains", "PVBC"))
expected = 11 * 500 / (1000 / 12 + 2)
assert abs(total - expected) < 3.3 * np.sqrt(expected), total
given = trains("csv", "PVBC")
want = {0: [499.5], 2: [10, 20.5], 10: [250.25]}
assert all(t.tolist() == want.get(i, []) for i, t in enumerate(given))
shifted = read("shifted.0/trains.h5", "PVBC", "Other", "t", "<f4")
assert all(t.tolist() == {2: [15, 25.5]}.get(i, []) for i, t in enumerate(shifted))
for name, population in (("silent", "STIM"), ("silent", "PYR"), ("brief", "PVBC"), ("brief", "STIM")):
    assert sum(map(len, trains(name, population))) == 0
assert list(h5py.File(f"{top}/csv.0/trains.h5")["Populations"]) == ["PVBC"]
PY

# A population without cells.
job types types 'cell_distributions={"STIM": {"SP": 17}, "PYR": {"SP": 41}, "PVBC": {"SP": 0}}'
on 0 "$top/types.json" "$top/none" || fail "types failed"
job features features "types=\"$top/none/types.h5\""
same none_features "$top/features.json"
job trains trains "types=\"$top/none/types.h5\"" "features=\"$top/none_features.0/features.h5\""
same none_trains "$top/trains.json"
"$python" - "$top" <<'PY' || fail "a population without cells has other files"
import sys
import h5py

for path, attribute in (("features", "Input Features/Rates"), ("trains", "Input Spikes/Spike Train")):
    at = h5py.File(f"{sys.argv[1]}/none_{path}.0/{path}.h5")[f"Populations/PVBC/{attribute}"]
    assert len(at["Cell Index"]) == len(at["Attribute Value"]) == 0 and at["Attribute Pointer"][:].tolist() == [0]
PY

job wrong features 'features={"STIN": {"type": "constant", "rate": 3}}'
refused no_population "$top/wrong.json" "there is no population 'STIN'"
job wrong features 'features={"STIM": {"type": "constant", "rate": -3}}'
refused negative "$top/wrong.json" "'features.STIM.rate' is -3; it goes from 0 to 100000"
job wrong features "features={\"PYR\": {\"type\": \"linear\", \"file\": \"$top/other.h5\", \"dataset\": \"/bad\"}}"
refused nan "$top/wrong.json" "other.h5: value 3 of dataset '/bad' is no finite number"
job wrong features "features={\"STIM\": {\"type\": \"stepped\", \"file\": \"$top/rates.npy\"}}"
refused columns "$top/wrong.json" "it has 42 columns; a time and one rate are needed, or a rate for each of the 17 cells"
job wrong trains 'rates={"STIM": {"type": "constant", "rate": 3}}'
refused two_ways "$top/wrong.json" "'STIM' gets trains in more than one way: by features and rates"
job wrong trains 'stop=-1'
refused backwards "$top/wrong.json" "trains go from start to stop: not from 0 to -1 ms"
job wrong trains "features=\"$network/types.h5\""
refused no_features "$top/wrong.json" "no population has 'Input Features' in it"
job wrong trains "types=\"$top/none/types.h5\""
refused other_types "$top/wrong.json" "its populations differ from those of 'types'"
given wrong "{\"file\": \"$top/trains.csv\", \"cells\": \"index\"}"
refused no_cell "$top/wrong.json" "trains.csv: row 1 is of cell 60; there are 0 to 10"
head -c 100 "$top/trains.npy" >"$top/cut.npy"
given wrong "{\"file\": \"$top/cut.npy\"}"
refused cut "$top/wrong.json" "cut.npy: its NPY header is cut off"
head -c 900 "$top/csv.0/trains.h5" >"$top/cut.h5"
given wrong "{\"file\": \"$top/cut.h5\", \"namespace\": \"Input Spikes\"}"
refused cut_h5 "$top/wrong.json" "cut.h5"
full full "$network/trains.json" 1 8
echo "input: the same bytes on any number of ranks and without MPI"
