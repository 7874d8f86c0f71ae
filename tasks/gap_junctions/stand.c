#include "gap_junctions/stand.h"

#include <stdlib.h>

#include "base/mem.h"

static void
drop_tree(struct stand *stand)
{
    if (stand->has_tree) {
        places_release(&stand->places);
        morphology_release(&stand->tree);
    }
    stand->has_tree = false;
}

void
stand_release(struct stand *stand)
{
    drop_tree(stand);
    free(stand->open);
    *stand = (struct stand){ 0 };
}

int
stand_take(struct stand *stand, uint32_t cell, struct fx_error *err)
{
    struct morphology tree;
    bool same = false;

    if (stand->has_tree && (stand->one_tree || stand->cell == cell))
        return 0;
    if (neuroh5_trees_read(stand->member->trees, cell, &tree, stand->has_tree ? &stand->tree : NULL,
                           &same, err))
        return -1;
    stand->cell = cell;
    if (same)
        return 0;
    stand->trees_differ = stand->has_tree;
    drop_tree(stand);
    stand->tree = tree;
    places_init(&stand->places, &stand->tree, stand->rule->section, stand->rule->layer);
    stand->has_tree = true;
    return 0;
}

static int
look_at_mine(struct stand *stand, uint64_t from, uint64_t to, uint8_t *open, struct fx_error *err)
{
    /* Every rank begins with the tree of cell 0: where none of them sees another, all have it. */
    if (from < to && stand_take(stand, 0, err))
        return -1;
    for (uint64_t cell = from; cell < to; cell++) {
        if (stand_take(stand, (uint32_t)cell, err))
            return -1;
        open[cell - from] = stand->places.length > 0;
    }
    return 0;
}

int
stand_open(struct stand *stand, const struct member *member, const struct gap_rule *rule,
           struct comm *comm, struct fx_error *err)
{
    uint64_t cells = member->population->count, from, to, differ;
    uint8_t *mine;
    void *all = NULL;
    int status;

    stand->member = member;
    stand->rule = rule;
    comm_part(comm, cells, &from, &to);
    mine = mem_new((size_t)(to - from) + 1, 1);
    status = comm_agree(comm, look_at_mine(stand, from, to, mine, err), err);
    if (!status)
        status = comm_gather(comm, -1, mine, (size_t)(to - from), &all, NULL, err);
    free(mine);
    if (status)
        return -1;
    stand->open = all ? all : mem_new(1, 1);
    for (uint64_t cell = 0; cell < cells; cell++)
        stand->closed += !stand->open[cell];
    differ = stand->trees_differ;
    comm_sum_u64(comm, &differ, 1);
    stand->one_tree = differ == 0;
    return 0;
}
