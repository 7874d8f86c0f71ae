/*
 * input_spike_trains - rates or given trains to spike trains of stimulus cells.
 *
 * Two passes over each population: the first counts spikes, the second writes each block of cells
 * where the counts put it; so the file does not depend on the ranks, nor on the size of a block.
 */
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "common/neuroh5_spikes.h"
#include "common/task_main.h"
#include "input_spike_trains/source.h"

struct work {
    struct task *task;
    struct comm *comm;
    const char *path, *name_space, *features_namespace;
    struct neuroh5_attribute attribute;
    struct train_how how;
    uint64_t buffer;
    struct neuroh5_types types;
    struct h5_file *features;
    struct source *sources;     /* by population */
    struct h5_file *out;
    uint64_t *counts;           /* of the cells of one population */
};

static void
work_release(struct work *w)
{
    for (size_t i = 0; w->sources && i < w->types.population_count; i++)
        source_release(&w->sources[i]);
    free(w->sources);
    free(w->counts);
    h5_discard(w->features);
    h5_discard(w->out);
    neuroh5_types_release(&w->types);
}

/* --- what the job is given ------------------------------------------------------------------------ */

static int
read_parameters(struct work *w, struct fx_error *err)
{
    struct train_how *how = &w->how;
    int64_t buffer;

    if (task_output(w->task, "file", &w->path, err) ||
        task_string(w->task, "namespace", &w->name_space, err) ||
        task_string(w->task, "attribute", &w->attribute.name, err) ||
        task_string(w->task, "features_namespace", &w->features_namespace, err) ||
        task_seed(w->task, &how->seed, err) || task_integer(w->task, "buffer", &buffer, err) ||
        task_number(w->task, "start", &how->start, err) ||
        task_number(w->task, "stop", &how->stop, err) ||
        task_number(w->task, "dead_time", &how->dead_time, err))
        return -1;
    w->attribute.type = H5_F32;
    w->buffer = buffer > 0 ? (uint64_t)buffer : 0;
    if (!w->name_space[0] || !w->attribute.name[0])
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'namespace' or 'attribute' is empty");
    if (!(fabs(how->start) <= 1e15 && fabs(how->stop) <= 1e15 && how->start <= how->stop))
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "trains go from start to stop: not from %g to %g ms", how->start, how->stop);
    if (!(how->dead_time >= 0))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'dead_time' is %g ms, below 0",
                       how->dead_time);
    return 0;
}

static int
open_features(struct work *w, struct fx_error *err)
{
    struct neuroh5_types types;
    const char *path;
    char difference[200];
    bool equal;

    if (!task_has(w->task, "features"))
        return 0;
    if (task_input(w->task, "features", &path, err))
        return -1;
    w->features = h5_open(path, err);
    if (!w->features || neuroh5_types_read(w->features, &types, err))
        return -1;
    equal = neuroh5_types_equal(&w->types, &types, difference);
    neuroh5_types_release(&types);
    if (equal)
        return 0;
    return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = path },
                   "its populations differ from those of 'types': %s", difference);
}

/* The populations that a parameter names exist. */
static int
check_names(const struct work *w, const struct h5_file *file, const char *parameter,
            struct fx_error *err)
{
    const struct neuroh5_population *population;
    const json_t *json, *value;
    const char *name;

    if (!task_has(w->task, parameter))
        return 0;
    if (task_json(w->task, parameter, &json, err) || json_check_object(json, parameter, err))
        return -1;
    json_object_foreach ((json_t *)(uintptr_t)json, name, value)
        if (neuroh5_types_get(&w->types, file, name, &population, err))
            return fx_error_in(err, "%s", parameter);
    return 0;
}

static int
open_sources(struct work *w, const struct h5_file *file, struct fx_error *err)
{
    size_t there = 0;

    if (neuroh5_types_read(file, &w->types, err) || open_features(w, err) ||
        check_names(w, file, "rates", err) || check_names(w, file, "trains", err))
        return -1;
    w->sources = mem_new(w->types.population_count + 1, sizeof *w->sources);
    for (size_t i = 0; i < w->types.population_count; i++) {
        w->sources[i].population = &w->types.populations[i];
        w->sources[i].how = w->how;
        if (source_open(&w->sources[i], w->task, w->features, w->features_namespace, err))
            return -1;
        there += w->sources[i].there;
    }
    if (there > 0)
        return 0;
    if (w->features)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = h5_path(w->features) },
                       "no population has '%s' in it", w->features_namespace);
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "give 'features', 'rates' or 'trains'");
}

