#include "test.h"

#include "fake.h"

static void
chain(struct fake *fake, uint32_t jobs)
{
    for (uint32_t i = 0; i < jobs; i++) {
        fake_job(fake, 1, 0);
        if (i)
            fake_edge(fake, i - 1, i);
    }
}

TEST(a_chain_runs_in_order)
{
    struct fake fake;

    fake_init(&fake, 4, 0);
    chain(&fake, 3);
    fake_start(&fake);
    for (job_id job = 0; job < 3; job++) {
        CHECK(!scheduler_idle(fake.scheduler));
        scheduler_pump(fake.scheduler);
        CHECK_INT(scheduler_state(fake.scheduler, job), JOB_RUNNING);
        fake_end(&fake, job, OUTCOME_DONE);
    }
    scheduler_pump(fake.scheduler);
    CHECK(scheduler_idle(fake.scheduler));
    CHECK_STR(fake_order(&fake), "0 1 2");
    CHECK_INT(scheduler_count(fake.scheduler, JOB_DONE), 3);
    fake_release(&fake);
}

TEST(a_cached_chain_ends_in_one_pump_and_asks_for_no_durations)
{
    struct fake fake;

    fake_init(&fake, 1, 0);
    chain(&fake, 40);
    for (job_id job = 0; job < 40; job++)
        fake.find[job] = FIND_CACHED;
    fake_start(&fake);
    scheduler_pump(fake.scheduler);
    CHECK(scheduler_idle(fake.scheduler));
    CHECK_INT(scheduler_count(fake.scheduler, JOB_CACHED), 40);
    CHECK_INT(fake.asked_seconds, 0);
    CHECK_INT(fake.order_count, 0);
    fake_release(&fake);
}

TEST(a_cut_off_stops_the_chain_where_the_outputs_are_the_same)
{
    struct fake fake;

    fake_init(&fake, 1, 0);
    chain(&fake, 3);
    fake.find[2] = FIND_CACHED;
    fake_start(&fake);
    scheduler_pump(fake.scheduler);
    fake_end(&fake, 0, OUTCOME_DONE);
    scheduler_pump(fake.scheduler);
    fake_end(&fake, 1, OUTCOME_DONE);
    scheduler_pump(fake.scheduler);
    CHECK(scheduler_idle(fake.scheduler));
    CHECK_INT(scheduler_state(fake.scheduler, 2), JOB_CACHED);
    fake_release(&fake);
}

TEST(a_failed_job_skips_what_needs_it_and_nothing_else)
{
    struct fake fake;

    fake_init(&fake, 4, 0);
    for (int i = 0; i < 6; i++)
        fake_job(&fake, 1, 0);
    fake_edge(&fake, 0, 2);
    fake_edge(&fake, 1, 3);
    fake_edge(&fake, 2, 4);
    fake_edge(&fake, 3, 4);
    fake_edge(&fake, 3, 5);
    fake_start(&fake);
    scheduler_pump(fake.scheduler);
    fake_end(&fake, 0, OUTCOME_FAILED);
    CHECK_STR(fake.last_failure, "j0 ended badly");
    fake_end(&fake, 1, OUTCOME_DONE);
    scheduler_pump(fake.scheduler);
    fake_end(&fake, 3, OUTCOME_DONE);
    scheduler_pump(fake.scheduler);
    fake_end(&fake, 5, OUTCOME_FOUND);
    scheduler_pump(fake.scheduler);
    CHECK(scheduler_idle(fake.scheduler));
    CHECK_INT(scheduler_state(fake.scheduler, 0), JOB_FAILED);
    CHECK_INT(scheduler_state(fake.scheduler, 1), JOB_DONE);
    CHECK_INT(scheduler_state(fake.scheduler, 2), JOB_SKIPPED);
    CHECK_INT(scheduler_state(fake.scheduler, 3), JOB_DONE);
    CHECK_INT(scheduler_state(fake.scheduler, 4), JOB_SKIPPED);
    CHECK_INT(scheduler_state(fake.scheduler, 5), JOB_CACHED);
    fake_release(&fake);
}

