#include "cmd_session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd_config.h"

int
session_fail(const struct fx_error *err)
{
    fflush(stdout);
    fx_error_print(err, stderr);
    return fx_exit_status(err->code);
}

static int
print_problems(struct problems *problems)
{
    problems_sort(problems);
    fflush(stdout);
    for (size_t i = 0; i < problems->list.count; i++)
        fx_error_print(&problems->list.at[i], stderr);
    if (problems->dropped)
        fprintf(stderr, "fornix: and %zu more mistakes\n", problems->dropped);
    return problems->list.count ? fx_exit_status(problems->list.at[0].code) : 2;
}

/* --- where things are -------------------------------------------------------------------------- */

const char *const *
session_task_folders(struct arena *arena, uint32_t *count)
{
    const char **folders = arena_get(arena, 2, sizeof *folders);
    char program[4096];
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 1);
    const char *here;

    *count = 0;
    if (len <= 0)
        return folders;
    program[len] = '\0';
    here = path_folder(arena, program);
    folders[0] = path_join(arena, here, "tasks");
    if (!file_is_folder(folders[0]))
        folders[0] = path_absolute(arena, path_join(arena, here, "../lib/fornix/tasks"));
    *count = file_is_folder(folders[0]) ? 1 : 0;
    return folders;
}

const char *
session_show_path(struct arena *arena, const char *path)
{
    const char *here = path_absolute(arena, ".");
    size_t len = strlen(here);

    if (!strncmp(path, here, len) && path[len] == '/')
        return path + len + 1;
    return path;
}

static bool
ends_in(const char *word, const char *end)
{
    size_t len = strlen(word), tail = strlen(end);

    return len > tail && !strcmp(word + len - tail, end);
}

static int
find_file(struct session *session, struct fx_error *err)
{
    struct words *words = &session->words;

    if (words->list.count &&
        (ends_in(words->list.at[0], ".yaml") || ends_in(words->list.at[0], ".yml"))) {
        session->file = words->list.at[0];
        memmove(words->list.at, words->list.at + 1,
                (words->list.count - 1) * sizeof words->list.at[0]);
        words->list.count--;
    } else if (file_exists("workflow.yaml")) {
        session->file = "workflow.yaml";
    } else {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "there is no workflow.yaml in this folder");
        return fx_error_hint(err, "name a workflow: fornix run path/to/workflow.yaml");
    }
    return 0;
}

static void
find_store(struct session *session)
{
    const char *environment = getenv("FORNIX_STORE");

    if (session->store_folder)
        session->store_path = path_absolute(session->arena, session->store_folder);
    else if (environment && *environment)
        session->store_path = path_absolute(session->arena, environment);
    else
        session->store_path = path_join(session->arena, session->wf->folder, ".fornix");
}

/* --- loading ----------------------------------------------------------------------------------- */

static void
plan(struct session *session, struct problems *problems)
{
    struct workflow_options options = {
        .set = session->set.list.at,
        .set_count = (uint32_t)session->set.list.count,
        .profiles = session->profiles.list.at,
        .profile_count = (uint32_t)session->profiles.list.count,
    };

    options.task_folders = session_task_folders(session->arena, &options.task_folder_count);
    session->wf = workflow_load(session->file, &options, problems);
    if (session->wf)
        session->plan = plan_new(session->wf, problems);
}

static int
load(struct session *session)
{
    struct fx_error err = FX_ERROR_NONE;
    struct config config;
    struct problems problems;
    int status = 0;

    if (find_file(session, &err) < 0)
        return session_fail(&err);
    problems_init(&problems);
    plan(session, &problems);
    if (session->plan &&
        config_read(session->arena, session->wf->config, session->memory_text, &config,
                    &problems) == 0) {
        session->cores = session->cores ? session->cores : config.cores;
        session->memory = config.memory;
        find_store(session);
    } else {
        status = print_problems(&problems);
    }
    problems_release(&problems);
    return status;
}

static void
release(struct session *session)
{
    job_store_free(session->jobs);
    store_close(session->store);
    plan_free(session->plan);
    workflow_free(session->wf);
    vec_release(&session->words.list);
    vec_release(&session->set.list);
    vec_release(&session->profiles.list);
    arena_free(session->arena);
}

int
session_command(struct session *session, const struct command *command, int argc, char **argv,
                int (*body)(struct session *session))
{
    struct fx_error err = FX_ERROR_NONE;
    int parsed, status;

    session->arena = arena_new();
    parsed = options_parse(command, argc - 1, argv + 1, &session->words, &err);
    if (parsed != 0)
        status = parsed > 0 ? 0 : session_fail(&err);
    else if ((status = load(session)) == 0)
        status = body(session);
    release(session);
    return status;
}

int
session_open(struct session *session)
{
    struct fx_error err = FX_ERROR_NONE;

    session->store = store_open(session->store_path, &err);
    if (!session->store)
        return session_fail(&err);
    session->jobs = job_store_new(session->plan, session->store);
    return 0;
}

int
session_open_existing(struct session *session, bool *there)
{
    *there = file_is_folder(session->store_path);
    return *there ? session_open(session) : 0;
}

int
session_look_up(struct session *session, const bool *wanted, enum look *found,
                struct fx_error *err)
{
    for (job_id job = 0; job < plan_count(session->plan); job++) {
        int there = 0;

        if (wanted && !wanted[job]) {
            found[job] = LOOK_NOT;
            continue;
        }
        if (!job_store_ready(session->jobs, job)) {
            found[job] = LOOK_DEPENDS;
            continue;
        }
        if ((there = job_store_find(session->jobs, job, err)) < 0)
            return fx_error_in(err, "%.*s", STR(plan_job(session->plan, job)->label));
        found[job] = there ? LOOK_CACHED : LOOK_MUST_RUN;
    }
    return 0;
}

/* A store that was never made is an error: nothing has run. */
static int
open_made(struct session *session)
{
    struct fx_error err = FX_ERROR_NONE;
    bool there;
    int status = session_open_existing(session, &there);

    if (status != 0 || there)
        return status;
    fx_fail(&err, FX_FAILED, FX_NOWHERE, "'%.*s' has not run yet: there is no store '%s'",
            STR(session->wf->name), session_show_path(session->arena, session->store_path));
    return session_fail(&err);
}

int
session_named(struct session *session, bool **targets, enum look **look)
{
    uint32_t jobs = plan_count(session->plan);
    bool *wanted = arena_get(session->arena, jobs, sizeof *wanted);
    const char *const *words = session->words.list.at;
    struct fx_error err = FX_ERROR_NONE;
    int status;

    *targets = arena_get(session->arena, jobs, sizeof **targets);
    *look = arena_get(session->arena, jobs, sizeof **look);
    if (plan_find(session->plan, words[0], *targets, &err) < 0 ||
        plan_select(session->plan, words, 1, wanted, &err) < 0)
        return session_fail(&err);
    status = open_made(session);
    if (status == 0 && session_look_up(session, wanted, *look, &err) < 0)
        status = session_fail(&err);
    return status;
}
