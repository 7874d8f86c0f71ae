/*
 * points - places of somata that a user gives.
 *
 * In: a text file with a line for each soma: u, v, l in um, between commas or blanks. `#` begins a comment;
 * blank lines, CRLF and one line of column names before the numbers are fine. Or an HDF5 file with
 * the dataset /uvl, a row of three numbers for each, or with the population's Generated Coordinates (as
 * this task leaves them). Or an NPY file with such rows. Which of them follows from the first bytes.
 */
#ifndef SOMA_COORDINATES_POINTS_H
#define SOMA_COORDINATES_POINTS_H

#include <stddef.h>

#include "fornix/error.h"

/*
 * *uvl: three numbers for each of the `count` somata of `population`; free() them. FX_INVALID, with the
 * line or dataset, for what is no place, and for another number of places.
 */
int points_read(const char *path, const char *population, size_t count, double **uvl,
                struct fx_error *err);

/* The box around them; `count` is at least 1. */
void points_box(const double *uvl, size_t count, double low[3], double high[3]);

#endif
