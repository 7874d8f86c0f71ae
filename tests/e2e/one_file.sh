#!/usr/bin/env bash
# The one-file form of a configuration (Definitions, Geometry, Cell Types, Connection Generator, with
# !include) makes, byte for byte, the network of the form with a key for each structure; with a
# rotation, an origin, constraints, default layers, offsets and contacts.
set -euo pipefail
export LC_ALL=C

: "${FORNIX_BUILD:?the build folder}"
SOURCE=${FORNIX_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
FOLDER=$(mktemp -d)
trap 'rm -rf "$FOLDER"' EXIT
unset FORNIX_STORE FORNIX_TASK_LOG

fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }

mkdir -p "$FOLDER/many" "$FOLDER/one/parts"
cp "$SOURCE/tests/fixtures/morphology/PYR.swc" "$FOLDER/many"
cp "$SOURCE/tests/fixtures/morphology/PYR.swc" "$FOLDER/one"

# The stages of both: what they are given stands in shell variables.
workflow() {
    cat <<END
stages:
  types: {task: h5_types, with: {definitions: "$1", cell_distributions: "$2", projections: "$3"}}
  somas:
    task: soma_coordinates
    with: {types: "\${types.file}", cell_distributions: "$2", layer_extents: "$4", rotation: "$5", cell_constraints: "$6", seed: 1}
  distances: {task: arc_distances, with: {somas: "\${somas.file}", layer_extents: "$4", rotation: "$5", origin: "$7"}}
  forest: {task: synapse_forest, with: {types: "\${types.file}", population: PYR, morphology: PYR.swc}}
  synapses:
    task: synapses
    with: {forest: "\${forest.file}", definitions: "$1", cell_type: "$8", seed: 1}
  connections:
    task: connections
    with: {synapses: "\${synapses.file}", distances: "\${distances.file}", definitions: "$1", projections: "$9", axon_extents: "${10}", on_empty: warn, seed: 1}
  graph:
    task: neuroh5_graph
    with: {somas: "\${somas.file}", distances: "\${distances.file}", forest: ["\${forest.file}"], synapses: ["\${synapses.file}"], connections: ["\${connections.file}"]}
END
}

cat >"$FOLDER/many/definitions.yaml" <<'END'
params:
  definitions:
    populations: {STIM: 0, PYR: 1}
    layers: {SO: 1, SP: 2, SR: 3, SLM: 4}
    swc_types: {soma: 1, axon: 2, basal: 3, apical: 4, trunk: 5, tuft: 6, ais: 7, hillock: 8}
    synapse_types: {excitatory: 0, inhibitory: 1, modulatory: 2}
END
cat >"$FOLDER/many/network.yaml" <<'END'
params:
  cell_distributions: {STIM: {SP: 5}, PYR: {SP: 12}}
  layer_extents:
    SO: [[0, 0, 0], [200, 200, 100]]
    SP: [[0, 0, 100], [200, 200, 150]]
    SR: [[0, 0, 150], [200, 200, 350]]
    SLM: [[0, 0, 350], [200, 200, 450]]
  rotation: [90, 0, 30]
  cell_constraints: {PYR: {SP: [110, 120]}}
  origin: {U: mean, V: 20, L: max}
  cell_type:
    template: PYR
    synapses: {density: {apical: {excitatory: {default: {mean: 0.1, variance: 0.02}, SLM: {mean: 0.3, variance: 0.1}}}}}
  synapses:
    PYR:
      STIM: {type: excitatory, sections: [apical, apical], layers: [SLM, default], proportions: [1, 0.25], contacts: 3}
      PYR: {type: excitatory, sections: [apical], layers: [default], proportions: [0.75]}
  axon_extents:
    STIM: {SLM: {width: [400, 300], offset: [10, 0]}, default: {width: [200, 200]}}
    PYR: {default: {width: [300, 300], offset: [0, 20]}}
END
{
    printf 'fornix: 1\nname: many\ninclude: [definitions.yaml, network.yaml]\n'
    p='${params.'
    workflow "${p}definitions}" "${p}cell_distributions}" "${p}synapses}" "${p}layer_extents}" "${p}rotation}" \
        "${p}cell_constraints}" "${p}origin}" "${p}cell_type}" "${p}synapses.PYR}" "${p}axon_extents}"
} >"$FOLDER/many/workflow.yaml"

