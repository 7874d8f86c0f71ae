#!/usr/bin/env bash
# What a run would do and what it would take: as text, JSON and a graph, and for edits not made.
source "$(dirname "$0")/lib.sh"

small_workflow .

# graph STATEMENT-LIST: `fornix plan --dot` is one digraph of the language of Graphviz, with these nodes
# and edges. Where dot is installed it agrees.
graph() {
    checks=$((checks + 1))
    python3 - "$WORK/got" "$@" <<'P' || { cat "$WORK/got" >&2; fail "no such graph"; }
import re, sys
text = open(sys.argv[1]).read()
token = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(->|[{}\[\];,=])|([A-Za-z_][A-Za-z_0-9]*))')
at, tokens = 0, []
while text[at:].strip():
    found = token.match(text, at)
    assert found, text[at:at + 40]
    at = found.end()
    tokens.append(("name", re.sub(r'\\(["\\])', r'\1', found[1])) if found[1] is not None else
                  ("op", found[2]) if found[2] else ("name", found[3]))
def take(*expected):
    kind, value = tokens.pop(0)
    assert not expected or value in expected, (value, expected)
    return value
take("digraph"); take(); take("{")
nodes, edges = {}, []
while tokens[0] != ("op", "}"):
    name = take()
    attributes = {}
    if tokens[0] == ("op", "="):
        take("="); take()
    elif tokens[0] == ("op", "->"):
        take("->"); edges.append(f"{name} -> {take()}")
    else:
        take("[")
        while True:
            key = take(); take("="); attributes[key] = take()
            if take(",", "]") == "]":
                break
        if name != "node":
            nodes[name] = attributes.get("label", name)
    take(";")
take("}")
assert not tokens, tokens
said = sorted([v.replace("\\n", " | ") for v in nodes.values()] + edges)
assert all(e.split(" -> ")[i] in nodes for e in edges for i in (0, 1)), edges
assert said == sorted(sys.argv[2:]), said
P
    if command -v dot >/dev/null; then
        dot -Tsvg "$WORK/got" >/dev/null || fail "dot does not take the graph"
    fi
}

fx plan --cores 2
expect_status 0
expect_got <<'T'
first            must run
    first: never ran before
middle           all 2 depend on what comes out of first
last             depends on what comes out of middle[colour=red], middle[colour=blue]
alone            must run
    alone: never ran before
5 jobs: 0 cached, 2 must run, 3 depend on what comes out
at most 5 jobs run; how long that takes is not known
T
[[ ! -e .fornix ]] || fail "a plan made a store"
fx run
expect_status 0
fx plan
expect_got <<'T'
first            cached
middle           all 2 cached
last             cached
alone            cached
5 jobs: 5 cached, 0 must run, 0 depend on what comes out
T

# What an edit would cost: jobs with the same reason are one line; what never ran is not guessed.
fx plan --cores 2 --set 'axes.colour=[red, blue, green, pink]' --set 'params.widths.green={x: 1}' \
    --set 'params.widths.pink={x: 1}' --set stages.middle.with.text=more
expect_status 0
expect_got <<'T'
first            cached
middle           all 4 must run (4 x T s, M iB each)
    middle[colour=red] and 1 more: text (not given) -> more
    middle[colour=green] and 1 more: never ran before
last             depends on what comes out of middle[colour=red], middle[colour=blue], middle[colour=green] and 1 more (T s, M iB)
alone            cached
7 jobs: 2 cached, 4 must run, 1 depend on what comes out
at most 5 jobs run: about T s on 2 cores, up to M iB of memory
T
fx run
expect_ran
cp workflow.yaml new.yaml
edit new.yaml 's/^  alone:/  other:/' 's/^    with: {from: words.txt}/    with: {text: some}/'
fx plan new.yaml other --cores 2
expect_said 'other            must run (T s, M iB)'
expect_said '1 job runs: about T s on 2 cores, up to M iB of memory'
note_task other_note
edit other_note/task.yaml 's/^task: note/task: other_note/'
edit new.yaml 's/tasks: \[note\]/tasks: [note, other_note]/' '/^  other:/,$s/task: note/task: other_note/'
fx plan new.yaml other first --set params.seed=7 --cores 2
expect_said '2 jobs: 0 cached, 2 must run, 0 depend on what comes out'
expect_said '2 jobs run: more than T s on 2 cores, more than M iB of memory (not known for 1 job)'
fx plan --set 'stages.first.resources={ranks: 3}' --cores 2
expect_status 2
expect_said "'first' asks for 3 cores (3 ranks x 1 threads), and this run has 2"
fx plan lsat
expect_status 2
expect_said "did you mean 'last'?"

