/*
 * forecast - what a run is expected to take: a run of the scheduler itself, with a clock of numbers.
 *
 * In: which jobs run, and what each of them took last time. Out: seconds and memory. What is not
 * known is counted and not guessed: a job of unknown duration takes no time here, so the run takes
 * longer than that; one of unknown memory takes none.
 */
#ifndef REPORT_FORECAST_H
#define REPORT_FORECAST_H

#include "sched/scheduler.h"

struct forecast_job {
    bool runs;          /* else the store has it */
    double seconds;     /* negative: unknown */
    uint64_t memory;    /* bytes of all its ranks; 0: unknown */
};

struct forecast {
    uint32_t jobs;                              /* that run */
    double seconds;                             /* from the first start to the last end */
    double work;                                /* the sum over jobs: seconds, one after the other */
    uint64_t memory;                            /* the most that jobs side by side take */
    uint32_t unknown_seconds, unknown_memory;   /* jobs */
};

/*
 * `wanted` and `limits` as for scheduler_new(); `jobs` has an entry for each job of the plan. FX_INVALID
 * for a job that does not fit into the limits, as for a run.
 */
int forecast_make(const struct plan *plan, const bool *wanted, const struct scheduler_limits *limits,
                  const struct forecast_job *jobs, struct forecast *forecast, struct fx_error *err);

#endif
