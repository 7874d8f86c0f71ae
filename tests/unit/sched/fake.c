#include "fake.h"

#include <stddef.h>
#include <stdio.h>

#include "test.h"

/* --- the plan -------------------------------------------------------------------------------- */

uint32_t
plan_count(const struct plan *plan)
{
    return plan->count;
}

const struct workflow *
plan_workflow(const struct plan *plan)
{
    return &plan->workflow;
}

const struct job *
plan_job(const struct plan *plan, job_id job)
{
    return &plan->jobs[job];
}

const struct stage *
plan_stage(const struct plan *plan, job_id job)
{
    return &plan->stages[plan->jobs[job].stage];
}

const job_id *
plan_needs(const struct plan *plan, job_id job, uint32_t *count)
{
    *count = plan->need_count[job];
    return plan->needs[job];
}

const job_id *
plan_dependents(const struct plan *plan, job_id job, uint32_t *count)
{
    *count = plan->dependent_count[job];
    return plan->dependents[job];
}

job_id
fake_job(struct fake *fake, uint32_t cores, uint64_t memory)
{
    struct plan *plan = &fake->plan;
    job_id job = plan->count++;

    CHECK(job < FAKE_MOST);
    snprintf(plan->labels[job], sizeof plan->labels[job], "j%u", job);
    plan->jobs[job].label = str_of(plan->labels[job]);
    plan->jobs[job].stage = job;
    plan->workflow.stages = plan->stages;
    plan->workflow.stage_count = plan->count;
    plan->workflow.name = str_of("w");
    plan->workflow.path = "w.yaml";
    plan->jobs[job].resources = (struct resources){ .ranks = cores, .threads = 1, .memory = memory };
    plan->stages[job].name = plan->jobs[job].label;
    plan->stages[job].at = (struct fx_mark){ "w.yaml", job + 1, 3 };
    return job;
}

void
fake_edge(struct fake *fake, job_id earlier, job_id later)
{
    struct plan *plan = &fake->plan;
    uint32_t at = plan->need_count[later];

    CHECK(earlier < later && later < plan->count);
    for (uint32_t i = 0; i < at; i++)
        if (plan->needs[later][i] == earlier)
            return;
    plan->need_count[later]++;
    for (; at > 0 && plan->needs[later][at - 1] > earlier; at--)
        plan->needs[later][at] = plan->needs[later][at - 1];
    plan->needs[later][at] = earlier;
    at = plan->dependent_count[earlier]++;
    for (; at > 0 && plan->dependents[earlier][at - 1] > later; at--)
        plan->dependents[earlier][at] = plan->dependents[earlier][at - 1];
    plan->dependents[earlier][at] = later;
}

/* --- the world ------------------------------------------------------------------------------- */

#define WORLD(pointer, member) \
    ((struct fake *)(void *)((char *)(pointer) - offsetof(struct fake, member)))

static int
find(struct lookup *lookup, job_id job, struct fx_error *err)
{
    struct fake *fake = WORLD(lookup, lookup);

    fake->lookups[job]++;
    for (uint32_t i = 0; i < fake->plan.need_count[job]; i++) {
        enum job_state state = fake->seen[fake->plan.needs[job][i]];

        CHECK(state == JOB_CACHED || state == JOB_DONE);
    }
    if (fake->find[job] == FIND_FAILS)
        return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "cannot look up j%u", job);
    return fake->find[job] == FIND_CACHED;
}

static double
expected(struct lookup *lookup, job_id job)
{
    struct fake *fake = WORLD(lookup, lookup);

    fake->asked_seconds++;
    return fake->seconds[job];
}

