/* Datasets of one dimension, and attributes. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/h5_internal.h"

struct h5_data {
    const struct h5_file *file;
    hid_t id;
    enum h5_type type;
    uint64_t length;
    char *path;
};

/* One transfer at most: beyond 2 GiB MPI-IO fails, and this bounds what HDF5 holds in between. */
enum { PIECE = 32 << 20 };

/* A dataset holds no more than the file does, but deflate may have shrunk it, at most 1032 times. Some
 * values more: pieces that were never written are not in the file. */
enum { MOST_SHRUNK = 1100, MOST_UNWRITTEN = 1 << 20 };

static const struct {
    const char *name;
    size_t size;
    H5T_class_t class;
    H5T_sign_t sign;
} type_facts[H5_TYPES] = {
    [H5_U8] = { "u8", 1, H5T_INTEGER, H5T_SGN_NONE },   [H5_I8] = { "i8", 1, H5T_INTEGER, H5T_SGN_2 },
    [H5_U16] = { "u16", 2, H5T_INTEGER, H5T_SGN_NONE }, [H5_I16] = { "i16", 2, H5T_INTEGER, H5T_SGN_2 },
    [H5_U32] = { "u32", 4, H5T_INTEGER, H5T_SGN_NONE }, [H5_I32] = { "i32", 4, H5T_INTEGER, H5T_SGN_2 },
    [H5_U64] = { "u64", 8, H5T_INTEGER, H5T_SGN_NONE }, [H5_F32] = { "f32", 4, H5T_FLOAT, H5T_SGN_2 },
    [H5_F64] = { "f64", 8, H5T_FLOAT, H5T_SGN_2 },
};

size_t
h5_type_size(enum h5_type type)
{
    return type_facts[type].size;
}

const char *
h5_type_name(enum h5_type type)
{
    return type_facts[type].name;
}

static hid_t
file_type(enum h5_type type)
{
    switch (type) {
    case H5_U8:  return H5T_STD_U8LE;
    case H5_I8:  return H5T_STD_I8LE;
    case H5_U16: return H5T_STD_U16LE;
    case H5_I16: return H5T_STD_I16LE;
    case H5_U32: return H5T_STD_U32LE;
    case H5_I32: return H5T_STD_I32LE;
    case H5_U64: return H5T_STD_U64LE;
    case H5_F32: return H5T_IEEE_F32LE;
    default:     return H5T_IEEE_F64LE;
    }
}

static hid_t
memory_type(enum h5_type type)
{
    switch (type) {
    case H5_U8:  return H5T_NATIVE_UINT8;
    case H5_I8:  return H5T_NATIVE_INT8;
    case H5_U16: return H5T_NATIVE_UINT16;
    case H5_I16: return H5T_NATIVE_INT16;
    case H5_U32: return H5T_NATIVE_UINT32;
    case H5_I32: return H5T_NATIVE_INT32;
    case H5_U64: return H5T_NATIVE_UINT64;
    case H5_F32: return H5T_NATIVE_FLOAT;
    default:     return H5T_NATIVE_DOUBLE;
    }
}

uint64_t
h5_chunk(uint64_t length, uint64_t most)
{
    uint64_t chunks = length / most + (length % most > 0);

    if (length < 1000)
        return 1000;
    return length / chunks + (length % chunks > 0);
}

hid_t
h5_dataset_properties(uint64_t chunk)
{
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t rows = chunk;

    if (chunk)
        H5Pset_chunk(properties, 1, &rows);
    H5Pset_obj_track_times(properties, false);
    H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER);
    return properties;
}

static struct h5_data *
data_make(const struct h5_file *file, hid_t id, const char *path, enum h5_type type, uint64_t length)
{
    struct h5_data *data = mem_new(1, sizeof *data);

    *data = (struct h5_data){ file, id, type, length, mem_copy(path, strlen(path)) };
    return data;
}

/* What the chunks of a dataset take in the file, and HDF5 to find them. */
static uint64_t
bytes_of(uint64_t length, uint64_t chunk, enum h5_type type)
{
    uint64_t chunks = length / chunk + (length % chunk > 0);

    return chunks * (chunk * type_facts[type].size + 64);
}

