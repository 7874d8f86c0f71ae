# shellcheck shell=bash disable=SC2164
# lib.sh - what the engine's tests share: a fresh folder, a small workflow of the user task `note`,
# runs whose tasks are counted by a log outside the engine, and expectations that show what was got.
#
# In the fresh folder $WORK, which is the current one: note/ (the task), runs (its log, a line per
# start: the job's label), got (what the last command said). KEEP=1 keeps the folder.
set -euo pipefail
export LC_ALL=C TZ=UTC

: "${FORNIX_BUILD:?the build folder}"
FORNIX=$FORNIX_BUILD/fornix
NAME=$(basename "$0" .sh)
unset FORNIX_STORE FORNIX_TASK_LOG FORNIX_TEST_STOP FORNIX_TEST_POINTS CI XDG_CONFIG_HOME

WORK=$(mktemp -d "${TMPDIR:-/tmp}/fornix-$NAME.XXXXXX")
WORK=$(cd "$WORK" && pwd -P)
clean_up() {
    local status=$?
    jobs -p | xargs -r kill -9 2>/dev/null || true
    if [[ ${KEEP:-} ]]; then echo "kept: $WORK"; else rm -rf "$WORK"; fi
    exit "$status"
}
trap clean_up EXIT
trap 'exit 143' TERM INT
mkdir "$WORK/home" "$WORK/here"
cd "$WORK/here"
export HOME=$WORK/home RUNS=$WORK/runs
: >"$RUNS"
checks=0

fail() {
    printf 'FAILED: %s: line %s: %s\n' "$NAME" "${BASH_LINENO[-2]}" "$*" >&2
    exit 1
}

# --- the task and the workflow -------------------------------------------------------------------

# note_task FOLDER: a task that logs its start, reads what it is given, and writes one file.
note_task() {
    mkdir -p "$1"
    cat >"$1/task.yaml" <<'Y'
task: note
version: 1
summary: writes a text and what it reads
parallel: mpi
program: [python3, -I, -S, note.py]
parameters:
  text:    {type: string, default: ""}
  numbers: {type: {map: [string, number]}}
  from:    {type: {any_of: [file, {list: file}]}}
  same:    {type: boolean, default: false, help: writes the same bytes whatever it reads}
  seconds: {type: number, unit: s, default: 0, semantic: false, help: how long it takes}
  status:  {type: integer, default: 0, semantic: false, help: its exit status}
  forget:  {type: boolean, default: false, semantic: false, help: writes no output}
outputs: {file: note.txt}
Y
    cat >"$1/note.py" <<'P'
import json, os, sys, time
job = json.load(open(sys.argv[1]))
p = job["parameters"]
with open(os.environ["RUNS"], "a") as log:
    log.write(job["label"] + "\n")
print("this is", job["label"], flush=True)
time.sleep(p["seconds"])
if p["status"]:
    print("cannot go on\nreally not", file=sys.stderr)
    sys.exit(p["status"])
if not p["forget"]:
    inputs = p.get("from", [])
    text = p["text"] + json.dumps(p.get("numbers", {}), sort_keys=True) + "\n"
    for path in [inputs] if isinstance(inputs, str) else inputs:
        text += open(path).read()
    with open(job["outputs"]["file"], "w") as out:
        out.write("same\n" if p["same"] else text)
P
}

# small_workflow FOLDER: first -> middle (red, blue) -> last, and `alone`, which reads a file.
small_workflow() {
    mkdir -p "$1"
    note_task "$1/note"
    echo "some words" >"$1/words.txt"
    cat >"$1/workflow.yaml" <<'Y'
fornix: 1
name: small
tasks: [note]
params:
  seed: 1
  widths: {red: {x: 10, y: 20}, blue: {x: 30, y: 40}}
axes:
  colour: [red, blue]
stages:
  first:
    task: note
    with: {text: "seed ${params.seed}"}
  middle:
    task: note
    with: {from: "${first.file}", numbers: "${params.widths[axis.colour]}"}
  last:
    task: note
    with: {from: "${middle[*].file}"}
  alone:
    task: note
    with: {from: words.txt}
Y
}
# shellcheck disable=SC2034   # for the scripts that source this
all_jobs=(first 'middle[colour=red]' 'middle[colour=blue]' last alone)

