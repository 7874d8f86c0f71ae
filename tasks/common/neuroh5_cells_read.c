/* Attributes of cells: reading. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "common/neuroh5_cells.h"
#include "common/neuroh5_pointer.h"

struct neuroh5_cells {
    struct cell_slots slots;
    uint64_t *pointer;
    struct h5_data *value;
    enum h5_type type;
};

struct neuroh5_cells *
neuroh5_cells_open(const struct h5_file *file, const char *population, const char *name_space,
                   const char *attribute, enum h5_type type, uint64_t cells, struct fx_error *err)
{
    struct neuroh5_cells *c = mem_new(1, sizeof *c);
    char folder[900], path[1024];

    c->type = type;
    snprintf(folder, sizeof folder, "/Populations/%s/%s/%s", population, name_space, attribute);
    snprintf(path, sizeof path, "%s/Attribute Value", folder);
    c->value = h5_data_open(file, path, type, err);
    if (!c->value)
        goto fail;
    snprintf(path, sizeof path, "%s/Cell Index", folder);
    if (cell_slots_read(file, path, cells, &c->slots, err))
        goto fail;
    snprintf(path, sizeof path, "%s/Attribute Pointer", folder);
    c->pointer = pointers_read(file, path, c->slots.count, h5_data_length(c->value), err);
    if (c->pointer)
        return c;
fail:
    neuroh5_cells_free(c);
    return NULL;
}

void
neuroh5_cells_free(struct neuroh5_cells *c)
{
    if (!c)
        return;
    cell_slots_release(&c->slots);
    free(c->pointer);
    h5_data_discard(c->value);
    free(c);
}

uint64_t
neuroh5_cells_value_count(const struct neuroh5_cells *c, uint32_t cell)
{
    uint32_t slot = cell_slots_get(&c->slots, cell);

    return slot == SLOT_NONE ? 0 : c->pointer[slot + 1] - c->pointer[slot];
}

uint64_t
neuroh5_cells_range_count(const struct neuroh5_cells *c, uint32_t first, uint32_t count)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count; i++)
        sum += neuroh5_cells_value_count(c, first + i);
    return sum;
}

/* Cells whose rows follow each other in the file, from `first` on, at most `count`: one read. */
static uint32_t
run_length(const struct neuroh5_cells *c, uint32_t first, uint32_t count)
{
    uint32_t slot = cell_slots_get(&c->slots, first), n = 1;

    if (slot == SLOT_NONE)
        return 1;
    while (n < count && cell_slots_get(&c->slots, first + n) == slot + n)
        n++;
    return n;
}

int
neuroh5_cells_read(const struct neuroh5_cells *c, uint32_t first, uint32_t count, void *values,
                   uint64_t *offsets, struct fx_error *err)
{
    size_t size = h5_type_size(c->type);
    char *to = values;
    uint64_t done = 0;

    for (uint32_t i = 0; i < count;) {
        uint32_t n = run_length(c, first + i, count - i);
        uint32_t slot = cell_slots_get(&c->slots, first + i);
        for (uint32_t j = 0; offsets && j < n; j++)
            offsets[i + j] = done + (slot == SLOT_NONE ? 0 : c->pointer[slot + j] - c->pointer[slot]);
        i += n;
        if (slot == SLOT_NONE)
            continue;
        uint64_t from = c->pointer[slot], part = c->pointer[slot + n] - from;
        if (part && h5_data_read(c->value, from, part, to + done * size, err))
            return -1;
        done += part;
    }
    if (offsets)
        offsets[count] = done;
    return 0;
}

static int
check_single(const struct h5_file *file, const char *population, const char *attribute,
             const struct neuroh5_cells *c, struct fx_error *err)
{
    struct fx_mark at = { h5_path(file), 0, 0 };

    if (c->slots.count != c->slots.cells)
        return fx_fail(err, FX_INVALID, at, "'%s' is there for %llu of the %llu cells of '%s'",
                       attribute, (unsigned long long)c->slots.count,
                       (unsigned long long)c->slots.cells, population);
    for (uint64_t i = 0; i < c->slots.cells; i++)
        if (neuroh5_cells_value_count(c, (uint32_t)i) != 1)
            return fx_fail(err, FX_INVALID, at, "cell %llu of '%s' has not one value of '%s'",
                           (unsigned long long)i, population, attribute);
    return 0;
}

/* Places and distances that are no numbers would go on into whatever is made of them. */
static int
check_finite(const struct h5_file *file, const char *population, const char *attribute,
             enum h5_type type, uint64_t cells, const void *values, struct fx_error *err)
{
    const float *f32 = values;
    const double *f64 = values;

    for (uint64_t i = 0; (type == H5_F32 || type == H5_F64) && i < cells; i++)
        if (!isfinite(type == H5_F32 ? (double)f32[i] : f64[i]))
            return fx_fail(err, FX_INVALID, (struct fx_mark){ h5_path(file), 0, 0 },
                           "'%s' of cell %llu of '%s' is no finite number", attribute,
                           (unsigned long long)i, population);
    return 0;
}

void *
neuroh5_cells_read_single(const struct h5_file *file, const char *population,
                          const char *name_space, const char *attribute, enum h5_type type,
                          uint64_t cells, struct fx_error *err)
{
    struct neuroh5_cells *c =
        neuroh5_cells_open(file, population, name_space, attribute, type, cells, err);
    void *values = NULL;

    if (!c)
        return NULL;
    if (!check_single(file, population, attribute, c, err)) {
        values = mem_new((size_t)cells + 1, h5_type_size(type));
        if (neuroh5_cells_read(c, 0, (uint32_t)cells, values, NULL, err) ||
            check_finite(file, population, attribute, type, cells, values, err)) {
            free(values);
            values = NULL;
        }
    }
    neuroh5_cells_free(c);
    return values;
}
