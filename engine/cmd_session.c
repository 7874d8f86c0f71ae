#include "cmd_session.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"

int
cmd_fail(const struct fx_error *err)
{
    fflush(stdout);
    fx_error_print(err, stderr);
    return fx_exit_status(err->code);
}

static int
print_problems(const struct cmd_session *cmd, struct problems *problems)
{
    int status = 2;

    problems_sort(problems);
    if (problems->list.count)
        status = fx_exit_status(problems->list.at[0].code);
    if (cmd->print_problems && cmd->print_problems(cmd, problems))
        return status;
    fflush(stdout);
    for (size_t i = 0; i < problems->list.count; i++)
        fx_error_print(&problems->list.at[i], stderr);
    if (problems->dropped)
        fprintf(stderr, "fornix: and %zu more mistakes\n", problems->dropped);
    return status;
}

static bool
ends_in(const char *word, const char *end)
{
    size_t len = strlen(word), tail = strlen(end);

    return len > tail && !strcmp(word + len - tail, end);
}

static int
find_file(struct words *words, const char **file, struct fx_error *err)
{
    if (words->list.count &&
        (ends_in(words->list.at[0], ".yaml") || ends_in(words->list.at[0], ".yml"))) {
        *file = words->list.at[0];
        memmove(words->list.at, words->list.at + 1,
                (words->list.count - 1) * sizeof words->list.at[0]);
        words->list.count--;
    } else if (file_exists("workflow.yaml")) {
        *file = "workflow.yaml";
    } else {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "there is no workflow.yaml in this folder");
        return fx_error_hint(err, "name a workflow: fornix run path/to/workflow.yaml");
    }
    return 0;
}

static int
load(struct cmd_session *cmd)
{
    struct session_options options = {
        .set = cmd->set.list.at,
        .set_count = (uint32_t)cmd->set.list.count,
        .profiles = cmd->profiles.list.at,
        .profile_count = (uint32_t)cmd->profiles.list.count,
        .axes = cmd->axes.list.at,
        .axis_count = (uint32_t)cmd->axes.list.count,
        .store_folder = cmd->store_folder,
        .memory = cmd->memory,
        .cores = cmd->cores,
    };
    struct fx_error err = FX_ERROR_NONE;
    struct problems problems;
    int status = 0;

    if (find_file(&cmd->words, &options.file, &err) < 0)
        return cmd_fail(&err);
    problems_init(&problems);
    if (session_load(&cmd->session, &options, &problems) < 0)
        status = print_problems(cmd, &problems);
    problems_release(&problems);
    return status;
}

int
cmd_session_run(struct cmd_session *cmd, const struct command *command, int argc, char **argv,
                int (*body)(struct cmd_session *cmd))
{
    struct fx_error err = FX_ERROR_NONE;
    int parsed, status;

    session_init(&cmd->session);
    parsed = options_parse(command, argc - 1, argv + 1, &cmd->words, &err);
    if (parsed != 0)
        status = parsed > 0 ? 0 : cmd_fail(&err);
    else if ((status = load(cmd)) == 0)
        status = body(cmd);
    session_release(&cmd->session);
    vec_release(&cmd->words.list);
    vec_release(&cmd->set.list);
    vec_release(&cmd->profiles.list);
    vec_release(&cmd->axes.list);
    return status;
}

int
cmd_session_open(struct cmd_session *cmd)
{
    struct fx_error err = FX_ERROR_NONE;

    return session_open(&cmd->session, &err) < 0 ? cmd_fail(&err) : 0;
}

int
cmd_session_open_existing(struct cmd_session *cmd, bool *there)
{
    struct fx_error err = FX_ERROR_NONE;

    return session_open_existing(&cmd->session, there, &err) < 0 ? cmd_fail(&err) : 0;
}

int
cmd_session_named(struct cmd_session *cmd, bool **targets, enum look **look)
{
    struct fx_error err = FX_ERROR_NONE;

    return session_named(&cmd->session, cmd->words.list.at[0], targets, look, &err) < 0
               ? cmd_fail(&err)
               : 0;
}

void
cmd_session_tell_cut(const struct cmd_session *cmd, FILE *out)
{
    const struct plan *plan = cmd->session.plan;
    uint32_t told = UINT32_MAX; /* the latest stage; jobs of one stand together */

    for (job_id job = 0; job < plan_count(plan); job++) {
        if (!plan_cut(plan, job) || plan_job(plan, job)->stage == told)
            continue;
        fprintf(out, "%s%.*s",
                told == UINT32_MAX ? "left out, for they need points outside of --axis: " : ", ",
                STR(plan_stage(plan, job)->name));
        told = plan_job(plan, job)->stage;
    }
    if (told != UINT32_MAX)
        fputc('\n', out);
}
