/*
 * scheduler - which job may start now.
 *
 * A pure state machine: events in, "start this" out. It sees no process, clock or disk; these sit
 * behind the three interfaces below, which session/conduct connects and tests fake.
 *
 *   scheduler_new -> loop { scheduler_pump; wait for an executor's completion: scheduler_finished }
 *   until scheduler_idle.
 *
 * A completion records and returns; only scheduler_pump() starts anything: no recursion.
 */
#ifndef SCHED_SCHEDULER_H
#define SCHED_SCHEDULER_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/plan.h"

enum job_state {
    JOB_WAITING,    /* something it needs has not finished */
    JOB_READY,      /* inputs are in place; not yet looked up in the store */
    JOB_CACHED,     /* the store holds these outputs already, or another engine made them meanwhile */
    JOB_QUEUED,     /* must run; waits for room in its pool */
    JOB_RUNNING,    /* an executor has accepted it */
    JOB_DONE,       /* ran; its outputs are in the store */
    JOB_FAILED,     /* ran and failed, or could not be started or looked up */
    JOB_SKIPPED,    /* did not run: something it needs failed, or the run was stopped */
    JOB_STATES
};

/* "waiting", "ready", ... */
const char *job_state_name(enum job_state state);

/* How a started job ended. */
enum outcome {
    OUTCOME_DONE,       /* succeeded and published */
    OUTCOME_FOUND,      /* another engine published it meanwhile */
    OUTCOME_FAILED,     /* failed: status, signal, missing output, could not be published */
    OUTCOME_TIMEOUT,    /* stopped at its time limit */
    OUTCOME_CANCELLED   /* stopped because the run was */
};

/* Looks jobs up. Called once per job, when all that it needs is cached or done. */
struct lookup {
    /* 1: the store holds it; 0: it must run; -1: failed, the reason in `err`: the job fails. */
    int (*find)(struct lookup *lookup, job_id job, struct fx_error *err);
    /* Seconds it is expected to take, for the order; negative: unknown. */
    double (*expected)(struct lookup *lookup, job_id job);
};

/* Runs jobs. A start either fails and calls nothing, or completes exactly once by scheduler_finished(). */
struct executor {
    int  (*start)(struct executor *executor, job_id job, struct fx_error *err);
    void (*stop)(struct executor *executor, job_id job);     /* completes as OUTCOME_CANCELLED soon */
};

/*
 * Told of each change, also of what failed; never calls back. The first changes come while
 * scheduler_new() runs.
 */
struct observer {
    void (*job_changed)(struct observer *observer, job_id job, enum job_state from,
                        enum job_state to);
    /* A job failed because of this (a result, not an error of the run); told before job_changed(). */
    void (*job_failed)(struct observer *observer, job_id job, const struct fx_error *why);
};

struct scheduler_limits {
    uint32_t cores;         /* sum of ranks x threads at a time */
    uint64_t memory;        /* bytes, sum of what jobs ask for; 0: not limited */
    bool stop_at_failure;   /* start nothing more after the first failed job */
};

struct scheduler;

/*
 * `wanted` (plan_count() bools, read here only, as plan_select() marks them) limits the run; NULL: all
 * jobs. A job that asks for more cores or memory than there are is FX_INVALID, pointing at its stage,
 * before anything runs. Jobs outside the run count nowhere and are JOB_SKIPPED to scheduler_state().
 */
struct scheduler *scheduler_new(const struct plan *plan, const bool *wanted,
                                const struct scheduler_limits *limits, struct lookup *lookup,
                                struct executor *executor, struct observer *observer,
                                struct fx_error *err);
void scheduler_free(struct scheduler *scheduler);

/*
 * Looks up what became ready and starts what fits: longest remaining path first (by expected
 * seconds), equal ones in plan order; a job that does not fit now lets smaller ones pass, at most
 * twice as many as there are cores: then room is kept for it.
 */
void scheduler_pump(struct scheduler *scheduler);

/* A started job ended. `why` may be NULL for OUTCOME_DONE and OUTCOME_FOUND. */
void scheduler_finished(struct scheduler *scheduler, job_id job, enum outcome outcome,
                        const struct fx_error *why);

/* Starts nothing more; what runs goes on. Jobs that have not started become JOB_SKIPPED. */
void scheduler_drain(struct scheduler *scheduler);

/* Drains, and asks the executor to stop what runs. */
void scheduler_stop(struct scheduler *scheduler);

/* Nothing runs and nothing can start: the run is over. */
bool scheduler_idle(const struct scheduler *scheduler);

enum job_state scheduler_state(const struct scheduler *scheduler, job_id job);
uint32_t       scheduler_count(const struct scheduler *scheduler, enum job_state state);

/* Seconds that `job` is expected to take: what its lookup said; negative: unknown, or nothing ran. */
double scheduler_expected(const struct scheduler *scheduler, job_id job);

#endif