static int
start(struct executor *executor, job_id job, struct fx_error *err)
{
    struct fake *fake = WORLD(executor, executor);
    const struct job *asked = plan_job(&fake->plan, job);

    CHECK(fake->wanted[job] && fake->find[job] == FIND_NOTHING);
    CHECK_INT(fake->lookups[job], 1);
    CHECK_INT(fake->starts[job]++, 0);
    if (fake->refuse[job])
        return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "cannot start j%u", job);
    fake->order[fake->order_count++] = job;
    fake->cores_used += asked->resources.ranks;
    fake->memory_used += asked->resources.memory;
    CHECK(fake->cores_used <= fake->limits.cores);
    CHECK(!fake->limits.memory || fake->memory_used <= fake->limits.memory);
    return 0;
}

static void
stop(struct executor *executor, job_id job)
{
    struct fake *fake = WORLD(executor, executor);

    CHECK_INT(fake->seen[job], JOB_RUNNING);
    fake->stops[job]++;
}

static void
job_changed(struct observer *observer, job_id job, enum job_state from, enum job_state to)
{
    struct fake *fake = WORLD(observer, observer);

    CHECK(fake->wanted[job]);
    CHECK_INT(fake->seen[job], from);
    CHECK(to != JOB_FAILED || fake->failures[job] == 1);
    fake->seen[job] = to;
}

static void
job_failed(struct observer *observer, job_id job, const struct fx_error *why)
{
    struct fake *fake = WORLD(observer, observer);

    CHECK_INT(fake->failures[job]++, 0);
    snprintf(fake->last_failure, sizeof fake->last_failure, "%s", why->text);
}

void
fake_init(struct fake *fake, uint32_t cores, uint64_t memory)
{
    memset(fake, 0, sizeof *fake);
    fake->lookup = (struct lookup){ find, expected };
    fake->executor = (struct executor){ start, stop };
    fake->observer = (struct observer){ job_changed, job_failed };
    fake->limits = (struct scheduler_limits){ .cores = cores, .memory = memory };
    for (job_id job = 0; job < FAKE_MOST; job++) {
        fake->wanted[job] = true;
        fake->seconds[job] = -1;
    }
}

void
fake_release(struct fake *fake)
{
    scheduler_free(fake->scheduler);
    fake->scheduler = NULL;
}

void
fake_start(struct fake *fake)
{
    struct fx_error err = FX_ERROR_NONE;

    fake->scheduler = scheduler_new(&fake->plan, fake->wanted, &fake->limits, &fake->lookup,
                                    &fake->executor, &fake->observer, &err);
    if (!fake->scheduler)
        test_fail(__FILE__, __LINE__, "scheduler_new: %s", err.text);
}

void
fake_end(struct fake *fake, job_id job, enum outcome outcome)
{
    struct fx_error why = FX_ERROR_NONE;

    fx_fail(&why, FX_FAILED, FX_NOWHERE, "j%u ended badly", job);
    fake->cores_used -= plan_job(&fake->plan, job)->resources.ranks;
    fake->memory_used -= plan_job(&fake->plan, job)->resources.memory;
    scheduler_finished(fake->scheduler, job, outcome,
                       outcome == OUTCOME_DONE || outcome == OUTCOME_FOUND ? NULL : &why);
}

const char *
fake_order(const struct fake *fake)
{
    static char line[FAKE_MOST * 4];
    size_t len = 0;

    line[0] = '\0';
    for (uint32_t i = 0; i < fake->order_count; i++)
        len += (size_t)snprintf(line + len, sizeof line - len, "%s%u", i ? " " : "",
                                fake->order[i]);
    return line;
}

void
fake_check(const struct fake *fake)
{
    uint32_t count[JOB_STATES] = { 0 };

    for (job_id job = 0; job < fake->plan.count; job++) {
        if (!fake->wanted[job])
            continue;
        CHECK_INT(scheduler_state(fake->scheduler, job), fake->seen[job]);
        count[fake->seen[job]]++;
    }
    for (int state = 0; state < JOB_STATES; state++)
        CHECK_INT(scheduler_count(fake->scheduler, (enum job_state)state), count[state]);
}
