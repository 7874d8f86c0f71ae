#!/usr/bin/env bash
# The quickstart's cells are what config/morphology.yaml asks for, as a reader of one's own sees them; the
# same seed grows the same bytes, another one other cells; one population's numbers are its own.
set -euo pipefail
export LC_ALL=C

: "${FORNIX_BUILD:?the build folder}"
SOURCE=${FORNIX_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
unset FORNIX_STORE FORNIX_TASK_LOG

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

mkdir "$FOLDER/q"
(cd "$SOURCE/workflows/quickstart" && tar cf - --exclude=.fornix .) | tar xf - -C "$FOLDER/q"

# cells NAME ARGS...: the stage's files as NAME/{PYR,PVBC,OLM}.swc.
cells() {
    local name=$1 cell
    shift
    "$FORNIX_BUILD/fornix" run "$FOLDER/q/workflow.yaml" morphology --store "$FOLDER/$name.store" "$@" \
        >"$FOLDER/$name.log" 2>&1 || { cat "$FOLDER/$name.log" >&2; fail "$name"; }
    mkdir "$FOLDER/$name"
    for cell in PYR PVBC OLM; do
        cp "$FOLDER/$name.store/runs/quickstart/latest/morphology/population=$cell/morphology.swc" \
            "$FOLDER/$name/$cell.swc"
    done
}

cells first
python3 - "$FOLDER/first" <<'PY' || fail "not what was asked for"
import math, sys

SOMA, AXON, BASAL, APICAL, AIS = 1, 2, 3, 4, 7
BORDERS = {1: (0, 100), 2: (100, 150), 3: (150, 350), 4: (350, 450)}
ROOT = {"PYR": 120, "PVBC": 122, "OLM": 50}
# By type: tips, um within 10 %, layers of the tips. The axon is the only child of the segment's end.
ASKED = {"PYR": {BASAL: (14, 2000, {1}), APICAL: (20, 2600, {3, 4}), AXON: (1, 120, {1})},
         "PVBC": {BASAL: (6, 700, {1}), APICAL: (12, 2350, {3, 4}), AXON: (1, 100, {2})},
         "OLM": {BASAL: (12, 1760, {1}), AXON: (4, 800, {4})}}

for name, asked in ASKED.items():
    rows = [line.split() for line in open(f"{sys.argv[1]}/{name}.swc") if not line.startswith("#")]
    assert [int(row[0]) for row in rows] == list(range(1, len(rows) + 1)), name
    kind, parent, layer = ([int(row[k]) for row in rows] for k in (1, 6, 7))
    at = [[float(word) for word in row[2:5]] for row in rows]
    radius = [float(row[5]) for row in rows]
    assert parent[0] == -1 and all(0 < p <= i for i, p in enumerate(parent[1:], 1)), name
    children = [0] * len(rows)
    length = {}
    for i in range(1, len(rows)):
        children[parent[i] - 1] += 1
        d = math.dist(at[i], at[parent[i] - 1])
        assert d <= 15, f"{name}: point {i + 1} is {d} um from its parent"
        if kind[i] == SOMA:
            assert d > 1 and kind[parent[i] - 1] == SOMA, f"{name}: soma points on each other"
        else:
            assert 0.2 <= radius[i] <= max(radius[k] for k in range(len(rows)) if kind[k] == SOMA)
            length[kind[i]] = length.get(kind[i], 0) + d
    for i, (_, y, _) in enumerate(at):
        low, high = BORDERS[layer[i]]
        assert low <= ROOT[name] + y < high, f"{name}: point {i + 1} is not in layer {layer[i]}"
    tips = [i for i in range(len(rows)) if children[i] == 0]
    for type, (count, um, layers) in asked.items():
        of_type = [i for i in tips if kind[i] == type]
        assert len(of_type) == count, f"{name}: {len(of_type)} tips of type {type}"
        assert {layer[i] for i in of_type} == layers, f"{name}: type {type} ends in {layers}"
        assert abs(length[type] - um) < 0.1 * um, f"{name}: {length[type]} um of type {type}"
    assert len(tips) == sum(count for count, _, _ in asked.values()), name
    print(f"{name}: {len(rows)} points, {len(tips)} tips, "
          f"{length[BASAL] + length.get(APICAL, 0):.0f} um of dendrites")
PY

cells again
diff -r "$FOLDER/first" "$FOLDER/again" || fail "other bytes from the same numbers"

cells seed --set params.seed=7
for cell in PYR PVBC OLM; do
    cmp -s "$FOLDER/first/$cell.swc" "$FOLDER/seed/$cell.swc" && fail "another seed, the same $cell"
done

sed -i 's/^\( *tip: \)212$/\1213/' "$FOLDER/q/config/morphology.yaml"
cells number
cmp -s "$FOLDER/first/PYR.swc" "$FOLDER/number/PYR.swc" && fail "a longer trunk changes nothing"
cmp "$FOLDER/first/OLM.swc" "$FOLDER/number/OLM.swc"
cmp "$FOLDER/first/PVBC.swc" "$FOLDER/number/PVBC.swc"

# A slip is told with its place when the workflow is loaded, or, where only numbers together are wrong,
# by the task.
sed -i 's/layers: \[SLM\]/layers: [SLN]/' "$FOLDER/q/config/morphology.yaml"
"$FORNIX_BUILD/fornix" check "$FOLDER/q/workflow.yaml" >"$FOLDER/said" 2>&1 && fail "an unknown layer passes"
grep -q "morphology.yaml:[0-9]*:[0-9]*: error: .*SLN" "$FOLDER/said" || { cat "$FOLDER/said" >&2; fail "the layer's place"; }
sed -i 's/layers: \[SLN\]/layers: [SLM]/; s/max_order: 3/max_order: 1/' "$FOLDER/q/config/morphology.yaml"
"$FORNIX_BUILD/fornix" run "$FOLDER/q/workflow.yaml" 'morphology[population=PYR]' >"$FOLDER/said" 2>&1 &&
    fail "four tips with one bifurcation pass"
grep -qF 'cell.trees[0].tips[0]: with a max_order of 1 there are at most 2 tips, not 4' "$FOLDER/said" ||
    { cat "$FOLDER/said" >&2; fail "the tips' message"; }
