"""response.py RESULTS MOST: fails unless synaptic events were delivered and at least one pyramidal
cell was depolarised by 1 mV: MOST is another results file of the same network without input, and the
difference of the two recordings is what the input did."""
import sys

import h5py

driven, silent = h5py.File(sys.argv[1], "r"), h5py.File(sys.argv[2], "r")
events = int(driven.attrs["synaptic_events"])
a, b = driven["Recordings/v/PYR"], silent["Recordings/v/PYR"]
assert (a["gid"][()] == b["gid"][()]).all() and (a["t"][()] == b["t"][()]).all()
most = float((a["value"][()] - b["value"][()]).max())
print(f"{events} synaptic events delivered; a pyramidal cell was depolarised by {most:.2f} mV")
if events <= 0:
    sys.exit("response: no synaptic event was delivered")
if most < 1:
    sys.exit("response: no pyramidal cell was depolarised by 1 mV")
