#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_session.h"
#include "report/run_folder.h"
#include "report/run_json.h"
#include "report/words.h"

static uint32_t
count_state(const struct run_record *run, const char *state)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < run->job_count; i++)
        count += !strcmp(run->jobs[i].state, state);
    return count;
}

static void
print_counts(const struct run_record *run)
{
    static const char *const states[] = { "done",   "cached", "running", "queued",     "ready",
                                          "waiting", "failed", "skipped", "stopped", "not started" };
    struct text line;
    bool first = true;

    text_init(&line, 1000);
    words_count(&line, run->job_count, "job");
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        uint32_t count = count_state(run, states[i]);

        if (count) {
            text_printf(&line, "%s %u %s", first ? ":" : ",", count, states[i]);
            first = false;
        }
    }
    puts(line.at);
    text_release(&line);
}

static void
print_text(struct arena *arena, const struct run_record *run)
{
    struct text line;

    text_init(&line, 4096);
    text_printf(&line, "run %s of %s: %s", run->id, run->workflow, run->state);
    if (run->seconds >= 0) {
        text_add(&line, ", took ");
        words_seconds(&line, run->seconds);
    }
    text_printf(&line, ", started %s", run->started);
    puts(line.at);
    print_counts(run);
    for (uint32_t i = 0; i < run->job_count; i++) {
        const struct run_job *job = &run->jobs[i];

        if (!strcmp(job->state, "failed")) {
            printf("%s: failed: %s\n", job->label, job->error ? job->error : "not known why");
            if (job->log)
                printf("    log: %s\n", session_show_path(arena, job->log));
        } else if (!strcmp(job->state, "running")) {
            printf("%s: running%s%s\n", job->label, job->log ? ", log: " : "",
                   job->log ? session_show_path(arena, job->log) : "");
        } else if (!strcmp(job->state, "done")) {
            text_clear(&line);
            words_seconds(&line, job->seconds);
            printf("%s: done in %s (%s)\n", job->label, line.at, job->reason ? job->reason : "");
        }
    }
    text_release(&line);
}

static void
add_member(struct text *out, const char *name, const char *value)
{
    if (!value)
        return;
    text_printf(out, ", \"%s\": ", name);
    text_add_quoted(out, str_of(value));
}

static void
print_json(const struct run_record *run)
{
    struct text out;

    text_init(&out, SIZE_MAX / 2);
    text_add(&out, "{\"fornix\": 1");
    add_member(&out, "run", run->id);
    add_member(&out, "workflow", run->workflow);
    add_member(&out, "file", run->file);
    add_member(&out, "state", run->state);
    add_member(&out, "started", run->started);
    if (run->seconds >= 0)
        text_printf(&out, ", \"seconds\": %.3f", run->seconds);
    text_add(&out, ",\n \"jobs\": [");
    for (uint32_t i = 0; i < run->job_count; i++) {
        const struct run_job *job = &run->jobs[i];

        text_add(&out, i ? ",\n  {\"job\": " : "\n  {\"job\": ");
        text_add_quoted(&out, str_of(job->label));
        add_member(&out, "stage", job->stage);
        add_member(&out, "point", job->point);
        add_member(&out, "state", job->state);
        add_member(&out, "key", job->key);
        add_member(&out, "reason", job->reason);
        add_member(&out, "error", job->error);
        add_member(&out, "log", job->log);
        if (job->seconds >= 0)
            text_printf(&out, ", \"seconds\": %.3f", job->seconds);
        text_add(&out, "}");
    }
    text_add(&out, "]}\n");
    fwrite(out.at, 1, out.len, stdout);
    text_release(&out);
}

/* With --axis: drops the jobs that lie outside. */
static void
keep_inside(const struct plan *plan, struct run_record *run)
{
    struct map inside;
    uint32_t kept = 0;

    map_init(&inside);
    for (job_id job = 0; job < plan_count(plan); job++)
        if (plan_inside(plan, job))
            map_add(&inside, plan_job(plan, job)->label, job);
    for (uint32_t i = 0; i < run->job_count; i++)
        if (map_get(&inside, str_of(run->jobs[i].label)) != MAP_NONE)
            run->jobs[kept++] = run->jobs[i];
    run->job_count = kept;
    map_release(&inside);
}

static int
print_status(struct cmd_session *cmd)
{
    const struct session *session = &cmd->session;
    const char *latest =
        run_folder_latest(session->arena, session->store_path, session->wf->name);
    struct fx_error err = FX_ERROR_NONE;
    struct run_record run;

    if (cmd->words.list.count)
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "status takes a workflow and nothing else, not '%s'",
                cmd->words.list.at[0]);
    else if (!file_exists(latest))
        fx_fail(&err, FX_FAILED, FX_NOWHERE, "'%.*s' has not run yet", STR(session->wf->name));
    else if (run_json_read(session->arena, session->store_path, latest, &run, &err) == 0) {
        if (cmd->axes.list.count)
            keep_inside(session->plan, &run);
        if (cmd->json)
            print_json(&run);
        else
            print_text(session->arena, &run);
        return 0;
    }
    return cmd_fail(&err);
}

int
cmd_status(int argc, char **argv)
{
    struct cmd_session cmd = { .json = false };
    const struct option options[] = {
        SESSION_OPTIONS(cmd),
        { "--json", OPTION_FLAG, &cmd.json, NULL, "print it as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix status [options] [workflow.yaml]",
        "How the latest run of a workflow that had something to do went, or goes: what ran and why,\n"
        "what failed, and where its log is.\n",
        options,
    };

    return cmd_session_run(&cmd, &command, argc, argv, print_status);
}
