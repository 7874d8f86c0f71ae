#!/usr/bin/env bash
# Why a job must run: old and new value, where it is written, through stages and files to the first cause.
source "$(dirname "$0")/lib.sh"

small_workflow .

fx run
expect_status 0

fx why middle
expect_status 0
expect_got <<'T'
middle[colour=red]: cached
    ran TIME in T s on HOST, in run RUN
middle[colour=blue]: cached
    ran TIME in T s on HOST, in run RUN
T

# The value behind a reference; behind an axis; given by --set; several in one job.
cp workflow.yaml kept.yaml
edit workflow.yaml 's/x: 10/x: 11/' 's/y: 20/y: 21/'
fx why last
expect_got <<'T'
last: depends on what comes out of middle[colour=red]
middle[colour=red]: must run, compared with middle[colour=red] of TIME in T s on HOST
    numbers.x: 10 -> 11 (workflow.yaml:6:21)
    numbers.y: 20 -> 21 (workflow.yaml:6:28)
T
cp kept.yaml workflow.yaml
fx why first --set params.seed=3
expect_got <<'T'
first: must run, compared with first of TIME in T s on HOST
    text: seed 1 -> seed 3 (workflow.yaml:12:19, made of --set params.seed=3)
T
fx why middle --set params.widths.blue=4
expect_status 2
fx why 'middle[colour=blue]' --set params.widths.blue.x=4
expect_got <<'T'
middle[colour=blue]: must run, compared with middle[colour=blue] of TIME in T s on HOST
    numbers.x: 30 -> 4 (--set params.widths.blue.x=4)
T
edit workflow.yaml 's/from: "${first.file}", /&text: "the ${axis.colour}", /'
fx why 'middle[colour=blue]'
expect_got <<'T'
middle[colour=blue]: must run, compared with middle[colour=blue] of TIME in T s on HOST
    text: "" (default) -> the blue (workflow.yaml:15:42)
T
fx run
expect_ran 'middle[colour=red]' 'middle[colour=blue]' last

# What is not given any more: back to the default, and gone.
cp kept.yaml workflow.yaml
fx run --set stages.middle.with.same=true
edit workflow.yaml 's/, y: 20//'
fx why 'middle[colour=red]'
expect_got <<'T'
middle[colour=red]: must run, compared with middle[colour=red] of TIME in T s on HOST
    numbers.y: 20 -> (not given) (was in workflow.yaml:6:17)
    same: true -> false (default) (note/task.yaml:10:37)
T
edit workflow.yaml 's/from: "${first.file}", /&same: false, /'
fx why 'middle[colour=red]'
expect_said '    same: true -> false (default) (workflow.yaml:15:41)'
cp kept.yaml workflow.yaml

# Included files keep their names.
mkdir parts
cat >parts/widths.yaml <<'Y'
params:
  widths:
    red: {x: 12, y: 20}
Y
edit workflow.yaml '1a include: [parts/widths.yaml]' 's/red: {x: 10, y: 20}, //'
fx why 'middle[colour=red]'
expect_said '    numbers.x: 10 -> 12 (parts/widths.yaml:3:14)'
cp kept.yaml workflow.yaml

# An input file, by its name; the program; the version; a new point is compared with its neighbour.
rm -rf .fornix
fx run
sleep 0.01
echo other >words.txt
fx why alone
expect_got <<'T'
alone: must run, compared with alone of TIME in T s on HOST
    inputs.from: other content, words.txt (workflow.yaml:21:18)
T
echo "some words" >words.txt
cp -r note kept
edit note/note.py '$a # a comment'
fx why first
expect_got <<'T'
first: must run, compared with first of TIME in T s on HOST
    the program of task 'note' changed: note/note.py
T
edit note/task.yaml 's/^version: 1/version: 2/'
fx why first
expect_got <<'T'
first: must run, compared with first of TIME in T s on HOST
    the version of task 'note': 1 -> 2 (note/task.yaml)
    the program of task 'note' changed: note/note.py
T
rm -r note && mv kept note
mkdir bin
printf '#!/bin/sh\necho tool 1.0\n' >bin/some_tool
chmod +x bin/some_tool
export PATH=$PWD/bin:$PATH
edit note/task.yaml '$a tools: [some_tool]'
fx run first
sleep 0.01
printf '#!/bin/sh\necho tool 1.1\n' >bin/some_tool
fx why first
expect_got <<'T'
first: must run, compared with first of TIME in T s on HOST
    the version of some_tool: tool 1.0 -> tool 1.1
