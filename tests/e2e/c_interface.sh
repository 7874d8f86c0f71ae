#!/usr/bin/env bash
# The library as others use it: installed, moved, found by CMake and by pkg-config; it does what
# `fornix run` does, on the same store, and says nothing.
source "$(dirname "$0")/lib.sh"
SOURCE=${FORNIX_SOURCE:?the source folder}

cmake --install "$FORNIX_BUILD" --prefix "$WORK/prefix" >"$WORK/install.log" 2>&1 ||
    { cat "$WORK/install.log" >&2; fail "it could not be installed"; }
mv "$WORK/prefix" "$WORK/moved"
FORNIX=$WORK/moved/bin/fornix
LIBRARY=$WORK/moved/lib/libfornix.so
small_workflow .

flags=(-std=gnu11 -g -Wall -Wextra -Werror -pthread)
if grep -q '^SANITIZE:BOOL=ON' "$FORNIX_BUILD/CMakeCache.txt"; then
    flags+=(-fsanitize=address,undefined -fno-sanitize-recover=undefined)
fi
compiler=$(sed -n 's/^CMAKE_C_COMPILER:[A-Z]*=//p' "$FORNIX_BUILD/CMakeCache.txt")
version=$("$FORNIX" --version | sed 's/fornix //')
flags+=("-DFORNIX_EXPECTED=\"$version\"")

# --- what is visible -----------------------------------------------------------------------------

