#!/usr/bin/env bash
#
# engine.sh [SIZE...] - what the engine costs: load and plan, and runs in which everything is cached, as a
# ratio to ninja on the same graph. CPU seconds, best of several; docs/performance.md has a table of it.
#
# Without sizes: 1000, 10000 and 100000 jobs are planned, 1000 and 10000 run. FULL=1 runs all.

set -euo pipefail
: "${FORNIX:?the program; ./dev bench engine}"
here=$(cd -P "$(dirname "$0")" && pwd)
command -v ninja >/dev/null || { echo "engine: ninja is needed to compare with" >&2; exit 2; }
work=$(mktemp -d "${TMPDIR:-/tmp}/fornix-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
cc -O2 -static -o "$work/step" "$here/step.c"
python3 "$here/engine.py" "$FORNIX" "$work" "$@"
