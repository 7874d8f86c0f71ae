#include "cmd.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd_plan.h"
#include "cmd_reason.h"
#include "cmd_recorder.h"
#include "cmd_session.h"
#include "exec/exec_local.h"
#include "report/console.h"
#include "report/summary.h"
#include "sched/scheduler.h"

static const double TICK_S = 0.2;

struct run {
    struct session session;
    struct executor executor;       /* starts `exec` when the first job must run */
    struct watch_source source;
    struct exec_watch watching;
    const char *const *arguments;
    bool fail_fast, dry_run;
    bool *wanted;
    struct watch *watch;
    struct console *console;
    struct recorder recorder;
    struct scheduler *scheduler;
    struct exec_local *exec;
    unsigned interrupts;
    double clock_offset;            /* from the monotonic clock to seconds since 1970 */
};

#define RUN_OF(pointer, member) \
    ((struct run *)(void *)((char *)(pointer) - offsetof(struct run, member)))

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
    return RUN_OF(source, source)->clock_offset + read_clock(CLOCK_MONOTONIC);
}

static void
reason(struct watch_source *source, job_id job, struct text *out)
{
    reason_line(&RUN_OF(source, source)->session, job, out);
}

static void
attempt(struct watch_source *source, job_id job, struct attempt *what)
{
    const struct run *run = RUN_OF(source, source);
    const struct attempt_report *report = run->exec ? exec_local_report(run->exec, job) : NULL;

    if (report)
        *what = (struct attempt){ report->command, report->tail, report->log, report->progress };
}

static double
expected(struct watch_source *source, job_id job)
{
    const struct run *run = RUN_OF(source, source);

    return run->scheduler ? scheduler_expected(run->scheduler, job) : -1;
}

static int
start(struct executor *executor, job_id job, struct fx_error *err)
{
    struct run *run = RUN_OF(executor, executor);
    struct executor *real;

    if (!run->exec && !(run->exec = exec_local_new(run->session.jobs, NULL, err)))
        return -1;
    real = exec_local_executor(run->exec);
    return real->start(real, job, err);
}

static void
stop(struct executor *executor, job_id job)
{
    struct executor *real = exec_local_executor(RUN_OF(executor, executor)->exec);

    real->stop(real, job);
}

static void
tick(struct exec_watch *watch)
{
    console_tick(RUN_OF(watch, watching)->console);
}

static void
interrupted(struct exec_watch *watch, unsigned times)
{
    struct run *run = RUN_OF(watch, watching);

    run->interrupts = times;
    if (times == 1)
        console_say(run->console, "interrupted: what runs is finished, nothing more is started; "
                                  "again: stop it now");
    else
        console_say(run->console, "interrupted again: stopping what runs");
}

/* --- the run ----------------------------------------------------------------------------------- */

static int
connect(struct run *run, FILE *out, struct fx_error *err)
{
    struct scheduler_limits limits = { run->session.cores, run->session.memory, run->fail_fast };
    struct console_options options = { .live = console_is_live(out), .cores = limits.cores };

    run->source = (struct watch_source){ now, reason, attempt, expected };
    run->executor = (struct executor){ start, stop };
    run->watching = (struct exec_watch){ TICK_S, tick, interrupted };
    run->watch = watch_new(run->session.plan, run->wanted, &run->source);
    run->console = console_new(run->watch, out, &options);
    recorder_init(&run->recorder, &run->session, run->watch, run->arguments);
    watch_listen(run->watch, console_listener(run->console));
    watch_listen(run->watch, &run->recorder.listener);
    run->scheduler =
        scheduler_new(run->session.plan, run->wanted, &limits, job_store_lookup(run->session.jobs),
                      &run->executor, watch_observer(run->watch), err);
    return run->scheduler ? 0 : -1;
}

static int
conduct(struct run *run, struct fx_error *err)
{
    int status = 0;

    /* What is cached needs no loop and no keeper. */
    scheduler_pump(run->scheduler);
    if (!scheduler_idle(run->scheduler))
        status = exec_local_run(run->exec, run->scheduler, &run->watching, err);
    console_end(run->console);
    return status;
}

