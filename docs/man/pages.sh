#!/usr/bin/env bash
#
# pages.sh FORNIX FOLDER - the manual pages, into FOLDER/man1 and FOLDER/man5.
#
# Section 1 is made of what the commands say of themselves with --help, so that it cannot fall behind;
# section 5 of docs/workflow-format.md.
set -euo pipefail
export LC_ALL=C.UTF-8

fornix=$1 folder=$2
here=$(cd "$(dirname "$0")" && pwd)
version=$("$fornix" --version | sed 's/^fornix //')
mkdir -p "$folder/man1" "$folder/man5"
rm -f "$folder"/man1/*.1     # of commands that are no more

# "run  make what is missing" a line.
commands=$("$fornix" --help | sed -n 's/^  \([a-z][a-z0-9]*\)  *\(.*\)$/\1  \2/p')
names=$(sed 's/^\([a-z0-9]*\) .*/fornix-\1/' <<<"$commands")

# page NAME ABOUT OTHERS [EXTRA]: from the help on standard input.
page() {
    awk -f "$here/roff.awk" -f "$here/help.awk" -v name="$1" -v about="$2" -v version="$version" \
        -v others="$3" -v extra="${4:-}" >"$folder/man1/$1.1"
}

while read -r command about; do
    "$fornix" "$command" --help | page "fornix-$command" "$about" "fornix fornix-workflow"
done <<<"$commands"
awk -f "$here/roff.awk" -f "$here/markdown.awk" -v name=fornix-workflow \
    -v about="the format of workflow files" -v version="$version" -v others="fornix fornix-check" \
    "$here/../workflow-format.md" >"$folder/man5/fornix-workflow.5"
# The last one, by which the build knows that all are there.
"$fornix" --help |
    page fornix "workflows that build and simulate neural networks" \
        "$(tr '\n' ' ' <<<"$names") fornix-workflow" "$here/fornix.roff"
