#!/usr/bin/env bash
#
# dev_setup.sh - what `./dev setup` decides, says and leaves alone.
#
# A copy of `dev` works in a fresh folder. dpkg-query, apt-get and sudo are stand-ins that log how
# they were called; Python and pip are the real ones, on empty wheels made here.

set -euo pipefail
export LC_ALL=C

SOURCE=${FORNIX_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
mkdir "$FOLDER/clone" "$FOLDER/bin" "$FOLDER/wheels"
cp "$SOURCE/dev" "$FOLDER/clone/dev"
cd "$FOLDER/clone"

stand_in() {
    { echo '#!/bin/bash'; cat; } >"$FOLDER/bin/$1"
    chmod +x "$FOLDER/bin/$1"
}
stand_in dpkg-query <<'S'
shift 3                     # -W -f FORMAT
for package in "$@"; do
    [[ " $LACKS " == *" $package "* ]] || echo "ii  $package"
done
S
stand_in apt-get <<'S'
echo "apt-get [$DEBIAN_FRONTEND] $*" >>"$CALLS"
[[ "$*" != *install* || ! $APT_FAILS ]]
S
stand_in sudo <<'S'
exec "$@"
S

# wheel NAME VERSION: an empty package that pip can install without a network.
wheel() {
    python3 - "$FOLDER/wheels" "$1" "$2" <<'P'
import sys, zipfile
folder, name, version = sys.argv[1:]
info = f"{name}-{version}.dist-info"
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as z:
    z.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    z.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    z.writestr(f"{info}/RECORD", f"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
P
}

export PATH=$FOLDER/bin:$PATH LACKS='' APT_FAILS='' CALLS=$FOLDER/calls
export PIP_NO_INDEX=1 PIP_FIND_LINKS=$FOLDER/wheels PIP_CONFIG_FILE=/dev/null PIP_NO_CACHE_DIR=1
failures=0

# expect NAME STATUS: runs ./dev setup; its status and the lines that `dev` itself says must be these.
expect() {
    local name=$1 status=$2 got=0 said
    : >"$CALLS"
    said=$(./dev setup </dev/null 2>&1) || got=$?
    if [[ $got != "$status" ]] || ! diff <(cat) <(grep '^dev:' <<<"$said"); then
        printf 'FAILED: %s: status %s, expected %s; all that was said:\n%s\n' \
            "$name" "$got" "$status" "$said"
        failures=$((failures + 1))
    fi
}
# called NAME: the calls of apt-get since `expect`.
called() {
    if ! diff <(cat) "$CALLS"; then
        printf 'FAILED: %s: other calls than expected\n' "$1"
        failures=$((failures + 1))
    fi
}

wheel neuron 9.0.2
wheel numpy 2.0.0
wheel h5py 3.12.0
wheel jsonschema 4.23.0
wheel ruamel.yaml 0.18.6

LACKS='cmake libuv1-dev' APT_FAILS=1 expect 'apt-get fails' 2 <<'T'
dev: installing system packages with apt-get: cmake libuv1-dev
dev: error: apt-get could not install the system packages (its reason stands above)
dev: mend that, or install them by hand, then run ./dev again: cmake libuv1-dev
T
called 'apt-get fails' <<'T'
apt-get [noninteractive] -q update
apt-get [noninteractive] -q install -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 cmake libuv1-dev
T
[[ ! -e .venv ]] || { echo 'FAILED: .venv was made before the system packages were there'; failures=1; }

LACKS=cmake expect 'a package is installed; pip finds no matplotlib' 2 <<'T'
dev: installing system packages with apt-get: cmake
dev: creating .venv with /usr/bin/python3
dev: installing into .venv with pip: neuron==9.0.* numpy>=1.26,<3 h5py>=3.10,<4 matplotlib>=3.8,<4 jsonschema>=4.17,<5 ruamel.yaml>=0.18,<1
dev: error: pip could not install into .venv (its reason stands above)
dev: mend that (network? proxy?), then run ./dev again: it goes on where it was
T

wheel matplotlib 3.9.0
expect 'goes on where it was' 0 <<'T'
dev: installing into .venv with pip: neuron==9.0.* numpy>=1.26,<3 h5py>=3.10,<4 matplotlib>=3.8,<4 jsonschema>=4.17,<5 ruamel.yaml>=0.18,<1
dev: set up: the system packages and .venv are complete
T
called 'nothing to do for apt-get' </dev/null
expect 'all is there' 0 <<'T'
dev: set up: the system packages and .venv are complete
T

# The stamp speaks of what was set up; without it, what is there is looked at again.
.venv/bin/python -m pip uninstall -q -y h5py 2>/dev/null
rm .venv/fornix-setup
expect 'one package is missing' 0 <<'T'
dev: installing into .venv with pip: h5py>=3.10,<4
dev: set up: the system packages and .venv are complete
T

wheel neuron 8.2.6
.venv/bin/python -m pip install -q neuron==8.2.6 2>/dev/null
rm .venv/fornix-setup
expect 'another version' 2 <<'T'
dev: error: .venv holds other versions than fornix needs: neuron 8.2.6 (==9.0.*)
dev: nothing was changed: remove .venv (rm -r .venv), or change these, and run ./dev again
T

rm -r .venv
mkdir .venv
touch .venv/mine
expect 'a folder that is no environment' 2 <<'T'
dev: error: .venv is there, but has no working Python 3.10 to 3.14 with pip
dev: remove it (rm -r .venv) and run ./dev again: it is made anew
T
[[ -e .venv/mine ]] || { echo 'FAILED: a foreign .venv was changed'; failures=1; }

((failures == 0)) && echo 'dev_setup: 7 situations, all as expected'
