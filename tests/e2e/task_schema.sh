#!/usr/bin/env bash
#
# task_schema - the JSON Schema for workflow files is one, accepts every workflow in the repository, and
# refuses those of the gallery that are wrong in a way that a schema can tell.

set -euo pipefail
source=$(cd -P "$(dirname "$0")/../.." && pwd)
fornix=$(cd -P "${FORNIX_BUILD:-$source/build}" && pwd)/fornix
python=${FORNIX_VENV:-$source/.venv}/bin/python
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$python" "$source/tests/e2e/task_schema.py" "$fornix" "$source" "$folder"

# A workflow's own tasks are in it, and found before those of the same name.
mkdir -p "$folder/tasks/smooth"
cat >"$folder/tasks/smooth/task.yaml" <<'T'
task: smooth
version: 1
summary: Smooths a trace.
parameters: {width: {type: number, unit: ms, above: 0, default: 5 ms, help: Of the window.}}
outputs: {trace: smooth.h5}
T
printf 'fornix: 1\ntasks: [tasks]\nstages: {}\n' >"$folder/workflow.yaml"
"$fornix" task schema "$folder/workflow.yaml" >"$folder/schema.json"
"$python" - "$folder/schema.json" <<'T'
import json, sys
schema = json.load(open(sys.argv[1]))
stage = schema["definitions"]["stage"]["properties"]["task"]
at = stage["enum"].index("smooth")
assert stage["enumDescriptions"][at] == "Smooths a trace.", stage
width = schema["definitions"]["with smooth"]["properties"]["width"]
assert width["description"] == "Of the window." and width["default"] == 5.0, width
assert width["anyOf"][0] == {"type": "number", "exclusiveMinimum": 0}, width
import re
pattern = width["anyOf"][1]["pattern"]
for text, fits in {"5 ms": True, "0.1s": True, "3 \u00b5s": True, "1e-3 s": True, "ms": False, "5 mm": False}.items():
    assert bool(re.search(pattern, text)) == fits, (text, pattern)
T

# What is wrong with a task is told, and there is no schema.
echo 'tsk: x' >>"$folder/tasks/smooth/task.yaml"
if "$fornix" task schema "$folder/workflow.yaml" >"$folder/none" 2>"$folder/said"; then
    echo "task_schema: a broken task was accepted" >&2
    exit 1
fi
[[ ! -s $folder/none ]] && grep -q "task.yaml:6:1: error: a task description has no 'tsk'" "$folder/said" || {
    cat "$folder/said" >&2
    exit 1
}
echo "task_schema: tasks of a workflow are in its schema"
