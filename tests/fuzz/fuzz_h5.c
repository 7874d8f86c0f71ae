/*
 * NeuroH5 files: a good one in memory, in which datasets are changed or replaced, and all that reads
 * it. Values, lengths, types and shapes are what is fuzzed; HDF5's own structures stay as its library
 * writes them.
 *
 * The input is a row of edits: number of the dataset (1 byte), what to do (1 byte), a count n
 * (2 bytes, little-endian), then the values. Values that the input lacks are 0.
 */
#include "fuzz.h"

#include <string.h>
#include <unistd.h>

#include "common/h5_internal.h"
#include "common/neuroh5_cells.h"
#include "common/neuroh5_projection.h"
#include "common/neuroh5_trees.h"
#include "common/neuroh5_types.h"
#include "common/swc.h"
#include "h5/check.h"
#include "tree_check.h"

enum { MOST_FINDINGS = 20, MOST_EDITS = 6, MOST_LENGTH = 600, MOST_CELLS = 40, MOST_PATHS = 100 };

/* From H5_TYPES on: what is no plain change of type and length. */
enum edit_kind { EDIT_IN_PLACE = H5_TYPES, EDIT_REMOVE, EDIT_TABLE, EDIT_EMPTY_CLAIM, EDIT_GROUP, EDIT_KINDS };

static struct {
    char *image;
    size_t size;
    char *path[MOST_PATHS];     /* of the datasets */
    size_t count;
} good;

static struct comm alone = COMM_ALONE;

/* --- the good file -------------------------------------------------------------------------------- */

static void
write_cells(struct h5_file *file, struct fx_error *err)
{
    static const struct neuroh5_attribute attributes[] = { { "syn_id", H5_U32 }, { "at", H5_F32 } };
    struct neuroh5_cells_writer *w = neuroh5_cells_new(file, &alone, "P", "Synapse Attributes",
                                                       attributes, 2, 5, 6, err);
    uint32_t counts[5] = { 2, 0, 3, 1, 0 }, ids[6] = { 0, 1, 20, 21, 22, 30 };
    float at[6] = { 0.5f, 1, 2, 3, 4, 5 };

    FUZZ_CHECK(w);
    FUZZ_CHECK(!neuroh5_cells_append(w, 0, 5, counts, (const void *[]){ ids, at }, err));
    FUZZ_CHECK(!neuroh5_cells_finish(w, err));
    FUZZ_CHECK(!neuroh5_cells_write_single(file, &alone, "P", "Coordinates", "u", H5_F32, 5, at, err));
}

static void
write_trees(struct h5_file *file, struct fx_error *err)
{
    static const char swc[] = "0 1 0 0 0 5 -1 6\n1 1 0 10 0 3 0 6\n2 3 0 20 0 1 1 7\n"
                              "3 3 0 20 30 2 2 8\n4 4 0 30 0 1 1 7\n5 4 0 40 0 1 4 7\n";
    struct neuroh5_trees_writer *w;
    struct morphology m;

    FUZZ_CHECK(!swc_parse(swc, sizeof swc - 1, "a.swc", &m, NULL, err));
    FUZZ_CHECK(!morphology_contract(&m, err));
    w = neuroh5_trees_new(file, &alone, "P", 3, &m, err);
    FUZZ_CHECK(w);
    FUZZ_CHECK(!neuroh5_trees_append(w, 0, 3, (const struct morphology *[]){ &m, &m, &m }, err));
    FUZZ_CHECK(!neuroh5_trees_finish(w, err));
    morphology_release(&m);
}

static void
write_edges(struct h5_file *file, struct fx_error *err)
{
    static const struct neuroh5_edge_attribute attributes[] = { { "Synapses", "syn_id", H5_U32 },
                                                                { "Connections", "distance", H5_F32 } };
    struct neuroh5_projection_writer *w =
        neuroh5_projection_new(file, &alone, "Q", "P", attributes, 2, 5, 6, err);
    uint32_t counts[5] = { 2, 0, 0, 3, 1 }, sources[6] = { 3, 1, 2, 2, 0, 1 };
    uint32_t ids[6] = { 0, 1, 2, 3, 4, 5 };
    float distances[6] = { 1, 2, 3, 4, 5, 6 };

    FUZZ_CHECK(w);
    FUZZ_CHECK(!neuroh5_projection_append(w, 5, counts, sources, (const void *[]){ ids, distances }, err));
    FUZZ_CHECK(!neuroh5_projection_finish(w, NULL, err));
}

