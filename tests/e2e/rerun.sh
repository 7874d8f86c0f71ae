#!/usr/bin/env bash
# What runs again, and what does not: counted by the tasks themselves.
source "$(dirname "$0")/lib.sh"

small_workflow .
fx run
expect_ran "${all_jobs[@]}"

# runs_nothing WHAT ARGS...: a run that must find everything.
runs_nothing() {
    fx run "${@:2}"
    expect_status 0
    expect_ran
    expect_said '5 jobs: all cached'
}

runs_nothing 'nothing changed'

edit workflow.yaml '1i # a comment' 's/^stages:/stages:   # another/' '$a\\n\n'
runs_nothing 'comments and white space'
edit workflow.yaml 's/{x: 10, y: 20}/{y: 20, x: 10}/'
runs_nothing 'the order of keys'
edit workflow.yaml 's/x: 10}/x: 10.0}/'
runs_nothing 'another spelling of a number'
edit workflow.yaml 's/^name: small/name: large/'
runs_nothing 'the name of the workflow'
edit workflow.yaml 's/^name: large/name: small/'
runs_nothing 'resources' --set 'stages.middle.resources={memory: 1 MiB, time: 5 min}'
runs_nothing 'ranks' --set 'stages.middle.resources={ranks: 2}'
runs_nothing 'a parameter at its default' --set 'stages.first.with.same=false'
runs_nothing 'a parameter without meaning for results' --set 'stages.first.with.status=3'
runs_nothing 'other cores' --cores 1 --memory 1GiB
edit workflow.yaml 's/^  last:/  final:/'
runs_nothing 'the name of a stage'
edit workflow.yaml 's/^  final:/  last:/'

touch words.txt note/note.py
runs_nothing 'touched files'
cp words.txt copy && mv copy words.txt
runs_nothing 'a file of the same content'

cd "$WORK" && mv here there && mkdir here && cd there
runs_nothing 'the folder moved with its store'
expect_equal 'dangling links' "$(find .fornix/runs -xtype l | wc -l)" 0
cp -r "$WORK/there" "$WORK/copied"
rm -rf "$WORK/copied/.fornix"
cd "$WORK/copied"
runs_nothing 'a copy with the same store' --store "$WORK/there/.fornix"
expect_equal 'dangling links' "$(find "$WORK/there/.fornix/runs" -xtype l | wc -l)" 0
export FORNIX_STORE=$WORK/there/.fornix
runs_nothing 'a copy with the same store, by environment'
unset FORNIX_STORE
[[ ! -e .fornix ]] || fail "a store was made beside the workflow too"
cd "$WORK/there"

# Exactly what depends on a change, with the reason.
fx run --set params.widths.blue.y=41
expect_ran 'middle[colour=blue]' last
expect_said 'middle[colour=blue]: numbers.y 40 -> 41, running'
fx run --set params.widths.blue.y=41 --set params.widths.blue.x=31
expect_ran 'middle[colour=blue]' last
expect_said 'middle[colour=blue]: numbers.x 30 -> 31, running'
runs_nothing 'back to what was'

sleep 0.01
echo "other words" >words.txt
fx run
expect_ran alone
expect_said 'alone: inputs.from changed, running'
echo "some words" >words.txt
runs_nothing 'back to the words that were'

edit workflow.yaml 's/colour: \[red, blue\]/colour: [red, blue, green]/' \
    's/blue: {x: 30, y: 40}/&, green: {x: 50}/'
fx run
expect_ran 'middle[colour=green]' last
edit workflow.yaml 's/, green\]/]/'

# The program of a task, and its version.
edit note/note.py '$a # a comment'
fx run
expect_ran "${all_jobs[@]}"
expect_said 'first: task.program changed, running'
edit note/task.yaml 's/^version: 1/version: 2/'
fx run
expect_ran "${all_jobs[@]}"
expect_said 'first: task.version 1 -> 2, running'

# The same bytes come out: nothing after it runs.
edit workflow.yaml 's/from: "${first.file}", /&same: true, /'
fx run
expect_ran 'middle[colour=red]' 'middle[colour=blue]' last
expect_said 'same (not given) -> true, running'
edit workflow.yaml 's/seed: 1/seed: 2/'
fx run
expect_ran first 'middle[colour=red]' 'middle[colour=blue]'
expect_said 'last: cached'
expect_said '5 jobs: 3 ran, 2 cached'

# An output that was deleted or altered by hand is made again.
latest=.fornix/runs/small/latest
rm -f "$(readlink -f "$latest/first/note.txt")"
fx run
expect_ran first
expect_said 'first: its outputs were altered or removed, running'
expect_file "$latest/first/note.txt" <<<'seed 2{}'
file=$(readlink -f "$latest/middle/colour=red/note.txt")
chmod u+w "$file" "$(dirname "$file")"
echo "by hand" >"$file"
fx run
expect_ran 'middle[colour=red]'
expect_file "$latest/middle/colour=red/note.txt" <<<'same'
rm -rf "$latest"/first "$latest"/middle
runs_nothing 'links that were removed'
expect_file "$latest/first/note.txt" <<<'seed 2{}'

# An index that is lost or damaged costs nothing but time.
rm -f .fornix/index.sqlite*
runs_nothing 'without the index'
head -c 3000 /dev/urandom >.fornix/index.sqlite
runs_nothing 'with a broken index'
passed
