#!/usr/bin/env bash
# A first run, a second one that finds everything, and what the commands say about them.
source "$(dirname "$0")/lib.sh"

small_workflow .
fx run
expect_status 0
expect_ran "${all_jobs[@]}"
expect_said 'first: never ran before, running'
expect_said 'first: done in T s'
expect_said 'middle[colour=red]: never ran before, running'
expect_said '5 jobs: 5 ran, in T s'
expect_said 'outputs: .fornix/runs/small/latest'

latest=.fornix/runs/small/latest
first_run=$(readlink "$latest")
expect_file "$latest/first/note.txt" <<<'seed 1{}'
expect_file "$latest/middle/colour=blue/note.txt" <<'T'
{"x": 30.0, "y": 40.0}
seed 1{}
T
expect_file "$latest/last/note.txt" <<'T'
{}
{"x": 10.0, "y": 20.0}
seed 1{}
{"x": 30.0, "y": 40.0}
seed 1{}
T
expect_equal 'the number of links' "$(find "$latest/" -type l | wc -l)" 5
expect_equal 'the number of absolute links' "$(find .fornix/runs -type l -lname '/*' | wc -l)" 0

fx run
expect_status 0
expect_ran
expect_got <<'T'
first: cached
middle: cached, 2 jobs
last: cached
alone: cached
5 jobs: all cached, in T s
outputs: .fornix/runs/small/latest
T
expect_equal 'the latest run' "$(readlink "$latest")" "$first_run"

# Each way to name the workflow.
cd "$WORK"
fx run here/workflow.yaml
expect_status 0
expect_ran
expect_said 'outputs: here/.fornix/runs/small/latest'
fx run here/workflow.yaml first last
expect_ran
expect_said '4 jobs: all cached'
cd here

fx plan
expect_status 0
expect_got <<'T'
first            cached
middle           all 2 cached
last             cached
alone            cached
5 jobs: 5 cached, 0 must run, 0 depend on what comes out
T

fx why middle
expect_got <<'T'
middle[colour=red]: cached
    ran TIME in T s on HOST, in run RUN
middle[colour=blue]: cached
    ran TIME in T s on HOST, in run RUN
T

fx status
expect_said 'run RUN of small: done, took T s, started TIME'
expect_said '5 jobs: 5 done'
expect_said 'middle[colour=blue]: done in T s (never ran before)'

fx log 'middle[colour=red]'
expect_got <<<'this is middle[colour=red]'
fx log middle
expect_got <<'T'
==> middle[colour=red] <==
this is middle[colour=red]

==> middle[colour=blue] <==
this is middle[colour=blue]
T
fx log first --path
expect_got <<<'HERE/.fornix/store/'"$(tidy "$WORK/got" | sed 's#.*store/##')"
expect_file "$(cat "$WORK/got")" <<<'this is first'

fx files last
expect_equal 'the file' "$(sha256sum <"$(cat "$WORK/got")")" "$(sha256sum <"$latest/last/note.txt")"
fx files workflow.yaml middle file
expect_equal 'the number of files' "$(wc -l <"$WORK/got")" 2
fx files last flie
expect_status 2
expect_got <<'T'
fornix: error: 'last' has no output 'flie'
    did you mean 'file'?
T

# A change: only what it reaches, with the reason.
edit workflow.yaml 's/x: 10/x: 11/'
fx plan --cores 2
expect_got <<'T'
first            cached
middle           1 of 2 cached, 1 of 2 must run (T s, M iB)
    middle[colour=red]: numbers.x 10 -> 11
last             depends on what comes out of middle[colour=red] (T s, M iB)
alone            cached
5 jobs: 3 cached, 1 must run, 1 depend on what comes out
at most 2 jobs run: about T s on 2 cores, up to M iB of memory
T
fx why last
expect_got <<'T'
last: depends on what comes out of middle[colour=red]
middle[colour=red]: must run, compared with middle[colour=red] of TIME in T s on HOST
    numbers.x: 10 -> 11 (workflow.yaml:6:21)
T
fx files last
expect_status 1
expect_got <<'T'
fornix: error: 'last' depends on jobs that must run first
    fornix run workflow.yaml last
T
fx files 'middle[colour=red]'
expect_status 1
expect_got <<'T'
fornix: error: 'middle[colour=red]' must run first: numbers.x 10 -> 11
    fornix run workflow.yaml middle[colour=red]
T
fx run
expect_status 0
expect_ran 'middle[colour=red]' last
expect_got <<'T'
first: cached
middle: 1 of 2 jobs cached
alone: cached
middle[colour=red]: numbers.x 10 -> 11, running
middle[colour=red]: done in T s
last: inputs.from[0] changed, running
last: done in T s
5 jobs: 2 ran, 3 cached, in T s
outputs: .fornix/runs/small/latest
T
expect_equal 'the number of links' "$(find "$latest/" -type l | wc -l)" 5
[[ $(readlink "$latest") != "$first_run" ]] || fail "a run that ran something has a folder of its own"

# A stage that is no more has no links; a run of a part shows what it made.
edit workflow.yaml '/^  alone:/,$d'
fx run
expect_ran
expect_equal 'links of a removed stage' "$(find "$latest/" -name alone | wc -l)" 0
fx run --set params.seed=2 first
expect_ran first
expect_equal 'the number of links' "$(find "$latest/" -type l | wc -l)" 1

# What programs read.
fx run --set params.seed=3 --json
python3 - "$WORK/got" <<'P' || fail "run --json is not what it should be"
import json, sys
text = open(sys.argv[1]).read()
run = json.loads(text[text.index('{"fornix"'):])
jobs = {j["job"]: j for j in run["jobs"]}
assert run["state"] == "done" and run["workflow"] == "small", run
assert jobs["first"]["reason"].startswith("text "), jobs
assert jobs["last"]["state"] == "done" and len(jobs["last"]["key"]) == 32, jobs
P
for command in 'plan' 'status' 'why last' 'files last'; do
    fx $command --set params.seed=3 --json
    expect_status 0
    python3 -c 'import json, sys; json.load(open(sys.argv[1]))' "$WORK/got" || fail "$command --json"
done

# Without a store.
rm -rf .fornix
fx plan
expect_got <<'T'
first            must run
    first: never ran before
middle           all 2 depend on what comes out of first
last             depends on what comes out of middle[colour=red], middle[colour=blue]
4 jobs: 0 cached, 1 must run, 3 depend on what comes out
at most 4 jobs run; how long that takes is not known
T
fx run --dry-run last
expect_said '4 jobs: 0 cached, 1 must run, 3 depend on what comes out'
fx status
expect_status 1
expect_got <<<"fornix: error: 'small' has not run yet"
for command in why log files; do
    fx $command first
    expect_status 1
    expect_got <<<"fornix: error: 'small' has not run yet: there is no store '.fornix'"
done
[[ ! -e .fornix ]] || fail "commands that only look made a store"
passed
