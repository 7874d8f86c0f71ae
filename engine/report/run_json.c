#include "report/run_json.h"

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "base/map.h"
#include "report/events.h"
#include "report/words.h"

enum { FORMAT = 1, FILE_MOST = 1 << 30 };

/* --- writing ----------------------------------------------------------------------------------- */

static void
add_str(struct text *out, const char *name, struct str value)
{
    text_printf(out, "\"%s\": ", name);
    text_add_quoted(out, value);
}

static void
add_job(struct text *out, const struct watch *watch, job_id id, const struct run_facts *facts,
        const struct run_paths *paths, struct text *log)
{
    const struct job *job = plan_job(watch_plan(watch), id);
    const struct job_facts *what = watch_facts(watch, id);
    size_t store = strlen(facts->store);
    char hex[DIGEST_HEX];

    text_add(out, "{");
    add_str(out, "job", job->label);
    text_add(out, ", ");
    add_str(out, "stage", plan_stage(watch_plan(watch), id)->name);
    text_add(out, ", ");
    add_str(out, "point", job->point);
    text_add(out, ", ");
    add_str(out, "state", str_of(job_state_name(watch_state(watch, id))));
    if (paths->key(paths->context, id, hex)) {
        text_add(out, ", ");
        add_str(out, "key", str_of(hex));
    }
    if (what->reason) {
        text_add(out, ", ");
        add_str(out, "reason", str_of(what->reason));
    }
    if (what->started_here && what->ended > 0)
        text_printf(out, ", \"seconds\": %.3f", what->ended - what->started);
    if (what->error) {
        text_add(out, ", ");
        add_str(out, "error", str_of(what->error->text));
    }
    text_clear(log);
    paths->log(paths->context, id, log);
    if (log->len > store + 1 && !memcmp(log->at, facts->store, store) && log->at[store] == '/') {
        text_add(out, ", ");
        add_str(out, "log", str_slice(text_view(log), store + 1, log->len));
    }
    text_add(out, "}");
}

void
run_json_write(const struct watch *watch, const struct run_facts *facts,
               const struct run_paths *paths, struct text *out)
{
    const struct workflow *wf = plan_workflow(watch_plan(watch));
    struct text scratch;
    bool first = true;

    text_init(&scratch, 1 << 16);
    text_printf(out, "{\"fornix\": %d, ", FORMAT);
    add_str(out, "run", str_of(facts->id));
    text_add(out, ",\n ");
    add_str(out, "workflow", wf->name);
    text_add(out, ", ");
    add_str(out, "file", str_of(wf->path));
    text_add(out, ",\n \"arguments\": [");
    for (uint32_t i = 0; facts->arguments[i]; i++) {
        text_add(out, i ? ", " : "");
        text_add_quoted(out, str_of(facts->arguments[i]));
    }
    text_add(out, "],\n ");
    add_str(out, "state", str_of(facts->state));
    words_time_utc(&scratch, watch_begun(watch));
    text_add(out, ", ");
    add_str(out, "started", text_view(&scratch));
    if (facts->ended > 0) {
        text_clear(&scratch);
        words_time_utc(&scratch, facts->ended);
        text_add(out, ", ");
        add_str(out, "ended", text_view(&scratch));
        text_printf(out, ", \"seconds\": %.3f", facts->ended - watch_begun(watch));
    }
    text_printf(out, ", \"cores\": %u,\n \"jobs\": [", facts->cores);
    for (job_id job = 0; job < plan_count(watch_plan(watch)); job++)
        if (watch_wanted(watch, job)) {
            text_add(out, first ? "\n  " : ",\n  ");
            add_job(out, watch, job, facts, paths, &scratch);
            first = false;
        }
    text_add(out, "]}\n");
    text_release(&scratch);
}

/* --- reading ----------------------------------------------------------------------------------- */

/* A copy of a string member in the arena; NULL when there is none. */
static const char *
get(struct arena *arena, const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));

    return value ? arena_cstr(arena, value) : NULL;
}

static double
get_seconds(const json_t *object, double otherwise)
{
    const json_t *value = json_object_get(object, "seconds");

    return json_is_number(value) ? json_number_value(value) : otherwise;
}

