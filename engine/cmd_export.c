#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cmd.h"
#include "cmd_session.h"
#include "session/script.h"

struct export_command {
    struct cmd_session cmd;
    const char *file;       /* -o; NULL: standard output */
};

/* The one job that is named. */
static int
find_one(const struct session *session, const bool *targets, const char *word, job_id *found,
         struct fx_error *err)
{
    uint32_t count = 0;

    for (job_id job = 0; job < plan_count(session->plan); job++) {
        if (!targets[job])
            continue;
        if (count++ == 0)
            *found = job;
    }
    if (count == 1)
        return 0;
    fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' names %u jobs, and one is exported", word, count);
    return count ? fx_error_hint(err, "name one: '%.*s'", STR(plan_job(session->plan, *found)->label))
                 : -1;
}

static int
write_script(const struct export_command *c, struct str script, struct fx_error *err)
{
    if (!c->file) {
        fwrite(script.at, 1, script.len, stdout);
        return 0;
    }
    if (file_replace(c->file, script, false, err) < 0)
        return -1;
    return chmod(c->file, 0755) == 0 ? 0
                                     : fx_fail_errno(err, errno, "cannot make '%s' executable", c->file);
}

static void
add_json(const struct session *session, job_id job, struct str script, struct text *out)
{
    text_add(out, "{\"fornix\": 1, \"job\": ");
    text_add_quoted(out, plan_job(session->plan, job)->label);
    text_add(out, ", \"script\": ");
    text_add_quoted(out, script);
    text_add(out, "}\n");
}

static int
print_export(struct cmd_session *cmd)
{
    const struct export_command *c = (const struct export_command *)(const void *)cmd;
    struct session *session = &cmd->session;
    struct fx_error err = FX_ERROR_NONE;
    struct text script, json;
    bool *targets;
    enum look *look;
    job_id job = 0;
    int status;

    if (cmd->words.list.count != 1) {
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "name one job: fornix export [workflow.yaml] JOB");
        return cmd_fail(&err);
    }
    if ((status = cmd_session_named(cmd, &targets, &look)) != 0)
        return status;
    if (find_one(session, targets, cmd->words.list.at[0], &job, &err) < 0)
        return cmd_fail(&err);
    if (look[job] == LOOK_DEPENDS) {
        fx_fail(&err, FX_FAILED, FX_NOWHERE, "'%.*s' depends on jobs that must run first",
                STR(plan_job(session->plan, job)->label));
        fx_error_hint(&err, "fornix run %s %s", session->file, cmd->words.list.at[0]);
        return cmd_fail(&err);
    }
    text_init(&script, SIZE_MAX / 2);
    text_init(&json, SIZE_MAX / 2);
    status = script_write(session, job, &script, &err);
    if (status == 0 && cmd->json)
        add_json(session, job, text_view(&script), &json);
    if (status == 0)
        status = write_script(c, text_view(cmd->json ? &json : &script), &err);
    text_release(&script);
    text_release(&json);
    return status < 0 ? cmd_fail(&err) : 0;
}

int
cmd_export(int argc, char **argv)
{
    struct export_command c = { .file = NULL };
    const struct option options[] = {
        SESSION_OPTIONS(c.cmd),
        { "-o", OPTION_TEXT, &c.file, "FILE", "write the script to FILE, executable" },
        { "--json", OPTION_FLAG, &c.cmd.json, NULL, "print the job and the script as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix export [options] [workflow.yaml] STAGE | 'STAGE[axis=value]'",
        "Prints a shell script that runs one job again, without fornix, in a folder of one's choice:\n"
        "with its environment, its launcher, its description, and its inputs where the store has\n"
        "them. These are read before and compared with what was published.\n",
        options,
    };

    return cmd_session_run(&c.cmd, &command, argc, argv, print_export);
}
