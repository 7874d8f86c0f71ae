/* /H5Types on disk: an enum, two compound types, two datasets. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/h5_internal.h"
#include "common/neuroh5_types.h"

#define LABELS      "/H5Types/Population labels"
#define RANGE       "/H5Types/Population range"
#define POPULATIONS "/H5Types/Populations"
#define PROJECTION  "/H5Types/Population projections"
#define VALID       "/H5Types/Valid population projections"

struct range_row {
    uint64_t start;
    uint32_t count;
    uint16_t population;
};

/* --- writing ------------------------------------------------------------------------------------- */

static hid_t
labels_type(const struct neuroh5_types *types, hid_t base)
{
    hid_t labels = H5Tenum_create(base);

    for (size_t i = 0; i < types->population_count; i++)
        H5Tenum_insert(labels, types->populations[i].name, &types->populations[i].index);
    return labels;
}

/* In files without padding; in memory as struct range_row. */
static hid_t
range_type(hid_t labels, bool in_file)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, in_file ? 14 : sizeof(struct range_row));

    H5Tinsert(type, "Start", in_file ? 0 : offsetof(struct range_row, start),
              in_file ? H5T_STD_U64LE : H5T_NATIVE_UINT64);
    H5Tinsert(type, "Count", in_file ? 8 : offsetof(struct range_row, count),
              in_file ? H5T_STD_U32LE : H5T_NATIVE_UINT32);
    H5Tinsert(type, "Population", in_file ? 12 : offsetof(struct range_row, population), labels);
    return type;
}

static hid_t
pair_type(hid_t labels, bool in_file)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, in_file ? 4 : sizeof(struct neuroh5_pair));

    H5Tinsert(type, "Source", in_file ? 0 : offsetof(struct neuroh5_pair, source), labels);
    H5Tinsert(type, "Destination", in_file ? 2 : offsetof(struct neuroh5_pair, destination), labels);
    return type;
}

