"""
figure.py JOB - the quickstart's figure: where cells are, when they spike, what an electrode sees.

In: the description of the job (JSON), which names results.h5, cells.h5 and the layers' extents.
Out: figure.png in the current folder, the same bytes for the same input.
"""
import json
import sys

import h5py
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

COLOURS = ["#8a8f98", "#c44536", "#2a6f97", "#e09f3e", "#5a7d4f", "#7b4b94"]
BANDS = ["#f4f1ea", "#e6dfd0"]
TREE_TYPES = (1, 3, 4)      # soma, basal, apical: axons would hide the rest


class Network:
    """What cells.h5 holds of the populations that have cells, in the order of their gids."""

    def __init__(self, path):
        self.file = h5py.File(path, "r")
        rows = self.file["H5Types/Populations"]
        names = {v: k for k, v in h5py.check_enum_dtype(rows.dtype["Population"]).items()}
        rows = sorted(rows[()], key=lambda row: row["Start"])
        self.populations = [(names[row["Population"]], int(row["Start"]), int(row["Count"]))
                            for row in rows if row["Count"] > 0]
        self.colour = {name: COLOURS[i % len(COLOURS)]
                       for i, (name, _, _) in enumerate(self.populations)}

    def coordinate(self, population, axis):
        """One value per cell, by index within the population."""
        attribute = self.file[f"Populations/{population}/Generated Coordinates/{axis} Coordinate"]
        values = np.empty(len(attribute["Cell Index"]))
        values[attribute["Cell Index"][()]] = attribute["Attribute Value"][()]
        return values

    def tree(self, population, index):
        """x, y, type and parent of one cell's points, or None for cells without a tree."""
        trees = self.file.get(f"Populations/{population}/Trees")
        if trees is None:
            return None
        at = int(np.flatnonzero(trees["Cell Index"][()] == index)[0])
        columns = []
        for name in ("X Coordinate", "Y Coordinate", "SWC Type", "Parent Point"):
            first, last = trees[name]["Attribute Pointer"][at:at + 2]
            columns.append(trees[name]["Attribute Value"][int(first):int(last)])
        return columns


def draw_tree(axes, tree, u, depth, colour):
    """Lines from each point to its parent; the first point at (u, depth), x along u, y upwards."""
    x, y, kind, parent = tree
    shown = np.flatnonzero((parent >= 0) & np.isin(kind, TREE_TYPES))
    ends = np.stack([np.stack([x[shown], y[shown]], 1),
                     np.stack([x[parent[shown]], y[parent[shown]]], 1)], 1)
    ends = ends - np.array([x[0], y[0]]) + np.array([u, depth])
    axes.add_collection(matplotlib.collections.LineCollection(
        ends, colors=colour, linewidths=0.7, alpha=0.75, zorder=2))


def draw_somata(axes, network, layers):
    """Side view: all somata, and for each population the dendrites of one cell, side by side."""
    corners = np.array(list(layers.values()), float)
    low, high = corners.min((0, 1)), corners.max((0, 1))
    for i, (name, (first, last)) in enumerate(layers.items()):
        axes.axhspan(first[2], last[2], color=BANDS[i % 2], zorder=0, linewidth=0)
        axes.text(0.015, (first[2] + last[2]) / 2, name, va="center", fontsize=8, color="#6b6457",
                  transform=axes.get_yaxis_transform())
    width = high[0] - low[0]
    with_trees = [name for name, _, _ in network.populations if network.tree(name, 0) is not None]
    for name, _, count in network.populations:
        u, depth = network.coordinate(name, "U"), network.coordinate(name, "L")
        colour = network.colour[name]
        if name in with_trees:
            share = (with_trees.index(name) + 0.5) / len(with_trees)
            off = np.abs(u - low[0] - share * width) + np.abs(depth - np.median(depth))
            nearest = int(np.argmin(off))
            draw_tree(axes, network.tree(name, nearest), u[nearest], depth[nearest], colour)
        axes.scatter(u, depth, s=16 if name in with_trees else 8, color=colour, zorder=3,
                     edgecolors="white", linewidths=0.4, label=f"{name} ({count})")
    axes.set_xlim(low[0] - 0.6 * width, high[0] + 0.6 * width)
    axes.set_ylim(low[2], high[2])
    axes.set_xlabel("U (um)")
    axes.set_ylabel("depth (um)")
    axes.set_title("somata, and the dendrites of one cell each", fontsize=9, loc="left")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncol=4, fontsize=8, frameon=False,
                handletextpad=0.1, columnspacing=1.0)


