"""plain.py JOB RESULTS LOG: the same network by plain Python and NEURON, compared with a run of `simulate`.

Reads the files that the job names in its own way, builds sections, membranes, synapses and NetCons one
by one, and runs. Fails unless LOG has the same counts and RESULTS the same spikes and potentials.
Knows what job.py uses of the configuration, no more.
"""
import json
import math
import sys

import h5py
import numpy as np
from neuron import h

PRESETS = {"AMPA": ("LinExp2Syn", {"tau_rise": 1, "tau_decay": 5, "e": 0}),
           "GABA_A": ("LinExp2Syn", {"tau_rise": 1, "tau_decay": 5, "e": 0}),
           "NMDA": ("LinExp2SynNMDA", {"tau_rise": 10, "tau_decay": 35, "e": 0})}
SWC = {1: "soma", 2: "axon", 3: "basal", 4: "apical", 5: "trunk", 6: "tuft", 7: "ais", 8: "hillock"}

model = json.load(open(sys.argv[1]))["parameters"]
results, log = h5py.File(sys.argv[2], "r"), open(sys.argv[3]).read()
file, graph = h5py.File(model["cells"], "r"), h5py.File(model["connections"], "r")
h.nrn_load_dll(model["mechanisms"])
h.load_file("stdrun.hoc")
pc = h.ParallelContext()

rows = file["H5Types/Populations"][()]
names = {v: k for k, v in h5py.check_enum_dtype(rows.dtype["Population"]).items()}
populations = {names[r["Population"]]: (int(r["Start"]), int(r["Count"])) for r in rows}
angle = math.radians(model["rotation"][2])


def values(group, cell):
    at = group["Attribute Pointer"]
    return group["Attribute Value"][int(at[cell]):int(at[cell + 1])]


def place(point, name):
    """File axes to the network's: (U, V, L) = (x, -z, y) or, upside down, (x, z, -y); then about z."""
    down = model["orientation"].get(name, {}).get("depth_axis", [0, 1, 0])[1] < 0
    u, v, l = point[0], point[2] if down else -point[2], -point[1] if down else point[1]
    return (u * math.cos(angle) - v * math.sin(angle), u * math.sin(angle) + v * math.cos(angle), l)


