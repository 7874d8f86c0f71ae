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

struct status_command {
    struct cmd_session cmd;
    bool runs;
};

/* "5 jobs: 2 done, 3 cached" */
static void
add_counts(struct text *line, const struct run_record *run)
{
    static const char *const states[] = { "done",   "cached", "running", "queued",     "ready",
                                          "waiting", "failed", "skipped", "stopped", "not started" };
    bool first = true;

    words_count(line, run->job_count, "job");
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        uint32_t count = count_state(run, states[i]);

        if (!count)
            continue;
        text_printf(line, "%s %u %s", first ? ":" : ",", count, states[i]);
        first = false;
    }
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
    text_add(&line, "\n");
    add_counts(&line, run);
    puts(line.at);
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

/* --- all runs ---------------------------------------------------------------------------------- */

static void
add_run(struct text *out, const struct run_record *run, bool json, bool first)
{
    if (!json) {
        text_printf(out, "%-20s %-12s %s", run->id, run->state, run->started);
        if (run->seconds >= 0) {
            text_add(out, "  ");
            words_seconds(out, run->seconds);
        }
        text_add(out, "  ");
        add_counts(out, run);
        text_add(out, "\n");
        return;
    }
    text_add(out, first ? "\n  {\"run\": " : ",\n  {\"run\": ");
    text_add_quoted(out, str_of(run->id));
    add_member(out, "state", run->state);
    add_member(out, "started", run->started);
    if (run->seconds >= 0)
        text_printf(out, ", \"seconds\": %.3f", run->seconds);
    text_printf(out, ", \"jobs\": %u, \"done\": %u, \"cached\": %u, \"failed\": %u}",
                run->job_count, count_state(run, "done"), count_state(run, "cached"),
                count_state(run, "failed"));
}

/* The newest first. A folder that is no run, or a damaged one, is left out. */
static int
print_runs(const struct cmd_session *cmd)
{
    const struct session *session = &cmd->session;
    uint32_t count, told = 0;
    const char **runs =
        run_folder_list(session->arena, session->store_path, session->wf->name, &count);
    struct text out;

    text_init(&out, SIZE_MAX / 2);
    if (cmd->json) {
        text_add(&out, "{\"fornix\": 1");
        add_member(&out, "workflow", arena_str(session->arena, session->wf->name).at);
        text_add(&out, ", \"runs\": [");
    }
    for (uint32_t i = 0; i < count; i++) {
        struct arena *arena = arena_new();
        struct fx_error ignored = FX_ERROR_NONE;
        struct run_record run;

        if (run_json_read(arena, session->store_path, runs[i], &run, &ignored) == 0)
            add_run(&out, &run, cmd->json, told++ == 0);
        arena_free(arena);
    }
    if (cmd->json)
        text_add(&out, "]}\n");
    else if (!told)
        text_printf(&out, "'%.*s' has not run yet\n", STR(session->wf->name));
    fwrite(out.at, 1, out.len, stdout);
    text_release(&out);
    return 0;
}

/* --- the command ------------------------------------------------------------------------------- */

static int
print_status(struct cmd_session *cmd)
{
    const struct status_command *c = (const struct status_command *)(const void *)cmd;
    const struct session *session = &cmd->session;
    const char *name = cmd->words.list.count ? cmd->words.list.at[0] : "latest", *folder;
    struct fx_error err = FX_ERROR_NONE;
    struct run_record run;

    if (cmd->words.list.count > 1 || (cmd->words.list.count && c->runs)) {
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "%s, not '%s'",
                c->runs ? "--runs takes a workflow and nothing else"
                        : "status takes a workflow and one run",
                cmd->words.list.at[c->runs ? 0 : 1]);
        return cmd_fail(&err);
    }
    if (c->runs)
        return print_runs(cmd);
    if (run_folder_find(session->arena, session->store_path, session->wf->name, name, &folder,
                        &err) < 0 ||
        run_json_read(session->arena, session->store_path, folder, &run, &err) < 0)
        return cmd_fail(&err);
    if (cmd->axes.list.count)
        keep_inside(session->plan, &run);
    if (cmd->json)
        print_json(&run);
    else
        print_text(session->arena, &run);
    return 0;
}

int
cmd_status(int argc, char **argv)
{
    struct status_command c = { .runs = false };
    const struct option options[] = {
        SESSION_OPTIONS(c.cmd),
        { "--runs", OPTION_FLAG, &c.runs, NULL, "list the runs of the workflow, the newest first" },
        { "--json", OPTION_FLAG, &c.cmd.json, NULL, "print it as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix status [options] [workflow.yaml] [RUN]",
        "How the latest run of a workflow that had something to do went, or goes: what ran and why,\n"
        "what failed, and where its log is. RUN is another one: its id, the beginning of it, or\n"
        "'latest~1' for the one before the latest.\n",
        options,
    };

    return cmd_session_run(&c.cmd, &command, argc, argv, print_status);
}
