#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cmd.h"
#include "cmd_session.h"
#include "report/run_folder.h"
#include "report/run_json.h"

struct log_command {
    struct cmd_session cmd;
    bool path_only;
};

static const char *
if_there(const char *path)
{
    return path && file_exists(path) ? path : NULL;
}

/* The log of the latest attempt that the latest run made, of this name; whatever its key was. */
static const char *
log_of_run(struct session *session, struct str label)
{
    struct arena *arena = session->arena;
    struct fx_error ignored = FX_ERROR_NONE;
    struct run_record run;
    const char *latest = run_folder_latest(arena, session->store_path, session->wf->name);

    if (run_json_read(arena, session->store_path, latest, &run, &ignored) < 0)
        return NULL;
    for (uint32_t i = 0; i < run.job_count; i++)
        if (str_is(label, run.jobs[i].label))
            return if_there(run.jobs[i].log);
    return NULL;
}

/* The log that belongs to the job as it is written now. */
static const char *
log_of_key(struct session *session, job_id job)
{
    const struct digest *key = job_store_key(session->jobs, job);

    if (!key)
        return NULL;
    if (job_store_record(session->jobs, job))
        return if_there(path_join(session->arena,
                                  store_folder(session->store, session->arena, *key), "log"));
    return if_there(store_failed_log(session->store, session->arena, *key));
}

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

static int
print_one(const struct log_command *c, job_id job, bool titled, struct fx_error *err)
{
    struct session *session = (struct session *)&c->cmd.session;
    struct str label = plan_job(session->plan, job)->label;
    const char *log = log_of_key(session, job);

    if (!log)
        log = log_of_run(session, label);
    if (!log) {
        fx_fail(err, FX_FAILED, FX_NOWHERE, "'%.*s' has no log: it has not run yet", STR(label));
        return -1;
    }
    if (c->path_only) {
        printf("%s\n", log);
        return 0;
    }
    if (titled)
        printf("==> %.*s <==\n", STR(label));
    return print_file(log, err);
}

static int
print_log(struct cmd_session *cmd)
{
    struct log_command *c = (struct log_command *)(void *)cmd;    /* the first member */
    struct session *session = &cmd->session;
    uint32_t jobs = plan_count(session->plan), count = 0;
    struct fx_error err = FX_ERROR_NONE;
    bool *targets;
    enum look *look;
    int status;

    if (cmd->words.list.count != 1) {
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "name one stage: fornix log [workflow.yaml] STAGE");
        return cmd_fail(&err);
    }
    if ((status = cmd_session_named(cmd, &targets, &look)) != 0)
        return status;
    for (job_id job = 0; job < jobs; job++)
        count += targets[job];
    for (job_id job = 0; job < jobs; job++)
        if (targets[job] && print_one(c, job, count > 1, &err) < 0)
            return cmd_fail(&err);
    return 0;
}

int
cmd_log(int argc, char **argv)
{
    struct log_command c = { .path_only = false };
    const struct option options[] = {
        SESSION_OPTIONS(c.cmd),
        { "--path", OPTION_FLAG, &c.path_only, NULL, "print the path of the log, not its text" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix log [options] [workflow.yaml] STAGE | 'STAGE[axis=value]'",
        "Prints what a job wrote to its standard output and error: the attempt that made its\n"
        "outputs, or the latest one that failed or still runs.\n",
        options,
    };

    return cmd_session_run(&c.cmd, &command, argc, argv, print_log);
}
