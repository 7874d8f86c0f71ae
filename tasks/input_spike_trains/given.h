/*
 * given - rows of a cell and a time, by cell.
 *
 * In: a table whose first column is a cell, the second a time. Out: each cell's times, in the order of
 * the rows.
 */
#ifndef INPUT_SPIKE_TRAINS_GIVEN_H
#define INPUT_SPIKE_TRAINS_GIVEN_H

#include "common/numbers.h"

#include <stdint.h>

struct given {
    uint64_t cells;
    uint64_t *offset;       /* cells + 1: where each cell's times begin */
    double *times;
};

/*
 * `first` is the number by which the table knows cell 0. FX_INVALID with the file and the row when
 * there are not two columns, or a cell is no whole number of the population. Release it.
 */
int  given_order(const struct numbers *rows, const char *path, uint64_t first, uint64_t cells,
                 struct given *out, struct fx_error *err);
void given_release(struct given *given);

#endif
