#include "exec/exec_local.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "exec/attempt.h"
#include "exec/job_store_parts.h"

/* How often the store is looked into while another engine works on the same key. */
static const double LOOK_AGAIN_S = 0.2;

/*
 * How long results may wait to be brought to the disk, and rows of the store's index to be written:
 * a power cut costs what was made meanwhile, a kill nothing but a look at the folders.
 */
static const double FLUSH_AFTER_S = 2;

struct exec_local {
    struct executor executor;
    struct job_store *js;
    struct keeper *keeper;
    struct loop *loop;
    struct attempt **attempts;      /* by job: the latest; NULL: none, or it succeeded */
    uint32_t unfinished;            /* attempts that have not ended */
    VEC(job_id) ended;              /* the scheduler is to be told */
    struct loop_timer *flush;       /* due some time after something was published */
    bool flush_due;
    size_t syncing;                 /* results that are being brought to the disk; 0: none */
    struct fx_error sync_result;    /* of the other thread */
    struct fx_error sync_error;     /* why it was not possible; the run says so at its end */

    /* While exec_local_run() runs. */
    struct scheduler *scheduler;
    struct exec_watch *watch;
    unsigned signals, interrupts_told;
};

static struct exec_local *
of_executor(struct executor *executor)
{
    return (struct exec_local *)(void *)executor;   /* the first member */
}

/* --- the end of an attempt ------------------------------------------------------------------ */

static void
unclaim(struct attempt *a)
{
    if (a->claim >= 0)
        store_unclaim(job_store_store(a->exec->js), a->key, a->claim);
    a->claim = -1;
}

/* The one way out, whatever happened before. */
static void
end(struct attempt *a, enum outcome outcome)
{
    loop_timer_free(a->timer);
    a->timer = NULL;
    attempt_discard(a, job_store_store(a->exec->js));
    unclaim(a);
    a->outcome = outcome;
    attempt_become(a, ATTEMPT_ENDED);
    a->exec->unfinished--;
    vec_push(&a->exec->ended, a->job);
}

static void
fail(struct attempt *a, const struct fx_error *why)
{
    a->why = *why;
    end(a, OUTCOME_FAILED);
}

/* --- to the disk ---------------------------------------------------------------------------- */

static void
flush_later(struct exec_local *e)
{
    if (!e->flush_due)
        loop_timer_start(e->flush, FLUSH_AFTER_S, 0);
    e->flush_due = true;
}

/* In another thread. */
static void
sync_results(void *context)
{
    struct exec_local *e = context;

    store_sync(job_store_store(e->js), &e->sync_result);
}

static void
synced(void *context)
{
    struct exec_local *e = context;
    struct store *store = job_store_store(e->js);

    e->sync_error = e->sync_result;
    if (e->sync_error.code == FX_OK) {
        store_synced(store, e->syncing);
        if (store_unsynced(store))
            flush_later(e);
    }
    e->syncing = 0;
    store_flush(store);
}

static void
flush(void *context)
{
    struct exec_local *e = context;
    struct fx_error ignored = FX_ERROR_NONE;
    size_t count = store_unsynced(job_store_store(e->js));

    e->flush_due = false;
    if (count && !e->syncing && e->sync_error.code == FX_OK
        && loop_work(e->loop, sync_results, synced, e, &ignored) == 0)
        e->syncing = count;
    else
        store_flush(job_store_store(e->js));
}

/* --- publishing ----------------------------------------------------------------------------- */

/* In another thread: nothing but the attempt's own, and the store's fixed part. */
static void
seal(void *context)
{
    struct attempt *a = context;
    struct job_store *js = a->exec->js;

    a->sealed = store_seal(job_store_store(js), &a->staging, a->key,
                           job_store_kept_manifest(js, a->job), &a->record, &a->why);
}

static void
sealed(void *context)
{
    struct attempt *a = context;
    struct job_store *js = a->exec->js;
    int result = a->sealed;

    if (result >= 0)
        result = store_settle(job_store_store(js), &a->staging, a->key,
                              job_store_kept_manifest(js, a->job), a->sealed, &a->record, &a->why);
    if (result < 0) {
        end(a, OUTCOME_FAILED);
        return;
    }
    a->staged = false;
    job_store_publish(js, a->job, &a->record);
    flush_later(a->exec);
    end(a, result == 0 ? OUTCOME_DONE : OUTCOME_FOUND);
}

