#include <stdio.h>

#include "cmd.h"
#include "cmd_session.h"
#include "load/suggest.h"
#include "session/reason.h"

static int
not_there(struct cmd_session *cmd, job_id job, enum look look, struct fx_error *err)
{
    struct session *session = &cmd->session;
    struct str label = plan_job(session->plan, job)->label;
    struct text line;

    if (look == LOOK_MUST_RUN) {
        text_init(&line, 300);
        reason_line(session, job, &line);
        fx_fail(err, FX_FAILED, FX_NOWHERE, "'%.*s' must run first: %s", STR(label),
                line.at ? line.at : "");
        text_release(&line);
    } else {
        fx_fail(err, FX_FAILED, FX_NOWHERE, "'%.*s' depends on jobs that must run first", STR(label));
    }
    return fx_error_hint(err, "fornix run %s %s", session->file, cmd->words.list.at[0]);
}

static int
add_job(struct cmd_session *cmd, job_id id, const char *output, struct text *out, bool *first,
        struct fx_error *err)
{
    struct session *session = &cmd->session;
    const struct job *job = plan_job(session->plan, id);
    const struct record *record = cmd->json ? job_store_record(session->jobs, id) : NULL;
    char hex[DIGEST_HEX];
    struct str known[64];
    uint32_t names = 0;
    bool found = false;

    for (uint32_t i = 0; i < job->output_count; i++) {
        const char *path;

        if (names < 64)
            known[names++] = job->outputs[i].name;
        if (output && !str_is(job->outputs[i].name, output))
            continue;
        found = true;
        path = job_store_output(session->jobs, session->arena, id, i);
        if (!cmd->json) {
            text_printf(out, "%s\n", path);
            continue;
        }
        text_add(out, *first ? "\n  {\"job\": " : ",\n  {\"job\": ");
        *first = false;
        text_add_quoted(out, job->label);
        text_add(out, ", \"output\": ");
        text_add_quoted(out, job->outputs[i].name);
        text_add(out, ", \"path\": ");
        text_add_quoted(out, str_of(path));
        if (record) {
            digest_hex(record->outputs[i].digest, hex);
            text_printf(out, ", \"size\": %llu, \"digest\": \"%s\"",
                        (unsigned long long)record->outputs[i].identity.size, hex);
        }
        text_add(out, "}");
    }
    if (found || !output)
        return 0;
    fx_fail(err, FX_INVALID, FX_NOWHERE, "'%.*s' has no output '%s'", STR(job->label), output);
    suggest_name(err, str_of(output), known, names, "outputs are");
    return -1;
}

static int
add_all(struct cmd_session *cmd, const bool *targets, const enum look *look, struct text *out,
        struct fx_error *err)
{
    const char *output = cmd->words.list.count > 1 ? cmd->words.list.at[1] : NULL;
    bool first = true;

    if (cmd->json)
        text_add(out, "{\"fornix\": 1, \"files\": [");
    for (job_id job = 0; job < plan_count(cmd->session.plan); job++) {
        if (!targets[job])
            continue;
        if (look[job] != LOOK_CACHED)
            return not_there(cmd, job, look[job], err);
        if (add_job(cmd, job, output, out, &first, err) < 0)
            return -1;
    }
    if (cmd->json)
        text_add(out, "]}\n");
    return 0;
}

static int
print_files(struct cmd_session *cmd)
{
    struct fx_error err = FX_ERROR_NONE;
    bool *targets;
    enum look *look;
    struct text out;
    int status;

    if (cmd->words.list.count < 1 || cmd->words.list.count > 2) {
        fx_fail(&err, FX_INVALID, FX_NOWHERE,
                "name a stage, and an output or none: fornix files [workflow.yaml] STAGE [OUTPUT]");
        return cmd_fail(&err);
    }
    if ((status = cmd_session_named(cmd, &targets, &look)) != 0)
        return status;
    text_init(&out, SIZE_MAX / 2);
    if (add_all(cmd, targets, look, &out, &err) < 0)
        status = cmd_fail(&err);
    else
        fwrite(out.at, 1, out.len, stdout);
    text_release(&out);
    return status;
}

int
cmd_files(int argc, char **argv)
{
    struct cmd_session cmd = { .json = false };
    const struct option options[] = {
        SESSION_OPTIONS(cmd),
        { "--json", OPTION_FLAG, &cmd.json, NULL, "print them as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix files [options] [workflow.yaml] STAGE | 'STAGE[axis=value]' [OUTPUT]",
        "Prints the paths of outputs, one a line, in the order of the axes; as JSON with job, size and\n"
        "digest. Only outputs of the\n"
        "workflow as it is written now: when a job must run first, says so and ends with status 1.\n",
        options,
    };

    return cmd_session_run(&cmd, &command, argc, argv, print_files);
}