def draw_raster(axes, network, results, t_end):
    """One row per cell by gid, populations from the bottom up, with their mean rates beside."""
    total = sum(count for _, _, count in network.populations)
    above = -np.inf         # where the last label ends: those of small populations would overlap
    for name, start, count in network.populations:
        spikes = results.get(f"Spikes/{name}")
        n = 0
        if spikes is not None:
            t, gid = spikes["t"][()], spikes["gid"][()]
            n = len(t)
            axes.plot(t, gid, "|", color=network.colour[name], markersize=2.6, markeredgewidth=0.9)
        axes.axhline(start - 0.5, color="#d8d3c8", linewidth=0.6, zorder=0)
        y = max(start + (count - 1) / 2, above)
        above = y + 0.06 * total
        axes.text(1.01, y, f"{name} {n / count / t_end * 1000:.1f} Hz", fontsize=8, va="center",
                  color=network.colour[name], transform=axes.get_yaxis_transform())
    axes.set_ylim(-0.5, total - 0.5)
    axes.set_yticks([])
    axes.set_title("spikes, a row for each cell", fontsize=9, loc="left")
    axes.tick_params(labelbottom=False)


def draw_voltages(axes, network, results):
    """The soma of each population's most active recorded cell, one above the other."""
    recordings = results.get("Recordings/v", {})
    names = [name for name, _, _ in network.populations if name in recordings]
    for row, name in enumerate(names):
        at = recordings[name]
        value = at["value"][()]
        best = int(np.argmax((value > 0).sum(1) + (value.max(1) > 0)))
        axes.plot(at["t"][()], value[best] + 130 * row, color=network.colour[name], linewidth=0.7)
        axes.text(1.01, -60 + 130 * row, f"{name}\ncell {int(at['gid'][best])}", fontsize=8,
                  va="center", color=network.colour[name], transform=axes.get_yaxis_transform())
    axes.plot([4, 4], [-30, 20], color="black", linewidth=1.2)
    axes.text(8, -5, "50 mV", fontsize=7, va="center")
    axes.set_yticks([])
    axes.set_title("potential of a soma of each population", fontsize=9, loc="left")
    axes.tick_params(labelbottom=False)


def draw_lfp(axes, results):
    for i, name in enumerate(results.get("LFP", {})):
        at = results["LFP"][name]
        axes.plot(at["t"][()], 1000 * at["v"][()], linewidth=0.7,
                  color="black" if i == 0 else COLOURS[i % len(COLOURS)])
    axes.axhline(0, color="#d8d3c8", linewidth=0.6, zorder=0)
    axes.set_ylabel("uV")
    axes.set_xlabel("time (ms)")
    axes.set_title("local field potential", fontsize=9, loc="left")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        job = json.load(file)
    named = {**job.get("parameters", {}), **job.get("inputs", {})}
    network, results = Network(named["cells"]), h5py.File(named["results"], "r")
    t_end = float(results.attrs["t_end"])

    plt.rcParams.update({"font.family": "DejaVu Sans", "font.size": 8, "axes.spines.top": False,
                         "axes.spines.right": False, "axes.linewidth": 0.7})
    figure = plt.figure(figsize=(11, 6.2), dpi=130)
    grid = figure.add_gridspec(3, 2, width_ratios=[1, 1.6], height_ratios=[2.2, 1.1, 1],
                               left=0.06, right=0.92, top=0.95, bottom=0.12, wspace=0.12,
                               hspace=0.28)
    draw_somata(figure.add_subplot(grid[:, 0]), network, named["layer_extents"])
    raster, voltages, lfp = (figure.add_subplot(grid[row, 1]) for row in range(3))
    draw_raster(raster, network, results, t_end)
    draw_voltages(voltages, network, results)
    draw_lfp(lfp, results)
    for axes in (raster, voltages, lfp):
        axes.set_xlim(0, t_end)
    # No name of the program that wrote it: the bytes depend on the input alone.
    figure.savefig(job["outputs"]["figure"], metadata={"Software": None})


if __name__ == "__main__":
    main()