static herr_t
take_path(hid_t group, const char *name, const H5L_info_t *info, void *to)
{
    H5O_info_t object;

    (void)info;
    (void)to;
    if (H5Oget_info_by_name1(group, name, &object, H5P_DEFAULT) >= 0 &&
        object.type == H5O_TYPE_DATASET && good.count < MOST_PATHS)
        good.path[good.count++] = strdup(name);
    return 0;
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types = { 0 };
    char path[] = "/tmp/fuzz_h5.XXXXXX";
    struct h5_file *file;
    ssize_t size;

    (void)argc;
    (void)argv;
    close(mkstemp(path));
    file = h5_create(path, &alone, &err);
    FUZZ_CHECK(file);
    FUZZ_CHECK(!neuroh5_types_add(&types, "P", 0, 5, &err) && !neuroh5_types_add(&types, "Q", 3, 4, &err));
    FUZZ_CHECK(!neuroh5_types_add_pair(&types, "Q", "P", &err) && !neuroh5_types_finish(&types, &err));
    FUZZ_CHECK(!neuroh5_types_write(file, &types, &err));
    neuroh5_types_release(&types);
    write_cells(file, &err);
    write_trees(file, &err);
    write_edges(file, &err);
    FUZZ_CHECK(!h5_set_number(file, "/Populations", "n", 0.5, &err));
    FUZZ_CHECK(!h5_set_text(file, "/Populations", "t", "um", &err));
    FUZZ_CHECK(H5Lvisit(file->id, H5_INDEX_NAME, H5_ITER_INC, take_path, NULL) >= 0);
    H5Fflush(file->id, H5F_SCOPE_GLOBAL);
    size = H5Fget_file_image(file->id, NULL, 0);
    FUZZ_CHECK(size > 0);
    good.size = (size_t)size;
    good.image = malloc(good.size);
    FUZZ_CHECK(good.image && H5Fget_file_image(file->id, good.image, good.size) == size);
    h5_discard(file);
    unlink(path);
    return 0;
}

/* --- edits ---------------------------------------------------------------------------------------- */

static hid_t
memory_type(int type)
{
    hid_t all[H5_TYPES] = { [H5_U8] = H5T_NATIVE_UINT8,   [H5_I8] = H5T_NATIVE_INT8,
                            [H5_U16] = H5T_NATIVE_UINT16, [H5_I16] = H5T_NATIVE_INT16,
                            [H5_U32] = H5T_NATIVE_UINT32, [H5_I32] = H5T_NATIVE_INT32,
                            [H5_U64] = H5T_NATIVE_UINT64, [H5_F32] = H5T_NATIVE_FLOAT,
                            [H5_F64] = H5T_NATIVE_DOUBLE };

    return all[type];
}

/* The dataset's own bytes, from the first on. */
static size_t
edit_in_place(hid_t file, const char *path, const uint8_t *at, size_t size, unsigned from)
{
    hid_t data = H5Dopen2(file, path, H5P_DEFAULT), type = H5Dget_type(data), space = H5Dget_space(data);
    hssize_t points = H5Sget_simple_extent_npoints(space);
    size_t all = points > 0 && points < 1 << 16 ? (size_t)points * H5Tget_size(type) : 0, used = 0;
    uint8_t *bytes = calloc(all + 1, 1);

    FUZZ_CHECK(bytes);
    if (all && H5Dread(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes) >= 0) {
        from %= (unsigned)all;
        used = size < all - from ? size : all - from;
        used = used < 16 ? used : 16;
        memcpy(bytes + from, at, used);
        H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes);
    }
    free(bytes);
    H5Sclose(space);
    H5Tclose(type);
    H5Dclose(data);
    return used;
}