nm -D --defined-only "$LIBRARY" | awk '{print $3}' | sort >"$WORK/visible"
grep -ohE '\bfx_[a-z_]+\(' "$WORK"/moved/include/fornix/*.h | tr -d '(' | sort -u >"$WORK/named"
nm -D --defined-only "$LIBRARY" | awk '$2 == "T" {print $3}' | sort >"$WORK/functions"
checks=$((checks + 2))
! grep -v '^fx_' "$WORK/visible" || fail "more than fx_... is visible"
# Each visible function is declared, and each declared one is there (macros stand for one with _at).
comm -23 "$WORK/functions" "$WORK/named" >"$WORK/undeclared"
[[ ! -s $WORK/undeclared ]] || fail "not declared: $(cat "$WORK/undeclared")"
while read -r name; do
    checks=$((checks + 1))
    grep -qx -e "$name" -e "${name}_at" "$WORK/functions" || fail "declared, and not there: $name"
done <"$WORK/named"
for header in error workflow run; do
    checks=$((checks + 1))
    printf '#include <fornix/%s.h>\nint main() { return 0; }\n' "$header" >header.cpp
    c++ -std=c++17 -Wall -Wextra -Werror -fsyntax-only -I"$WORK/moved/include" header.cpp ||
        fail "fornix/$header.h is no C++"
done

# --- built against it ------------------------------------------------------------------------------

export PKG_CONFIG_PATH=$WORK/moved/lib/pkgconfig
expect_equal "pkg-config's version" "$(pkg-config --modversion fornix)" "$version"
# shellcheck disable=SC2046   # words
"$compiler" "${flags[@]}" -o "$WORK/by-pkg-config" "$SOURCE/tests/e2e/c_interface.c" \
    $(pkg-config --cflags --libs fornix) -Wl,-rpath,"$WORK/moved/lib"
mkdir "$WORK/project"
cat >"$WORK/project/CMakeLists.txt" <<C
cmake_minimum_required(VERSION 3.18)
project(user LANGUAGES C)
find_package(fornix ${version%.*} REQUIRED)
add_executable(by-cmake $SOURCE/tests/e2e/c_interface.c)
target_compile_options(by-cmake PRIVATE ${flags[*]@Q})
target_link_options(by-cmake PRIVATE ${flags[*]@Q})
target_link_libraries(by-cmake PRIVATE fornix::fornix)
C
sed -i "s/'//g; s/-DFORNIX_EXPECTED=\"$version\"/[[-DFORNIX_EXPECTED=\"$version\"]]/" "$WORK/project/CMakeLists.txt"
cmake -S "$WORK/project" -B "$WORK/project/build" -DCMAKE_C_COMPILER="$compiler" \
    -DCMAKE_PREFIX_PATH="$WORK/moved" >"$WORK/cmake.log" 2>&1 &&
    cmake --build "$WORK/project/build" >>"$WORK/cmake.log" 2>&1 ||
    { cat "$WORK/cmake.log" >&2; fail "find_package(fornix) does not do"; }
PROGRAM=$WORK/project/build/by-cmake

# program PARTS...: goes through parts of c_interface.c; it says nothing, and nor does the library.
program() {
    : >"$RUNS"
    status=0
    "$PROGRAM" "$@" >"$WORK/got" 2>&1 || status=$?
    checks=$((checks + 1))
    [[ $status == 0 && ! -s $WORK/got ]] || { cat "$WORK/got" >&2; fail "$*: status $status"; }
}

# --- the same jobs as the YAML's --------------------------------------------------------------------

program small
expect_ran "${all_jobs[@]}"
fx run
expect_status 0
expect_ran ''
expect_said "5 jobs: all cached"
fx status
expect_said "5 done"
rm -r .fornix
fx run
expect_ran "${all_jobs[@]}"
program cached
expect_ran ''
PROGRAM=$WORK/by-pkg-config program cached
program why
expect_ran ''
program loaded
expect_ran last more

# --- mistakes, failures, and the host that calls -----------------------------------------------------

program mistakes
program limits
program failure
expect_ran bad bad
program cancel
expect_equal "the job that was let finish" "$(grep -c '^once$' "$RUNS")" 1
program host
expect_equal "jobs after the cancelled one" "$(grep -v '^host$' "$RUNS" | tr '\n' ' ')" "short ignored "
program threads
expect_ran left right
program targets
expect_ran bad
program signals
expect_ran caught

# --- where tasks and keeper are found ------------------------------------------------------------------

checks=$((checks + 1))
mkdir "$WORK/alone"
cp "$LIBRARY" "$WORK/alone/libfornix.so.0"
rm -r .fornix
export LD_LIBRARY_PATH=$WORK/alone
status=0
"$WORK/by-pkg-config" small >"$WORK/got" 2>&1 || status=$?
[[ $status == 1 ]] || fail "a library without tasks found some"
expect_said "the tasks of fornix are not beside 'WORK/alone/libfornix.so.0'"
FORNIX_HOME=$WORK/moved program small
rm -r .fornix
PATH=$WORK/moved/bin:$PATH program small
FORNIX_HOME=$FORNIX_BUILD program cached
unset LD_LIBRARY_PATH

# --- the example of docs/c-interface.md -----------------------------------------------------------------

sed -n '/^```c$/,/^```$/{/^```/d;p}' "$SOURCE/docs/c-interface.md" >example.c
# shellcheck disable=SC2046   # words
"$compiler" "${flags[@]}" -o example example.c $(pkg-config --cflags --libs fornix) -Wl,-rpath,"$WORK/moved/lib"
status=0
./example >"$WORK/got" 2>&1 || status=$?
expect_status 0
expect_equal "what the example counted" "$(cat "$(cat "$WORK/got")")" "$(ls /usr/share | wc -l)"

# --- the quickstart, written in C ----------------------------------------------------------------------

# shellcheck source=/dev/null
source "$SOURCE/tests/e2e/pretend.bash"
pretend_home "$WORK/pretend"
sed -n 's/^ \*     \(cc .*\)/\1/p' "$SOURCE/workflows/imperative/quickstart.c" >"$WORK/command"
expect_equal "command lines in the head of quickstart.c" "$(wc -l <"$WORK/command")" 1
cp "$SOURCE/workflows/imperative/quickstart.c" .
cc() { "$compiler" "${flags[@]}" "$@" -Wl,-rpath,"$WORK/moved/lib"; }
# shellcheck source=/dev/null
source "$WORK/command"
export FORNIX_STORE=$WORK/store
FORNIX_HOME=$WORK/pretend fx run "$SOURCE/workflows/quickstart/workflow.yaml"
expect_status 0
FORNIX_HOME=$WORK/pretend ./quickstart "$SOURCE/workflows/quickstart" >"$WORK/ran"
sed '$d' "$WORK/ran" >"$WORK/got"
expect_equal "jobs that the YAML made and the C found" "$(grep -c ': cached [0-9a-f]\{32\}$' "$WORK/got")" \
    "$("$FORNIX" check "$SOURCE/workflows/quickstart/workflow.yaml" | sed 's/.*, \([0-9]*\) jobs.*/\1/')"
checks=$((checks + 1))
! grep -v ': cached ' "$WORK/got" || fail "the C workflow has jobs that the YAML has not"
expect_said "figure: cached "
checks=$((checks + 1))
[[ -f $(tail -n 1 "$WORK/ran") ]] || fail "no figure: $(tail -n 1 "$WORK/ran")"
# The keys are those that the run of the YAML has written down.
grep -o '"key": "[0-9a-f]*"' "$FORNIX_STORE/runs/quickstart/latest/run.json" | cut -d'"' -f4 | sort >"$WORK/keys"
sed 's/.*: cached //' "$WORK/got" | sort | diff - "$WORK/keys" >&2 || fail "other keys"
passed
