/*
 * reach - which cells of a source population reach a place, and how likely each is chosen.
 *
 * In: arc distances of the somata, an axon extent. Out: for a destination's place the candidates
 * with their weights. All lengths are um of arc distance.
 *
 * A source at (dU, dV) from the destination is a candidate where |dU| < width_u / 2 and |dV| <
 * width_v / 2; its weight is N(|dU| - offset_u; 0, s_u) N(|dV| - offset_v; 0, s_v) with
 * s = (width / 2 - offset) / 3 (docs/generation.md).
 */
#ifndef CONNECTIONS_REACH_H
#define CONNECTIONS_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connections/alias.h"
#include "fornix/error.h"

struct axon_extent {
    double reach[2];        /* u, v: half the width */
    double offset[2];
    double sd[2];
};

/* Fails (FX_INVALID) unless 1e-6 <= width <= 1e9 and 0 <= offset < width / 2; `where` is for the
 * message. */
int axon_extent_init(struct axon_extent *extent, const double width[2], const double offset[2],
                     const char *where, struct fx_error *err);
bool axon_extent_equal(const struct axon_extent *a, const struct axon_extent *b);

/* A population's somata, by ascending U; where equal, by cell. */
struct somata {
    size_t count;
    float *u, *v;
    uint32_t *cell;         /* number in the population */
};

/* `u`, `v`: finite, `count` values each, by cell; copied. Release it. */
void somata_init(struct somata *somata, const float *u, const float *v, size_t count);
void somata_release(struct somata *somata);

#define REACH_NOBODY UINT32_MAX     /* for `except` */

/* Whether there is a candidate; `except` is a cell that is none. */
bool reach_any(const struct somata *somata, const struct axon_extent *extent, double u, double v,
               uint32_t except);

/* Candidates of one place; starts as { 0 }. */
struct candidates {
    uint32_t count;
    uint32_t *cell;         /* number in the source population */
    float *distance;        /* |dU| + |dV| */
    double *weight;         /* relative to the largest, which is 1; used up by the table */
    struct alias *table;
    uint32_t *work;
    size_t room;
};

/* Finds the candidates, ordered by U, and their weights. */
void candidates_find(struct candidates *c, const struct somata *somata,
                     const struct axon_extent *extent, double u, double v, uint32_t except);

/* Makes the table by which alias_choose() draws; c->count > 0. */
void candidates_tabulate(struct candidates *c);
void candidates_release(struct candidates *c);

#endif
