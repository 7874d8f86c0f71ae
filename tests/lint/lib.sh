# shellcheck shell=bash
# lib.sh - what the lint scripts share. Each of them defines
#
#   check        reads the tree in the current folder, prints one line `file:line: what is wrong`
#                for each violation
#   plant        writes, into the current (empty) folder, a small tree with violations and with
#                their nearest innocent neighbours
#   expected     prints what `check` must say about the planted tree
#
# and ends with `lint_main`: the script first shows on the planted tree that it can fail, with
# exactly the expected lines, then reads the repository. Exit status: 0 clean, 1 violations,
# 2 the lint itself is broken.

set -euo pipefail
export LC_ALL=C

# The C files of the repository, those of `folder...` only.
c_files() {
    local folder folders=()
    for folder in "$@"; do
        [[ ! -e $folder ]] || folders+=("$folder")
    done
    ((${#folders[@]} == 0)) || find "${folders[@]}" -type f \( -name '*.c' -o -name '*.h' \) | sort
}

# plant_file PATH: standard input becomes a file of the planted tree.
plant_file() {
    mkdir -p "$(dirname "$1")"
    cat >"$1"
}

lint_main() {
    local top=${FORNIX_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)} planted said violations
    planted=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$planted'" EXIT
    cd "$planted"
    plant
    said=$(check)
    if ! diff <(expected) <(printf '%s\n' "$said") >&2; then
        echo "$0: the self-test failed: '<' was to be said of the planted tree, '>' was said" >&2
        exit 2
    fi
    cd "$top"
    violations=$(check)
    if [[ $violations ]]; then
        printf '%s\n' "$violations"
        exit 1
    fi
    echo "$(basename "$0"): self-test passed, no violation in the repository"
}
