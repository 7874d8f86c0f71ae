/*
 * run - what a workflow would do, doing it, and asking for its outputs.
 *
 *   fx_plan_new -> { fx_plan_look | fx_run -> fx_plan_job, fx_plan_output, fx_plan_manifest } -> fx_plan_free
 *
 *   struct fx_error err = FX_ERROR_NONE;
 *   struct fx_plan *plan = fx_plan_new(wf, NULL, &err);
 *   if (!plan || fx_run(plan, NULL, &err) != 0)
 *       fx_error_print(&err, stderr);
 *
 * A plan has the jobs of a workflow: its stages, each at every point of its axes, numbered from 0 so
 * that a job comes after those that it needs. It stands on the workflow as it was when it was planned;
 * who changes the workflow makes a new plan. Results are in a store that many plans, programs and
 * `fornix` itself may use at once.
 *
 * Functions that can fail return 0, or -1 (or NULL) with `err` filled; `err` is never NULL.
 *
 * Processes. Tasks are not children of the calling program but of the keeper, a small process that
 * fx_run() starts when the first job must run, waits for by its id, and ends. When the program dies, also
 * by SIGKILL, all that runs is ended and no half-made result stays. The library neither handles nor
 * blocks SIGCHLD, SIGINT or any other signal, never waits for "any child", and is not disturbed by a
 * program that ignores SIGCHLD or waits for all its children. Only with `catch_signals` SIGINT and
 * SIGTERM are caught, while fx_run() waits for jobs; afterwards they have their default action.
 *
 * Where tasks and the keeper are: in options->home, else $FORNIX_HOME, else found from the place of the
 * library itself, so that an installation can be moved.
 */
#ifndef FORNIX_RUN_H
#define FORNIX_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "fornix/error.h"
#include "fornix/workflow.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fx_plan;

/* Zeroed, or NULL: all defaults. */
struct fx_plan_options {
    const char *store;      /* folder; NULL: $FORNIX_STORE, else `.fornix` in the workflow's folder */
    const char *home;       /* where fornix was installed to, or built; NULL: found */
    const char *memory;     /* that jobs may ask for together, "8 GiB"; NULL: as configured, see below */
    uint32_t cores;         /* that jobs may use together; 0: as configured */
};

/*
 * Checks the workflow and plans its jobs. What is not given here comes from the workflow's `config`, the
 * user's ~/.config/fornix/config.yaml, at last: the cores of this process, 80 % of the memory. Nothing is
 * written. NULL when the workflow has mistakes (`err` is the first one; all by fx_workflow_mistake()).
 * The workflow must outlive the plan.
 */
struct fx_plan *fx_plan_new(struct fx_workflow *workflow, const struct fx_plan_options *options,
                        struct fx_error *err);
void            fx_plan_free(struct fx_plan *plan);     /* NULL is fine */

/* Absolute path of the store. */
const char *fx_plan_store(const struct fx_plan *plan);

/* --- jobs --------------------------------------------------------------------------------------- */

enum fx_job_state {
    FX_JOB_UNKNOWN,     /* not looked at yet, or not part of what was looked at or run */
    FX_JOB_CACHED,      /* the store holds its outputs: nothing to run */
    FX_JOB_MUST_RUN,    /* its inputs are there, its outputs are not */
    FX_JOB_DEPENDS,     /* whether it must run depends on what comes out of jobs that must */
    FX_JOB_WAITING,     /* of a run: something it needs has not finished */
    FX_JOB_QUEUED,      /* must run; waits for cores or memory */
    FX_JOB_RUNNING,
    FX_JOB_DONE,        /* ran; its outputs are in the store */
    FX_JOB_FAILED,      /* ran and failed, or could not be started */
    FX_JOB_SKIPPED,     /* did not run: something it needs failed, or the run was cancelled */
    FX_JOB_STATES
};

/* "cached", "must run", "depends", "waiting", ... */
const char *fx_job_state_name(enum fx_job_state state);

/* What is known of a job. Strings are borrowed until the next call with the same plan. */
struct fx_job {
    uint32_t number;
    enum fx_job_state state;
    const char *label;      /* "synapses[population=PYR]", "types" */
    const char *stage;      /* "synapses" */
    const char *point;      /* "population=PYR/trial=3"; "" without axes */
    const char *key;        /* 32 hexadecimal digits; "" as long as it is not known */
    const char *reason;     /* why it must, or had to, run; "" when there is nothing to say */
    const char *error;      /* why it failed: one sentence; "" when it did not */
    const char *command;    /* of the attempt that runs or has failed; "" when there is none */
    const char *log;        /* path of what it printed; "" when there is none */
    double started, ended;  /* seconds since 1970, in this run; 0: not (yet) */
    double expected_s;      /* that it takes, by what earlier ones took; negative: not known */
    double progress;        /* of a running job, 0 to 1; negative: it does not say */
    uint32_t ranks, threads;    /* it uses their product of cores */
    uint64_t memory;        /* bytes that it asks for; 0: it does not say */
};

