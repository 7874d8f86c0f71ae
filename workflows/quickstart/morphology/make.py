#!/usr/bin/env python3
"""
make.py - grows the quickstart's three cells and writes them as SWC files beside itself.

    python3 make.py             write PYR.swc, PVBC.swc and OLM.swc
    python3 make.py --check     fail if the files here differ from what would be written
    python3 make.py --summary   sections, and dendritic length by type and layer

The cells are drawn for this project. They are rat CA1 cells in outline: the right parts in the
right layers with diameters of the right size, but with fewer, less branched dendrites than a real
cell has, so that the quickstart stays quick. What is known, and what became of it here:

  layers   SO 100, SP 50, SR 200, SLM 100 um thick, as in the model of Bezaire et al. 2016,
           eLife 5:e18566.
  PYR      About 13.5 mm of dendrites (Ishizuka, Cowan and Amaral 1995, J Comp Neurol 362:17-45) or
           12 mm (Megias et al. 2001, Neuroscience 102:527-540); here 4.4 mm. Basal trees in SO,
           thin obliques from a tapering trunk in SR, a tuft in SLM. How they branch, and the
           diameters (trunk 3.2 to 1.9 um, thin dendrites 0.5 to 1 um, the root of the tuft 1.4 um),
           are of the size that such cells have, but not taken from measurements. Initial segment
           of 40 um at the lower end of the soma.
  PVBC     Parvalbumin cells have about 4.3 mm of dendrites, the thickest of the interneurons, from
           SO to SLM: Gulyas et al. 1999, J Neurosci 19:10082-10097; here 3.1 mm.
  OLM      Dendrites horizontal and confined to SO, a dense axon in SLM: Sik et al. 1995,
           J Neurosci 15:6651-6665; Blasco-Ibanez and Freund 1995, Eur J Neurosci 7:2170-2180;
           fusiform soma. Here 1.7 mm of dendrites.

Coordinates in um, y upwards from alveus to fissure; the root is the first point of the soma. The
eighth column is the layer of the point, by its depth below, with the numbers of definitions.yaml.
Every branch begins with a point at the place where it leaves its parent (an edge of length zero),
because a section begins with its own first point and would else lose the piece up to there.
The soma is one section: other branches leave its two ends only.
"""

import math
import os
import random
import sys

SOMA, AXON, BASAL, APICAL, AIS = 1, 2, 3, 4, 7
TYPE_NAMES = {SOMA: "soma", AXON: "axon", BASAL: "basal", APICAL: "apical", AIS: "ais"}

# Layer number, name, and where it ends (um above the alveus).
LAYERS = [(1, "SO", 100.0), (2, "SP", 150.0), (3, "SR", 350.0), (4, "SLM", 450.0)]

STEP = 10.0      # about one point each 10 um
MARGIN = 4.0     # dendrites turn back this far from the outer borders of SO and SLM


