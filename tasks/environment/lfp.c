#include "environment/lfp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <neuronapi.h>

#include "common/rng.h"
#include "common/task.h"
#include "environment/line_source.h"

enum { WHERE_ROOM = 256 };

static const uint64_t MOST_WAITING = 8u << 20;  /* sums of one electrode, over all ranks */

/* A cell that the electrode hears. */
struct heard {
    const struct cell *cell;
    double scale;               /* 1, or 1 / far_fraction */
    size_t first, count;        /* its segments in `weights` */
};

struct electrode {
    struct fx_electrode is;
    char *name;
    VEC(struct heard) heard;    /* of this rank, by gid */
    VEC(double) weights;        /* mV per nA, of each segment of these */
    VEC(const double *) currents;       /* i_membrane_ of each, nA; after lfp_start() */
    uint64_t heard_total;       /* cells of all ranks */
    uint32_t *order;            /* rank 0: column of the gathered row, by gid */
    VEC(double) waiting;        /* [sample][cell of this rank] */
    VEC(double) waiting_times;
    VEC(double) times, values;  /* rank 0 */
};

static void
electrode_free(struct electrode *e)
{
    free(e->name);
    free(e->order);
    vec_release(&e->heard);
    vec_release(&e->weights);
    vec_release(&e->currents);
    vec_release(&e->waiting);
    vec_release(&e->waiting_times);
    vec_release(&e->times);
    vec_release(&e->values);
    free(e);
}

void
lfp_init(struct lfp *lfp, const struct cells *cells, const struct neuron *neuron)
{
    memset(lfp, 0, sizeof *lfp);
    lfp->cells = cells;
    lfp->neuron = neuron;
}

void
lfp_release(struct lfp *lfp)
{
    for (size_t i = 0; i < lfp->list.count; i++)
        electrode_free(lfp->list.at[i]);
    vec_release(&lfp->list);
}

/* One sample: the sum of each cell that is heard. */
static void
take(void *context, double t)
{
    struct electrode *e = context;

    vec_push(&e->waiting_times, t);
    vec_reserve(&e->waiting, e->waiting.count + e->heard.count);
    for (size_t c = 0; c < e->heard.count; c++) {
        const struct heard *heard = &e->heard.at[c];
        const double *weights = e->weights.at + heard->first;
        const double *const *currents = e->currents.at + heard->first;
        double sum = 0;

        for (size_t i = 0; i < heard->count; i++)
            sum += weights[i] * *currents[i];
        e->waiting.at[e->waiting.count++] = heard->scale * sum;
    }
}

/* --- making one ---------------------------------------------------------------------------------- */

/* How much the cell counts: 0, 1, or 1 / far_fraction. */
static double
scale_of(const struct fx_electrode *e, const struct cell *cell, uint64_t seed)
{
    const double dx = cell->at[0] - e->position[0], dy = cell->at[1] - e->position[1],
                 dz = cell->at[2] - e->position[2];
    struct rng rng;

    if (sqrt(dx * dx + dy * dy + dz * dz) < e->max_distance)
        return 1;
    rng = rng_start(seed, RNG_LFP_SAMPLE, cell->gid, rng_stream_of(e->name));
    return rng_uniform(&rng) < e->far_fraction ? 1 / e->far_fraction : 0;
}

static void
add_heard(struct electrode *e, const struct shape *shape, const struct cell *cell, double scale)
{
    vec_push(&e->heard, (struct heard){ cell, scale, e->weights.count, shape->segment_count });
    for (uint32_t s = 0; s < shape->section_count; s++)
        for (uint32_t i = 0, n = shape_nseg(shape, s); i < n; i++) {
            const uint32_t segment = shape->segment_start[s] + i;
            double end[2][3];

            for (int side = 0; side < 2; side++)
                for (int k = 0; k < 3; k++)
                    end[side][k] = cell->at[k] +
                                   (double)shape->end[segment + s + (uint32_t)side][k];
            vec_push(&e->weights,
                     line_source(end[0], end[1], (double)shape->radius[segment], e->is.position,
                                 e->is.resistivity));
        }
}

struct gid_column {
    uint32_t gid, column;
};

static int
compare_gids(const void *a, const void *b)
{
    const uint32_t x = ((const struct gid_column *)a)->gid, y = ((const struct gid_column *)b)->gid;

    return (x > y) - (x < y);
}

