#!/usr/bin/env bash
# reference.sh [FOLDER]: the small reference network whole (401 cells, about 5.4 million synapses),
# from its configuration to 20 ms of simulation; seconds and peak memory by stage.
#
# Fails unless the files agree with the configuration, synaptic events were delivered, and at least
# one pyramidal cell was depolarised by 1 mV. FOLDER: where it runs (default: a fresh one, removed).
source "$(dirname "$0")/../pipeline/lib.sh"

folder=${1:-$WORK/reference}
bash "$FORNIX_SOURCE/tests/reference/prepare.sh" "$folder" || exit $?
started=$EPOCHREALTIME
counted driven "$folder/workflow.yaml"
took=$(awk -v a="$started" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
latest=$folder/.fornix/runs/reference/latest
driven=$(readlink -f "$latest/simulate/results.h5")
# The floor of generation is the disk's: writing and syncing as many bytes, in the same place.
"$PYTHON" - "$folder/.fornix" <<'PY'
import glob, json, os, sys, time
generation = {"types", "somas", "distances", "forest", "synapses", "connections", "graph"}
rows = []
for path in glob.glob(sys.argv[1] + "/store/*/*/record"):
    r = json.load(open(path))
    size = sum(o["size"] for o in r["outputs"])
    name = r["stage"] + (f"[{r['point']}]" if r["point"] else "")
    rows.append((r["started"], name, r["seconds"], r["cpu_seconds"], r["max_rss"] / 2**20, size / 1e6,
                 r["stage"] in generation))
print(f"{'job':32}{'seconds':>9}{'cpu s':>9}{'MiB':>8}{'MB out':>9}")
for _, name, seconds, cpu, memory, size, _ in sorted(rows):
    print(f"{name:32}{seconds:9.2f}{cpu:9.2f}{memory:8.0f}{size:9.1f}")
made = [r for r in rows if r[6]]
size = sum(r[5] for r in made)
work = sum(r[2] for r in made)
path = sys.argv[1] + "/floor"
block = os.urandom(1 << 20)
started = time.time()
with open(path, "wb", buffering=0) as out:
    for _ in range(int(size * 1e6) >> 20):
        out.write(block)
    os.fsync(out.fileno())
floor = time.time() - started
os.unlink(path)
print(f"generation: {work:.2f} s of jobs ({sum(r[3] for r in made):.2f} s of CPU) for {size:.0f} MB; "
      f"writing and syncing as much: {floor:.2f} s; ratio {work / floor:.2f}")
PY
grep -h 'NetCons' "$latest"/../../../store/*/*/log | head -n 3
echo "whole workflow: $took s"
cat "$latest/check/summary.json"
echo
counted silent "$folder/workflow.yaml" simulate --set 'stages.simulate.with.stimulus={}'
ran silent simulate
"$PYTHON" "$FORNIX_SOURCE/tests/reference/response.py" "$driven" "$latest/simulate/results.h5"
