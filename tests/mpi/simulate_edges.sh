#!/usr/bin/env bash
# The task simulate at its edges: the smallest networks, on more ranks than they have cells, and
# everything that may be left out; and what goes wrong, inside NEURON too: it is said in one line,
# whatever the number of ranks, and nothing hangs.
source "$(dirname "$0")/simulate.bash"

# --- mechanisms: those of synapses, one of them spoilt, and one that fails on demand ---
mkdir "$work/mechanisms" "$work/traps"
cp "$source_folder"/workflows/quickstart/mechanisms/{LinExp2Syn,LinExp2SynNMDA,VecStim}.mod "$work/mechanisms"
cp "$work"/mechanisms/*.mod "$work/traps"
sed -i '/^NET_RECEIVE/,/^}/{/INITIAL {/,/}/d}' "$work/traps/LinExp2SynNMDA.mod"
cat >"$work/traps/trap.mod" <<'MOD'
NEURON {
    SUFFIX trap
    RANGE mode
    NONSPECIFIC_CURRENT i
}
PARAMETER { mode = 0 }
ASSIGNED { i (milliamp/cm2) v (millivolt) }
INITIAL {
    if (mode == 1) {
VERBATIM
        hoc_execerror("trapped at the start", nullptr);
ENDVERBATIM
    }
}
BREAKPOINT {
    i = 0
    if (mode == 2 && t > 1) {
VERBATIM
        hoc_execerror("trapped on the way", nullptr);
ENDVERBATIM
    }
    if (mode == 3 && t > 1) {
VERBATIM
        exit(0);
ENDVERBATIM
    }
}
MOD
compile "$work/good" "$work/mechanisms" || fail "no mechanisms: $(cat "$work/good/log")"
compile "$work/bad" "$work/traps" || fail "no mechanisms: $(cat "$work/bad/log")"
library=$work/good/out/libnrnmech.so

# --- one source, one cell, a population without cells ---
mkdir "$work/small"
"$python" "$here/network.py" "$work/small" 1 1 5
network=$work/small
for ranks in 1 2 3; do
    simulate "small$ranks" "$ranks" stimulus='{"STIM": {"rate": 500}}' t_end=20 ||
        fail "a cell on $ranks ranks: $(cat "$work/small$ranks/log")"
    cmp "$work/small1/results.h5" "$work/small$ranks/results.h5" || fail "other results on $ranks ranks"
    simulate "bare$ranks" "$ranks" connections=null stimulus=null record=null lfp=null t_end=5 ||
        fail "nothing on $ranks ranks: $(cat "$work/bare$ranks/log")"
    cmp "$work/bare1/results.h5" "$work/bare$ranks/results.h5" || fail "other results on $ranks ranks"
done
simulate deaf 2 t_end=5 stimulus='{}' lfp='{"far": {"position": [1e5, 0, 0], "max_distance": 1}}' \
    record='[{"what": "i_membrane_", "population": "PYR"}, {"what": "m_hh", "population": "PYR", "fraction": 0}]' ||
    fail "an electrode that hears nobody: $(cat "$work/deaf/log")"
"$python" - "$work/small1/results.h5" "$work/bare1/results.h5" "$work/deaf/results.h5" <<'PY'
import sys
import h5py
small, bare, deaf = (h5py.File(path, "r") for path in sys.argv[1:])
assert len(small["Spikes/STIM/t"]) > 0 and len(small["LFP/all/v"]) == 81
assert "PVBC" not in small["Spikes"] and set(bare) == {"Spikes"}
for name in ("STIM", "PYR"):
    assert len(bare[f"Spikes/{name}/t"]) == 0 and len(bare[f"Spikes/{name}/gid"]) == 0
assert (deaf["LFP/far/v"][()] == 0).all() and len(deaf["LFP/far/v"]) == 51
assert deaf["Recordings/i_membrane_/PYR/value"].attrs["units"] == "nA"
assert abs(deaf["Recordings/i_membrane_/PYR/value"][()]).max() > 0
assert deaf["Recordings/m_hh/PYR/value"].shape[0] == 0
PY

# NEURON's own time is a sum: after 9 050 steps of 0.4 ms it has not quite come to 3 620 ms.
for ranks in 1 2; do
    simulate "long$ranks" "$ranks" dt=0.4 t_end=3620 connections=null stimulus=null record=null \
        lfp='{"all": {"position": [0, 0, 0], "dt": 10}}' \
        biophysics='{"PYR": {"segments": {"fixed": 1}, "sections": {"all": {"mechanisms": {"pas": {}}}}}}' ||
        fail "a long run: $(cat "$work/long$ranks/log")"
    "$python" - "$work/long$ranks/results.h5" <<'PY'
import sys
import h5py
results = h5py.File(sys.argv[1], "r")
assert results.attrs["t_end"] == 3620 and len(results["LFP/all/v"]) == 363 and results["LFP/all/t"][-1] == 3620
PY
done

# --- mistakes ---
mkdir "$work/network" "$work/cut"
"$python" "$here/network.py" "$work/network" 20 4 60
network=$work/network
pas='{"sections": {"all": {"mechanisms": {"pas": {}}}}}'
unstable='{"sections": {"all": {"mechanisms": {"pas": {"g": -0.02}}}}}'
silent='{"sections": {"all": {"mechanisms": {"passive": {}}}}}'
none='{"mechanisms": {}}'
incomplete='{"swctype mechanisms": {"soma": {"AMPA": {"g_unit": 0}}}}'
for ranks in 1 2; do
    library=$work/good/out/libnrnmech.so
    refused 2 "biophysics.PYR.sections.all.mechanisms.passive: NEURON has no density mechanism 'passive'" \
        mechanism$ranks $ranks biophysics="{\"PYR\": $silent, \"PVBC\": $pas}"
    refused 2 "population 'PVBC' has trees in '$network/cells.h5', but there is no biophysics.PVBC" \
        population$ranks $ranks biophysics="{\"PYR\": $pas}"
    refused 2 "record: there is no 'm_hh' in section 'basal' of cell 20 (PYR): no mechanism there has it" \
        record$ranks $ranks t_end=1 record='[{"what": "m_hh", "population": "PYR", "section": "basal"}]'
    refused 2 "cell 20 (PYR): connections from STIM: synapses.PYR.STIM has no mechanisms for sections of type" \
        types$ranks $ranks synapses="{\"PYR\": {\"STIM\": $incomplete, \"PYR\": $none, \"PVBC\": $none}}"
    refused 1 "cell 20 (PYR): its potential is " \
        unstable$ranks $ranks t_end=30 biophysics="{\"PYR\": $unstable, \"PVBC\": $pas}"
    refused 2 "'$network/cells.h5' and '$work/small/connections.h5' are not of one network: 20 cells of 'STIM' and 1" \
        other$ranks $ranks connections="\"$work/small/connections.h5\""
    for part in cells connections; do
        head -c 40000 "$network/$part.h5" >"$work/cut/$part.h5"
        refused 2 "$work/cut/$part.h5: cannot open it as an HDF5 file" cut_$part$ranks $ranks \
            $part="\"$work/cut/$part.h5\""
    done
    refused 2 "'$network/cells.h5' holds cells, not connections" swapped$ranks $ranks \
        connections="\"$network/cells.h5\""
    library=$(ldd "$build/tasks/simulate/simulate" | awk '$1 ~ /^libm\.so/ { print $3 }')
    refused 2 "'$library' is no library of mechanisms, as the task nmodl makes them" libm$ranks $ranks
    library=$network/cells.h5
    refused 2 "cannot load the mechanisms: $library: " no_library$ranks $ranks
    library=$work/bad/out/libnrnmech.so
    refused 2 "NEURON has set weight 1 of connections onto 'LinExp2SynNMDA' from 0.0002 to 0: its NET_RECEIVE needs an INITIAL block" \
        weights$ranks $ranks
    # One PVBC cell: one rank fails alone, while the others wait for it.
    refused 1 "NEURON: hoc_execerror: trapped at the start" trap1_$ranks $ranks t_end=5 synapses='{}' connections=null \
        biophysics="{\"PYR\": $pas, \"PVBC\": ${pas/\"pas\": \{\}/\"trap\": \{\"mode\": 1\}}}"
    refused 1 "NEURON: hoc_execerror: trapped on the way" trap2_$ranks $ranks t_end=5 connections=null \
        biophysics="{\"PYR\": $pas, \"PVBC\": ${pas/\"pas\": \{\}/\"trap\": \{\"mode\": 2\}}}"
    refused 1 "NEURON has ended the process; what it said stands above" trap3_$ranks $ranks t_end=5 connections=null \
        biophysics="{\"PYR\": $pas, \"PVBC\": ${pas/\"pas\": \{\}/\"trap\": \{\"mode\": 3\}}}"
done
echo "the smallest networks on 1 to 3 ranks; every mistake is said once"
