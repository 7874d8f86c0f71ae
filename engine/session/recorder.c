#include "session/recorder.h"

#include <stddef.h>

#include "base/fault.h"
#include "base/file.h"

static struct recorder *
recorder_of(struct listener *listener)
{
    return (struct recorder *)(void *)((char *)listener - offsetof(struct recorder, listener));
}

static bool
has_outputs(enum job_state state)
{
    return state == JOB_CACHED || state == JOB_DONE;
}

/* Keeps the first failure. */
static void
note(struct recorder *r, int status, const struct fx_error *err)
{
    if (status < 0 && r->error.code == FX_OK)
        r->error = *err;
}

/* --- links ------------------------------------------------------------------------------------- */

static void
link_job(struct recorder *r, job_id job)
{
    const struct job *what = plan_job(r->session->plan, job);
    struct arena *arena = arena_new();

    for (uint32_t i = 0; i < what->output_count; i++) {
        struct fx_error err = FX_ERROR_NONE;
        const char *target = job_store_output(r->session->jobs, arena, job, i);

        note(r, run_folder_link(r->folder, job, what->outputs[i].file, target, &err), &err);
    }
    arena_free(arena);
}

/* What the jobs of this run would show. */
static struct run_links
links_of(const struct recorder *r)
{
    const struct plan *plan = r->session->plan;
    struct run_links links = { 0, { 0, 0 } };

    for (job_id job = 0; job < plan_count(plan); job++) {
        const struct job *what = plan_job(plan, job);

        if (!watch_wanted(r->watch, job) || !has_outputs(watch_state(r->watch, job)))
            continue;
        for (uint32_t i = 0; i < what->output_count; i++)
            run_links_add(&links, plan, job, what->outputs[i].file,
                          *job_store_key(r->session->jobs, job));
    }
    return links;
}

/* Whether the latest run shows what a part of the plan found: each link is looked at. */
static bool
latest_has(const struct recorder *r)
{
    const struct plan *plan = r->session->plan;
    bool same = true;

    for (job_id job = 0; same && job < plan_count(plan); job++) {
        const struct job *what = plan_job(plan, job);
        struct arena *arena;

        if (!watch_wanted(r->watch, job) || !has_outputs(watch_state(r->watch, job)))
            continue;
        arena = arena_new();
        for (uint32_t i = 0; same && i < what->output_count; i++)
            same = run_folder_shows(r->folder, job, what->outputs[i].file,
                                    job_store_output(r->session->jobs, arena, job, i));
        arena_free(arena);
    }
    return same;
}

/*
 * Whether the latest run shows exactly what this one found. For a whole run the sum of its links
 * tells; a look at each would cost as much as a look at each output.
 */
static bool
latest_is_ours(const struct recorder *r)
{
    struct run_links ours, theirs;

    if (!r->whole)
        return latest_has(r);
    ours = links_of(r);
    return run_folder_latest_links(r->folder, &theirs) && ours.count == theirs.count
        && digest_equal(ours.sum, theirs.sum);
}

/* --- run.json ---------------------------------------------------------------------------------- */

static bool
key_of(void *context, job_id job, char hex[DIGEST_HEX])
{
    const struct recorder *r = context;
    const struct digest *key = job_store_key(r->session->jobs, job);

    if (key)
        digest_hex(*key, hex);
    return key != NULL;
}

static void
log_of(void *context, job_id job, struct text *path)
{
    const struct recorder *r = context;
    const struct job_facts *facts = watch_facts(r->watch, job);
    const struct digest *key = job_store_key(r->session->jobs, job);
    struct arena *arena;

    if (facts->attempt.log) {
        text_add(path, facts->attempt.log);
    } else if (key && has_outputs(watch_state(r->watch, job))) {
        arena = arena_new();
        text_add(path, path_join(arena, store_folder(r->session->store, arena, *key), "log"));
        arena_free(arena);
    }
}

void
recorder_json(const struct recorder *r, const char *state, struct text *out)
{
    const char *id = run_folder_id(r->folder);
    struct run_facts facts = {
        .id = id ? id : "",
        .state = state,
        .store = r->session->store_path,
        .arguments = r->arguments,
        .cores = r->session->cores,
        .ended = state ? watch_now(r->watch) : 0,
    };

    if (!state)
        facts.state = "running";
    run_json_write(r->watch, &facts, &r->paths, out);
}

static void
write_json(struct recorder *r, const char *state)
{
    struct fx_error err = FX_ERROR_NONE;
    struct text text;

    text_init(&text, SIZE_MAX / 2);
    recorder_json(r, state, &text);
    note(r, file_replace(path_join(r->session->arena, run_folder_path(r->folder), "run.json"),
                         text_view(&text), false, &err), &err);
    text_release(&text);
}

/* --- the folder -------------------------------------------------------------------------------- */

/* Makes the folder, with all that is known so far. */
static void
begin(struct recorder *r)
{
    struct fx_error err = FX_ERROR_NONE;
    const char *log;

    if (run_folder_make(r->folder, watch_begun(r->watch), &err) < 0) {
        note(r, -1, &err);
        return;
    }
    log = path_join(r->session->arena, run_folder_path(r->folder), "events.log");
    r->events = events_open(log, r->watch, &err);
    note(r, r->events ? 0 : -1, &err);
    write_json(r, NULL);
    for (job_id job = 0; job < plan_count(r->session->plan); job++)
        if (watch_wanted(r->watch, job) && has_outputs(watch_state(r->watch, job)))
            link_job(r, job);
}

static void
changed(struct listener *listener, const struct watch *watch, job_id job, enum job_state from,
        enum job_state to)
{
    struct recorder *r = recorder_of(listener);

    if (run_folder_path(r->folder)) {
        if (r->events)
            events_listener(r->events)->changed(events_listener(r->events), watch, job, from, to);
        if (has_outputs(to))
            link_job(r, job);
    } else if ((to == JOB_QUEUED || to == JOB_FAILED) && r->error.code == FX_OK) {
        begin(r);
    }
    /* Before there is a folder, there is nothing of a change that a kill could lose. */
    if (run_folder_path(r->folder))
        fault_point("job.state");
}

void
recorder_init(struct recorder *r, struct session *session, const struct watch *watch,
              const char *const *arguments)
{
    *r = (struct recorder){
        .listener = { changed },
        .session = session,
        .watch = watch,
        .arguments = arguments,
        .whole = watch_jobs(watch) == plan_count(session->plan),
        .folder = run_folder_new(session->store_path, session->plan),
        .error = FX_ERROR_NONE,
    };
    r->paths = (struct run_paths){ r, key_of, log_of };
}

int
recorder_end(struct recorder *r, const char *state, struct fx_error *err)
{
    struct fx_error failed = FX_ERROR_NONE;
    struct run_links links;

    if (!run_folder_path(r->folder) && r->error.code == FX_OK && !latest_is_ours(r))
        begin(r);
    if (run_folder_path(r->folder)) {
        write_json(r, state);
        links = links_of(r);
        note(r, run_folder_close(r->folder, &links, &failed), &failed);
    }
    note(r, events_close(r->events, &failed), &failed);
    r->events = NULL;
    if (r->error.code == FX_OK)
        return 0;
    *err = r->error;
    return fx_error_in(err, "the folder of this run is not complete");
}

void
recorder_release(struct recorder *r)
{
    struct fx_error ignored = FX_ERROR_NONE;

    events_close(r->events, &ignored);
    run_folder_free(r->folder);
}
