#!/usr/bin/env bash
# fornix h5: files as we write them and as others do, everything that can be wrong with one, damage, differences.
source "$(dirname "$0")/lib.sh"

python=$FORNIX_VENV/bin/python
files=$FORNIX_SOURCE/tests/e2e/h5_files.py
make() { "$python" "$files" "$@" || fail "h5_files.py $*"; }

make plain plain.h5
make foreign foreign.h5

# --- ls ------------------------------------------------------------------------------------------
fx h5 ls plain.h5
expect_status 0
expect_said "A: number 0, gids 0..3, 4 cells"
expect_said "B: number 7, gids 4..9, 6 cells"
expect_said "    syn_locs               f32            6 cells           15 values"
expect_said "  B/A  6 edges onto 6 cells, "
expect_said "Connections/distance (f32) Location/Destination position (f32) Location/Destination section (u32) Synapses/syn_id (u32)"
fx h5 ls --json foreign.h5
expect_status 0
expect_equal "listed edges" "$("$python" -c 'import json,sys; d = json.load(open(sys.argv[1]));
print(d["projections"][0]["edges"], d["populations"]["B"]["attributes"]["Trees"]["Section"]["values"])' "$WORK/got")" "6 72"

# --- show ----------------------------------------------------------------------------------------
for file in plain foreign; do
    fx h5 show $file.h5 --gid 6
    expect_status 0
    expect_said "population: B"
    expect_said "X Coordinate 90"
    expect_said "syn_secs: 0 1 2 0 1"
    expect_said "basal: sections 2, length_um 3"
    expect_said "apical: sections 1, length_um 3"
    fx h5 show --json $file.h5 B/A --gid 6
    expect_equal "edges onto gid 6 of $file" "$("$python" -c 'import json,sys; e = json.load(open(sys.argv[1]))["B/A"];
print(sorted(zip(e["source_cells"], e["Synapses/syn_id"], e["Connections/distance"])))' "$WORK/got")" \
        "[(0, 4, 4.0), (2, 0, 20.0), (2, 1, 21.0)]"
    fx h5 show $file.h5 B/A
    expect_said "in_degree: min 0, lower_quartile 0, median 0.5, upper_quartile 1.75, mean 1, max 3"
    expect_said "out_degree: min 1, lower_quartile 1, median 1.5, upper_quartile 2, mean 1.5, max 2"
    fx h5 show --json $file.h5 B
    expect_status 0
    expect_equal "synapses per cell" "$("$python" -c 'import json,sys
print(*json.load(open(sys.argv[1]))["B"]["attributes"]["Synapse Attributes"]["syn_ids"]["values_per_cell"].values())' "$WORK/got")" \
        "0.0 1.25 2.5 3.75 2.5 5.0"
done
fx h5 show plain.h5 C
expect_status 2
expect_said "there is no population or projection 'C'"
fx h5 show plain.h5 --gid 10
expect_status 2
expect_said "there is no cell with gid 10"
fx h5 show plain.h5 A --gid 6
expect_status 2
expect_said "'A' has no cell with gid 6"

# --- check ---------------------------------------------------------------------------------------
fx h5 check plain.h5
expect_status 0
expect_said "plain.h5: clean: 2 populations, 15 synapses, 1 projection, 6 edges; "
fx h5 check foreign.h5
expect_status 0
expect_said "foreign.h5: warning: '/Populations/A/Generated Coordinates/X Coordinate/Cell Index' is of type u16; others expect u32"
expect_said "foreign.h5: clean, with "
for name in $("$python" "$files" damages); do
    said=$(make damage plain.h5 damaged.h5 "$name")
    fx h5 check damaged.h5
    expect_status 1
    expect_said "$said"
done
make damage plain.h5 damaged.h5 source >/dev/null
fx h5 check --json damaged.h5
expect_status 1
expect_equal "the finding" "$("$python" -c 'import json,sys; d = json.load(open(sys.argv[1])); f = d["findings"][0]
print(d["clean"], d["problems"], f["file"], f["dataset"], f["index"], f["text"], sep="; ")' "$WORK/got")" \
    "False; 1; damaged.h5; /Projections/B/A/Edges/Source Index; 2; is 4; 'A' has 4 cells"
