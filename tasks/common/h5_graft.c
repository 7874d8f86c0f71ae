/* The structure of what is copied, and where its values lie. */
#include "common/h5_graft.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "common/h5_internal.h"
#include "common/h5_pieces.h"

/* Below that many bytes HDF5 copies at once; above that many chunks, which HDF5 finds one after
 * another from the first, too. */
enum { LEAST_BYTES = 64 << 10, MOST_CHUNKS = 10000, AT_ONCE = 8 << 20 };

/* An object that was copied, and where to: what is found again becomes a link. */
struct seen {
    haddr_t at;
    char *path;
};

struct h5_graft {
    struct h5_pieces pieces;
};

/* One h5_graft_add(). */
struct work {
    struct h5_graft *graft;
    const struct h5_file *from;
    struct h5_file *to;
    VEC(struct seen) seen;
};

static int copy_object(struct work *w, const char *path, struct fx_error *err);

struct h5_graft *
h5_graft_new(void)
{
    return mem_new(1, sizeof(struct h5_graft));
}

void
h5_graft_free(struct h5_graft *graft)
{
    if (!graft)
        return;
    h5_pieces_release(&graft->pieces);
    free(graft);
}

/* --- attributes ----------------------------------------------------------------------------------- */

/* Values of a type of variable length are pointers: whoever reads them frees them. */
static bool
is_plain(hid_t type)
{
    return H5Tdetect_class(type, H5T_VLEN) == 0 && H5Tdetect_class(type, H5T_REFERENCE) == 0 &&
           H5Tis_variable_str(type) == 0;
}

static int
copy_attribute(struct work *w, hid_t from, hid_t to, const char *path, const char *name,
               struct fx_error *err)
{
    hid_t id = H5Aopen(from, name, H5P_DEFAULT), copy = H5I_INVALID_HID;
    hid_t type = H5Aget_type(id), space = H5Aget_space(id);
    hssize_t count = H5Sget_simple_extent_npoints(space);
    size_t size = H5Tget_size(type);
    void *values = mem_new(count > 0 ? (size_t)count : 1, size > 0 ? size : 1);
    int status = 0;

