#include "common/h5_inspect.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "common/h5_internal.h"

enum { NESTED_MOST = 8, LABELS_SHOWN = 200 };

/* --- objects ---------------------------------------------------------------------------------- */

static bool
object_info(const struct h5_file *file, const char *path, H5O_info_t *info)
{
    return h5_exists(file, path) && H5Oget_info_by_name1(file->id, path, info, H5P_DEFAULT) >= 0;
}

enum h5_kind
h5_kind(const struct h5_file *file, const char *path)
{
    H5O_info_t info;

    if (!strcmp(path, "/"))
        return H5_IS_GROUP;
    if (!object_info(file, path, &info))
        return H5_IS_NOTHING;
    return info.type == H5O_TYPE_GROUP            ? H5_IS_GROUP
           : info.type == H5O_TYPE_DATASET        ? H5_IS_DATASET
           : info.type == H5O_TYPE_NAMED_DATATYPE ? H5_IS_TYPE
                                                  : H5_IS_NOTHING;
}

bool
h5_same_object(const struct h5_file *file, const char *a, const char *b)
{
    uint64_t number = h5_object_number(file, a);

    return number && number == h5_object_number(file, b);
}

uint64_t
h5_object_number(const struct h5_file *file, const char *path)
{
    H5O_info_t info;

    return object_info(file, path, &info) ? (uint64_t)info.addr : 0;
}

/* --- types ------------------------------------------------------------------------------------ */

static void add_words(hid_t type, struct text *words, int depth);

static void
add_number(hid_t type, char letter, struct text *words)
{
    size_t size = H5Tget_size(type);
    bool big = size > 1 && H5Tget_order(type) == H5T_ORDER_BE;

    text_printf(words, "%c%zu%s", letter, size * 8, big ? "be" : "");
}

static void
add_labels(hid_t type, struct text *words)
{
    int count = H5Tget_nmembers(type);
    size_t size = H5Tget_size(type);

    text_add(words, " {");
    for (int i = 0; i < count && i < LABELS_SHOWN; i++) {
        char *name = H5Tget_member_name(type, (unsigned)i);
        uint64_t value = 0;

        if (size <= sizeof value)
            H5Tget_member_value(type, (unsigned)i, &value); /* little-endian in the file and here */
        text_printf(words, "%s%s %llu", i ? ", " : "", name ? name : "", (unsigned long long)value);
        H5free_memory(name);
    }
    text_add(words, "}");
}

static void
add_members(hid_t type, struct text *words, int depth)
{
    int count = H5Tget_nmembers(type);

    text_add(words, "{");
    for (int i = 0; i < count; i++) {
        char *name = H5Tget_member_name(type, (unsigned)i);
        hid_t member = H5Tget_member_type(type, (unsigned)i);

        text_printf(words, "%s%s ", i ? ", " : "", name ? name : "");
        if (member >= 0) {
            add_words(member, words, depth + 1);
            H5Tclose(member);
        }
        H5free_memory(name);
    }
    text_add(words, "}");
}

static void
add_words(hid_t type, struct text *words, int depth)
{
    hid_t super;

    if (depth > NESTED_MOST)
        return;
    switch (H5Tget_class(type)) {
    case H5T_INTEGER:
        add_number(type, H5Tget_sign(type) == H5T_SGN_NONE ? 'u' : 'i', words);
        break;
    case H5T_FLOAT:
        add_number(type, 'f', words);
        break;
    case H5T_ENUM:
        super = H5Tget_super(type);
        text_add(words, "enum ");
        add_words(super, words, depth + 1);
        H5Tclose(super);
        if (depth == 0)
            add_labels(type, words);
        break;
    case H5T_COMPOUND:
        add_members(type, words, depth);
        break;
    case H5T_STRING:
        text_add(words, "text");
        break;
    default:
        text_add(words, "another type");
    }
}

static void
type_words(hid_t type, char *words, size_t size)
{
    struct text text;

    text_init(&text, 1 << 16);
    add_words(type, &text, 0);
    snprintf(words, size, "%s", text.len ? text.at : "");
    text_release(&text);
}