TEST(a_lookup_or_a_start_that_fails_is_a_failed_job)
{
    struct fake fake;

    fake_init(&fake, 4, 0);
    chain(&fake, 2);
    fake_job(&fake, 1, 0);
    fake.find[0] = FIND_FAILS;
    fake.refuse[2] = true;
    fake_start(&fake);
    scheduler_pump(fake.scheduler);
    CHECK(scheduler_idle(fake.scheduler));
    CHECK_INT(scheduler_state(fake.scheduler, 0), JOB_FAILED);
    CHECK_INT(scheduler_state(fake.scheduler, 1), JOB_SKIPPED);
    CHECK_INT(scheduler_state(fake.scheduler, 2), JOB_FAILED);
    CHECK_STR(fake.last_failure, "cannot start j2");
    CHECK_INT(fake.failures[0], 1);
    fake_release(&fake);
}

TEST(stop_at_failure_lets_running_jobs_finish_and_starts_no_other)
{
    struct fake fake;

    fake_init(&fake, 2, 0);
    for (int i = 0; i < 4; i++)
        fake_job(&fake, 1, 0);
    fake.limits.stop_at_failure = true;
    fake_start(&fake);
    scheduler_pump(fake.scheduler);
    CHECK_STR(fake_order(&fake), "0 1");
    fake_end(&fake, 0, OUTCOME_TIMEOUT);
    scheduler_pump(fake.scheduler);
    CHECK(!scheduler_idle(fake.scheduler));
    fake_end(&fake, 1, OUTCOME_DONE);
    scheduler_pump(fake.scheduler);
    CHECK(scheduler_idle(fake.scheduler));
    CHECK_STR(fake_order(&fake), "0 1");
    CHECK_INT(scheduler_count(fake.scheduler, JOB_SKIPPED), 2);
    CHECK_INT(scheduler_state(fake.scheduler, 1), JOB_DONE);
    fake_release(&fake);
}

TEST(drain_then_stop)
{
    struct fake fake;

    fake_init(&fake, 2, 0);
    chain(&fake, 3);
    fake_job(&fake, 1, 0);
    fake_start(&fake);
    scheduler_pump(fake.scheduler);
    scheduler_drain(fake.scheduler);
    CHECK_INT(scheduler_count(fake.scheduler, JOB_SKIPPED), 2);
    CHECK_INT(fake.stops[0] + fake.stops[3], 0);
    fake_end(&fake, 3, OUTCOME_DONE);
    scheduler_stop(fake.scheduler);
    scheduler_stop(fake.scheduler);
    CHECK_INT(fake.stops[0], 1);
    CHECK_INT(fake.stops[3], 0);
    CHECK(!scheduler_idle(fake.scheduler));
    fake_end(&fake, 0, OUTCOME_CANCELLED);
    scheduler_pump(fake.scheduler);
    CHECK(scheduler_idle(fake.scheduler));
    CHECK_INT(scheduler_state(fake.scheduler, 0), JOB_SKIPPED);
    CHECK_INT(fake.failures[0], 0);
    fake_check(&fake);
    fake_release(&fake);
}

TEST(the_longest_path_goes_first)
{
    struct fake fake;

    fake_init(&fake, 1, 0);
    for (int i = 0; i < 4; i++)
        fake_job(&fake, 1, 0);
    fake_edge(&fake, 1, 3);
    fake.seconds[0] = 5;
    fake.seconds[1] = 1;
    fake.seconds[2] = 6;
    fake.seconds[3] = 9;
    fake_start(&fake);
    for (int i = 0; i < 4; i++) {
        scheduler_pump(fake.scheduler);
        fake_end(&fake, fake.order[i], OUTCOME_DONE);
    }
    CHECK_STR(fake_order(&fake), "1 3 2 0");
    fake_release(&fake);
}

TEST(without_durations_the_longer_chain_goes_first_then_plan_order)
{
    struct fake fake;

    fake_init(&fake, 1, 0);
    for (int i = 0; i < 4; i++)
        fake_job(&fake, 1, 0);
    fake_edge(&fake, 2, 3);
    fake_start(&fake);
    for (int i = 0; i < 4; i++) {
        scheduler_pump(fake.scheduler);
        fake_end(&fake, fake.order[i], OUTCOME_DONE);
    }
    CHECK_STR(fake_order(&fake), "2 0 1 3");
    fake_release(&fake);
}

