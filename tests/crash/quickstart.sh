#!/usr/bin/env bash
# kill -9 of the engine, or of a task, in the real quickstart: at 50 random times, and at every change
# of a job's state. After each kill nothing of the run is left within 5 s; the next run goes on
# without help; nothing that had finished runs again; the outputs equal those of an undisturbed run.
#
# FORNIX_CRASH_SEED  the seed of the random times (default 1)
# FORNIX_CRASH_KILLS how many random kills (default 50)
source "$(dirname "$0")/../pipeline/lib.sh"

RANDOM=${FORNIX_CRASH_SEED:-1}
readonly KILLS=${FORNIX_CRASH_KILLS:-50}
q=$WORK/q
quickstart_copy "$q"
mkdir "$WORK/undisturbed"
cp -r "$q/." "$WORK/undisturbed"
short=(--set "params.t_end=100 ms" --set "stages.synapses.resources={ranks: 2}")

started=$EPOCHREALTIME
counted undisturbed "$WORK/undisturbed/workflow.yaml" "${short[@]}"
whole_ms=$(awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%d", (b - a) * 1000 }')
expected=$(outputs "$WORK/undisturbed")
jobs=$(wc -l <"$WORK/undisturbed.tasks")
echo "undisturbed: $jobs jobs in $whole_ms ms"

# Each process of a run carries this in its environment, whatever becomes of its parents.
left_over() { grep -lsa "FORNIX_CRASH_MARK=$1\$\|FORNIX_CRASH_MARK=$1[^0-9]" /proc/[0-9]*/environ | cut -d/ -f3 | grep -vx "$$" || true; }

# start MARK: a run in the background, marked; its tasks are logged in all.tasks.
start() {
    FORNIX_CRASH_MARK=$1 FORNIX_TASK_LOG=$WORK/all.tasks FORNIX_TEST_STOP=${2:-} \
        "$FORNIX" run "$q/workflow.yaml" "${short[@]}" >"$WORK/run.log" 2>&1 &
    engine=$!
}

# nothing_left MARK: within 5 s no process of that run is there.
nothing_left() {
    local deadline=$((SECONDS + 5)) left
    while left=$(left_over "$1"); [[ $left ]]; do
        ((SECONDS <= deadline)) || fail "kill $1: 5 s later these were left: $(ps -o pid=,args= -p "${left//$'\n'/,}")"
        sleep 0.05
    done
}

# finished: the labels of the jobs whose results are in the store.
finished() {
    { cat "$q"/.fornix/store/*/*/record 2>/dev/null || true; } |
        sed -n 's/.*"point": *"\([^"]*\)".*"stage": *"\([^"]*\)".*/\2[\1]/p' | sed 's/\[\]$//' | sort
}

# After a kill: what had finished before the run that starts now must not be in its task log.
check_not_again() {
    local again
    again=$(comm -12 <(printf '%s\n' "$had_finished" | sort) <(tail -n "+$((logged + 1))" "$WORK/all.tasks" | cut -d' ' -f2 | sort))
    [[ ! $again ]] || fail "kill $1: had finished, and ran again: $again"
}

complete() {
    had_finished=$(finished)
    logged=$(wc -l <"$WORK/all.tasks")
    counted_mark=$1
    FORNIX_CRASH_MARK=c$1 FORNIX_TASK_LOG=$WORK/all.tasks "$FORNIX" run "$q/workflow.yaml" "${short[@]}" \
        >"$WORK/run.log" 2>&1 || { cat "$WORK/run.log" >&2; fail "after kill $counted_mark the next run failed"; }
    check_not_again "$1"
    [[ $(outputs "$q") == "$expected" ]] || {
        diff <(outputs "$q") <(echo "$expected") >&2 || true
        fail "after kill $1 the outputs differ from those of an undisturbed run"
    }
}

: >"$WORK/all.tasks"
kills=0 mark=0 of_tasks=0
# Chains of kills along one completion: a run is killed, the next one goes on and is killed too.
while ((kills < KILLS)); do
    rm -rf "$q/.fornix"
    for ((link = 0; link < 5 && kills < KILLS; link++)); do
        mark=$((mark + 1))
        had_finished=$(finished)
        logged=$(wc -l <"$WORK/all.tasks")
        start "$mark"
        delay=$(((RANDOM * 32768 + RANDOM) % (whole_ms * 2 / 3)))
        sleep "$(awk -v ms="$delay" 'BEGIN { print ms / 1000 }')"
        if ((RANDOM % 3 == 0)); then
            # A task instead of the engine: any process of the run but the engine itself.
            victim=$(left_over "$mark" | grep -vx "$engine" | shuf -n 1 --random-source=<(yes "$mark") || true)
            [[ ! $victim ]] || { kill -9 "$victim" 2>/dev/null && of_tasks=$((of_tasks + 1)) || true; }
            wait "$engine" 2>/dev/null || true
        else
            kill -9 "$engine" 2>/dev/null || true
            wait "$engine" 2>/dev/null || true
        fi
        nothing_left "$mark"
        check_not_again "$mark"
        kills=$((kills + 1))
    done
    complete "$mark"
done
echo "$kills kills at random times ($of_tasks of them of tasks): nothing lost, nothing left, equal outputs"

# Every change of a job's state: the engine is stopped at its 1st, 2nd, 3rd ... change. What is in the
# store stays, so the runs together pass through the whole workflow.
rm -rf "$q/.fornix"
changes=0
while :; do
    changes=$((changes + 1)) mark=$((mark + 1))
    had_finished=$(finished)
    logged=$(wc -l <"$WORK/all.tasks")
    start "$mark" "job.state:$changes"
    status=0
    wait "$engine" 2>/dev/null || status=$?
    nothing_left "$mark"
    check_not_again "$mark"
    ((status == 137)) || break
    ((changes < 400)) || fail "the run never ends"
done
((status == 0)) || { cat "$WORK/run.log" >&2; fail "after $((changes - 1)) stops the run ended with status $status"; }
[[ $(outputs "$q") == "$expected" ]] || fail "stopped at every change: the outputs differ"
((changes > jobs)) || fail "only $changes changes of state were passed"
echo "stopped at each of $((changes - 1)) changes of a job's state: nothing lost, nothing left, equal outputs"
