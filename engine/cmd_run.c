#include "cmd.h"

#include <stddef.h>
#include <stdio.h>

#include "cmd_plan.h"
#include "cmd_session.h"
#include "report/console.h"
#include "report/run_folder.h"
#include "report/summary.h"
#include "session/conduct.h"

struct run {
    struct cmd_session cmd;
    struct conduct_view view;
    const char *const *arguments;
    bool fail_fast, dry_run;
    struct conduct *conduct;
    struct console *console;
};

#define RUN_OF(pointer, member) \
    ((struct run *)(void *)((char *)(pointer) - offsetof(struct run, member)))

static void
tick(struct conduct_view *view)
{
    console_tick(RUN_OF(view, view)->console);
}

static void
interrupted(struct conduct_view *view, unsigned times)
{
    struct run *run = RUN_OF(view, view);

    if (times == 1)
        console_say(run->console, "interrupted: what runs is finished, nothing more is started; "
                                  "again: stop it now");
    else
        console_say(run->console, "interrupted again: stopping what runs");
}

static int
begin(struct run *run, FILE *out, struct fx_error *err)
{
    struct conduct_options options = {
        .targets = run->cmd.words.list.at,
        .target_count = (uint32_t)run->cmd.words.list.count,
        .arguments = run->arguments,
        .fail_fast = run->fail_fast,
        .catch_signals = true,
    };
    struct console_options looks = { .live = console_is_live(out),
                                     .cores = run->cmd.session.cores };

    run->conduct = conduct_new(&run->cmd.session, &options, err);
    if (!run->conduct || session_open(&run->cmd.session, err) < 0)
        return -1;
    cmd_session_tell_cut(&run->cmd, out);
    run->view = (struct conduct_view){ tick, interrupted, NULL };
    run->console = console_new(conduct_watch(run->conduct), out, &looks);
    watch_listen(conduct_watch(run->conduct), console_listener(run->console));
    return 0;
}

static void
print_summary(struct run *run, FILE *out)
{
    const struct session *session = &run->cmd.session;
    const struct watch *watch = conduct_watch(run->conduct);
    const char *latest = run_folder_latest(session->arena, session->store_path, session->wf->name);
    struct text text;

    text_init(&text, 1 << 16);
    summary_write(watch, conduct_why_skipped(run->conduct), &text);
    if (watch_count(watch, JOB_CACHED) + watch_count(watch, JOB_DONE))
        text_printf(&text, "outputs: %s\n", session_show_path(session->arena, latest));
    fwrite(text.at, 1, text.len, out);
    fflush(out);
    text_release(&text);
}

static void
print_json(struct run *run)
{
    struct text text;

    text_init(&text, SIZE_MAX / 2);
    conduct_json(run->conduct, &text);
    fwrite(text.at, 1, text.len, stdout);
    text_release(&text);
}

static int
finish(struct run *run, FILE *out)
{
    const char *state = conduct_state(run->conduct);
    struct fx_error err = FX_ERROR_NONE;
    int status = *state == 'i' ? 130 : *state == 'f' ? 1 : 0;

    if (conduct_end(run->conduct, &err) < 0) {
        cmd_fail(&err);
        status = status ? status : 1;
    }
    print_summary(run, out);
    if (run->cmd.json)
        print_json(run);
    return status;
}

static int
run_all(struct cmd_session *cmd)
{
    struct run *run = RUN_OF(cmd, cmd);
    FILE *out = cmd->json ? stderr : stdout;
    struct fx_error err = FX_ERROR_NONE;
    int status;

    if (run->dry_run)
        return plan_print(cmd);
    status = begin(run, out, &err);
    if (status == 0) {
        status = conduct_run(run->conduct, &run->view, &err);
        console_end(run->console);
    }
    status = status < 0 ? cmd_fail(&err) : finish(run, out);
    console_free(run->console);
    conduct_free(run->conduct);
    return status;
}

int
cmd_run(int argc, char **argv)
{
    struct run run = { .arguments = NULL };
    const struct option options[] = {
        SESSION_OPTIONS(run.cmd),
        { "--cores", OPTION_COUNT, &run.cmd.cores, "N", "use at most N cores" },
        { "--memory", OPTION_TEXT, &run.cmd.memory, "SIZE",
          "start no more jobs than fit, e.g. 8 GiB" },
        { "--fail-fast", OPTION_FLAG, &run.fail_fast, NULL, "start nothing after a failed job" },
        { "--dry-run", OPTION_FLAG, &run.dry_run, NULL, "say what would run, as `fornix plan`" },
        { "--json", OPTION_FLAG, &run.cmd.json, NULL,
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
    return cmd_session_run(&run.cmd, &command, argc, argv, run_all);
}
