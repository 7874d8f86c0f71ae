#define _GNU_SOURCE     /* RUSAGE and clock_gettime with a strict C standard */
#include "fornix/environment.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <neuronapi.h>

#include "environment/cells.h"
#include "environment/connections.h"
#include "environment/lfp.h"
#include "environment/neuron.h"
#include "environment/recorder.h"
#include "environment/results.h"
#include "environment/sampler.h"
#include "environment/spikes.h"
#include "environment/stimulus.h"

enum { STATEMENT_ROOM = 80 };

static const double MOST_MV = 1e6;      /* far beyond any membrane: the solution has blown up */

struct fx_env {
    struct comm *comm, alone;
    FILE *log;                      /* NULL on other ranks than 0 */
    struct neuron neuron;
    struct model model;
    struct cells cells;
    struct connections connections;
    struct sampler sampler;
    struct recorder recorder;
    struct lfp lfp;
    char *cells_path;
    bool initialized;
};

/* --- the log ----------------------------------------------------------------------------------- */

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Resident memory of this process in MiB; 0 where it cannot be told. */
static double
memory_mib(void)
{
    FILE *file = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;

    if (!file)
        return 0;
    if (fscanf(file, "%*u %lu", &pages) != 1)
        pages = 0;
    fclose(file);
    return (double)pages * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

/* The longest time of any rank, and the memory of all. All ranks call it. */
static void
measure(const struct fx_env *env, double *since, double *mib)
{
    *since = seconds() - *since;
    comm_max_f64(env->comm, since, 1);
    *mib = memory_mib();
    comm_sum_f64(env->comm, mib, 1);
}

/* --- life ----------------------------------------------------------------------------------------- */

struct fx_env *
fx_env_open(const struct fx_env_options *options, struct fx_error *err)
{
    static bool opened;             /* NEURON cannot be started twice */
    struct fx_env *env;

    if (opened) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "a process has one environment: NEURON cannot be "
                "started twice");
        return NULL;
    }
    env = mem_new(1, sizeof *env);
    env->alone = (struct comm)COMM_ALONE;
    env->comm = options->comm ? options->comm : &env->alone;
    env->log = env->comm->rank == 0 ? options->log : NULL;
    if (model_init(&env->model, options->model, err)) {
        model_release(&env->model);
        free(env);
        return NULL;
    }
    opened = true;
    if (comm_agree(env->comm, neuron_start(&env->neuron, options->mechanisms, env->comm->size > 1,
                                           err), err)) {
        model_release(&env->model);
        free(env);
        return NULL;
    }
    sampler_init(&env->sampler, &env->neuron);
    recorder_init(&env->recorder, &env->cells, &env->neuron);
    lfp_init(&env->lfp, &env->cells, &env->neuron);
    return env;
}

void
fx_env_free(struct fx_env *env)
{
    if (!env)
        return;
    lfp_release(&env->lfp);
    recorder_release(&env->recorder);
    sampler_release(&env->sampler);
    connections_release(&env->connections);
    cells_release(&env->cells);
    model_release(&env->model);
    free(env->cells_path);
    free(env);
}

/* --- the network ------------------------------------------------------------------------------------ */

int
fx_env_load_cells(struct fx_env *env, const char *path, struct fx_error *err)
{
    double time = seconds(), mib;

    if (env->cells_path)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "the cells have been loaded already");
    env->cells_path = mem_copy(path, strlen(path));
    if (cells_load(&env->cells, &env->neuron, &env->model, env->comm, path, err))
        return -1;
    measure(env, &time, &mib);
    if (env->log)
        fprintf(env->log, "cells: %" PRIu64 " (%" PRIu64 " sections, %" PRIu64 " segments) in "
                "%.2f s, %.0f cells/s; %.0f MiB\n", env->cells.total, env->cells.section_count,
                env->cells.segment_count, time, (double)env->cells.total / time, mib);
    return 0;
}

