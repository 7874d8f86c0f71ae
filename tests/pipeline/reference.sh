#!/usr/bin/env bash
# The real configuration and morphologies, with fewer cells: every count, range and reference in the
# files against the configuration (tests/reference/check.py), and a simulation whose cells respond.
source "$(dirname "$0")/lib.sh"

bash "$FORNIX_SOURCE/tests/reference/prepare.sh" "$WORK/r" || exit $?
small='params.cell_distributions={STIM: {SP: 20}, PYR: {SP: 20}, PVBC: {SO: 4, SP: 6, SR: 2}, OLM: {SO: 5}}'
counted driven "$WORK/r/workflow.yaml" --set "$small"
(($(wc -l <"$WORK/driven.tasks") == 16)) || fail "$(wc -l <"$WORK/driven.tasks") tasks ran, not 16"
latest=$WORK/r/.fornix/runs/reference/latest
cat "$latest/check/summary.json"
total=$(sed -n 's/^ "total_synapses": \([0-9]*\),*$/\1/p' "$latest/check/summary.json")
((total > 480000 && total < 560000)) || fail "$total synapses, expected about 520 000"
sound "$latest/graph"
driven=$(readlink -f "$latest/simulate/results.h5")

counted silent "$WORK/r/workflow.yaml" simulate --set "$small" --set 'stages.simulate.with.stimulus={}'
ran silent simulate
"$PYTHON" "$FORNIX_SOURCE/tests/reference/response.py" "$driven" "$latest/simulate/results.h5"