class Cell:
    def __init__(self, name, index, gid):
        trees = file[f"Populations/{name}/Trees"]
        get = {k: values(trees[k], index) for k in trees if k != "Cell Index"}
        points = np.stack([get[a + " Coordinate"] for a in "XYZ"], 1).astype(float)
        soma = int(np.argmax(get["SWC Type"] == 1))
        at = [float(file[f"Populations/{name}/Generated Coordinates/{a} Coordinate/Attribute Value"][index]) for a in "XYZ"]
        topology, i, self.sections, self.types, lists = get["Section"], 1, [], [], []
        for n in range(topology[0]):
            own = [int(p) for p in topology[i + 1:i + 1 + topology[i]]]
            i += 1 + topology[i]
            lists.append(own)
            section = h.Section(name=f"{name}{gid}s{n}")
            for p in own:
                section.pt3dadd(*(a + b for a, b in zip(at, place(points[p] - points[soma], name))), 2 * float(get["Radius"][p]))
            self.sections.append(section)
            self.types.append(SWC[int(get["SWC Type"][own[-1]])])
        for parent, child in zip(get["Source Section"], get["Destination Section"]):
            first = lists[child][0]
            joint = first if first in lists[parent] else int(get["Parent Point"][first])
            arc = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points[lists[parent]], axis=0), axis=1))])
            self.sections[child].connect(self.sections[parent](min(1.0, arc[lists[parent].index(joint)] / arc[-1])), 0)
        self.soma = self.sections[self.types.index("soma")]
        self.membrane(model["biophysics"][name], lists, points, get["Radius"])
        self.synapses = {}
        self.at = np.array(at)
        source = {"section": "soma", "at": 1, "threshold": -20, **model["biophysics"][name].get("spike", {})}
        section = self.sections[self.types.index(source["section"])]
        spike = h.NetCon(section(source["at"])._ref_v, None, sec=section)
        spike.threshold = source["threshold"]
        pc.set_gid2node(gid, 0)
        pc.cell(gid, spike)

    def membrane(self, b, lists, points, radius):
        for section, kind, own in zip(self.sections, self.types, lists):
            rules = [b["sections"][k] for k in ("all", kind) if k in b["sections"]]
            section.Ra = b["Ra"]
            cm = next((r["cm"] for r in reversed(rules) if "cm" in r), 1)
            arcs = np.linalg.norm(np.diff(points[own], axis=0), axis=1)
            d = 2 * radius[own].astype(float)
            lam = sum(a / math.sqrt(x + y) for a, x, y in zip(arcs, d, d[1:])) * math.sqrt(2) * 1e-5 * math.sqrt(4 * math.pi * 100 * b["Ra"] * cm)
            section.nseg = int((lam / b["segments"]["d_lambda"] + 0.9) / 2) * 2 + 1
            for segment in section:
                segment.cm = cm
            for rule in rules:
                for mechanism in rule["mechanisms"]:
                    section.insert(mechanism)
        for section, kind in zip(self.sections, self.types):
            for rule in [b["sections"][k] for k in ("all", kind) if k in b["sections"]]:
                for segment in section:
                    scope = {"exp": math.exp, "distance": h.distance(self.soma(0.5), segment)}
                    for mechanism, settings in rule["mechanisms"].items():
                        for name, value in settings.items():
                            setattr(segment, f"{name}_{mechanism}", eval(value, scope) if isinstance(value, str) else value)
                    for name, value in rule.get("ions", {}).items():
                        setattr(segment, name, value)

    def potential(self, place, rho):
        """mV at `place` for each nA of each segment's membrane: Schomburg et al. 2012, as printed."""
        weights = []
        for section in self.sections:
            n = section.n3d()
            arc, points = [section.arc3d(i) for i in range(n)], [[f(i) for i in range(n)] for f in (section.x3d, section.y3d, section.z3d)]
            ends = np.stack([np.interp(np.linspace(0, arc[-1], section.nseg + 1), arc, p) for p in points], 1)
            for a, b, segment in zip(ends, ends[1:], section):
                length = np.linalg.norm(b - a)
                along = (b - a) / length
                h_ = np.dot(place - b, along)
                r = max(np.linalg.norm(place - b - h_ * along), segment.diam / 2)
                s = h_ + length
                ratio = (math.sqrt(h_ * h_ + r * r) - h_) / (math.sqrt(s * s + r * r) - s)
                weights.append(0.01 * rho / (4 * math.pi * length) * abs(math.log(ratio)))
        return np.array(weights)

    def synapse(self, section, location, mechanism, settings):
        name, presets = PRESETS[mechanism]
        settings = {**presets, **{k: v for k, v in settings.items() if k not in ("weight", "g_unit")}}
        nseg = self.sections[section].nseg
        segment = self.sections[section]((min(int(location * nseg), nseg - 1) + 0.5) / nseg)
        key = (section, segment.x, name, tuple(sorted(settings.items())))
        if key not in self.synapses:
            synapse = self.synapses[key] = getattr(h, name)(segment)
            for k, v in settings.items():
                setattr(synapse, k, v)
        return self.synapses[key]


cells, players, netcons = {}, {}, []
for name, (start, count) in populations.items():
    for index in range(count):
        if name == "STIM":
            player = players[start + index] = h.VecStim()
            pc.set_gid2node(start + index, 0)
            pc.cell(start + index, h.NetCon(player, None))
        else:
            cells[start + index] = Cell(name, index, start + index)
for name, (start, count) in populations.items():
    for index in range(count if name != "STIM" else 0):
        cell, at = cells[start + index], file[f"Populations/{name}/Synapse Attributes"]
        section, location, kind = (values(at[k], index) for k in ("syn_secs", "syn_locs", "swc_types"))
        for source in sorted(graph[f"Projections/{name}"]):
            edges, rule = graph[f"Projections/{name}/{source}"], model["synapses"][name][source]
            first, last = (int(p) for p in edges["Edges/Destination Pointer"][index:index + 2])
            for e in range(first, last):
                n = int(edges["Synapses/syn_id"][e])
                types = rule.get("swctype mechanisms", {})
                contacts = types.get(SWC[int(kind[n])], types.get("default")) if types else rule["mechanisms"]
                for mechanism, settings in contacts.get("default", contacts).items():
                    netcon = pc.gid_connect(populations[source][0] + int(edges["Edges/Source Index"][e]),
                                            cell.synapse(int(section[n]), float(location[n]), mechanism, settings))
                    velocity = model["velocity"].get(source, model["velocity"]["default"])
                    netcon.delay = max(float(edges["Connections/distance"][e]) / velocity, 2 * model["dt"])
                    netcon.weight[0], netcon.weight[1] = settings.get("weight", 1), settings["g_unit"]
                    netcons.append(netcon)

