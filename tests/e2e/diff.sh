#!/usr/bin/env bash
# Runs, and what differs between two of them.
source "$(dirname "$0")/lib.sh"

small_workflow .

fx status --runs
expect_status 0
expect_got <<<"'small' has not run yet"
fx diff
expect_status 1
expect_got <<<"fornix: error: 'small' has not run yet: there is no store '.fornix'"
fx run
first_run=$(readlink .fornix/runs/small/latest)
fx diff
expect_status 2
expect_got <<'T'
fornix: error: there is no run 'latest~1': 'small' has 1
    fornix status --runs lists them
T

# A parameter of one job, and what comes after it; a run that finds everything leaves none.
fx run --set params.widths.red.x=11
fx run --set params.widths.red.x=11
fx diff
expect_status 0
expect_got <<'T'
A: RUN, done, started TIME, 5 jobs
B: RUN, done, started TIME, 5 jobs
middle[colour=red]:
    numbers.x: 10 -> 11
    output file: other content
last:
    inputs.from[0]: other content
    output file: other content
5 jobs: 3 the same, 2 not
T
fx diff latest "$first_run"
expect_said '    numbers.x: 11 -> 10'
fx diff "$first_run" "$first_run"
expect_said '5 jobs: 5 the same, 0 not'
fx diff latest~1 latest --json
python3 - "$WORK/got" "$first_run" <<'P' || fail "diff --json is not what docs/running.md says"
import json, sys
diff = json.load(open(sys.argv[1]))
assert diff["fornix"] == 1 and diff["a"]["run"] == sys.argv[2] and diff["same"] == 3, diff
jobs = {j["job"]: j for j in diff["jobs"]}
assert list(jobs) == ["middle[colour=red]", "last"]
red = jobs["middle[colour=red]"]
assert red["changes"] == [{"field": "parameters.numbers.x", "a": "10", "b": "11"}]
output, = red["outputs"]
assert output["output"] == "file" and output["same"] is False and len(output["a"]) == 32
assert red["a"]["state"] == "done" and red["b"]["state"] == "done" and red["a"]["key"] != red["b"]["key"]
P

# The same difference is told once; outputs that stayed the same; jobs of one run alone; a failure.
fx run --set stages.middle.with.text=more --set stages.middle.with.same=true
fx run --set stages.middle.with.text=other --set stages.middle.with.same=true
fx diff
expect_got <<'T'
A: RUN, done, started TIME, 5 jobs
B: RUN, done, started TIME, 5 jobs
middle[colour=red] and 1 more:
    text: more -> other
    output file: the same content
5 jobs: 3 the same, 2 not
T
cp workflow.yaml other.yaml
edit other.yaml 's/^  alone:/  new:/' 's/from: words.txt/status: 3, text: x/'
fx run other.yaml
expect_status 1
fx diff "$first_run" latest
expect_got <<'T'
A: RUN, done, started TIME, 5 jobs
B: RUN, failed, started TIME, 5 jobs
alone: only in A, done
new: only in B, failed
6 jobs: 4 the same, 2 not
T
fx run other.yaml --set stages.new.with.status=4
fx run other.yaml --set stages.new.with.status=0
expect_status 0
fx diff
expect_got <<'T'
A: RUN, failed, started TIME, 5 jobs
B: RUN, done, started TIME, 5 jobs
new: failed in A, done in B, of the same parameters and inputs
5 jobs: 4 the same, 1 not
T

# Results that are not in the store any more.
rm -rf .fornix
fx run
fx run --set params.seed=2 first
rm -rf "$(dirname "$(dirname "$(readlink -f .fornix/runs/small/latest/first/note.txt)")")"
fx diff
expect_said 'first: done in A, done in B; what they depended on is not in the store'
expect_said 'middle[colour=red] and 3 more: only in A, done'

# Runs by name.
fx status --runs
tr -s ' ' <"$WORK/got" >"$WORK/squeezed" && mv "$WORK/squeezed" "$WORK/got"     # ids may differ in length
expect_got <<'T'
RUN done TIME T s 1 job: 1 done
RUN done TIME T s 5 jobs: 5 done
T
fx status latest~1
expect_status 0
expect_said '5 jobs: 5 done'
fx status --runs --json
python3 - "$WORK/got" <<'P' || fail "status --runs --json is not what docs/running.md says"
import json, sys
runs = json.load(open(sys.argv[1]))["runs"]
assert [r["jobs"] for r in runs] == [1, 5] and runs[0]["done"] == 1 and runs[0]["run"] > runs[1]["run"]
P
fx status latst
expect_status 2
expect_got <<'T'
fornix: error: there is no run 'latst'
    did you mean 'latest'?
T
fx status 2
expect_status 2
expect_said "'2' is the beginning of 2 runs"
fx diff latest~7
expect_status 2
fx diff a b c
expect_status 2
expect_got <<<"fornix: error: name two runs: fornix diff [workflow.yaml] RUN_A RUN_B"
fx status --runs latest
expect_status 2
expect_got <<<"fornix: error: --runs takes a workflow and nothing else, not 'latest'"
passed
