#include "session/conduct.h"

#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include "exec/exec_local.h"
#include "session/reason.h"
#include "session/recorder.h"

static const double TICK_S = 0.2;

struct conduct {
    struct session *session;
    struct executor executor;       /* starts `exec` when the first job must run */
    struct watch_source source;
    struct exec_watch watching;
    struct conduct_view *view;
    bool fail_fast, catch_signals;
    bool *wanted;
    struct watch *watch;
    struct recorder recorder;
    struct scheduler *scheduler;
    struct exec_local *exec;
    unsigned interrupts;
    double clock_offset;            /* from the monotonic clock to seconds since 1970 */
};

#define CONDUCT_OF(pointer, member) \
    ((struct conduct *)(void *)((char *)(pointer) - offsetof(struct conduct, member)))

static double
read_clock(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* --- what the others ask ----------------------------------------------------------------------- */

/* Durations stay right when the clock of the machine is set. */
static double
now(struct watch_source *source)
{
    return CONDUCT_OF(source, source)->clock_offset + read_clock(CLOCK_MONOTONIC);
}

static void
reason(struct watch_source *source, job_id job, struct text *out)
{
    reason_line(CONDUCT_OF(source, source)->session, job, out);
}

static void
attempt(struct watch_source *source, job_id job, struct attempt *what)
{
    const struct conduct *c = CONDUCT_OF(source, source);
    const struct attempt_report *report = c->exec ? exec_local_report(c->exec, job) : NULL;

    if (report)
        *what = (struct attempt){ report->command, report->tail, report->log, report->progress };
}

static double
expected(struct watch_source *source, job_id job)
{
    const struct conduct *c = CONDUCT_OF(source, source);

    return c->scheduler ? scheduler_expected(c->scheduler, job) : -1;
}

static int
start(struct executor *executor, job_id job, struct fx_error *err)
{
    struct conduct *c = CONDUCT_OF(executor, executor);
    struct exec_options options = { .program = c->session->keeper };
    struct executor *real;

    if (!c->exec && !(c->exec = exec_local_new(c->session->jobs, &options, err)))
        return -1;
    real = exec_local_executor(c->exec);
    return real->start(real, job, err);
}

static void
stop(struct executor *executor, job_id job)
{
    struct executor *real = exec_local_executor(CONDUCT_OF(executor, executor)->exec);

    real->stop(real, job);
}

static void
tick(struct exec_watch *watch)
{
    struct conduct_view *view = CONDUCT_OF(watch, watching)->view;

    if (view && view->tick)
        view->tick(view);
}

static void
interrupted(struct exec_watch *watch, unsigned times)
{
    struct conduct *c = CONDUCT_OF(watch, watching);

    c->interrupts = times;
    if (c->view && c->view->interrupted)
        c->view->interrupted(c->view, times);
}

static unsigned
cancelled(struct exec_watch *watch)
{
    struct conduct_view *view = CONDUCT_OF(watch, watching)->view;

    return view && view->cancelled ? view->cancelled(view) : 0;
}

/* --- the run ----------------------------------------------------------------------------------- */

struct conduct *
conduct_new(struct session *session, const struct conduct_options *options, struct fx_error *err)
{
    static const char *const no_arguments[] = { NULL };
    bool *wanted = mem_new(plan_count(session->plan), sizeof *wanted);
    struct conduct *c;

    if (plan_select(session->plan, options->targets, options->target_count, wanted, err) < 0) {
        free(wanted);
        return NULL;
    }
    c = mem_new(1, sizeof *c);
    c->session = session;
    c->wanted = wanted;
    c->fail_fast = options->fail_fast;
    c->catch_signals = options->catch_signals;
    c->clock_offset = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC);
    c->source = (struct watch_source){ now, reason, attempt, expected };
    c->executor = (struct executor){ start, stop };
    c->watch = watch_new(session->plan, wanted, &c->source);
    recorder_init(&c->recorder, session, c->watch,
                  options->arguments ? options->arguments : no_arguments);
    return c;
}

void
conduct_free(struct conduct *c)
{
    if (!c)
        return;
    exec_local_free(c->exec);
    scheduler_free(c->scheduler);
    recorder_release(&c->recorder);
    watch_free(c->watch);
    free(c->wanted);
    free(c);
}

struct watch *
conduct_watch(const struct conduct *c)
{
    return c->watch;
}

/* Somebody may have cancelled before anything runs: then there is no loop to tell. */
static void
obey_early(struct conduct *c)
{
    unsigned times = cancelled(&c->watching);

    if (times == 0)
        return;
    scheduler_drain(c->scheduler);
    interrupted(&c->watching, 1);
}

int
conduct_run(struct conduct *c, struct conduct_view *view, struct fx_error *err)
{
    struct session *session = c->session;
    struct scheduler_limits limits = { session->cores, session->memory, c->fail_fast };

    c->view = view;
    c->watching = (struct exec_watch){ .every_s = TICK_S, .tick = tick,
                                       .interrupted = interrupted, .cancelled = cancelled,
                                       .leave_signals = !c->catch_signals };
    watch_listen(c->watch, &c->recorder.listener);
    c->scheduler = scheduler_new(session->plan, c->wanted, &limits,
                                 job_store_lookup(session->jobs), &c->executor,
                                 watch_observer(c->watch), err);
    if (!c->scheduler)
        return -1;
    obey_early(c);
    /* What is cached needs no loop and no keeper. */
    scheduler_pump(c->scheduler);
    if (!scheduler_idle(c->scheduler) &&
        exec_local_run(c->exec, c->scheduler, &c->watching, err) < 0)
        return -1;
    return 0;
}

/* --- its end ----------------------------------------------------------------------------------- */

const char *
conduct_state(const struct conduct *c)
{
    if (c->interrupts)
        return "interrupted";
    return watch_count(c->watch, JOB_FAILED) ? "failed" : "done";
}

const char *
conduct_why_skipped(const struct conduct *c)
{
    if (c->interrupts)
        return "because the run was interrupted";
    return c->fail_fast ? "because a job failed" : "because they need what failed";
}

int
conduct_end(struct conduct *c, struct fx_error *err)
{
    return recorder_end(&c->recorder, conduct_state(c), err);
}

void
conduct_json(const struct conduct *c, struct text *out)
{
    recorder_json(&c->recorder, conduct_state(c), out);
}
