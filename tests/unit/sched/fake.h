/*
 * fake - a plan without a workflow, and a world without processes, for tests of the scheduler.
 *
 *   fake_init -> fake_job, fake_edge ... -> fake_start -> { fake_end ... scheduler_pump } -> fake_release
 *
 * plan_*() of plan/plan.h are defined here for `struct plan`, which is this fake. The world checks
 * each call as it comes: a job starts after what it needs, once, and never beyond the limits.
 */
#ifndef TEST_SCHED_FAKE_H
#define TEST_SCHED_FAKE_H

#include "sched/scheduler.h"

enum { FAKE_MOST = 64 };

struct plan {
    struct workflow workflow;       /* "w": a stage per job, until a test says otherwise */
    struct job jobs[FAKE_MOST];
    struct stage stages[FAKE_MOST];
    char labels[FAKE_MOST][16];
    job_id needs[FAKE_MOST][FAKE_MOST], dependents[FAKE_MOST][FAKE_MOST];
    uint32_t need_count[FAKE_MOST], dependent_count[FAKE_MOST];
    uint32_t count;
};

enum fake_find { FIND_NOTHING, FIND_CACHED, FIND_FAILS };

struct fake {
    struct lookup lookup;           /* first member: the scheduler hands back pointers to these */
    struct executor executor;
    struct observer observer;
    struct plan plan;
    struct scheduler_limits limits;
    struct scheduler *scheduler;
    bool wanted[FAKE_MOST];         /* all true after fake_init() */
    enum fake_find find[FAKE_MOST];
    double seconds[FAKE_MOST];      /* expected(); -1 after fake_init() */
    bool refuse[FAKE_MOST];         /* start() fails */

    uint32_t lookups[FAKE_MOST], starts[FAKE_MOST], stops[FAKE_MOST], failures[FAKE_MOST];
    enum job_state seen[FAKE_MOST]; /* as the observer was told */
    uint32_t asked_seconds;         /* calls of expected() */
    job_id order[FAKE_MOST];        /* of starts */
    uint32_t order_count;
    uint64_t cores_used, memory_used;
    char last_failure[512];
};

void fake_init(struct fake *fake, uint32_t cores, uint64_t memory);
void fake_release(struct fake *fake);

/* Adds a job; its label is "j<number>". */
job_id fake_job(struct fake *fake, uint32_t cores, uint64_t memory);

/* `later` needs `earlier`; earlier < later. Twice is once. */
void fake_edge(struct fake *fake, job_id earlier, job_id later);

/* Makes the scheduler; the test fails when that fails. */
void fake_start(struct fake *fake);

/* Ends a running job. */
void fake_end(struct fake *fake, job_id job, enum outcome outcome);

/* The started jobs in order, "0 2 1"; a static buffer. */
const char *fake_order(const struct fake *fake);

/* What holds at every moment; the test fails otherwise. */
void fake_check(const struct fake *fake);

#endif
