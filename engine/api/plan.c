/* fornix/run.h: plans, their jobs, and what the store has of them. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "api/planned.h"
#include "api/written.h"
#include "base/file.h"
#include "report/progress.h"
#include "session/reason.h"

enum { LINE_MOST = 4096, MANIFEST_MOST = 64 << 20 };

struct fx_plan *
fx_plan_new(struct fx_workflow *wf, const struct fx_plan_options *options, struct fx_error *err)
{
    struct fx_plan_options given = { .store = NULL };
    struct session_options loading = { .file = NULL };
    struct fx_plan *plan;

    assert(wf && err);
    if (options)
        given = *options;
    loading.store_folder = given.store;
    loading.home = given.home;
    loading.memory = given.memory;
    loading.cores = given.cores;
    plan = mem_new(1, sizeof *plan);
    session_init(&plan->session);
    if (written_load(wf, &loading, &plan->session) < 0) {
        if (wf->found.list.count)
            *err = wf->found.list.at[0];
        fx_plan_free(plan);
        return NULL;
    }
    plan->look = mem_new(plan_count(plan->session.plan), sizeof *plan->look);
    atomic_init(&plan->cancels, 0);
    return plan;
}

void
fx_plan_free(struct fx_plan *plan)
{
    if (!plan)
        return;
    conduct_free(plan->conduct);
    session_release(&plan->session);
    arena_free(plan->scratch);
    free(plan->look);
    free(plan);
}

const char *
fx_plan_store(const struct fx_plan *plan)
{
    return plan->session.store_path;
}

struct arena *
planned_scratch(struct fx_plan *plan)
{
    arena_free(plan->scratch);
    plan->scratch = arena_new();
    return plan->scratch;
}

int
planned_renew(struct fx_plan *plan, struct fx_error *err)
{
    struct session *session = &plan->session;

    conduct_free(plan->conduct);
    plan->conduct = NULL;
    plan->looked = false;
    if (!session->store)
        return session_open(session, err);
    job_store_free(session->jobs);
    session->jobs = job_store_new(session->plan, session->store);
    return 0;
}

/* --- states ------------------------------------------------------------------------------------ */

const char *
fx_job_state_name(enum fx_job_state state)
{
    static const char *const names[FX_JOB_STATES] = {
        [FX_JOB_UNKNOWN] = "unknown", [FX_JOB_CACHED] = "cached",   [FX_JOB_MUST_RUN] = "must run",
        [FX_JOB_DEPENDS] = "depends", [FX_JOB_WAITING] = "waiting", [FX_JOB_QUEUED] = "queued",
        [FX_JOB_RUNNING] = "running", [FX_JOB_DONE] = "done",       [FX_JOB_FAILED] = "failed",
        [FX_JOB_SKIPPED] = "skipped",
    };

    return (unsigned)state < FX_JOB_STATES ? names[state] : "";
}

enum fx_job_state
planned_state_of(enum job_state state)
{
    static const enum fx_job_state ours[JOB_STATES] = {
        [JOB_WAITING] = FX_JOB_WAITING, [JOB_READY] = FX_JOB_WAITING,
        [JOB_CACHED] = FX_JOB_CACHED,   [JOB_QUEUED] = FX_JOB_QUEUED,
        [JOB_RUNNING] = FX_JOB_RUNNING, [JOB_DONE] = FX_JOB_DONE,
        [JOB_FAILED] = FX_JOB_FAILED,   [JOB_SKIPPED] = FX_JOB_SKIPPED,
    };

    return ours[state];
}

enum fx_job_state
planned_state(const struct fx_plan *plan, job_id job)
{
    static const enum fx_job_state ours[] = {
        [LOOK_NOT] = FX_JOB_UNKNOWN,
        [LOOK_CACHED] = FX_JOB_CACHED,
        [LOOK_MUST_RUN] = FX_JOB_MUST_RUN,
        [LOOK_DEPENDS] = FX_JOB_DEPENDS,
    };

    if (plan->conduct) {
        const struct watch *watch = conduct_watch(plan->conduct);

        return watch_wanted(watch, job) ? planned_state_of(watch_state(watch, job))
                                        : FX_JOB_UNKNOWN;
    }
    return plan->looked ? ours[plan->look[job]] : FX_JOB_UNKNOWN;
}

uint32_t
fx_plan_jobs(const struct fx_plan *plan)
{
    return plan_count(plan->session.plan);
}

void
fx_plan_count(const struct fx_plan *plan, uint32_t count[FX_JOB_STATES])
{
    memset(count, 0, FX_JOB_STATES * sizeof *count);
    for (job_id job = 0; job < plan_count(plan->session.plan); job++)
        count[planned_state(plan, job)]++;
}

/* --- one job ----------------------------------------------------------------------------------- */

/* What the run knows. */
static void
add_facts(struct fx_plan *plan, struct fx_job *job)
{
    const struct job_facts *facts = watch_facts(conduct_watch(plan->conduct), job->number);
    struct progress progress;

    job->reason = facts->reason ? facts->reason : "";
    job->error = facts->error ? facts->error->text : "";
    job->command = facts->attempt.command ? facts->attempt.command : "";
    job->log = facts->attempt.log ? facts->attempt.log : "";
    job->started = facts->started;
    job->ended = facts->ended;
    if (job->state == FX_JOB_RUNNING && progress_read(facts->attempt.progress, &progress) &&
        progress.total > 0)
        job->progress = progress.done / progress.total;
}