static hid_t
open_type(const struct h5_file *file, const char *path)
{
    enum h5_kind kind = h5_kind(file, path);
    hid_t data, type;

    if (kind == H5_IS_TYPE)
        return H5Topen2(file->id, path, H5P_DEFAULT);
    if (kind != H5_IS_DATASET)
        return H5I_INVALID_HID;
    data = H5Dopen2(file->id, path, H5P_DEFAULT);
    if (data < 0)
        return data;
    type = H5Dget_type(data);
    H5Dclose(data);
    return type;
}

int
h5_type_words(const struct h5_file *file, const char *path, char *words, size_t size,
              struct fx_error *err)
{
    hid_t type = open_type(file, path);

    if (type < 0)
        return h5_invalid(file, err, "there is no type '%s'", path);
    type_words(type, words, size);
    H5Tclose(type);
    return 0;
}

bool
h5_has_type(const struct h5_file *file, const char *dataset, const char *path)
{
    hid_t a = open_type(file, dataset), b = open_type(file, path);
    bool equal = a >= 0 && b >= 0 && H5Tequal(a, b) > 0;

    if (a >= 0)
        H5Tclose(a);
    if (b >= 0)
        H5Tclose(b);
    return equal;
}

/* --- datasets --------------------------------------------------------------------------------- */

struct h5_view {
    const struct h5_file *file;
    char *path;
    hid_t id, space, memory; /* memory: the native type of a value */
    struct h5_facts facts;
};

static int
take_shape(struct h5_view *v, struct fx_error *err)
{
    hsize_t extent[2] = { 1, 1 };
    struct h5_facts *f = &v->facts;

    f->rank = H5Sget_simple_extent_ndims(v->space);
    if (H5Sget_simple_extent_type(v->space) == H5S_NULL) {
        f->rank = 1;
        extent[0] = 0;
    } else if (f->rank < 0 || f->rank > 2) {
        return h5_invalid(v->file, err, "dataset '%s' has more than two dimensions", v->path);
    } else if (f->rank > 0) {
        H5Sget_simple_extent_dims(v->space, extent, NULL);
    }
    if (extent[1] && extent[0] > INT64_MAX / extent[1])
        return h5_invalid(v->file, err, "dataset '%s' claims more values than any file holds",
                          v->path);
    f->rows = extent[0];
    f->columns = extent[1];
    f->length = f->rows * f->columns;
    return 0;
}

static void
take_type(struct h5_view *v, hid_t type)
{
    H5T_class_t class = H5Tget_class(type);
    struct h5_facts *f = &v->facts;

    type_words(type, f->type, sizeof f->type);
    f->size = H5Tget_size(type);
    f->real = class == H5T_FLOAT && (f->size == 4 || f->size == 8);
    f->integer = (class == H5T_INTEGER || class == H5T_ENUM) &&
                 (f->size == 1 || f->size == 2 || f->size == 4 || f->size == 8);
    if (f->real) {
        v->memory = H5Tcopy(f->size == 4 ? H5T_NATIVE_FLOAT : H5T_NATIVE_DOUBLE);
    } else if (f->integer) {
        hid_t native = H5Tget_native_type(type, H5T_DIR_DEFAULT);
        hid_t number = class == H5T_ENUM && native >= 0 ? H5Tget_super(native) : H5Tcopy(native);

        f->is_signed = number >= 0 && H5Tget_sign(number) == H5T_SGN_2;
        v->memory = class == H5T_ENUM ? native : number;
        if (class == H5T_ENUM && number >= 0)
            H5Tclose(number);
        else if (class != H5T_ENUM && native >= 0)
            H5Tclose(native);
        f->integer = v->memory >= 0 && H5Tget_size(v->memory) == f->size;
    }
}

/* As h5_data.c: what is claimed but nowhere written is no reason to fill the memory. */
static int
take_storage(struct h5_view *v, struct fx_error *err)
{
    hid_t properties = H5Dget_create_plist(v->id);
    struct h5_facts *f = &v->facts;
    hsize_t chunk[2] = { 1, 1 };
    uint64_t times;

    f->filters = H5Pget_nfilters(properties);
    if (H5Pget_layout(properties) == H5D_CHUNKED && H5Pget_chunk(properties, 2, chunk) > 0 &&
        chunk[1] && chunk[0] <= INT64_MAX / chunk[1])
        f->chunk = chunk[0] * (f->rank == 2 ? chunk[1] : 1);
    H5Pclose(properties);
    f->stored = H5Dget_storage_size(v->id);
    times = f->filters > 0 ? 2000 : 1;
    if (f->size && f->length / times > v->file->size / f->size + 100000000)
        return h5_invalid(v->file, err,
                          "dataset '%s' claims %llu values, which the file cannot hold", v->path,
                          (unsigned long long)f->length);
    return 0;
}

