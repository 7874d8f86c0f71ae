/*
 * pool - the cores and the memory that running jobs share.
 *
 *   pool_init -> [pool_holds (once per job)] -> { pool_fits, pool_take ... pool_give }
 */
#ifndef SCHED_POOL_H
#define SCHED_POOL_H

#include <stdbool.h>
#include <stdint.h>

/* What one job asks for, or what there is: cores, and bytes of memory. */
struct room {
    uint64_t cores, memory;
};

struct pool {
    struct room all, used;
    bool any_memory;        /* memory is not limited */
};

/* An empty pool of `cores` and `memory` bytes; 0 bytes: memory is not limited. */
void pool_init(struct pool *pool, uint64_t cores, uint64_t memory);

/* Whether the empty pool has room for `ask`: such a job can start sooner or later. */
bool pool_holds(const struct pool *pool, struct room ask);

/* Whether there is room for `ask` now. */
bool pool_fits(const struct pool *pool, struct room ask);

/* Takes `ask`, for which pool_fits() must have said yes. */
void pool_take(struct pool *pool, struct room ask);

/* Gives back what was taken. */
void pool_give(struct pool *pool, struct room ask);

#endif
