/*
 * quickstart - the workflow of ../quickstart/workflow.yaml, written in C.
 *
 * Makes what that makes, from its folder config/ and its scripts, in its store: the jobs are the same, so
 * that what `fornix run` has made is found, and the other way round. Prints each job with its key as it
 * ends, then the path of the figure. Half a minute on two cores when nothing is there yet.
 *
 *     cc -o quickstart quickstart.c $(pkg-config --cflags --libs fornix)
 *     ./quickstart ../quickstart
 */
#include <stdio.h>

#include <fornix/run.h>
#include <fornix/workflow.h>

/* Sets parameters to the workflow's of the same name, params.<name>. */
#define TAKE(stage, ...) take(stage, FX_HERE, (const char *const[]){ __VA_ARGS__, NULL })

static void
take(struct fx_stage *stage, struct fx_mark at, const char *const *names)
{
    char expression[64];

    for (; *names; names++) {
        snprintf(expression, sizeof expression, "params.%s", *names);
        fx_stage_set_expression_at(stage, *names, expression, at);
    }
}

/* The network: some stages have a job for each population; `graph`, which is returned, gathers them. */
static struct fx_stage *
write_network(struct fx_workflow *wf)
{
    struct fx_stage *types = fx_stage_new(wf, "types", "h5_types");
    struct fx_stage *somas = fx_stage_new(wf, "somas", "soma_coordinates");
    struct fx_stage *distances = fx_stage_new(wf, "distances", "arc_distances");
    struct fx_stage *morphology = fx_stage_new(wf, "morphology", "synthetic_morphology");
    struct fx_stage *forest = fx_stage_new(wf, "forest", "synapse_forest");
    struct fx_stage *synapses = fx_stage_new(wf, "synapses", "synapses");
    struct fx_stage *connections = fx_stage_new(wf, "connections", "connections");
    struct fx_stage *graph = fx_stage_new(wf, "graph", "neuroh5_graph");

    TAKE(types, "definitions", "cell_distributions");
    fx_stage_set_expression(types, "projections", "params.synapses");
    TAKE(somas, "cell_distributions", "layer_extents", "seed");
    fx_stage_set_output(somas, "types", types, "file", FX_SAME_POINT);
    TAKE(distances, "layer_extents");
    fx_stage_set_output(distances, "somas", somas, "file", FX_SAME_POINT);
    TAKE(morphology, "layer_extents", "definitions", "seed");
    fx_stage_set_expression(morphology, "population", "axis.population");
    fx_stage_set_expression(morphology, "cell", "params.morphology[axis.population]");
    fx_stage_set_output(forest, "types", types, "file", FX_SAME_POINT);
    fx_stage_set_expression(forest, "population", "axis.population");
    fx_stage_set_output(forest, "morphology", morphology, "file", FX_SAME_POINT);
    TAKE(synapses, "definitions", "seed");
    fx_stage_set_output(synapses, "forest", forest, "file", FX_SAME_POINT);
    fx_stage_set_expression(synapses, "cell_type", "params.cell_types[axis.population]");
    fx_stage_set_string(synapses, "distribution", "poisson");
    TAKE(connections, "definitions", "seed");
    fx_stage_set_output(connections, "synapses", synapses, "file", FX_SAME_POINT);
    fx_stage_set_output(connections, "distances", distances, "file", FX_SAME_POINT);
    fx_stage_set_expression(connections, "projections", "params.synapses[axis.population]");
    fx_stage_set_expression(connections, "axon_extents",
                            "params.axon_extents[keys(params.synapses[axis.population])]");
    fx_stage_set_output(graph, "somas", somas, "file", FX_SAME_POINT);
    fx_stage_set_output(graph, "distances", distances, "file", FX_SAME_POINT);
    fx_stage_set_output(graph, "forest", forest, "file", FX_ALL_POINTS);
    fx_stage_set_output(graph, "synapses", synapses, "file", FX_ALL_POINTS);
    fx_stage_set_output(graph, "connections", connections, "file", FX_ALL_POINTS);
    return graph;
}

