#!/usr/bin/env bash
# A network with gap junctions, whose stimulus cells have rates and trains: from YAML to spikes, with
# input spikes as they were drawn; trains that were simulated play once more; what a change re-runs.
source "$(dirname "$0")/lib.sh"

q=$WORK/q
quickstart_copy "$q"
cat >"$q/input.yaml" <<'Y'
fornix: 1
name: input
include: [config/definitions.yaml, config/geometry.yaml, config/morphology.yaml, config/cell_types.yaml,
          config/synapses.yaml, config/biophysics.yaml]
params:
  seed: 7
  t_end: 120 ms
  cell_distributions: {STIM: {SP: 10}, PYR: {SP: 4}, PVBC: {SO: 1, SP: 4, SR: 1}, OLM: {SO: 2}}
  gap_junctions:
    PVBC:
      PVBC: {probability: [[0, 1], [300, 0.5]], sections: [basal, apical], conductance: {normal: [0.5 nS, 0.1 nS]},
             attenuation: [[0, 1], [200, 0.5]]}
      OLM: {probability: 0.5, max_distance: 0.3 mm, sections: [basal], conductance: 200 pS}
  features:
    STIM: {type: sinusoidal, rate: {uniform: [20 Hz, 60 Hz]}, frequency: 8 Hz}
axes:
  population: [PYR, PVBC, OLM]
stages:
  types:
    task: h5_types
    with: {definitions: "${params.definitions}", cell_distributions: "${params.cell_distributions}", projections: "${params.synapses}"}
  somas:
    task: soma_coordinates
    with: {types: "${types.file}", cell_distributions: "${params.cell_distributions}", layer_extents: "${params.layer_extents}", seed: "${params.seed}"}
  distances:
    task: arc_distances
    with: {somas: "${somas.file}", layer_extents: "${params.layer_extents}"}
  morphology:
    task: synthetic_morphology
    with: {population: "${axis.population}", cell: "${params.morphology[axis.population]}", layer_extents: "${params.layer_extents}", definitions: "${params.definitions}", seed: "${params.seed}"}
  forest:
    task: synapse_forest
    with: {types: "${types.file}", population: "${axis.population}", morphology: "${morphology.file}"}
  synapses:
    task: synapses
    with: {forest: "${forest.file}", definitions: "${params.definitions}", cell_type: "${params.cell_types[axis.population]}", seed: "${params.seed}"}
  connections:
    task: connections
    with: {synapses: "${synapses.file}", distances: "${distances.file}", definitions: "${params.definitions}", projections: "${params.synapses[axis.population]}", axon_extents: "${params.axon_extents[keys(params.synapses[axis.population])]}", seed: "${params.seed}"}
  gaps:
    task: gap_junctions
    resources: {ranks: 2}
    with: {somas: "${somas.file}", forest: "${forest[*].file}", definitions: "${params.definitions}", gap_junctions: "${params.gap_junctions}", seed: "${params.seed}"}
  graph:
    task: neuroh5_graph
    with: {somas: "${somas.file}", distances: "${distances.file}", forest: "${forest[*].file}", synapses: "${synapses[*].file}", connections: "${connections[*].file}", gap_junctions: ["${gaps.file}"]}
  features:
    task: input_features
    with: {types: "${types.file}", features: "${params.features}", seed: "${params.seed}"}
  trains:
    task: input_spike_trains
    resources: {ranks: 2}
    with: {types: "${types.file}", features: "${features.file}", start: 10 ms, stop: "${params.t_end}", dead_time: 1 ms, seed: "${params.seed}"}
  mechanisms:
    task: nmodl
    with: {sources: mechanisms}
  simulate:
    task: simulate
    with:
      cells: ${graph.cells}
      connections: ${graph.connections}
      mechanisms: ${mechanisms.library}
      definitions: ${params.definitions}
      cell_types: ${params.cell_types}
      synapses: ${params.synapses}
      biophysics: ${params.biophysics}
      stimulus: {STIM: {file: "${trains.file}"}}
      dt: 0.05 ms
      t_end: ${params.t_end}
  # The spikes of a run are the input of the next.
  replay:
    task: input_spike_trains
    with:
      types: ${types.file}
      trains: {STIM: {file: "${simulate.results}", dataset: [/Spikes/STIM/gid, /Spikes/STIM/t]}}
      stop: ${params.t_end}
Y

counted first "$q/input.yaml"
latest=$q/.fornix/runs/input/latest
"$PYTHON" - "$latest" <<'PY' || fail "the results are not as they should be"
import json, sys
import h5py, numpy as np

latest = sys.argv[1]
at = h5py.File(latest + "/trains/trains.h5")["Populations/STIM/Input Spikes/Spike Train"]
drawn = np.repeat(at["Cell Index"][:], np.diff(at["Attribute Pointer"][:].astype(int)))
order = np.lexsort((drawn, at["Attribute Value"][:]))
spikes = h5py.File(latest + "/simulate/results.h5")["Spikes/STIM"]
assert len(spikes["t"]) == len(drawn) > 20, (len(spikes["t"]), len(drawn))
assert (spikes["gid"][:] == drawn[order]).all() and (spikes["t"][:] == at["Attribute Value"][:][order].astype(float)).all()
assert spikes["t"][0] >= 10 and spikes["t"][-1] < 120
again = h5py.File(latest + "/replay/trains.h5")["Populations/STIM/Input Spikes/Spike Train"]
assert (again["Attribute Value"][:] == at["Attribute Value"][:]).all()
gaps = h5py.File(latest + "/graph/gap_junctions.h5")["Projections/PVBC"]
report = {tuple(r["populations"]): r for r in json.load(open(latest + "/gaps/report.json"))}
for other in ("PVBC", "OLM"):
    assert len(gaps[other + "/Edges/Source Index"]) == report["PVBC", other]["junctions"] > 0
strength = gaps["PVBC/Coupling strength/Source"][:]
assert (strength > 0.1).all() and (strength < 1).all()
assert np.allclose(gaps["OLM/Coupling strength/Destination"][:], 0.2)
PY
for file in graph/gap_junctions.h5 features/features.h5 trains/trains.h5; do
    "$FORNIX" h5 check "$latest/$file" || fail "$file is not sound"
done
before=$(sha256sum <"$latest/simulate/results.h5")
counted again "$q/input.yaml"
ran again ''
# On two ranks the same spikes.
counted ranks "$q/input.yaml" simulate --store "$WORK/ranks" --set 'stages.simulate.resources={ranks: 2}'
[[ $before == $(sha256sum <"$WORK/ranks/runs/input/latest/simulate/results.h5") ]] || fail "other spikes on two ranks"
# Rates are the trains' business, junctions the graph's: connections and cells stay, so nothing is simulated anew.
counted rates "$q/input.yaml" trains --set 'params.features.STIM.rate=30 Hz'
ran rates features trains
counted junctions "$q/input.yaml" simulate --set 'params.gap_junctions.PVBC.OLM.probability=1'
ran junctions gaps graph
said junctions 'gaps: gap_junctions.PVBC.OLM.probability 0.5 -> 1'
echo "gap junctions, rates, trains and what comes of them"
