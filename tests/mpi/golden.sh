#!/usr/bin/env bash
# The generation tasks leave, for one fixed input, what tests/golden/generation.txt says for their
# versions: whoever changes results raises the task's version, and then writes the list anew with
#
#     FORNIX_BUILD=build FORNIX_SOURCE=$PWD FORNIX_VENV=$PWD/.venv UPDATE=1 bash tests/mpi/golden.sh
#
# What is compared is content (names, types, shapes, values, attributes), so that it holds for other versions
# of HDF5 too. The morphologies are those of tests/fixtures: when they change, so does the list.
. "$(dirname "$0")/generation.bash"

golden=$FORNIX_SOURCE/tests/golden/generation.txt
make_parts types somas distances {forest,synapses,connections}_{PYR,PVBC} gaps features trains

"$python" - "$FORNIX_SOURCE" "$top/network" >"$top/found.txt" <<'PY'
import hashlib, os, re, sys
import h5py, numpy as np

source, network = sys.argv[1:]

def digest(path):
    text = hashlib.sha256()
    def add(name, at):
        text.update(repr((name, sorted((k, float(v)) for k, v in at.attrs.items()))).encode())
        if isinstance(at, h5py.Dataset):
            text.update(repr((at.dtype.kind, at.dtype.itemsize, at.dtype.names, at.shape)).encode())
            text.update(np.ascontiguousarray(at[:]).tobytes())
    with h5py.File(path) as file:
        file.visititems(add)
    return text.hexdigest()[:32]

for task, name in (("h5_types", "types"), ("soma_coordinates", "somas"), ("arc_distances", "distances"),
                   ("synapse_forest", "forest_PYR"), ("synapse_forest", "forest_PVBC"),
                   ("synapses", "synapses_PYR"), ("synapses", "synapses_PVBC"),
                   ("connections", "connections_PYR"), ("connections", "connections_PVBC"),
                   ("gap_junctions", "gaps"), ("input_features", "features"), ("input_spike_trains", "trains")):
    with open(f"{source}/tasks/{task}/task.yaml") as file:
        version = re.search(r"^version: *(\d+)", file.read(), re.M).group(1)
    print(task, version, name, digest(f"{network}/{name}.h5"))
PY

# What each file is made from; all are made from the types.
declare -A made_from=([distances]=somas [synapses_PYR]=forest_PYR [synapses_PVBC]=forest_PVBC
                      [connections_PYR]="distances synapses_PYR" [connections_PVBC]="distances synapses_PVBC"
                      [gaps]="somas forest_PYR forest_PVBC" [trains]=features)

# Other content under the same version is fine where it comes from other input.
other_input() {
    local from
    for from in types ${made_from[$1]:-}; do
        [[ $from == "$1" ]] || grep -qxF "$(grep " $from " "$top/found.txt")" "$golden" || return 0
    done
    return 1
}

if [[ ${UPDATE:-} ]]; then
    while read -r task version name digest; do
        grep -qF "$task $version $name " "$golden" && ! grep -qF "$task $version $name $digest" "$golden" &&
            ! other_input "$name" &&
            fail "$name has other content under version $version of $task: raise it in its task.yaml"
    done <"$top/found.txt"
    cp "$top/found.txt" "$golden"
    echo "golden: written"
    exit
fi
diff "$golden" "$top/found.txt" >&2 || fail "other content than before under the same version"
echo "golden: the same content as ever"
