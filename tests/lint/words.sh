#!/usr/bin/env bash
#
# words.sh - nothing in the repository names the machine it was written on, or a package host: where
# packages come from is the business of the machine's own apt and pip.
#
# Each word stands in brackets somewhere, so that this file does not match itself.

. "$(dirname "$0")/lib.sh"

readonly WORDS='(^|[^A-Za-z0-9_.})-])/(wor[k]|hom[e])/[A-Za-z.]
pypi[.]org
pythonhosted[.]org
deb[.]debian[.]org
snapshot[.]debian[.]org
archive[.]ubuntu[.]com
security[.]ubuntu[.]com
ports[.]ubuntu[.]com
pkg[.]dev
ghcr[.]io
docker[.]io
conda[.]anaconda[.]org'

check() {
    local line
    find . \( -path ./.git -o -path './build*' -o -path ./.venv -o -name .fornix \
        -o -name __pycache__ \) -prune -o -type f -print0 | sort -z |
        { xargs -0 grep -IHnoiE "$WORDS" || true; } |
        while IFS= read -r line; do
            printf '%s: names a place of one machine, or a package host\n' "${line#./}"
        done
}

plant() {
    local slash=/
    plant_file README.md <<T
PyPI and Debian may be named, and ../work${slash}x, \${top}/work${slash}y; but not
a folder ${slash}work${slash}main/x
T
    plant_file tests/fresh/x.sh <<T
curl https://PYPI.${slash#/}org/x
T
    plant_file build/log <<T
${slash}work${slash}main
T
}

expected() {
    local dot=. slash=/
    cat <<T
README.md:2: ${slash}work${slash}m: names a place of one machine, or a package host
tests/fresh/x.sh:1:PYPI${dot}org: names a place of one machine, or a package host
T
}

lint_main
