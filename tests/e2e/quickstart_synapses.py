"""quickstart_synapses.py: what its synapses and player promise. Run beside x86_64.

One event peaks at weight x g_unit; the bits of a run do not depend on the order in which
simultaneous events are delivered; the variable step method agrees; magnesium blocks as it should;
the player plays its own copy, and gives its memory back.
"""
import math
import random
import resource
import sys

from neuron import h

h.load_file("stdrun.hoc")


def need(condition, text):
    if not condition:
        sys.exit("synapses: " + text)


def run(kind, events, order, variable=False, **parameters):
    """events: (time, weight, g_unit); order: in which their connections are made."""
    section = h.Section(name="section")
    section.L = section.diam = 20
    section.insert("pas")
    synapse = getattr(h, kind)(section(0.5))
    for name, value in parameters.items():
        setattr(synapse, name, value)
    kept = []
    for k in order:
        time, weight, g_unit = events[k]
        player = h.VecStim()
        player.play(h.Vector([time]))
        connection = h.NetCon(player, synapse)
        connection.delay = 1
        connection.weight[0], connection.weight[1] = weight, g_unit
        kept.append((player, connection))
    g, v = h.Vector().record(synapse._ref_g), h.Vector().record(section(0.5)._ref_v)
    h.cvode_active(1 if variable else 0)
    h.cvode.atol(1e-8)
    h.dt, h.secondorder = 0.025, 2
    h.finitialize(-65)
    h.continuerun(60)
    h.cvode_active(0)
    return list(g), list(v)


def near(a, b, tolerance):
    return math.fabs(a - b) <= tolerance * math.fabs(b)


for kind, parameters in (("LinExp2Syn", {}),
                         ("LinExp2Syn", {"tau_rise": 0.08, "tau_decay": 4.8}),
                         ("LinExp2Syn", {"tau_rise": 3, "tau_decay": 3}),
                         ("LinExp2SynNMDA", {"mg": 0})):
    for variable in (False, True):
        g, _ = run(kind, [(10.0, 2.0, 1e-4)], [0], variable, **parameters)
        need(near(max(g), 2e-4, 2e-4), f"{kind} {parameters}: an event peaks at {max(g)}")
print("one event peaks at weight x g_unit")

g, v = run("LinExp2SynNMDA", [(10.0, 1.0, 1e-6)], [0])
block = 1 / (1 + math.exp(-0.062 * v[g.index(max(g))]) / 3.57)
need(near(max(g), 1e-6 * block, 1e-3), f"NMDA: {max(g)} uS, not {1e-6 * block}")

random.seed(1)
together = [(10.0, random.uniform(0.1, 2), random.uniform(1e-5, 1e-3)) for _ in range(200)]
near_by = [(10 + 3 * random.random(), weight, g_unit) for _, weight, g_unit in together]
for kind in ("LinExp2Syn", "LinExp2SynNMDA"):
    for events in (together, near_by):
        order = list(range(len(events)))
        first = run(kind, events, order)
        need(max(first[0]) > 0.05, f"{kind}: the events do nothing")
        for _ in range(3):
            random.shuffle(order)
            need(run(kind, events, order) == first, f"{kind}: the order of events changes a bit")
        g, _ = run(kind, events, order, True)
        need(near(max(g), max(first[0]), 1e-3), f"{kind}: another peak with variable steps")
print("the order of simultaneous events changes no bit")

player, heard = h.VecStim(), h.Vector()
connection = h.NetCon(player, None)
connection.record(heard)


def played(*times):
    need(player.play(h.Vector(times)) == len(times), "play does not say how many it plays")
    h.finitialize(-65)
    h.continuerun(10)
    return list(heard)


need(played(1, 2, 2, 3.5, 20) == [1, 2, 2, 3.5], "the player plays other times")
need(played() == [], "an empty train plays")
need(played(5) == [5], "a second train does not replace the first")
player.play()
h.finitialize(-65)
h.continuerun(10)
need(list(heard) == [], "a forgotten train plays")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for _ in range(50000):
    h.VecStim().play(h.Vector(100))
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
need(grown < 10000, f"50000 players of 100 spikes leave {grown} KiB behind")
print("the player plays its copy of the times")
