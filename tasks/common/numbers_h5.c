#include "common/numbers.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "common/h5_internal.h"

static int
check_type(const struct h5_file *file, hid_t id, const char *path, struct fx_error *err)
{
    hid_t type = H5Dget_type(id);
    H5T_class_t class = H5Tget_class(type);
    size_t size = H5Tget_size(type);
    bool fits = (class == H5T_FLOAT || class == H5T_INTEGER) && size > 0 && size <= 8;

    H5Tclose(type);
    return fits ? 0 : h5_invalid(file, err, "dataset '%s' does not hold numbers", path);
}

/* Rows and columns of a dataset; one dimension is one column. */
static int
read_shape(const struct h5_file *file, hid_t id, const char *path, hsize_t shape[2],
           struct fx_error *err)
{
    hid_t space = H5Dget_space(id);
    int rank = H5Sget_simple_extent_ndims(space);
    bool fits = H5Sget_simple_extent_type(space) == H5S_SIMPLE && (rank == 1 || rank == 2);

    shape[1] = 1;
    if (fits)
        H5Sget_simple_extent_dims(space, shape, NULL);
    H5Sclose(space);
    if (!fits)
        return h5_invalid(file, err, "dataset '%s' has neither one nor two dimensions", path);
    if (shape[0] > 0 && (shape[1] > SIZE_MAX / sizeof(double) / shape[0] ||
                         !h5_can_hold(file, id, shape[0] * shape[1])))
        return h5_invalid(file, err, "dataset '%s' claims %llu x %llu values, which the file "
                          "cannot hold", path, (unsigned long long)shape[0],
                          (unsigned long long)shape[1]);
    return 0;
}

static int
read_values(const struct h5_file *file, hid_t id, const char *path, struct numbers *out,
            struct fx_error *err)
{
    hsize_t shape[2];

    if (check_type(file, id, path, err) || read_shape(file, id, path, shape, err))
        return -1;
    *out = (struct numbers){ (size_t)shape[0], (size_t)shape[1], NULL };
    out->at = mem_new(out->rows * out->columns + 1, sizeof *out->at);
    if (out->rows * out->columns > 0 &&
        H5Dread(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, out->at) < 0)
        return h5_fail(file, err, "read dataset '%s'", path);
    for (size_t i = 0; i < out->rows * out->columns; i++)
        if (!isfinite(out->at[i]))
            return h5_invalid(file, err, "value %zu of dataset '%s' is no finite number", i, path);
    return 0;
}

/* On failure *out may hold something to release. */
static int
read_dataset(const struct h5_file *file, const char *path, struct numbers *out,
             struct fx_error *err)
{
    H5O_info_t info;
    hid_t id;
    int status;

    if (!h5_exists(file, path))
        return h5_invalid(file, err, "there is no dataset '%s'", path);
    if (H5Oget_info_by_name1(file->id, path, &info, H5P_DEFAULT) < 0 ||
        info.type != H5O_TYPE_DATASET)
        return h5_invalid(file, err, "'%s' is no dataset", path);
    id = H5Dopen2(file->id, path, H5P_DEFAULT);
    if (id < 0)
        return h5_fail(file, err, "open dataset '%s'", path);
    status = read_values(file, id, path, out, err);
    H5Dclose(id);
    return status;
}

/* Puts `column` of one value a row at place `at` of `count` columns. */
static int
add_column(const struct h5_file *file, const char *path, const struct numbers *column, size_t at,
           size_t count, struct numbers *out, struct fx_error *err)
{
    if (column->columns != 1)
        return h5_invalid(file, err, "dataset '%s' has %zu columns; in a list each has one", path,
                          column->columns);
    if (at == 0)
        *out = (struct numbers){ column->rows, count,
                                 mem_new(column->rows * count + 1, sizeof *out->at) };
    if (column->rows != out->rows)
        return h5_invalid(file, err, "dataset '%s' has %zu values, the first of the list has %zu",
                          path, column->rows, out->rows);
    for (size_t i = 0; i < column->rows; i++)
        out->at[i * count + at] = column->at[i];
    return 0;
}

int
numbers_read_h5(const char *path, const char *const *datasets, size_t count, struct numbers *out,
                struct fx_error *err)
{
    struct h5_file *file = h5_open(path, err);
    struct numbers table = { 0 };
    int status = file ? 0 : -1;

    if (!status && count == 1)
        status = read_dataset(file, datasets[0], &table, err);
    for (size_t i = 0; !status && count > 1 && i < count; i++) {
        struct numbers column = { 0 };

        status = read_dataset(file, datasets[i], &column, err);
        if (!status)
            status = add_column(file, datasets[i], &column, i, count, &table, err);
        numbers_release(&column);
    }
    h5_discard(file);
    if (status)
        numbers_release(&table);
    else
        *out = table;
    return status;
}
