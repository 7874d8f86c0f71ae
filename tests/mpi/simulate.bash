# What the tests of nmodl and simulate share: a working folder, and the two programs without the
# engine. Sourced; $work is removed at the end.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_folder=${FORNIX_SOURCE:-$(cd "$here/../.." && pwd)}
build=${FORNIX_BUILD:-$source_folder/build}
python=${FORNIX_VENV:-$source_folder/.venv}/bin/python
work=$(mktemp -d)
network=$work       # the folder of cells.h5 and connections.h5
trap 'rm -rf "$work"' EXIT
export OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,vader PMIX_MCA_gds=hash OMPI_MCA_mpi_yield_when_idle=1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_orte_tmpdir_base=$work

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# compile FOLDER SOURCES: runs nmodl in FOLDER; log: FOLDER/log. Returns its status.
compile() {
    mkdir -p "$1/scratch" "$1/out"
    printf '{"fornix": 1, "task": "nmodl", "parameters": {"sources": "%s"}, "inputs": {}, "outputs": {"library": "libnrnmech.so"}, "threads": 2, "scratch": "%s"}' \
        "$2" "$1/scratch" >"$1/job.json"
    (cd "$1/out" && "$build/tasks/nmodl/nmodl" ../job.json >../log 2>&1)
}

# simulate NAME RANKS [PARAMETER=JSON ...]: runs the network in $work/NAME. Returns the status; 124
# when it hangs.
simulate() {
    local folder=$work/$1 ranks=$2 launch=()
    shift 2
    mkdir -p "$folder"
    cd "$folder"
    "$python" "$here/job.py" "$network" "$library" "$ranks" "$@" >job.json
    ((ranks == 1)) || launch=(mpirun --oversubscribe --bind-to none -n "$ranks")
    timeout -k 5 120 "${launch[@]}" "$build/tasks/simulate/simulate" job.json >log 2>&1
}

# refused STATUS TEXT NAME RANKS [PARAMETER=JSON ...]: it ends with STATUS, says TEXT in one line that
# is said once, and leaves no results.
refused() {
    local status=0 want=$1 text=$2 name=$3 said
    shift 2
    simulate "$@" || status=$?
    ((status == want)) || fail "$name ends with $status: $(cat "$work/$name/log")"
    said=$(grep -cF "error: $text" "$work/$name/log" || true)
    ((said == 1)) || fail "$name says $said times '$text': $(cat "$work/$name/log")"
    [[ ! -e $work/$name/results.h5 ]] || fail "$name fails and leaves results"
}