make damage plain.h5 damaged.h5 fewer_cells >/dev/null
fx h5 check --limit 2 damaged.h5
expect_status 1
expect_said "more is wrong; --limit N tells more than 2"

# Edges in a file of their own, held against the cells.
"$python" - <<'P'
import h5py
with h5py.File("plain.h5") as one, h5py.File("edges.h5", "w") as edges, h5py.File("cells.h5", "w") as cells:
    for name in ("H5Types", "Projections"):
        one.copy(name, edges)
    for name in ("H5Types", "Populations"):
        one.copy(name, cells)
    edges["Projections/B/A/Synapses/syn_id"][0] = 3
P
fx h5 check edges.h5
expect_status 0
fx h5 check edges.h5 --cells cells.h5
expect_status 1
expect_said "edges.h5: '/Projections/B/A/Synapses/syn_id'[0] is 3; cell 0 has 3 synapses"
make damage plain.h5 other.h5 fewer_cells >/dev/null
fx h5 check edges.h5 --cells other.h5
expect_status 1
expect_said "edges.h5: '/H5Types' is not that of 'other.h5': "
expect_said "other.h5: '/Populations/B/Input Spikes/t/Cell Index'[5] is 5; 'B' has 5 cells"

# --- diff ----------------------------------------------------------------------------------------
fx h5 diff plain.h5 plain.h5
expect_status 0
expect_got </dev/null
fx h5 diff plain.h5 foreign.h5
expect_status 1
expect_said "B, Trees, Section: type u16, u32"
expect_not_said "cells differ"
expect_not_said "edges onto"
fx h5 diff --ignore-types plain.h5 foreign.h5
expect_status 0
for file in plain foreign; do
    cp plain.h5 changed.h5
    "$python" - <<'P'
import h5py
with h5py.File("changed.h5", "r+") as file:
    file["Populations/B/Synapse Attributes/syn_locs/Attribute Value"][4] = 0.75
    file["Projections/B/A/Edges/Source Index"][1] = 2
    file["Populations/B/Generated Coordinates"].attrs["Reference U Max"] = 100.5
    file["Recordings/v"] = [1.0, 2.0]
P
    fx h5 diff --ignore-types $file.h5 changed.h5
    expect_status 1
    expect_got <<T
B, Synapse Attributes, syn_locs: 1 cells differ, in 1 values; cell 2, value 1: 0.125, 0.75
projection B/A: 2 edges onto 1 cells are in one file only; cell 0 has 2 edges, 2; one from cell 2 is in one file only
/Recordings/v: only in 'changed.h5'
/Populations/B/Generated Coordinates, attribute 'Reference U Max': 100, 100.5
T
done
cp plain.h5 near.h5
"$python" -c 'import h5py; h5py.File("near.h5", "r+")["Projections/B/A/Connections/distance"][2] = 4.001'
fx h5 diff plain.h5 near.h5
expect_status 1
fx h5 diff --tolerance 1e-3 plain.h5 near.h5
expect_status 0
fx h5 diff --json plain.h5 near.h5
expect_status 1
expect_said '"equal": false'

# --- calls, and what is no HDF5 file ---------------------------------------------------------------
echo "no HDF5" >text.h5
for verb in ls show check; do
    fx h5 $verb text.h5
    expect_status 2
    fx h5 $verb nowhere.h5
    expect_status 2
    fx h5 $verb
    expect_status 2
    fx h5 $verb --help
    expect_status 0
    expect_said "usage: fornix h5 $verb FILE"
done
fx h5 diff plain.h5
expect_status 2
fx h5 look plain.h5
expect_status 2
expect_said "fornix h5 knows no 'look'"
fx h5 check plain.h5 --gid 3
expect_status 2
expect_said "there is no option '--gid' of 'check'"

# --- damage ----------------------------------------------------------------------------------------
# A process per copy would cost more than the check: the copies are made in one go.
make damaged plain.h5 damaged 300
for ((seed = 0; seed < 300; seed++)); do
    status=0
    timeout -k 1 30 "$FORNIX" h5 check "damaged.$seed" --patience 5 >"$WORK/got" 2>&1 || status=$?
    checks=$((checks + 1))
    ((status <= 2)) || { cp "damaged.$seed" "${TMPDIR:-/tmp}"; cat "$WORK/got" >&2; fail "status $status of damage $seed"; }
done
passed
