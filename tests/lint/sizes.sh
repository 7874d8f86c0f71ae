#!/usr/bin/env bash
#
# sizes.sh - no file over 700 lines, no function over 80 (its braces included).
#
# A function of C starts where the style puts its brace: alone in column 1, or for TEST(name) { at
# the end of the line; it ends with the next } in column 1.

. "$(dirname "$0")/lib.sh"

readonly FILE_LIMIT=700 FUNCTION_LIMIT=80

readonly READ='
function end_file() {
    if (lines > file_limit) print file ":" lines ": file of " lines " lines, at most " file_limit
}
FNR == 1 { end_file(); file = FILENAME; start = 0; name = "" }
{ lines = FNR }
!start && /^[A-Za-z_][A-Za-z0-9_]* *\(/ { name = $0; sub(/ *\(.*/, "", name) }
!start && /^TEST\(/ { name = $0; sub(/^TEST\(/, "", name); sub(/\).*/, "", name) }
!start && (/^\{/ || /^[A-Za-z_].*\) *\{$/) { start = FNR }
start && /^\}/ {
    if (FNR - start + 1 > function_limit)
        print FILENAME ":" start ": function " name " of " FNR - start + 1 " lines, at most " \
              function_limit
    start = 0
}
END { end_file() }
'

check() {
    local files
    mapfile -t files < <(find CMakeLists.txt dev .ci engine include tasks tests workflows -type f \
        \( -name '*.[ch]' -o -name '*.sh' -o -name '*.py' -o -name '*.mod' -o -name CMakeLists.txt \
        -o -name dev -o -name run \) -not -path '*/.fornix/*' 2>/dev/null | sort)
    awk -v file_limit=$FILE_LIMIT -v function_limit=$FUNCTION_LIMIT "$READ" "${files[@]}"
}

# body N: N lines of a function's body.
body() { for ((i = 0; i < $1; i++)); do echo '    n++;'; done; }

plant() {
    plant_file engine/base/fits.c < <(
        echo 'static int'; echo 'fits(int n,'; echo '     int m)'; echo '{'; body 78; echo '}'
        body 616)
    plant_file engine/base/long_function.c < <(
        echo 'int'; echo 'short_one(void)'; echo '{'; echo '}'; echo; echo 'struct s {'; body 90; echo '};'
        echo 'int'; echo 'long_one(int n,'; echo '         int m)'; echo '{'; body 79; echo '}')
    plant_file tests/unit/base/test_long.c < <(echo 'TEST(long_test) {'; body 79; echo '}')
    plant_file tests/e2e/long.sh < <(echo 'long_shell() {'; body 79; echo '}')
    plant_file tasks/common/long_file.h < <(body 701)
}

expected() {
    cat <<'T'
engine/base/long_function.c:101: function long_one of 81 lines, at most 80
tasks/common/long_file.h:701: file of 701 lines, at most 700
tests/e2e/long.sh:1: function long_shell of 81 lines, at most 80
tests/unit/base/test_long.c:1: function long_test of 81 lines, at most 80
T
}

lint_main