static void
write_simulation(struct fx_workflow *wf, struct fx_stage *graph)
{
    static const double electrode_um[] = { 100, 100, 125 };
    struct fx_stage *mechanisms = fx_stage_new(wf, "mechanisms", "nmodl");
    struct fx_stage *simulate = fx_stage_new(wf, "simulate", "simulate");
    struct fx_stage *figure = fx_stage_new(wf, "figure", "python");

    fx_stage_resource(mechanisms, "threads", "2");
    fx_stage_set_string(mechanisms, "sources", "mechanisms");
    fx_stage_resource(simulate, "ranks", "2");
    TAKE(simulate, "definitions", "cell_types", "synapses", "biophysics", "t_end", "seed");
    fx_stage_set_output(simulate, "cells", graph, "cells", FX_SAME_POINT);
    fx_stage_set_output(simulate, "connections", graph, "connections", FX_SAME_POINT);
    fx_stage_set_output(simulate, "mechanisms", mechanisms, "library", FX_SAME_POINT);
    fx_stage_set_yaml(simulate, "stimulus", "{STIM: {rate: '${params.rate}', start: 50 ms}}");
    fx_stage_set_yaml(simulate, "lfp", "{resistivity: 333, dt: 0.1 ms, far_fraction: 0.5}");
    fx_stage_set_reals(simulate, "lfp.position", electrode_um, 3);
    fx_stage_set_real(simulate, "lfp.max_distance", 100);
    fx_stage_set_yaml(simulate, "record",
                      "[{what: v, population: PYR, section: soma, at: 0.5, dt: 0.5 ms, fraction: 1},"
                      " {what: v, population: PVBC, section: soma, at: 0.5, dt: 0.5 ms, fraction: 1},"
                      " {what: v, population: OLM, section: soma, at: 0.5, dt: 0.5 ms, fraction: 1}]");
    fx_stage_set_string(simulate, "dt", "0.05 ms");
    TAKE(figure, "layer_extents");
    fx_stage_set_string(figure, "script", "figure.py");
    fx_stage_set_output(figure, "results", simulate, "results", FX_SAME_POINT);
    fx_stage_set_output(figure, "cells", graph, "cells", FX_SAME_POINT);
    fx_stage_output(figure, "figure", "figure.png");
}

static struct fx_workflow *
write_workflow(const char *folder)
{
    static const char *const populations[] = { "PYR", "PVBC", "OLM" };
    struct fx_workflow *wf = fx_workflow_new("quickstart", folder);

    fx_workflow_include(wf, "config/definitions.yaml");
    fx_workflow_include(wf, "config/geometry.yaml");
    fx_workflow_include(wf, "config/morphology.yaml");
    fx_workflow_include(wf, "config/cell_types.yaml");
    fx_workflow_include(wf, "config/synapses.yaml");
    fx_workflow_include(wf, "config/biophysics.yaml");
    fx_workflow_set_int(wf, "params.seed", 2002);
    fx_workflow_set_string(wf, "params.rate", "20 Hz");     /* of each input axon */
    fx_workflow_set_string(wf, "params.t_end", "600 ms");
    fx_workflow_set_strings(wf, "axes.population", populations, 3);
    write_simulation(wf, write_network(wf));
    return wf;
}

static void
print_job(void *context, const struct fx_job *job)
{
    (void)context;
    if (job->state == FX_JOB_FAILED)
        printf("%s: failed: %s; log: %s\n", job->label, job->error, job->log);
    else if (job->state == FX_JOB_CACHED || job->state == FX_JOB_DONE)
        printf("%s: %s %s\n", job->label, fx_job_state_name(job->state), job->key);
}

int
main(int argc, char **argv)
{
    struct fx_run_options options = { .catch_signals = 1, .observer = { .changed = print_job } };
    struct fx_error err = FX_ERROR_NONE;
    struct fx_workflow *wf = write_workflow(argc > 1 ? argv[1] : "../quickstart");
    struct fx_plan *plan = fx_plan_new(wf, NULL, &err);

    for (size_t i = 0; fx_workflow_mistake(wf, i); i++)
        fx_error_print(fx_workflow_mistake(wf, i), stderr);
    if (plan && fx_run(plan, &options, &err) == 0)
        puts(fx_plan_output(plan, fx_plan_jobs(plan) - 1, "figure", &err));     /* the last job */
    else if (plan)
        fx_error_print(&err, stderr);
    fx_plan_free(plan);
    fx_workflow_free(wf);
    return fx_exit_status(err.code);
}
