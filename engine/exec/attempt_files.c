/* The files of an attempt: from an empty staging folder to a start, and from a failure to its log. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "exec/attempt.h"
#include "exec/job_store_parts.h"
#include "exec/launcher.h"
#include "plan/job_json.h"

enum { TAIL_LINES = 10, JOB_MOST = 256 << 20, ENVIRONMENT_MOST = 1 << 20 };

static double
seconds_since_1970(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

struct path_context {
    struct job_store *js;
    struct arena *arena;
};

static const char *
input_path(void *context, const struct node *input, struct fx_error *err)
{
    const struct path_context *c = context;
    const char *path;

    if (input->kind == NODE_FILE)
        return arena_str(c->arena, input->text).at;
    path = job_store_output(c->js, c->arena, input->job, input->output);
    if (!path)
        fx_fail(err, FX_INVALID, FX_NOWHERE, "an input has no file");
    return path;
}

static int
write_job_file(struct attempt *a, struct job_store *js, struct fx_error *err)
{
    struct path_context context = { js, a->arena };
    struct job_paths paths = { input_path, &context, a->staging.scratch, a->staging.progress };
    struct text json;
    int result;

    text_init(&json, JOB_MOST);
    result = job_json(job_store_plan(js), a->job, &paths, &json, err);
    if (result == 0)
        result = file_replace(a->staging.job_file, text_view(&json), false, err);
    text_release(&json);
    return result;
}

/* Folders that outputs with a path of several parts lie in. */
static int
make_output_folders(struct attempt *a, const struct job *job, struct fx_error *err)
{
    for (uint32_t i = 0; i < job->output_count; i++) {
        struct str file = job->outputs[i].file;
        const char *path;

        if (!record_path_allowed(file))
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "the output '%.*s' ('%.*s') is not a path below the job's folder",
                           STR(job->outputs[i].name), STR(file));
        if (!memchr(file.at, '/', file.len))
            continue;
        path = path_join(a->arena, a->staging.out, arena_str(a->arena, file).at);
        if (file_make_folders(path_folder(a->arena, path), err) != 0)
            return -1;
    }
    return 0;
}

int
attempt_launch(struct attempt *a, struct job_store *js, struct keeper *keeper, struct fx_error *err)
{
    const struct plan *plan = job_store_plan(js);

    a->js = js;
    job_store_begin_surroundings(js);
    if (store_stage(job_store_store(js), a->arena, a->key, &a->staging, err) != 0)
        return -1;
    a->staged = true;
    if (make_output_folders(a, plan_job(plan, a->job), err) != 0
        || write_job_file(a, js, err) != 0
        || launcher_prepare(a->arena, plan_task(plan, a->job), &plan_job(plan, a->job)->resources,
                            &a->staging, &a->launch, err) != 0)
        return -1;
    a->report.command = launcher_command(a->arena, &a->launch, a->staging.job_file);
    a->report.log = a->staging.log;
    a->report.progress = a->staging.progress;
    a->report.tail = "";
    a->report.started = seconds_since_1970();
    if (keeper_start(keeper, a->job, &a->launch, err) != 0)
        return -1;
    attempt_become(a, ATTEMPT_STARTING);
    return 0;
}

void
attempt_discard(struct attempt *a, struct store *store)
{
    struct fx_error ignored = FX_ERROR_NONE;
    const char *log = NULL;

    if (!a->staged)
        return;
    a->staged = false;
    store_discard(store, a->arena, &a->staging, a->key, &log, &ignored);
    a->report.log = log;
    a->report.progress = NULL;
    a->report.tail = log ? attempt_tail(a->arena, log, TAIL_LINES) : "";
    if (a->launch.argv)
        a->report.command = launcher_command(a->arena, &a->launch, log
            ? path_join(a->arena, path_folder(a->arena, log), "job.json") : a->staging.job_file);
}

void
attempt_fill_record(struct attempt *a, const struct plan *plan)
{
    const struct job *job = plan_job(plan, a->job);
    struct record *r = &a->record;
    struct text environment;
    char host[256] = "";

    gethostname(host, sizeof host - 1);
    r->task = plan_task(plan, a->job)->name;
    r->task_version = plan_task(plan, a->job)->version;
    r->workflow = plan_workflow(plan)->name;
    r->stage = plan_stage(plan, a->job)->name;
    r->point = job->point;
    r->host = arena_str(a->arena, str_of(host));
    r->started = a->report.started;
    r->seconds = a->report.seconds;
    r->cpu_seconds = a->report.cpu_seconds;
    r->max_rss = a->report.max_rss;
    r->exit_status = 0;
    text_init(&environment, ENVIRONMENT_MOST);
    job_store_surroundings(a->js, a->job, a->staging.progress, &environment);
    r->environment = environment.full ? str_of("") : arena_str(a->arena, text_view(&environment));
    text_release(&environment);
    r->output_count = job->output_count;
    r->outputs = arena_get(a->arena, job->output_count, sizeof *r->outputs);
    for (uint32_t i = 0; i < job->output_count; i++) {
        r->outputs[i].name = job->outputs[i].name;
        r->outputs[i].path = job->outputs[i].file;
    }
}
