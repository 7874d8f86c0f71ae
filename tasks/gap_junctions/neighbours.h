/*
 * neighbours - which cells of a population are near a place.
 *
 * In: the cells' places and a reach. Out: for a place those cells within the reach, in ascending
 * order. The places lie in a grid whose bins are as wide as the reach or wider, so that a place has
 * its neighbours in 27 of them: one search takes as long as there are cells about.
 */
#ifndef GAP_JUNCTIONS_NEIGHBOURS_H
#define GAP_JUNCTIONS_NEIGHBOURS_H

#include <stddef.h>
#include <stdint.h>

struct neighbours {
    const float *at[3];         /* borrowed: the places, um, by cell */
    size_t count;
    double reach, low[3], width[3];     /* of the grid and its bins, um */
    size_t bins[3];
    uint32_t *start;            /* where each bin's cells begin; one more than bins */
    uint32_t *cell;             /* by bin, ascending within */
};

struct near {
    uint32_t cell;
    double distance;            /* um */
};

struct near_list {
    struct near *at;
    size_t count, room;
};

/* `at`: finite, `count` < 2^32 values each, borrowed. reach > 0. Release it. */
void neighbours_init(struct neighbours *n, const float *const at[3], size_t count, double reach);
void neighbours_release(struct neighbours *n);

/* Fills `list` (which starts as { 0 }; free list->at) with the cells from number `from` on whose
 * distance from the place is at most the reach. */
void neighbours_find(const struct neighbours *n, const double place[3], uint32_t from,
                     struct near_list *list);

#endif
