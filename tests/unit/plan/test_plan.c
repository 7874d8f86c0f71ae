/* The jobs of a workflow, their parameters and their edges. */
#include "fixture.h"

TEST(linear_workflow)
{
    struct fixture f;

    test_write(test_path("a.swc"), "1 1 0 0 0 1 -1\n");
    fixture_plan(&f, "params: {seed: 7, definitions: {a: 1}}\n"
                     "stages:\n"
                     "  synapses: {task: synapses, with: {forest: \"${forest.file}\", seed: \"${params.seed}\"}}\n"
                     "  forest: {task: forest, with: {types: \"${types.file}\", population: PYR, morphology: a.swc}, resources: {ranks: 2, memory: 1 GiB, time: 10 min}}\n"
                     "  types: {task: types, with: {definitions: \"${params.definitions}\"}}\n");
    fixture_check(&f);
    CHECK_INT(plan_count(f.plan), 3);
    CHECK_INT(fixture_job(&f, "types"), 0);
    CHECK_INT(fixture_job(&f, "forest"), 1);
    CHECK_INT(fixture_job(&f, "synapses"), 2);
    CHECK_STR(fixture_value(&f, "synapses", "forest"), "<forest.file>");
    CHECK_STR(fixture_value(&f, "synapses", "seed"), "7");
    CHECK_STR(fixture_value(&f, "types", "definitions"), "{a: 1}");
    CHECK_STR(fixture_value(&f, "forest", "morphology"), test_path("a.swc"));
    CHECK_STR(fixture_needs(&f, "synapses"), "forest");
    CHECK_STR(fixture_needs(&f, "types"), "");
    CHECK_INT(plan_job(f.plan, 1)->resources.ranks, 2);
    CHECK_INT(plan_job(f.plan, 1)->resources.threads, 1);
    CHECK_INT(plan_job(f.plan, 1)->resources.memory, 1073741824);
    CHECK_NEAR(plan_job(f.plan, 1)->resources.time_s, 600, 0);
    fixture_release(&f);
}

/* The shape of the example in docs/design.md. */
static const char reservoir[] =
    "name: reservoir\n"
    "params:\n"
    "  t_end: 500 ms\n"
    "  definitions: {populations: {PYR: 0, PVBC: 1, OLM: 2}}\n"
    "  cell_types: {PYR: {template: P}, PVBC: {template: B}, OLM: {template: O}}\n"
    "  synapses:\n"
    "    PYR: {PVBC: {type: inhibitory, sections: [soma], layers: [SP], proportions: [0.25]},\n"
    "          OLM: {type: inhibitory, sections: [soma], layers: [SP], proportions: [0.75]}}\n"
    "    PVBC: {PYR: {type: excitatory, sections: [soma], layers: [SP], proportions: [1]}}\n"
    "    OLM: {PYR: {type: excitatory, sections: [soma], layers: [SP], proportions: [1]}}\n"
    "  axon_extents:\n"
    "    PYR: {default: {width: [200, 200]}}\n"
    "    PVBC: {default: {width: [0.2 mm, 200 um]}}\n"
    "    OLM: {default: {width: [150, 200], offset: [0, 1]}}\n"
    "axes:\n"
    "  population: [PYR, PVBC, OLM]\n"
    "  distance: [0, 0.1, 0.2, 0.4]\n"
    "  side: [u, v]\n"
    "  trial: {range: [0, 20]}\n"
    "profiles:\n"
    "  quick: {params: {t_end: 50 ms}, axes: {trial: {range: [0, 2]}}}\n"
    "stages:\n"
    "  types: {task: types, with: {definitions: \"${params.definitions}\"}}\n"
    "  forest: {task: forest, with: {types: \"${types.file}\", population: \"${axis.population}\"}}\n"
    "  synapses: {task: synapses, with: {forest: \"${forest.file}\", cell_type: \"${params.cell_types[axis.population]}\"}}\n"
    "  connections: {task: connections, with: {synapses: \"${synapses.file}\", projections: \"${params.synapses[axis.population]}\", axon_extents: \"${params.axon_extents[keys(params.synapses[axis.population])]}\"}}\n"
    "  graph: {task: graph, with: {types: \"${types.file}\", parts: \"${forest[*].file}\", connections: \"${connections[*].file}\"}}\n"
    "  pairs: {task: pairs, with: {distance: \"${axis.distance}\", trial: \"${axis.trial}\"}}\n"
    "  simulate: {task: simulate, with: {cells: \"${graph.cells}\", trains: \"${pairs.trains}\", side: \"${axis.side}\", t_end: \"${params.t_end}\", synapses: \"${params.synapses}\"}}\n"
    "  figure: {task: script, outputs: {figure: figure.png}, with: {readouts: \"${simulate[*].readout}\", some: \"${simulate[side=v, trial=3, *].readout}\"}}\n";

TEST(sweep_has_a_job_per_point_of_the_axes_that_a_stage_names)
{
    struct fixture f;
    uint32_t count;

    fixture_plan(&f, reservoir);
    fixture_check(&f);
    CHECK_INT(plan_count(f.plan), 1 + 3 + 3 + 3 + 1 + 80 + 160 + 1);
    CHECK_STR(fixture_value(&f, "synapses[population=OLM]", "forest"),
              "<forest[population=OLM].file>");
    CHECK_STR(fixture_value(&f, "synapses[population=OLM]", "cell_type"), "{template: O}");
    CHECK_STR(fixture_value(&f, "graph", "parts"),
              "[<forest[population=PYR].file>, <forest[population=PVBC].file>, "
              "<forest[population=OLM].file>]");
    CHECK_STR(fixture_needs(&f, "graph"),
              "types forest[population=PYR] forest[population=PVBC] forest[population=OLM] "
              "connections[population=PYR] connections[population=PVBC] "
              "connections[population=OLM]");
    CHECK_STR(fixture_value(&f, "connections[population=PYR]", "axon_extents"),
              "{OLM: {default: {offset: [0, 1], width: [150, 200]}}, "
              "PVBC: {default: {width: [200, 200]}}}");
    CHECK_STR(fixture_needs(&f, "simulate[distance=0.4,side=v,trial=19]"),
              "graph pairs[distance=0.4,trial=19]");
    CHECK_STR(fixture_value(&f, "simulate[distance=0.4,side=v,trial=19]", "t_end"), "500");
    CHECK_STR(fixture_value(&f, "simulate[distance=0.4,side=v,trial=19]", "side"), "v");
    CHECK_STR(fixture_value(&f, "simulate[distance=0.4,side=u,trial=19]", "side"), "(none)");
    CHECK_STR(fixture_value(&f, "figure", "some"),
              "[<simulate[distance=0,side=v,trial=3].readout>, "
              "<simulate[distance=0.1,side=v,trial=3].readout>, "
              "<simulate[distance=0.2,side=v,trial=3].readout>, "
              "<simulate[distance=0.4,side=v,trial=3].readout>]");
    plan_needs(f.plan, fixture_job(&f, "figure"), &count);
    CHECK_INT(count, 160);
    plan_dependents(f.plan, fixture_job(&f, "graph"), &count);
    CHECK_INT(count, 160);
    plan_dependents(f.plan, fixture_job(&f, "types"), &count);
    CHECK_INT(count, 4);
    fixture_release(&f);
}