# edit FILE SCRIPT...: changes a file with sed; each script must change something.
edit() {
    local script
    for script in "${@:2}"; do
        cp "$1" "$WORK/before-edit"
        sed -i -e "$script" "$1"
        ! cmp -s "$1" "$WORK/before-edit" || fail "the edit '$script' changed nothing in $1"
    done
}

# --- runs ----------------------------------------------------------------------------------------

# fx ARGS...: runs fornix; $status and the file got have what came of it.
fx() {
    : >"$RUNS"
    status=0
    "$FORNIX" "$@" >"$WORK/got" 2>&1 || status=$?
}

# What was said, with durations, sizes, times and this folder's name replaced by placeholders.
tidy() {
    sed -E "s#$WORK/here#HERE#g; s#$WORK#WORK#g; s/[0-9]+(\.[0-9]+)? m?s\b/T s/g; s/[0-9a-f]{32}/KEY/g; s/(T s, |up to |more than )[0-9.]+ [KMG]iB/\1M iB/g;
            s/[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:]{8}(\.[0-9]+Z)?/TIME/g; s/[0-9]{8}-[0-9]{6}(-[0-9]+)?/RUN/g;
            s# on $(hostname)# on HOST#g; s#$FORNIX_BUILD#BUILD#g" "$@"
}

expect_status() {
    checks=$((checks + 1))
    [[ $status == "$1" ]] || { cat "$WORK/got" >&2; fail "status $status, expected $1"; }
}

# expect_ran LABELS...: these jobs ran in the last run, each once, and no others.
expect_ran() {
    local want have
    checks=$((checks + 1))
    want=$(printf '%s\n' "$@" | sed '/^$/d' | sort)
    have=$(sort "$RUNS")
    [[ $want == "$have" ]] || {
        cat "$WORK/got" >&2
        fail "ran [$(tr '\n' ' ' <<<"$have")], expected [$(tr '\n' ' ' <<<"$want")]"
    }
}

# expect_said TEXT: a line that was said contains it.
expect_said() {
    checks=$((checks + 1))
    tidy "$WORK/got" | grep -qF -- "$1" || { tidy "$WORK/got" >&2; fail "it did not say: $1"; }
}

expect_not_said() {
    checks=$((checks + 1))
    ! tidy "$WORK/got" | grep -qF -- "$1" || { tidy "$WORK/got" >&2; fail "it said: $1"; }
}

# expect_got: all that was said, tidied, is the text on standard input.
expect_got() {
    checks=$((checks + 1))
    tidy "$WORK/got" >"$WORK/tidy"
    diff -u --label expected --label got - "$WORK/tidy" >&2 || fail "it said something else"
}

# expect_file FILE: its content is the text on standard input.
expect_file() {
    checks=$((checks + 1))
    [[ -e $1 ]] || fail "there is no $1"
    diff -u --label expected --label "$1" - "$1" >&2 || fail "another content"
}

# expect_equal WHAT GOT EXPECTED
expect_equal() {
    checks=$((checks + 1))
    [[ $2 == "$3" ]] || fail "$1 is '$2', expected '$3'"
}

# wait_for WHAT COMMAND...: until the command succeeds, at most 20 s.
wait_for() {
    local deadline=$((SECONDS + 20))
    until "${@:2}"; do
        ((SECONDS < deadline)) || fail "waited in vain for $1"
        sleep 0.02
    done
}

passed() {
    ((checks > 0)) || fail "nothing was checked"
    echo "$NAME: $checks expectations met"
}
