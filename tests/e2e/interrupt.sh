#!/usr/bin/env bash
# Ctrl-C once: what runs finishes, nothing more starts. Twice: it stops now. Both end with 130.
source "$(dirname "$0")/lib.sh"

note_task note
cat >workflow.yaml <<'Y'
fornix: 1
name: slow
tasks: [note]
params: {seconds: 2}
stages:
  one: {task: note, with: {text: one, seconds: "${params.seconds}"}}
  two: {task: note, with: {text: two, from: "${one.file}"}}
Y

# begin ARGS...: a run in the background, once its first job runs.
begin() {
    : >"$RUNS"
    "$FORNIX" run "$@" >"$WORK/got" 2>&1 &
    engine=$!
    wait_for 'the first job' grep -q one "$RUNS"
}
finish() {
    status=0
    wait "$engine" || status=$?
}

begin
kill -INT "$engine"
wait_for 'the message' grep -q '^interrupted' "$WORK/got"
finish
expect_status 130
expect_got <<'T'
one: never ran before, running
interrupted: what runs is finished, nothing more is started; again: stop it now
one: done in T s
2 jobs: 1 ran, 1 skipped, in T s
skipped, because the run was interrupted: two
outputs: .fornix/runs/slow/latest
T
expect_ran one
fx status
expect_said 'run RUN of slow: interrupted'
fx run
expect_status 0
expect_ran two

rm -rf .fornix
begin --set params.seconds=60
# What a task leaves behind ends too.
kill -TERM "$engine"
wait_for 'the message' grep -q '^interrupted' "$WORK/got"
kill -INT "$engine"
before=$SECONDS
finish
((SECONDS - before < 5)) || fail "stopping took $((SECONDS - before)) s"
expect_status 130
expect_got <<'T'
one: never ran before, running
interrupted: what runs is finished, nothing more is started; again: stop it now
interrupted again: stopping what runs
one: stopped
2 jobs: 2 skipped, in T s
skipped, because the run was interrupted: one, two
T
expect_equal 'staging folders' "$(find .fornix/staging -mindepth 1 -maxdepth 1 -type d 2>/dev/null | wc -l)" 0
fx run
expect_status 0
expect_ran one two
passed
