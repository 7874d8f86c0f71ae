#!/usr/bin/env bash
# The task `command` in a workflow: outputs of other stages among a program's arguments are inputs.
source "$(dirname "$0")/lib.sh"

cat >workflow.yaml <<'Y'
fornix: 1
name: any
stages:
  write: {task: command, with: {argv: [sh, -c, "echo $0 >w.txt", one]}, outputs: {text: w.txt}}
  upper: {task: command, with: {shell: 'tr a-z A-Z <"$(sed -n "s/.*\"from\": *\"\([^\"]*\)\".*/\1/p" "$FORNIX_JOB")" >u.txt', from: "${write.text}"}, outputs: {text: u.txt}}
  copy:  {task: command, with: {argv: [cp, "${write.text}", c.txt]}, outputs: {text: c.txt}}
Y
fx run
expect_status 0
expect_file .fornix/runs/any/latest/copy/c.txt <<<one
expect_file .fornix/runs/any/latest/upper/u.txt <<<ONE

edit workflow.yaml 's/, one\]/, two]/'
fx run
expect_status 0
expect_said 'write: argv[3] one -> two'
expect_said 'copy: inputs.argv[1] changed'
expect_said 'upper: inputs.from changed'
expect_file .fornix/runs/any/latest/copy/c.txt <<<two
passed
