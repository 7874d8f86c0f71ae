#include "environment/stimulus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <neuronapi.h>

#include "common/neuroh5_spikes.h"
#include "common/rng.h"
#include "common/task.h"

enum { WHERE_ROOM = 256, STREAM_POISSON = 0 };

static const double MOST_RATE_HZ = 1e5;

typedef VEC(double) times_vec;

struct playing {
    const struct neuron *neuron;
    const struct cell *cell;
    const double *times;
    size_t count;
};

/* How the cells of one population are driven. */
struct drive {
    double rate, start, stop;           /* Hz, ms */
    struct h5_file *file;               /* NULL: Poisson */
    struct neuroh5_cells *trains;
    uint64_t seed;
};

static int
hand_over(void *argument, struct fx_error *err)
{
    const struct playing *p = argument;
    struct Object *vector = nrn_object_new(p->neuron->vector, 0);
    double *to = neuron_vector_resize(vector, p->count);

    (void)err;
    if (p->count)
        memcpy(to, p->times, p->count * sizeof *to);
    neuron_call_object(p->cell->player, "play", vector);
    nrn_object_unref(vector);
    return 0;
}

static int
compare_times(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

int
stimulus_play(const struct neuron *neuron, const struct cell *cell, const double *times,
              size_t count, struct fx_error *err)
{
    times_vec kept = { 0 };
    struct playing playing = { .neuron = neuron, .cell = cell };
    int result;

    if (!cell->player)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "cell %u has a tree: it does not play spikes",
                       cell->gid);
    vec_reserve(&kept, count);
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(times[i])) {
            vec_release(&kept);
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "a spike time of cell %u is no number",
                           cell->gid);
        }
        if (times[i] > 0)
            kept.at[kept.count++] = times[i];
    }
    if (kept.count)
        qsort(kept.at, kept.count, sizeof *kept.at, compare_times);
    playing.times = kept.at;
    playing.count = kept.count;
    result = neuron_try(hand_over, &playing, err);
    vec_release(&kept);
    return result;
}

static int
read_number(const json_t *json, const char *where, const char *name, double *out,
            struct fx_error *err)
{
    const json_t *value = json_object_get(json, name);
    char path[WHERE_ROOM];

    snprintf(path, sizeof path, "%s.%s", where, name);
    return value && !json_is_null(value) ? json_read_number(value, path, out, err) : 0;
}

static int
read_poisson(struct drive *drive, const json_t *json, const char *where, double until,
             struct fx_error *err)
{
    drive->stop = until;
    if (read_number(json, where, "rate", &drive->rate, err) ||
        read_number(json, where, "start", &drive->start, err) ||
        read_number(json, where, "stop", &drive->stop, err))
        return -1;
    if (!(drive->rate >= 0 && drive->rate <= MOST_RATE_HZ))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s.rate must be between 0 and %g Hz", where,
                       MOST_RATE_HZ);
    if (!(drive->start >= 0))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s.start must not be negative", where);
    return 0;
}

/* *out stays as it is where the member is missing. */
static int
read_text(const json_t *json, const char *where, const char *name, const char **out,
          struct fx_error *err)
{
    const json_t *value = json_object_get(json, name);
    char path[WHERE_ROOM];

    snprintf(path, sizeof path, "%s.%s", where, name);
    return value && !json_is_null(value) ? json_read_string(value, path, out, err) : 0;
}

static int
open_trains(struct drive *drive, const json_t *json, const char *where,
            const struct neuroh5_population *population, struct fx_error *err)
{
    const char *path = NULL, *name_space = NEUROH5_SPIKES_NAMESPACE, *attribute = NULL;

    if (read_text(json, where, "file", &path, err) ||
        read_text(json, where, "namespace", &name_space, err) ||
        read_text(json, where, "attribute", &attribute, err))
        return -1;
    drive->file = h5_open(path, err);
    if (!drive->file)
        return -1;
    drive->trains = neuroh5_spikes_open(drive->file, population, name_space, attribute, err);
    return drive->trains ? 0 : -1;
}

static int
open_drive(struct drive *drive, const json_t *json, const char *where, double until,
           const struct neuroh5_population *population, struct fx_error *err)
{
    if (json_check_object(json, where, err))
        return -1;
    if (json_object_get(json, "file") && !json_is_null(json_object_get(json, "file")))
        return open_trains(drive, json, where, population, err);
    if (json_object_get(json, "rate"))
        return read_poisson(drive, json, where, until, err);
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s has neither 'rate' nor 'file'", where);
}

static void
close_drive(struct drive *drive)
{
    neuroh5_cells_free(drive->trains);
    h5_discard(drive->file);
}

/* The train of one cell. */
static int
make_train(const struct drive *drive, uint32_t gid, uint32_t index, times_vec *times,
           struct fx_error *err)
{
    struct rng rng = rng_start(drive->seed, RNG_SPIKE_TRAIN, gid, STREAM_POISSON);

    times->count = 0;
    if (drive->trains) {
        const uint64_t count = neuroh5_cells_value_count(drive->trains, index);

        vec_reserve(times, count);
        times->count = count;
        return count ? neuroh5_cells_read(drive->trains, index, 1, times->at, NULL, err) : 0;
    }
    if (!(drive->rate > 0))
        return 0;
    for (double t = drive->start; ; ) {
        t += 1000 / drive->rate * rng_exponential(&rng);
        if (!(t < drive->stop))
            return 0;
        vec_push(times, t);
    }
}

static int
play_population(const struct cells *cells, const struct neuron *neuron, const struct drive *drive,
                size_t population, struct fx_error *err)
{
    const uint32_t start = (uint32_t)cells->types.populations[population].start;
    times_vec times = { 0 };
    int result = 0;

    for (size_t i = 0; result == 0 && i < cells->list.count; i++) {
        const struct cell *cell = &cells->list.at[i];

        if (cell->population == population)
            result = make_train(drive, cell->gid, cell->gid - start, &times, err) ||
                     stimulus_play(neuron, cell, times.at, times.count, err) ? -1 : 0;
    }
    vec_release(&times);
    return result;
}

static int
play_all(const struct cells *cells, const struct neuron *neuron, const struct model *model,
         double until, struct fx_error *err)
{
    const char *name;
    const json_t *json;

    json_object_foreach((json_t *)(uintptr_t)model->stimulus, name, json) {
        const struct neuroh5_population *population = neuroh5_types_find(&cells->types, name);
        struct drive drive = { .seed = model->seed };
        char where[WHERE_ROOM];
        int result;

        snprintf(where, sizeof where, "stimulus.%s", name);
        if (!population)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s: there is no population '%s'", where,
                           name);
        if (json_is_null(json))
            continue;
        result = open_drive(&drive, json, where, until, population, err);
        if (result == 0)
            result = play_population(cells, neuron, &drive,
                                     (size_t)(population - cells->types.populations), err);
        close_drive(&drive);
        if (result)
            return -1;
    }
    return 0;
}

int
stimulus_play_all(const struct cells *cells, const struct neuron *neuron,
                  const struct model *model, double until, struct fx_error *err)
{
    return comm_agree(cells->comm, play_all(cells, neuron, model, until, err), err);
}
