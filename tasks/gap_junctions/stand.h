/*
 * stand - the places for junctions on the trees of a population, one tree at a time.
 *
 * While cell after cell has the same tree, its places are made once; a population that is known to
 * have one tree is read once.
 */
#ifndef GAP_JUNCTIONS_STAND_H
#define GAP_JUNCTIONS_STAND_H

#include "common/comm.h"
#include "gap_junctions/input.h"

struct stand {
    const struct member *member;
    const struct gap_rule *rule;
    bool has_tree, one_tree, trees_differ;
    uint32_t cell;              /* whose tree it is */
    struct morphology tree;
    struct places places;
    uint8_t *open;              /* by cell: it has a place */
    uint64_t closed;            /* how many have none */
};

/*
 * Looks at all trees of the population, each rank at its part (collective); `stand` starts as { 0 }.
 * Release it, also after a failure.
 */
int  stand_open(struct stand *stand, const struct member *member, const struct gap_rule *rule,
                struct comm *comm, struct fx_error *err);
void stand_release(struct stand *stand);

/* Makes stand->places those of the cell. */
int stand_take(struct stand *stand, uint32_t cell, struct fx_error *err);

#endif
