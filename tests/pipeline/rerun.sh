#!/usr/bin/env bash
# What a change re-runs, counted by the tasks themselves, and what the engine says about it.
source "$(dirname "$0")/lib.sh"

q=$WORK/q
quickstart_copy "$q"
# A short simulation, but with input (from 50 ms on): other connections must show in its results.
short=(--set "params.t_end=100 ms")
all_from_forest_pyr=('forest[population=PYR]' 'synapses[population=PYR]' 'connections[population=PYR]'
                     graph simulate figure)

counted cold "$q/workflow.yaml" "${short[@]}"
(($(wc -l <"$WORK/cold.tasks") >= 15)) || fail "cold: only $(wc -l <"$WORK/cold.tasks") tasks ran"

counted nothing "$q/workflow.yaml" "${short[@]}"
ran nothing ''

echo "# a comment, and white space" >>"$q/workflow.yaml"
sed -i 's/^stages:/stages:   # another/' "$q/workflow.yaml"
for file in "$q"/config/*.yaml; do
    printf '\n\n# a comment\n' >>"$file"
done
counted comment "$q/workflow.yaml" "${short[@]}"
ran comment ''

# The entries of a mapping in another order.
"$PYTHON" - "$q/config/synapses.yaml" <<'PY'
import re, sys
path = sys.argv[1]
text = open(path).read()
old = re.search(r"\{tau_rise: ([^,}]+), tau_decay: ([^,}]+)", text)
assert old, "no mapping to reorder"
text = text.replace(old.group(0), "{tau_decay: %s, tau_rise: %s" % (old.group(2), old.group(1)), 1)
open(path, "w").write(text)
PY
counted order "$q/workflow.yaml" "${short[@]}"
ran order ''

counted resources "$q/workflow.yaml" "${short[@]}" \
    --set 'stages.synapses.resources={ranks: 2, memory: 100 MiB, time: 5 min}'
ran resources ''

touch "$q"/config/*.yaml "$q"/mechanisms/*.mod "$q/figure.py"
counted touched "$q/workflow.yaml" "${short[@]}"
ran touched ''

mv "$q" "$WORK/moved"
q=$WORK/moved
counted moved "$q/workflow.yaml" "${short[@]}"
ran moved ''

cp -r "$q" "$WORK/copy"
rm -rf "$WORK/copy/.fornix"
counted copied "$WORK/copy/workflow.yaml" "${short[@]}" --store "$q/.fornix"
ran copied ''

# One population's axon extents: the connections that use it, and what follows.
counted extent "$q/workflow.yaml" "${short[@]}" --set 'params.axon_extents.OLM.default.width=[150, 200]'
ran extent 'connections[population=PYR]' 'connections[population=PVBC]' graph simulate figure
said extent 'connections[population=PYR]: axon_extents.OLM.default.width[0] '
said extent ' -> 150'

# One number of a morphology: its file, its forest and everything after it.
counted back "$q/workflow.yaml" "${short[@]}"
ran back ''
cp "$q/config/morphology.yaml" "$WORK/morphology.yaml"
sed -i 's/^\( *tip: \)212$/\1213/' "$q/config/morphology.yaml"
cmp -s "$WORK/morphology.yaml" "$q/config/morphology.yaml" && fail "the morphology was not changed"
counted digit "$q/workflow.yaml" "${short[@]}"
ran digit 'morphology[population=PYR]' "${all_from_forest_pyr[@]}"
said digit 'morphology[population=PYR]: cell.trees[1].tip 212 -> 213'
said digit 'forest[population=PYR]: inputs.morphology changed'

# The same cells as files of one's own: their content counts, not who made them. A comment in one of
# them runs its forest, which leaves the same bytes, and nothing after it.
mkdir "$q/own"
for cell in PYR PVBC OLM; do
    cp "$q/.fornix/runs/quickstart/latest/morphology/population=$cell/morphology.swc" "$q/own/$cell.swc"
done
sed -i 's|^\( *morphology: \)\${morphology.file}$|\1own/${axis.population}.swc|' "$q/workflow.yaml"
grep -q 'own/' "$q/workflow.yaml" || fail "the workflow was not changed"
counted own "$q/workflow.yaml" "${short[@]}"
ran own ''
echo "# another comment" >>"$q/own/PYR.swc"
counted cutoff "$q/workflow.yaml" "${short[@]}"
ran cutoff 'forest[population=PYR]'
said cutoff 'forest[population=PYR]: inputs.morphology changed'
echo "re-execution is exact"
