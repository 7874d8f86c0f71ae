#!/usr/bin/env bash
# What the tasks write, strictly by the description of the format: names, types, shapes, links, values; for a small network,
# and where there is nothing, or one of something.
. "$(dirname "$0")/generation.bash"

format=$FORNIX_SOURCE/tests/mpi/format.py
forest_of=(PYR PVBC)

# network NAME CELLS [JOB:PARAMETER=JSON ...]: generates a network of these cells in $top/NAME.
network() {
    local name=$1 cells=$2 folder=$top/$1 job task change changes
    mkdir "$folder"
    for job in types somas distances {forest,synapses,connections}_{PYR,PVBC} graph; do
        changes=()
        [[ $job != types && $job != somas ]] || changes+=("cell_distributions=$cells")
        for change in "${@:3}"; do
            [[ $change != "$job:"* ]] || changes+=("${change#*:}")
        done
        "$python" "$generation" "$folder" "$job" ${changes[@]+"${changes[@]}"} >"$folder/$job.json"
        task=$(sed -n 's/^{"fornix": 1, "task": "\([a-z0-9_]*\)".*/\1/p' "$folder/$job.json")
        (cd "$folder" && "$tasks/$task/$task" "$folder/$job.json" 2>"$folder/$job.log") ||
            { cat "$folder/$job.log" >&2; fail "$name: $job failed"; }
    done
}

# conforms NAME STIM PYR PVBC MORE: the files are as the format says, with so many cells; MORE: members of the expectation.
conforms() {
    local folder=$top/$1 pairs='["STIM", "PYR"], ["PYR", "PYR"], ["PVBC", "PYR"], ["STIM", "PVBC"], ["PYR", "PVBC"], ["PVBC", "PVBC"]'
    "$python" "$format" "$folder/cells.h5" "$folder/connections.h5" \
        "{\"populations\": {\"STIM\": [0, $2], \"PYR\": [100, $3], \"PVBC\": [101, $4]}, \"pairs\": [$pairs], \"trees\": [\"PYR\", \"PVBC\"],
          \"projections\": [$(sed -E 's/\["([A-Z]*)", "([A-Z]*)"\]/["\2", "\1"]/g' <<<"$pairs")]$5}" ||
        fail "$1 is not as the format says"
    "$FORNIX_BUILD/fornix" h5 check "$folder/cells.h5" >"$folder/checked" || { cat "$folder/checked" >&2; fail "$1: cells.h5 is not clean"; }
    "$FORNIX_BUILD/fornix" h5 check "$folder/connections.h5" --cells "$folder/cells.h5" >"$folder/checked" ||
        { cat "$folder/checked" >&2; fail "$1: connections.h5 is not clean"; }
    ! grep -q warning "$folder/checked" || { cat "$folder/checked" >&2; fail "$1: warnings"; }
}

network small '{"STIM": {"SP": 17}, "PYR": {"SP": 41}, "PVBC": {"SO": 3, "SP": 6, "SR": 2}}'
conforms small 17 41 11 ''