class Cell:
    """Points of one cell: (type, x, y, z, radius, parent), in the order of their numbers."""

    def __init__(self, name, soma_depth, seed):
        self.name = name
        self.soma_depth = soma_depth              # of the root, um above the alveus
        self.random = random.Random(seed)
        self.lowest = MARGIN                      # between these depths branches run
        self.highest = LAYERS[-1][2] - MARGIN
        self.heading = None                       # where the last branch went at its end
        self.points = []

    def layer(self, y):
        depth = self.soma_depth + y
        for number, _, end in LAYERS:
            if depth < end:
                return number
        return LAYERS[-1][0]

    def add(self, kind, position, diameter, parent):
        self.points.append((kind, *position, diameter / 2, parent))
        return len(self.points) - 1

    def soma(self, along, profile):
        """A chain of points: profile is [(distance from the root, diameter)]; returns both ends."""
        last = -1
        for distance, diameter in profile:
            last = self.add(SOMA, [distance * a for a in along], diameter, last)
        return 0, last

    def branch(self, parent, kind, direction, length, d_start, d_end, wobble=0.12):
        """A stretch without branchings from the parent's place on; returns its last point."""
        n = max(1, round(length / STEP))
        step = length / n
        position = list(self.points[parent][1:4])
        heading = unit(direction)
        last = self.add(kind, position, d_start, parent)
        for i in range(1, n + 1):
            heading = unit([h + self.random.uniform(-wobble, wobble) for h in heading])
            depth = self.soma_depth + position[1] + step * heading[1]
            if not self.lowest < depth < self.highest:      # run along the border, not through it
                heading = unit([heading[0], 0.0, heading[2]])
            position = [p + step * h for p, h in zip(position, heading)]
            last = self.add(kind, position, d_start + (d_end - d_start) * i / n, last)
        self.heading = heading
        return last

    def tree(self, parent, kind, direction, orders, tips, spread):
        """
        A bifurcating tree: orders is [(length, d_start, d_end)] by branch order, the last for all
        tips; `tips` of them in all, shared out as evenly as can be. Lengths vary by 15 %.
        """
        order = orders[0] if tips > 1 or len(orders) == 1 else orders[-1]
        length, d_start, d_end = order
        length *= self.random.uniform(0.85, 1.15)
        end = self.branch(parent, kind, direction, length, min(d_start, orders[0][1]), d_end)
        if tips == 1:
            return
        heading = self.heading
        side = across(heading, self.random.uniform(0, 2 * math.pi))
        rest = orders[1:] or orders
        for sign, share in ((1, tips - tips // 2), (-1, tips // 2)):
            turned = [h + sign * math.tan(spread) * s for h, s in zip(heading, side)]
            self.tree(end, kind, turned, rest, share, spread)

    def text(self):
        lines = [f"# {self.name}: made by make.py, which has the sources. y upwards, um.",
                 "# number type x y z radius parent layer"]
        for i, (kind, x, y, z, radius, parent) in enumerate(self.points):
            above = parent + 1 if parent >= 0 else -1
            numbers = " ".join(f"{value + 0.0:.3f}" for value in (x, y, z, radius))
            numbers = numbers.replace("-0.000", "0.000")
            lines.append(f"{i + 1} {kind} {numbers} {above} {self.layer(y)}")
        return "\n".join(lines) + "\n"


def unit(v):
    length = math.sqrt(sum(a * a for a in v))
    return [a / length for a in v]


def across(v, angle):
    """A unit vector at right angles to v, turned about it by angle."""
    helper = [0.0, 0.0, 1.0] if abs(v[2]) < 0.9 else [1.0, 0.0, 0.0]
    a = unit(cross(v, helper))
    b = cross(v, a)
    return [math.cos(angle) * p + math.sin(angle) * q for p, q in zip(a, b)]


def cross(v, w):
    return [v[1] * w[2] - v[2] * w[1], v[2] * w[0] - v[0] * w[2], v[0] * w[1] - v[1] * w[0]]


def around(azimuth, elevation):
    """Direction from degrees: azimuth about y, elevation above the horizontal."""
    a, e = math.radians(azimuth), math.radians(elevation)
    return [math.cos(e) * math.cos(a), math.sin(e), math.cos(e) * math.sin(a)]


def pyramidal():
    cell = Cell("PYR", soma_depth=120.0, seed=1)
    bottom, top = cell.soma([0, 1, 0], [(0, 8), (4.5, 13), (9, 15), (13.5, 12), (18, 6)])

    basal = [(20, 1.8, 1.3), (35, 1.1, 0.9), (125, 0.8, 0.5)]
    cell.highest = cell.soma_depth            # these stay below the soma
    for azimuth, elevation, tips in ((20, -55, 4), (115, -45, 3), (200, -60, 4), (290, -45, 3)):
        cell.tree(bottom, BASAL, around(azimuth, elevation), basal, tips, math.radians(28))
    cell.highest = LAYERS[-1][2] - MARGIN

    # The trunk crosses SR; each of its eight nodes sends out one oblique, a golden angle apart.
    nodes = [22, 44, 66, 88, 112, 136, 160, 184]
    at, reached, diameter = top, 0.0, 3.2
    for i, node in enumerate(nodes + [212]):
        end_diameter = 3.2 - 1.3 * node / 212
        at = cell.branch(at, APICAL, [0, 1, 0], node - reached, diameter, end_diameter, 0.03)
        reached, diameter = node, end_diameter
        if node in nodes:
            oblique = [(45, 1.0, 0.8), (85, 0.7, 0.5)] if i % 2 else [(130, 0.9, 0.5)]
            cell.tree(at, APICAL, around(137.5 * i, 25), oblique, 2 if i % 2 else 1,
                      math.radians(25))

    tuft = [(25, 1.4, 1.1), (35, 1.0, 0.8), (80, 0.8, 0.5)]
    for azimuth in (70, 250):
        cell.tree(at, APICAL, around(azimuth, 50), tuft, 4, math.radians(30))

    ais = cell.branch(bottom, AIS, [0, -1, 0], 40, 1.4, 0.9, 0.02)
    cell.branch(ais, AXON, around(10, -15), 120, 0.7, 0.6, 0.05)
    return cell


def basket():
    cell = Cell("PVBC", soma_depth=122.0, seed=2)
    bottom, top = cell.soma([0, 1, 0], [(0, 8), (4, 12), (8, 14), (12, 12), (16, 8)])

    apical = [(55, 2.2, 1.6), (70, 1.4, 1.1), (150, 1.0, 0.7)]
    for azimuth in (30, 150, 270):
        cell.tree(top, APICAL, around(azimuth, 68), apical, 4, math.radians(20))
    basal = [(35, 1.9, 1.4), (45, 1.3, 1.0), (100, 0.9, 0.7)]
    for azimuth in (80, 260):
        cell.tree(bottom, BASAL, around(azimuth, -50), basal, 3, math.radians(28))

    ais = cell.branch(bottom, AIS, around(0, -30), 30, 1.3, 0.9, 0.02)
    cell.branch(ais, AXON, around(0, 10), 100, 0.7, 0.6, 0.05)
    return cell


def oriens_lacunosum():
    cell = Cell("OLM", soma_depth=50.0, seed=3)
    left, right = cell.soma([1, 0, 0], [(0, 7), (5, 10), (10, 12), (15, 10), (20, 7)])

    dendrite = [(40, 1.8, 1.3), (50, 1.2, 0.9), (115, 0.9, 0.6)]
    cell.highest = LAYERS[0][2] - MARGIN      # these stay in SO
    for end, azimuth in ((right, -30), (right, 35), (left, 150), (left, 215)):
        cell.tree(end, BASAL, around(azimuth, 0), dendrite, 3, math.radians(30))
    cell.highest = LAYERS[-1][2] - MARGIN

    # The axon leaves upwards, crosses SP and SR, and divides in SLM.
    ais = cell.branch(right, AIS, [0.3, 1, 0], 30, 1.2, 0.9, 0.02)
    rise = cell.branch(ais, AXON, [0, 1, 0], 290, 0.8, 0.7, 0.02)
    cell.tree(rise, AXON, around(20, 20), [(60, 0.6, 0.5), (90, 0.5, 0.4)], 2, math.radians(40))
    cell.tree(rise, AXON, around(200, 20), [(60, 0.6, 0.5), (90, 0.5, 0.4)], 2, math.radians(40))
    return cell


def summary(cell):
    """Sections and lengths: a branch is a section, as are the soma and nothing else here."""
    children = [0] * len(cell.points)
    for point in cell.points:
        if point[5] >= 0:
            children[point[5]] += 1
    sections, lengths = {SOMA: 1}, {}
    for i, (kind, x, y, z, _, parent) in enumerate(cell.points):
        if parent < 0:
            continue
        above = cell.points[parent]
        if kind != SOMA and (children[parent] > 1 or above[0] != kind):
            sections[kind] = sections.get(kind, 0) + 1
        key = (kind, cell.layer(y))
        lengths[key] = lengths.get(key, 0.0) + math.dist(above[1:4], (x, y, z))
    print(f"{cell.name}: {len(cell.points)} points, {sum(sections.values())} sections:",
          ", ".join(f"{n} {TYPE_NAMES[kind]}" for kind, n in sorted(sections.items())))
    names = {number: name for number, name, _ in LAYERS}
    for (kind, layer), length in sorted(lengths.items()):
        print(f"    {TYPE_NAMES[kind]:6} {names[layer]:3} {length:7.0f} um")
    dendrites = sum(v for (kind, _), v in lengths.items() if kind in (BASAL, APICAL))
    print(f"    dendrites  {dendrites:7.0f} um")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    wrong = 0
    for cell in (pyramidal(), basket(), oriens_lacunosum()):
        path = os.path.join(here, cell.name + ".swc")
        if sys.argv[1:] == ["--summary"]:
            summary(cell)
        elif sys.argv[1:] == ["--check"]:
            with open(path, encoding="ascii") as file:
                if file.read() != cell.text():
                    print(f"{path} is not what make.py makes", file=sys.stderr)
                    wrong = 1
        elif not sys.argv[1:]:
            with open(path, "w", encoding="ascii", newline="\n") as file:
                file.write(cell.text())
        else:
            print("usage: make.py [--check | --summary]", file=sys.stderr)
            return 2
    return wrong


if __name__ == "__main__":
    sys.exit(main())
