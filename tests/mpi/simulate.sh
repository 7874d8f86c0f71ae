#!/usr/bin/env bash
# The tasks nmodl and simulate, without the engine: mechanisms come out with the same bytes wherever
# they are compiled; a network made by hand has the same results, to the byte, on 1, 2 and 3 ranks,
# and those of plain Python and NEURON; mistakes are said once, whatever the number of ranks.
source "$(dirname "$0")/simulate.bash"

# --- mechanisms ---
mkdir "$work/mechanisms"
cp "$source_folder"/workflows/quickstart/mechanisms/{LinExp2Syn,LinExp2SynNMDA,VecStim}.mod "$work/mechanisms"
compile "$work/here" "$work/mechanisms" || fail "no mechanisms: $(cat "$work/here/log")"
cp -r "$work/mechanisms" "$work/moved"
compile "$work/a longer name/there" "$work/moved" || fail "no mechanisms: $(cat "$work/a longer name/there/log")"
cmp "$work/here/out/libnrnmech.so" "$work/a longer name/there/out/libnrnmech.so" ||
    fail "the library depends on where it is compiled"
grep -q "$work" "$work/here/out/libnrnmech.so" && fail "the library names the folder it was made in"
library=$work/a\ longer\ name/there/out/libnrnmech.so

sed 's/peak = rise /peak = rize /' "$work/mechanisms/LinExp2Syn.mod" >"$work/moved/LinExp2Syn.mod"
compile "$work/wrong" "$work/moved" && fail "a wrong mechanism compiles"
grep -q rize "$work/wrong/log" || fail "the compiler's message is lost: $(cat "$work/wrong/log")"
grep -q "nmodl: error: .* failed on 'LinExp2Syn" "$work/wrong/log" || fail "said: $(cat "$work/wrong/log")"
[[ ! -e $work/wrong/out/libnrnmech.so ]] || fail "a failed compilation leaves a library"

# --- the network ---
"$python" "$here/network.py" "$work"
for ranks in 1 2 3; do
    simulate "ranks$ranks" "$ranks" || fail "on $ranks ranks: $(cat "$work/ranks$ranks/log")"
    cmp "$work/ranks1/results.h5" "$work/ranks$ranks/results.h5" ||
        fail "other results on $ranks ranks: $("$FORNIX_BUILD/fornix" h5 diff "$work/ranks1/results.h5" "$work/ranks$ranks/results.h5")"
done
"$python" "$here/plain.py" "$work/ranks2/job.json" "$work/ranks2/results.h5" "$work/ranks2/log" 2>"$work/plain.log" ||
    fail "$(cat "$work/plain.log")"
simulate unique 2 unique=true t_end=50 || fail "unique: $(cat "$work/unique/log")"
simulate shared 1 t_end=50 || fail "shared: $(cat "$work/shared/log")"
"$python" - "$work/unique/results.h5" "$work/shared/results.h5" <<'PY'
import sys
import h5py
import numpy as np
a, b = (h5py.File(path, "r") for path in sys.argv[1:])
for name in a["Spikes"]:
    assert np.allclose(a[f"Spikes/{name}/t"][()], b[f"Spikes/{name}/t"][()], rtol=0, atol=0.051), name
v = np.abs(a["Recordings/v/PYR/value"][()] - b["Recordings/v/PYR/value"][()])
assert np.median(v) < 0.01, np.median(v)
PY
simulate silent 2 stimulus='{}' t_end=20 || fail "silent: $(cat "$work/silent/log")"
grep -q "synaptic events delivered: 0$" "$work/silent/log" || fail "events without input: $(cat "$work/silent/log")"
grep -q "synaptic events delivered: [1-9]" "$work/ranks1/log" || fail "no events: $(cat "$work/ranks1/log")"

simulate other 1 seed=8 record='[]' lfp='{}' t_end=50 || fail "seed 8: $(cat "$work/other/log")"
"$python" - "$work/other/results.h5" "$work/shared/results.h5" <<'PY'
import sys
import h5py
import numpy as np
a, b = (h5py.File(path, "r")["Spikes/STIM/t"][()] for path in sys.argv[1:])
assert len(a) > 20 and len(b) > 20, (len(a), len(b))
assert len(np.intersect1d(a, b)) == 0, "neighbouring seeds share spikes"
PY
echo "the same results on 1, 2 and 3 ranks, and those of plain Python"