T
edit note/task.yaml '/^tools/d'
edit workflow.yaml 's/colour: \[red, blue\]/colour: [red, blue, green]/' 's/blue: {x: 30, y: 40}/&, green: {x: 30, y: 41}/'
fx why 'middle[colour=green]'
expect_got <<'T'
middle[colour=green]: must run, never ran before, compared with middle[colour=blue] of TIME in T s on HOST
    numbers.y: 40 -> 41 (workflow.yaml:6:73)
T
cp kept.yaml workflow.yaml

# Through jobs that ran already: why their outputs are not what they were.
rm -rf .fornix
fx run
fx run --set params.seed=5 'middle[colour=red]'
expect_ran first 'middle[colour=red]'
fx why last --set params.seed=5
expect_got <<'T'
last: depends on what comes out of middle[colour=blue]
middle[colour=blue]: must run, compared with middle[colour=blue] of TIME in T s on HOST
    inputs.from: other content, from first (workflow.yaml:15:21)
first: cached
    ran TIME in T s on HOST, in run RUN
    what was there before was made by first of TIME in T s on HOST
    text: seed 1 -> seed 5 (workflow.yaml:12:19, made of --set params.seed=5)
T
fx why last --set params.seed=5 --json
python3 - "$WORK/got" <<'P' || fail "why --json is not what docs/running.md says"
import json, sys
jobs = {j["job"]: j for j in json.load(open(sys.argv[1]))["jobs"]}
assert list(jobs) == ["last", "middle[colour=blue]", "first"], jobs
assert jobs["last"] == {"job": "last", "state": "depends", "depends_on": ["middle[colour=blue]"]}
change, = jobs["middle[colour=blue]"]["changes"]
assert change["kind"] == "job" and change["from"] == "first" and len(change["before"]) == 32, change
assert jobs["middle[colour=blue]"]["compared_with"]["job"] == "middle[colour=blue]"
change, = jobs["first"]["changes"]
assert jobs["first"]["state"] == "cached" and "run" in jobs["first"] and jobs["first"]["seconds"] > 0
assert {k: v for k, v in change.items() if k != "file"} == {
    "field": "parameters.text", "kind": "value", "before": "seed 1", "after": "seed 5",
    "default": '""', "line": 12, "column": 19, "made_of": [{"file": "--set params.seed=5"}]}, change
P

# A task that writes something else each time says so.
cat >note/note.py <<'P'
import json, sys, time
open(json.load(open(sys.argv[1]))["outputs"]["file"], "w").write(str(time.time_ns()))
P
fx run
file=$(readlink -f .fornix/runs/small/latest/first/note.txt)
rm -rf "$(dirname "$(dirname "$file")")"
fx run first
fx why last
expect_said 'first: cached'
expect_said '    what was there before is not in the store any more'

# Altered and removed by hand; failed.
rm -rf .fornix note
note_task note
fx run
file=$(readlink -f .fornix/runs/small/latest/first/note.txt)
chmod -R u+w "$(dirname "$file")"
echo "by hand" >"$file"
fx why first
expect_got <<'T'
first: must run, note.txt was altered; what was there is in .fornix/damaged/KEY.1
T
fx run
file=$(readlink -f .fornix/runs/small/latest/alone/note.txt)
rm -f "$file"
fx why alone
expect_got <<'T'
alone: must run, note.txt was removed; what was there is in .fornix/damaged/KEY.1
T
fx run
rm -rf "$(dirname "$(dirname "$(readlink -f .fornix/runs/small/latest/last/note.txt)")")"
fx why last
expect_got <<'T'
last: must run, never ran before, compared with alone of TIME in T s on HOST
    inputs.from[0]: new, from middle[colour=red] (workflow.yaml:18:21)
    inputs.from[1]: new, from middle[colour=blue] (workflow.yaml:18:21)
    inputs.from: gone (workflow.yaml:18:21)
T
fx run --set stages.first.with.status=3 --set params.seed=9 first
expect_status 1
fx why first --set params.seed=9
expect_got <<'T'
first: must run, compared with first of TIME in T s on HOST
    its latest attempt failed: .fornix/failed/KEY/log
    text: seed 1 -> seed 9 (workflow.yaml:12:19, made of --set params.seed=9)
T
fx why nothing
expect_status 2
fx why middle last
expect_status 2
expect_got <<<"fornix: error: name one stage: fornix why [workflow.yaml] STAGE"
passed
