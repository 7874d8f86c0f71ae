#!/usr/bin/env bash
#
# own_tasks - workflows/own_tasks: three steps of the quickstart replaced by programs in Python, C and shell.
# What follows them accepts what they leave, and a step runs again exactly when its program has changed.

set -euo pipefail
export LC_ALL=C
source=$(cd -P "$(dirname "$0")/../.." && pwd)
fornix=$(cd -P "${FORNIX_BUILD:-$source/build}" && pwd)/fornix
python=${FORNIX_VENV:-$source/.venv}/bin/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset FORNIX_STORE XDG_CONFIG_HOME
export HOME=$work PATH=$(dirname "$python"):$PATH

mkdir "$work/quickstart"
cp -r "$source/workflows/own_tasks" "$work"
cp -r "$source/workflows/quickstart/config" "$work/quickstart"
cd "$work/own_tasks"
rm -rf .fornix tasks/straight_distances/straight_distances

fail() {
    printf 'FAILED: own_tasks: line %s: %s\n' "${BASH_LINENO[0]}" "$*" >&2
    cat said >&2
    exit 1
}

# ran STAGES...: a run succeeds and these are all that it runs, in any order.
ran() {
    "$fornix" run workflow.yaml >said 2>&1 || fail "the run failed"
    local got wanted
    got=$(sed -n 's/: done in .*//p' said | sort | tr '\n' ' ')
    wanted=$([[ $# == 0 ]] || printf '%s\n' "$@" | sort | tr '\n' ' ')
    [[ $got == "$wanted" ]] || fail "ran '$got', not '$wanted'"
}

# A program that is not there is told before anything runs.
"$fornix" run workflow.yaml >said 2>&1 && fail "a missing program was accepted"
diff said - <<'T' >&2 || fail "it said something else"
tasks/straight_distances/task.yaml:4:10: error: the program './straight_distances' does not exist
    program: ./straight_distances       # made by `make`; its content is part of the jobs' keys
             ^ is it to be compiled first?
T

make -s -C tasks/straight_distances
of() { printf "$1[population=%s]\n" PYR PVBC OLM; }
whole=(types somas distances $(of morphology) $(of forest) $(of synapses) $(of connections) graph)
ran "${whole[@]}"
ran

# The network is whole: every population's cells, all projections, and distances as the built-in task's.
"$python" - .fornix/runs/own_tasks/latest <<'P' >&2 || fail "the network is not as described"
import sys
import h5py, numpy
at = sys.argv[1]
cells, edges = h5py.File(f"{at}/graph/cells.h5"), h5py.File(f"{at}/graph/connections.h5")
counts = {"STIM": 32, "PYR": 40, "PVBC": 8, "OLM": 6}
for name, count in counts.items():
    u = cells[f"Populations/{name}/Generated Coordinates/U Coordinate/Attribute Value"][:]
    d = cells[f"Populations/{name}/Arc Distances/U Distance/Attribute Value"][:]
    assert len(u) == count and (u > 0).all() and (u < 200).all(), name
    assert numpy.allclose(d, u - 100), name
assert cells["Populations/PYR/Arc Distances"].attrs["Reference U Max"] == 100
found = {(d, s) for d in edges["Projections"] for s in edges["Projections"][d]}
assert len(found) == 10, found
P

# Content counts, not times, nor files that are not the program's.
touch tasks/soma_grid/soma_grid.py tasks/straight_distances/straight_distances
echo "notes" >tasks/sticks/README
ran

# A change that leaves the same bytes ends there; one that does not goes on to the end.
echo "# a comment" >>tasks/soma_grid/soma_grid.py
ran somas
make -s -B -C tasks/straight_distances CFLAGS=-DAGAIN=1\ -O1
ran distances
sed -i 's/ : 0\.8,/ : 0.7,/' tasks/sticks/sticks.sh
ran $(of morphology) $(of forest) $(of synapses) graph       # synapses lie where they lay
sed -i 's/^version: 1/version: 2/' tasks/sticks/task.yaml
ran $(of morphology)

# A check in their description is told at its place, a mistake of the program with its own words.
"$fornix" check --set params.layer_extents.SP='[[0, 0, 0], [0, 200, 50]]' workflow.yaml >said 2>&1 &&
    fail "a box without a width was accepted"
grep -q "'high\[0\]' must be above low, 0" said || fail "the check said something else"
"$fornix" run --set params.sticks.OLM='1 1 0' workflow.yaml morphology >said 2>&1 && fail "it ran"
grep -q 'sticks: four numbers are needed, not: 1 1 0' said || fail "the program's words are missing"
echo "own_tasks: steps in Python, C and shell run when they have changed, and then only"
