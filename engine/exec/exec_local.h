/*
 * exec_local - runs jobs as processes of this machine.
 *
 * In: a plan with its store (job_store), and what the scheduler starts. Out: published results, or
 * failures with the command, the end of the log and its path.
 *
 *   exec_local_new -> scheduler_new(..., exec_local_executor(), ...) -> exec_local_run -> reports -> free
 *
 * Processes are started and watched by the keeper (keeper.h): when this program dies, they end.
 */
#ifndef EXEC_EXEC_LOCAL_H
#define EXEC_EXEC_LOCAL_H

#include "exec/job_store.h"
#include "sched/scheduler.h"

struct exec_local;

struct exec_options {
    const char *program;    /* the fornix program, started as keeper; NULL: /proc/self/exe */
    double grace_s;         /* from SIGTERM to SIGKILL; 0: 2 seconds */
};

/* Starts the keeper. `options` may be NULL. Borrows `js`. */
struct exec_local *exec_local_new(struct job_store *js, const struct exec_options *options,
                                  struct fx_error *err);
void               exec_local_free(struct exec_local *exec);    /* stops what still runs; NULL is fine */

struct executor *exec_local_executor(struct exec_local *exec);  /* owned by `exec` */

/* What a person sees meanwhile. Members may be NULL. They must not call the scheduler. */
struct exec_watch {
    double every_s;                                             /* between ticks; 0: none */
    void (*tick)(struct exec_watch *watch);
    void (*interrupted)(struct exec_watch *watch, unsigned times);  /* cancelled: 1, 2 */
    unsigned (*cancelled)(struct exec_watch *watch);    /* how often somebody else cancelled so far */
    bool leave_signals;                                 /* SIGINT and SIGTERM are the caller's */
};

/*
 * Pumps the scheduler and waits, until scheduler_idle(). The first SIGINT or SIGTERM, or the first time
 * that `cancelled` counts, drains it, the second stops it. Returns 0 (over), 1 (over, and it was
 * cancelled), -1 failed. `watch` may be NULL.
 */
int exec_local_run(struct exec_local *exec, struct scheduler *scheduler, struct exec_watch *watch,
                   struct fx_error *err);

/* What is known of the latest attempt of a job. */
struct attempt_report {
    const char *command;        /* as a person would type it */
    const char *log;            /* path of its output: while it runs, and when it failed */
    const char *progress;       /* path of the file that a running task appends to; else NULL */
    const char *tail;           /* the last lines of a failed attempt's log, "" when it is empty */
    double started;             /* seconds since 1970 */
    double seconds, cpu_seconds;    /* of one that has ended */
    uint64_t max_rss;           /* bytes */
    int exit_status;            /* -1: it did not exit by itself */
    int signal;                 /* that ended it; 0: none */
    bool running;
};

/* NULL for a job that was not started, or is done. Valid until the job starts again, or the end. */
const struct attempt_report *exec_local_report(const struct exec_local *exec, job_id job);

#endif
