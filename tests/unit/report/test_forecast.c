#include "report/forecast.h"
#include "test.h"
#include "unit/sched/fake.h"

/* Four jobs: 0 -> 1, 0 -> 2, {1, 2} -> 3; each needs one core. */
static struct fake
diamond(struct forecast_job jobs[4])
{
    struct fake fake;

    fake_init(&fake, 2, 0);
    for (int i = 0; i < 4; i++) {
        fake_job(&fake, 1, 0);
        jobs[i] = (struct forecast_job){ true, 10, 100 };
    }
    fake_edge(&fake, 0, 1);
    fake_edge(&fake, 0, 2);
    fake_edge(&fake, 1, 3);
    fake_edge(&fake, 2, 3);
    return fake;
}

static struct forecast
made(struct fake *fake, const struct forecast_job *jobs)
{
    struct fx_error err = FX_ERROR_NONE;
    struct forecast forecast;

    CHECK_OK(forecast_make(&fake->plan, fake->wanted, &fake->limits, jobs, &forecast, &err), err);
    return forecast;
}

TEST(jobs_side_by_side_take_their_time_once_and_their_memory_twice)
{
    struct forecast_job jobs[4];
    struct fake fake = diamond(jobs);
    struct forecast forecast = made(&fake, jobs);

    CHECK_NEAR(forecast.seconds, 30, 0);
    CHECK_NEAR(forecast.work, 40, 0);
    CHECK_INT(forecast.memory, 200);
    CHECK_INT(forecast.jobs, 4);
    CHECK_INT(forecast.unknown_seconds + forecast.unknown_memory, 0);
    fake.limits.cores = 1;
    forecast = made(&fake, jobs);
    CHECK_NEAR(forecast.seconds, 40, 0);
    CHECK_INT(forecast.memory, 100);
    fake_release(&fake);
}

TEST(what_is_stored_costs_nothing_and_what_is_unknown_is_counted)
{
    struct forecast_job jobs[4];
    struct fake fake = diamond(jobs);
    struct forecast forecast;

    jobs[0].runs = false;
    jobs[1].seconds = -1;
    jobs[2].memory = 0;
    forecast = made(&fake, jobs);
    CHECK_INT(forecast.jobs, 3);
    CHECK_NEAR(forecast.seconds, 20, 0);
    CHECK_INT(forecast.unknown_seconds, 1);
    CHECK_INT(forecast.unknown_memory, 1);
    CHECK_INT(forecast.memory, 100);
    for (int i = 0; i < 4; i++)
        jobs[i].runs = false;
    forecast = made(&fake, jobs);
    CHECK_INT(forecast.jobs, 0);
    CHECK_NEAR(forecast.seconds, 0, 0);
    fake_release(&fake);
}

/* The scheduler's own order: the long chain first, else its second half would come last, alone. */
TEST(the_order_is_that_of_a_run)
{
    struct forecast_job jobs[4] = { { true, 1, 1 }, { true, 1, 1 }, { true, 1, 1 }, { true, 3, 1 } };
    struct forecast forecast;
    struct fake fake;

    fake_init(&fake, 2, 0);
    for (int i = 0; i < 4; i++)
        fake_job(&fake, 1, 0);
    forecast = made(&fake, jobs);
    CHECK_NEAR(forecast.seconds, 3, 0);
    fake_release(&fake);
}

TEST(what_never_fits_is_told_as_a_run_would)
{
    struct forecast_job jobs[1] = { { true, 1, 1 } };
    struct fx_error err = FX_ERROR_NONE;
    struct forecast forecast;
    struct fake fake;

    fake_init(&fake, 2, 0);
    fake_job(&fake, 3, 0);
    CHECK(forecast_make(&fake.plan, fake.wanted, &fake.limits, jobs, &forecast, &err) == -1);
    CHECK_INT(err.code, FX_INVALID);
    fake_release(&fake);
}
