/*
 * draw - random numbers that depend on nothing but what they are for.
 *
 * A number is made of a purpose, a seed and an index by XXH3-128, never from a stream whose position
 * depends on what was drawn before: number 7 is the same whether or not numbers 0 to 6 are asked
 * for, on every machine and in every version that reads the same format of workflows.
 */
#ifndef LOAD_DRAW_H
#define LOAD_DRAW_H

#include <stdint.h>

#include "base/text.h"

struct draw {
    struct str purpose; /* "axis.width", "sample": equal seeds give independent numbers */
    int64_t seed;
};

/* 64 random bits for `index`; `step` tells apart several for one index. */
uint64_t draw_bits(const struct draw *draw, uint64_t index, uint32_t step);

/* 53 of them, as a real from 0 below 1. */
double draw_unit(const struct draw *draw, uint64_t index, uint32_t step);

/*
 * Number `index` (below `count`) of a random order of 0 .. count - 1; each comes once. A Feistel
 * network of six rounds over the next power of four, walked until it is below `count` (Black and
 * Rogaway 2002, "Ciphers with arbitrary finite domains"): no list is made, however large `count`,
 * which must be below 2^62.
 */
uint64_t draw_shuffled(const struct draw *draw, uint64_t count, uint64_t index);

#endif
