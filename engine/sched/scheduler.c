#include "sched/scheduler.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "sched/pool.h"
#include "sched/ready.h"

/* What a job without a record counts for in the order: then the longer chain goes first. */
static const double UNKNOWN_SECONDS = 1;

/*
 * Queued jobs that ask for the same room wait in one line: when its first does not fit, none does,
 * and a start looks at as many jobs as there are lines.
 */
struct line {
    struct room ask;
    struct ready jobs;
    uint32_t passed;        /* starts of jobs behind its first since one of this line started */
};

struct scheduler {
    const struct plan *plan;
    struct lookup *lookup;
    struct executor *executor;
    struct observer *observer;
    struct pool pool;
    struct ready ready;     /* jobs in JOB_READY, by number */
    VEC(struct line) lines;
    uint32_t *line;         /* of each job */
    uint32_t *missing;      /* of each job: what it needs that has not finished */
    unsigned char *state;   /* enum job_state of each job */
    double *rank;           /* seconds from its start to the end of its longest path; NULL: not yet */
    double *expected;       /* seconds of its own; made with `rank` */
    uint32_t count[JOB_STATES];
    uint32_t jobs;
    uint32_t patience;      /* starts that a job lets pass before room is kept for it */
    bool stop_at_failure, drained, stopped;
};

#define TO(state) (1u << (state))

static const unsigned may_become[JOB_STATES] = {
    [JOB_WAITING] = TO(JOB_READY) | TO(JOB_SKIPPED),
    [JOB_READY] = TO(JOB_CACHED) | TO(JOB_QUEUED) | TO(JOB_FAILED) | TO(JOB_SKIPPED),
    [JOB_QUEUED] = TO(JOB_RUNNING) | TO(JOB_FAILED) | TO(JOB_SKIPPED),
    [JOB_RUNNING] = TO(JOB_DONE) | TO(JOB_CACHED) | TO(JOB_FAILED) | TO(JOB_SKIPPED),
};

const char *
job_state_name(enum job_state state)
{
    static const char *const names[JOB_STATES] = { "waiting", "ready", "cached", "queued",
                                                   "running", "done",  "failed", "skipped" };

    assert(state < JOB_STATES);
    return names[state];
}

static void
set_state(struct scheduler *s, job_id job, enum job_state to)   /* the only writer */
{
    enum job_state from = s->state[job];

    assert(may_become[from] & TO(to));
    s->state[job] = (unsigned char)to;
    s->count[from]--;
    s->count[to]++;
    s->observer->job_changed(s->observer, job, from, to);
}

static struct room
asks_for(const struct job *job)
{
    struct room ask = { (uint64_t)job->resources.ranks * job->resources.threads,
                        job->resources.memory };

    return ask;
}

/* The message for a job that would wait for ever. */
static int
too_large(const struct scheduler *s, job_id id, struct room ask, struct fx_error *err)
{
    const struct job *job = plan_job(s->plan, id);
    const struct stage *stage = plan_stage(s->plan, id);
    struct fx_mark at = stage->resources ? stage->resources->at : stage->at;
    const double MIB = 1024 * 1024;

    if (ask.cores > s->pool.all.cores) {
        fx_fail(err, FX_INVALID, at,
                "'%.*s' asks for %llu cores (%u ranks x %u threads), and this run has %llu",
                STR(job->label), (unsigned long long)ask.cores, job->resources.ranks,
                job->resources.threads, (unsigned long long)s->pool.all.cores);
        return fx_error_hint(err, "lower 'resources', or raise --cores");
    }
    fx_fail(err, FX_INVALID, at, "'%.*s' asks for %.0f MiB of memory, and this run has %.0f MiB",
            STR(job->label), (double)ask.memory / MIB, (double)s->pool.all.memory / MIB);
    return fx_error_hint(err, "lower 'resources', or raise --memory");
}

static uint32_t
line_of(struct scheduler *s, struct room ask)
{
    for (uint32_t i = 0; i < s->lines.count; i++)
        if (s->lines.at[i].ask.cores == ask.cores && s->lines.at[i].ask.memory == ask.memory)
            return i;
    vec_push(&s->lines, (struct line){ .ask = ask });
    return (uint32_t)s->lines.count - 1;
}

