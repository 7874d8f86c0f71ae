#include "test.h"

#include <stdlib.h>

#include "sched/ready.h"

TEST(the_largest_rank_comes_first_and_equal_ones_in_plan_order)
{
    struct ready ready = { 0 };
    const job_id expected[] = { 7, 2, 3, 9, 1 };

    ready_push(&ready, 9, 2.0);
    ready_push(&ready, 1, 0.5);
    ready_push(&ready, 7, 4.0);
    ready_push(&ready, 3, 2.0);
    ready_push(&ready, 2, 2.0);
    for (int i = 0; i < 5; i++)
        CHECK_INT(ready_pop(&ready), expected[i]);
    CHECK(!ready_top(&ready));
    ready_release(&ready);
}

TEST(what_goes_in_comes_out_once_and_in_order)
{
    enum { JOBS = 500, ROUNDS = 200 };

    srand(7);
    for (int round = 0; round < ROUNDS; round++) {
        struct ready ready = { 0 };
        bool out[JOBS] = { false };
        struct ready_entry before = { 1e9, 0 };

        for (job_id job = 0; job < JOBS; job++)
            ready_push(&ready, job, rand() % 20);
        for (int i = 0; i < JOBS; i++) {
            struct ready_entry now = *ready_top(&ready);

            CHECK(i == 0 || ready_before(&before, &now));
            CHECK_INT(ready_pop(&ready), now.job);
            CHECK(!out[now.job]);
            out[now.job] = true;
            before = now;
        }
        CHECK(!ready_top(&ready));
        ready_release(&ready);
    }
}
