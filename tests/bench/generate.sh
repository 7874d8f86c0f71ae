#!/usr/bin/env bash
# generate.sh: what generation reaches, against its goals: kernels, the small reference network whole, a tenth of
# the full one, writing, two ranks against one. Prints a table; fails when a goal is missed.
#
# The configuration is not part of this project (FORNIX_REFERENCE, tests/reference/prepare.sh). TMPFS: where
# the runs without a disk are (/dev/shm). PART=10: the cut of the full network; 10 needs 16 GB, and
# is made smaller where the disk has less. PROFILE=1: where the time goes, by perf.
source "$(dirname "$0")/../pipeline/lib.sh"

tmpfs=$(mktemp -d "${TMPFS:-/dev/shm}/fornix-bench.XXXXXX")
trap 'status=$?; rm -rf "$tmpfs"; (exit "$status") || clean_up; clean_up' EXIT
kernels=$FORNIX_BUILD/bench_kernels
reference=${FORNIX_REFERENCE:-$FORNIX_SOURCE/../shared/reference}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_orte_tmpdir_base=$WORK
export OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,vader PMIX_MCA_gds=hash OMPI_MCA_mpi_yield_when_idle=1
bash "$FORNIX_SOURCE/tests/reference/prepare.sh" "$tmpfs/small" || exit $?
bash "$FORNIX_SOURCE/tests/reference/prepare.sh" "$WORK/small"
cp "$FORNIX_SOURCE/tests/reference/tenth.yaml" "$WORK/small"
morphology=$(find -L "$reference/morphology" -name '*.swc' -size +0 -printf '%s %p\n' | sort -n | tail -n 1 | cut -d' ' -f2-)

now() { printf '%s' "$EPOCHREALTIME"; }
since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.4f", b - a }'; }

# --- kernels, on one rank and on two in turn ------------------------------------------------------
for _ in 1 2 3; do
    "$kernels" kernels "$morphology" >>"$WORK/one"
    mpirun --bind-to none --oversubscribe -n 2 "$kernels" kernels "$morphology" >>"$WORK/two"
done
"$kernels" write "$WORK" >"$WORK/writing"

# --- the small network ----------------------------------------------------------------------------
# timed FILE WORKFLOW...: appends the seconds of a run from nothing, up to the joined network.
timed() {
    local file=$1 workflow=$2 started
    rm -rf "$(dirname "$workflow")/.fornix"
    sync
    started=$(now)
    "$FORNIX" run "$workflow" graph "${@:3}" >"$WORK/log" 2>&1 || { cat "$WORK/log" >&2; fail "$workflow"; }
    since "$started" >>"$file"
    echo >>"$file"
}

# kept FOLDER NAME: what a run on disk says of its jobs, for generate.py; the best of several runs counts.
kept() {
    local into
    into=$WORK/kept/$2.$(find "$WORK/kept" -maxdepth 1 -name "$2.*" | wc -l)
    mkdir -p "$into"
    (cd "$1/.fornix/store" && find . \( -name record -o -name report.json \) -exec cp --parents {} "$into" \;)
}
mkdir "$WORK/kept"

# The floor of a run on disk: as many bytes written and synced, in the same place.
floor() {
    "$PYTHON" - "$1" >>"$2" <<'PY'
import glob, json, os, sys, time
folder = sys.argv[1]
size = sum(o["size"] for p in glob.glob(folder + "/.fornix/store/*/*/record") for o in json.load(open(p))["outputs"])
block, path = os.urandom(1 << 20), folder + "/floor"
started = time.time()
with open(path, "wb", buffering=0) as out:
    for _ in range((size >> 20) + 1):
        out.write(block)
    os.fsync(out.fileno())
print(time.time() - started)
os.unlink(path)
PY
}

for _ in 1 2 3 4 5; do
    timed "$WORK/tmpfs.wall" "$tmpfs/small/workflow.yaml"
    timed "$WORK/disk.wall" "$WORK/small/workflow.yaml"
    kept "$WORK/small" small
    floor "$WORK/small" "$WORK/disk.floor"
done
# Process starts: a task that only says that its call is wrong.
started=$(now)
for _ in 1 2 3 4 5 6 7 8 9 10; do "$FORNIX_BUILD/tasks/synapses/synapses" >"$WORK/log" 2>&1 || true; done
since "$started" >"$WORK/starts"

# --- a tenth of the full one ------------------------------------------------------------------------
part=${PART:-10}
free=$(df --output=avail -B 1000000000 "$WORK" | tail -n 1)
while ((free * part < 200 && part < 10000)); do part=$((part * 2)); done
# More than once, as the small one: a virtual machine may be several times slower on pages it never touched.
for _ in 1 2 3; do
    timed "$WORK/tenth.wall" "$WORK/small/tenth.yaml" --set "params.part=$part" \
        --set "params.side=$(awk -v p="$part" 'BEGIN { printf "%.9f", sqrt(p) }')"
    kept "$WORK/small" tenth
done
rm -rf "$WORK/small/.fornix"

if [[ ${PROFILE:-} ]] && command -v perf >/dev/null; then
    perf record -q -o "$WORK/perf.data" "$kernels" kernels "$morphology" >/dev/null 2>&1 &&
        perf report -i "$WORK/perf.data" --stdio -g none --percent-limit 2 2>/dev/null | grep -v '^#' | sed '/^$/d'
fi

"$PYTHON" "$FORNIX_SOURCE/tests/bench/generate.py" "$WORK" "$part"
