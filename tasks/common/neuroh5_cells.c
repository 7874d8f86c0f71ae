/* Attributes of cells: writing. */
#include "common/neuroh5_cells.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The three datasets of one attribute. */
struct column {
    struct h5_data *index, *pointer, *value;
};

struct neuroh5_cells_writer {
    const struct comm *comm;
    char *label;                /* for messages: "<population>/<namespace>" */
    size_t column_count;
    struct column *columns;
    uint64_t cells, values;     /* announced */
    uint64_t cells_done, values_done;
};

static int
make_column(struct neuroh5_cells_writer *w, struct h5_file *file, const char *folder,
            const struct neuroh5_attribute *attribute, struct column *column, struct fx_error *err)
{
    bool grows = w->values == NEUROH5_GROWS;
    uint64_t cell_chunk = h5_chunk(w->cells, H5_CHUNK_CELLS);
    uint64_t chunk = grows ? H5_CHUNK_CELLS : h5_chunk(w->values, H5_CHUNK_VALUES);
    char path[1024];

    snprintf(path, sizeof path, "%s/%s/Cell Index", folder, attribute->name);
    column->index = h5_data_new(file, path, H5_U32, w->cells, cell_chunk, err);
    if (!column->index)
        return -1;
    snprintf(path, sizeof path, "%s/%s/Attribute Pointer", folder, attribute->name);
    column->pointer = h5_data_new(file, path, H5_U64, w->cells + 1, cell_chunk, err);
    if (!column->pointer)
        return -1;
    snprintf(path, sizeof path, "%s/%s/Attribute Value", folder, attribute->name);
    column->value = h5_data_new(file, path, attribute->type, grows ? 0 : w->values, chunk, err);
    return column->value ? 0 : -1;
}

struct neuroh5_cells_writer *
neuroh5_cells_new(struct h5_file *file, const struct comm *comm, const char *population,
                  const char *name_space, const struct neuroh5_attribute *attributes,
                  size_t attribute_count, uint64_t cells, uint64_t values, struct fx_error *err)
{
    struct neuroh5_cells_writer *w = mem_new(1, sizeof *w);
    char folder[700];

    snprintf(folder, sizeof folder, "/Populations/%s/%s", population, name_space);
    w->comm = comm;
    w->label = mem_copy(folder, strlen(folder));
    w->cells = cells;
    w->values = values;
    w->columns = mem_new(attribute_count, sizeof *w->columns);
    for (size_t i = 0; i < attribute_count; i++) {
        w->column_count = i + 1;
        if (make_column(w, file, folder, &attributes[i], &w->columns[i], err)) {
            neuroh5_cells_discard(w);
            return NULL;
        }
    }
    return w;
}

void
neuroh5_cells_discard(struct neuroh5_cells_writer *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->column_count; i++) {
        h5_data_discard(w->columns[i].index);
        h5_data_discard(w->columns[i].pointer);
        h5_data_discard(w->columns[i].value);
    }
    free(w->columns);
    free(w->label);
    free(w);
}

static int
too_many(const struct neuroh5_cells_writer *w, const char *what, uint64_t came, uint64_t announced,
         struct fx_error *err)
{
    return fx_fail(err, FX_FAILED, FX_NOWHERE, "%s: %llu %s came, %llu were announced", w->label,
                   (unsigned long long)came, what, (unsigned long long)announced);
}

int
neuroh5_cells_append(struct neuroh5_cells_writer *w, uint32_t first, uint32_t count,
                     const uint32_t *counts, const void *const *values, struct fx_error *err)
{
    uint64_t mine = 0, block_cells, block_values, cell_at, value_at, *pointers;
    uint32_t *indices;
    int status = 0;

    for (uint32_t i = 0; i < count; i++)
        mine += counts[i];
    cell_at = w->cells_done + comm_before_u64(w->comm, count, &block_cells);
    value_at = w->values_done + comm_before_u64(w->comm, mine, &block_values);
    w->cells_done += block_cells;
    w->values_done += block_values;
    if (w->cells_done > w->cells)
        return too_many(w, "cells", w->cells_done, w->cells, err);
    if (w->values != NEUROH5_GROWS && w->values_done > w->values)
        return too_many(w, "values", w->values_done, w->values, err);

    indices = mem_new((size_t)count + 1, sizeof *indices);
    pointers = mem_new((size_t)count + 1, sizeof *pointers);
    pointers[0] = value_at;
    for (uint32_t i = 0; i < count; i++) {
        indices[i] = first + i;
        pointers[i + 1] = pointers[i] + counts[i];
    }
    for (size_t i = 0; !status && i < w->column_count; i++) {
        struct column *column = &w->columns[i];
        if (w->values == NEUROH5_GROWS)
            status = h5_data_extend(column->value, w->values_done, err);
        if (!status)
            status = h5_data_write(column->index, cell_at, count, indices, err);
        if (!status)
            status = h5_data_write(column->pointer, cell_at, count, pointers, err);
        if (!status)
            status = h5_data_write(column->value, value_at, mine, values[i], err);
    }
    free(indices);
    free(pointers);
    return status;
}

static int
finish_column(struct neuroh5_cells_writer *w, struct column *column, struct fx_error *err)
{
    int status = 0;

    if (w->comm->rank == 0)
        status = h5_data_write(column->pointer, w->cells, 1, &w->values_done, err);
    if (h5_data_close(column->index, err) && !status)
        status = -1;
    if (h5_data_close(column->pointer, err) && !status)
        status = -1;
    if (h5_data_close(column->value, err) && !status)
        status = -1;
    *column = (struct column){ NULL, NULL, NULL };
    return status;
}

int
neuroh5_cells_finish(struct neuroh5_cells_writer *w, struct fx_error *err)
{
    int status = 0;

    if (w->cells_done != w->cells)
        status = too_many(w, "cells", w->cells_done, w->cells, err);
    else if (w->values != NEUROH5_GROWS && w->values_done != w->values)
        status = too_many(w, "values", w->values_done, w->values, err);
    for (size_t i = 0; !status && i < w->column_count; i++)
        status = finish_column(w, &w->columns[i], err);
    neuroh5_cells_discard(w);
    return status;
}

int
neuroh5_cells_write_single(struct h5_file *file, const struct comm *comm, const char *population,
                           const char *name_space, const char *attribute, enum h5_type type,
                           uint64_t cells, const void *values, struct fx_error *err)
{
    struct neuroh5_attribute one = { attribute, type };
    struct neuroh5_cells_writer *w =
        neuroh5_cells_new(file, comm, population, name_space, &one, 1, cells, cells, err);
    uint32_t count = comm->rank == 0 ? (uint32_t)cells : 0;
    uint32_t *counts;
    int status;

    if (!w)
        return -1;
    counts = mem_new((size_t)count + 1, sizeof *counts);
    for (uint32_t i = 0; i < count; i++)
        counts[i] = 1;
    status = neuroh5_cells_append(w, 0, count, counts, &values, err);
    free(counts);
    if (status) {
        neuroh5_cells_discard(w);
        return -1;
    }
    return neuroh5_cells_finish(w, err);
}
