#!/usr/bin/env bash
# The quickstart's mechanisms compile, their units agree, and they do what their headers promise.
set -euo pipefail
export LC_ALL=C

SOURCE=${FORNIX_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
VENV=${FORNIX_VENV:-$SOURCE/.venv}
[[ -x $VENV/bin/nrnivmodl ]] || { echo "no NEURON in $VENV (./dev setup makes it)"; exit 77; }
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
cp -r "$SOURCE/workflows/quickstart/mechanisms" "$FOLDER"
cd "$FOLDER"

for file in mechanisms/*.mod; do
    "$VENV/bin/modlunit" "$file" >units 2>&1 || true
    if grep -n "ERROR\|conformable\|dimensionless\|error" units; then
        echo "FAILED: units of $file" >&2
        exit 1
    fi
done

PATH=$VENV/bin:$PATH "$VENV/bin/nrnivmodl" mechanisms >log 2>&1 || { cat log >&2; exit 1; }
NEURON_MODULE_OPTIONS=-nogui "$VENV/bin/python" "$SOURCE/tests/e2e/quickstart_synapses.py"