/* Rank 0 learns in which order the gathered sums are to be added. */
static int
make_order(struct electrode *e, const struct comm *comm, struct fx_error *err)
{
    uint32_t *mine = mem_new(e->heard.count + 1, sizeof *mine), *all = NULL;
    struct gid_column *columns;
    int result;

    for (size_t i = 0; i < e->heard.count; i++)
        mine[i] = e->heard.at[i].cell->gid;
    e->heard_total = e->heard.count;
    comm_sum_u64(comm, &e->heard_total, 1);
    result = comm_gather(comm, 0, mine, e->heard.count * sizeof *mine, (void **)&all, NULL, err);
    free(mine);
    if (result || comm->rank != 0)
        return result;
    columns = mem_new(e->heard_total + 1, sizeof *columns);
    for (uint32_t i = 0; i < e->heard_total; i++)
        columns[i] = (struct gid_column){ all[i], i };
    qsort(columns, e->heard_total, sizeof *columns, compare_gids);
    e->order = mem_new(e->heard_total + 1, sizeof *e->order);
    for (size_t i = 0; i < e->heard_total; i++)
        e->order[i] = columns[i].column;
    free(columns);
    free(all);
    return 0;
}

static int
check(const struct lfp *lfp, const struct fx_electrode *e, double dt, struct fx_error *err)
{
    if (!*e->name || strchr(e->name, '/') || !strcmp(e->name, "."))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "lfp: '%s' is no name of a group", e->name);
    for (size_t i = 0; i < lfp->list.count; i++)
        if (!strcmp(lfp->list.at[i]->name, e->name))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "lfp: two electrodes are called '%s'",
                           e->name);
    if (!(e->resistivity > 0))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "lfp.%s: resistivity must be greater than 0",
                       e->name);
    if (!(e->dt >= dt))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "lfp.%s: dt must be at least that of the "
                       "simulation, %g ms", e->name, dt);
    if (!(e->max_distance >= 0) || !(e->far_fraction >= 0 && e->far_fraction <= 1))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "lfp.%s: max_distance must not be negative, "
                       "far_fraction between 0 and 1", e->name);
    return 0;
}

int
lfp_add(struct lfp *lfp, const struct fx_electrode *wanted, const struct model *model,
        struct sampler *sampler, struct fx_error *err)
{
    struct electrode *e;

    if (check(lfp, wanted, model->dt, err) ||
        cells_keep_currents(lfp->cells, lfp->neuron, err))
        return -1;
    e = mem_new(1, sizeof *e);
    e->is = *wanted;
    e->is.name = e->name = mem_copy(wanted->name, strlen(wanted->name));
    vec_push(&lfp->list, e);
    for (size_t i = 0; i < lfp->cells->list.count; i++) {
        const struct cell *cell = &lfp->cells->list.at[i];
        double scale;

        if (cell->shape == CELLS_NO_SHAPE)
            continue;
        scale = scale_of(&e->is, cell, model->seed);
        if (scale > 0)
            add_heard(e, cells_shape(lfp->cells, cell), cell, scale);
    }
    sampler_add(sampler, e->is.dt, take, e);
    return make_order(e, lfp->cells->comm, err);
}

static int
add_json(struct lfp *lfp, const char *name, const json_t *json, const struct model *model,
         struct sampler *sampler, struct fx_error *err)
{
    static const char *const MEMBERS[] = { "resistivity", "dt", "max_distance", "far_fraction" };
    struct fx_electrode e = { .name = name, .resistivity = 333, .dt = 0.1,
                              .max_distance = INFINITY };
    double *const to[] = { &e.resistivity, &e.dt, &e.max_distance, &e.far_fraction };
    char where[WHERE_ROOM];

    snprintf(where, sizeof where, "lfp.%s", name);
    if (json_check_object(json, where, err))
        return -1;
    snprintf(where, sizeof where, "lfp.%s.position", name);
    if (json_read_numbers(json_object_get(json, "position"), where, 3, e.position, err))
        return -1;
    for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
        const json_t *value = json_object_get(json, MEMBERS[i]);

        snprintf(where, sizeof where, "lfp.%s.%s", name, MEMBERS[i]);
        if (value && !json_is_null(value) && json_read_number(value, where, to[i], err))
            return -1;
    }
    return lfp_add(lfp, &e, model, sampler, err);
}

