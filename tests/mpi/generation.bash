# shellcheck shell=bash
# generation.bash - what the scripts of generation tasks share: a folder with a small network, its
# tasks run on some numbers of ranks, their files compared. FORNIX_BUILD, FORNIX_SOURCE, FORNIX_VENV
# are set by ctest.

set -euo pipefail

tasks=$FORNIX_BUILD/tasks
python=$FORNIX_VENV/bin/python
generation=$FORNIX_SOURCE/tests/mpi/generation.py
unset FORNIX_TASK_LOG
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_mpi_yield_when_idle=1
export OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,vader PMIX_MCA_gds=hash

fail() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# A fresh folder for all that follows, removed at the end.
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
# Launchers that start at the same time fight for one session folder in /tmp.
export OMPI_MCA_orte_tmpdir_base=$top
mkdir "$top/network"
"$python" "$generation" "$top/network"

# make JOB...: runs jobs of the network, without MPI.
make_parts() {
    local job task
    for job in "$@"; do
        task=$(sed -n 's/^{"fornix": 1, "task": "\([a-z0-9_]*\)".*/\1/p' "$top/network/$job.json")
        (cd "$top/network" && "$tasks/$task/$task" "$top/network/$job.json") || fail "$job failed"
    done
}

# on RANKS JOB.json FOLDER: runs the job's task in FOLDER (made anew), under the launcher, with
# memory poisoned in another way for each number; on "0" ranks without MPI.
on() {
    local ranks=$1 job=$2 folder=$3 task launcher=()
    task=$(sed -n 's/^{"fornix": 1, "task": "\([a-z0-9_]*\)".*/\1/p' "$job")
    ((ranks == 0)) || launcher=(mpirun --bind-to none --oversubscribe -n "$ranks")
    mkdir "$folder"
    (cd "$folder" && MALLOC_PERTURB_=$((165 + ranks)) "${launcher[@]}" "$tasks/$task/$task" "$job")
}

# same NAME JOB.json: the job's files are the same bytes without MPI and on 1, 2, 3, 5 and 8 ranks. Leaves those of the
# run without MPI in $top/NAME.0.
same() {
    local name=$1 job=$2 ranks file
    on 0 "$job" "$top/$name.0" || fail "$name failed without MPI"
    for ranks in 1 2 3 5 8; do
        on "$ranks" "$job" "$top/$name.$ranks" || fail "$name failed on $ranks ranks"
        for file in "$top/$name.0"/*; do
            cmp "$file" "$top/$name.$ranks/$(basename "$file")" ||
                fail "$name: other bytes on $ranks ranks"
        done
        rm -r "${top:?}/$name.$ranks"
    done
}

# equal NAME JOB.json CHANGED.json: both jobs leave the same bytes, on one rank and on three.
equal() {
    local name=$1 job=$2 changed=$3 file
    on 0 "$job" "$top/$name.a" && on 3 "$changed" "$top/$name.b" || fail "$name failed"
    for file in "$top/$name.a"/*; do
        cmp "$file" "$top/$name.b/$(basename "$file")" || fail "$name: other bytes"
    done
}

# refused NAME JOB.json TEXT: the job fails with status 2 and says TEXT once, on one rank and three.
refused() {
    local name=$1 job=$2 text=$3 ranks status said
    for ranks in 0 3; do
        status=0
        said=$(on "$ranks" "$job" "$top/$name.$ranks" 2>&1) || status=$?
        ((status == 2)) || fail "$name: status $status on $ranks ranks: $said"
        [[ $(grep -cF -- "$text" <<<"$said") == 1 ]] || fail "$name on $ranks ranks said: $said"
    done
}

# claim FILE COPY: a copy whose last population (PVBC) claims 2.6e9 cells.
claim() {
    cp "$1" "$2"
    "$python" - "$2" <<'PY'
import sys
import h5py

with h5py.File(sys.argv[1], "r+") as file:
    rows = file["H5Types/Populations"][()]
    rows["Count"][-1] = 2600000000
    file["H5Types/Populations"][()] = rows
PY
}

# refused_in_little NAME JOB.json TEXT: `refused`, in 8 GB of address space.
refused_in_little() {
    (ulimit -v 8000000 && refused "$@") || exit 1
}

# full NAME JOB.json KIB...: where a file cannot grow over KIB, two ranks end soon, with a line that
# says what was not written. (Over TCP: the limit would be that of MPI's shared memory too.)
full() {
    local name=$1 job=$2 limit task status said
    task=$(sed -n 's/^{"fornix": 1, "task": "\([a-z0-9_]*\)".*/\1/p' "$job")
    for limit in "${@:3}"; do
        mkdir "$top/$name.$limit"
        status=0
        # shellcheck disable=SC2016   # expanded by the inner shell
        said=$(cd "$top/$name.$limit" && OMPI_MCA_btl=self,tcp timeout -k 1 60 \
            mpirun --quiet --bind-to none --oversubscribe -n 2 bash -c \
            'trap "" XFSZ; ulimit -f "$1"; exec "$2" "$3"' full "$limit" "$tasks/$task/$task" "$job" 2>&1) ||
            status=$?
        [[ $status == 1 && $said == *"$task: error: "*": cannot write "*" (rank "* ]] ||
            fail "$name in $limit KiB: status $status, said: $said"
    done
}

# job NAME JOB [PARAMETER=JSON ...]: writes $top/NAME.json, a changed job of the network.
job() {
    local name=$1
    shift
    "$python" "$generation" "$top/network" "$@" >"$top/$name.json"
}