int
fx_env_load_connections(struct fx_env *env, const char *path, struct fx_error *err)
{
    struct connections *c = &env->connections;
    double time = seconds(), before = memory_mib(), mib;

    if (!env->cells_path || c->first.count)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, c->first.count ?
                       "the connections have been loaded already" :
                       "the cells must be loaded before their connections");
    if (connections_load(c, &env->cells, &env->neuron, &env->model, env->cells_path, path, err))
        return -1;
    comm_sum_f64(env->comm, &before, 1);
    measure(env, &time, &mib);
    if (env->log)
        fprintf(env->log, "connections: %" PRIu64 " edges, %" PRIu64 " synapses, %" PRIu64
                " NetCons in %.2f s, %.0f NetCons/s; %.0f MiB, %.0f bytes a NetCon\n",
                c->total_edges, c->total_synapses, c->total_netcons, time,
                (double)c->total_netcons / time, mib, c->total_netcons ?
                (mib - before) * (1 << 20) / (double)c->total_netcons : 0);
    return 0;
}

int
fx_env_count(struct fx_env *env, struct fx_env_counts *counts, struct fx_error *err)
{
    uint64_t spikes = 0, events = 0;

    if (env->initialized) {
        if (spikes_delivered(&env->cells, &env->connections, *env->neuron.t, &events,
                             err))
            return -1;
        spikes = (uint64_t)nrn_vector_capacity(env->cells.spike_times);
    }
    comm_sum_u64(env->comm, &spikes, 1);
    *counts = (struct fx_env_counts){
        .cells = env->cells.total,
        .sections = env->cells.section_count,
        .segments = env->cells.segment_count,
        .synapses = env->connections.total_synapses,
        .edges = env->connections.total_edges,
        .netcons = env->connections.total_netcons,
        .spikes = spikes,
        .synaptic_events = events
    };
    return 0;
}

bool
fx_env_has_cell(const struct fx_env *env, uint32_t gid)
{
    return cells_find(&env->cells, gid) != NULL;
}

uint32_t
fx_env_section_count(const struct fx_env *env, uint32_t gid)
{
    const struct cell *cell = cells_find(&env->cells, gid);

    if (!cell || cell->shape == CELLS_NO_SHAPE)
        return 0;
    return cells_shape(&env->cells, cell)->section_count;
}

struct Section *
fx_env_section(const struct fx_env *env, uint32_t gid, uint32_t section)
{
    if (section >= fx_env_section_count(env, gid))
        return NULL;
    return cells_section(&env->cells, cells_find(&env->cells, gid), section);
}

struct Object *
fx_env_player(const struct fx_env *env, uint32_t gid)
{
    const struct cell *cell = cells_find(&env->cells, gid);

    return cell ? cell->player : NULL;
}

struct Object *const *
fx_env_netcons(const struct fx_env *env, uint32_t gid, size_t *count)
{
    const struct cell *cell = cells_find(&env->cells, gid);
    const uint64_t *first = env->connections.first.at;
    size_t local;

    *count = 0;
    if (!cell || !first)
        return NULL;
    local = (size_t)(cell - env->cells.list.at);
    *count = first[local + 1] - first[local];
    return env->connections.netcons.at + first[local];
}

int
fx_env_try(struct fx_env *env, int (*work)(void *argument, struct fx_error *err), void *argument,
           struct fx_error *err)
{
    (void)env;
    return neuron_try(work, argument, err);
}

/* --- input and output --------------------------------------------------------------------------------- */

int
fx_env_play(struct fx_env *env, uint32_t gid, const double *times, size_t count,
            struct fx_error *err)
{
    const struct cell *cell = cells_find(&env->cells, gid);

    if (gid >= env->cells.total)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "there is no cell %u", gid);
    return cell ? stimulus_play(&env->neuron, cell, times, count, err) : 0;
}

int
fx_env_stimulate(struct fx_env *env, double until, struct fx_error *err)
{
    return stimulus_play_all(&env->cells, &env->neuron, &env->model, until, err);
}

int
fx_env_record(struct fx_env *env, const struct fx_record *record, struct fx_error *err)
{
    return recorder_add(&env->recorder, record, &env->model, &env->sampler, err);
}

int
fx_env_lfp(struct fx_env *env, const struct fx_electrode *electrode, struct fx_error *err)
{
    return lfp_add(&env->lfp, electrode, &env->model, &env->sampler, err);
}

int
fx_env_observe(struct fx_env *env, struct fx_error *err)
{
    return recorder_add_all(&env->recorder, &env->model, &env->sampler, err) ||
           lfp_add_all(&env->lfp, &env->model, &env->sampler, err) ? -1 : 0;
}