/* A dataset of that type in its place: a row, or a table of two columns; or one that claims much. */
static size_t
edit_replace(hid_t file, const char *path, int kind, unsigned count, const uint8_t *at, size_t size)
{
    int type = kind < H5_TYPES ? kind : H5_U32, rank = kind == EDIT_TABLE ? 2 : 1;
    size_t length = count % MOST_LENGTH, width = h5_type_size((enum h5_type)type);
    size_t all = length * width * (size_t)rank, used = all < size ? all : size;
    hsize_t extent[2] = { length, 2 }, chunk[2] = { 1000, 2 };
    hid_t properties = H5Pcreate(H5P_DATASET_CREATE), space, data;
    uint8_t *bytes = calloc(all + 1, 1);

    FUZZ_CHECK(bytes);
    memcpy(bytes, at, used);
    if (kind == EDIT_EMPTY_CLAIM) {
        extent[0] = (hsize_t)1 << count % 63;
        H5Pset_chunk(properties, 1, chunk);
        used = 0;
    }
    space = H5Screate_simple(rank, extent, NULL);
    data = H5Dcreate2(file, path, memory_type(type), space, H5P_DEFAULT, properties, H5P_DEFAULT);
    if (data >= 0 && kind != EDIT_EMPTY_CLAIM && all)
        H5Dwrite(data, memory_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes);
    if (data >= 0)
        H5Dclose(data);
    H5Sclose(space);
    H5Pclose(properties);
    free(bytes);
    return used;
}

static size_t
edit(hid_t file, const uint8_t *at, size_t size)
{
    const char *path = good.path[at[0] % good.count];
    int kind = at[1] % EDIT_KINDS;
    unsigned count = at[2] | (unsigned)at[3] << 8;

    at += 4;
    size -= 4;
    if (H5Lexists(file, path, H5P_DEFAULT) <= 0)
        return 4;
    if (kind == EDIT_IN_PLACE)
        return 4 + edit_in_place(file, path, at, size, count);
    H5Ldelete(file, path, H5P_DEFAULT);
    if (kind == EDIT_REMOVE)
        return 4;
    if (kind == EDIT_GROUP) {
        H5Gclose(H5Gcreate2(file, path, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
        return 4;
    }
    return 4 + edit_replace(file, path, kind, count, at, size);
}

/* --- all that reads ------------------------------------------------------------------------------- */

static uint64_t
count_of(const struct neuroh5_types *types, const char *name, uint64_t otherwise)
{
    const struct neuroh5_population *p = neuroh5_types_find(types, name);

    return p ? p->count : otherwise;
}

static uint32_t
few(uint64_t cells)
{
    return cells < MOST_CELLS ? (uint32_t)cells : MOST_CELLS;
}

static void
read_cells(const struct h5_file *file, const char *attribute, enum h5_type type, uint64_t cells)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_cells *c =
        neuroh5_cells_open(file, "P", "Synapse Attributes", attribute, type, cells, &err);
    uint64_t offsets[MOST_CELLS + 1], n;
    void *values;

    FUZZ_CHECK(c || err.code == FX_INVALID);
    if (!c)
        return;
    n = neuroh5_cells_range_count(c, 0, few(cells));
    values = malloc((size_t)n * 8 + 1);
    FUZZ_CHECK(values);
    if (!neuroh5_cells_read(c, 0, few(cells), values, offsets, &err))
        FUZZ_CHECK(offsets[0] == 0 && offsets[few(cells)] == n);
    free(values);
    neuroh5_cells_free(c);
}

/* `sound`: the checker has nothing to say, so that reading cannot fail. */
static void
read_trees(const struct h5_file *file, uint64_t cells, bool sound)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_trees *t = neuroh5_trees_open(file, "P", cells, &err);
    struct morphology last = { 0 };
    bool has_last = false, same;

    FUZZ_CHECK(t || err.code == FX_INVALID);
    FUZZ_CHECK(t || !sound);
    for (uint32_t cell = 0; t && cell < few(cells); cell++) {
        struct morphology m;
        int status = neuroh5_trees_read(t, cell, &m, has_last ? &last : NULL, &same, &err);

        FUZZ_CHECK(!status || !sound || !neuroh5_trees_has(t, cell));
        if (status || same)
            continue;
        tree_check(&m);
        morphology_release(&last);
        last = m;
        has_last = true;
    }
    morphology_release(&last);
    neuroh5_trees_free(t);
}