# As the expected times say: two jobs of the middle side by side, or one after the other.
rm -rf .fornix
fx run --set stages.middle.with.seconds=0.4 --cores 2
fx plan --set params.seed=2 --json --cores 2
cp "$WORK/got" two.json
fx plan --set params.seed=2 --json --cores 1
python3 - two.json "$WORK/got" <<'P' || fail "plan --json is not what docs/running.md says"
import json, sys
two, one = (json.load(open(p)) for p in sys.argv[1:])
assert two["fornix"] == 1 and two["workflow"] == "small"
jobs = {j["job"]: j for j in two["jobs"]}
assert list(jobs) == ["first", "middle[colour=red]", "middle[colour=blue]", "last", "alone"]
assert jobs["first"]["state"] == "must run" and jobs["first"]["reason"] == "text seed 1 -> seed 2"
assert jobs["last"]["state"] == "depends" and "reason" not in jobs["last"]
assert jobs["last"]["needs"] == ["middle[colour=red]", "middle[colour=blue]"]
assert jobs["middle[colour=red]"]["point"] == "colour=red" and jobs["middle[colour=red]"]["seconds"] >= 0.4
assert jobs["alone"]["state"] == "cached" and "seconds" not in jobs["alone"]
stages = {s["stage"]: s for s in two["stages"]}
assert (stages["middle"]["jobs"], stages["middle"]["depends"], stages["middle"]["cached"]) == (2, 2, 0)
e, f = two["expected"], one["expected"]
assert e["jobs"] == 4 and e["cores"] == 2 and f["cores"] == 1 and e["unknown_seconds"] == 0
assert abs(e["work_seconds"] - sum(s["seconds"] for s in two["stages"])) < 0.01
assert abs(f["seconds"] - f["work_seconds"]) < 0.01
longest = max(jobs["middle[colour=%s]" % c]["seconds"] for c in ("red", "blue"))
assert abs(e["seconds"] - longest - jobs["first"]["seconds"] - jobs["last"]["seconds"]) < 0.01, e
assert e["memory"] == sum(jobs["middle[colour=%s]" % c]["memory"] for c in ("red", "blue")), e
assert f["memory"] == max(j.get("memory", 0) for j in jobs.values())
P

# The graph: jobs when there are few, or on demand; stages with their counts otherwise.
fx plan --dot --set params.widths.red.x=3
expect_status 0
graph first 'middle[colour=red]' 'middle[colour=blue]' last alone \
    'first -> middle[colour=red]' 'first -> middle[colour=blue]' \
    'middle[colour=red] -> last' 'middle[colour=blue] -> last'
fx plan --dot first
graph first
many='axes.colour={range: [0, 30]}'
fx plan --dot --set "$many" --set 'stages.middle.with={from: "${first.file}", text: "${axis.colour}"}' \
    --set 'stages.last.after=[alone]'
graph 'first | 1 cached' 'middle | 30 must run' 'last | 1 depend' 'alone | 1 cached' \
    'first -> middle' 'middle -> last' 'alone -> last'
fx plan --dot --jobs --set "$many" --set 'stages.middle.with={from: "${first.file}", text: "${axis.colour}"}'
expect_equal 'the number of lines' "$(wc -l <"$WORK/got")" $((4 + 33 + 60))
fx plan --dot --set 'axes.colour=["a\"b\\c"]' --set 'params.widths={"a\"b\\c": {x: 1}}'
graph first 'middle[colour=a%22b%5Cc]' last alone \
    'first -> middle[colour=a%22b%5Cc]' 'middle[colour=a%22b%5Cc] -> last'
fx plan --dot --json
expect_status 2
expect_got <<<"fornix: error: --dot and --json exclude each other"
fx plan --jobs
expect_status 2
expect_got <<<"fornix: error: --jobs goes with --dot"

passed