/* --- running -------------------------------------------------------------------------------------------- */

static int
initialize(void *argument, struct fx_error *err)
{
    struct fx_env *env = argument;

    (void)err;
    neuron_vector_resize(env->cells.spike_times, 0);
    neuron_vector_resize(env->cells.spike_gids, 0);
    *nrn_symbol_dataptr(nrn_symbol("dt")) = env->model.dt;
    *nrn_symbol_dataptr(nrn_symbol("celsius")) = env->model.celsius;
    neuron_call(env->neuron.pc, "set_maxstep", 1, &env->model.max_step);
    nrn_double_push(env->model.v_init);
    nrn_function_call(nrn_symbol("finitialize"), 1);
    nrn_double_pop();
    return 0;
}

int
fx_env_init(struct fx_env *env, struct fx_error *err)
{
    char statement[STATEMENT_ROOM];
    int result;

    if (!env->cells_path)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "no cells have been loaded");
    snprintf(statement, sizeof statement, "secondorder = %d", env->model.secondorder);
    if (comm_agree(env->comm, neuron_hoc(statement, err) ||
                   connections_note(&env->connections, err) ? -1 : 0, err))
        return -1;
    /* NEURON's ranks talk to each other in there: who fails alone cannot be agreed with. */
    if (neuron_try(initialize, env, err))
        return -1;
    result = connections_check(&env->connections, err) ||
             recorder_start(&env->recorder, &env->model, err) || lfp_start(&env->lfp, err) ||
             sampler_start(&env->sampler, env->model.dt, err) ? -1 : 0;
    env->initialized = result == 0;
    return comm_agree(env->comm, result, err);
}

static int
solve(void *argument, struct fx_error *err)
{
    struct fx_env *env = ((void **)argument)[0];
    const double *until = ((void **)argument)[1];

    (void)err;
    neuron_call(env->neuron.pc, "psolve", 1, until);
    return 0;
}

/* What is impossible at one place of a tree soon is everywhere: one place is enough. */
static int
check_potentials(void *argument, struct fx_error *err)
{
    const struct fx_env *env = argument;

    for (size_t i = 0; i < env->cells.list.count; i++) {
        const struct cell *cell = &env->cells.list.at[i];

        double v;

        if (cell->shape == CELLS_NO_SHAPE)
            continue;
        v = nrn_rangevar_get(env->neuron.v, cells_section(&env->cells, cell, 0), 0.5);
        if (!(fabs(v) < MOST_MV))
            return fx_fail(err, FX_FAILED, FX_NOWHERE, "cell %u (%s): its potential is %g mV at %g "
                           "ms: the time step is too long for its membrane, or a parameter is "
                           "wrong", cell->gid, cells_population(&env->cells, cell)->name, v,
                           *env->neuron.t);
    }
    return 0;
}

int
fx_env_psolve(struct fx_env *env, double t, struct fx_error *err)
{
    const double patience = lfp_patience(&env->lfp);
    double next = *env->neuron.t;
    void *argument[2] = { env, &next };

    if (!env->initialized)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "the network has not been initialized");
    while (next < t) {
        next = fmin(t, next + patience);
        if (neuron_try(solve, argument, err))
            return -1;
        sampler_catch_up(&env->sampler, next);
        if (lfp_collect(&env->lfp, err))
            return -1;
    }
    return comm_agree(env->comm, neuron_try(check_potentials, env, err), err);
}

double
fx_env_time(const struct fx_env *env)
{
    return *env->neuron.t;
}

int
fx_env_save(struct fx_env *env, const char *path, struct fx_error *err)
{
    struct results results = {
        .cells = &env->cells, .recorder = &env->recorder, .lfp = &env->lfp, .dt = env->model.dt
    };
    struct fx_env_counts counts;

    if (!env->initialized)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "there is nothing to save before a run");
    if (fx_env_count(env, &counts, err))
        return -1;
    /* NEURON sums dt up, with more error the longer it runs: so many steps are meant. */
    results.t_end = round(round(*env->neuron.t / env->model.dt) * env->model.dt * 1e9) / 1e9;
    results.synaptic_events = counts.synaptic_events;
    return results_write(&results, path, err);
}
