/*
 * numbers - tables of numbers that users bring: CSV, NPY and HDF5 files.
 *
 * In: a path. Out: rows and columns of finite f64, row after row. What a file is follows from its
 * first bytes, not from its name.
 *
 *   CSV   numbers between commas, semicolons or blanks, one row a line; a first line with names and
 *         what follows a '#' are passed over; every row has as many numbers as the first
 *   NPY   an array of one (a column) or two dimensions, in C order, little-endian floats or integers;
 *         format versions 1 to 3
 *   HDF5  a dataset of one (a column) or two dimensions, of floats or integers; or several of one
 *         dimension and equal length, which become columns
 */
#ifndef COMMON_NUMBERS_H
#define COMMON_NUMBERS_H

#include <jansson.h>
#include <stddef.h>

#include "fornix/error.h"

struct numbers {
    size_t rows, columns;
    double *at;             /* [row][column] */
};

/*
 * Reads a file. `dataset`: for HDF5 the path of one dataset, or a list of paths; NULL or null for the
 * other kinds, for which it is an error. FX_INVALID with the file, and for CSV the line, for what is
 * no such table. *out is filled on success alone; release it.
 */
int  numbers_read(const char *path, const json_t *dataset, struct numbers *out,
                  struct fx_error *err);
void numbers_release(struct numbers *numbers);

/* The same of bytes in memory; `path` is for messages. */
int numbers_parse_csv(const char *bytes, size_t size, const char *path, struct numbers *out,
                      struct fx_error *err);
int numbers_parse_npy(const char *bytes, size_t size, const char *path, struct numbers *out,
                      struct fx_error *err);

/* Datasets of an HDF5 file as columns. */
int numbers_read_h5(const char *path, const char *const *datasets, size_t count,
                    struct numbers *out, struct fx_error *err);

#endif
