#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "cmd.h"
#include "cmd_session.h"
#include "report/run_folder.h"
#include "report/run_json.h"

enum { LOG_MOST = 1 << 30 };

struct log_command {
    struct cmd_session cmd;
    const char *run_name;       /* --run; NULL: none */
    bool path_only, failed;

    struct run_record run;      /* that of --run, else the latest; without jobs when there is none */
    struct map jobs;            /* label -> number in `run` */
};

/* A log that is there, and what became of the job that wrote it. */
struct log {
    const char *path;           /* NULL: none */
    const char *state;          /* "cached", "failed", "running", "stopped", ... */
};

/* --- which log --------------------------------------------------------------------------------- */

static struct log
log_at(const char *path, const char *state)
{
    return (struct log){ path && file_exists(path) ? path : NULL, state };
}

static void
index_run(struct log_command *c)
{
    for (uint32_t i = 0; i < c->run.job_count; i++)
        map_add(&c->jobs, str_of(c->run.jobs[i].label), i);
}

/* The run that is asked for, or the latest; that there was none yet is no mistake then. */
static int
read_run(struct log_command *c, struct fx_error *err)
{
    struct session *session = &c->cmd.session;
    struct fx_error ignored = FX_ERROR_NONE;
    const char *folder;

    if (c->run_name) {
        if (run_folder_find(session->arena, session->store_path, session->wf->name, c->run_name,
                            &folder, err) < 0 ||
            run_json_read(session->arena, session->store_path, folder, &c->run, err) < 0)
            return -1;
    } else {
        folder = run_folder_latest(session->arena, session->store_path, session->wf->name);
        if (run_json_read(session->arena, session->store_path, folder, &c->run, &ignored) < 0)
            c->run.job_count = 0;
    }
    index_run(c);
    return 0;
}

static const struct run_job *
job_of_run(const struct log_command *c, struct str label)
{
    uint32_t at = map_get(&c->jobs, label);

    return at == MAP_NONE ? NULL : &c->run.jobs[at];
}

/* The log of the attempt that the run made, of this name; whatever its key was. */
static struct log
log_of_run(const struct log_command *c, struct str label)
{
    const struct run_job *job = job_of_run(c, label);

    return job ? log_at(job->log, job->state) : log_at(NULL, "");
}

/* The log that belongs to the job as it is written now. */
static struct log
log_of_key(const struct log_command *c, job_id job)
{
    const struct session *session = &c->cmd.session;
    const struct digest *key = job_store_key(session->jobs, job);

    if (!key)
        return log_at(NULL, "");
    if (job_store_record(session->jobs, job))
        return log_at(path_join(session->arena, store_folder(session->store, session->arena, *key),
                                "log"), "cached");
    return log_at(store_failed_log(session->store, session->arena, *key), "failed");
}

/* The latest log of this name in any run; with `state` only that of a job that ended so. */
static struct log
log_of_runs(const struct log_command *c, struct str label, const char *state)
{
    const struct session *session = &c->cmd.session;
    struct log log = log_at(NULL, "");
    uint32_t count;
    const char **runs =
        run_folder_list(session->arena, session->store_path, session->wf->name, &count);

    for (uint32_t i = 0; i < count && !log.path; i++) {
        struct fx_error ignored = FX_ERROR_NONE;
        struct arena *arena = arena_new();
        struct run_record run = { .job_count = 0 };

        if (run_json_read(arena, session->store_path, runs[i], &run, &ignored) < 0)
            run.job_count = 0;
        for (uint32_t k = 0; k < run.job_count && !log.path; k++) {
            const struct run_job *job = &run.jobs[k];

            if (str_is(label, job->label) && (!state || !strcmp(job->state, state)) && job->log)
                log = log_at(arena_cstr(session->arena, job->log),
                             arena_cstr(session->arena, job->state));
        }
        arena_free(arena);
    }
    return log;
}

static struct log
find_log(const struct log_command *c, job_id job)
{
    struct str label = plan_job(c->cmd.session.plan, job)->label;
    const struct run_job *ran = job_of_run(c, label);
    struct log log;

    log = log_of_key(c, job);
    if (c->failed)      /* one that has not succeeded since */
        return log.path && !strcmp(log.state, "failed") ? log : log_of_runs(c, label, "failed");
    /* One that runs now tells more than the one that failed before it. */
    if (c->run_name || (ran && !strcmp(ran->state, "running")))
        return log_of_run(c, label);
    return log.path ? log : log_of_runs(c, label, NULL);
}

/* --- printing ---------------------------------------------------------------------------------- */

static int
print_file(const char *path, struct fx_error *err)
{
    char buffer[1 << 16];
    FILE *in = fopen(path, "r");
    size_t got;

    if (!in)
        return fx_fail_errno(err, errno, "cannot read '%s'", path);
    while ((got = fread(buffer, 1, sizeof buffer, in)) > 0)
        fwrite(buffer, 1, got, stdout);
    fclose(in);
    return 0;
}