uint32_t fx_plan_jobs(const struct fx_plan *plan);

/* Fills `job` for number `number`, which must be less than fx_plan_jobs(). */
void fx_plan_job(struct fx_plan *plan, uint32_t number, struct fx_job *job);

/* How many jobs are in each state. */
void fx_plan_count(const struct fx_plan *plan, uint32_t count[FX_JOB_STATES]);

/*
 * The numbers of the jobs that `target` names: "stage", or "stage[population=PYR]" (quotes as in YAML).
 * `*count` of them, ascending; borrowed as strings are. NULL (FX_INVALID) for a name that is not there.
 */
const uint32_t *fx_plan_find(struct fx_plan *plan, const char *target, uint32_t *count,
                             struct fx_error *err);

/*
 * Looks up jobs in the store: their states become cached, must run, depends. `targets` (`count` names as
 * for fx_plan_find(); none: all) and what they need are looked at. Runs nothing, makes no store.
 */
int fx_plan_look(struct fx_plan *plan, const char *const *targets, size_t count,
                 struct fx_error *err);

/*
 * The manifest of a job, the text that its key is the digest of, a line per field. It can be known once
 * all that the job needs is cached or done, else FX_INVALID. Borrowed as strings are.
 */
const char *fx_plan_manifest(struct fx_plan *plan, uint32_t number, struct fx_error *err);

/*
 * What differs between the manifest of a job that must run and that of the nearest job in the store, a
 * line per field: "seed: 2002 -> 7"; or one line that says why there is nothing to compare; for a job
 * that is cached or done "". Borrowed as strings are.
 */
const char *fx_plan_why(struct fx_plan *plan, uint32_t number, struct fx_error *err);

/* --- running ------------------------------------------------------------------------------------ */

/* How far a run is. */
struct fx_progress {
    uint32_t count[FX_JOB_STATES];
    uint32_t jobs;          /* of the run: those that were asked for, and what they need */
    double seconds;         /* since it began */
    double left_s;          /* that it still takes, by what earlier jobs took, at least; negative: unknown */
};

/*
 * Called by fx_run(), in its thread; members may be NULL. Of the functions here they may call
 * fx_plan_job(), fx_plan_count() and fx_plan_cancel() with the plan of the run, and no other.
 */
struct fx_observer {
    void *context;          /* handed to the others */
    /* A job came into the state job->state. First all come from unknown to waiting without a call. */
    void (*changed)(void *context, const struct fx_job *job);
    /* Five times a second while jobs run. */
    void (*tick)(void *context, const struct fx_progress *progress);
};

/* Zeroed, or NULL: runs all, tells nobody. */
struct fx_run_options {
    const char *const *targets;     /* as for fx_plan_look(); none: all */
    size_t target_count;
    int fail_fast;                  /* start nothing after a job has failed */
    int catch_signals;              /* SIGINT and SIGTERM cancel, as fx_plan_cancel() does */
    struct fx_observer observer;
};

/*
 * Makes what is missing, and returns when that is over: 0, all that was asked for is there. -1 with
 * FX_FAILED: a job failed (the others that could run did); FX_INTERRUPTED: it was cancelled; others: it could
 * not be run. Afterwards fx_plan_job() has the end of each job. A plan may be run again: what was not
 * made then is tried anew, and files are looked at anew. It keeps the folder
 * `<store>/runs/<workflow>/latest` and what `fornix status` reads up to date, as `fornix run` does.
 */
int fx_run(struct fx_plan *plan, const struct fx_run_options *options, struct fx_error *err);

/*
 * Cancels the fx_run() of this plan that goes on, within a fifth of a second: the first call lets running
 * jobs finish and starts no more, the second stops them. May be called from any thread and from a signal
 * handler. A call when nothing runs counts for the next run.
 */
void fx_plan_cancel(struct fx_plan *plan);

/* --- outputs ------------------------------------------------------------------------------------ */

/*
 * Absolute path of an output of a job that is cached or done (in the store: not to be written to). NULL
 * with FX_INVALID: there is no such output; FX_FAILED: the job has no result yet. Borrowed as strings are.
 */
const char *fx_plan_output(struct fx_plan *plan, uint32_t number, const char *output,
                           struct fx_error *err);

/*
 * The paths of one output of all jobs that `target` names, in the order of the axes; `*count` of them. As
 * fx_plan_find() and fx_plan_output(): one that is missing is an error.
 */
const char *const *fx_plan_outputs(struct fx_plan *plan, const char *target, const char *output,
                                   size_t *count, struct fx_error *err);

#ifdef __cplusplus
}
#endif

#endif
