#!/usr/bin/env bash
# The scripts of `fornix export` for the quickstart's network: tasks of one rank and of two, and a python
# script, run outside the engine, leave the same bytes. What those programs tell of themselves is recorded.
source "$(dirname "$0")/lib.sh"

# Open MPI does not free all of its own: leaks are looked for where no rank is started.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

cp -r "$FORNIX_SOURCE/workflows/quickstart" network
cd network
rm -rf .fornix
two_ranks='stages.connections.resources={ranks: 2}'
cat >lines.py <<'P'
import json, os
job = json.load(open(os.environ["FORNIX_JOB"]))
with open(job["outputs"]["lines"], "w") as out:
    out.write("%d bytes, factor %g\n" % (os.path.getsize(job["inputs"]["connections"]), job["parameters"]["factor"]))
P
cat >>workflow.yaml <<'Y'

  lines:
    task: python
    with: {script: lines.py, connections: "${connections[population=OLM].file}", factor: 2.5}
    outputs: {lines: lines.txt}
Y
fx run --set "$two_ranks" --cores 2 connections lines
expect_status 0

# outside JOB: the script of a job leaves the outputs that the store has, and nothing else.
outside() {
    local outputs output
    fx export --set "$two_ranks" "$1" -o "$WORK/script.sh"
    expect_status 0
    rm -rf "$WORK/outside"
    "$WORK/script.sh" "$WORK/outside" >"$WORK/said" 2>&1 || fail "the script of $1: $(cat "$WORK/said")"
    outputs=$("$FORNIX" files --set "$two_ranks" "$1")
    for output in $outputs; do
        checks=$((checks + 1))
        cmp "$WORK/outside/out/$(basename "$output")" "$output" || fail "the script of $1 leaves other bytes"
    done
    expect_equal 'the number of files' "$(find "$WORK/outside/out" -type f | wc -l)" "$(wc -l <<<"$outputs")"
}
outside types
outside 'synapses[population=PYR]'
outside 'connections[population=PYR]'
grep -q '^mpirun .* -n 2 ' "$WORK/script.sh" || fail "the script of two ranks has no launcher"
outside lines

fx show 'connections[population=PYR]' --set "$two_ranks" --json
expect_status 0
python3 - "$WORK/got" <<'P' || fail "what a network job ran in"
import json, re, sys
job, = json.load(open(sys.argv[1]))["jobs"]
e = job["environment"]
assert e["ranks"] == 2 and re.match(r"1\.\d+\.\d+$", e["versions"]["hdf5"]), e
assert "MPI" in e["versions"]["mpi"] and re.match("gcc|clang", e["versions"]["compiler"]), e
assert {i["input"]: i.get("from") for i in job["inputs"]} == {
    "synapses": "synapses[population=PYR]", "distances": "distances"}
P
fx show lines
expect_said 'script = lines.py, '
passed
