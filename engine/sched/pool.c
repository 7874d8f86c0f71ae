#include "sched/pool.h"

#include <assert.h>

void
pool_init(struct pool *pool, uint64_t cores, uint64_t memory)
{
    *pool = (struct pool){ .all = { cores, memory }, .any_memory = memory == 0 };
}

bool
pool_holds(const struct pool *pool, struct room ask)
{
    return ask.cores <= pool->all.cores && (pool->any_memory || ask.memory <= pool->all.memory);
}

bool
pool_fits(const struct pool *pool, struct room ask)
{
    if (ask.cores > pool->all.cores - pool->used.cores)
        return false;
    return pool->any_memory || ask.memory <= pool->all.memory - pool->used.memory;
}

void
pool_take(struct pool *pool, struct room ask)
{
    assert(pool_fits(pool, ask));
    pool->used.cores += ask.cores;
    if (!pool->any_memory)
        pool->used.memory += ask.memory;
}

void
pool_give(struct pool *pool, struct room ask)
{
    assert(pool->used.cores >= ask.cores);
    pool->used.cores -= ask.cores;
    if (!pool->any_memory) {
        assert(pool->used.memory >= ask.memory);
        pool->used.memory -= ask.memory;
    }
}
