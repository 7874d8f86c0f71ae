#!/usr/bin/env bash
# What the tasks write, strictly by the description of the format: names, types, shapes, links, values; for a small network,
# and where there is nothing, or one of something.
. "$(dirname "$0")/generation.bash"

format=$FORNIX_SOURCE/tests/mpi/format.py
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

# Populations without cells: sources, destinations, and both.
empty=(connections_PYR:on_empty='"warn"' connections_PVBC:on_empty='"warn"')
network no_sources '{"STIM": {"SP": 0}, "PYR": {"SP": 9}, "PVBC": {"SP": 4}}' "${empty[@]}"
conforms no_sources 0 9 4 ', "edges": {"PYR/STIM": 0, "PVBC/STIM": 0}'
network no_destinations '{"STIM": {"SP": 5}, "PYR": {"SP": 9}, "PVBC": {"SO": 0, "SP": 0}}' "${empty[@]}"
conforms no_destinations 5 9 0 ', "synapses": {"PVBC": 0}, "edges": {"PYR/PVBC": 0, "PVBC/STIM": 0, "PVBC/PYR": 0, "PVBC/PVBC": 0}'
network nobody '{"STIM": {"SP": 0}, "PYR": {"SP": 0}, "PVBC": {"SP": 0}}' "${empty[@]}"
conforms nobody 0 0 0 ', "synapses": {"PYR": 0, "PVBC": 0}, "edges": {"PYR/PYR": 0, "PVBC/STIM": 0}'

# One cell each: no cell is its own source.
network one_cell '{"STIM": {"SP": 1}, "PYR": {"SP": 1}, "PVBC": {"SP": 1}}' "${empty[@]}"
conforms one_cell 1 1 1 ', "edges": {"PYR/PYR": 0, "PVBC/PVBC": 0}'

# No synapse, and few: an empty projection from sources out of reach.
none='cell_type={"template": "T", "mechanism": {}, "synapses": {"density": {"soma": {"excitatory": {"default": {"mean": 0, "variance": 0}}}}}}'
network no_synapse '{"STIM": {"SP": 5}, "PYR": {"SP": 9}, "PVBC": {"SP": 4}}' "${empty[@]}" "synapses_PVBC:$none"
conforms no_synapse 5 9 4 ', "synapses": {"PVBC": 0}, "edges": {"PVBC/STIM": 0, "PVBC/PYR": 0, "PVBC/PVBC": 0}'
short='{"default": {"width": [0.001, 0.001], "offset": [0, 0]}}'
network out_of_reach '{"STIM": {"SP": 5}, "PYR": {"SP": 9}, "PVBC": {"SP": 4}}' "${empty[@]}" \
    "connections_PYR:axon_extents={\"STIM\": $short, \"PYR\": $short, \"PVBC\": $short}"
conforms out_of_reach 5 9 4 ', "edges": {"PYR/STIM": 0, "PYR/PYR": 0, "PYR/PVBC": 0}'

# One synapse in the whole population.
one=
for mean in 0.0005 0.001 0.002 0.004 0.008 0.016 0.032 0.064 0.128; do
    one='cell_type={"template": "T", "mechanism": {}, "synapses": {"density": {"soma": {"excitatory": {"default": {"mean": '$mean', "variance": 0}}}}}}'
    rm -rf "$top/one"
    network one '{"STIM": {"SP": 50}, "PYR": {"SP": 1}, "PVBC": {"SP": 4}}' "${empty[@]}" "synapses_PYR:$one"
    synapses=$("$python" -c 'import sys,h5py; print(len(h5py.File(sys.argv[1])["Populations/PYR/Synapse Attributes/syn_ids/Attribute Value"]))' "$top/one/cells.h5")
    ((synapses == 0)) || break
done
((synapses == 1)) || fail "no density gave one synapse, the last $synapses"
conforms one 50 1 4 ', "synapses": {"PYR": 1}'
echo "format: as described, also where there is nothing or one of something"
