#!/usr/bin/env bash
# Jobs that fail, and what is said about them.
source "$(dirname "$0")/lib.sh"

small_workflow .
edit workflow.yaml '/^  middle:/,/^  last:/s/numbers:/status: "${params.status[axis.colour]}", numbers:/' \
    's/^  seed: 1/&\n  status: {red: 3, blue: 0}/'
fx run
expect_status 1
expect_ran first 'middle[colour=red]' 'middle[colour=blue]' alone
expect_said '5 jobs: 3 ran, 1 failed, 1 skipped, in T s'
expect_said 'skipped, because they need what failed: last'
sed -n '/red\]: failed/,/whole log/p' "$WORK/got" >"$WORK/part" && mv "$WORK/part" "$WORK/got"
expect_got <<'T'
middle[colour=red]: failed after T s: exit status 3
    command: python3 -I -S HERE/note/note.py HERE/.fornix/failed/KEY/job.json
    the end of its log:
        this is middle[colour=red]
        cannot go on
        really not
    the whole log: HERE/.fornix/failed/KEY/log
T

fx status
expect_status 0
expect_got <<'T'
run RUN of small: failed, took T s, started TIME
5 jobs: 3 done, 1 failed, 1 skipped
first: done in T s (never ran before)
middle[colour=red]: failed: exit status 3
    log: .fornix/failed/KEY/log
middle[colour=blue]: done in T s (never ran before)
alone: done in T s (never ran before)
T
fx log 'middle[colour=red]'
expect_got <<'T'
this is middle[colour=red]
cannot go on
really not
T
fx files last
expect_status 1
fx files 'middle[colour=blue]'
expect_status 0

# Only what failed runs again, and it fails again; mended, the rest follows.
fx run
expect_status 1
expect_ran 'middle[colour=red]'
expect_said '5 jobs: 3 cached, 1 failed, 1 skipped'
edit workflow.yaml 's/red: 3, /red: 0, /'
# The log of the attempt that failed is still there, though its key may be another.
fx log 'middle[colour=red]'
expect_said 'cannot go on'
fx run
expect_status 0
expect_ran 'middle[colour=red]' last

# A task that succeeds without its output.
fx run --set 'stages.last.with.forget=true' --set 'stages.last.with.text=x'
expect_status 1
expect_ran last
expect_said "last: failed after T s: the output 'file' ('note.txt') was not written"

# A task that ends by a signal, that cannot be started, and that takes too long.
cat >note/kill.sh <<'S'
#!/bin/sh
kill -SEGV $$
S
edit note/task.yaml 's/^program: .*/program: [sh, kill.sh]/'
fx run first
expect_status 1
expect_said 'first: failed after T s: killed by signal 11 (Segmentation fault)'
edit note/task.yaml 's/^program: .*/program: [no-such-program]/'
fx run first
expect_status 1
expect_said "first: failed: the program 'no-such-program' of task 'note' is missing, or not executable"
edit note/task.yaml 's/^program: .*/program: [python3, -I, -S, note.py]/'
fx run first --set params.seed=9 --set 'stages.first.with.seconds=20' \
    --set 'stages.first.resources={time: 300 ms}'
expect_status 1
expect_said 'first: failed after T s: stopped at its time limit of T s'

# An input that is not there is found before anything runs.
rm words.txt
fx run
expect_status 2
expect_ran
expect_said "words.txt"

# Stop at the first failure.
echo "some words" >words.txt
for i in 1 2 3 4 5 6; do
    printf '  extra%s: {task: note, with: {text: e%s, status: %s}}\n' "$i" "$i" "$((i == 1))"
done >>workflow.yaml
fx run --fail-fast --cores 1
expect_status 1
expect_ran extra1
expect_said 'skipped, because a job failed: extra2, extra3, extra4, extra5, extra6'

# More than the machine has: before anything runs.
fx run --cores 2 --set params.seed=10 --set 'stages.last.resources={ranks: 3, threads: 2}'
expect_status 2
expect_ran
expect_said "error: 'last' asks for 6 cores (3 ranks x 2 threads), and this run has 2"
fx run --memory '10 MiB' --set params.seed=10 --set 'stages.last.resources={memory: 11 MiB}'
expect_status 2
expect_ran
expect_said "error: 'last' asks for 11 MiB of memory, and this run has 10 MiB"
# So few descriptors that not even the loop can start.
small_workflow few
: >"$RUNS"
status=0
(ulimit -n 10 && exec "$FORNIX" run few/workflow.yaml) >"$WORK/got" 2>&1 || status=$?
expect_status 1
expect_ran
expect_got <<'T'
first: failed: at most 10 files may be open, and 32 are needed
    raise the limit: ulimit -n 1024
alone: failed: at most 10 files may be open, and 32 are needed
    raise the limit: ulimit -n 1024
5 jobs: 2 failed, 3 skipped, in T s
failed: first, alone
skipped, because they need what failed: middle[colour=red], middle[colour=blue], last
T

passed