static int
read_job(struct arena *arena, const char *store, const json_t *object, struct run_job *job)
{
    *job = (struct run_job){
        .label = get(arena, object, "job"),
        .stage = get(arena, object, "stage"),
        .point = get(arena, object, "point"),
        .state = get(arena, object, "state"),
        .key = get(arena, object, "key"),
        .reason = get(arena, object, "reason"),
        .error = get(arena, object, "error"),
        .log = get(arena, object, "log"),
        .seconds = get_seconds(object, -1),
    };
    if (job->log)
        job->log = path_join(arena, store, job->log);
    return job->label && job->stage && job->point && job->state ? 0 : -1;
}

static int
read_run(struct arena *arena, const char *store, const json_t *root, struct run_record *run)
{
    const json_t *jobs = json_object_get(root, "jobs");

    if (json_integer_value(json_object_get(root, "fornix")) != FORMAT || !json_is_array(jobs))
        return -1;
    *run = (struct run_record){
        .id = get(arena, root, "run"),
        .workflow = get(arena, root, "workflow"),
        .file = get(arena, root, "file"),
        .state = get(arena, root, "state"),
        .started = get(arena, root, "started"),
        .seconds = get_seconds(root, -1),
        .job_count = (uint32_t)json_array_size(jobs),
    };
    if (!run->id || !run->workflow || !run->file || !run->state || !run->started)
        return -1;
    run->jobs = arena_get(arena, run->job_count, sizeof *run->jobs);
    for (uint32_t i = 0; i < run->job_count; i++)
        if (read_job(arena, store, json_array_get(jobs, i), &run->jobs[i]) < 0)
            return -1;
    return 0;
}

/* What one line of events.log tells of a job. A torn last line is no event. */
static void
apply_event(struct arena *arena, const struct map *names, struct run_record *run, const char *line,
            size_t len)
{
    json_t *event = json_loadb(line, len, 0, NULL);
    const char *label = json_string_value(json_object_get(event, "job"));
    uint32_t at = label ? map_get(names, str_of(label)) : MAP_NONE;

    if (at != MAP_NONE && json_is_string(json_object_get(event, "state"))) {
        struct run_job *job = &run->jobs[at];
        const char *value;

        job->state = get(arena, event, "state");
        job->seconds = get_seconds(event, job->seconds);
        if ((value = get(arena, event, "reason")))
            job->reason = value;
        if ((value = get(arena, event, "error")))
            job->error = value;
        if ((value = get(arena, event, "log")))
            job->log = value;
    }
    json_decref(event);
}

static void
apply_events(struct arena *arena, const char *path, struct run_record *run)
{
    struct fx_error ignored = FX_ERROR_NONE;
    struct map names;
    struct text text;

    map_init(&names);
    for (uint32_t i = 0; i < run->job_count; i++)
        map_add(&names, str_of(run->jobs[i].label), i);
    text_init(&text, FILE_MOST);
    if (file_read(path, &text, &ignored) == 0)
        for (size_t at = 0; at < text.len;) {
            const char *end = memchr(text.at + at, '\n', text.len - at);
            size_t len = end ? (size_t)(end - text.at) - at : text.len - at;

            apply_event(arena, &names, run, text.at + at, len);
            at += len + 1;
        }
    text_release(&text);
    map_release(&names);
}

/* The engine of this run was killed: what ran then runs no more, what waited will not start. */
static void
end_early(struct run_record *run)
{
    run->state = "ended early";
    for (uint32_t i = 0; i < run->job_count; i++) {
        struct run_job *job = &run->jobs[i];

        if (!strcmp(job->state, "running"))
            job->state = "stopped";
        else if (!strcmp(job->state, "waiting") || !strcmp(job->state, "ready") ||
                 !strcmp(job->state, "queued"))
            job->state = "not started";
    }
}

int
run_json_read(struct arena *arena, const char *store, const char *folder, struct run_record *run,
              struct fx_error *err)
{
    const char *path = path_join(arena, folder, "run.json");
    const char *events = path_join(arena, folder, "events.log");
    struct text text;
    json_t *root = NULL;
    int status = -1;

    text_init(&text, FILE_MOST);
    if (!file_exists(path)) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "there is no run in '%s'", folder);
        goto out;
    }
    if (file_read(path, &text, err) < 0)
        goto out;
    root = json_loadb(text.at ? text.at : "", text.len, 0, NULL);
    if (!root || read_run(arena, store, root, run) < 0) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is no description of a run", path);
        goto out;
    }
    if (!strcmp(run->state, "running")) {
        apply_events(arena, events, run);
        if (!events_are_going_on(events))
            end_early(run);
    }
    status = 0;
out:
    json_decref(root);
    text_release(&text);
    return status;
}
