#!/usr/bin/env bash
# Sweeps as a user sees them: zip, exclude, sample, axes of a stage, --axis; what runs, and which jobs are one.
source "$(dirname "$0")/lib.sh"

note_task note
cat >workflow.yaml <<'Y'
fornix: 1
name: sweep
tasks: [note]
axes:
  distance: [0, 0.1, 0.2]
  side: [{name: left, angle: 1}, {name: right, angle: 2}]
stages:
  pairs:    {task: note, with: {text: "${axis.distance}"}}
  simulate: {task: note, with: {from: "${pairs.file}", text: "${axis.side.angle}"}}
  figure:   {task: note, with: {from: "${simulate[*].file}"}}
  page:     {task: note, with: {from: "${figure.file}"}}
Y

# --- --axis --------------------------------------------------------------------------------------
fx plan --axis distance=0.1
expect_status 0
expect_said 'left out, for they need points outside of --axis: figure, page'
fx run --axis distance=0.10 --axis side=left
expect_status 0
expect_ran 'pairs[distance=0.1]' 'simulate[distance=0.1,side=left]'
expect_said 'left out, for they need points outside of --axis: figure, page'
fx files simulate --axis side=left --axis distance=0.1
expect_status 0
[[ $(wc -l <"$WORK/got") == 1 ]] || fail 'files of more than one job'
fx status --axis side=right
expect_status 0
expect_said '1 job: 1 done'
fx run --axis distance=0.1 figure
expect_status 2
expect_got <<'T'
fornix: error: stage 'figure' needs points outside of --axis
    --set axes.NAME='[...]' makes a smaller sweep, over which it gathers
T
fx run --axis sied=left
expect_status 2
expect_got <<'T'
fornix: error: --axis: there is no axis 'sied'
    did you mean 'side'?
T
fx run --axis side=up
expect_status 2
expect_got <<'T'
fornix: error: --axis: axis 'side' has no value 'up'
    its values are left, right
T
# what the restricted run made is part of the whole one
fx run --axis distance=0.1,0.2
expect_ran 'pairs[distance=0.2]' 'simulate[distance=0.1,side=right]' 'simulate[distance=0.2,side=left]' 'simulate[distance=0.2,side=right]'
fx run
expect_ran 'pairs[distance=0]' 'simulate[distance=0,side=left]' 'simulate[distance=0,side=right]' figure page

# --- exclude, sample, zip ------------------------------------------------------------------------
fx run --set 'exclude=[{distance: 0, side: left}]'
expect_status 0
expect_ran figure page
fx run --set 'exclude=["${axis.distance > 0.1 and axis.side.name == ''"''right''"''}"]' --set 'exclude=[{side: [left, right]}]'
expect_status 2
expect_said "'exclude' leaves no points"
fx plan --set 'sample={count: 2, seed: 3}' simulate
expect_status 0
fx run --set 'axes.distance=[0, 0.1]' --set 'zip=[[distance, side]]'
expect_status 0
expect_ran figure page

# --- jobs with equal keys are one ----------------------------------------------------------------
cat >repeat.yaml <<'Y'
fornix: 1
tasks: [note]
stages:
  same: {task: note, axes: {again: [1, 2, 3]}, with: {text: all alike}}
  each: {task: note, with: {from: "${same.file}", text: "${axis.again}"}}
Y
fx run repeat.yaml
expect_status 0
[[ $(grep -c same "$RUNS") == 1 && $(grep -c each "$RUNS") == 3 ]] || fail "equal jobs ran $(tr '\n' ' ' <"$RUNS")"

# --- the environment -----------------------------------------------------------------------------
cat >env.yaml <<'Y'
fornix: 1
tasks: [note]
env: {FX_TEST_WORD: none}
stages:
  a: {task: note, with: {text: "${env:FX_TEST_WORD}"}, resources: {memory: "${env:FX_TEST_MEMORY}"}}
Y
fx run env.yaml
expect_status 2
expect_said "the environment variable 'FX_TEST_MEMORY' is not set"
export FX_TEST_MEMORY='20 MiB'
fx run env.yaml
expect_ran a
export FX_TEST_MEMORY='10 MiB'
fx run env.yaml
expect_ran
export FX_TEST_WORD=word
fx run env.yaml
expect_ran a

passed
