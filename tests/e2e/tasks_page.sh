#!/usr/bin/env bash
# docs/tasks.md is what the program says of its tasks. When it is not, the command that renews it is
#
#     FORNIX_BUILD=build UPDATE=1 bash tests/e2e/tasks_page.sh
set -euo pipefail
source=$(cd -P "$(dirname "$0")/../.." && pwd)
fornix=$(cd -P "${FORNIX_BUILD:-$source/build}" && pwd)/fornix
page=$source/docs/tasks.md
pipeline=(h5_types soma_coordinates arc_distances synthetic_morphology synapse_forest synapses connections
          gap_junctions neuroh5_graph input_features input_spike_trains nmodl simulate python command)
made=$(mktemp)
trap 'rm -f "$made"' EXIT

# In the order of the pipeline; a new task must be put somewhere in it.
diff <(printf '%s\n' "${pipeline[@]}" | sort) <("$fornix" task list | cut -d' ' -f1 | sort) >&2 || {
    echo "tasks_page: '<' are the tasks of this script, '>' those of the program" >&2
    exit 1
}
{
    cat <<'T'
# Tasks

What the built-in tasks take and leave, made by `fornix task show --markdown` from their `task.yaml`; do not edit.
What they compute stands in `geometry.md`, `generation.md` and `simulate.md`, the files in `neuroh5.md`. A type
such as `population -> layer -> integer` is a map of maps; `[number, ...]` is a list; `{mean: number, variance?:
number}` a map, of which the second member may be left out. A number with a unit may also be written with another
one of its kind: `0.2 mm` for 200 um. A `population`, `layer`, `swc_type` (section type) or `synapse_type` is a name in
the `definitions` that the task is given; `_or_default` and `_or_all` may be that word too, `_or_generator` an `@NAME`.
T
    "$fornix" task show --markdown "${pipeline[@]}"
} >"$made"
if [[ ${UPDATE:-} ]]; then
    cp "$made" "$page"
    echo "tasks_page: written"
    exit
fi
diff "$page" "$made" >&2 || {
    echo "tasks_page: docs/tasks.md is not what the program says of its tasks; renew it with" >&2
    echo "    FORNIX_BUILD=${FORNIX_BUILD:-build} UPDATE=1 bash tests/e2e/tasks_page.sh" >&2
    exit 1
}
echo "tasks_page: docs/tasks.md is up to date"
