/*
 * Random DAGs in a random world: what must hold for every run, checked after every event.
 */
#include "test.h"

#include "fake.h"

enum { DAGS = 100000 };

struct random {
    uint64_t state;
};

/* splitmix64, after Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014). */
static uint64_t
next(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint32_t
below(struct random *random, uint32_t end)
{
    return (uint32_t)(next(random) % end);
}

/* What a run of one random DAG does besides succeeding. */
struct story {
    uint32_t fails, finds, drains;      /* of 100: a job fails, is cached; a step drains or stops */
};

static void
make(struct fake *fake, struct random *random, const struct story *story)
{
    uint32_t jobs = 1 + below(random, 24), density = below(random, 40);

    fake_init(fake, 1 + below(random, 4), below(random, 2) ? 100 : 0);
    fake->limits.stop_at_failure = below(random, 8) == 0;
    for (job_id job = 0; job < jobs; job++) {
        fake_job(fake, 1 + below(random, fake->limits.cores), below(random, 101));
        for (job_id earlier = 0; earlier < job; earlier++)
            if (below(random, 100) < density)
                fake_edge(fake, earlier, job);
        if (below(random, 100) < story->finds)
            fake->find[job] = FIND_CACHED;
        else if (below(random, 200) < story->fails)
            fake->find[job] = FIND_FAILS;
        fake->refuse[job] = below(random, 200) < story->fails;
        if (below(random, 3))
            fake->seconds[job] = below(random, 50);
    }
    /* A run of a part: what a wanted job needs is wanted. */
    if (below(random, 3) == 0)
        for (job_id job = jobs; job-- > 0;) {
            bool wanted = below(random, 2) == 0;

            for (uint32_t i = 0; i < fake->plan.dependent_count[job]; i++)
                wanted = wanted || fake->wanted[fake->plan.dependents[job][i]];
            fake->wanted[job] = wanted;
        }
}

/* A running job by chance; false when none runs. */
static bool
pick_running(const struct fake *fake, struct random *random, job_id *job)
{
    job_id running[FAKE_MOST];
    uint32_t count = 0;

    for (job_id i = 0; i < fake->plan.count; i++)
        if (fake->seen[i] == JOB_RUNNING)
            running[count++] = i;
    if (count)
        *job = running[below(random, count)];
    return count > 0;
}

/* Nothing that fits an idle machine waits. */
static void
check_busy(const struct fake *fake, bool drained)
{
    if (scheduler_count(fake->scheduler, JOB_RUNNING) == 0 || drained)
        CHECK_INT(scheduler_count(fake->scheduler, JOB_QUEUED), 0);
    CHECK_INT(scheduler_count(fake->scheduler, JOB_READY), 0);
    CHECK_INT(scheduler_idle(fake->scheduler), scheduler_count(fake->scheduler, JOB_RUNNING) == 0);
}

/* After an undisturbed run: exactly what depends on a failed job was skipped. */
static void
check_end(const struct fake *fake)
{
    for (job_id job = 0; job < fake->plan.count; job++) {
        bool skipped = false;

        if (!fake->wanted[job])
            continue;
        for (uint32_t i = 0; i < fake->plan.need_count[job]; i++) {
            enum job_state state = fake->seen[fake->plan.needs[job][i]];

            skipped = skipped || state == JOB_FAILED || state == JOB_SKIPPED;
        }
        CHECK_INT(fake->seen[job] == JOB_SKIPPED, skipped);
        CHECK_INT(fake->lookups[job], !skipped);
        CHECK_INT(fake->starts[job], !skipped && fake->find[job] == FIND_NOTHING);
    }
}

static void
check_final(const struct fake *fake)
{
    CHECK_INT(scheduler_count(fake->scheduler, JOB_WAITING), 0);
    for (job_id job = 0; job < fake->plan.count; job++)
        CHECK_INT(fake->failures[job], fake->seen[job] == JOB_FAILED);
    CHECK_INT(fake->cores_used, 0);
    CHECK_INT(fake->memory_used, 0);
}

static void
run(struct random *random, const struct story *story)
{
    bool drained = false, stopped = false, failed = false;
    struct fake fake;
    job_id job;

    make(&fake, random, story);
    fake_start(&fake);
    scheduler_pump(fake.scheduler);
    fake_check(&fake);
    for (;;) {
        failed = failed || scheduler_count(fake.scheduler, JOB_FAILED) > 0;
        drained = drained || (failed && fake.limits.stop_at_failure);
        check_busy(&fake, drained);
        if (!pick_running(&fake, random, &job))
            break;
        if (below(random, 100) < story->drains) {
            drained = true;
            scheduler_drain(fake.scheduler);
        } else if (below(random, 100) < story->drains) {
            drained = stopped = true;
            scheduler_stop(fake.scheduler);
        } else {
            uint32_t chance = below(random, 100);

            fake_end(&fake, job,
                     fake.stops[job] && chance < 90            ? OUTCOME_CANCELLED
                     : chance < story->fails                   ? OUTCOME_FAILED
                     : chance < story->fails + story->fails / 4 ? OUTCOME_TIMEOUT
                     : chance > 95                             ? OUTCOME_FOUND
                                                               : OUTCOME_DONE);
        }
        fake_check(&fake);
        /* Several completions may come before a pump. */
        if (below(random, 3) || !pick_running(&fake, random, &job))
            scheduler_pump(fake.scheduler);
        scheduler_pump(fake.scheduler);
        fake_check(&fake);
    }
    check_final(&fake);
    if (!drained && !stopped)
        check_end(&fake);
    fake_release(&fake);
}

static void
run_many(uint64_t seed, const struct story *story)
{
    struct random random = { seed };

    for (int i = 0; i < DAGS / 4; i++)
        run(&random, story);
}

TEST(every_job_of_a_random_dag_runs_once)
{
    run_many(1, &(struct story){ .finds = 0 });
}

TEST(failures_skip_exactly_what_depends_on_them)
{
    run_many(2, &(struct story){ .fails = 20, .finds = 20 });
}

TEST(runs_that_are_drained_or_stopped_end)
{
    run_many(3, &(struct story){ .drains = 8, .finds = 10 });
}

TEST(all_at_once)
{
    run_many(4, &(struct story){ .fails = 10, .finds = 30, .drains = 3 });
}