int
lfp_add_all(struct lfp *lfp, const struct model *model, struct sampler *sampler,
            struct fx_error *err)
{
    const char *name;
    const json_t *value;

    if (json_object_get(model->lfp, "position"))
        return add_json(lfp, "lfp", model->lfp, model, sampler, err);
    json_object_foreach((json_t *)(uintptr_t)model->lfp, name, value)
        if (add_json(lfp, name, value, model, sampler, err))
            return -1;
    return 0;
}

/* --- running -------------------------------------------------------------------------------------- */

static int
find_currents(void *argument, struct fx_error *err)
{
    const struct lfp *lfp = argument;
    struct Symbol *current = nrn_symbol("i_membrane_");

    (void)err;
    for (size_t n = 0; n < lfp->list.count; n++) {
        struct electrode *e = lfp->list.at[n];

        e->currents.count = e->waiting.count = e->waiting_times.count = 0;
        e->times.count = e->values.count = 0;
        for (size_t c = 0; c < e->heard.count; c++) {
            const struct cell *cell = e->heard.at[c].cell;
            const struct shape *shape = cells_shape(lfp->cells, cell);

            for (uint32_t s = 0; s < shape->section_count; s++)
                for (uint32_t i = 0, nseg = shape_nseg(shape, s); i < nseg; i++) {
                    nrn_rangevar_push(current, cells_section(lfp->cells, cell, s),
                                      (i + 0.5) / nseg);
                    vec_push(&e->currents, nrn_double_ptr_pop());
                }
        }
    }
    return 0;
}

int
lfp_start(struct lfp *lfp, struct fx_error *err)
{
    return lfp->list.count ? neuron_try(find_currents, lfp, err) : 0;
}

double
lfp_patience(const struct lfp *lfp)
{
    double least = INFINITY;

    for (size_t i = 0; i < lfp->list.count; i++) {
        const struct electrode *e = lfp->list.at[i];
        const uint64_t samples = e->heard_total ? MOST_WAITING / e->heard_total : MOST_WAITING;

        least = fmin(least, (double)(samples ? samples : 1) * e->is.dt);
    }
    return least;
}

static int
collect(struct electrode *e, const struct comm *comm, struct fx_error *err)
{
    const size_t samples = e->waiting_times.count;
    size_t *sizes = NULL, *offset;
    double *all = NULL;

    if (comm_gather(comm, 0, e->waiting.at, e->waiting.count * sizeof *e->waiting.at,
                    (void **)&all, &sizes, err))
        return -1;
    if (comm->rank == 0) {
        /* Column c of the joined rows is column c - before[rank] of that rank's own. */
        const size_t total = e->heard_total;
        size_t *stride = mem_new(total + 1, sizeof *stride);
        size_t column = 0, start = 0;

        offset = mem_new(total + 1, sizeof *offset);
        for (int rank = 0; rank < comm->size; rank++) {
            const size_t cells = samples ? sizes[rank] / sizeof *all / samples : 0;

            for (size_t c = 0; c < cells; c++, column++) {
                stride[column] = cells;
                offset[column] = start + c;
            }
            start += sizes[rank] / sizeof *all;
        }
        for (size_t s = 0; s < samples; s++) {
            double sum = 0;

            for (size_t i = 0; i < total; i++) {
                const uint32_t c = e->order[i];

                sum += all[offset[c] + s * stride[c]];
            }
            vec_push(&e->times, e->waiting_times.at[s]);
            vec_push(&e->values, sum);
        }
        free(stride);
        free(offset);
    }
    free(all);
    free(sizes);
    e->waiting.count = e->waiting_times.count = 0;
    return 0;
}

int
lfp_collect(struct lfp *lfp, struct fx_error *err)
{
    for (size_t i = 0; i < lfp->list.count; i++)
        if (collect(lfp->list.at[i], lfp->cells->comm, err))
            return -1;
    return 0;
}

const char *
lfp_result(const struct lfp *lfp, size_t electrode, size_t *count, const double **times,
           const double **values)
{
    const struct electrode *e = lfp->list.at[electrode];

    *count = e->times.count;
    *times = e->times.at;
    *values = e->values.at;
    return e->name;
}

const struct fx_electrode *
lfp_electrode(const struct lfp *lfp, size_t electrode)
{
    return &lfp->list.at[electrode]->is;
}
