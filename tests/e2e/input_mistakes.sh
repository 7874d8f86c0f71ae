#!/usr/bin/env bash
# Mistakes in gap junctions, rates and trains are told when the workflow is loaded, at their places.
. "$(dirname "$0")/lib.sh"

: >somas.h5
cat >workflow.yaml <<'Y'
fornix: 1
name: mistakes
params:
  definitions: {populations: {A: 0, B: 1}, layers: {SO: 1}}
stages:
  gaps:
    task: gap_junctions
    with:
      somas: somas.h5
      forest: [somas.h5]
      definitions: ${params.definitions}
      seed: 1
      metric: arc
      gap_junctions:
        A:
          B: {probability: 1.4, max_distance: 0 mm, sections: [bsal], conductance: 3 mV}
          C: {probability: [[0, 1], [100, 0]], sections: [basal], layers: [SQ], conductance: -1 nS}
  trains:
    task: input_spike_trains
    with:
      types: somas.h5
      start: 2 ms
      stop: 1 ms
      dead_time: -1 ms
      rates:
        A: {type: constant}
        B: {type: sinusoidal, rate: 3}
        C: {type: linear}
        D: {type: linear, times: [1], rates: [2, 3]}
        E: {type: stepped, file: somas.h5, times: [1], rates: [2]}
        F: {type: constnt, rate: 200 kHz}
  nothing:
    task: input_spike_trains
    with: {types: somas.h5, stop: 3 ms}
Y
fx check workflow.yaml
expect_status 2
expect_said "workflow.yaml:13:15: error: stage 'gaps': 'metric' is arc: that needs distances"
expect_said "workflow.yaml:16:28: error: stage 'gaps': 'gap_junctions.A.B.probability' must be at most 1, not 1.4"
expect_said "'gap_junctions.A.B.max_distance' must be greater than 0 um, not 0 mm"
expect_said "'gap_junctions.A.B.sections[0]' names 'bsal', which is not in definitions.swc_types"
expect_said "'gap_junctions.A.B.conductance' cannot be in 'mV'"
expect_said "'gap_junctions.A.C' names 'C', which is not in definitions.populations"
expect_said "'gap_junctions.A.C.layers[0]' names 'SQ', which is not in definitions.layers"
expect_said "'gap_junctions.A.C.conductance' must be at least 0 nS, not -1 nS"
expect_said "stage 'trains': 'stop' must not be before start, T s"
expect_said "'dead_time' must be at least T s, not -T s"
expect_said "'rates.A.type' is constant: that needs a rate"
expect_said "'rates.B.type' is sinusoidal: that needs a frequency"
expect_said "'rates.C.type' is linear: that needs times and rates, or a file"
expect_said "'rates.D.times' must be as many as the rates"
expect_said "'rates.E.file' and 'times': one of them says what the rates are"
expect_said "'rates.F.rate' must be at most 100000 Hz, not 200 kHz"
expect_said "did you mean 'constant'?"
expect_said "stage 'nothing': 'features' are missing, and there are no rates or trains either"
passed