static void
publish(struct attempt *a)
{
    struct fx_error err = FX_ERROR_NONE;

    if (job_store_check_inputs(a->exec->js, a->job, &err) != 0) {
        fail(a, &err);
        return;
    }
    attempt_fill_record(a, job_store_plan(a->exec->js));
    attempt_become(a, ATTEMPT_SEALING);
    if (loop_work(a->exec->loop, seal, sealed, a, &err) != 0)
        fail(a, &err);
}

/* --- starting ------------------------------------------------------------------------------- */


/*
 * Takes the claim and starts, or ends when the store has the result meanwhile. 0 under way, or
 * ended; -1 failed.
 */
static int
take(struct attempt *a, struct fx_error *err)
{
    struct exec_local *e = a->exec;
    int claimed = store_claim(job_store_store(e->js), a->key, &a->claim, err);
    int found;

    if (claimed < 0)
        return -1;
    if (claimed == 0) {
        a->claim = -1;
        if (a->state == ATTEMPT_NEW)
            attempt_become(a, ATTEMPT_WAITING);
    }
    /* Somebody may have published between the look-up and the claim. */
    found = job_store_find(e->js, a->job, err);
    if (found < 0)
        return -1;
    if (found == 1) {
        end(a, OUTCOME_FOUND);
        return 0;
    }
    return claimed ? attempt_launch(a, e->js, e->keeper, err) : 0;
}

static void
look_again(void *context)
{
    struct attempt *a = context;
    struct fx_error err = FX_ERROR_NONE;

    if (take(a, &err) != 0)
        fail(a, &err);
    else if (a->state == ATTEMPT_STARTING)
        loop_timer_stop(a->timer);
}

static int
exec_start(struct executor *executor, job_id job, struct fx_error *err)
{
    struct exec_local *e = of_executor(executor);
    const struct digest *key = job_store_key(e->js, job);
    struct attempt *a;

    assert(key);        /* the scheduler starts what it has looked up */
    attempt_free(e->attempts[job]);
    a = e->attempts[job] = attempt_new(e, job, *key);
    e->unfinished++;
    if (take(a, err) != 0) {
        attempt_discard(a, job_store_store(e->js));
        unclaim(a);
        attempt_become(a, ATTEMPT_ENDED);
        a->told = true;
        e->unfinished--;
        return -1;
    }
    if (a->state == ATTEMPT_WAITING) {
        a->timer = loop_timer_new(e->loop, look_again, a);
        loop_timer_start(a->timer, LOOK_AGAIN_S, LOOK_AGAIN_S);
    }
    return 0;
}

/* --- running and stopping ------------------------------------------------------------------- */

static void
stop(struct attempt *a, enum outcome outcome)
{
    struct fx_error err = FX_ERROR_NONE;

    a->outcome = outcome;
    attempt_become(a, ATTEMPT_STOPPING);
    if (keeper_stop(a->exec->keeper, a->job, &err) != 0)
        fail(a, &err);
}

static void
time_is_over(void *context)
{
    struct attempt *a = context;
    const struct job *job = plan_job(job_store_plan(a->exec->js), a->job);
    struct text limit;

    if (a->state != ATTEMPT_RUNNING)
        return;
    text_init(&limit, 64);
    attempt_spell_seconds(job->resources.time_s, &limit);
    fx_fail(&a->why, FX_FAILED, FX_NOWHERE, "stopped at its time limit of %s", limit.at);
    text_release(&limit);
    stop(a, OUTCOME_TIMEOUT);
}

static void
exec_stop(struct executor *executor, job_id job)
{
    struct attempt *a = of_executor(executor)->attempts[job];

    if (!a)
        return;
    if (a->state == ATTEMPT_WAITING || a->state == ATTEMPT_STARTING || a->state == ATTEMPT_RUNNING)
        fx_fail(&a->why, FX_INTERRUPTED, FX_NOWHERE, "stopped with the run");
    if (a->state == ATTEMPT_WAITING)
        end(a, OUTCOME_CANCELLED);
    else if (a->state == ATTEMPT_STARTING || a->state == ATTEMPT_RUNNING)
        stop(a, OUTCOME_CANCELLED);
}

