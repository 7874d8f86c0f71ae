#!/usr/bin/env bash
# The quickstart's mechanisms compile, their units agree, and they do what their headers promise.
#
# NEURON's own programs are called, not the wheel's Python wrappers around them: these want a shared
# libpython, which fornix does not need and a fresh machine does not have.
set -euo pipefail
export LC_ALL=C

SOURCE=${FORNIX_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
VENV=${FORNIX_VENV:-$SOURCE/.venv}
: "${FORNIX_BUILD:?the build folder}"
NEURON=$(echo "$VENV"/lib/python3*/site-packages/neuron/.data)
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
cp -r "$SOURCE/workflows/quickstart/mechanisms" "$FOLDER"
cd "$FOLDER"

export MODLUNIT=$NEURON/share/nrn/lib/nrnunits.lib
for file in mechanisms/*.mod; do
    "$NEURON/bin/modlunit" "$file" >units 2>&1 || true
    grep -q "Checking units of $file" units || { cat units >&2; exit 1; }
    if grep -n "ERROR\|conformable\|dimensionless\|error" units; then
        echo "FAILED: units of $file" >&2
        exit 1
    fi
done

# Python finds the library in the folder that NEURON looks into.
mkdir scratch x86_64
printf '{"fornix": 1, "task": "nmodl", "parameters": {"sources": "%s"}, "inputs": {}, "outputs": {"library": "libnrnmech.so"}, "threads": 2, "scratch": "%s"}' \
    "$FOLDER/mechanisms" "$FOLDER/scratch" >job.json
(cd x86_64 && "$FORNIX_BUILD/tasks/nmodl/nmodl" ../job.json >../log 2>&1) || { cat log >&2; exit 1; }
NEURON_MODULE_OPTIONS=-nogui "$VENV/bin/python" "$SOURCE/tests/e2e/quickstart_synapses.py"
