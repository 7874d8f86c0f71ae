"""activity.py driven|silent RESULTS CELLS: does the quickstart's network do what it is made for?

driven: at least a fifth of the pyramidal cells spike, at a mean rate of 0.1 to 50 Hz, over at least
500 ms; the sources spike. silent: no cell spikes, and every recorded soma stays within 5 mV of its
potential at 100 ms. Prints what it found; the first thing that is wrong ends it with one line.
"""
import sys

import h5py
import numpy as np


def need(condition, text):
    if not condition:
        sys.exit("activity: " + text)


mode, results, cells = sys.argv[1], h5py.File(sys.argv[2], "r"), h5py.File(sys.argv[3], "r")
labels = h5py.check_enum_dtype(cells["H5Types/Populations"].dtype["Population"])
names = {number: name for name, number in labels.items()}
populations = {names[row["Population"]]: (int(row["Start"]), int(row["Count"]))
               for row in cells["H5Types/Populations"][()]}
t_end = float(results.attrs["t_end"])
need(t_end >= 500, f"only {t_end} ms were simulated")

for name, (start, count) in populations.items():
    spikes = results.get(f"Spikes/{name}")
    gid = spikes["gid"][()] if spikes else np.array([], int)
    t = spikes["t"][()] if spikes else np.array([])
    need(((gid >= start) & (gid < start + count)).all(), f"{name}: a gid that is not its own")
    order = np.lexsort((gid, t))
    need((order == np.arange(len(order))).all(), f"{name}: spikes are not ordered by time, then gid")
    need(len(t) == 0 or (t.min() > 0 and t.max() <= t_end), f"{name}: spikes outside the run")
    share, rate = len(np.unique(gid)) / count, len(gid) / count / t_end * 1000
    print(f"{mode}: {name}: {count} cells, {share:.0%} spike, {rate:.2f} Hz")
    if mode == "silent":
        need(len(gid) == 0, f"{name}: {len(gid)} spikes without input")
    elif name == "PYR":
        need(share >= 0.2, f"PYR: only {share:.0%} of the cells spike")
        need(0.1 <= rate <= 50, f"PYR: a mean rate of {rate:.2f} Hz")
    elif name == "STIM":
        need(len(gid) > 0, "STIM: no source spikes")

if mode == "silent":
    checked = 0
    for name, (start, count) in populations.items():
        at = results.get(f"Recordings/v/{name}")
        if at is None:
            continue
        v, t = at["value"][()], at["t"][()]
        need(v.shape == (len(at["gid"]), len(t)) and len(at["gid"]) == count, f"{name}: recording's shape")
        rest = v[:, np.searchsorted(t, 100.0 - 1e-9)]
        off = np.abs(v[:, t >= 100] - rest[:, None]).max()
        print(f"silent: {name}: at most {off:.3f} mV from the potential at 100 ms ({rest.min():.2f} "
              f"to {rest.max():.2f} mV)")
        need(off < 5, f"{name}: a soma moves by {off:.2f} mV without input")
        checked += count
    need(checked == sum(c for n, (_, c) in populations.items() if n != "STIM"), "cells without a recording")
