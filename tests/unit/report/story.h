/*
 * story - a run that a test tells step by step: jobs, a clock, and changes of state as a scheduler
 * would report them.
 *
 *   story_init -> story_job ... -> story_begin -> { story_to, story_fail, story->time += ... } -> story_end
 */
#ifndef TEST_REPORT_STORY_H
#define TEST_REPORT_STORY_H

#include "report/watch.h"
#include "unit/sched/fake.h"

struct story {
    struct watch_source source;
    struct plan plan;
    struct watch *watch;
    double time;                    /* what the clock says */
    double expected[FAKE_MOST];     /* -1: unknown */
    const char *reason;             /* the next answer */
    struct attempt attempt;         /* likewise */
};

void story_init(struct story *story);

/* A stage with `jobs` jobs: "somas", or "forest[n=0]", "forest[n=1]" ... Returns its first job. */
job_id story_stage(struct story *story, const char *name, uint32_t jobs);

void story_begin(struct story *story);

/* Moves a job through the states before `to`, as a scheduler does. */
void story_to(struct story *story, job_id job, enum job_state to);

/* Lets a job fail, from wherever it is. */
void story_fail(struct story *story, job_id job, const char *text);

void story_end(struct story *story);

#endif