static const char *
why_skipped(const struct run *run)
{
    if (run->interrupts)
        return "because the run was interrupted";
    return run->fail_fast ? "because a job failed" : "because they need what failed";
}

static void
print_summary(struct run *run, FILE *out)
{
    struct arena *arena = run->session.arena;
    const char *latest = run_folder_latest(arena, run->session.store_path, run->session.wf->name);
    struct text text;

    text_init(&text, 1 << 16);
    summary_write(run->watch, why_skipped(run), &text);
    if (watch_count(run->watch, JOB_CACHED) + watch_count(run->watch, JOB_DONE))
        text_printf(&text, "outputs: %s\n", session_show_path(arena, latest));
    fwrite(text.at, 1, text.len, out);
    fflush(out);
    text_release(&text);
}

static void
print_json(struct run *run, const char *state)
{
    struct text text;

    text_init(&text, SIZE_MAX / 2);
    recorder_json(&run->recorder, state, &text);
    fwrite(text.at, 1, text.len, stdout);
    text_release(&text);
}

static int
finish(struct run *run, FILE *out)
{
    bool failed = watch_count(run->watch, JOB_FAILED) > 0;
    const char *state = run->interrupts ? "interrupted" : failed ? "failed" : "done";
    struct fx_error err = FX_ERROR_NONE;
    int status = run->interrupts ? 130 : failed ? 1 : 0;

    if (recorder_end(&run->recorder, state, &err) < 0) {
        session_fail(&err);
        status = status ? status : 1;
    }
    print_summary(run, out);
    if (run->session.json)
        print_json(run, state);
    return status;
}

static int
run_all(struct session *session)
{
    struct run *run = RUN_OF(session, session);
    FILE *out = run->session.json ? stderr : stdout;
    struct fx_error err = FX_ERROR_NONE;
    struct words *targets = &run->session.words;
    int status;

    if (run->dry_run)
        return plan_print(session);
    run->wanted = arena_get(run->session.arena, plan_count(run->session.plan), sizeof(bool));
    run->clock_offset = read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC);
    if (plan_select(run->session.plan, targets->list.at, (uint32_t)targets->list.count,
                    run->wanted, &err) < 0)
        return session_fail(&err);
    if ((status = session_open(&run->session)) != 0)
        return status;
    if (connect(run, out, &err) < 0 || conduct(run, &err) < 0)
        status = session_fail(&err);
    if (run->scheduler && status == 0)
        status = finish(run, out);
    exec_local_free(run->exec);
    scheduler_free(run->scheduler);
    console_free(run->console);
    recorder_release(&run->recorder);
    watch_free(run->watch);
    return status;
}

int
cmd_run(int argc, char **argv)
{
    struct run run = { .arguments = NULL };
    const struct option options[] = {
        SESSION_OPTIONS(run.session),
        { "--cores", OPTION_COUNT, &run.session.cores, "N", "use at most N cores" },
        { "--memory", OPTION_TEXT, &run.session.memory_text, "SIZE",
          "start no more jobs than fit, e.g. 8 GiB" },
        { "--fail-fast", OPTION_FLAG, &run.fail_fast, NULL, "start nothing after a failed job" },
        { "--dry-run", OPTION_FLAG, &run.dry_run, NULL, "say what would run, as `fornix plan`" },
        { "--json", OPTION_FLAG, &run.session.json, NULL,
          "print the run as JSON at its end; progress goes to standard error" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix run [options] [workflow.yaml] [stage...]",
        "Makes the results of a workflow that are missing: all, or those of the named stages (or\n"
        "points: 'synapses[population=PYR]') and of what they need. What is there already is not\n"
        "made again. Ctrl-C once: running jobs finish; twice: they are stopped.\n",
        options,
    };

    run.arguments = (const char *const *)argv;
    return session_command(&run.session, &command, argc, argv, run_all);
}
