/*
 * watch - what happened to each job of a run, and who is told.
 *
 * The scheduler's one observer. It keeps the facts of each job (state, reason, times, failure) and
 * hands each change to its listeners, in the order in which they were added: console, events.
 *
 *   watch_new -> watch_listen ... -> scheduler_new(..., watch_observer(), ...) -> watch_facts -> watch_free
 */
#ifndef REPORT_WATCH_H
#define REPORT_WATCH_H

#include "base/arena.h"
#include "sched/scheduler.h"

/* What is known of an attempt that runs or has failed; members are NULL when there is nothing to say. */
struct attempt {
    const char *command;    /* as a person would type it */
    const char *tail;       /* the last lines of its log, in lines */
    const char *log;        /* the path of all of it */
    const char *progress;   /* the path of what a running task says, for progress_read() */
};

/* What a watch has to ask others; session/conduct provides it, tests fake it. */
struct watch_source {
    double (*now)(struct watch_source *source);     /* seconds since 1970 */
    /* Why `job` must run, in one line, appended to `out`. Called as it is queued. */
    void (*reason)(struct watch_source *source, job_id job, struct text *out);
    /* The attempt that just started, or failed; left as it is when the job was never started. */
    void (*attempt)(struct watch_source *source, job_id job, struct attempt *attempt);
    /* Seconds that it is expected to take; negative: unknown. */
    double (*expected)(struct watch_source *source, job_id job);
};

struct job_facts {
    const char *reason;             /* why it had to run; NULL: it did not have to */
    const struct fx_error *error;   /* why it failed; NULL: it did not */
    struct attempt attempt;         /* all NULL once the job is done */
    double started, ended;          /* seconds since 1970; 0: not yet */
    bool started_here;              /* an attempt was started by this run */
};

struct watch;

/* Told after the facts were updated. */
struct listener {
    void (*changed)(struct listener *listener, const struct watch *watch, job_id job,
                    enum job_state from, enum job_state to);
};

/* Borrows everything, which must outlive it; `wanted` as in scheduler_new(). */
struct watch *watch_new(const struct plan *plan, const bool *wanted, struct watch_source *source);
void          watch_free(struct watch *watch);      /* NULL is fine */

struct observer *watch_observer(struct watch *watch);   /* owned by `watch` */
void             watch_listen(struct watch *watch, struct listener *listener);

const struct plan      *watch_plan(const struct watch *watch);
const struct job_facts *watch_facts(const struct watch *watch, job_id job);
enum job_state          watch_state(const struct watch *watch, job_id job);
bool                    watch_wanted(const struct watch *watch, job_id job);
uint32_t                watch_count(const struct watch *watch, enum job_state state);
uint32_t                watch_jobs(const struct watch *watch);      /* all of the run */
double                  watch_now(const struct watch *watch);
double                  watch_begun(const struct watch *watch);     /* when it was made */

/*
 * Seconds until the run is over on `cores` cores, by the expected durations of what is left: the sum
 * shared by the cores, at least the longest running job. `complete` is false when some are unknown:
 * then it takes longer than that.
 */
double watch_left(const struct watch *watch, uint32_t cores, bool *complete);

#endif
