#!/usr/bin/env bash
# Logs and files: of all points, of attempts that failed, of what runs, of older runs; as text and JSON.
source "$(dirname "$0")/lib.sh"

small_workflow .

fx run
fx log middle
expect_status 0
expect_got <<'T'
==> middle[colour=red] <==
this is middle[colour=red]

==> middle[colour=blue] <==
this is middle[colour=blue]
T
fx log first
expect_got <<<'this is first'
fx log middle --path
expect_equal 'the number of paths' "$(xargs -n1 tail -n1 <"$WORK/got" | grep -c '^this is middle')" 2
fx log first --failed
expect_status 1
expect_got <<<"fornix: error: no attempt of 'first' that failed is kept"

# logs CHECK: `log --json` of the last command, as `logs`.
logs() {
    checks=$((checks + 1))
    python3 - "$WORK/got" "$1" <<'P' || { cat "$WORK/got" >&2; fail "log --json: not $1"; }
import json, sys
logs = json.load(open(sys.argv[1]))["logs"]
assert eval(sys.argv[2]), logs
P
}
fx log middle --json
logs '[l["job"] for l in logs] == ["middle[colour=red]", "middle[colour=blue]"]'
logs 'all(l["state"] == "cached" and l["text"] == "this is %s\n" % l["job"] for l in logs)'
logs 'all(open(l["path"]).read() == l["text"] for l in logs)'

# A failure: its log, while the parameters are what they were; afterwards by --failed or by its run.
edit workflow.yaml 's/from: "${first.file}", /&status: 3, text: bad, /'
fx run middle
expect_status 1
fx log 'middle[colour=red]'
expect_got <<'T'
this is middle[colour=red]
cannot go on
really not
T
fx log middle --json
logs 'all(l["state"] == "failed" for l in logs)'
edit workflow.yaml 's/status: 3, text: bad/text: good/'
fx run middle
expect_status 0
fx log 'middle[colour=red]'
expect_got <<<'this is middle[colour=red]'
fx log 'middle[colour=red]' --failed
expect_status 0
expect_said 'cannot go on'
fx log 'middle[colour=red]' --run latest~1
expect_said 'cannot go on'
fx log middle --failed
expect_said '==> middle[colour=blue] (failed) <=='
edit workflow.yaml 's/text: good/text: never made/'
fx log 'middle[colour=red]'
expect_got <<<'this is middle[colour=red]'

# While it runs, although an attempt before it failed.
edit workflow.yaml 's/text: never made/text: slow, status: 4/'
fx run 'middle[colour=red]'
edit workflow.yaml 's/status: 4/seconds: 60/'
"$FORNIX" run 'middle[colour=red]' >/dev/null 2>&1 &
engine=$!
# shellcheck disable=SC2317
is_running() { "$FORNIX" log 'middle[colour=red]' --json 2>/dev/null | grep -q '"state": "running".*this is'; }
wait_for "the log of a running job" is_running
fx log 'middle[colour=red]'
expect_got <<<'this is middle[colour=red]'
kill -TERM "$engine"
sleep 0.3
kill -TERM "$engine"
wait "$engine" || true

# Bytes that are no UTF-8 are no JSON.
cat >note/note.py <<'P'
import json, sys
sys.stdout.buffer.write(b"\xff\xfe latin: \xe9\n")
open(json.load(open(sys.argv[1]))["outputs"]["file"], "w").write("x")
P
fx run first
fx log first --json
logs 'logs[0]["text"] == "\ufffd\ufffd latin: \ufffd\n"'

# Paths of outputs, with sizes and digests.
fx files first --json
python3 - "$WORK/got" <<'P' || fail "files --json"
import json, os, sys
file, = json.load(open(sys.argv[1]))["files"]
assert file["job"] == "first" and file["output"] == "file" and len(file["digest"]) == 32
assert file["size"] == 1 == os.path.getsize(file["path"]), file
P
fx log last --set params.seed=77
expect_status 0
fx log nothing
expect_status 2
fx log first --path --json
expect_status 2
expect_got <<<"fornix: error: --path and --json exclude each other"
fx log first --run nothing
expect_status 2
expect_said "there is no run 'nothing'"
fx log first --run latest --failed
expect_status 2
passed