static void
read_edges(const struct h5_file *file, uint64_t sources, uint64_t destinations, bool sound)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_projection *p = neuroh5_projection_open(file, "Q", "P", sources, destinations, &err);
    uint64_t offsets[MOST_CELLS + 1], n;
    uint32_t *values, count = few(destinations);

    FUZZ_CHECK(p || err.code == FX_INVALID);
    FUZZ_CHECK(p || !sound);
    if (!p)
        return;
    n = neuroh5_projection_range_count(p, 0, count);
    FUZZ_CHECK(n <= neuroh5_projection_edges(p));
    values = malloc((size_t)n * sizeof *values + 1);
    FUZZ_CHECK(values);
    if (neuroh5_projection_read(p, 0, count, values, offsets, &err))
        FUZZ_CHECK(!sound);
    else
        for (uint64_t i = 0; i < n; i++)
            FUZZ_CHECK(values[i] < sources);
    neuroh5_projection_read_attribute(p, "Synapses", "syn_id", H5_U32, 0, count, values, &err);
    neuroh5_projection_read_attribute(p, "Connections", "distance", H5_F32, 0, count, values, &err);
    free(values);
    neuroh5_projection_free(p);
}

/* `fornix h5 check`: whether it finds nothing at all. */
static bool
check_file(struct h5_file *file)
{
    static struct watch watch;
    struct findings *findings = calloc(1, findings_size(MOST_FINDINGS));
    struct fx_error err = FX_ERROR_NONE;
    struct source source;
    struct check check = { .source = &source, .findings = findings };
    bool sound = false;

    FUZZ_CHECK(findings);
    findings->most = MOST_FINDINGS;
    if (!source_take(&source, file, &watch, &err)) {
        check_source(&check, NULL);
        sound = findings->problems + findings->warnings == 0;
        FUZZ_CHECK(findings->told <= findings->problems + findings->warnings);
    }
    check_release(&check);
    source.file = NULL;         /* ours to close */
    source_close(&source);
    free(findings);
    return sound;
}

static void
read_file(struct h5_file *file, bool edited)
{
    struct fx_error err = FX_ERROR_NONE;
    bool sound = check_file(file);
    struct neuroh5_types types;
    struct h5_names names;
    uint64_t p = 5, q = 4;

    FUZZ_CHECK(edited || sound);
    if (!neuroh5_types_read(file, &types, &err)) {
        p = count_of(&types, "P", p);
        q = count_of(&types, "Q", q);
        FUZZ_CHECK(neuroh5_types_equal(&types, &types, NULL));
        neuroh5_types_release(&types);
    }
    read_cells(file, "syn_id", H5_U32, p);
    read_cells(file, "at", H5_F32, p);
    free(neuroh5_cells_read_single(file, "P", "Coordinates", "u", H5_F32, p, &err));
    read_trees(file, p, sound);
    read_edges(file, q, p, sound);
    if (!neuroh5_projection_list(file, "P", &names, &err))
        h5_names_release(&names);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hid_t properties = H5Pcreate(H5P_FILE_ACCESS);
    struct h5_file file = { .path = "fuzz.h5" };
    bool edited = size >= 4;
    hsize_t bytes = 0;

    H5Pset_fapl_core(properties, 1 << 16, 0);
    H5Pset_fclose_degree(properties, H5F_CLOSE_STRONG);
    H5Pset_file_image(properties, good.image, good.size);
    file.id = H5Fopen("fuzz.h5", H5F_ACC_RDWR, properties);
    H5Pclose(properties);
    FUZZ_CHECK(file.id >= 0);
    for (int i = 0; i < MOST_EDITS && size >= 4; i++) {
        size_t used = edit(file.id, data, size);

        data += used;
        size -= used;
    }
    H5Fget_filesize(file.id, &bytes);
    file.size = bytes;
    read_file(&file, edited);
    FUZZ_CHECK(H5Fget_obj_count(file.id, H5F_OBJ_ALL) == 1);    /* nothing stays open */
    H5Fclose(file.id);
    return 0;
}
