#include "test.h"

#include "sched/pool.h"

TEST(a_pool_gives_no_more_than_it_has)
{
    struct pool pool;

    pool_init(&pool, 4, 100);
    CHECK(pool_holds(&pool, (struct room){ 4, 100 }));
    CHECK(!pool_holds(&pool, (struct room){ 5, 0 }));
    CHECK(!pool_holds(&pool, (struct room){ 1, 101 }));
    pool_take(&pool, (struct room){ 3, 60 });
    CHECK(pool_fits(&pool, (struct room){ 1, 40 }));
    CHECK(!pool_fits(&pool, (struct room){ 2, 0 }));
    CHECK(!pool_fits(&pool, (struct room){ 1, 41 }));
    CHECK(!pool_fits(&pool, (struct room){ 1, UINT64_MAX }));
    pool_give(&pool, (struct room){ 3, 60 });
    CHECK(pool_fits(&pool, (struct room){ 4, 100 }));
}

TEST(no_bytes_mean_no_limit)
{
    struct pool pool;

    pool_init(&pool, 2, 0);
    pool_take(&pool, (struct room){ 1, UINT64_MAX });
    CHECK(pool_fits(&pool, (struct room){ 1, UINT64_MAX }));
    CHECK(!pool_fits(&pool, (struct room){ 2, 0 }));
    pool_give(&pool, (struct room){ 1, UINT64_MAX });
    CHECK(pool_fits(&pool, (struct room){ 2, 0 }));
}
