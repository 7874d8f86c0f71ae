#!/usr/bin/env bash
# prepare.sh FOLDER: the reference workflow in FOLDER, with links to the configuration, which is
# not part of this project: FORNIX_REFERENCE, or ../shared/reference beside the checkout.
set -euo pipefail
here=$(cd -P "$(dirname "$0")" && pwd)
source=$(cd -P "$here/../.." && pwd)
reference=${FORNIX_REFERENCE:-$source/../shared/reference}
[[ -f $reference/config/synapses.yml && -f $reference/morphology/PYR.swc ]] || {
    echo "reference: there is no configuration in $reference (set FORNIX_REFERENCE)" >&2
    exit 77
}
mkdir -p "$1"
cp "$here/workflow.yaml" "$here/check.py" "$1"
ln -sfn "$(cd -P "$reference" && pwd)" "$1/reference"
ln -sfn "$source/workflows/quickstart/mechanisms" "$1/mechanisms"
ln -sfn "$source/workflows/quickstart/config/biophysics.yaml" "$1/biophysics.yaml"
