#!/usr/bin/env bash
# kill -9 of the engine at each point where something changes on disk or a job changes its state, and
# of the engine, its keeper or a task at random times. After each: nothing of the run is left within
# 5 s; the next run goes on without help; nothing that had finished runs again; the outputs are those
# of an undisturbed run; nothing is left in staging.
#
# FORNIX_CRASH_SEED   the seed of the random times (default 1)
# FORNIX_CRASH_KILLS  how many random kills (default 40)
source "$(dirname "$0")/../e2e/lib.sh"

RANDOM=${FORNIX_CRASH_SEED:-1}
readonly KILLS=${FORNIX_CRASH_KILLS:-40}

# A task in shell, so that hundreds of runs take little time: it leaves a child behind, in a session
# of its own, and writes its output in two parts.
mkdir step
cat >step/task.yaml <<'Y'
task: step
version: 1
summary: writes its text and what it reads
program: [sh, step.sh]
parameters:
  text: {type: string, required: true}
  from: {type: {any_of: [file, {list: file}]}}
outputs: {file: step.txt, second: second.txt}
Y
cat >step/step.sh <<'S'
label=$(sed -n 's/.*"label": *"\([^"]*\)".*/\1/p' "$1")
text=$(sed -n 's/.*"text": *"\([^"]*\)".*/\1/p' "$1")
echo "$label" >>"$RUNS"
setsid sleep 30 >/dev/null 2>&1 &
echo "working on $label"
echo "$text" >step.txt
sleep 0.03
grep -o '"/[^"]*step.txt"' "$1" | sort -u | tr -d '"' | xargs -r cat >>step.txt
echo "second $text" >second.txt
S
cat >workflow.yaml <<'Y'
fornix: 1
name: crash
tasks: [step]
axes: {n: [1, 2]}
stages:
  one:   {task: step, with: {text: one}}
  two:   {task: step, with: {text: "two ${axis.n}", from: "${one.file}"}}
  three: {task: step, with: {text: three, from: "${two[*].file}"}}
Y

# Each process of a run carries this in its environment, whatever becomes of its parents.
left_over() {
    grep -lsaE "FORNIX_CRASH_MARK=$1($|[^0-9])" /proc/[0-9]*/environ 2>/dev/null |
        cut -d/ -f3 | grep -vxE "$$|$BASHPID" || true
}

nothing_left() {
    local deadline=$((SECONDS + 6)) left
    while left=$(left_over "$1") && [[ $left ]]; do
        ((SECONDS <= deadline)) ||
            fail "$what: 5 s later these were left: $(ps -o pid=,args= -p "${left//$'\n'/,}")"
        sleep 0.02
    done
}

# The labels of the jobs whose results are in the store.
finished() {
    local record stage point
    for record in .fornix/store/*/*/record; do
        [[ -f $record ]] || continue
        stage=$(sed -n 's/.*"stage": *"\([^"]*\)".*/\1/p' "$record")
        point=$(sed -n 's/.*"point": *"\([^"]*\)".*/\1/p' "$record")
        echo "$stage${point:+[$point]}"
    done | sort
}

outputs() { (cd .fornix/runs/crash/latest/ && find -L . -name '*.txt' | sort | xargs sha256sum); }

mark=0
# begin [STOP]: a marked run in the background.
begin() {
    mark=$((mark + 1))
    : >"$RUNS"
    FORNIX_CRASH_MARK=$mark FORNIX_TEST_STOP=${1:-} "$FORNIX" run --cores 2 >"$WORK/got" 2>&1 &
    engine=$!
}
end() {
    status=0
    { wait "$engine"; } 2>/dev/null || status=$?
}

# goes_on: the next run, after a kill that is described by $what.
goes_on() {
    local had again
    nothing_left "$mark"
    had=$(finished)
    begin
    end
    ((status == 0)) || { cat "$WORK/got" >&2; fail "$what: the next run ended with status $status"; }
    again=$(comm -12 <(echo "$had") <(sort "$RUNS"))
    [[ ! $again ]] || fail "$what: had finished, and ran again: $again"
    [[ $(outputs) == "$expected" ]] || fail "$what: the outputs differ from those of an undisturbed run"
    [[ -z $(find .fornix/staging -mindepth 1 -maxdepth 1 -type d) ]] || fail "$what: staging is not empty"
    checks=$((checks + 1))
    begin
    end
    [[ $status == 0 && ! -s $RUNS ]] || fail "$what: the run after the next ran $(cat "$RUNS")"
}

FORNIX_TEST_POINTS=$WORK/points fx run --cores 2
expect_status 0
expect_equal 'jobs of an undisturbed run' "$(wc -l <"$RUNS")" 4
expected=$(outputs)
passes=$(wc -l <"$WORK/points")
kinds=$(sort -u "$WORK/points" | wc -l)
((passes >= 40 && kinds >= 8)) || fail "only $passes points of $kinds kinds were passed"

# A point is passed by the process that is killed: the engine, or one of its threads.
killed=0
for ((point = 1; point <= passes + 5; point++)); do
    what="stopped at point $point"
    rm -rf .fornix
    begin "*:$point"
    end
    ((status == 137 || status == 0)) || { cat "$WORK/got" >&2; fail "$what: status $status"; }
    ((status == 0)) || killed=$((killed + 1))
    goes_on
done
((killed >= passes - 5)) || fail "only $killed of $passes points stopped the engine"
echo "stopped at $killed points of $kinds kinds: nothing lost, nothing left, equal outputs"

kills=0
while ((kills < KILLS)); do
    ((kills % 3)) || rm -rf .fornix
    what="random kill $((++kills))"
    begin
    sleep "0.$(printf '%03d' $((RANDOM % 250)))"
    if ((RANDOM % 2)); then
        victim=$engine
    else
        # The keeper or a task. A task that is killed fails, and the run with it.
        victim=$(left_over "$mark" | grep -vx "$engine" | sort -n | sed -n "$((RANDOM % 5 + 1))p" || true)
    fi
    [[ ! $victim ]] || kill -9 "$victim" 2>/dev/null || true
    end
    goes_on
done
echo "$kills kills at random times: nothing lost, nothing left, equal outputs"
passed
