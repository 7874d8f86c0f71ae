/* plan/plan.h, plan/key.h and plan/job_json.h for tests: the real ones are not linked in. */
#include <stdlib.h>

#include "exec_test.h"
#include "plan/job_json.h"
#include "plan/key.h"

struct fake_job {
    struct job job;
    struct stage stage;
    struct task_desc task;
    struct output output;
    struct node list, inputs[FAKE_NEEDS + 1];
    const struct node *items[FAKE_NEEDS + 1];
    job_id needs[FAKE_NEEDS];
    uint32_t need_count;
    VEC(job_id) dependents;
    const char *program[5];
};

struct plan {
    struct workflow workflow;
    struct fake_job *jobs;
    uint32_t count;
};

static void
fill(struct fake_job *j, const struct fake *fake)
{
    uint32_t inputs = 0;

    j->program[0] = "/bin/sh";
    j->program[1] = "-c";
    j->program[2] = fake->script;
    j->program[3] = "sh";
    j->task = (struct task_desc){ .name = str_of(fake->name), .version = 1, .program = j->program };
    j->stage = (struct stage){ .name = str_of(fake->name), .task = &j->task };
    j->output = (struct output){ str_of("file"), str_of(fake->output) };
    for (unsigned i = 0; i < FAKE_NEEDS && fake->needs[i]; i++) {
        j->needs[j->need_count++] = fake->needs[i] - 1;
        j->inputs[inputs] = (struct node){ .kind = NODE_OUTPUT, .job = fake->needs[i] - 1 };
        j->items[inputs] = &j->inputs[inputs];
        inputs++;
    }
    if (fake->file) {
        j->inputs[inputs] = (struct node){ .kind = NODE_FILE, .text = str_of(fake->file) };
        j->items[inputs] = &j->inputs[inputs];
        inputs++;
    }
    j->list = (struct node){ .kind = NODE_LIST, .count = inputs, .items = j->items };
    j->job = (struct job){
        .label = str_of(fake->name), .point = str_of(""), .with = &j->list, .outputs = &j->output,
        .output_count = fake->output != NULL,
        .resources = { .ranks = fake->ranks ? fake->ranks : 1, .threads = 1, .time_s = fake->time_s },
    };
}

struct plan *
fake_plan(const struct fake *jobs, uint32_t count)
{
    struct plan *plan = arena_get(test_arena(), 1, sizeof *plan);

    plan->workflow.name = str_of("w");
    plan->workflow.folder = test_path(".");
    plan->count = count;
    plan->jobs = arena_get(test_arena(), count, sizeof *plan->jobs);
    for (uint32_t i = 0; i < count; i++) {
        fill(&plan->jobs[i], &jobs[i]);
        for (uint32_t n = 0; n < plan->jobs[i].need_count; n++)
            vec_push(&plan->jobs[plan->jobs[i].needs[n]].dependents, i);
    }
    return plan;
}

const struct workflow *
plan_workflow(const struct plan *plan)
{
    return &plan->workflow;
}

uint32_t
plan_count(const struct plan *plan)
{
    return plan->count;
}

const struct job *
plan_job(const struct plan *plan, job_id job)
{
    return &plan->jobs[job].job;
}

const struct stage *
plan_stage(const struct plan *plan, job_id job)
{
    return &plan->jobs[job].stage;
}

const struct task_desc *
plan_task(const struct plan *plan, job_id job)
{
    return &plan->jobs[job].task;
}

const job_id *
plan_needs(const struct plan *plan, job_id job, uint32_t *count)
{
    *count = plan->jobs[job].need_count;
    return plan->jobs[job].needs;
}

const job_id *
plan_dependents(const struct plan *plan, job_id job, uint32_t *count)
{
    *count = (uint32_t)plan->jobs[job].dependents.count;
    return plan->jobs[job].dependents.at;
}

int
key_manifest(const struct plan *plan, job_id job, struct key_source *source, struct text *text,
             struct digest *key, struct fx_error *err)
{
    const struct fake_job *j = &plan->jobs[job];

    text_clear(text);
    text_printf(text, "script = %s\n", j->program[2]);
    for (uint32_t i = 0; i < j->list.count; i++) {
        struct digest digest;
        char hex[DIGEST_HEX];

        if (source->digest(source, j->items[i], &digest, err) != 0)
            return -1;
        digest_hex(digest, hex);
        text_printf(text, "inputs.%u = %s\n", (unsigned)i, hex);
    }
    *key = digest_bytes(text->at, text->len);
    return 0;
}

int
job_json(const struct plan *plan, job_id job, const struct job_paths *paths, struct text *out,
         struct fx_error *err)
{
    const struct fake_job *j = &plan->jobs[job];

    for (uint32_t i = 0; i < j->list.count; i++) {
        const char *path = paths->path(paths->context, j->items[i], err);

        if (!path)
            return -1;
        text_printf(out, "in%u='%s'\n", (unsigned)i, path);
    }
    text_printf(out, "scratch='%s'\n", paths->scratch);
    return 0;
}