/* Numbers what each job needs; jobs outside the run are skipped without a word. */
static int
fill(struct scheduler *s, const bool *wanted, struct fx_error *err)
{
    for (job_id job = 0; job < s->jobs; job++) {
        struct room ask = asks_for(plan_job(s->plan, job));
        const job_id *needs;
        uint32_t count;

        if (wanted && !wanted[job]) {
            s->state[job] = JOB_SKIPPED;
            continue;
        }
        if (!pool_holds(&s->pool, ask))
            return too_large(s, job, ask, err);
        needs = plan_needs(s->plan, job, &count);
        for (uint32_t i = 0; i < count; i++)
            assert(!wanted || wanted[needs[i]]);
        s->line[job] = line_of(s, ask);
        s->missing[job] = count;
        s->state[job] = JOB_WAITING;
        s->count[JOB_WAITING]++;
    }
    return 0;
}

struct scheduler *
scheduler_new(const struct plan *plan, const bool *wanted, const struct scheduler_limits *limits,
              struct lookup *lookup, struct executor *executor, struct observer *observer,
              struct fx_error *err)
{
    struct scheduler *s = mem_new(1, sizeof *s);

    s->plan = plan;
    s->lookup = lookup;
    s->executor = executor;
    s->observer = observer;
    s->jobs = plan_count(plan);
    s->line = mem_new(s->jobs, sizeof *s->line);
    s->missing = mem_new(s->jobs, sizeof *s->missing);
    s->state = mem_new(s->jobs, sizeof *s->state);
    s->stop_at_failure = limits->stop_at_failure;
    s->patience = 2 * limits->cores;
    pool_init(&s->pool, limits->cores, limits->memory);
    if (fill(s, wanted, err) < 0) {
        scheduler_free(s);
        return NULL;
    }
    for (job_id job = 0; job < s->jobs; job++)
        if (s->state[job] == JOB_WAITING && s->missing[job] == 0) {
            set_state(s, job, JOB_READY);
            ready_push(&s->ready, job, 0);
        }
    return s;
}

void
scheduler_free(struct scheduler *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->lines.count; i++)
        ready_release(&s->lines.at[i].jobs);
    vec_release(&s->lines);
    ready_release(&s->ready);
    free(s->line);
    free(s->missing);
    free(s->state);
    free(s->rank);
    free(s->expected);
    free(s);
}

/* What waits for `job` may be ready now. */
static void
release_dependents(struct scheduler *s, job_id job)
{
    uint32_t count;
    const job_id *dependents = plan_dependents(s->plan, job, &count);

    for (uint32_t i = 0; i < count; i++) {
        job_id next = dependents[i];

        if (s->state[next] != JOB_WAITING)
            continue;
        assert(s->missing[next] > 0);
        if (--s->missing[next] == 0) {
            set_state(s, next, JOB_READY);
            ready_push(&s->ready, next, 0);
        }
    }
}

/* What needs `job`, directly or not, cannot run. All of it waits: numbers ascend along edges. */
static void
skip_dependents(struct scheduler *s, job_id job)
{
    struct ready todo = { 0 };

    ready_push(&todo, job, 0);
    while (ready_top(&todo)) {
        uint32_t count;
        const job_id *dependents = plan_dependents(s->plan, ready_pop(&todo), &count);

        for (uint32_t i = 0; i < count; i++)
            if (s->state[dependents[i]] == JOB_WAITING) {
                set_state(s, dependents[i], JOB_SKIPPED);
                ready_push(&todo, dependents[i], 0);
            }
    }
    ready_release(&todo);
}

static void
fail_job(struct scheduler *s, job_id job, const struct fx_error *why)
{
    s->observer->job_failed(s->observer, job, why);
    set_state(s, job, JOB_FAILED);
    skip_dependents(s, job);
    if (s->stop_at_failure)
        scheduler_drain(s);
}

/*
 * Ranks all jobs by the seconds from their start to the end of the longest path behind them. Done
 * when the first job must run, so that a run that finds everything asks for no durations.
 */
static void
rank_jobs(struct scheduler *s)
{
    s->rank = mem_new(s->jobs, sizeof *s->rank);
    s->expected = mem_new(s->jobs, sizeof *s->expected);
    for (job_id job = s->jobs; job-- > 0;) {
        double behind = 0, own;
        uint32_t count;
        const job_id *dependents;

        if (s->state[job] != JOB_WAITING && s->state[job] != JOB_READY)
            continue;
        dependents = plan_dependents(s->plan, job, &count);
        for (uint32_t i = 0; i < count; i++)
            if (s->rank[dependents[i]] > behind)
                behind = s->rank[dependents[i]];
        own = s->lookup->expected(s->lookup, job);
        s->expected[job] = own;
        s->rank[job] = behind + (own >= 0 ? own : UNKNOWN_SECONDS);
    }
}

