#!/usr/bin/env bash
# The quickstart's cells are what their generator makes, and its check notices a changed point.
set -euo pipefail
export LC_ALL=C

SOURCE=${FORNIX_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
cp "$SOURCE"/workflows/quickstart/morphology/* "$FOLDER"

python3 "$FOLDER/make.py" --check

sed -i '$ s/^\([0-9]* [0-9]*\) /\1 1/' "$FOLDER/PYR.swc"       # a digit more in the last x
if python3 "$FOLDER/make.py" --check 2>"$FOLDER/said"; then
    echo "FAILED: the check accepts a changed PYR.swc" >&2
    exit 1
fi
[[ $(cat "$FOLDER/said") == "$FOLDER/PYR.swc is not what make.py makes" ]] || {
    cat "$FOLDER/said" >&2
    exit 1
}

rm "$FOLDER"/*.swc
python3 "$FOLDER/make.py"
for cell in PYR PVBC OLM; do
    cmp "$FOLDER/$cell.swc" "$SOURCE/workflows/quickstart/morphology/$cell.swc"
done
