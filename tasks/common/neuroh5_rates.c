#include "common/neuroh5_rates.h"

#include <stdlib.h>

#include "base/mem.h"

enum { TYPE, PEAK, MEAN, DEPTH, FREQUENCY, PHASE, SINGLES };
enum { TIMES, VALUES, LISTS };

static const struct neuroh5_attribute SINGLE[SINGLES] = {
    { "Rate Type", H5_U8 }, { "Peak Rate", H5_F32 }, { "Mean Rate", H5_F64 },
    { "Modulation Depth", H5_F64 }, { "Modulation Frequency", H5_F64 },
    { "Modulation Phase", H5_F64 },
};
static const struct neuroh5_attribute LIST[LISTS] = {
    { "Rate Times", H5_F64 }, { "Rates", H5_F64 },
};

/* --- writing ---------------------------------------------------------------------------------------- */

struct neuroh5_rates_writer {
    struct neuroh5_cells_writer *singles, *lists;
    size_t each;
};

void
neuroh5_rates_discard(struct neuroh5_rates_writer *w)
{
    if (!w)
        return;
    neuroh5_cells_discard(w->singles);
    neuroh5_cells_discard(w->lists);
    free(w);
}

struct neuroh5_rates_writer *
neuroh5_rates_new(struct h5_file *file, const struct comm *comm, const char *population,
                  const char *name_space, uint64_t cells, size_t each, struct fx_error *err)
{
    struct neuroh5_rates_writer *w = mem_new(1, sizeof *w);

    w->each = each;
    w->singles = neuroh5_cells_new(file, comm, population, name_space, SINGLE, SINGLES, cells,
                                   cells, err);
    if (w->singles)
        w->lists = neuroh5_cells_new(file, comm, population, name_space, LIST, LISTS, cells,
                                     cells * each, err);
    if (w->lists)
        return w;
    neuroh5_rates_discard(w);
    return NULL;
}

static int
append_singles(struct neuroh5_rates_writer *w, uint32_t first, uint32_t count,
               const struct rate *rates, struct fx_error *err)
{
    uint32_t *ones = mem_new(count + 1, sizeof *ones);
    uint8_t *type = mem_new(count + 1, sizeof *type);
    float *peak = mem_new(count + 1, sizeof *peak);
    double *values = mem_new(4 * (size_t)count + 1, sizeof *values);
    const void *all[SINGLES] = { type, peak, values, values + count, values + 2 * (size_t)count,
                                 values + 3 * (size_t)count };
    int status;

    for (uint32_t i = 0; i < count; i++) {
        ones[i] = 1;
        type[i] = (uint8_t)rates[i].type;
        peak[i] = (float)rate_peak(&rates[i]);
        values[i] = rates[i].mean;
        values[count + i] = rates[i].depth;
        values[2 * (size_t)count + i] = rates[i].frequency;
        values[3 * (size_t)count + i] = rates[i].phase;
    }
    status = neuroh5_cells_append(w->singles, first, count, ones, all, err);
    free(ones);
    free(type);
    free(peak);
    free(values);
    return status;
}

static int
append_lists(struct neuroh5_rates_writer *w, uint32_t first, uint32_t count,
             const struct rate *rates, struct fx_error *err)
{
    uint32_t *counts = mem_new(count + 1, sizeof *counts);
    double *times = mem_new(count * w->each + 1, sizeof *times);
    double *values = mem_new(count * w->each + 1, sizeof *values);
    const void *all[LISTS] = { times, values };
    int status;

    for (uint32_t i = 0; i < count; i++) {
        counts[i] = (uint32_t)w->each;
        for (size_t k = 0; k < w->each; k++) {
            times[i * w->each + k] = rates[i].type == RATE_CONSTANT ? 0 : rates[i].times[k];
            values[i * w->each + k] = rates[i].rates[k];
        }
    }
    status = neuroh5_cells_append(w->lists, first, count, counts, all, err);
    free(counts);
    free(times);
    free(values);
    return status;
}

int
neuroh5_rates_append(struct neuroh5_rates_writer *w, uint32_t first, uint32_t count,
                     const struct rate *rates, struct fx_error *err)
{
    return append_singles(w, first, count, rates, err) || append_lists(w, first, count, rates, err)
               ? -1 : 0;
}

