#!/usr/bin/env bash
# What is wrong with a generation task's input is told once, whole, and soon, without MPI and on two ranks:
# files that are cut off or no HDF5 at all, values of other types, pointers out of range, what is
# missing, coordinates that are no numbers, densities, proportions and layers that cannot be. No
# cells at all make files that are empty and valid.
#
#     bad JOB MESSAGE [PARAMETER=JSON ...]     @ is the folder of damaged files, ~ that of the network
. "$(dirname "$0")/generation.bash"

network=$top/network
damaged=$top/damaged
mkdir "$damaged"
make_parts types somas distances forest_PYR forest_PVBC synapses_PYR synapses_PVBC connections_PYR connections_PVBC
"$python" "$(dirname "$generation")/bad_input.py" "$network" "$damaged"

tried=0
bad() {
    local name=$1 message=$2 change ranks status said changes=()
    shift 2
    for change; do
        change=${change//@/$damaged}
        changes+=("${change//\~/$network}")
    done
    message=${message//@/$damaged}
    message=${message//\~/$network}
    job bad "$name" "${changes[@]}"
    for ranks in 0 2; do
        status=0
        said=$(limited "$ranks" "$top/bad.json" 2>&1) || status=$?
        ((status == 2)) || fail "$name ${changes[*]}: status $status on $ranks ranks: $said"
        said=$(grep ': error: ' <<<"$said" | sed 's/eof = .*/eof = */')
        [[ ${said#*: error: } == "$message" ]] || fail "$name ${changes[*]} on $ranks ranks said
$said, not
$message"
    done
    tried=$((tried + 1))
}

# A run that hangs is ended.
limited() {
    local task launcher=()
    task=$(sed -n 's/^{"fornix": 1, "task": "\([a-z0-9_]*\)".*/\1/p' "$2")
    (($1 == 0)) || launcher=(mpirun --quiet --bind-to none --oversubscribe -n "$1")
    rm -rf "$top/out"
    mkdir "$top/out"
    (cd "$top/out" && timeout -k 1 60 "${launcher[@]}" "$tasks/$task/$task" "$2")
}

bad somas '@/truncated_types.h5: cannot open it as an HDF5 file: truncated file: eof = *' \
    'types="@/truncated_types.h5"'
bad somas '@/text.h5: cannot open it as an HDF5 file: file signature not found' \
    'types="@/text.h5"'
bad somas '@/nothing.h5: cannot open it as an HDF5 file: file signature not found' \
    'types="@/nothing.h5"'
bad distances '@/truncated_somas.h5: cannot open it as an HDF5 file: truncated file: eof = *' \
    'somas="@/truncated_somas.h5"'
bad distances "@/somas_integer.h5: dataset '/Populations/PYR/Generated Coordinates/U Coordinate/Attribute Value' does not hold f32 values" \
    'somas="@/somas_integer.h5"'
bad distances "@/somas_nan.h5: 'U Coordinate' of cell 7 of 'PYR' is no finite number" \
    'somas="@/somas_nan.h5"'
bad distances "@/somas_infinite.h5: 'U Coordinate' of cell 40 of 'PYR' is no finite number" \
    'somas="@/somas_infinite.h5"'
bad distances "@/somas_pointer.h5: '/Populations/PYR/Generated Coordinates/U Coordinate/Attribute Pointer', entry 5: it is greater than the next one" \
    'somas="@/somas_pointer.h5"'
bad distances "@/somas_cell.h5: '/Populations/PYR/Generated Coordinates/U Coordinate/Cell Index', entry 40: the population has not so many cells" \
    'somas="@/somas_cell.h5"'
bad distances "@/somas_without.h5: there is no dataset '/Populations/PYR/Generated Coordinates/U Coordinate/Attribute Value'" \
    'somas="@/somas_without.h5"'
bad forest_PYR "~/types.h5: there is no population 'XYZ'" \
    'population="XYZ"'
bad forest_PYR '@/truncated_types.h5: cannot open it as an HDF5 file: truncated file: eof = *' \
    'types="@/truncated_types.h5"'
bad forest_PYR "@/somas_depth_nan.h5: 'L Coordinate' of cell 3 of 'PYR' is no finite number" \
    'layers_from="depth"' 'somas="@/somas_depth_nan.h5"' 'layer_extents={"SP":[[0,0,0],[1,1,1]]}' 'definitions={"layers":{"SP":1}}'
bad synapses_PYR '@/truncated_forest_PYR.h5: cannot open it as an HDF5 file: truncated file: eof = *' \
    'forest="@/truncated_forest_PYR.h5"'
bad synapses_PYR "@/forest_nan.h5: '/Populations/PYR/Trees', cell 0: a coordinate of point 3 is not finite" \
    'forest="@/forest_nan.h5"'
bad synapses_PYR "@/forest_radius.h5: '/Populations/PYR/Trees', cell 0: the radius of point 3 is not above 0" \
    'forest="@/forest_radius.h5"'
bad synapses_PYR "@/forest_parent.h5: '/Populations/PYR/Trees', cell 0: the parent of point 3 is not there" \
    'forest="@/forest_parent.h5"'
bad synapses_PYR "@/forest_pointer.h5: '/Populations/PYR/Trees/X Coordinate/Attribute Pointer', entry 1: it is greater than the next one" \
    'forest="@/forest_pointer.h5"'
bad synapses_PYR "@/forest_section.h5: '/Populations/PYR/Trees', cell 0: its sections do not fit their number of entries" \
    'forest="@/forest_section.h5"'
bad synapses_PYR "@/forest_without.h5: there is no dataset '/Populations/PYR/Trees/Radius/Attribute Value'" \
    'forest="@/forest_without.h5"'
bad connections_PYR '@/truncated_synapses_PYR.h5: cannot open it as an HDF5 file: truncated file: eof = *' \
    'synapses="@/truncated_synapses_PYR.h5"'
bad connections_PYR "@/synapses_pointer.h5: '/Populations/PYR/Synapse Attributes/syn_layers/Attribute Pointer', entry 3: it is greater than the next one" \
    'synapses="@/synapses_pointer.h5"'
bad connections_PYR "@/synapses_decreasing.h5: '/Populations/PYR/Synapse Attributes/syn_ids/Attribute Pointer', entry 2: it is greater than the next one" \
    'synapses="@/synapses_decreasing.h5"'
bad connections_PYR "@/synapses_float.h5: dataset '/Populations/PYR/Synapse Attributes/swc_types/Attribute Value' does not hold u8 values" \
    'synapses="@/synapses_float.h5"'
bad connections_PYR "@/synapses_without.h5: there is no dataset '/Populations/PYR/Synapse Attributes/syn_types/Attribute Value'" \
    'synapses="@/synapses_without.h5"'
bad connections_PYR '@/truncated_distances.h5: cannot open it as an HDF5 file: truncated file: eof = *' \
    'distances="@/truncated_distances.h5"'
bad connections_PYR "@/distances_nan.h5: 'U Distance' of cell 0 of 'PYR' is no finite number" \
    'distances="@/distances_nan.h5"'
bad connections_PYR "@/distances_without.h5: there is no dataset '/Populations/STIM/Arc Distances/U Distance/Attribute Value'" \
    'distances="@/distances_without.h5"'
# Densities, proportions, layers (the loader of workflows tells these with their place; programs are run by hand, too).
bad synapses_PYR 'cell_type.synapses.density.apical.excitatory.SR.mean is -0.1, but a density is 0 to 10000 synapses per um' \
    'cell_type={"synapses":{"density":{"apical":{"excitatory":{"SR":{"mean":-0.1,"variance":0.1}}}}}}'
bad synapses_PYR 'cell_type.synapses.density.apical.excitatory.SR.variance is -0.1, but it must be 0 to 10000' \
    'cell_type={"synapses":{"density":{"apical":{"excitatory":{"SR":{"mean":0.1,"variance":-0.1}}}}}}'
bad connections_PYR 'projections.STIM.proportions[0] is 1.2, but a proportion is 0 to 1' \
    'projections={"STIM":{"type":"excitatory","sections":["apical"],"layers":["SR"],"proportions":[1.2]}}'
bad connections_PYR 'the proportions of excitatory synapses on apical in layer SR sum to 0.7 over all sources, not to 1' \
    'projections={"STIM":{"type":"excitatory","sections":["apical"],"layers":["SR"],"proportions":[0.7]}}'
bad somas "'layer_extents': SO and SP overlap, from 40 to 50 um along l" \
    'layer_extents={"SO":[[0,0,0],[200,200,50]],"SP":[[0,0,40],[200,200,100]],"SR":[[0,0,100],[200,200,200]]}'
bad distances "'layer_extents': SO and SP overlap, from 40 to 50 um along l" \
    'layer_extents={"SO":[[0,0,0],[200,200,50]],"SP":[[0,0,40],[200,200,100]],"SR":[[0,0,100],[200,200,200]]}'
bad somas "'layer_extents.SP': it is empty, from 50 to 50 um along l" \
    'layer_extents={"SO":[[0,0,0],[200,200,50]],"SP":[[0,0,50],[200,200,50]],"SR":[[0,0,100],[200,200,200]]}'
bad distances "'layer_extents.SP': it is empty, from 50 to 50 um along l" \
    'layer_extents={"SO":[[0,0,0],[200,200,50]],"SP":[[0,0,50],[200,200,50]],"SR":[[0,0,100],[200,200,200]]}'
bad somas "'layer_extents' has no layer" \
    'layer_extents={}'
bad distances "'layer_extents' has no layer" \
    'layer_extents={}'
bad somas "'layer_extents.SP': its second corner lies below the first along l" \
    'layer_extents={"SO":[[0,0,0],[200,200,50]],"SP":[[0,0,60],[200,200,50]],"SR":[[0,0,100],[200,200,200]]}'
bad distances "'layer_extents.SP': its second corner lies below the first along l" \
    'layer_extents={"SO":[[0,0,0],[200,200,50]],"SP":[[0,0,60],[200,200,50]],"SR":[[0,0,100],[200,200,200]]}'
bad graph '@/truncated_somas.h5: cannot open it as an HDF5 file: truncated file: eof = *' \
    'somas="@/truncated_somas.h5"'
bad graph "'@/somas_without.h5' has no 'Generated Coordinates' of PYR" \
    'somas="@/somas_without.h5"'
bad graph '@/truncated_forest_PYR.h5: cannot open it as an HDF5 file: truncated file: eof = *' \
    'forest=["@/truncated_forest_PYR.h5", "~/forest_PVBC.h5"]'
bad graph "@/connections_without.h5: there is no dataset '/Projections/PYR/STIM/Edges/Source Index'" \
    'connections=["@/connections_without.h5", "~/connections_PVBC.h5"]'
bad graph "@/connections_pointer.h5: '/Projections/PYR/STIM/Edges/Destination Pointer', entry 4: it is greater than the next one" \
    'connections=["@/connections_pointer.h5", "~/connections_PVBC.h5"]'
bad graph "@/connections_float.h5: dataset '/Projections/PYR/STIM/Edges/Source Index' does not hold u32 values" \
    'connections=["@/connections_float.h5", "~/connections_PVBC.h5"]'
bad graph "@/synapses_pointer.h5: '/Populations/PYR/Synapse Attributes/syn_layers/Attribute Pointer', entry 3: it is greater than the next one" \
    'synapses=["@/synapses_pointer.h5", "~/synapses_PVBC.h5"]'

# --- an SWC file of ten million points: refused before it is read ------------------------------------------

awk 'BEGIN { print "1 1 0 0 0 5 -1"; for (i = 2; i <= 10000000; i++) print i, 3, i, 0, 0, 1, i - 1 }' >"$damaged/many.swc"
bad forest_PYR "'@/many.swc' is larger than 67108864 bytes" 'morphology="@/many.swc"'
head -n 100000 "$damaged/many.swc" >"$damaged/some.swc"
rm "$damaged/many.swc"
bad forest_PYR '@/some.swc:65536: there are more than 65535 points' 'morphology="@/some.swc"'

# --- what is small, but right ---------------------------------------------------------------------------------

# Layers thinner than somata lie apart are sheets and lines; nothing has to be refused.
job thin somas 'layer_extents={"SO": [[0, 0, 0], [200, 200, 0.001]], "SP": [[0, 0, 50], [0.5, 0.5, 50.01]], "SR": [[0, 0, 100], [0.01, 200, 200]]}'
same thin "$top/thin.json"

# No cells at all, and no cells of one population: the whole pipeline.
for none in STIM,PYR,PVBC PYR; do
    mkdir -p "$top/none/jobs"
    "$python" - "$generation" "$top/none" "$none" <<'PY'
import json, os, sys

source, folder, none = sys.argv[1:]
module = {"__file__": source, "__name__": "generation"}
sys.argv = [source, folder]
exec(open(source).read().rsplit("\nmain()", 1)[0], module)
for population in none.split(","):
    module["cells"][population] = {layer: 0 for layer in module["cells"][population]}
for name in module["jobs"](folder):
    job = module["describe"](folder, name, ['on_empty="warn"'] if name.startswith("connections") else [])
    with open(os.path.join(folder, "jobs", name + ".json"), "w") as file:
        json.dump(job, file)
PY
    for ranks in 0 2; do
        for job in types somas distances forest_PYR forest_PVBC synapses_PYR synapses_PVBC connections_PYR connections_PVBC graph; do
            limited "$ranks" "$top/none/jobs/$job.json" >"$top/said" 2>&1 ||
                { cat "$top/said" >&2; fail "$job fails without cells of $none on $ranks ranks"; }
            for file in "$top/out"/*; do
                ((ranks == 0)) || cmp "$file" "$top/none/$(basename "$file")" || fail "$job: other bytes on $ranks ranks"
            done
            cp "$top/out"/* "$top/none"
        done
    done
    "$python" - "$top/none" "$none" <<'PY' || fail "what is made without cells of $none is not valid"
import sys
import h5py

folder, none = sys.argv[1], sys.argv[2].split(",")
cells, connections = (h5py.File(f"{folder}/{name}.h5") for name in ("cells", "connections"))
table = cells["H5Types/Populations"][()]
names = {number: name for name, number in h5py.check_enum_dtype(table.dtype["Population"]).items()}
counts = {names[row["Population"]]: int(row["Count"]) for row in table}
assert counts.keys() == {"STIM", "PYR", "PVBC"} and all((counts[p] == 0) == (p in none) for p in counts), counts
seen = 0
def check(name, item):
    global seen
    if name.endswith("Attribute Pointer"):
        group = item.parent
        assert len(item) == len(group["Cell Index"]) + 1 and item[0] == 0, name
        assert item[-1] == len(group["Attribute Value"]), name
        assert len(group["Cell Index"]) == counts[name.split("/")[1]], name
        seen += 1
cells.visititems(check)
assert seen > 0
for to in ("PYR", "PVBC"):
    for source in ("STIM", "PYR", "PVBC"):
        edges = connections[f"Projections/{to}/{source}/Edges"]
        assert edges["Destination Pointer"][-1] == len(edges["Source Index"]), (to, source)
        assert (len(edges["Source Index"]) == 0) == (to in none or source in none), (to, source)
PY
    rm -r "$top/none"
done
echo "bad_input: $tried mistakes told, without MPI and on 2 ranks"
