"""job.py FOLDER LIBRARY RANKS [NAME=JSON ...]: the description of a job `simulate` for the network that
network.py made in FOLDER; parameters may be replaced by name. Printed."""
import json
import os
import sys

folder, library, ranks = sys.argv[1], sys.argv[2], int(sys.argv[3])
ampa = {"tau_rise": 0.5, "tau_decay": 3, "e": 0, "g_unit": 0.0008, "weight": 1}
excitatory = {"mechanisms": {"AMPA": ampa, "NMDA": {"g_unit": 0.0002, "weight": 0.5}}}
inhibitory = {"mechanisms": {"default": {"GABA_A": {"tau_rise": 0.3, "tau_decay": 6, "e": -70, "g_unit": 0.0005}}}}
by_type = {"swctype mechanisms": {"soma": {"AMPA": ampa}, "default": {"NMDA": {"g_unit": 0.0002}}}}
membrane = {
    "Ra": 150,
    "segments": {"d_lambda": 0.2},
    "sections": {
        "all": {"mechanisms": {"pas": {"g": 5e-5, "e": -65}}},
        "soma": {"mechanisms": {"hh": {}}, "ions": {"ena": 55, "ek": -85}},
        "apical": {"cm": 1.5, "mechanisms": {"hh": {"gnabar": "0.03 * exp(-distance / 100)", "gkbar": 0.005, "gl": 0}}},
    },
}
parameters = {
    "cells": folder + "/cells.h5", "connections": folder + "/connections.h5", "mechanisms": library,
    "cell_types": {"STIM": {"template": "VecStim"}},
    "synapses": {name: {"STIM": excitatory, "PYR": by_type, "PVBC": inhibitory} for name in ("PYR", "PVBC")},
    "biophysics": {"PYR": membrane, "PVBC": {**membrane, "spike": {"section": "ais", "at": 0.3, "threshold": -30}}},
    "stimulus": {"STIM": {"rate": 40, "start": 5}},
    "orientation": {"PVBC": {"depth_axis": [0, -1, 0]}},
    "rotation": [0, 0, 30],
    "velocity": {"default": 250, "STIM": 400},
    "record": [{"what": "v", "population": "PYR", "fraction": 1, "dt": 0.5},
               {"what": "v", "population": "PVBC", "cells": [], "dt": 1},
               {"what": "v", "name": "v_apical", "population": "PYR", "fraction": 0.5, "section": "apical", "at": 1, "dt": 0.1}],
    "lfp": {"top": {"position": [100, 100, 150], "max_distance": 100, "far_fraction": 0.5, "dt": 0.1},
            "all": {"position": [0, 0, 0], "dt": 0.25}},
    "dt": 0.05, "t_end": 100, "celsius": 6.3, "seed": 7,
}
for change in sys.argv[4:]:
    name, value = change.split("=", 1)
    parameters[name] = json.loads(value)
json.dump({"fornix": 1, "task": "simulate", "label": "simulate", "parameters": parameters, "inputs": {},
           "outputs": {"results": "results.h5"}, "ranks": ranks, "threads": 1, "scratch": os.getcwd(),
           "progress": os.path.join(os.getcwd(), "progress")}, sys.stdout)