int
neuroh5_rates_finish(struct neuroh5_rates_writer *w, struct fx_error *err)
{
    struct neuroh5_cells_writer *lists = w->lists;
    int status = neuroh5_cells_finish(w->singles, err);

    free(w);
    if (!status)
        return neuroh5_cells_finish(lists, err);
    neuroh5_cells_discard(lists);
    return -1;
}

/* --- reading ------------------------------------------------------------------------------------------ */

struct neuroh5_rates {
    const struct h5_file *file;
    struct neuroh5_cells *single[SINGLES], *list[LISTS];
    double *times, *values;
    size_t room;
};

void
neuroh5_rates_free(struct neuroh5_rates *r)
{
    if (!r)
        return;
    for (int i = 0; i < SINGLES; i++)
        neuroh5_cells_free(r->single[i]);
    for (int i = 0; i < LISTS; i++)
        neuroh5_cells_free(r->list[i]);
    free(r->times);
    free(r->values);
    free(r);
}

struct neuroh5_rates *
neuroh5_rates_open(const struct h5_file *file, const char *population, const char *name_space,
                   uint64_t cells, struct fx_error *err)
{
    struct neuroh5_rates *r = mem_new(1, sizeof *r);
    bool good = true;

    r->file = file;
    for (int i = 0; good && i < SINGLES; i++)
        if (i != PEAK)      /* it follows from the others */
            good = (r->single[i] = neuroh5_cells_open(file, population, name_space, SINGLE[i].name,
                                                      SINGLE[i].type, cells, err)) != NULL;
    for (int i = 0; good && i < LISTS; i++)
        good = (r->list[i] = neuroh5_cells_open(file, population, name_space, LIST[i].name,
                                                LIST[i].type, cells, err)) != NULL;
    if (good)
        return r;
    neuroh5_rates_free(r);
    return NULL;
}

static int
read_single(const struct neuroh5_rates *r, uint32_t cell, int which, void *out,
            struct fx_error *err)
{
    if (neuroh5_cells_value_count(r->single[which], cell) != 1)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = h5_path(r->file) },
                       "cell %lu has not one '%s'", (unsigned long)cell, SINGLE[which].name);
    return neuroh5_cells_read(r->single[which], cell, 1, out, NULL, err);
}

static int
read_lists(struct neuroh5_rates *r, uint32_t cell, struct rate *out, struct fx_error *err)
{
    uint64_t count = neuroh5_cells_value_count(r->list[TIMES], cell);

    if (count != neuroh5_cells_value_count(r->list[VALUES], cell))
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = h5_path(r->file) },
                       "cell %lu has not as many 'Rates' as 'Rate Times'", (unsigned long)cell);
    if (count > r->room) {
        r->room = (size_t)count;
        r->times = mem_resize(r->times, r->room, sizeof *r->times);
        r->values = mem_resize(r->values, r->room, sizeof *r->values);
    }
    out->count = (size_t)count;
    out->times = r->times;
    out->rates = r->values;
    if (count == 0)
        return 0;
    return neuroh5_cells_read(r->list[TIMES], cell, 1, r->times, NULL, err) ||
                   neuroh5_cells_read(r->list[VALUES], cell, 1, r->values, NULL, err) ? -1 : 0;
}

int
neuroh5_rates_read(struct neuroh5_rates *r, uint32_t cell, struct rate *out, struct fx_error *err)
{
    static const double silent[1] = { 0 };
    uint8_t type;

    *out = (struct rate){ .type = RATE_CONSTANT, .count = 1, .rates = silent };
    if (neuroh5_cells_value_count(r->single[TYPE], cell) == 0)
        return 0;
    if (read_single(r, cell, TYPE, &type, err) || read_single(r, cell, MEAN, &out->mean, err) ||
        read_single(r, cell, DEPTH, &out->depth, err) ||
        read_single(r, cell, FREQUENCY, &out->frequency, err) ||
        read_single(r, cell, PHASE, &out->phase, err) || read_lists(r, cell, out, err))
        return -1;
    if (type >= RATE_TYPES)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = h5_path(r->file) },
                       "the 'Rate Type' of cell %lu is %u", (unsigned long)cell, type);
    out->type = (enum rate_type)type;
    if (rate_check(out, err) == 0)
        return 0;
    snprintf(err->file, sizeof err->file, "%s", h5_path(r->file));
    return fx_error_in(err, "cell %lu", (unsigned long)cell);
}
