#include <stdio.h>

#include "cmd.h"
#include "cmd_reason.h"
#include "cmd_session.h"
#include "load/suggest.h"

static int
not_there(struct session *session, job_id job, enum look look, struct fx_error *err)
{
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
    return fx_error_hint(err, "fornix run %s %s", session->file, session->words.list.at[0]);
}

static int
add_job(struct session *session, job_id id, const char *output, struct text *out, bool *first,
        struct fx_error *err)
{
    const struct job *job = plan_job(session->plan, id);
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
        if (!session->json) {
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
        text_add(out, "}");
    }
    if (found || !output)
        return 0;
    fx_fail(err, FX_INVALID, FX_NOWHERE, "'%.*s' has no output '%s'", STR(job->label), output);
    suggest_name(err, str_of(output), known, names, "outputs are");
    return -1;
}

static int
add_all(struct session *session, const bool *targets, const enum look *look, struct text *out,
        struct fx_error *err)
{
    const char *output = session->words.list.count > 1 ? session->words.list.at[1] : NULL;
    bool first = true;

    if (session->json)
        text_add(out, "{\"fornix\": 1, \"files\": [");
    for (job_id job = 0; job < plan_count(session->plan); job++) {
        if (!targets[job])
            continue;
        if (look[job] != LOOK_CACHED)
            return not_there(session, job, look[job], err);
        if (add_job(session, job, output, out, &first, err) < 0)
            return -1;
    }
    if (session->json)
        text_add(out, "]}\n");
    return 0;
}

static int
print_files(struct session *session)
{
    struct fx_error err = FX_ERROR_NONE;
    bool *targets;
    enum look *look;
    struct text out;
    int status;

    if (session->words.list.count < 1 || session->words.list.count > 2) {
        fx_fail(&err, FX_INVALID, FX_NOWHERE,
                "name a stage, and an output or none: fornix files [workflow.yaml] STAGE [OUTPUT]");
        return session_fail(&err);
    }
    if ((status = session_named(session, &targets, &look)) != 0)
        return status;
    text_init(&out, SIZE_MAX / 2);
    if (add_all(session, targets, look, &out, &err) < 0)
        status = session_fail(&err);
    else
        fwrite(out.at, 1, out.len, stdout);
    text_release(&out);
    return status;
}

int
cmd_files(int argc, char **argv)
{
    struct session session = { .json = false };
    const struct option options[] = {
        SESSION_OPTIONS(session),
        { "--json", OPTION_FLAG, &session.json, NULL, "print them as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix files [options] [workflow.yaml] STAGE | 'STAGE[axis=value]' [OUTPUT]",
        "Prints the paths of outputs, one a line, in the order of the axes. Only outputs of the\n"
        "workflow as it is written now: when a job must run first, says so and ends with status 1.\n",
        options,
    };

    return session_command(&session, &command, argc, argv, print_files);
}
