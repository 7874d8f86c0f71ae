/*
 * h5_inspect - what is in any HDF5 file: objects, types, shapes, attributes, and numbers of any width.
 *
 * For the programs that look at files of which nothing is known. Each call is for this rank alone.
 *
 *   view = h5_view_open(file, "/Projections/PYR/STIM/Edges/Source Index", err)
 *   h5_view_facts(view)->length; h5_view_integers(view, from, count, values, err), piece by piece
 *   h5_view_close(view)
 */
#ifndef COMMON_H5_INSPECT_H
#define COMMON_H5_INSPECT_H

#include "common/h5.h"

enum h5_kind { H5_IS_NOTHING, H5_IS_GROUP, H5_IS_DATASET, H5_IS_TYPE };

/* What stands at `path`; a link that leads nowhere is nothing. */
enum h5_kind h5_kind(const struct h5_file *file, const char *path);

/* Whether both paths lead to one object: hard links. */
bool h5_same_object(const struct h5_file *file, const char *a, const char *b);

/* The number of an object, the same for all hard links to it; 0 when there is none. */
uint64_t h5_object_number(const struct h5_file *file, const char *path);

/*
 * A type in words: "u32", "f32", "enum u16 {STIM 0, PYR 100}", "{Start u64, Count u32}", "text"; big-endian
 * numbers end in "be". `path` is a dataset or a committed type. -1 (FX_INVALID) when it is neither.
 */
int h5_type_words(const struct h5_file *file, const char *path, char *words, size_t size,
                  struct fx_error *err);

/* Whether a dataset's type is the committed type at `path`, or equal to it. */
bool h5_has_type(const struct h5_file *file, const char *dataset, const char *path);

struct h5_facts {
    char type[100];                /* as h5_type_words() */
    bool integer, is_signed, real; /* neither integer nor real: the values cannot be read */
    size_t size;                   /* bytes of a value */
    int rank;                      /* 0: a single value */
    uint64_t rows, columns;        /* columns: 1 unless rank is 2 */
    uint64_t length;               /* values in all */
    uint64_t stored;               /* bytes in the file */
    uint64_t chunk;                /* values; 0: in one piece */
    int filters;
};

struct h5_view;

/* Opens a dataset of any type with 2 dimensions at most. FX_INVALID when that is not there. */
struct h5_view *h5_view_open(const struct h5_file *file, const char *path, struct fx_error *err);
void h5_view_close(struct h5_view *view); /* NULL is fine */
const struct h5_facts *h5_view_facts(const struct h5_view *view);

/*
 * Values from .. from + count - 1, which must be there (whole rows, where there are 2 dimensions), as
 * they stand in native byte order, facts->size bytes each; or as i64 (u64 beyond that become INT64_MAX)
 * or f64 (integers too).
 */
int h5_view_read(const struct h5_view *view, uint64_t from, uint64_t count, void *values,
                 struct fx_error *err);
int h5_view_integers(const struct h5_view *view, uint64_t from, uint64_t count, int64_t *values,
                     struct fx_error *err);
int h5_view_reals(const struct h5_view *view, uint64_t from, uint64_t count, double *values,
                  struct fx_error *err);

/* An attribute of a group or dataset; a number, or words (of all else: its type). */
struct h5_note {
    char *name, *words;
    bool is_number;
    double number;
};

struct h5_notes {
    struct h5_note *at;
    size_t count;
};

/* The attributes of the object, by name; release them. */
int h5_notes_read(const struct h5_file *file, const char *path, struct h5_notes *notes,
                  struct fx_error *err);
void h5_notes_release(struct h5_notes *notes);

#endif