/* Compressed chunks are kept until the next one is read; others are read straight from the file. */
static hid_t
open_data(const struct h5_file *file, const char *path)
{
    hid_t access = H5Pcreate(H5P_DATASET_ACCESS), id;

    H5Pset_chunk_cache(access, 101, 64u << 20, 1);
    id = H5Dopen2(file->id, path, access);
    if (id >= 0) {
        hid_t properties = H5Dget_create_plist(id);

        if (H5Pget_nfilters(properties) == 0) {
            H5Dclose(id);
            H5Pset_chunk_cache(access, 1, 0, 1);
            id = H5Dopen2(file->id, path, access);
        }
        H5Pclose(properties);
    }
    H5Pclose(access);
    return id;
}

struct h5_view *
h5_view_open(const struct h5_file *file, const char *path, struct fx_error *err)
{
    struct h5_view *v;
    hid_t type;

    if (h5_kind(file, path) != H5_IS_DATASET) {
        h5_invalid(file, err, "there is no dataset '%s'", path);
        return NULL;
    }
    v = mem_new(1, sizeof *v);
    v->file = file;
    v->path = mem_copy(path, strlen(path));
    v->memory = v->space = H5I_INVALID_HID;
    v->id = open_data(file, path);
    if (v->id < 0) {
        h5_fail(file, err, "open dataset '%s'", path);
        h5_view_close(v);
        return NULL;
    }
    v->space = H5Dget_space(v->id);
    type = H5Dget_type(v->id);
    if (v->space < 0 || type < 0) {
        h5_fail(file, err, "open dataset '%s'", path);
    } else {
        take_type(v, type);
        H5Tclose(type);
        if (!take_shape(v, err) && !take_storage(v, err))
            return v;
    }
    h5_view_close(v);
    return NULL;
}

void
h5_view_close(struct h5_view *v)
{
    if (!v)
        return;
    if (v->memory >= 0)
        H5Tclose(v->memory);
    if (v->space >= 0)
        H5Sclose(v->space);
    if (v->id >= 0)
        H5Dclose(v->id);
    free(v->path);
    free(v);
}

const struct h5_facts *
h5_view_facts(const struct h5_view *v)
{
    return &v->facts;
}

int
h5_view_read(const struct h5_view *v, uint64_t from, uint64_t count, void *values,
             struct fx_error *err)
{
    const struct h5_facts *f = &v->facts;
    hsize_t start[2] = { from / f->columns, 0 }, extent[2] = { count / f->columns, f->columns };
    hsize_t points = count;
    hid_t memory;
    herr_t result = 0;

    if (!f->integer && !f->real)
        return h5_invalid(v->file, err, "'%s' holds no numbers but %s", v->path, f->type);
    if (from > f->length || count > f->length - from)
        return h5_invalid(v->file, err, "dataset '%s' has only %llu values", v->path,
                          (unsigned long long)f->length);
    if (count == 0)
        return 0;
    memory = H5Screate_simple(1, &points, NULL);
    if (f->rank > 0)
        result = H5Sselect_hyperslab(v->space, H5S_SELECT_SET, start, NULL, extent, NULL);
    if (result >= 0)
        result = H5Dread(v->id, v->memory, memory, v->space, H5P_DEFAULT, values);
    if (result < 0)
        h5_fail(v->file, err, "read dataset '%s'", v->path);
    H5Sclose(memory);
    return result < 0 ? -1 : 0;
}

/* From the last to the first, so that what is widened and the result share their memory. */
#define WIDEN(type, to) \
    for (uint64_t i = count; i-- > 0;) { \
        type x_; \
        memcpy(&x_, (const char *)values + i * sizeof x_, sizeof x_); \
        values[i] = (to)x_; \
    }

int
h5_view_integers(const struct h5_view *v, uint64_t from, uint64_t count, int64_t *values,
                 struct fx_error *err)
{
    const struct h5_facts *f = &v->facts;

