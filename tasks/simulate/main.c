/*
 * simulate - runs a network in NEURON: a small program on fornix/environment.h.
 *
 * In: cells.h5, connections.h5, mechanisms, and the model in the job's parameters. Out: results.h5.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/task_main.h"
#include "fornix/environment.h"

/* The run goes in pieces of this length (ms), so that progress can be told. */
static const double PIECE = 10;

static int
load(struct task *task, struct fx_env *env, struct fx_error *err)
{
    const char *path;

    if (task_input(task, "cells", &path, err) || fx_env_load_cells(env, path, err))
        return -1;
    if (task_input_count(task, "connections") == 0)
        return 0;
    if (task_input(task, "connections", &path, err))
        return -1;
    return fx_env_load_connections(env, path, err);
}

static int
solve(struct task *task, const struct comm *comm, struct fx_env *env, double t_end,
      struct fx_error *err)
{
    struct timespec from, to;
    double took;

    clock_gettime(CLOCK_MONOTONIC, &from);
    /* By count: NEURON sums its time up, and after some seconds that is off by more than rounding. */
    for (uint64_t piece = 0; (double)piece * PIECE < t_end; piece++) {
        const double next = (double)(piece + 1) * PIECE;

        if (fx_env_psolve(env, next < t_end ? next : t_end, err))
            return -1;
        task_progress(task, (uint64_t)fx_env_time(env), (uint64_t)t_end, "ms");
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    took = (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
    if (comm->rank == 0)
        printf("run: %g ms in %.2f s\n", t_end, took);
    return 0;
}

static int
report(struct fx_env *env, const struct comm *comm, struct fx_error *err)
{
    struct fx_env_counts counts;

    if (fx_env_count(env, &counts, err))
        return -1;
    if (comm->rank == 0)
        printf("spikes: %llu; synaptic events delivered: %llu\n",
               (unsigned long long)counts.spikes, (unsigned long long)counts.synaptic_events);
    return 0;
}

static int
simulate(struct task *task, struct comm *comm, struct fx_env *env, struct fx_error *err)
{
    const char *path;
    double t_end;

    if (task_number(task, "t_end", &t_end, err) || task_output(task, "results", &path, err))
        return -1;
    if (!(t_end > 0))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "t_end must be greater than 0");
    return load(task, env, err) || fx_env_stimulate(env, t_end, err) || fx_env_observe(env, err) ||
           fx_env_init(env, err) || solve(task, comm, env, t_end, err) ||
           report(env, comm, err) || fx_env_save(env, path, err) ? -1 : 0;
}

static int
run(struct task *task, struct comm *comm, struct fx_error *err)
{
    struct fx_env_options options = { .comm = comm, .log = stdout };
    struct fx_env *env;
    char *model;
    int result;

    if (task_input_count(task, "mechanisms") && task_input(task, "mechanisms", &options.mechanisms,
                                                           err))
        return -1;
    model = task_parameters_text(task);
    options.model = model;
    setvbuf(stdout, NULL, _IOLBF, 0);
    env = fx_env_open(&options, err);
    result = env ? simulate(task, comm, env, err) : -1;
    fx_env_free(env);
    free(model);
    return result;
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
