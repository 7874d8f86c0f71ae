#!/usr/bin/env bash
#
# architecture.sh - every source file of the engine and of the tasks has its place in
# docs/architecture.md: its name without the ending stands in a code block of that page.

. "$(dirname "$0")/lib.sh"

# The words of the page's code blocks.
named() { awk '/^```/ { inside = !inside; next } inside' docs/architecture.md | grep -oE '[a-z0-9_]+' | sort -u; }

check() {
    local file name words
    words=$(named)
    while read -r file; do
        name=$(basename "$file")
        [[ $file == tasks/*/main.c ]] && name=$(basename "$(dirname "$file")")
        grep -qxF "${name%.*}" <<<"$words" || echo "$file:1: has no line in docs/architecture.md"
    done < <(c_files engine tasks include)
}

plant() {
    plant_file docs/architecture.md <<'T'
lost stands outside the blocks
```
map, tree     names, values
h5_types      types
fx
```
T
    plant_file engine/base/map.c </dev/null
    plant_file engine/load/tree.h </dev/null
    plant_file engine/load/lost.h </dev/null
    plant_file engine/load/trees.c </dev/null
    plant_file tasks/h5_types/main.c </dev/null
    plant_file tasks/simulate/main.c </dev/null
    plant_file include/fornix/fx.h </dev/null
}

expected() {
    cat <<'T'
engine/load/lost.h:1: has no line in docs/architecture.md
engine/load/trees.c:1: has no line in docs/architecture.md
tasks/simulate/main.c:1: has no line in docs/architecture.md
T
}

lint_main