struct h5_data *
h5_data_new(struct h5_file *file, const char *path, enum h5_type type, uint64_t length,
            uint64_t chunk, struct fx_error *err)
{
    hsize_t now = length, most = H5S_UNLIMITED;
    hid_t space, properties, access, id;

    if (h5_reserve(file, bytes_of(length, chunk, type), err) || h5_make_parents(file, path, err))
        return NULL;
    space = H5Screate_simple(1, &now, &most);
    properties = h5_dataset_properties(chunk);
    /* Every value is written once: in a cache chunks would be read before, and copied once more. */
    access = H5Pcreate(H5P_DATASET_ACCESS);
    H5Pset_chunk_cache(access, 0, 0, 1);
    id = H5Dcreate2(file->id, path, file_type(type), space, H5P_DEFAULT, properties, access);
    if (id < 0)
        h5_fail(file, err, "make dataset '%s'", path);
    H5Pclose(access);
    H5Pclose(properties);
    H5Sclose(space);
    return id < 0 ? NULL : data_make(file, id, path, type, length);
}

/* Whether all values of the file's type are values of ours. */
static int
check_type(const struct h5_file *file, hid_t id, const char *path, enum h5_type type,
           struct fx_error *err)
{
    hid_t found = H5Dget_type(id);
    H5T_class_t class = H5Tget_class(found);
    size_t size = H5Tget_size(found);
    bool fits = class == type_facts[type].class && size > 0 && size <= type_facts[type].size;

    if (fits && class == H5T_INTEGER)
        fits = H5Tget_sign(found) == type_facts[type].sign;
    H5Tclose(found);
    if (fits)
        return 0;
    return h5_invalid(file, err, "dataset '%s' does not hold %s values", path,
                      type_facts[type].name);
}

bool
h5_can_hold(const struct h5_file *file, hid_t id, uint64_t length)
{
    hid_t properties = H5Dget_create_plist(id), type = H5Dget_type(id);
    uint64_t times = H5Pget_nfilters(properties) > 0 ? MOST_SHRUNK : 1;
    uint64_t size = H5Tget_size(type);

    H5Tclose(type);
    H5Pclose(properties);
    return length / times <= file->size / size + MOST_UNWRITTEN;
}

static int
check_shape(const struct h5_file *file, hid_t id, const char *path, uint64_t *length,
            struct fx_error *err)
{
    hid_t space = H5Dget_space(id);
    int rank = H5Sget_simple_extent_ndims(space);
    bool simple = H5Sget_simple_extent_type(space) == H5S_SIMPLE;
    hsize_t now = 0;

    if (simple && rank == 1)
        H5Sget_simple_extent_dims(space, &now, NULL);
    H5Sclose(space);
    if (!simple || rank != 1)
        return h5_invalid(file, err, "dataset '%s' has not one dimension", path);
    if (!h5_can_hold(file, id, now))
        return h5_invalid(file, err, "dataset '%s' claims %llu values, which the file cannot hold",
                          path, (unsigned long long)now);
    *length = now;
    return 0;
}

struct h5_data *
h5_data_open(const struct h5_file *file, const char *path, enum h5_type type, struct fx_error *err)
{
    uint64_t length = 0;
    H5O_info_t info;
    hid_t id;

    if (!h5_exists(file, path)) {
        h5_invalid(file, err, "there is no dataset '%s'", path);
        return NULL;
    }
    if (H5Oget_info_by_name1(file->id, path, &info, H5P_DEFAULT) < 0 ||
        info.type != H5O_TYPE_DATASET) {
        h5_invalid(file, err, "'%s' is no dataset", path);
        return NULL;
    }
    id = H5Dopen2(file->id, path, H5P_DEFAULT);
    if (id < 0) {
        h5_fail(file, err, "open dataset '%s'", path);
        return NULL;
    }
    if (check_type(file, id, path, type, err) ||
        check_shape(file, id, path, &length, err)) {
        H5Dclose(id);
        return NULL;
    }
    return data_make(file, id, path, type, length);
}

