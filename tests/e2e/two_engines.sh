#!/usr/bin/env bash
# Engines that work on one store at once: each job runs once, all end well, one may be killed.
source "$(dirname "$0")/lib.sh"

note_task note
cat >workflow.yaml <<'Y'
fornix: 1
name: shared
tasks: [note]
axes: {n: {range: [0, 8]}}
stages:
  start: {task: note, with: {text: start, seconds: 0.1}}
  work:  {task: note, with: {text: "${axis.n}", from: "${start.file}", seconds: 0.1}}
  end:   {task: note, with: {from: "${work[*].file}"}}
Y

# together COUNT: engines at once; each job must have run once in all.
together() {
    local i pids=() failed=0
    : >"$RUNS"
    for ((i = 0; i < $1; i++)); do
        "$FORNIX" run --cores 2 >"$WORK/engine$i" 2>&1 &
        pids+=($!)
    done
    for i in "${!pids[@]}"; do
        wait "${pids[i]}" || { cat "$WORK/engine$i" >&2; failed=1; }
    done
    ((failed == 0)) || fail "an engine of $1 failed"
    expect_equal "jobs that ran with $1 engines" "$(wc -l <"$RUNS")" 10
    expect_equal "different jobs with $1 engines" "$(sort -u "$RUNS" | wc -l)" 10
}

together 2
latest=$(sha256sum <.fornix/runs/shared/latest/end/note.txt)
rm -rf .fornix
together 5
expect_equal 'the result' "$(sha256sum <.fornix/runs/shared/latest/end/note.txt)" "$latest"

# One of two is killed: the other makes what is missing.
rm -rf .fornix
: >"$RUNS"
"$FORNIX" run --cores 2 >"$WORK/engine0" 2>&1 &
first=$!
wait_for 'a job' test -s "$RUNS"
"$FORNIX" run --cores 2 >"$WORK/got" 2>&1 &
second=$!
sleep 0.2
kill -9 "$first"
wait "$first" 2>/dev/null || true
status=0
wait "$second" || status=$?
expect_status 0
expect_equal 'the result' "$(sha256sum <.fornix/runs/shared/latest/end/note.txt)" "$latest"
fx run
expect_status 0
expect_ran

# A job that another engine makes is told as such.
rm -rf .fornix
: >"$RUNS"
"$FORNIX" run --set stages.start.with.seconds=2 >"$WORK/engine0" 2>&1 &
wait_for 'a job' test -s "$RUNS"
fx run start
wait
expect_status 0
expect_said 'start: made by another run meanwhile'
passed
