"""generate.py FOLDER PART: what tests/bench/generate.sh measured, as a table; fails when a goal is missed."""
import glob
import json
import os
import sys

folder, part = sys.argv[1], sys.argv[2]
GENERATION = {"types", "somas", "distances", "forest", "synapses", "connections", "graph"}


def kernels(name):
    """figure -> (number, best seconds, least CPU seconds)"""
    best = {}
    for line in open(os.path.join(folder, name)):
        figure, number, wall, cpu = line.split()
        old = best.get(figure, (0, 1e9, 1e9))
        best[figure] = (float(number), min(old[1], float(wall)), min(old[2], float(cpu)))
    return best


def least(name):
    return min(map(float, open(os.path.join(folder, name))))


def records(name):
    """Jobs of the runs of that name; of each the run with the least CPU seconds, and the highest peak of all runs."""
    best = {}
    for path in sorted(glob.glob(os.path.join(folder, "kept", name + ".*", "*/*/record"))):
        record = json.load(open(path))
        if record["stage"] not in GENERATION:
            continue
        record["bytes"] = sum(o["size"] for o in record["outputs"])
        job = record["stage"], record["point"]
        old = best.get(job, record)
        peak = max(old["max_rss"], record["max_rss"])
        best[job] = min(old, record, key=lambda r: r["cpu_seconds"])
        best[job]["max_rss"] = peak
    return list(best.values())


def synapses_of(name):
    reports = glob.glob(os.path.join(folder, "kept", name + ".0", "*/*/out/report.json"))
    return sum(json.load(open(path))["synapses"] for path in reports)


rows, missed = [], []


def row(figure, value, goal="", good=True, bound=""):
    rows.append((figure, value, goal, "" if not goal else "ok" if good else "MISSED", bound))
    if not good:
        missed.append(figure)


one, two = kernels("one"), kernels("two")
rate = {figure: one[figure][0] / one[figure][2] / 1e6 for figure in ("synapses", "edges")}
row("synapses distributed, per core", f"{rate['synapses']:.0f} million/s", "20 million/s", rate["synapses"] >= 20, "compute")
row("edges generated, per core, some 5000 candidates", f"{rate['edges']:.0f} million/s", "10 million/s", rate["edges"] >= 10,
    "compute, cache misses of the tables")

tmpfs, disk, floor = least("tmpfs.wall"), least("disk.wall"), least("disk.floor")
starts = least("starts") / 10
small = records("small")
size = sum(r["bytes"] for r in small)
row("small network on tmpfs", f"{tmpfs:.2f} s", "3 s", tmpfs < 3, "memory: page cache")
row("  of these process starts", f"{len(small)} x {1e3 * starts:.0f} ms = {len(small) * starts:.2f} s")
row(f"small network on disk, {size / 1e6:.0f} MB", f"{disk:.2f} s, {disk - tmpfs:.2f} s more", f"1.3 x {floor:.2f} s more",
    disk - tmpfs <= 1.3 * floor, "disk")

tenth = records("tenth")
synapses = {name: synapses_of(name) for name in ("small", "tenth")}
cpu = {"small": sum(r["cpu_seconds"] for r in small), "tenth": sum(r["cpu_seconds"] for r in tenth)}
peak = max(r["max_rss"] for r in tenth) / 2**20
ratio = (synapses["tenth"] / cpu["tenth"]) / (synapses["small"] / cpu["small"])
row(f"1/{part} of the full network, {synapses['tenth'] / 1e6:.0f} million synapses, {sum(r['bytes'] for r in tenth) / 1e9:.1f} GB",
    f"{least('tenth.wall'):.1f} s, {cpu['tenth']:.1f} s of CPU", bound="memory: page cache; disk")
row("  peak memory of a rank", f"{peak:.0f} MiB", "1 GiB", peak < 1024)
row("  synapses per CPU second, to the small network's", f"{synapses['tenth'] / cpu['tenth'] / 1e6:.1f} million/s, {ratio:.2f}", "0.8",
    ratio >= 0.8)

written = kernels("writing")
speed = {name: written[name][0] / written[name][1] / 1e9 for name in written}
row("writing, synced", f"{speed['ours']:.2f} GB/s, {speed['ours'] / speed['plain']:.2f} of plain HDF5's {speed['plain']:.2f}", "0.7",
    speed["ours"] >= 0.7 * speed["plain"], "disk")
for figure in ("synapses", "edges"):
    faster, more = one[figure][1] / two[figure][1], two[figure][2] / one[figure][2]
    row(f"{figure}: 2 ranks against 1, without I/O", f"{faster:.2f} times", "1.8", faster >= 1.8, "cores")
    row("  CPU seconds, summed", f"{more:.2f} times", "1.1", more <= 1.1)

print("| figure | measured | goal | | bound |\n|---|---|---|---|---|")
for cells in rows:
    print("| " + " | ".join(cells) + " |")
print("\n| job | seconds | CPU s | peak MiB | MB |\n|---|---|---|---|---|")
for r in sorted(tenth, key=lambda r: (r["stage"], r["point"])):
    print(f"| {r['stage']} {r['point'] or ''} | {r['seconds']:.2f} | {r['cpu_seconds']:.2f} | {r['max_rss'] / 2**20:.0f} | "
          f"{r['bytes'] / 1e6:.1f} |")
if missed:
    sys.exit("generate: missed: " + "; ".join(figure.strip() for figure in missed))
