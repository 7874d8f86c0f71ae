#!/usr/bin/env bash
# What `fornix check` says about mistakes in a workflow: every one, with its place, whole.
source "$(dirname "$0")/lib.sh"

small_workflow .
cp workflow.yaml good.yaml

# wrong SCRIPT...: the workflow with these edits; all that check says stands on standard input.
wrong() {
    cp good.yaml workflow.yaml
    edit workflow.yaml "$@"
    fx check
    expect_status 2
    expect_got
}

wrong '11s/note/noet/' <<'T'
workflow.yaml:11:11: error: there is no task 'noet'
        task: noet
              ^ did you mean 'note'?
T
wrong 's/${first.file}/${first.fiel}/' 's/words.txt/word.txt/' 's/x: 10/x: ten/' 's/text: "seed/txet: "seed/' <<'T'
workflow.yaml:6:21: error: stage 'middle' at colour=red: 'numbers.x' must be a number, not the string 'ten'
      widths: {red: {x: ten, y: 20}, blue: {x: 30, y: 40}}
                        ^
workflow.yaml:12:12: error: task 'note' has no parameter 'txet'
        with: {txet: "seed ${params.seed}"}
               ^ did you mean 'text'?
workflow.yaml:15:27: error: stage 'first' (task 'note') has no output 'fiel'
        with: {from: "${first.fiel}", numbers: "${params.widths[axis.colour]}"}
                              ^ did you mean 'file'?
workflow.yaml:21:18: error: stage 'alone': 'from' names 'word.txt', which does not exist
        with: {from: word.txt}
                     ^
T
wrong 's/with: {text: "seed ${params.seed}"}/with: {from: "${last.file}"}/' <<'T'
workflow.yaml:15:21: error: stages need each other in a circle: first -> last -> middle -> first
        with: {from: "${first.file}", numbers: "${params.widths[axis.colour]}"}
                        ^
T
wrong 's/^fornix: 1/fornix: 2/' <<'T'
workflow.yaml:1:9: error: version '2' of the workflow format is not known
    fornix: 2
            ^ this fornix reads version 1
T
wrong 's/^  last:/  middle:/' <<'T'
workflow.yaml:16:3: error: key 'middle' stands twice in one map
      middle:
      ^ first in line 13, column 3
T
# shellcheck disable=SC1003
wrong '$a\    resources: {rank: 2, memory: 3 m}' <<'T'
workflow.yaml:22:17: error: 'resources' of stage 'alone' has no 'rank'
        resources: {rank: 2, memory: 3 m}
                    ^ did you mean 'ranks'?
workflow.yaml:22:34: error: stage 'alone': 'memory' cannot be in 'm'
        resources: {rank: 2, memory: 3 m}
                                     ^ units are B, kB, MB, GB, TB, KiB, MiB, GiB, TiB
T
wrong 's/colour: \[red, blue\]/colour: [red, bleu]/' <<'T'
workflow.yaml:15:61: error: stage 'middle' at colour=bleu: 'params.widths' has no 'bleu'
        with: {from: "${first.file}", numbers: "${params.widths[axis.colour]}"}
                                                                ^ did you mean 'blue'?
T
# shellcheck disable=SC1003
wrong '1a\config: {core: 2, memory: lots}' <<'T'
workflow.yaml:2:10: error: there is no setting 'core'
    config: {core: 2, memory: lots}
             ^ did you mean 'cores'?
workflow.yaml:2:27: error: settings: 'memory' must be a size such as 256 MiB, not the string 'lots'
    config: {core: 2, memory: lots}
                              ^
T
wrong 's/^  seed: 1/  seed: [1/' <<'T'
workflow.yaml:6:9: error: this is not YAML: while parsing a flow sequence, did not find expected ',' or ']'
      widths: {red: {x: 10, y: 20}, blue: {x: 30, y: 40}}
            ^
T

cp good.yaml workflow.yaml
fx check --set params.widths.red.x=ten
expect_status 2
expect_said "'numbers.x' must be a number, not the string 'ten'"
fx check --profile quick
expect_status 2
expect_said "quick"
printf 'task: note\nversion: 1\nprogram: [no]\nparameters: {text: {type: strign}}\noutputs: {file: ../x}\n' >note/task.yaml
fx check
expect_status 2
expect_said "did you mean 'string'?"
expect_said "output file '../x' must lie below the job's own folder"
passed