/* JSON is UTF-8; what a program prints need not be: then each byte beyond ASCII becomes U+FFFD. */
static void
add_log_text(struct text *out, struct str log)
{
    struct text clean;

    if (str_is_utf8(log)) {
        text_add_quoted(out, log);
        return;
    }
    text_init(&clean, SIZE_MAX / 2);
    for (size_t i = 0; i < log.len; i++)
        if ((unsigned char)log.at[i] < 0x80)
            text_append(&clean, &log.at[i], 1);
        else
            text_add(&clean, "\xef\xbf\xbd");
    text_add_quoted(out, text_view(&clean));
    text_release(&clean);
}

static int
print_json(const struct log *log, struct str label, bool first, struct fx_error *err)
{
    struct text text, out;
    int status;

    text_init(&text, LOG_MOST);
    text_init(&out, SIZE_MAX / 2);
    status = file_read(log->path, &text, err);
    if (status == 0) {
        text_add(&out, first ? "\n  {\"job\": " : ",\n  {\"job\": ");
        text_add_quoted(&out, label);
        text_printf(&out, ", \"state\": \"%s\", \"path\": ", log->state);
        text_add_quoted(&out, str_of(log->path));
        text_add(&out, ", \"text\": ");
        add_log_text(&out, text_view(&text));
        text_add(&out, "}");
        fwrite(out.at, 1, out.len, stdout);
    }
    text_release(&text);
    text_release(&out);
    return status;
}

static int
print_one(const struct log_command *c, job_id job, const struct log *log, bool titled, bool first,
          struct fx_error *err)
{
    struct str label = plan_job(c->cmd.session.plan, job)->label;

    if (c->cmd.json)
        return print_json(log, label, first, err);
    if (c->path_only) {
        printf("%s\n", log->path);
        return 0;
    }
    if (titled)
        printf("%s==> %.*s%s%s%s <==\n", first ? "" : "\n", STR(label),
               strcmp(log->state, "cached") ? " (" : "", strcmp(log->state, "cached") ? log->state : "",
               strcmp(log->state, "cached") ? ")" : "");
    return print_file(log->path, err);
}

/* --- the command ------------------------------------------------------------------------------- */

/* Of several jobs, those without a log are left out; when none has one, that is told. */
static int
print_logs(const struct log_command *c, const bool *targets, struct fx_error *err)
{
    const struct plan *plan = c->cmd.session.plan;
    uint32_t count = 0, printed = 0;
    job_id one = 0;

    for (job_id job = 0; job < plan_count(plan); job++)
        if (targets[job]) {
            one = job;
            count++;
        }
    if (c->cmd.json)
        fputs("{\"fornix\": 1, \"logs\": [", stdout);
    for (job_id job = 0; job < plan_count(plan); job++) {
        struct log log = targets[job] ? find_log(c, job) : log_at(NULL, "");

        if (log.path && print_one(c, job, &log, count > 1, printed++ == 0, err) < 0)
            return -1;
    }
    if (c->cmd.json)
        fputs("]}\n", stdout);
    if (printed || c->cmd.json || !count)
        return 0;
    if (c->failed)
        return fx_fail(err, FX_FAILED, FX_NOWHERE, "no attempt of '%s' that failed is kept",
                       c->cmd.words.list.at[0]);
    return fx_fail(err, FX_FAILED, FX_NOWHERE, "'%.*s' has no log: it has not run yet",
                   STR(plan_job(plan, one)->label));
}

static int
print_log(struct cmd_session *cmd)
{
    struct log_command *c = (struct log_command *)(void *)cmd;    /* the first member */
    struct fx_error err = FX_ERROR_NONE;
    bool *targets;
    enum look *look;
    int status;

    if (cmd->words.list.count != 1)
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "name one stage: fornix log [workflow.yaml] STAGE");
    else if (c->failed && c->run_name)
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "--failed and --run exclude each other");
    else if (c->path_only && cmd->json)
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "--path and --json exclude each other");
    if (err.code != FX_OK)
        return cmd_fail(&err);
    if ((status = cmd_session_named(cmd, &targets, &look)) != 0)
        return status;
    map_init(&c->jobs);
    if (read_run(c, &err) < 0 || print_logs(c, targets, &err) < 0)
        status = cmd_fail(&err);
    map_release(&c->jobs);
    return status;
}

int
cmd_log(int argc, char **argv)
{
    struct log_command c = { .path_only = false };
    const struct option options[] = {
        SESSION_OPTIONS(c.cmd),
        { "--path", OPTION_FLAG, &c.path_only, NULL, "print the path of the log, not its text" },
        { "--failed", OPTION_FLAG, &c.failed, NULL,
          "the latest attempt that failed, also of other parameters" },
        { "--run", OPTION_TEXT, &c.run_name, "RUN", "of that run; `fornix status --runs` lists them" },
        { "--json", OPTION_FLAG, &c.cmd.json, NULL, "print paths and texts as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix log [options] [workflow.yaml] STAGE | 'STAGE[axis=value]'",
        "Prints what a job wrote to its standard output and error: the attempt that runs now, the\n"
        "one that made its outputs, or the latest one that failed. Of a stage with several points,\n"
        "the logs of all that have one.\n",
        options,
    };

    return cmd_session_run(&c.cmd, &command, argc, argv, print_log);
}