/* Commits `type` at `type_path` and writes `count` rows of it to `path`. */
static int
write_table(struct h5_file *file, const char *type_path, hid_t type, const char *path, hid_t memory,
            size_t count, const void *rows, struct fx_error *err)
{
    hsize_t length = count;
    hid_t space = H5Screate_simple(1, &length, NULL), properties = h5_dataset_properties(0);
    hid_t data = H5I_INVALID_HID;
    int status = 0;

    if (H5Tcommit2(file->id, type_path, type, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT) < 0)
        status = h5_fail(file, err, "write type '%s'", type_path);
    if (!status) {
        data = H5Dcreate2(file->id, path, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
        if (data < 0)
            status = h5_fail(file, err, "make dataset '%s'", path);
    }
    if (!status && count && file->comm->rank == 0 &&
        H5Dwrite(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) < 0)
        status = h5_fail(file, err, "write dataset '%s'", path);
    if (data >= 0)
        H5Dclose(data);
    H5Pclose(properties);
    H5Sclose(space);
    return status;
}

static struct range_row *
range_rows(const struct neuroh5_types *types)
{
    struct range_row *rows = mem_new(types->population_count + 1, sizeof *rows);

    for (size_t i = 0; i < types->population_count; i++) {
        rows[i].start = types->populations[i].start;
        rows[i].count = (uint32_t)types->populations[i].count;
        rows[i].population = types->populations[i].index;
    }
    return rows;
}

int
neuroh5_types_write(struct h5_file *file, const struct neuroh5_types *types, struct fx_error *err)
{
    hid_t labels = labels_type(types, H5T_STD_U16LE), native = labels_type(types, H5T_NATIVE_UINT16);
    hid_t range = range_type(labels, true), range_memory = range_type(native, false);
    hid_t pair = pair_type(labels, true), pair_memory = pair_type(native, false);
    struct range_row *rows = range_rows(types);
    int status = h5_make_group(file, "/H5Types", err);

    if (!status &&
        H5Tcommit2(file->id, LABELS, labels, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT) < 0)
        status = h5_fail(file, err, "write type '%s'", LABELS);
    if (!status)
        status = write_table(file, RANGE, range, POPULATIONS, range_memory, types->population_count,
                             rows, err);
    if (!status)
        status = write_table(file, PROJECTION, pair, VALID, pair_memory, types->pair_count,
                             types->pairs, err);
    free(rows);
    H5Tclose(pair_memory);
    H5Tclose(pair);
    H5Tclose(range_memory);
    H5Tclose(range);
    H5Tclose(native);
    H5Tclose(labels);
    return status;
}

/* --- reading ------------------------------------------------------------------------------------- */

/* HDF5 believes what a damaged compound type says, and copies beyond its rows. */
static bool
members_fit(hid_t type)
{
    int count = H5Tget_nmembers(type);
    size_t size = H5Tget_size(type);

    for (int i = 0; i < count; i++) {
        hid_t member = H5Tget_member_type(type, (unsigned)i);
        size_t at = H5Tget_member_offset(type, (unsigned)i), length = H5Tget_size(member);
        H5Tclose(member);
        if (length == 0 || length > size || at > size - length)
            return false;
    }
    return count > 0;
}

/* Opens a dataset of compound rows; *count rows, at most `most`. */
static hid_t
open_table(const struct h5_file *file, const char *path, size_t most, size_t *count,
           struct fx_error *err)
{
    hid_t data, type, space;
    hssize_t length;
    bool compound;

    data = h5_exists(file, path) ? H5Dopen2(file->id, path, H5P_DEFAULT) : H5I_INVALID_HID;
    if (data < 0) {
        h5_invalid(file, err, "there is no dataset '%s': this is no NeuroH5 file", path);
        return data;
    }
    type = H5Dget_type(data);
    space = H5Dget_space(data);
    compound = H5Tget_class(type) == H5T_COMPOUND && members_fit(type);
    length = H5Sget_simple_extent_npoints(space);
    H5Sclose(space);
    H5Tclose(type);
    if (compound && length >= 0 && (size_t)length <= most) {
        *count = (size_t)length;
        return data;
    }
    H5Dclose(data);
    h5_invalid(file, err, "dataset '%s' is no table of populations", path);
    return H5I_INVALID_HID;
}

/* The enum that the column of the table has: names of populations. */
static hid_t
column_enum(hid_t data, const char *column)
{
    hid_t type = H5Dget_type(data), member = H5I_INVALID_HID;
    int i = H5Tget_member_index(type, column);

    if (i >= 0 && H5Tget_member_class(type, (unsigned)i) == H5T_ENUM)
        member = H5Tget_member_type(type, (unsigned)i);
    H5Tclose(type);
    if (member >= 0 && H5Tget_size(member) != 2) {
        H5Tclose(member);
        member = H5I_INVALID_HID;
    }
    return member;
}

/* Rows as we hold them in memory; the enum is read as its own native type, and is 16 bits wide. */
static int
read_rows(const struct h5_file *file, const char *path, hid_t data, hid_t memory, size_t count,
          void *rows, struct fx_error *err)
{
    if (count && H5Dread(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows) < 0)
        return h5_fail(file, err, "read dataset '%s'", path);
    return 0;
}

static int
take_population(const struct h5_file *file, struct neuroh5_types *types, hid_t labels,
                const struct range_row *row, struct fx_error *err)
{
    char name[256] = "";
    uint16_t index = row->population;

    if (H5Tenum_nameof(labels, &index, name, sizeof name) < 0)
        return h5_invalid(file, err, "population number %u has no name", (unsigned)index);
    if (neuroh5_types_add(types, name, index, row->count, err)) {
        snprintf(err->file, sizeof err->file, "%s", file->path);
        return -1;
    }
    types->populations[types->population_count - 1].start = row->start;
    return 0;
}

static int
check_ranges(const struct h5_file *file, const struct neuroh5_types *types, struct fx_error *err)
{
    uint64_t start = 0;

    for (size_t i = 0; i < types->population_count; i++) {
        const struct neuroh5_population *p = &types->populations[i];
        if (i && p->index <= types->populations[i - 1].index)
            return h5_invalid(file, err, "populations are not ordered by their numbers: '%s'",
                              p->name);
        if (p->start < start || p->start > UINT32_MAX || p->start + p->count > UINT32_MAX)
            return h5_invalid(file, err, "population '%s' overlaps the one before it, or has gids "
                              "beyond 32 bits", p->name);
        start = p->start + p->count;
    }
    return 0;
}

static int
read_populations(const struct h5_file *file, struct neuroh5_types *types, struct fx_error *err)
{
    size_t count = 0;
    hid_t data = open_table(file, POPULATIONS, UINT16_MAX, &count, err), labels, native, memory;
    struct range_row *rows;
    int status = 0;

    if (data < 0)
        return -1;
    labels = column_enum(data, "Population");
    if (labels < 0) {
        H5Dclose(data);
        return h5_invalid(file, err, "'%s' has no column of population labels", POPULATIONS);
    }
    rows = mem_new(count + 1, sizeof *rows);
    native = H5Tget_native_type(labels, H5T_DIR_DEFAULT);
    memory = range_type(native, false);
    status = read_rows(file, POPULATIONS, data, memory, count, rows, err);
    for (size_t i = 0; !status && i < count; i++)
        status = take_population(file, types, native, &rows[i], err);
    if (!status)
        status = check_ranges(file, types, err);
    H5Tclose(memory);
    H5Tclose(native);
    H5Tclose(labels);
    H5Dclose(data);
    free(rows);
    return status;
}

static int
check_pairs(const struct h5_file *file, const struct neuroh5_types *types, struct fx_error *err)
{
    for (size_t i = 0; i < types->pair_count; i++)
        if (!neuroh5_types_by_index(types, types->pairs[i].source) ||
            !neuroh5_types_by_index(types, types->pairs[i].destination))
            return h5_invalid(file, err, "row %zu of '%s' names a population that is not there", i,
                              VALID);
    return 0;
}

static int
read_pairs(const struct h5_file *file, struct neuroh5_types *types, struct fx_error *err)
{
    size_t count = 0;
    hid_t data, labels, native, memory;
    int status;

    if (!h5_exists(file, VALID))
        return 0;
    data = open_table(file, VALID, (size_t)UINT16_MAX * 64, &count, err);
    if (data < 0)
        return -1;
    labels = column_enum(data, "Source");
    if (labels < 0) {
        H5Dclose(data);
        return h5_invalid(file, err, "'%s' has no column of population labels", VALID);
    }
    types->pairs = mem_new(count + 1, sizeof *types->pairs);
    types->pair_count = count;
    native = H5Tget_native_type(labels, H5T_DIR_DEFAULT);
    memory = pair_type(native, false);
    status = read_rows(file, VALID, data, memory, count, types->pairs, err);
    if (!status)
        status = check_pairs(file, types, err);
    H5Tclose(memory);
    H5Tclose(native);
    H5Tclose(labels);
    H5Dclose(data);
    return status;
}

int
neuroh5_types_read(const struct h5_file *file, struct neuroh5_types *types, struct fx_error *err)
{
    *types = (struct neuroh5_types){ 0 };
    if (!read_populations(file, types, err) && !read_pairs(file, types, err))
        return 0;
    neuroh5_types_release(types);
    return -1;
}