static void
started(struct attempt *a)
{
    double limit = plan_job(job_store_plan(a->exec->js), a->job)->resources.time_s;

    if (a->state != ATTEMPT_STARTING)
        return;         /* was asked to stop meanwhile */
    attempt_become(a, ATTEMPT_RUNNING);
    if (limit > 0) {
        loop_timer_free(a->timer);
        a->timer = loop_timer_new(a->exec->loop, time_is_over, a);
        loop_timer_start(a->timer, limit, 0);
    }
}

static void
refused(struct attempt *a, const struct keeper_event *event)
{
    struct fx_error err = FX_ERROR_NONE;

    fx_fail_errno(&err, event->error, "cannot start '%s' (%s)", a->launch.argv[0], event->step);
    if (a->state == ATTEMPT_STOPPING)
        end(a, a->outcome);
    else
        fail(a, &err);
}

static void
program_ended(struct attempt *a, const struct keeper_event *event)
{
    struct fx_error err = FX_ERROR_NONE;

    loop_timer_free(a->timer);
    a->timer = NULL;
    a->report.seconds = event->seconds;
    a->report.cpu_seconds = event->cpu_seconds;
    a->report.max_rss = event->max_rss;
    if (WIFEXITED(event->status))
        a->report.exit_status = WEXITSTATUS(event->status);
    else
        a->report.signal = WTERMSIG(event->status);
    if (a->state == ATTEMPT_STOPPING) {
        end(a, a->outcome);
    } else if (event->status != 0) {
        attempt_fail_status(event->status, store_free_space(job_store_store(a->exec->js)), &err);
        fail(a, &err);
    } else if (event->survivors) {
        fx_fail(&err, FX_FAILED, FX_NOWHERE, "it left processes that could not be stopped");
        fail(a, &err);
    } else {
        publish(a);
    }
}

static void
keeper_died(struct exec_local *e, const struct fx_error *why)
{
    loop_unwatch(e->loop, keeper_fd(e->keeper));
    for (job_id job = 0; job < plan_count(job_store_plan(e->js)); job++) {
        struct attempt *a = e->attempts[job];

        if (a && (a->state == ATTEMPT_STARTING || a->state == ATTEMPT_RUNNING
                  || a->state == ATTEMPT_STOPPING))
            fail(a, why);
    }
}

static void
keeper_speaks(void *context)
{
    struct exec_local *e = context;
    struct fx_error err = FX_ERROR_NONE;
    struct keeper_event event;
    int got;

    while ((got = keeper_receive(e->keeper, &event, &err)) == 1) {
        struct attempt *a = event.id < plan_count(job_store_plan(e->js))
            ? e->attempts[event.id] : NULL;

        if (!a || a->state < ATTEMPT_STARTING || a->state > ATTEMPT_STOPPING)
            continue;
        if (event.kind == KEEPER_STARTED)
            started(a);
        else if (event.kind == KEEPER_REFUSED)
            refused(a, &event);
        else
            program_ended(a, &event);
    }
    if (got < 0)
        keeper_died(e, &err);
}

/* --- the run -------------------------------------------------------------------------------- */

static void
signal_came(void *context)
{
    struct exec_local *e = context;

    e->signals++;
}

static void
tick(void *context)
{
    struct exec_local *e = context;

    e->watch->tick(e->watch);
}

/* Cancelled once: what runs ends by itself, nothing more is started. Twice: everything ends now. */
static void
obey(struct exec_local *e)
{
    unsigned times = e->signals;

    if (e->watch && e->watch->cancelled)
        times += e->watch->cancelled(e->watch);
    while (e->interrupts_told < times) {
        e->interrupts_told++;
        if (e->interrupts_told == 1)
            scheduler_drain(e->scheduler);
        else if (e->interrupts_told == 2)
            scheduler_stop(e->scheduler);
        if (e->watch && e->watch->interrupted)
            e->watch->interrupted(e->watch, e->interrupts_told);
    }
}

