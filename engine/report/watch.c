#include "report/watch.h"

#include <assert.h>
#include <stddef.h>

#include "base/vec.h"

struct watch {
    struct observer observer;
    const struct plan *plan;
    const bool *wanted;
    struct watch_source *source;
    struct arena *arena;            /* reasons and failures */
    struct text scratch;
    VEC(struct listener *) listeners;
    unsigned char *state;           /* enum job_state of each job */
    struct job_facts *facts;        /* of each job */
    uint32_t count[JOB_STATES];
    uint32_t jobs;
    double begun;
};

enum { REASON_MOST = 1000 };

static struct watch *
watch_of(struct observer *observer)
{
    return (struct watch *)(void *)((char *)observer - offsetof(struct watch, observer));
}

static void
ask_attempt(struct watch *watch, job_id job)
{
    struct attempt attempt = { NULL, NULL, NULL, NULL }, *kept = &watch->facts[job].attempt;

    watch->source->attempt(watch->source, job, &attempt);
    kept->command = attempt.command ? arena_cstr(watch->arena, attempt.command) : NULL;
    kept->tail = attempt.tail ? arena_cstr(watch->arena, attempt.tail) : NULL;
    kept->log = attempt.log ? arena_cstr(watch->arena, attempt.log) : NULL;
    kept->progress = attempt.progress ? arena_cstr(watch->arena, attempt.progress) : NULL;
}

static void
job_failed(struct observer *observer, job_id job, const struct fx_error *why)
{
    struct watch *watch = watch_of(observer);
    struct fx_error *error = arena_get(watch->arena, 1, sizeof *error);

    *error = *why;
    watch->facts[job].error = error;
    ask_attempt(watch, job);
}

static void
job_changed(struct observer *observer, job_id job, enum job_state from, enum job_state to)
{
    struct watch *watch = watch_of(observer);
    struct job_facts *facts = &watch->facts[job];

    assert(watch->state[job] == from);
    watch->state[job] = (unsigned char)to;
    watch->count[from]--;
    watch->count[to]++;
    if (to == JOB_QUEUED) {
        text_clear(&watch->scratch);
        watch->source->reason(watch->source, job, &watch->scratch);
        facts->reason = arena_str(watch->arena, text_view(&watch->scratch)).at;
    } else if (to == JOB_RUNNING) {
        facts->started = watch_now(watch);
        facts->started_here = true;
        ask_attempt(watch, job);
    } else if (to > JOB_RUNNING || to == JOB_CACHED) {
        facts->ended = watch_now(watch);
        if (to != JOB_FAILED)
            facts->attempt = (struct attempt){ NULL, NULL, NULL, NULL };
    }
    for (size_t i = 0; i < watch->listeners.count; i++)
        watch->listeners.at[i]->changed(watch->listeners.at[i], watch, job, from, to);
}

struct watch *
watch_new(const struct plan *plan, const bool *wanted, struct watch_source *source)
{
    struct watch *watch = mem_new(1, sizeof *watch);
    uint32_t count = plan_count(plan);

    watch->observer = (struct observer){ job_changed, job_failed };
    watch->plan = plan;
    watch->wanted = wanted;
    watch->source = source;
    watch->arena = arena_new();
    text_init(&watch->scratch, REASON_MOST);
    watch->state = mem_new(count, sizeof *watch->state);
    watch->facts = mem_new(count, sizeof *watch->facts);
    for (job_id job = 0; job < count; job++) {
        watch->state[job] = watch_wanted(watch, job) ? JOB_WAITING : JOB_SKIPPED;
        watch->jobs += watch_wanted(watch, job);
    }
    watch->count[JOB_WAITING] = watch->jobs;
    watch->begun = watch_now(watch);
    return watch;
}

void
watch_free(struct watch *watch)
{
    if (!watch)
        return;
    vec_release(&watch->listeners);
    text_release(&watch->scratch);
    arena_free(watch->arena);
    free(watch->state);
    free(watch->facts);
    free(watch);
}

struct observer *
watch_observer(struct watch *watch)
{
    return &watch->observer;
}

void
watch_listen(struct watch *watch, struct listener *listener)
{
    vec_push(&watch->listeners, listener);
}

const struct plan *
watch_plan(const struct watch *watch)
{
    return watch->plan;
}

const struct job_facts *
watch_facts(const struct watch *watch, job_id job)
{
    return &watch->facts[job];
}

enum job_state
watch_state(const struct watch *watch, job_id job)
{
    return watch->state[job];
}

bool
watch_wanted(const struct watch *watch, job_id job)
{
    return !watch->wanted || watch->wanted[job];
}

uint32_t
watch_count(const struct watch *watch, enum job_state state)
{
    return watch->count[state];
}

uint32_t
watch_jobs(const struct watch *watch)
{
    return watch->jobs;
}

double
watch_now(const struct watch *watch)
{
    return watch->source->now(watch->source);
}

double
watch_begun(const struct watch *watch)
{
    return watch->begun;
}

double
watch_left(const struct watch *watch, uint32_t cores, bool *complete)
{
    double work = 0, longest = 0, now = watch_now(watch);
    uint32_t count = plan_count(watch->plan);

    *complete = true;
    for (job_id job = 0; job < count; job++) {
        enum job_state state = watch->state[job];
        const struct resources *asked = &plan_job(watch->plan, job)->resources;
        double seconds;

        if (!watch_wanted(watch, job) || state == JOB_CACHED || state > JOB_RUNNING)
            continue;
        seconds = watch->source->expected(watch->source, job);
        if (seconds < 0) {
            *complete = false;
            continue;
        }
        if (state == JOB_RUNNING)
            seconds -= now - watch->facts[job].started;
        if (seconds <= 0)
            continue;
        work += seconds * asked->ranks * asked->threads;
        longest = seconds > longest ? seconds : longest;
    }
    work /= cores;
    return work > longest ? work : longest;
}
