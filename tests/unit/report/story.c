#include "story.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "test.h"

#define STORY(pointer, member) \
    ((struct story *)(void *)((char *)(pointer) - offsetof(struct story, member)))

static double
now(struct watch_source *source)
{
    return STORY(source, source)->time;
}

static void
reason(struct watch_source *source, job_id job, struct text *out)
{
    (void)job;
    text_add(out, STORY(source, source)->reason);
}

static void
attempt(struct watch_source *source, job_id job, struct attempt *out)
{
    (void)job;
    *out = STORY(source, source)->attempt;
}

static double
expected(struct watch_source *source, job_id job)
{
    return STORY(source, source)->expected[job];
}

void
story_init(struct story *story)
{
    memset(story, 0, sizeof *story);
    story->source = (struct watch_source){ now, reason, attempt, expected };
    story->time = 1000000000.25;
    story->reason = "never ran before";
    story->plan.workflow.name = str_of("w");
    story->plan.workflow.path = "w.yaml";
    story->plan.workflow.stages = story->plan.stages;
    for (int i = 0; i < FAKE_MOST; i++)
        story->expected[i] = -1;
}

job_id
story_stage(struct story *story, const char *name, uint32_t jobs)
{
    struct plan *plan = &story->plan;
    job_id first = plan->count;
    uint32_t stage = plan->workflow.stage_count++;

    plan->stages[stage].name = str_of(name);
    for (uint32_t i = 0; i < jobs; i++) {
        job_id job = plan->count++;

        CHECK(job < FAKE_MOST);
        if (jobs > 1) {
            snprintf(plan->labels[job], sizeof plan->labels[job], "%s[n=%u]", name, i);
            plan->jobs[job].point = str_slice(str_of(plan->labels[job]), strlen(name) + 1,
                                              strlen(plan->labels[job]) - 1);
        } else {
            snprintf(plan->labels[job], sizeof plan->labels[job], "%s", name);
        }
        plan->jobs[job].label = str_of(plan->labels[job]);
        plan->jobs[job].stage = stage;
        plan->jobs[job].resources = (struct resources){ .ranks = 1, .threads = 1 };
    }
    return first;
}

void
story_begin(struct story *story)
{
    story->watch = watch_new(&story->plan, NULL, &story->source);
}

static void
change(struct story *story, job_id job, enum job_state to)
{
    struct observer *observer = watch_observer(story->watch);

    observer->job_changed(observer, job, watch_state(story->watch, job), to);
}

void
story_to(struct story *story, job_id job, enum job_state to)
{
    static const enum job_state path[] = { JOB_WAITING, JOB_READY, JOB_QUEUED, JOB_RUNNING,
                                           JOB_DONE };

    if (to == JOB_CACHED || to == JOB_SKIPPED || to == JOB_FAILED) {
        if (to == JOB_CACHED && watch_state(story->watch, job) == JOB_WAITING)
            change(story, job, JOB_READY);
        change(story, job, to);
        return;
    }
    while (watch_state(story->watch, job) != to)
        for (int i = 0; i < 4; i++)
            if (path[i] == watch_state(story->watch, job)) {
                change(story, job, path[i + 1]);
                break;
            }
}

void
story_fail(struct story *story, job_id job, const char *text)
{
    struct observer *observer = watch_observer(story->watch);
    struct fx_error why = FX_ERROR_NONE;

    fx_fail(&why, FX_FAILED, FX_NOWHERE, "%s", text);
    observer->job_failed(observer, job, &why);
    change(story, job, JOB_FAILED);
}

void
story_end(struct story *story)
{
    watch_free(story->watch);
}
