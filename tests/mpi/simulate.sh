#!/usr/bin/env bash
# The tasks nmodl and simulate, without the engine: mechanisms come out with the same bytes wherever
# they are compiled; a network made by hand has the same results, to the byte, on 1, 2 and 3 ranks,
# and those of plain Python and NEURON; mistakes are said once, whatever the number of ranks.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
source_folder=${FORNIX_SOURCE:-$(cd "$here/../.." && pwd)}
build=${FORNIX_BUILD:-$source_folder/build}
python=${FORNIX_VENV:-$source_folder/.venv}/bin/python
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,vader PMIX_MCA_gds=hash OMPI_MCA_mpi_yield_when_idle=1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_orte_tmpdir_base=$work

fail() {
    echo "simulate.sh: $*" >&2
    exit 1
}

# compile FOLDER SOURCES: runs nmodl in FOLDER; log: FOLDER/log. Returns its status.
compile() {
    mkdir -p "$1/scratch" "$1/out"
    printf '{"fornix": 1, "task": "nmodl", "parameters": {"sources": "%s"}, "inputs": {}, "outputs": {"library": "libnrnmech.so"}, "threads": 2, "scratch": "%s"}' \
        "$2" "$1/scratch" >"$1/job.json"
    (cd "$1/out" && "$build/tasks/nmodl/nmodl" ../job.json >../log 2>&1)
}

# simulate NAME RANKS [PARAMETER=JSON ...]: runs the network in $work/NAME. Returns the status.
simulate() {
    local folder=$work/$1 ranks=$2 launch=()
    shift 2
    mkdir -p "$folder"
    cd "$folder"
    "$python" "$here/job.py" "$work" "$library" "$ranks" "$@" >job.json
    ((ranks == 1)) || launch=(mpirun --oversubscribe --bind-to none -n "$ranks")
    "${launch[@]}" "$build/tasks/simulate/simulate" job.json >log 2>&1
}

# --- mechanisms ---
mkdir "$work/mechanisms"
cp "$source_folder"/workflows/quickstart/mechanisms/{LinExp2Syn,LinExp2SynNMDA,VecStim}.mod "$work/mechanisms"
compile "$work/here" "$work/mechanisms" || fail "no mechanisms: $(cat "$work/here/log")"
cp -r "$work/mechanisms" "$work/moved"
compile "$work/a longer name/there" "$work/moved" || fail "no mechanisms: $(cat "$work/a longer name/there/log")"
cmp "$work/here/out/libnrnmech.so" "$work/a longer name/there/out/libnrnmech.so" ||
    fail "the library depends on where it is compiled"
grep -q "$work" "$work/here/out/libnrnmech.so" && fail "the library names the folder it was made in"
library=$work/a\ longer\ name/there/out/libnrnmech.so

sed 's/peak = rise /peak = rize /' "$work/mechanisms/LinExp2Syn.mod" >"$work/moved/LinExp2Syn.mod"
compile "$work/wrong" "$work/moved" && fail "a wrong mechanism compiles"
grep -q rize "$work/wrong/log" || fail "the compiler's message is lost: $(cat "$work/wrong/log")"
grep -q "nmodl: error: .* failed on 'LinExp2Syn" "$work/wrong/log" || fail "said: $(cat "$work/wrong/log")"
[[ ! -e $work/wrong/out/libnrnmech.so ]] || fail "a failed compilation leaves a library"

# --- the network ---
"$python" "$here/network.py" "$work"
for ranks in 1 2 3; do
    simulate "ranks$ranks" "$ranks" || fail "on $ranks ranks: $(cat "$work/ranks$ranks/log")"
    cmp "$work/ranks1/results.h5" "$work/ranks$ranks/results.h5" || fail "other results on $ranks ranks"
done
"$python" "$here/plain.py" "$work/ranks2/job.json" "$work/ranks2/results.h5" "$work/ranks2/log" 2>"$work/plain.log" ||
    fail "$(cat "$work/plain.log")"
simulate unique 2 unique=true t_end=50 || fail "unique: $(cat "$work/unique/log")"
simulate shared 1 t_end=50 || fail "shared: $(cat "$work/shared/log")"
"$python" - "$work/unique/results.h5" "$work/shared/results.h5" <<'PY'
import sys
import h5py
import numpy as np
a, b = (h5py.File(path, "r") for path in sys.argv[1:])
for name in a["Spikes"]:
    assert np.allclose(a[f"Spikes/{name}/t"][()], b[f"Spikes/{name}/t"][()], rtol=0, atol=0.051), name
v = np.abs(a["Recordings/v/PYR/value"][()] - b["Recordings/v/PYR/value"][()])
assert np.median(v) < 0.01, np.median(v)
PY
simulate silent 2 stimulus='{}' t_end=20 || fail "silent: $(cat "$work/silent/log")"
grep -q "synaptic events delivered: 0$" "$work/silent/log" || fail "events without input: $(cat "$work/silent/log")"
grep -q "synaptic events delivered: [1-9]" "$work/ranks1/log" || fail "no events: $(cat "$work/ranks1/log")"

# --- mistakes ---
wrong='{"PYR": {"sections": {"all": {"mechanisms": {"passive": {}}}}}}'
for ranks in 1 2; do
    status=0
    simulate "wrong$ranks" "$ranks" biophysics="$wrong" || status=$?
    ((status == 2)) || fail "a wrong mechanism on $ranks ranks ends with $status: $(cat "$work/wrong$ranks/log")"
    said=$(grep -c "simulate: error: biophysics.PYR.sections.all.mechanisms.passive: NEURON has no density mechanism 'passive'" \
        "$work/wrong$ranks/log")
    ((said == 1)) || fail "said $said times: $(cat "$work/wrong$ranks/log")"
    [[ ! -e $work/wrong$ranks/results.h5 ]] || fail "a failed run leaves results"
done
echo "the same results on 1, 2 and 3 ranks, and those of plain Python"
