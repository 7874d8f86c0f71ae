# What the pipeline tests share: a copy of the quickstart in a fresh folder, runs that are counted by
# a log outside the engine, and comparisons. Sourced; WORK is removed at the end unless KEEP is set.
set -euo pipefail
export LC_ALL=C

: "${FORNIX_BUILD:?the build folder}" "${FORNIX_SOURCE:?the source folder}"
: "${FORNIX_VENV:=$FORNIX_SOURCE/.venv}"
FORNIX=$FORNIX_BUILD/fornix
PYTHON=$FORNIX_VENV/bin/python
export FORNIX_PYTHON=$PYTHON
unset FORNIX_STORE FORNIX_TASK_LOG FORNIX_TEST_STOP

WORK=$(mktemp -d "${TMPDIR:-/tmp}/fornix-pipeline.XXXXXX")
clean_up() {
    local status=$?
    if [[ ${KEEP:-} ]]; then echo "kept: $WORK"; else rm -rf "$WORK"; fi
    exit "$status"
}
trap clean_up EXIT
trap 'exit 143' TERM INT

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    exit 1
}

# quickstart_copy FOLDER: the workflow and its files, without results.
quickstart_copy() {
    mkdir -p "$1"
    (cd "$FORNIX_SOURCE/workflows/quickstart" && tar cf - --exclude=.fornix .) | tar xf - -C "$1"
}

# counted NAME WORKFLOW ARGS...: runs it; NAME.log has what it said, NAME.tasks what ran, a line each.
counted() {
    local name=$1
    shift
    : >"$WORK/$name.tasks"
    FORNIX_TASK_LOG=$WORK/$name.tasks "$FORNIX" run "$@" >"$WORK/$name.log" 2>&1 || {
        cat "$WORK/$name.log" >&2
        fail "$name: fornix run $* ended with status $?"
    }
}

# ran NAME LABELS...: exactly these jobs ran in that run, each once, in any order.
ran() {
    local name=$1 want have
    shift
    want=$(printf '%s\n' "$@" | sed '/^$/d' | sort)
    have=$(cut -d' ' -f2 "$WORK/$name.tasks" | sort)
    [[ $want == "$have" ]] || {
        cat "$WORK/$name.log" >&2
        fail "$name: ran [$(tr '\n' ' ' <<<"$have")], expected [$(tr '\n' ' ' <<<"$want")]"
    }
}

# said NAME TEXT: the run's output has a line that contains the text.
said() {
    grep -qF -- "$2" "$WORK/$1.log" || {
        cat "$WORK/$1.log" >&2
        fail "$1: it did not say: $2"
    }
}

# outputs FOLDER: digest and name of each output of the latest run below FOLDER/.fornix, sorted.
outputs() {
    local latest
    latest=$(echo "$1"/.fornix/runs/*/latest)
    (cd "$latest/" && find -L . -type f ! -name run.json ! -name events.log ! -name run.links -print0 |
        sort -z | xargs -0 sha256sum)
}

# sound FOLDER: the network's files there have no fault that `fornix h5 check` knows.
sound() {
    local file
    for file in "$1"/*.h5; do
        "$FORNIX" h5 check "$file" --cells "$1/cells.h5" >"$WORK/checked" ||
            { cat "$WORK/checked" >&2; fail "$file is not sound"; }
        tail -1 "$WORK/checked"
    done
}
