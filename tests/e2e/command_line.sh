#!/usr/bin/env bash
# The command line: help, mistakes and suggestions, site settings, the tasks.
source "$(dirname "$0")/lib.sh"

small_workflow .

fx
expect_status 2
expect_said 'usage: fornix COMMAND [options] [workflow.yaml] [...]'
fx --help
expect_status 0
expect_said 'make what is missing'
fx --version
expect_said 'fornix 0'
for command in run plan why status log files show export diff check task; do
    fx $command --help
    expect_status 0
    expect_said "usage: fornix $command"
done

fx rnu
expect_status 2
expect_got <<'T'
fornix: error: there is no command 'rnu'
    did you mean 'fornix run'?
T
fx run --coers 2
expect_status 2
expect_got <<'T'
fornix: error: unknown option '--coers'
    did you mean '--cores'?
T
fx run --cores two
expect_got <<<"fornix: error: '--cores' wants a whole number from 1, not 'two'"
fx run --cores=0
expect_got <<<"fornix: error: '--cores' wants a whole number from 1, not '0'"
fx run --fail-fast=yes
expect_got <<<"fornix: error: '--fail-fast' takes no value"
fx run --set
expect_got <<<"fornix: error: '--set' wants a value: --set PATH=VALUE"
fx why
expect_status 2
expect_got <<<"fornix: error: name one stage: fornix why [workflow.yaml] STAGE"
fx status latest last
expect_status 2
expect_got <<<"fornix: error: status takes a workflow and one run, not 'last'"
fx run nothere.yaml
expect_status 2
expect_said 'nothere.yaml'
fx run lsat
expect_status 2
expect_said "did you mean 'last'?"
fx run 'middle[colour=rde]'
expect_status 2
cd "$WORK/home"
fx run
expect_status 2
expect_got <<'T'
fornix: error: there is no workflow.yaml in this folder
    name a workflow: fornix run path/to/workflow.yaml
T
cd "$WORK/here"
[[ ! -e .fornix ]] || fail "a wrong call made a store"

fx check
expect_status 0
expect_got <<<'workflow.yaml: no mistakes, 4 stages, 5 jobs'
cp workflow.yaml broken.yaml
edit broken.yaml 's/text: "seed/txet: "seed/' 's/from: "${first.file}"/from: "${frist.file}"/' \
    's/^  alone:/&\n    tsak: note/' 's/^name: small/naem: small/'
fx check broken.yaml
expect_status 2
expect_said "did you mean 'text'?"
expect_said "did you mean 'first'?"
expect_said "did you mean 'name'?"
expect_equal 'the number of carets' "$(grep -c '^ *^' "$WORK/got")" "$(grep -c ' error: ' "$WORK/got")"
fx check broken.yaml --json
expect_status 2
python3 - "$WORK/got" <<'P' || fail "check --json"
import json, sys
said = json.load(open(sys.argv[1]))
assert said["file"] == "broken.yaml" and said["more"] == 0
hints = {m.get("hint") for m in said["mistakes"]}
assert {"did you mean 'text'?", "did you mean 'first'?", "did you mean 'name'?"} <= hints, said
assert all(m["file"] == "broken.yaml" and m["line"] and m["column"] for m in said["mistakes"]), said
P
fx check --json
expect_status 0
python3 -c 'import json, sys; s = json.load(open(sys.argv[1])); assert s["mistakes"] == [] and s["jobs"] == 5' \
    "$WORK/got" || fail "check --json of a workflow without mistakes"
fx run broken.yaml
expect_status 2
expect_ran
[[ ! -e .fornix ]] || fail "a broken workflow made a store"

# Site settings: the user's file, then the workflow, then the command line.
mkdir -p "$HOME/.config/fornix"
echo 'cores: 1' >"$HOME/.config/fornix/config.yaml"
fx run --dry-run
expect_status 0
fx run --set 'stages.first.resources={ranks: 2}'
expect_status 2
expect_said 'this run has 1'
printf 'config: {cores: 2}\n' >>workflow.yaml
fx plan --set 'stages.first.resources={ranks: 2}'
expect_status 0
fx run --set 'stages.first.resources={ranks: 3}'
expect_status 2
expect_said 'this run has 2'
fx run --cores 1 --set 'stages.first.resources={ranks: 2}'
expect_status 2
expect_said 'this run has 1'
printf 'cors: 1\nmemory: much\n' >"$HOME/.config/fornix/config.yaml"
fx check
expect_status 2
expect_said "there is no setting 'cors'"
expect_said "did you mean 'cores'?"
expect_said "config.yaml:2:9"
rm "$HOME/.config/fornix/config.yaml"
fx run --memory lots
expect_status 2
expect_said '--memory'

fx task show ./note
expect_status 0
expect_got <<'T'
note, version 1
writes a text and what it reads

parameters:
  text: string, default ""
  numbers: string -> number
  from: file | [file, ...]
  same: true | false, default false
      writes the same bytes whatever it reads
  seconds: number (s), default 0, does not change results
      how long it takes
  status: integer, default 0, does not change results
      its exit status
  forget: true | false, default false, does not change results
      writes no output

outputs:
  file: note.txt

runs on any number of ranks (MPI)
T
fx task list
expect_status 0
for folder in "$FORNIX_BUILD"/tasks/*/; do
    [[ ! -f $folder/task.yaml ]] || expect_said "$(basename "$folder") "
done
fx task list --json
python3 - "$WORK/got" "$(ls -d "$FORNIX_BUILD"/tasks/*/task.yaml | wc -l)" <<'P' || fail "task list --json"
import json, sys
tasks = json.load(open(sys.argv[1]))["tasks"]
assert len(tasks) == int(sys.argv[2]) and all(t["builtin"] and t["summary"] for t in tasks), tasks
P
fx task show ./note --json
python3 - "$WORK/got" <<'P' || fail "task show --json"
import json, sys
task, = json.load(open(sys.argv[1]))["tasks"]
parameters = {p["parameter"]: p for p in task["parameters"]}
assert task["task"] == "note" and task["version"] == 1 and task["mpi"] and not task["builtin"]
assert parameters["seconds"]["unit"] == "s" and parameters["seconds"]["semantic"] is False
assert parameters["same"]["default"] is False and parameters["same"]["help"], parameters
assert task["outputs"] == [{"output": "file", "file": "note.txt"}]
P
fx task show nothing
expect_status 2
expect_said "there is no task 'nothing'"
fx task
expect_status 2
expect_got <<<"fornix: error: say what to do: fornix task list, show NAME, or schema"
# What cannot be printed is an error, lest a list of files be taken for complete; a closed output is none.
fx run first
status=0
"$FORNIX" files first >/dev/full 2>"$WORK/got" || status=$?
expect_status 1
expect_got <<'T'
fornix: error: cannot write to standard output: No space left on device
T
status=0
"$FORNIX" files first >&- 2>"$WORK/got" || status=$?
expect_status 0

passed
