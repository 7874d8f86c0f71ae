#!/usr/bin/env bash
# All that is known of a job, and the job as a script of its own.
source "$(dirname "$0")/lib.sh"

small_workflow .
rm -f "$WORK/home/.gitconfig"
repository() { git -c user.name=a -c user.email=b -C "$WORK/here" "$@" >/dev/null 2>&1; }
printf '.fornix\ncopy\n' >.gitignore
repository init
repository add .
repository commit -m one
commit=$(git -C . rev-parse HEAD)

for command in show export; do
    fx $command first
    expect_status 1
    expect_got <<<"fornix: error: 'small' has not run yet: there is no store '.fornix'"
done
fx run
expect_status 0

# What is said, whole; and the same for programs.
fx show last
expect_status 0
sed -i -E 's/[0-9.]+ [KMG]iB of/M iB of/; s/Linux [^,]*/KERNEL/; s/[0-9a-f]{40}/COMMIT/; s#store/[0-9a-f]{2}/#store/XX/#' "$WORK/got"
expect_got <<'T'
last: cached
  task:      note, version 1
  key:       KEY
  ran:       TIME in T s on HOST, in run RUN
  took:      T s of CPU time, M iB of memory in its largest process
  ran in:    fornix 0.1.0, KERNEL, 1 ranks x 1 threads
  commit:    COMMIT
  log:       .fornix/store/XX/KEY/log
  inputs:
    from[0] = .fornix/store/XX/KEY/out/note.txt, from middle[colour=red], 32 bytes, KEY
    from[1] = .fornix/store/XX/KEY/out/note.txt, from middle[colour=blue], 32 bytes, KEY
  parameters:
    text = ""
    same = false
    seconds = 0.0
    status = 0
    forget = false
  outputs:
    file = .fornix/store/XX/KEY/out/note.txt, 67 bytes, KEY
T
fx show middle --json
python3 - "$WORK/got" "$commit" <<'P' || fail "show --json is not what docs/running.md says"
import json, os, sys
jobs = json.load(open(sys.argv[1]))["jobs"]
assert [j["job"] for j in jobs] == ["middle[colour=red]", "middle[colour=blue]"]
red = jobs[0]
assert (red["stage"], red["point"], red["state"], red["task"], red["task_version"]) == (
    "middle", "colour=red", "cached", "note", 1)
assert len(red["key"]) == 32 and red["seconds"] > 0 and red["memory"] > 1e6 and red["run"] and red["host"]
e = red["environment"]
assert e["commit"] == sys.argv[2] and e["dirty"] is False and e["ranks"] == 1 and e["fornix"], e
output, = red["outputs"]
assert output["size"] == os.path.getsize(output["path"]) and len(output["digest"]) == 32
source, = red["inputs"]
assert source["from"] == "first" and os.path.exists(source["path"]) and len(source["digest"]) == 32
assert red["description"]["parameters"]["numbers"] == {"x": 10, "y": 20}
assert os.path.exists(red["log"]) and "scratch" not in red["description"]
P
fx show alone
expect_said '    from = words.txt, 11 bytes, KEY'

# Files that differ from the commit; jobs that must run, and that depend on them.
edit workflow.yaml 's/seed: 1/seed: 2/'
fx run first
fx show first
expect_said 'and files that differed from it'
fx show last
expect_got <<'T'
last: depends on jobs that must run
  task:      note, version 1
  inputs:
    from[0] = (not made yet by middle[colour=red]), from middle[colour=red]
    from[1] = (not made yet by middle[colour=blue]), from middle[colour=blue]
  parameters:
    text = ""
    same = false
    seconds = 0.0
    status = 0
    forget = false
T
fx show middle --json
python3 -c 'import json, sys; assert json.load(open(sys.argv[1]))["jobs"][0]["state"] == "must run"' "$WORK/got" ||
    fail "show --json of a job that must run"
fx show 'middle[colour=rde]'
expect_status 2
fx show
expect_status 2
expect_got <<<"fornix: error: name one stage: fornix show [workflow.yaml] STAGE"

# The script of a job makes the same bytes, where one says, whatever the folder is called; twice in one
# folder it does not.
edit workflow.yaml 's/seed: 2/seed: 1/'
fx run
fx export 'middle[colour=red]' -o "$WORK/red.sh"
expect_status 0
expect_equal 'what was printed' "$(cat "$WORK/got")" ''
odd="$WORK/it's \"odd\\ \$HOME"
"$WORK/red.sh" "$odd" >"$WORK/said" 2>&1 || fail "the script failed: $(cat "$WORK/said")"
cmp "$odd/out/note.txt" .fornix/runs/small/latest/middle/colour=red/note.txt || fail "other bytes"
python3 - "$odd" <<'P' || fail "job.json is not what a task gets"
import json, os, sys
job = json.load(open(sys.argv[1] + "/job.json"))
assert job["scratch"] == os.path.realpath(sys.argv[1]) + "/scratch" and os.path.isdir(job["scratch"])
assert job["progress"].startswith(os.path.realpath(sys.argv[1])) and job["label"] == "middle[colour=red]"
P
status=0
"$WORK/red.sh" "$odd" >"$WORK/got" 2>&1 || status=$?
expect_status 2
expect_said 'holds a job already: name another folder'
fx export last --json
python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["script"], end="")' "$WORK/got" >"$WORK/last.sh"
mkdir "$WORK/elsewhere"
(cd "$WORK/elsewhere" && sh "$WORK/last.sh" >/dev/null) || fail "the script of 'last' failed"
cmp "$WORK/elsewhere/last/out/note.txt" .fornix/runs/small/latest/last/note.txt || fail "other bytes"

# A job that never ran has a script too, when its inputs are there; one that fails says so.
fx export first --set stages.first.with.status=3 --set params.seed=5
expect_status 0
cp "$WORK/got" "$WORK/fails.sh"
status=0
sh "$WORK/fails.sh" "$WORK/failed" >"$WORK/got" 2>&1 || status=$?
expect_status 3
expect_said 'cannot go on'
fx export first --set stages.first.with.forget=true
cp "$WORK/got" "$WORK/forgets.sh"
status=0
sh "$WORK/forgets.sh" "$WORK/forgot" >"$WORK/got" 2>&1 || status=$?
expect_status 1
expect_said "the task left no 'note.txt'"
fx export last --set params.seed=5
expect_status 1
expect_got <<'T'
fornix: error: 'last' depends on jobs that must run first
    fornix run workflow.yaml last
T
fx export middle
expect_status 2
expect_got <<'T'
fornix: error: 'middle' names 2 jobs, and one is exported
    name one: 'middle[colour=red]'
T
fx export
expect_status 2
expect_got <<<"fornix: error: name one job: fornix export [workflow.yaml] JOB"

passed