static void
look_up(struct scheduler *s, job_id job)
{
    struct fx_error err = FX_ERROR_NONE;
    int found = s->lookup->find(s->lookup, job, &err);

    if (found < 0) {
        fail_job(s, job, &err);
    } else if (found > 0) {
        set_state(s, job, JOB_CACHED);
        release_dependents(s, job);
    } else {
        if (!s->rank)
            rank_jobs(s);
        set_state(s, job, JOB_QUEUED);
        ready_push(&s->lines.at[s->line[job]].jobs, job, s->rank[job]);
    }
}

/*
 * The line whose first job starts next: the first in order among those that fit. A job that was
 * passed too often keeps the room: nothing behind it starts before it does, so large jobs do not wait
 * for ever. NULL: nothing can start now.
 */
static struct line *
next_line(struct scheduler *s)
{
    const struct ready_entry *first = NULL, *blocked = NULL, *top;
    struct line *best = NULL;

    for (size_t i = 0; i < s->lines.count; i++) {
        struct line *line = &s->lines.at[i];

        if (!(top = ready_top(&line->jobs)))
            continue;
        if (pool_fits(&s->pool, line->ask)) {
            if (!first || ready_before(top, first)) {
                first = top;
                best = line;
            }
        } else if (line->passed >= s->patience && (!blocked || ready_before(top, blocked))) {
            blocked = top;
        }
    }
    return best && (!blocked || ready_before(first, blocked)) ? best : NULL;
}

/* Counts this start for the lines whose first job came before it. */
static void
count_passed(struct scheduler *s, struct line *started)
{
    const struct ready_entry *first = ready_top(&started->jobs);

    for (size_t i = 0; i < s->lines.count; i++) {
        const struct ready_entry *top = ready_top(&s->lines.at[i].jobs);

        if (top && top != first && ready_before(top, first))
            s->lines.at[i].passed++;
    }
    started->passed = 0;
}

static void
start(struct scheduler *s, struct line *line)
{
    struct fx_error err = FX_ERROR_NONE;
    job_id job;

    count_passed(s, line);
    job = ready_pop(&line->jobs);
    if (s->executor->start(s->executor, job, &err) < 0) {
        fail_job(s, job, &err);
        return;
    }
    pool_take(&s->pool, line->ask);
    set_state(s, job, JOB_RUNNING);
}

void
scheduler_pump(struct scheduler *s)
{
    struct line *line;

    do {
        while (ready_top(&s->ready) && !s->drained)
            look_up(s, ready_pop(&s->ready));
        line = s->drained ? NULL : next_line(s);
        if (line)
            start(s, line);
    } while (line);
}

void
scheduler_finished(struct scheduler *s, job_id job, enum outcome outcome,
                   const struct fx_error *why)
{
    assert(job < s->jobs && s->state[job] == JOB_RUNNING);
    pool_give(&s->pool, s->lines.at[s->line[job]].ask);
    switch (outcome) {
    case OUTCOME_DONE:
    case OUTCOME_FOUND:
        set_state(s, job, outcome == OUTCOME_DONE ? JOB_DONE : JOB_CACHED);
        release_dependents(s, job);
        break;
    case OUTCOME_FAILED:
    case OUTCOME_TIMEOUT:
        assert(why);
        fail_job(s, job, why);
        break;
    case OUTCOME_CANCELLED:
        set_state(s, job, JOB_SKIPPED);
        skip_dependents(s, job);
        break;
    }
}

void
scheduler_drain(struct scheduler *s)
{
    if (s->drained)
        return;
    s->drained = true;
    for (job_id job = 0; job < s->jobs; job++)
        if (s->state[job] == JOB_WAITING || s->state[job] == JOB_READY ||
            s->state[job] == JOB_QUEUED)
            set_state(s, job, JOB_SKIPPED);
}

void
scheduler_stop(struct scheduler *s)
{
    scheduler_drain(s);
    if (s->stopped)
        return;
    s->stopped = true;
    for (job_id job = 0; job < s->jobs; job++)
        if (s->state[job] == JOB_RUNNING)
            s->executor->stop(s->executor, job);
}

bool
scheduler_idle(const struct scheduler *s)
{
    return s->count[JOB_RUNNING] + s->count[JOB_READY] + s->count[JOB_QUEUED] == 0;
}

enum job_state
scheduler_state(const struct scheduler *s, job_id job)
{
    assert(job < s->jobs);
    return s->state[job];
}

uint32_t
scheduler_count(const struct scheduler *s, enum job_state state)
{
    return s->count[state];
}

double
scheduler_expected(const struct scheduler *s, job_id job)
{
    return s->expected ? s->expected[job] : -1;
}