    if (id < 0 || type < 0 || count < 0 || (count > 0 && H5Aread(id, type, values) < 0)) {
        status = h5_fail(w->from, err, "read attribute '%s' of '%s'", name, path);
    } else {
        copy = H5Acreate2(to, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
        if (copy < 0 || (count > 0 && H5Awrite(copy, type, values) < 0))
            status = h5_fail(w->to, err, "write attribute '%s' of '%s'", name, path);
        if (count > 0 && !is_plain(type))
            H5Dvlen_reclaim(type, space, H5P_DEFAULT, values);
    }
    free(values);
    if (copy >= 0)
        H5Aclose(copy);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(id);
    return status;
}

static herr_t
take_name(hid_t object, const char *name, const H5A_info_t *info, void *to)
{
    struct h5_names *names = to;

    (void)object;
    (void)info;
    names->at = mem_resize(names->at, names->count + 1, sizeof *names->at);
    names->at[names->count++] = mem_copy(name, strlen(name));
    return 0;
}

static int
copy_attributes(struct work *w, hid_t from, hid_t to, const char *path, struct fx_error *err)
{
    struct h5_names names = { NULL, 0 };
    int status = 0;

    if (H5Aiterate2(from, H5_INDEX_NAME, H5_ITER_INC, NULL, take_name, &names) < 0)
        status = h5_fail(w->from, err, "list the attributes of '%s'", path);
    for (size_t i = 0; !status && i < names.count; i++)
        status = copy_attribute(w, from, to, path, names.at[i], err);
    h5_names_release(&names);
    return status;
}

/* --- datasets --------------------------------------------------------------------------------------- */

struct dataset {
    const char *path;
    hid_t id, type, space, properties, copy;
    hsize_t length;
    size_t size;        /* of a value */
};

/* Whether its bytes can be taken as they lie in the file. */
static bool
lies_plain(const struct work *w, const struct dataset *d)
{
    hid_t file = H5Fget_create_plist(w->from->id);
    hsize_t userblock = 0;
    H5D_fill_value_t fill = H5D_FILL_VALUE_USER_DEFINED;

    H5Pget_userblock(file, &userblock);
    H5Pclose(file);
    H5Pfill_value_defined(d->properties, &fill);
    return userblock == 0 && fill != H5D_FILL_VALUE_USER_DEFINED && H5Pget_nfilters(d->properties) == 0 &&
           H5Pget_layout(d->properties) == H5D_CHUNKED &&
           H5Sget_simple_extent_ndims(d->space) == 1 && d->length * d->size >= LEAST_BYTES;
}

/* Chunk number `i` of a dataset, as it lies in its file. */
struct chunk {
    hsize_t at, size;
    haddr_t where;
};

static bool
find_chunk(hid_t id, hid_t space, hsize_t i, struct chunk *chunk)
{
    unsigned mask = 0;

    return H5Dget_chunk_info(id, space, i, &chunk->at, &mask, &chunk->where, &chunk->size) >= 0 &&
           mask == 0 && chunk->where != HADDR_UNDEF;
}

/*
 * Notes where the chunks lie in both files, both in the order of their place. False: it cannot be
 * told; nothing is noted. A chunk that was never written is a hole in the new file too: zeros.
 */
static bool
note_chunks(struct work *w, const struct dataset *d)
{
    hsize_t length = 1, count = 0, ours = 0, most, theirs = 0;
    size_t before = w->graft->pieces.list.count;
    struct chunk to = { 0, 0, 0 };

    H5Pget_chunk(d->properties, 1, &length);
    most = (d->length + length - 1) / length;
    if (most > MOST_CHUNKS || H5Dget_num_chunks(d->id, d->space, &count) < 0 ||
        H5Dget_num_chunks(d->copy, d->space, &ours) < 0 || ours != most)
        return false;
    for (hsize_t i = 0; i < count; i++) {
        struct chunk from;
        bool found = find_chunk(d->id, d->space, i, &from) && from.where <= w->from->size &&
                     from.size <= w->from->size - from.where;

        while (found && theirs < ours && (theirs == 0 || to.at < from.at))
            found = find_chunk(d->copy, d->space, theirs++, &to);
        if (!found || to.at != from.at || to.size != from.size) {
            w->graft->pieces.list.count = before;
            return false;
        }
        h5_pieces_add(&w->graft->pieces, w->from->path, from.where, to.where, from.size);
    }
    return true;
}

/* Selects `rows` of the first dimension from `first` on, of both. */
static hid_t
select_rows(hid_t space, hsize_t first, hsize_t rows, hsize_t *values)
{
    hsize_t start[H5S_MAX_RANK] = { first }, count[H5S_MAX_RANK];

    H5Sget_simple_extent_dims(space, count, NULL);
    count[0] = rows;
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
    *values = (hsize_t)H5Sget_select_npoints(space);
    return H5Screate_simple(1, values, NULL);
}

/* Copies the values through memory, as they are, some rows at a time. */
static int
copy_values(struct work *w, const struct dataset *d, struct fx_error *err)
{
    hssize_t all = H5Sget_simple_extent_npoints(d->space);
    bool rows = H5Sget_simple_extent_ndims(d->space) > 0;
    hsize_t each, length = rows ? d->length : 1, values;
    void *buffer;
    int status = 0;

    if (all <= 0)
        return 0;
    each = AT_ONCE / ((hsize_t)all / length * d->size + 1) + 1;
    each = each < length ? each : length;
    buffer = mem_new((size_t)((hsize_t)all / length * each), d->size);
    for (hsize_t done = 0; !status && done < length; done += each) {
        hsize_t now = length - done < each ? length - done : each;
        hid_t memory = rows ? select_rows(d->space, done, now, &values) : H5Scopy(d->space);

        if (H5Dread(d->id, d->type, memory, d->space, H5P_DEFAULT, buffer) < 0)
            status = h5_fail(w->from, err, "read dataset '%s'", d->path);
        else if (H5Dwrite(d->copy, d->type, memory, d->space, H5P_DEFAULT, buffer) < 0)
            status = h5_fail(w->to, err, "write dataset '%s'", d->path);
        H5Sclose(memory);
    }
    free(buffer);
    return status;
}

static int
make_copy(struct work *w, struct dataset *d, struct fx_error *err)
{
    hsize_t dims[H5S_MAX_RANK] = { 0 };

    if (H5Sget_simple_extent_ndims(d->space) > 0)
        H5Sget_simple_extent_dims(d->space, dims, NULL);
    d->length = dims[0];
    d->size = H5Tget_size(d->type);
    H5Pset_obj_track_times(d->properties, false);
    if (H5Pget_layout(d->properties) != H5D_COMPACT)
        H5Pset_alloc_time(d->properties, H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(d->properties, H5D_FILL_TIME_NEVER);
    d->copy = H5Dcreate2(w->to->id, d->path, d->type, d->space, H5P_DEFAULT, d->properties,
                         H5P_DEFAULT);
    if (d->copy < 0)
        return h5_fail(w->to, err, "make dataset '%s'", d->path);
    return 0;
}

static int
copy_opened(struct work *w, struct dataset *d, struct fx_error *err)
{
    if (d->type < 0 || d->space < 0 || d->properties < 0 || H5Tget_size(d->type) == 0)
        return h5_fail(w->from, err, "open dataset '%s'", d->path);
    if (H5Pget_external_count(d->properties) > 0 || H5Pget_layout(d->properties) == H5D_VIRTUAL)
        return h5_invalid(w->from, err, "the values of '%s' are in another file", d->path);
    if (H5Tcommitted(d->type) > 0 || !is_plain(d->type))
        return h5_copy(w->from, d->path, w->to, d->path, err);
    if (make_copy(w, d, err) || copy_attributes(w, d->id, d->copy, d->path, err))
        return -1;
    return lies_plain(w, d) && note_chunks(w, d) ? 0 : copy_values(w, d, err);
}

static int
copy_dataset(struct work *w, hid_t id, const char *path, struct fx_error *err)
{
    struct dataset d = { path, id, H5Dget_type(id), H5Dget_space(id), H5Dget_create_plist(id),
                         H5I_INVALID_HID, 0, 0 };
    int status = copy_opened(w, &d, err);

    if (d.copy >= 0 && H5Dclose(d.copy) < 0 && !status)
        status = h5_fail(w->to, err, "close dataset '%s'", path);
    if (d.properties >= 0)
        H5Pclose(d.properties);
    if (d.space >= 0)
        H5Sclose(d.space);
    if (d.type >= 0)
        H5Tclose(d.type);
    return status;
}

/* --- groups ----------------------------------------------------------------------------------------- */

static int
copy_link(struct work *w, const char *path, struct fx_error *err)
{
    H5L_info_t info;

    if (H5Lget_info(w->from->id, path, &info, H5P_DEFAULT) < 0)
        return h5_fail(w->from, err, "look at link '%s'", path);
    if (info.type == H5L_TYPE_HARD)
        return copy_object(w, path, err);
    return h5_invalid(w->from, err, "'%s' is a link that is not hard", path);
}

static int
copy_group(struct work *w, hid_t id, const char *path, struct fx_error *err)
{
    struct h5_names names;
    hid_t copy;
    int status;

    if (h5_make_group(w->to, path, err) || h5_list(w->from, path, &names, err))
        return -1;
    copy = H5Gopen2(w->to->id, path, H5P_DEFAULT);
    status = copy < 0 ? h5_fail(w->to, err, "open group '%s'", path)
                      : copy_attributes(w, id, copy, path, err);
    if (copy >= 0)
        H5Gclose(copy);
    for (size_t i = 0; !status && i < names.count; i++) {
        size_t size = strlen(path) + strlen(names.at[i]) + 2;
        char *below = mem_new(size, 1);

        snprintf(below, size, "%s/%s", path, names.at[i]);
        status = copy_link(w, below, err);
        free(below);
    }
    h5_names_release(&names);
    return status;
}

static int
copy_object(struct work *w, const char *path, struct fx_error *err)
{
    H5O_info_t info;
    hid_t id;
    int status;

    if (H5Oget_info_by_name1(w->from->id, path, &info, H5P_DEFAULT) < 0)
        return h5_fail(w->from, err, "look at '%s'", path);
    for (size_t i = 0; i < w->seen.count; i++)
        if (w->seen.at[i].at == info.addr)
            return h5_link(w->to, w->seen.at[i].path, path, err);
    if (info.rc > 1) {
        struct seen seen = { info.addr, mem_copy(path, strlen(path)) };

        vec_push(&w->seen, seen);
    }
    id = H5Oopen(w->from->id, path, H5P_DEFAULT);
    if (id < 0)
        return h5_fail(w->from, err, "open '%s'", path);
    if (info.type == H5O_TYPE_GROUP)
        status = copy_group(w, id, path, err);
    else if (info.type == H5O_TYPE_DATASET)
        status = copy_dataset(w, id, path, err);
    else
        status = h5_copy(w->from, path, w->to, path, err);
    H5Oclose(id);
    return status;
}

int
h5_graft_add(struct h5_graft *graft, const struct h5_file *from, const char *path,
             struct h5_file *to, struct fx_error *err)
{
    struct work w = { .graft = graft, .from = from, .to = to };
    int status;

    if (!h5_exists(from, path))
        return h5_invalid(from, err, "there is no '%s'", path);
    status = h5_make_parents(to, path, err) ? -1 : copy_object(&w, path, err);
    for (size_t i = 0; i < w.seen.count; i++)
        free(w.seen.at[i].path);
    vec_release(&w.seen);
    return status;
}

int
h5_graft_finish(struct h5_graft *graft, const char *to_path, struct fx_error *err)
{
    return h5_pieces_copy(&graft->pieces, to_path, err);
}
