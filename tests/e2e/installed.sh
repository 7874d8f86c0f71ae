#!/usr/bin/env bash
# An installed fornix needs no build folder: it finds its tasks and its keeper, and they their libraries.
source "$(dirname "$0")/lib.sh"

cmake --install "$FORNIX_BUILD" --prefix "$WORK/prefix" >"$WORK/install.log" 2>&1 ||
    { cat "$WORK/install.log" >&2; fail "it could not be installed"; }
FORNIX=$WORK/prefix/bin/fornix
small_workflow .

for program in "$FORNIX" "$WORK"/prefix/lib/fornix/tasks/*/*; do
    [[ -f $program && -x $program ]] || continue
    checks=$((checks + 1))
    missing=$(ldd "$program" | grep 'not found' || true)
    [[ ! $missing ]] || fail "$program lacks: $missing"
done
fx task list
expect_status 0
for folder in "$FORNIX_BUILD"/tasks/*/; do
    [[ ! -f $folder/task.yaml ]] || expect_said "$(basename "$folder") "
done
fx run
expect_status 0
expect_ran "${all_jobs[@]}"

# A home that is none is told, not passed over.
for words in 'task list' 'run' 'h5 ls x'; do
    # shellcheck disable=SC2086   # words
    FORNIX_HOME=$WORK/here fx $words
    expect_said "'HERE' holds no fornix: no lib/fornix/tasks, or no keeper"
    ((status != 0)) || fail "fornix $words went on without tasks"
done
FORNIX_HOME=$WORK/prefix fx run
expect_said "all cached"

# What else users of other programs look for: c_interface.sh builds against it, manual.sh reads the pages.
for file in lib/libfornix.so lib/fornix/fornix-keeper lib/cmake/fornix/fornix-config.cmake \
    lib/pkgconfig/fornix.pc include/fornix/workflow.h include/fornix/run.h include/fornix/error.h \
    share/man/man1/fornix.1 share/man/man1/fornix-run.1 share/man/man5/fornix-workflow.5; do
    checks=$((checks + 1))
    [[ -s $WORK/prefix/$file ]] || fail "$file was not installed"
done
checks=$((checks + 1))
! grep -rIl -e "$FORNIX_BUILD" -e "$WORK/prefix" "$WORK"/prefix/lib/{cmake,pkgconfig} "$WORK/prefix/share" ||
    fail "an installed text names the folder of the build, or that of the installation"

# From another place, by a link, with one of its own tasks.
mv "$WORK/prefix" "$WORK/moved"
ln -s "$WORK/moved/bin/fornix" "$WORK/fornix"
FORNIX=$WORK/fornix
cat >listed.yaml <<'Y'
fornix: 1
name: listed
stages:
  listed:
    task: command
    with: {argv: [sh, -c, "ls / >list"]}
    outputs: {list: list}
Y
fx run listed.yaml
expect_status 0
expect_said "1 job: 1 ran"

# `python` tasks get the Python that fornix was built for, whoever starts them, unless the user has another.
cat >which.yaml <<'Y'
fornix: 1
name: which
stages:
  which:
    task: command
    with: {argv: [sh, -c, 'echo "$FORNIX_PYTHON" >which']}
    outputs: {which: which}
Y
env -u FORNIX_PYTHON "$FORNIX" run which.yaml >"$WORK/got"
expect_equal "the Python of tasks" "$(cat .fornix/runs/which/latest/which/which)" "$FORNIX_VENV/bin/python"
rm -r .fornix
FORNIX_PYTHON=/my/python fx run which.yaml
expect_equal "the user's Python" "$(cat .fornix/runs/which/latest/which/which)" "/my/python"
passed
