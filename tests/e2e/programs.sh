#!/usr/bin/env bash
# The tasks `command` and `python`: what the programs that they start are given, and what they say when
# there is nothing to start. They need neither MPI nor HDF5.
set -euo pipefail

tasks=$FORNIX_BUILD/tasks
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset FORNIX_TASK_LOG FORNIX_PYTHON
fail() { printf 'programs: %s\n' "$*" >&2; exit 1; }

# start TASK PARAMETERS: runs the task with them; $said and $status are what came of it.
start() {
    printf '{"fornix": 1, "task": "%s", "label": "stage/a=1", "parameters": %s, "inputs": {}, "outputs": {}}' \
        "$1" "$2" >job.json
    status=0
    said=$("$tasks/$1/$1" "$work/job.json" 2>&1) || status=$?
}

expect() {
    [[ $status == "$1" && $said == "$2" ]] || fail "status $status, said: $said; expected $1: $2"
}

start command '{"argv": ["printf", "%s|", "a b", "$HOME", ""]}'
expect 0 'a b|$HOME||'
start command '{"shell": "echo \"$FORNIX_JOB\"; pwd"}'
expect 0 "$work/job.json
$work"
start command '{"argv": ["sh", "-c", "exit 7"]}'
expect 7 ""
start command '{"argv": []}'
expect 2 "command: error: 'argv' is empty: its first entry is the program"
start command '{"argv": ["a"], "shell": "b"}'
expect 2 "command: error: give either 'argv' or 'shell'"
start command '{}'
expect 2 "command: error: give either 'argv' or 'shell'"
start command '{"argv": [3]}'
expect 2 "command: error: 'argv[0]' is no string"
start command '{"argv": ["no-such-program"]}'
expect 2 "command: error: cannot start 'no-such-program': No such file or directory"

cat >script.py <<'PY'
import json, os, sys
job = json.load(open(sys.argv[1]))
assert os.environ["FORNIX_JOB"] == sys.argv[1]
print(job["parameters"]["n"], os.getcwd() == os.path.dirname(sys.argv[1]))
PY
start python "{\"script\": \"$work/script.py\", \"n\": 3}"
expect 0 "3 True"
export FORNIX_PYTHON=/no/python
start python "{\"script\": \"$work/script.py\", \"n\": 3}"
expect 2 "python: error: cannot start '/no/python': No such file or directory; FORNIX_PYTHON names the interpreter"
unset FORNIX_PYTHON
start python '{}'
expect 2 "python: error: input file 'script' is missing"

export FORNIX_TASK_LOG=$work/log
start command '{"argv": ["true"]}'
start python "{\"script\": \"$work/script.py\", \"n\": 3}"
[[ $(cat log) == "command stage/a=1
python stage/a=1" ]] || fail "the log has: $(cat log)"

status=0
said=$("$tasks/command/command" 2>&1) || status=$?
expect 2 "command: error: this program is started by fornix with one argument, the job's description"
for task in command python; do
    needed=$(readelf -d "$tasks/$task/$task" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p')
    [[ ! $needed =~ mpi|hdf5 ]] || fail "$task needs $needed"
done
echo "programs: command and python as they should be"
