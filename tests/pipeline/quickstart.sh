#!/usr/bin/env bash
# The quickstart from its YAML to its figure: the network lives through its input, is silent without
# it, spikes alike on one and two ranks, and its files have the same bytes on 1, 2 and 3 ranks.
source "$(dirname "$0")/lib.sh"

quickstart_copy "$WORK/q"
started=$EPOCHREALTIME
counted first "$WORK/q/workflow.yaml"
took=$(awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
echo "the run took $took s"
awk -v took="$took" 'BEGIN { exit took > 120 }' || fail "the run took $took s, more than two minutes"
latest=$WORK/q/.fornix/runs/quickstart/latest
[[ $(head -c 4 "$latest/figure/figure.png" | tail -c 3) == PNG ]] || fail "no figure"
"$PYTHON" "$FORNIX_SOURCE/tests/pipeline/activity.py" driven \
    "$latest/simulate/results.h5" "$latest/graph/cells.h5"

sound "$latest/graph"
"$FORNIX" h5 check "$latest/simulate/results.h5" || fail "the results are not sound"

counted again "$WORK/q/workflow.yaml"
ran again ''

# The same workflow written in C finds it all.
: >"$WORK/imperative.tasks"
FORNIX_TASK_LOG=$WORK/imperative.tasks "$FORNIX_BUILD/imperative/quickstart" "$WORK/q" \
    >"$WORK/imperative.log" 2>&1 || { cat "$WORK/imperative.log" >&2; fail "the quickstart in C failed"; }
ran imperative ''
(($(grep -c ': cached [0-9a-f]\{32\}$' "$WORK/imperative.log") == $("$FORNIX" check "$WORK/q/workflow.yaml" |
    sed 's/.*, \([0-9]*\) jobs.*/\1/'))) || { cat "$WORK/imperative.log" >&2; fail "not all was cached"; }
cmp "$(tail -n 1 "$WORK/imperative.log")" "$latest/figure/figure.png" || fail "another figure"

counted silent "$WORK/q/workflow.yaml" simulate --set 'stages.simulate.with.stimulus={}' \
    --set 'stages.simulate.with.record=[{what: v, population: PYR, section: soma, at: 0.5, dt: 1 ms, fraction: 1}, {what: v, population: PVBC, section: soma, at: 0.5, dt: 1 ms, fraction: 1}, {what: v, population: OLM, section: soma, at: 0.5, dt: 1 ms, fraction: 1}]'
ran silent simulate
"$PYTHON" "$FORNIX_SOURCE/tests/pipeline/activity.py" silent \
    "$latest/simulate/results.h5" "$latest/graph/cells.h5"

# Ranks never change a byte of what is generated, nor a spike. Each run has a store of its own.
counted one "$WORK/q/workflow.yaml"
digests() { (cd "$1/" && find -L . -name '*.h5' -print0 | sort -z | xargs -0 sha256sum); }
for ranks in 2 3; do
    stages=$(sed -n 's/^  \(synapses\|connections\):.*/\1/p' "$WORK/q/workflow.yaml")
    sets=()
    for stage in $stages; do
        sets+=(--set "stages.$stage.resources={ranks: $ranks}")
    done
    ((${#sets[@]})) || fail "no stages to run on $ranks ranks"
    # The workflow simulates on two ranks: once more on one. On 3 ranks the network is enough.
    sets+=(--set "stages.simulate.resources={ranks: 1}")
    goal=simulate
    ((ranks == 2)) || goal=graph
    counted "ranks$ranks" "$WORK/q/workflow.yaml" "$goal" --store "$WORK/store$ranks" --cores 3 "${sets[@]}"
    (($(wc -l <"$WORK/ranks$ranks.tasks") >= 10)) || fail "on $ranks ranks not everything ran"
    have=$(digests "$WORK/store$ranks/runs/quickstart/latest")
    want=$(digests "$latest")
    [[ $goal == simulate ]] || want=$(grep -v ' ./simulate/' <<<"$want")
    [[ $have == "$want" ]] || {
        diff <(echo "$want") <(echo "$have") >&2 || true
        for file in cells connections; do
            "$FORNIX" h5 diff "$latest/graph/$file.h5" "$WORK/store$ranks/runs/quickstart/latest/graph/$file.h5" >&2 || true
        done
        fail "other bytes on $ranks ranks"
    }
done
echo "the same bytes on 1, 2 and 3 ranks, the same results of the simulation on 1 and 2"
