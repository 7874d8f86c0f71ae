#include "report/forecast.h"

#include <stddef.h>

#include "base/vec.h"

/* A job that runs in the forecast, until `end`. */
struct running {
    double end;
    job_id job;
};

struct forecaster {
    struct lookup lookup;
    struct executor executor;
    struct observer observer;
    const struct forecast_job *jobs;
    double now;
    uint64_t memory;                /* of what runs now */
    VEC(struct running) heap;       /* the next to end first */
    struct forecast *forecast;
};

#define OF(pointer, member) \
    ((struct forecaster *)(void *)((char *)(pointer) - offsetof(struct forecaster, member)))

static bool
earlier(const struct running *a, const struct running *b)
{
    return a->end < b->end || (!(b->end < a->end) && a->job < b->job);
}

static void
exchange(struct running *a, struct running *b)
{
    struct running kept = *a;

    *a = *b;
    *b = kept;
}

static void
push(struct forecaster *f, struct running running)
{
    size_t at = f->heap.count;

    vec_push(&f->heap, running);
    for (; at && earlier(&f->heap.at[at], &f->heap.at[(at - 1) / 2]); at = (at - 1) / 2)
        exchange(&f->heap.at[at], &f->heap.at[(at - 1) / 2]);
}

static struct running
pop(struct forecaster *f)
{
    struct running first = f->heap.at[0];
    size_t at = 0;

    f->heap.at[0] = f->heap.at[--f->heap.count];
    for (;;) {
        size_t least = at;

        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < f->heap.count; child++)
            if (earlier(&f->heap.at[child], &f->heap.at[least]))
                least = child;
        if (least == at)
            return first;
        exchange(&f->heap.at[at], &f->heap.at[least]);
        at = least;
    }
}

/* --- what the scheduler asks ------------------------------------------------------------------- */

static int
find(struct lookup *lookup, job_id job, struct fx_error *err)
{
    (void)err;
    return !OF(lookup, lookup)->jobs[job].runs;
}

static double
expected(struct lookup *lookup, job_id job)
{
    return OF(lookup, lookup)->jobs[job].seconds;
}

static int
start(struct executor *executor, job_id job, struct fx_error *err)
{
    struct forecaster *f = OF(executor, executor);
    const struct forecast_job *what = &f->jobs[job];

    (void)err;
    f->forecast->jobs++;
    f->forecast->unknown_seconds += what->seconds < 0;
    f->forecast->unknown_memory += what->memory == 0;
    f->forecast->work += what->seconds > 0 ? what->seconds : 0;
    f->memory += what->memory;
    if (f->memory > f->forecast->memory)
        f->forecast->memory = f->memory;
    push(f, (struct running){ f->now + (what->seconds > 0 ? what->seconds : 0), job });
    return 0;
}

static void
stop(struct executor *executor, job_id job)
{
    (void)executor;
    (void)job;
}

static void
job_changed(struct observer *observer, job_id job, enum job_state from, enum job_state to)
{
    (void)observer;
    (void)job;
    (void)from;
    (void)to;
}

static void
job_failed(struct observer *observer, job_id job, const struct fx_error *why)
{
    (void)observer;
    (void)job;
    (void)why;
}

int
forecast_make(const struct plan *plan, const bool *wanted, const struct scheduler_limits *limits,
              const struct forecast_job *jobs, struct forecast *forecast, struct fx_error *err)
{
    struct forecaster f = {
        .lookup = { find, expected },
        .executor = { start, stop },
        .observer = { job_changed, job_failed },
        .jobs = jobs,
        .forecast = forecast,
    };
    struct scheduler *scheduler;

    *forecast = (struct forecast){ 0 };
    scheduler = scheduler_new(plan, wanted, limits, &f.lookup, &f.executor, &f.observer, err);
    if (!scheduler)
        return -1;
    for (scheduler_pump(scheduler); f.heap.count; scheduler_pump(scheduler)) {
        struct running next = pop(&f);

        f.now = next.end;
        f.memory -= jobs[next.job].memory;
        scheduler_finished(scheduler, next.job, OUTCOME_DONE, NULL);
    }
    forecast->seconds = f.now;
    vec_release(&f.heap);
    scheduler_free(scheduler);
    return 0;
}