/* What the store knows. */
static void
add_stored(struct fx_plan *plan, struct arena *arena, struct fx_job *job)
{
    struct session *session = &plan->session;
    const struct digest *key = job_store_key(session->jobs, job->number);
    struct lookup *lookup = job_store_lookup(session->jobs);
    char hex[DIGEST_HEX];
    struct text line;

    job->expected_s = lookup->expected(lookup, job->number);
    if (!key)
        return;
    digest_hex(*key, hex);
    job->key = arena_cstr(arena, hex);
    if (job_store_record(session->jobs, job->number))
        job->log = path_join(arena, store_folder(session->store, arena, *key), "log");
    if (job->state != FX_JOB_MUST_RUN)
        return;
    text_init(&line, LINE_MOST);
    reason_line(session, job->number, &line);
    job->reason = arena_str(arena, text_view(&line)).at;
    text_release(&line);
}

void
fx_plan_job(struct fx_plan *plan, uint32_t number, struct fx_job *out)
{
    struct arena *arena = planned_scratch(plan);
    const struct job *job;

    assert(number < plan_count(plan->session.plan));
    job = plan_job(plan->session.plan, number);
    *out = (struct fx_job){
        .number = number,
        .state = planned_state(plan, number),
        .label = arena_str(arena, job->label).at,
        .stage = arena_str(arena, plan_stage(plan->session.plan, number)->name).at,
        .point = arena_str(arena, job->point).at,
        .key = "", .reason = "", .error = "", .command = "", .log = "",
        .expected_s = -1, .progress = -1,
        .ranks = job->resources.ranks, .threads = job->resources.threads,
        .memory = job->resources.memory,
    };
    if (plan->conduct)
        add_facts(plan, out);
    if (plan->session.jobs)
        add_stored(plan, arena, out);
    else if (out->state == FX_JOB_MUST_RUN)
        out->reason = "never ran before";
}

const uint32_t *
fx_plan_find(struct fx_plan *plan, const char *target, uint32_t *count, struct fx_error *err)
{
    uint32_t jobs = plan_count(plan->session.plan), *numbers;
    struct arena *arena = planned_scratch(plan);
    bool *found = arena_get(arena, jobs, sizeof *found);

    assert(target);
    if (plan_find(plan->session.plan, target, found, err) < 0)
        return NULL;
    numbers = arena_get(arena, jobs, sizeof *numbers);
    *count = 0;
    for (job_id job = 0; job < jobs; job++)
        if (found[job])
            numbers[(*count)++] = job;
    return numbers;
}

/* --- looking ----------------------------------------------------------------------------------- */

/* Without a store nothing is cached. */
static void
look_at_nothing(struct fx_plan *plan, const bool *wanted)
{
    for (job_id job = 0; job < plan_count(plan->session.plan); job++) {
        uint32_t needs;

        plan_needs(plan->session.plan, job, &needs);
        plan->look[job] = !wanted[job] ? LOOK_NOT : needs ? LOOK_DEPENDS : LOOK_MUST_RUN;
    }
}

int
fx_plan_look(struct fx_plan *plan, const char *const *targets, size_t count, struct fx_error *err)
{
    struct session *session = &plan->session;
    bool *wanted = arena_get(planned_scratch(plan), plan_count(session->plan), sizeof *wanted);

    if (plan_select(session->plan, targets, (uint32_t)count, wanted, err) < 0)
        return -1;
    if (!session->store && !file_is_folder(session->store_path)) {
        look_at_nothing(plan, wanted);
    } else if (planned_renew(plan, err) < 0 ||
               session_look_up(session, wanted, plan->look, err) < 0) {
        return -1;
    }
    plan->looked = true;
    return 0;
}

const char *
fx_plan_manifest(struct fx_plan *plan, uint32_t number, struct fx_error *err)
{
    struct arena *arena = planned_scratch(plan);
    const char *kept = NULL;
    struct text text;

    assert(number < plan_count(plan->session.plan));
    if (!plan->session.jobs) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "nothing was looked up yet, or there is no store");
        return NULL;
    }
    text_init(&text, MANIFEST_MOST);
    if (job_store_manifest(plan->session.jobs, number, &text, err) == 0)
        kept = arena_str(arena, text_view(&text)).at;
    text_release(&text);
    return kept;
}

static void
add_change(void *context, const struct change *change)
{
    struct text *out = context;
    static const char prefix[] = "parameters.";
    struct str field = change->field;

    if (str_starts(field, prefix))
        field = str_slice(field, sizeof prefix - 1, field.len);
    text_printf(out, "%.*s: %.*s -> %.*s\n", STR(field), STR(change->before), STR(change->after));
}

const char *
fx_plan_why(struct fx_plan *plan, uint32_t number, struct fx_error *err)
{
    struct session *session = &plan->session;
    struct arena *arena = planned_scratch(plan);
    const char *lines = NULL;
    struct reason reason;
    struct text out;

    assert(number < plan_count(session->plan));
    if (session->jobs && job_store_record(session->jobs, number))
        return "";
    if (!session->jobs || !job_store_key(session->jobs, number)) {
        if (planned_state(plan, number) == FX_JOB_MUST_RUN)
            return "never ran before\n";
        fx_fail(err, FX_INVALID, FX_NOWHERE, "'%.*s' was not looked up yet, or depends on other jobs",
                STR(plan_job(session->plan, number)->label));
        return NULL;
    }
    text_init(&out, MANIFEST_MOST);
    if (reason_find(session, number, &reason, err) == 0) {
        text_add(&out, reason.kind == REASON_NEVER  ? "never ran before\n"
                       : reason.kind == REASON_LOST ? "its outputs were altered or removed\n"
                                                    : "");
        if (reason.kind == REASON_CHANGED)
            key_compare(text_view(&reason.before), text_view(&reason.after), add_change, &out);
        lines = arena_str(arena, text_view(&out)).at;
    }
    reason_release(&reason);
    text_release(&out);
    return lines;
}