cat >"$FOLDER/one/parts/definitions.yaml" <<'END'
Populations: {STIM: 0, PYR: 1}
Layers: {SO: 1, SP: 2, SR: 3, SLM: 4}
SWC Types: {soma: 1, axon: 2, basal: 3, apical: 4, trunk: 5, tuft: 6, ais: 7, hillock: 8}
Synapse Types: {excitatory: 0, inhibitory: 1, modulatory: 2}
Synapse Mechanisms: {AMPA: 0, GABA_A: 1}
END
cat >"$FOLDER/one/parts/geometry.yaml" <<'END'
Parametric Surface:
  Origin: {U: mean, V: 20, L: max}
  Layer Extents:
    SO: [[0.0, 0.0, 0.0], [200.0, 200.0, 100.0]]
    SP: [[0.0, 0.0, 100.0], [200.0, 200.0, 150.0]]
    SR: [[0.0, 0.0, 150.0], [200.0, 200.0, 350.0]]
    SLM: [[0.0, 0.0, 350.0], [200.0, 200.0, 450.0]]
  Rotation: [90, 0, 30]
Cell Distribution:
  STIM: {SP: 5}
  PYR: {SP: 12}
Cell Constraints: {PYR: {SP: [110, 120]}}
END
cat >"$FOLDER/one/net.yaml" <<'END'
Definitions: !include parts/definitions.yaml
Geometry: !include parts/geometry.yaml
Cell Types:
  PYR:
    template: PYR
    synapses: {density: {apical: {excitatory: {default: {mean: 0.1, variance: 0.02}, SLM: {mean: 0.3, variance: 0.1}}}}}
Connection Generator:
  Axon Extent:
    STIM: {SLM: {width: [400, 300], offset: [10, 0]}, default: {width: [200, 200]}}
    PYR: {default: {width: [300, 300], offset: [0, 20]}}
  Synapses:
    PYR:
      STIM: {type: excitatory, sections: [apical, apical], layers: [SLM, default], proportions: [1, 0.25], contacts: 3}
      PYR: {type: excitatory, sections: [apical], layers: [default], proportions: [0.75]}
END
{
    printf 'fornix: 1\nname: one\n'
    f='${file:net.yaml#'
    g=${f}Geometry
    workflow "${f}Definitions}" "$g.Cell Distribution}" "${f}Connection Generator.Synapses}" \
        "$g.Parametric Surface.Layer Extents}" "$g.Parametric Surface.Rotation}" "$g.Cell Constraints}" \
        "$g.Parametric Surface.Origin}" "${f}Cell Types.PYR}" "${f}Connection Generator.Synapses.PYR}" \
        "${f}Connection Generator.Axon Extent}"
} >"$FOLDER/one/workflow.yaml"

for form in many one; do
    "$FORNIX_BUILD/fornix" run "$FOLDER/$form/workflow.yaml" --store "$FOLDER/$form.store" \
        >"$FOLDER/$form.log" 2>&1 || { cat "$FOLDER/$form.log" >&2; fail "the form '$form'"; }
done
for part in types somas distances forest synapses connections; do
    cmp "$FOLDER/many.store/runs/many/latest/$part"/*.h5 "$FOLDER/one.store/runs/one/latest/$part"/*.h5 ||
        fail "$part: other bytes"
done
for file in cells.h5 connections.h5; do
    cmp "$FOLDER/many.store/runs/many/latest/graph/$file" "$FOLDER/one.store/runs/one/latest/graph/$file" ||
        fail "$file: other bytes"
done

# A slip in an included file is told with that file's name and line.
sed -i 's/PYR: {SP: 12}/PYR: {SX: 12}/' "$FOLDER/one/parts/geometry.yaml"
"$FORNIX_BUILD/fornix" check "$FOLDER/one/workflow.yaml" >"$FOLDER/said" 2>&1 && fail "an unknown layer passes"
grep -q 'parts/geometry.yaml:11:[0-9]*: error: .*SX' "$FOLDER/said" || { cat "$FOLDER/said" >&2; fail "the place of the slip"; }
echo "one_file: both forms make the same network"