static void
tell_scheduler(struct exec_local *e)
{
    for (size_t i = 0; i < e->ended.count; i++) {
        job_id job = e->ended.at[i];
        struct attempt *a = e->attempts[job];

        a->told = true;
        scheduler_finished(e->scheduler, job, a->outcome, &a->why);
        if (a->outcome == OUTCOME_DONE || a->outcome == OUTCOME_FOUND) {
            attempt_free(a);
            e->attempts[job] = NULL;
        }
    }
    e->ended.count = 0;
}

static bool
pump(void *context)
{
    struct exec_local *e = context;

    do {
        tell_scheduler(e);
        obey(e);
        scheduler_pump(e->scheduler);
    } while (e->ended.count);
    return !scheduler_idle(e->scheduler);
}

int
exec_local_run(struct exec_local *exec, struct scheduler *scheduler, struct exec_watch *watch,
               struct fx_error *err)
{
    struct store *store = job_store_store(exec->js);
    struct loop_timer *timer = NULL;

    exec->scheduler = scheduler;
    exec->watch = watch;
    if (!(watch && watch->leave_signals) && loop_signals(exec->loop, signal_came, exec, err) != 0)
        return -1;
    if (watch && watch->tick && watch->every_s > 0) {
        timer = loop_timer_new(exec->loop, tick, exec);
        loop_timer_start(timer, watch->every_s, watch->every_s);
    }
    loop_run(exec->loop, pump, exec);
    loop_timer_free(timer);
    if (exec->sync_error.code == FX_OK && store_unsynced(store)
        && store_sync(store, &exec->sync_error) == 0 && !exec->syncing)
        store_synced(store, store_unsynced(store));     /* else when the other thread is back */
    store_flush(store);
    exec->scheduler = NULL;
    exec->watch = NULL;
    if (exec->sync_error.code != FX_OK) {
        *err = exec->sync_error;
        return -1;
    }
    return exec->interrupts_told ? 1 : 0;
}

struct exec_local *
exec_local_new(struct job_store *js, const struct exec_options *options, struct fx_error *err)
{
    struct exec_local *e = mem_new(1, sizeof *e);
    double grace_s = options && options->grace_s > 0 ? options->grace_s : 2;

    e->executor = (struct executor){ exec_start, exec_stop };
    e->js = js;
    e->attempts = mem_new(plan_count(job_store_plan(js)), sizeof(struct attempt *));
    if (loop_files(err) == 0)
        e->keeper = keeper_open(options ? options->program : NULL, grace_s, err);
    if (e->keeper)
        e->loop = loop_new(err);
    if (!e->loop || loop_watch(e->loop, keeper_fd(e->keeper), keeper_speaks, e, err) != 0) {
        exec_local_free(e);
        return NULL;
    }
    e->flush = loop_timer_new(e->loop, flush, e);
    return e;
}

void
exec_local_free(struct exec_local *exec)
{
    uint32_t count;

    if (!exec)
        return;
    count = plan_count(job_store_plan(exec->js));
    if (exec->loop && exec->keeper)
        loop_unwatch(exec->loop, keeper_fd(exec->keeper));
    keeper_close(exec->keeper);     /* returns when nothing runs any more */
    for (uint32_t i = 0; i < count; i++)
        if (exec->attempts[i]) {
            loop_timer_free(exec->attempts[i]->timer);
            exec->attempts[i]->timer = NULL;
        }
    exec->flush_due = true;         /* store_close() writes what is left */
    loop_timer_free(exec->flush);
    loop_free(exec->loop);          /* and with it what is still being published */
    for (uint32_t i = 0; i < count; i++)
        if (exec->attempts[i]) {
            attempt_discard(exec->attempts[i], job_store_store(exec->js));
            unclaim(exec->attempts[i]);
            attempt_free(exec->attempts[i]);
        }
    vec_release(&exec->ended);
    free(exec->attempts);
    free(exec);
}

struct executor *
exec_local_executor(struct exec_local *exec)
{
    return &exec->executor;
}

const struct attempt_report *
exec_local_report(const struct exec_local *exec, job_id job)
{
    const struct attempt *a = exec->attempts[job];

    return a && a->report.command ? &a->report : NULL;
}