uint64_t
h5_data_length(const struct h5_data *data)
{
    return data->length;
}

int
h5_data_extend(struct h5_data *data, uint64_t length, struct fx_error *err)
{
    hsize_t now = length;

    assert(length >= data->length);
    if (length == data->length)
        return 0;
    if (h5_reserve(data->file, (length - data->length) * type_facts[data->type].size, err))
        return -1;
    if (H5Dset_extent(data->id, &now) < 0)
        return h5_fail(data->file, err, "extend dataset '%s'", data->path);
    data->length = length;
    return 0;
}

/* Moves values between file and memory, piece by piece. */
static int
transfer(const struct h5_data *data, uint64_t from, uint64_t count, void *in, const void *out,
         struct fx_error *err)
{
    size_t size = type_facts[data->type].size;
    hid_t type = memory_type(data->type), space = H5I_INVALID_HID;
    int status = 0;

    if (count)
        space = H5Dget_space(data->id);
    for (uint64_t done = 0; !status && done < count;) {
        uint64_t part = count - done < PIECE / size ? count - done : PIECE / size;
        hsize_t start = from + done, rows = part;
        hid_t memory = H5Screate_simple(1, &rows, NULL);
        herr_t result = H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &rows, NULL);
        if (result >= 0)
            result = in ? H5Dread(data->id, type, memory, space, H5P_DEFAULT,
                                  (char *)in + done * size)
                        : H5Dwrite(data->id, type, memory, space, H5P_DEFAULT,
                                   (const char *)out + done * size);
        if (result < 0)
            status = h5_fail(data->file, err, "%s dataset '%s'", in ? "read" : "write", data->path);
        H5Sclose(memory);
        done += part;
    }
    if (count)
        H5Sclose(space);
    return status;
}

int
h5_data_write(struct h5_data *data, uint64_t from, uint64_t count, const void *values,
              struct fx_error *err)
{
    assert(from <= data->length && count <= data->length - from);
    return transfer(data, from, count, NULL, values, err);
}

int
h5_data_read(const struct h5_data *data, uint64_t from, uint64_t count, void *values,
             struct fx_error *err)
{
    if (from > data->length || count > data->length - from)
        return h5_invalid(data->file, err,
                          "dataset '%s' has %llu values; %llu from number %llu on are needed",
                          data->path, (unsigned long long)data->length, (unsigned long long)count,
                          (unsigned long long)from);
    return transfer(data, from, count, values, NULL, err);
}

int
h5_data_close(struct h5_data *data, struct fx_error *err)
{
    int status = 0;

    if (!data)
        return 0;
    if (H5Dclose(data->id) < 0)
        status = h5_fail(data->file, err, "close dataset '%s'", data->path);
    free(data->path);
    free(data);
    return status;
}

void
h5_data_discard(struct h5_data *data)
{
    struct fx_error unsaid = FX_ERROR_NONE;

    h5_data_close(data, &unsaid);
}

int
h5_write_all(struct h5_file *file, const char *path, enum h5_type type, uint64_t length,
             uint64_t chunk, const void *values, struct fx_error *err)
{
    struct h5_data *data = h5_data_new(file, path, type, length, chunk, err);

    if (!data)
        return -1;
    if (file->comm->rank == 0 && h5_data_write(data, 0, length, values, err)) {
        h5_data_discard(data);
        return -1;
    }
    return h5_data_close(data, err);
}

int
h5_read_all(const struct h5_file *file, const char *path, enum h5_type type, void **values,
            uint64_t *length, struct fx_error *err)
{
    struct h5_data *data = h5_data_open(file, path, type, err);
    int status;

    *values = NULL;
    if (!data)
        return -1;
    *length = data->length;
    *values = mem_new(data->length ? data->length : 1, type_facts[type].size);
    status = h5_data_read(data, 0, data->length, *values, err);
    h5_data_discard(data);
    if (status) {
        free(*values);
        *values = NULL;
    }
    return status;
}