TEST(a_job_that_does_not_fit_lets_small_ones_pass_but_not_for_ever)
{
    struct fake fake;
    uint32_t before = 0;

    fake_init(&fake, 2, 0);
    for (int i = 0; i < 30; i++)
        fake_job(&fake, i == 10 ? 2 : 1, 0);
    fake.seconds[0] = 60;
    fake.seconds[10] = 50;
    fake_start(&fake);
    scheduler_pump(fake.scheduler);
    CHECK_STR(fake_order(&fake), "0 1");
    while (fake.starts[10] == 0) {
        fake_end(&fake, fake.order[before++], OUTCOME_DONE);
        scheduler_pump(fake.scheduler);
        CHECK(before < 30);
    }
    /* one start before it outranks it, then at most 2 x 2 pass */
    CHECK_INT(fake.order_count, 6);
    CHECK_INT(fake.order[5], 10);
    fake_release(&fake);
}

TEST(room_that_was_kept_is_given_back_when_the_job_has_started)
{
    struct fake fake;
    uint32_t ended = 0;

    fake_init(&fake, 3, 0);
    for (int i = 0; i < 30; i++)
        fake_job(&fake, i < 2 ? 2 : 1, 0);
    fake.seconds[0] = fake.seconds[1] = 50;
    for (job_id job = 2; job < 5; job++)
        fake.seconds[job] = 60;
    fake_start(&fake);
    scheduler_pump(fake.scheduler);
    CHECK_STR(fake_order(&fake), "2 3 4");
    while (fake.starts[0] == 0) {
        fake_end(&fake, fake.order[ended++], OUTCOME_DONE);
        scheduler_pump(fake.scheduler);
    }
    /* Job 1 asks for as much, but was not passed often yet: a small one may use the third core. */
    CHECK_INT(fake.cores_used, 3);
    fake_end(&fake, fake.order[ended], OUTCOME_DONE);
    scheduler_pump(fake.scheduler);
    CHECK_INT(fake.cores_used, 3);
    CHECK_INT(fake.starts[1], 0);
    fake_release(&fake);
}

TEST(memory_limits_as_cores_do)
{
    struct fake fake;

    fake_init(&fake, 8, 100);
    fake_job(&fake, 1, 60);
    fake_job(&fake, 1, 60);
    fake_job(&fake, 1, 40);
    fake_job(&fake, 1, 0);
    fake_start(&fake);
    scheduler_pump(fake.scheduler);
    CHECK_STR(fake_order(&fake), "0 2 3");
    fake_release(&fake);
}

static void
refused(struct fake *fake, const char *text, const char *hint)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK(!scheduler_new(&fake->plan, fake->wanted, &fake->limits, &fake->lookup, &fake->executor,
                         &fake->observer, &err));
    CHECK_INT(err.code, FX_INVALID);
    CHECK_INT(err.line, 2);
    CHECK_STR(err.file, "w.yaml");
    CHECK_STR(err.text, text);
    CHECK_STR(err.hint, hint);
}

TEST(a_job_larger_than_the_machine_is_an_error_before_anything_runs)
{
    struct fake fake;

    fake_init(&fake, 2, 1 << 20);
    fake_job(&fake, 1, 0);
    fake_job(&fake, 3, 0);
    fake.plan.jobs[1].resources.threads = 2;
    refused(&fake, "'j1' asks for 6 cores (3 ranks x 2 threads), and this run has 2",
            "lower 'resources', or raise --cores");
    fake.plan.jobs[1].resources = (struct resources){ .ranks = 1, .threads = 1, .memory = 5 << 20 };
    refused(&fake, "'j1' asks for 5 MiB of memory, and this run has 1 MiB",
            "lower 'resources', or raise --memory");
    fake.wanted[1] = false;
    fake_start(&fake);
    fake_release(&fake);
}

TEST(jobs_outside_the_run_are_never_touched)
{
    struct fake fake;

    fake_init(&fake, 4, 0);
    chain(&fake, 2);
    fake_job(&fake, 1, 0);
    fake.wanted[1] = fake.wanted[2] = false;
    fake_start(&fake);
    scheduler_pump(fake.scheduler);
    fake_end(&fake, 0, OUTCOME_DONE);
    scheduler_pump(fake.scheduler);
    CHECK(scheduler_idle(fake.scheduler));
    CHECK_STR(fake_order(&fake), "0");
    CHECK_INT(scheduler_state(fake.scheduler, 1), JOB_SKIPPED);
    CHECK_INT(scheduler_count(fake.scheduler, JOB_SKIPPED), 0);
    fake_check(&fake);
    fake_release(&fake);
}
