/* Datasets of two dimensions. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/h5_internal.h"

struct h5_table {
    const struct h5_file *file;
    hid_t id;
    uint64_t rows, columns;
    char *path;
};

/* One transfer at most, see h5_data.c. */
enum { PIECE = 32 << 20 };

struct h5_table *
h5_table_new(struct h5_file *file, const char *path, uint64_t rows, uint64_t columns,
             struct fx_error *err)
{
    hsize_t extent[2] = { rows, columns };
    hid_t space, properties, id;
    struct h5_table *table;

    if (h5_reserve(file, rows * columns * sizeof(float), err) || h5_make_parents(file, path, err))
        return NULL;
    space = H5Screate_simple(2, extent, NULL);
    properties = h5_dataset_properties(0);
    id = H5Dcreate2(file->id, path, H5T_IEEE_F32LE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    if (id < 0)
        h5_fail(file, err, "make dataset '%s'", path);
    H5Pclose(properties);
    H5Sclose(space);
    if (id < 0)
        return NULL;
    table = mem_new(1, sizeof *table);
    *table = (struct h5_table){ file, id, rows, columns, mem_copy(path, strlen(path)) };
    return table;
}

/* `columns` values of one row, from `column` on. */
static int
write_piece(struct h5_table *table, uint64_t row, uint64_t column, uint64_t columns,
            const float *values, struct fx_error *err)
{
    hsize_t start[2] = { row, column }, count[2] = { 1, columns };
    hid_t space = H5Dget_space(table->id), memory = H5Screate_simple(2, count, NULL);
    herr_t result = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
    int status = 0;

    if (result >= 0)
        result = H5Dwrite(table->id, H5T_NATIVE_FLOAT, memory, space, H5P_DEFAULT, values);
    if (result < 0)
        status = h5_fail(table->file, err, "write dataset '%s'", table->path);
    H5Sclose(memory);
    H5Sclose(space);
    return status;
}

int
h5_table_write(struct h5_table *table, uint64_t row, const float *values, struct fx_error *err)
{
    const uint64_t most = PIECE / sizeof *values;

    assert(row < table->rows);
    for (uint64_t at = 0; at < table->columns; at += most) {
        const uint64_t left = table->columns - at;

        if (write_piece(table, row, at, left < most ? left : most, values + at, err))
            return -1;
    }
    return 0;
}

int
h5_table_close(struct h5_table *table, struct fx_error *err)
{
    int status = 0;

    if (!table)
        return 0;
    if (H5Dclose(table->id) < 0)
        status = h5_fail(table->file, err, "close dataset '%s'", table->path);
    free(table->path);
    free(table);
    return status;
}

void
h5_table_discard(struct h5_table *table)
{
    struct fx_error unsaid = FX_ERROR_NONE;

    h5_table_close(table, &unsaid);
}
