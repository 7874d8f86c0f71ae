/*
 * h5 - HDF5 files: written alike by any number of ranks, read with checks.
 *
 * Writing. A file is created by all ranks of a comm (MPI-IO when there are several, the plain driver
 * otherwise) with settings under which it comes out the same byte for byte. Creating, extending,
 * linking and closing are collective: all ranks make the same calls in the same order, and nothing in
 * that order depends on the ranks. Writing values is independent; every value must be written once.
 *
 * Reading. Each rank opens the file by itself; nothing is collective. Types, shapes and ranges are
 * checked, since files come from anywhere.
 *
 * Paths within a file are absolute: "/Populations/PYR/Trees". Messages name file and dataset.
 */
#ifndef COMMON_H5_H
#define COMMON_H5_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/comm.h"

enum h5_type { H5_U8, H5_I8, H5_U16, H5_I16, H5_U32, H5_I32, H5_U64, H5_F32, H5_F64, H5_TYPES };

size_t      h5_type_size(enum h5_type type);    /* bytes of one value */
const char *h5_type_name(enum h5_type type);    /* "u32" */

struct h5_file;
struct h5_data;     /* a dataset of one dimension */

/* Creates (or replaces) `path`; collective over `comm`, which must outlive the file. */
struct h5_file *h5_create(const char *path, struct comm *comm, struct fx_error *err);

/* Opens for reading; this rank alone. FX_INVALID when it is missing or no HDF5 file. */
struct h5_file *h5_open(const char *path, struct fx_error *err);

/* Closes it and reports what could not be written; `file` is gone in any case. NULL is fine. */
int  h5_close(struct h5_file *file, struct fx_error *err);
/* For the way out of an error: closes without a word. NULL is fine. */
void h5_discard(struct h5_file *file);

const char *h5_path(const struct h5_file *file);

/* --- structure ---------------------------------------------------------------------------------- */

/* Makes a group and its parents; those that exist are fine. */
int h5_make_group(struct h5_file *file, const char *path, struct fx_error *err);

/* Makes the hard link `path` to the object at `target`; parents of `path` are made. */
int h5_link(struct h5_file *file, const char *target, const char *path, struct fx_error *err);

bool h5_exists(const struct h5_file *file, const char *path);

/* The names in a group, sorted by bytes. names[i] live until h5_names_release(). */
struct h5_names {
    char **at;
    size_t count;
};
int  h5_list(const struct h5_file *file, const char *group, struct h5_names *names,
             struct fx_error *err);
void h5_names_release(struct h5_names *names);

/* A scalar f64 attribute, a text attribute, of the group or dataset at `path`. */
int h5_set_number(struct h5_file *file, const char *path, const char *name, double value,
                  struct fx_error *err);
int h5_set_text(struct h5_file *file, const char *path, const char *name, const char *value,
                struct fx_error *err);
int h5_get_number(const struct h5_file *file, const char *path, const char *name, double *value,
                  struct fx_error *err);
/* *value: allocated, free() it. */
int h5_get_text(const struct h5_file *file, const char *path, const char *name, char **value,
                struct fx_error *err);

/* --- values -------------------------------------------------------------------------------------- */

/*
 * The chunk for a dataset of `length` values: length, but at least 1000; above `most`, the length cut
 * into as few equal chunks as go, since the last one takes its whole place in the file.
 */
uint64_t h5_chunk(uint64_t length, uint64_t most);
#define H5_CHUNK_CELLS  100000u     /* `most` for what is counted by cells, and for what grows */
#define H5_CHUNK_VALUES 1000000u    /* `most` for points, synapses, edges whose number is known */

/* As a number of values: not known beforehand; the datasets grow, block by block. */
#define NEUROH5_GROWS UINT64_MAX

/*
 * Creates a dataset of `length` values (it may grow) in chunks of `chunk`; parents are made.
 * Values of a file that is written are little-endian, of native layout in memory.
 */
struct h5_data *h5_data_new(struct h5_file *file, const char *path, enum h5_type type,
                            uint64_t length, uint64_t chunk, struct fx_error *err);

/*
 * Opens a dataset for reading and checks that it has one dimension and holds numbers of the class and
 * sign of `type` that `type` can hold (u8 where u32 is wanted will do; i32 will not).
 */
struct h5_data *h5_data_open(const struct h5_file *file, const char *path, enum h5_type type,
                             struct fx_error *err);

uint64_t h5_data_length(const struct h5_data *data);
int      h5_data_extend(struct h5_data *data, uint64_t length, struct fx_error *err);
int      h5_data_write(struct h5_data *data, uint64_t from, uint64_t count, const void *values,
                       struct fx_error *err);
int      h5_data_read(const struct h5_data *data, uint64_t from, uint64_t count, void *values,
                      struct fx_error *err);
int      h5_data_close(struct h5_data *data, struct fx_error *err);
void     h5_data_discard(struct h5_data *data);     /* on the way out of an error; NULL is fine */

/*
 * A whole dataset at once. Write: all ranks call it with the same length; rank 0's values are written.
 * Read: *values is allocated (free() it; never NULL on success), *length its count.
 */
int h5_write_all(struct h5_file *file, const char *path, enum h5_type type, uint64_t length,
                 uint64_t chunk, const void *values, struct fx_error *err);
int h5_read_all(const struct h5_file *file, const char *path, enum h5_type type, void **values,
                uint64_t *length, struct fx_error *err);

/*
 * A table of f32, rows x columns, of fixed size: created by all ranks, whole rows written by any of
 * them, each row once. There is no way to read one.
 */
struct h5_table;
struct h5_table *h5_table_new(struct h5_file *file, const char *path, uint64_t rows,
                              uint64_t columns, struct fx_error *err);
int  h5_table_write(struct h5_table *table, uint64_t row, const float *values,
                    struct fx_error *err);
int  h5_table_close(struct h5_table *table, struct fx_error *err);
void h5_table_discard(struct h5_table *table);

/* Copies a group or dataset with all below it; hard links within stay links; parents are made. */
int h5_copy(const struct h5_file *from, const char *from_path, struct h5_file *to,
            const char *to_path, struct fx_error *err);

#endif
