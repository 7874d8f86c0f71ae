"""The part of engine.sh that writes graphs and measures: engine.py FORNIX FOLDER [SIZE...]."""
import os
import pathlib
import subprocess
import sys

DEPTH = 10
TASK = """task: step
version: 1
program: [./step]
parameters:
  from: {type: {list: file}}
  number: {type: integer}
outputs: {file: step.txt}
"""


def layered(jobs):
    """A stage for each job: (layer, i) reads (layer - 1, i) and (layer - 1, i + 1)."""
    width = jobs // DEPTH
    yield "stages:"
    for i in range(width):
        yield f"  s0_{i}: {{task: step, with: {{from: [leaf/{i}]}}}}"
    for layer in range(1, DEPTH):
        for i in range(width):
            a, b = f"s{layer - 1}_{i}", f"s{layer - 1}_{(i + 1) % width}"
            yield f'  s{layer}_{i}: {{task: step, with: {{from: ["${{{a}.file}}", "${{{b}.file}}"]}}}}'


def points(jobs):
    """Ten stages, one after the other, at jobs / 10 points of an axis."""
    yield f"axes: {{i: {{range: [0, {jobs // DEPTH}]}}}}"
    yield "stages:"
    yield '  s0: {task: step, with: {number: "${axis.i}"}}'
    for layer in range(1, DEPTH):
        yield f'  s{layer}: {{task: step, with: {{from: ["${{s{layer - 1}.file}}"]}}}}'


def ninja(kind, jobs):
    """The same graph."""
    width = jobs // DEPTH
    yield "rule step"
    yield "  command = ../step $out $in"
    for layer in range(DEPTH):
        for i in range(width):
            needs = [f"leaf/{i}"] if not layer else [f"out/{layer - 1}_{i}"]
            if layer and kind == "layered":
                needs.append(f"out/{layer - 1}_{(i + 1) % width}")
            yield f"build out/{layer}_{i}: step {' '.join(needs)}"


def make(folder, kind, jobs):
    (folder / "leaf").mkdir(parents=True)
    (folder / "out").mkdir()
    task = folder / "tasks/step"
    task.mkdir(parents=True)
    os.link(folder.parent / "step", task / "step")
    (task / "task.yaml").write_text(TASK)
    for i in range(jobs // DEPTH):
        (folder / f"leaf/{i}").write_text(f"{i}\n")
    lines = {"layered": layered, "points": points}[kind](jobs)
    write(folder / "workflow.yaml", ["fornix: 1", "name: bench", "tasks: [tasks]"], lines)
    write(folder / "build.ninja", [], ninja(kind, jobs))


def write(path, head, lines):
    """Line by line: what this program once held counts as memory of the programs that it starts."""
    with open(path, "w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in head)
        out.writelines(f"{line}\n" for line in lines)


def measure(folder, words, times):
    """(least CPU seconds, MiB at most) of a command that must succeed."""
    best, most = 1e9, 0
    for _ in range(times):
        process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        if status:
            sys.exit(f"engine: {' '.join(words)} failed in {folder}")
        best = min(best, usage.ru_utime + usage.ru_stime)
        most = max(most, usage.ru_maxrss / 1024)
    return best, most


def row(*cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def plans(fornix, folder, kind, sizes, times):
    print(f"\nload and plan, {'one stage a job' if kind == 'layered' else 'ten stages over an axis'}\n")
    row("jobs", "fornix check, CPU s", "us a job", "MiB", "ninja -n, CPU s", "ratio")
    row(*["---"] * 6)
    cost = {}
    for jobs in sizes:
        at = folder / f"{kind}{jobs}"
        make(at, kind, jobs)
        ours, memory = measure(at, [fornix, "check", "workflow.yaml"], times)
        theirs, _ = measure(at, ["ninja", "-n"], times)
        cost[jobs] = ours / jobs, memory
        row(str(jobs), f"{ours:.3f}", f"{ours / jobs * 1e6:.1f}", f"{memory:.0f}", f"{theirs:.3f}", f"{ours / theirs:.2f}")
    least, most = min(sizes), max(sizes)
    if least < most:
        ratio = cost[most][0] / cost[least][0]
        memory = (cost[most][1] - cost[least][1]) * 1024 * 1024 / (most - least)
        print(f"\na job among {most} costs {ratio:.2f} times one among {least} (at most 1.5); {memory:.0f} bytes a job")
        return ratio <= 1.5
    return True


def runs(fornix, folder, kind, sizes, times):
    print(f"\neverything cached, {'one stage a job' if kind == 'layered' else 'ten stages over an axis'}\n")
    row("jobs", "cold run", "fornix run", "fornix plan", "ninja, nothing to do", "run / ninja")
    row(*["---"] * 6)
    for jobs in sizes:
        at = folder / f"{kind}{jobs}"
        cold, _ = measure(at, [fornix, "run", "workflow.yaml"], 1)
        measure(at, ["ninja", "-j2"], 1)
        again, _ = measure(at, [fornix, "run", "workflow.yaml"], times)
        plan, _ = measure(at, [fornix, "plan", "workflow.yaml"], times)
        theirs, _ = measure(at, ["ninja", "-j2"], times)
        row(str(jobs), f"{cold:.2f}", f"{again:.3f}", f"{plan:.3f}", f"{theirs:.3f}", f"{again / theirs:.2f}")


def main(fornix, folder, *sizes):
    sizes = [int(size) for size in sizes] or [1000, 10000, 100000]
    folder, times, fine = pathlib.Path(folder), 5, True
    print("CPU seconds (user + system), best of", times)
    for kind in ("layered", "points"):
        fine = plans(fornix, folder, kind, sizes, times) and fine
    for kind in ("layered", "points"):
        runs(fornix, folder, kind, [s for s in sizes if s <= 10000 or os.environ.get("FULL")], times)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
