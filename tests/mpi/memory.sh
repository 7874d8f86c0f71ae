#!/usr/bin/env bash
# Cells stream through: four times the cells, and so the synapses and edges, cost a rank tens of bytes for each
# soma more, whatever these have; every task, on one rank and on two.
. "$(dirname "$0")/generation.bash"

buffer=4000000
# peak RANKS JOB.json FOLDER: runs it; the peak memory of its largest process, in bytes, on stdout.
peak() {
    "$python" - "$@" "$tasks" <<'PY'
import json, os, resource, subprocess, sys

ranks, job, folder, tasks = sys.argv[1:]
task = json.load(open(job))["task"]
launcher = ["mpirun", "--bind-to", "none", "--oversubscribe", "-n", ranks] if ranks != "0" else []
os.makedirs(folder, exist_ok=True)
done = subprocess.run(launcher + [f"{tasks}/{task}/{task}", job], cwd=folder, stderr=subprocess.PIPE, text=True)
if done.returncode:
    sys.exit(done.stderr)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
PY
}

# network NAME CELLS: jobs and files of a network whose PYR are CELLS.
network() {
    local name=$1 cells="{\"STIM\": {\"SP\": 17}, \"PYR\": {\"SP\": $2}, \"PVBC\": {\"SO\": 3, \"SP\": 6, \"SR\": 2}}"
    local at=$top/$name job more
    mkdir "$at"
    for job in types somas distances forest_PYR synapses_PYR connections_PYR; do
        more=()
        case $job in
        types | somas) more=("cell_distributions=$cells") ;;
        synapses* | connections*) more=("buffer=$buffer") ;;
        esac
        "$python" "$generation" "$at" "$job" "${more[@]}" >"$at/job_$job.json"
    done
    "$python" - "$at" <<'PY'
import json, sys

at = sys.argv[1]
inputs = {"somas": f"{at}/somas.h5", "distances": f"{at}/distances.h5", "forest": [f"{at}/forest_PYR.h5"],
          "synapses": [f"{at}/synapses_PYR.h5"], "connections": [f"{at}/connections_PYR.h5"]}
json.dump({"fornix": 1, "task": "neuroh5_graph", "label": "graph", "parameters": inputs, "inputs": inputs,
           "outputs": {"cells": "cells.h5", "connections": "connections.h5", "gap_junctions": "gap_junctions.h5", "graph": "graph.out.json"}},
          open(f"{at}/job_graph.json", "w"))
PY
}

few=2000 many=8000
network few "$few"
network many "$many"
for job in types somas distances forest_PYR synapses_PYR connections_PYR graph; do
    for ranks in 0 2; do
        [[ $job != graph || $ranks == 0 ]] || continue
        a=$(peak "$ranks" "$top/few/job_$job.json" "$top/few") || fail "$job of few failed: $a"
        b=$(peak "$ranks" "$top/many/job_$job.json" "$top/many") || fail "$job of many failed: $b"
        # 150 bytes a soma, all tasks included, and 3 MB for what memory allocation leaves over
        ((b - a < (many - few) * 150 + 3000000)) ||
            fail "$job on $ranks ranks: $a bytes for $few cells, $b for $many"
        [[ $job != synapses_PYR && $job != connections_PYR ]] || ((b < 60000000 + buffer)) ||
            fail "$job on $ranks ranks takes $b bytes"
    done
done
size=$(stat -c %s "$top/many/synapses_PYR.h5")
((size > 10 * buffer)) || fail "the large network's synapses are $size bytes: too few to tell"
echo "memory: it does not grow with the number of synapses"