static int
start(struct work *w, struct fx_error *err)
{
    struct h5_file *file;
    const char *path;
    int status;

    if (read_parameters(w, err) || task_input(w->task, "types", &path, err))
        return -1;
    file = h5_open(path, err);
    status = file ? open_sources(w, file, err) : -1;
    h5_discard(file);
    return status;
}

/* --- counting ---------------------------------------------------------------------------------------- */

static int
count_mine(struct work *w, struct source *source, struct fx_error *err)
{
    uint64_t from, to;

    comm_part(w->comm, source->population->count, &from, &to);
    for (uint64_t cell = from; cell < to; cell++)
        if (source_train(source, (uint32_t)cell, NULL, &w->counts[cell], err))
            return -1;
    return 0;
}

static int
count_spikes(struct work *w, struct source *source, uint64_t *total, uint64_t *most,
             struct fx_error *err)
{
    uint64_t cells = source->population->count;

    free(w->counts);
    w->counts = mem_new((size_t)cells + 1, sizeof *w->counts);
    if (comm_agree(w->comm, count_mine(w, source, err), err))
        return -1;
    comm_sum_u64(w->comm, w->counts, (size_t)cells);
    *total = *most = 0;
    for (uint64_t cell = 0; cell < cells; cell++) {
        *total += w->counts[cell];
        *most = w->counts[cell] > *most ? w->counts[cell] : *most;
    }
    return 0;
}

/* --- writing ------------------------------------------------------------------------------------------- */

static int
fill_block(struct source *source, uint64_t from, uint64_t to, train *times, uint32_t *counts,
           struct fx_error *err)
{
    times->count = 0;
    for (uint64_t cell = from; cell < to; cell++) {
        uint64_t count;

        if (source_train(source, (uint32_t)cell, times, &count, err))
            return -1;
        counts[cell - from] = (uint32_t)count;
    }
    return 0;
}

static int
write_blocks(struct work *w, struct source *source, struct neuroh5_cells_writer *writer,
             uint64_t most, struct fx_error *err)
{
    uint64_t cells = source->population->count;
    uint64_t each = w->buffer / (sizeof(float) * (most + 1)), step;
    train times = { 0 };
    uint32_t *counts;
    int status = 0;

    each = each < 1 ? 1 : each > cells ? cells : each;
    step = each * (uint64_t)w->comm->size;
    counts = mem_new((size_t)each + 1, sizeof *counts);
    vec_reserve(&times, 1);
    for (uint64_t first = 0; !status && first < cells; first += step) {
        uint64_t from, to;

        comm_part(w->comm, cells - first < step ? cells - first : step, &from, &to);
        status = comm_agree(w->comm, fill_block(source, first + from, first + to, &times, counts,
                                                err), err);
        if (!status) {
            const void *values[1] = { times.at };

            status = comm_agree(w->comm, neuroh5_cells_append(writer, (uint32_t)(first + from),
                                                              (uint32_t)(to - from), counts, values,
                                                              err), err);
        }
        if (w->comm->rank == 0)
            task_progress(w->task, first + step < cells ? first + step : cells, cells, "cells");
    }
    free(counts);
    vec_release(&times);
    return status;
}

static int
write_population(struct work *w, struct source *source, struct fx_error *err)
{
    struct neuroh5_cells_writer *writer;
    uint64_t total, most;

    if (count_spikes(w, source, &total, &most, err))
        return -1;
    writer = neuroh5_cells_new(w->out, w->comm, source->population->name, w->name_space,
                               &w->attribute, 1, source->population->count, total, err);
    if (comm_agree(w->comm, writer ? 0 : -1, err) ||
        write_blocks(w, source, writer, most, err)) {
        neuroh5_cells_discard(writer);
        return -1;
    }
    return comm_agree(w->comm, neuroh5_cells_finish(writer, err), err);
}

static int
write_file(struct work *w, struct fx_error *err)
{
    struct h5_file *out;

    w->out = h5_create(w->path, w->comm, err);
    if (comm_agree(w->comm, w->out ? 0 : -1, err) ||
        comm_agree(w->comm, neuroh5_types_write(w->out, &w->types, err), err))
        return -1;
    for (size_t i = 0; i < w->types.population_count; i++)
        if (w->sources[i].there && write_population(w, &w->sources[i], err))
            return -1;
    out = w->out;
    w->out = NULL;
    return comm_agree(w->comm, h5_close(out, err), err);
}

static int
run(struct task *task, struct comm *comm, struct fx_error *err)
{
    struct work w = { .task = task, .comm = comm };
    int status = comm_agree(comm, start(&w, err), err);

    if (!status)
        status = write_file(&w, err);
    work_release(&w);
    return status;
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
