/* fornix/run.h: running a plan, and asking for its outputs. */
#include <assert.h>
#include <stddef.h>

#include "api/planned.h"
#include "load/suggest.h"

enum { NAMED = 5, NAMES_MOST = 64 };

/* --- what is told ------------------------------------------------------------------------------ */

static void
changed(struct listener *listener, const struct watch *watch, job_id job, enum job_state from,
        enum job_state to)
{
    struct fx_plan *plan = PLAN_OF(listener, listener);
    struct fx_job what;

    (void)watch;
    if (planned_state_of(from) == planned_state_of(to))
        return;
    fx_plan_job(plan, job, &what);
    plan->observer->changed(plan->observer->context, &what);
}

static void
tick(struct conduct_view *view)
{
    struct fx_plan *plan = PLAN_OF(view, view);
    const struct watch *watch = conduct_watch(plan->conduct);
    struct fx_progress progress = { .jobs = watch_jobs(watch) };
    bool complete;

    if (!plan->observer || !plan->observer->tick)
        return;
    fx_plan_count(plan, progress.count);
    progress.seconds = watch_now(watch) - watch_begun(watch);
    progress.left_s = watch_left(watch, plan->session.cores, &complete);
    if (!complete && !(progress.left_s > 0))
        progress.left_s = -1;
    plan->observer->tick(plan->observer->context, &progress);
}

static unsigned
cancelled(struct conduct_view *view)
{
    return atomic_load(&PLAN_OF(view, view)->cancels);
}

/* --- the run ----------------------------------------------------------------------------------- */

/* "2 of 13 jobs failed: somas, forest[population=PYR]" */
static int
tell_failed(struct fx_plan *plan, struct fx_error *err)
{
    const struct watch *watch = conduct_watch(plan->conduct);
    uint32_t failed = watch_count(watch, JOB_FAILED), named = 0;
    struct text names;

    text_init(&names, 360);
    for (job_id job = 0; job < fx_plan_jobs(plan) && named < NAMED; job++)
        if (watch_wanted(watch, job) && watch_state(watch, job) == JOB_FAILED)
            text_printf(&names, "%s%.*s", named++ ? ", " : "",
                        STR(plan_job(plan->session.plan, job)->label));
    fx_fail(err, FX_FAILED, FX_NOWHERE, "%u of %u jobs failed: %s%s", failed, watch_jobs(watch),
            names.at, failed > named ? ", ..." : "");
    text_release(&names);
    return -1;
}

static int
conduct_all(struct fx_plan *plan, struct fx_error *err)
{
    const char *state;

    if (plan->observer && plan->observer->changed) {
        plan->listener.changed = changed;
        watch_listen(conduct_watch(plan->conduct), &plan->listener);
    }
    plan->view = (struct conduct_view){ .tick = tick, .cancelled = cancelled };
    if (conduct_run(plan->conduct, &plan->view, err) < 0 || conduct_end(plan->conduct, err) < 0)
        return -1;
    state = conduct_state(plan->conduct);
    if (*state == 'i')
        return fx_fail(err, FX_INTERRUPTED, FX_NOWHERE, "the run was cancelled");
    return *state == 'f' ? tell_failed(plan, err) : 0;
}

int
fx_run(struct fx_plan *plan, const struct fx_run_options *options, struct fx_error *err)
{
    struct fx_run_options given = { .targets = NULL };
    struct conduct_options conducting = { .targets = NULL };
    int result;

    assert(plan && err && !plan->observer);     /* one run of a plan at a time */
    if (options)
        given = *options;
    conducting.targets = given.targets;
    conducting.target_count = (uint32_t)given.target_count;
    conducting.fail_fast = given.fail_fast != 0;
    conducting.catch_signals = given.catch_signals != 0;
    if (planned_renew(plan, err) < 0)
        return -1;
    plan->conduct = conduct_new(&plan->session, &conducting, err);
    if (!plan->conduct)
        return -1;
    plan->observer = &given.observer;
    result = conduct_all(plan, err);
    plan->observer = NULL;
    atomic_store(&plan->cancels, 0);
    return result;
}

void
fx_plan_cancel(struct fx_plan *plan)
{
    atomic_fetch_add(&plan->cancels, 1);
}

/* --- outputs ----------------------------------------------------------------------------------- */

/* The number of an output of a job; -1 after filling `err`. */
static int
find_output(const struct job *job, const char *output, uint32_t *number, struct fx_error *err)
{
    struct str known[NAMES_MOST];
    uint32_t count = 0;

    for (*number = 0; *number < job->output_count; ++*number) {
        if (str_is(job->outputs[*number].name, output))
            return 0;
        if (count < NAMES_MOST)
            known[count++] = job->outputs[*number].name;
    }
    fx_fail(err, FX_INVALID, FX_NOWHERE, "'%.*s' has no output '%s'", STR(job->label), output);
    suggest_name(err, str_of(output), known, count, "outputs are");
    return -1;
}

static const char *
output_path(struct fx_plan *plan, struct arena *arena, job_id job, const char *output,
            struct fx_error *err)
{
    const struct job *what = plan_job(plan->session.plan, job);
    const char *path = NULL;
    uint32_t number;

    if (find_output(what, output, &number, err) < 0)
        return NULL;
    if (plan->session.jobs)
        path = job_store_output(plan->session.jobs, arena, job, number);
    if (!path)
        fx_fail(err, FX_FAILED, FX_NOWHERE, "'%.*s' has no result yet", STR(what->label));
    return path;
}

const char *
fx_plan_output(struct fx_plan *plan, uint32_t number, const char *output, struct fx_error *err)
{
    assert(output && number < fx_plan_jobs(plan));
    return output_path(plan, planned_scratch(plan), number, output, err);
}

const char *const *
fx_plan_outputs(struct fx_plan *plan, const char *target, const char *output, size_t *count,
                struct fx_error *err)
{
    uint32_t found;
    const uint32_t *numbers;
    const char **paths;

    assert(target && output && count);
    numbers = fx_plan_find(plan, target, &found, err);
    if (!numbers)
        return NULL;
    paths = arena_get(plan->scratch, found, sizeof *paths);
    for (*count = 0; *count < found; ++*count) {
        paths[*count] = output_path(plan, plan->scratch, numbers[*count], output, err);
        if (!paths[*count])
            return NULL;
    }
    return paths;
}