    if (!f->integer)
        return h5_invalid(v->file, err, "'%s' holds no integers but %s", v->path, f->type);
    if (h5_view_read(v, from, count, values, err))
        return -1;
    if (f->is_signed) {
        switch (f->size) {
        case 1:
            WIDEN(int8_t, int64_t) break;
        case 2:
            WIDEN(int16_t, int64_t) break;
        case 4:
            WIDEN(int32_t, int64_t) break;
        default:
            break;
        }
        return 0;
    }
    switch (f->size) {
    case 1:
        WIDEN(uint8_t, int64_t) break;
    case 2:
        WIDEN(uint16_t, int64_t) break;
    case 4:
        WIDEN(uint32_t, int64_t) break;
    default:
        for (uint64_t i = 0; i < count; i++)
            values[i] = values[i] < 0 ? INT64_MAX : values[i];
    }
    return 0;
}

int
h5_view_reals(const struct h5_view *v, uint64_t from, uint64_t count, double *values,
              struct fx_error *err)
{
    if (v->facts.integer) {
        if (h5_view_integers(v, from, count, (int64_t *)(void *)values, err))
            return -1;
        WIDEN(int64_t, double)
        return 0;
    }
    if (h5_view_read(v, from, count, values, err))
        return -1;
    if (v->facts.size == 4)
        WIDEN(float, double)
    return 0;
}

/* --- attributes ------------------------------------------------------------------------------- */

static void
take_text(hid_t id, hid_t type, struct h5_note *note)
{
    size_t size = H5Tget_size(type);
    char *text = NULL;

    if (H5Tis_variable_str(type) > 0) {
        hid_t memory = H5Tcopy(H5T_C_S1);

        H5Tset_size(memory, H5T_VARIABLE);
        H5Tset_cset(memory, H5Tget_cset(type));
        if (H5Aread(id, memory, &text) >= 0 && text)
            note->words = mem_copy(text, strlen(text));
        H5free_memory(text);
        H5Tclose(memory);
    } else if (size < 1 << 16) {
        text = mem_new(size + 1, 1);
        if (H5Aread(id, type, text) >= 0)
            note->words = mem_copy(text, strlen(text));
        free(text);
    }
}

static herr_t
take_note(hid_t object, const char *name, const H5A_info_t *info, void *to)
{
    hid_t id = H5Aopen(object, name, H5P_DEFAULT), type, space;
    struct h5_notes *notes = to;
    struct h5_note note = { 0 };
    H5T_class_t class;

    (void)info;
    if (id < 0)
        return -1;
    type = H5Aget_type(id);
    space = H5Aget_space(id);
    class = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
    if (space >= 0 && H5Sget_simple_extent_npoints(space) == 1) {
        if (class == H5T_STRING)
            take_text(id, type, &note);
        else if (class == H5T_INTEGER || class == H5T_FLOAT)
            note.is_number = H5Aread(id, H5T_NATIVE_DOUBLE, &note.number) >= 0;
    }
    if (!note.words && !note.is_number) {
        char words[100] = "";

        if (type >= 0)
            type_words(type, words, sizeof words);
        note.words = mem_copy(words, strlen(words));
    }
    note.name = mem_copy(name, strlen(name));
    notes->at = mem_resize(notes->at, notes->count + 1, sizeof *notes->at);
    notes->at[notes->count++] = note;
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    H5Aclose(id);
    return 0;
}

int
h5_notes_read(const struct h5_file *file, const char *path, struct h5_notes *notes,
              struct fx_error *err)
{
    hsize_t from = 0;

    *notes = (struct h5_notes){ NULL, 0 };
    if (H5Aiterate_by_name(file->id, path, H5_INDEX_NAME, H5_ITER_INC, &from, take_note, notes,
                           H5P_DEFAULT) >= 0)
        return 0;
    h5_notes_release(notes);
    return h5_fail(file, err, "read the attributes of '%s'", path);
}

void
h5_notes_release(struct h5_notes *notes)
{
    for (size_t i = 0; i < notes->count; i++) {
        free(notes->at[i].name);
        free(notes->at[i].words);
    }
    free(notes->at);
    *notes = (struct h5_notes){ NULL, 0 };
}