sections = [s for c in cells.values() for s in c.sections]
expected = [f"({len(sections)} sections, {sum(s.nseg for s in sections)} segments)",
            f"{sum(len(c.synapses) for c in cells.values())} synapses, {len(netcons)} NetCons"]
for text in expected:
    if text not in log:
        sys.exit(f"plain: not in the log: {text}")

# The sources play what they played there; everything else is computed anew.
spikes = {k: (results[f"Spikes/{k}/gid"][()], results[f"Spikes/{k}/t"][()]) for k in populations}
for gid, player in players.items():
    player.play(h.Vector(spikes["STIM"][1][spikes["STIM"][0] == gid]))
times, gids = h.Vector(), h.Vector()
pc.spike_record(-1, times, gids)
recorded = results["Recordings/v/PYR"]
traces = [h.Vector().record(cells[int(g)].soma(0.5)._ref_v) for g in recorded["gid"][()]]
h.CVode().use_fast_imem(1)
currents = {gid: [h.Vector().record(s._ref_i_membrane_) for section in c.sections for s in section] for gid, c in cells.items()}
h.dt, h.celsius, h.secondorder = model["dt"], model["celsius"], 2
pc.set_maxstep(10)
h.finitialize(-65)
pc.psolve(model["t_end"])

mine = sorted((float(t), int(g)) for t, g in zip(times, gids))
theirs = sorted((float(t), int(g)) for gid, at in spikes.values() for t, g in zip(at, gid))
own = sum(g not in players for _, g in mine)
if [g for _, g in mine] != [g for _, g in theirs] or not np.allclose([t for t, _ in mine], [t for t, _ in theirs], rtol=0, atol=1e-6):
    sys.exit(f"plain: {len(mine)} spikes, {own} of them of cells with trees; simulate has {len(theirs)}, or other times")
if own == 0:
    sys.exit("plain: no cell with a tree spikes: this says nothing")
every = round(0.5 / model["dt"])
apart = max(np.abs(np.array(t)[::every] - v).max() for t, v in zip(traces, recorded["value"][()]))
if apart > 1e-3:
    sys.exit(f"plain: potentials are up to {apart} mV apart")

# Electrodes: the currents of whole membranes, by the formula; which of the far cells count is drawn.
currents = {gid: np.array([np.array(v) for v in rows]) for gid, rows in currents.items()}
for name, electrode in model["lfp"].items():
    place, found = np.array(electrode["position"], float), results[f"LFP/{name}/v"][()]
    every = round(electrode["dt"] / model["dt"])
    if not np.allclose(results[f"LFP/{name}/t"][()], np.arange(len(found)) * electrode["dt"], rtol=0, atol=1e-9):
        sys.exit(f"plain: electrode {name} has samples of other times")
    seen = {gid: (c.potential(place, electrode.get("resistivity", 333)) @ currents[gid])[::every] for gid, c in cells.items()}
    near = [g for g, c in cells.items() if np.linalg.norm(c.at - place) < electrode.get("max_distance", math.inf)]
    far = [g for g in cells if g not in near]
    rest = found - sum(seen[g] for g in near)
    if far:
        table = np.stack([seen[g] for g in far], 1)
        scale = np.linalg.lstsq(table, rest, rcond=None)[0]
        drawn = np.round(scale * electrode["far_fraction"])
        if not set(drawn) == {0, 1} or np.abs(scale - drawn / electrode["far_fraction"]).max() > 0.01:
            sys.exit(f"plain: electrode {name} counts its far cells {scale} times")
        rest = rest - table @ (drawn / electrode["far_fraction"])
    off = np.abs(rest).max() / np.abs(found).max()
    print(f"electrode {name}: {len(near)} near cells, {len(far)} far ones, a difference of {off:.1g}")
    if off > 1e-4:
        sys.exit(f"plain: the potential at electrode {name} is another one")
print(f"plain Python: the same sections, segments, synapses and NetCons, the same {len(mine)} spikes "
      f"({own} of cells with trees), potentials within {apart:.2g} mV")
