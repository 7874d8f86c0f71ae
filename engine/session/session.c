#include "session/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "session/config.h"
#include "session/home.h"

/* --- where things are -------------------------------------------------------------------------- */

const char *
session_task_folder(struct arena *arena, struct fx_error *err)
{
    struct home home;

    return home_find(arena, NULL, &home, err) == 0 ? home.tasks : NULL;
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

static const char *
find_store(const struct session *session, const char *given)
{
    const char *environment = getenv("FORNIX_STORE");

    if (given)
        return path_absolute(session->arena, given);
    if (environment && *environment)
        return path_absolute(session->arena, environment);
    return path_join(session->arena, session->wf->folder, ".fornix");
}

/* --- life -------------------------------------------------------------------------------------- */

void
session_init(struct session *session)
{
    *session = (struct session){ .arena = arena_new() };
}

void
session_release(struct session *session)
{
    job_store_free(session->jobs);
    store_close(session->store);
    plan_free(session->plan);
    workflow_free(session->wf);
    arena_free(session->arena);
}

int
session_load(struct session *session, const struct session_options *options,
             struct problems *problems)
{
    struct workflow_options loading = {
        .set = options->set,
        .set_count = options->set_count,
        .profiles = options->profiles,
        .profile_count = options->profile_count,
        .task_folder_count = 1,
        .written = options->written,
    };
    struct fx_error err = FX_ERROR_NONE;
    struct home home;
    struct config config;

    if (home_find(session->arena, options->home, &home, &err) < 0) {
        problems_add(problems, &err);
        return -1;
    }
    loading.task_folders = &home.tasks;
    session->keeper = options->own_keeper ? home.keeper : NULL;
    session->file = options->file;
    session->wf = workflow_load(session->file, &loading, problems);
    if (session->wf)
        session->plan = plan_new(session->wf, problems);
    if (session->plan &&
        plan_restrict(session->plan, options->axes, options->axis_count, &err) < 0) {
        problems_add(problems, &err);
        return -1;
    }
    if (!session->plan ||
        config_read(session->arena, session->wf->config, options->memory, &config, problems) < 0)
        return -1;
    session->file = session->wf->path;
    session->cores = options->cores ? options->cores : config.cores;
    session->memory = config.memory;
    session->store_path = find_store(session, options->store_folder);
    return 0;
}

int
session_open(struct session *session, struct fx_error *err)
{
    session->store = store_open(session->store_path, err);
    if (!session->store)
        return -1;
    session->jobs = job_store_new(session->plan, session->store);
    return 0;
}

int
session_open_existing(struct session *session, bool *there, struct fx_error *err)
{
    *there = file_is_folder(session->store_path);
    return *there ? session_open(session, err) : 0;
}

int
session_open_made(struct session *session, struct fx_error *err)
{
    bool there;

    if (session_open_existing(session, &there, err) < 0)
        return -1;
    return there ? 0
                 : fx_fail(err, FX_FAILED, FX_NOWHERE,
                           "'%.*s' has not run yet: there is no store '%s'",
                           STR(session->wf->name),
                           session_show_path(session->arena, session->store_path));
}

/* --- looking up -------------------------------------------------------------------------------- */

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

int
session_named(struct session *session, const char *target, bool **targets, enum look **look,
              struct fx_error *err)
{
    uint32_t jobs = plan_count(session->plan);
    bool *wanted = arena_get(session->arena, jobs, sizeof *wanted);

    *targets = arena_get(session->arena, jobs, sizeof **targets);
    *look = arena_get(session->arena, jobs, sizeof **look);
    if (plan_find(session->plan, target, *targets, err) < 0 ||
        plan_select(session->plan, &target, 1, wanted, err) < 0 ||
        session_open_made(session, err) < 0)
        return -1;
    return session_look_up(session, wanted, *look, err);
}
