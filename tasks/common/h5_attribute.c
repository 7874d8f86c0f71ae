/* Attributes of groups and datasets: numbers and text. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/h5_internal.h"

/* UTF-8, of any length: what h5py and others read as a string. */
static hid_t
text_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
}

static int
set(struct h5_file *file, const char *path, const char *name, hid_t type, hid_t memory,
    const void *value, struct fx_error *err)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t id = H5Acreate_by_name(file->id, path, name, type, space, H5P_DEFAULT, H5P_DEFAULT,
                                 H5P_DEFAULT);
    int status = 0;

    /* Attributes are metadata: in a parallel file every rank writes the same. */
    if (id < 0 || H5Awrite(id, memory, value) < 0)
        status = h5_fail(file, err, "write attribute '%s' of '%s'", name, path);
    if (id >= 0)
        H5Aclose(id);
    H5Sclose(space);
    return status;
}

int
h5_set_number(struct h5_file *file, const char *path, const char *name, double value,
              struct fx_error *err)
{
    return set(file, path, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value, err);
}

int
h5_set_text(struct h5_file *file, const char *path, const char *name, const char *value,
            struct fx_error *err)
{
    hid_t type = text_type();
    int status = set(file, path, name, type, type, &value, err);

    H5Tclose(type);
    return status;
}

/* Opens a scalar (or one-element) attribute of the class. */
static hid_t
open_attribute(const struct h5_file *file, const char *path, const char *name, H5T_class_t class,
               struct fx_error *err)
{
    hid_t id = H5I_INVALID_HID, type, space;
    bool fits;

    if (!h5_exists(file, path) || H5Aexists_by_name(file->id, path, name, H5P_DEFAULT) <= 0) {
        h5_invalid(file, err, "'%s' has no attribute '%s'", path, name);
        return id;
    }
    id = H5Aopen_by_name(file->id, path, name, H5P_DEFAULT, H5P_DEFAULT);
    if (id < 0) {
        h5_fail(file, err, "open attribute '%s' of '%s'", name, path);
        return id;
    }
    type = H5Aget_type(id);
    space = H5Aget_space(id);
    fits = H5Tget_class(type) == class && H5Sget_simple_extent_npoints(space) == 1;
    H5Sclose(space);
    H5Tclose(type);
    if (fits)
        return id;
    H5Aclose(id);
    h5_invalid(file, err, "attribute '%s' of '%s' is not one %s", name, path,
               class == H5T_FLOAT ? "real number" : "text");
    return H5I_INVALID_HID;
}

int
h5_get_number(const struct h5_file *file, const char *path, const char *name, double *value,
              struct fx_error *err)
{
    hid_t id = open_attribute(file, path, name, H5T_FLOAT, err);
    int status = 0;

    if (id < 0)
        return -1;
    if (H5Aread(id, H5T_NATIVE_DOUBLE, value) < 0)
        status = h5_fail(file, err, "read attribute '%s' of '%s'", name, path);
    H5Aclose(id);
    return status;
}

/* Texts come as pointers that HDF5 allocates, or in a field of fixed size. */
static char *
read_text(hid_t id)
{
    hid_t type = H5Aget_type(id), memory = H5I_INVALID_HID;
    char *value = NULL, *theirs = NULL;

    if (H5Tis_variable_str(type) > 0) {
        memory = H5Tcopy(H5T_C_S1);
        H5Tset_size(memory, H5T_VARIABLE);
        H5Tset_cset(memory, H5Tget_cset(type));
        if (H5Aread(id, memory, &theirs) >= 0)
            value = mem_copy(theirs ? theirs : "", theirs ? strlen(theirs) : 0);
        if (theirs)
            H5free_memory(theirs);
        H5Tclose(memory);
    } else if (H5Tget_size(type) < 1u << 20) {
        value = mem_new(H5Tget_size(type) + 1, 1);
        if (H5Aread(id, type, value) < 0) {
            free(value);
            value = NULL;
        }
    }
    H5Tclose(type);
    return value;
}

int
h5_get_text(const struct h5_file *file, const char *path, const char *name, char **value,
            struct fx_error *err)
{
    hid_t id = open_attribute(file, path, name, H5T_STRING, err);

    if (id < 0)
        return -1;
    *value = read_text(id);
    if (!*value)
        h5_fail(file, err, "read attribute '%s' of '%s'", name, path);
    H5Aclose(id);
    return *value ? 0 : -1;
}
