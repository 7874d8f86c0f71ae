/*
 * tuples - a set of equally long rows of numbers, each with its own number.
 *
 * Points are such rows: one number of a value per axis. Rows keep the order in which they came.
 */
#ifndef PLAN_TUPLES_H
#define PLAN_TUPLES_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

#define TUPLES_NONE UINT32_MAX

struct tuples {
    uint32_t width, count; /* a width of 0 knows one row, the empty one */
    VEC(uint32_t) cells;
    uint32_t *slots; /* hash table: number + 1, or 0 */
    size_t room;
};

void tuples_init(struct tuples *tuples, uint32_t width);
void tuples_release(struct tuples *tuples);

/* The number of the row, which is added when it is new. */
uint32_t tuples_add(struct tuples *tuples, const uint32_t *row);

/* TUPLES_NONE when it is not there. */
uint32_t tuples_find(const struct tuples *tuples, const uint32_t *row);

const uint32_t *tuples_row(const struct tuples *tuples, uint32_t number);

#endif
