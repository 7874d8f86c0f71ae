#!/usr/bin/env bash
# The real configuration in the one-file form, by paths into one file with !include, against the form
# with a key for each structure: what the one has made, the other finds.
source "$(dirname "$0")/lib.sh"

reference=${FORNIX_REFERENCE:-${FORNIX_SOURCE:-$(dirname "$0")/../..}/../shared/reference}
[[ -f $reference/config/synapses.yml && -f $reference/morphology/PYR.swc ]] || exit 77
ln -s "$(cd -P "$reference" && pwd)" reference
mkdir net
cat >net/net.yaml <<'Y'
Definitions: !include ../reference/config/definitions.yml
Geometry:
  Parametric Surface:
    Origin: {U: median, V: median, L: max}
    Layer Extents: !include ../reference/config/layer_extents.yml
    Rotation: [0, 0, 0]
  Cell Distribution: !include ../reference/config/cell_distributions.yml
Cell Types: !include ../reference/config/cell_types.yml
Connection Generator:
  Axon Extent: !include ../reference/config/axon_extents.yml
  Synapses: !include ../reference/config/synapses.yml
Y
stages() {      # what the stages are given: a path per structure
    cat <<Y
stages:
  types: {task: h5_types, with: {definitions: "$1", cell_distributions: "$2", projections: "$3"}}
  somas: {task: soma_coordinates, with: {types: "\${types.file}", cell_distributions: "$2", layer_extents: "$4", seed: 1}}
  distances: {task: arc_distances, with: {somas: "\${somas.file}", layer_extents: "$4"}}
  forest: {task: synapse_forest, with: {types: "\${types.file}", population: "\${axis.population}", morphology: "reference/morphology/\${axis.population}.swc"}}
  synapses: {task: synapses, with: {forest: "\${forest.file}", definitions: "$1", cell_type: "$5", seed: 1}}
  connections: {task: connections, with: {synapses: "\${synapses.file}", distances: "\${distances.file}", definitions: "$1", projections: "$6", axon_extents: "$7", seed: 1}}
Y
}
{
    echo 'fornix: 1'
    echo 'axes: {population: "${keys(params.synapses)}"}'
    echo 'params:'
    for name in definitions cell_distributions synapses layer_extents cell_types axon_extents; do
        echo "  $name: \${file:reference/config/$name.yml}"
    done
    stages '${params.definitions}' '${params.cell_distributions}' '${params.synapses}' '${params.layer_extents}' \
        '${params.cell_types[axis.population]}' '${params.synapses[axis.population]}' \
        '${params.axon_extents[keys(params.synapses[axis.population])]}'
} >many.yaml
{
    echo 'fornix: 1'
    echo 'axes: {population: "${keys(params.net['"'Connection Generator'"'].Synapses)}"}'
    echo 'params: {net: "${file:net/net.yaml}"}'
    stages '${file:net/net.yaml#Definitions}' '${file:net/net.yaml#Geometry.Cell Distribution}' \
        '${file:net/net.yaml#Connection Generator.Synapses}' \
        "\${params.net.Geometry['Parametric Surface']['Layer Extents']}" \
        '${file:net/net.yaml#Cell Types[axis.population]}' \
        '${file:net/net.yaml#Connection Generator.Synapses[axis.population]}' \
        "\${params.net['Connection Generator']['Axon Extent'][keys(params.net['Connection Generator'].Synapses[axis.population])]}"
} >one.yaml

for form in many one; do
    fx check $form.yaml
    expect_status 0
    expect_said "no mistakes, 6 stages, 12 jobs"
done
fx run many.yaml distances 'forest[population=OLM]'
expect_status 0
fx plan one.yaml distances 'forest[population=OLM]'
expect_status 0
expect_said '4 jobs: 4 cached'

# A mistake in a file of the configuration is shown in that file.
cp -rL reference/config changed
sed -i 's/reference\/config/changed/' net/net.yaml
sed -i '0,/excitatory/s//excitatroy/' changed/synapses.yml
fx check one.yaml
expect_status 2
expect_said 'changed/synapses.yml:'
expect_said "did you mean 'excitatory'?"
passed
