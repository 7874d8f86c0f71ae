#include "plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "plan/key_parts.h"
#include "plan/planner.h"

enum { EDGES_MOST = 100 * 1000 * 1000 };

/* --- axes and points of stages ---------------------------------------------------------------- */

/* A resource may vary along axes that the stage has because of its parameters, and no others. */
static void
check_resource_axes(struct plan *plan, uint32_t stage, struct binding *binding)
{
    const struct plan_stage *self = &plan->stages[stage];

    for (uint32_t i = 0; i < plan->wf->axis_count; i++) {
        if (!binding->uses[i] || self->has[i])
            continue;
        problems_wrong(
            plan->problems, binding->at, "a stage has the axes that its 'with' names",
            "'%.*s' of stage '%.*s' names the axis '%.*s', which the stage does not have",
            STR(binding->name), STR(plan->wf->stages[stage].name), STR(plan->wf->axes[i].name));
        binding->broken = true;
        binding->uses[i] = false;
    }
}

/* The own axes of a stage are had by those that refer to it, and by no others. */
static void
check_foreign_axes(struct plan *plan, uint32_t stage, const bool *brought)
{
    struct plan_stage *self = &plan->stages[stage];

    for (size_t i = 0; i < self->foreign.count; i++) {
        const struct foreign_axis *foreign = &self->foreign.at[i];
        const struct axis *axis = &plan->wf->axes[foreign->axis];
        struct binding *binding = &self->bindings.at[foreign->binding];

        if (brought[foreign->axis])
            continue;
        binding->uses[foreign->axis] = false;
        binding->broken = true;
        if (node_get(plan->wf->stages[stage].axes, axis->name))
            continue; /* two stages bring it, reported */
        problems_wrong(plan->problems, foreign->at,
                       "refer to an output of it without [*], or write the axis at the top of the "
                       "workflow",
                       "stage '%.*s' names the axis '%.*s', which only stage '%.*s' and those that "
                       "refer to it have",
                       STR(plan->wf->stages[stage].name), STR(axis->name),
                       STR(plan->wf->stages[axis->owner].name));
    }
}

static void
find_axes(struct plan *plan, uint32_t stage)
{
    struct plan_stage *self = &plan->stages[stage];
    bool *brought = arena_get(plan->arena, plan->wf->axis_count, sizeof *brought);

    for (size_t i = 0; i < self->bindings.count; i++) {
        struct binding *binding = &self->bindings.at[i];

        for (uint32_t k = 0; k < binding->link_count; k++) {
            link_bring(plan, &self->links.at[binding->first_link + k], binding->uses);
            link_bring(plan, &self->links.at[binding->first_link + k], brought);
        }
    }
    check_foreign_axes(plan, stage, brought);
    for (size_t i = 0; i < self->bindings.count; i++)
        for (uint32_t k = 0; k < plan->wf->axis_count; k++)
            self->has[k] = self->has[k] || self->bindings.at[i].uses[k];
    self->axes = axes_collect(plan, self->has);
    for (size_t i = 0; i < self->bindings.count; i++) {
        struct binding *binding = &self->bindings.at[i];

        for (uint32_t k = 0; k < binding->link_count; k++) {
            struct link *link = &self->links.at[binding->first_link + k];

            link_keep(plan, self, link, binding->uses);
            binding->broken = binding->broken || link->broken;
        }
        binding->axes = axes_collect(plan, binding->uses);
    }
    for (size_t i = 0; i < self->resources.count; i++) {
        check_resource_axes(plan, stage, &self->resources.at[i]);
        self->resources.at[i].axes = axes_collect(plan, self->resources.at[i].uses);
    }
    for (size_t i = self->after; i < self->links.count; i++)
        link_keep(plan, self, &self->links.at[i], NULL);
}

/* Points, links and values of one stage; those that it needs have theirs. */
static void
plan_one(struct plan *plan, uint32_t stage)
{
    struct plan_stage *self = &plan->stages[stage];
    const struct stage *written = &plan->wf->stages[stage];

    find_axes(plan, stage);
    self->first_job = plan->count;
    if (!grid_points(plan, &self->axes, &self->points, written->at, written->name)) {
        self->broken = true;
        return;
    }
    if (self->points.count > PLAN_JOBS_MOST - plan->count) {
        problems_wrong(plan->problems, written->at, NULL, "the workflow has more than %d jobs",
                       PLAN_JOBS_MOST);
        self->broken = true;
        tuples_release(&self->points);
        return;
    }
    plan->count += self->points.count;
    for (size_t i = 0; i < self->links.count; i++) {
        struct link *link = &self->links.at[i];

        link->broken = link->broken || plan->stages[link->stage].broken;
        if (!link->broken && !link_prepare(plan, link))
            link->broken = true;
    }
    value_stage(plan, stage);
}

/* --- jobs ------------------------------------------------------------------------------------- */

static const struct node *
make_with(struct plan *plan, const struct plan_stage *self, const struct stage *written,
          const uint32_t *row)
{
    struct entry *entries = arena_get(plan->arena, self->bindings.count, sizeof *entries);
    struct fx_mark at = written->with ? written->with->at : written->at;
    uint32_t count = 0;

    for (size_t i = 0; i < self->bindings.count; i++) {
        const struct binding *binding = &self->bindings.at[i];
        const struct node *value = binding->values[value_point(binding, row)];

        if (value)
            entries[count++] = (struct entry){ binding->name, binding->at, value };
    }
    return node_map(plan->arena, entries, count, at);
}

static struct resources
make_resources(const struct plan_stage *self, const uint32_t *row)
{
    struct resources r = { .ranks = 1, .threads = 1 };

    for (size_t i = 0; i < self->resources.count; i++) {
        const struct binding *binding = &self->resources.at[i];
        const struct node *value = binding->values[value_point(binding, row)];

        if (!value)
            continue;
        if (str_is(binding->name, "ranks"))
            r.ranks = (uint32_t)value->integer;
        else if (str_is(binding->name, "threads"))
            r.threads = (uint32_t)value->integer;
        else if (str_is(binding->name, "memory"))
            r.memory = (uint64_t)value->integer;
        else
            r.time_s = value->real;
    }
    return r;
}

static bool
make_jobs(struct plan *plan, uint32_t stage)
{
    struct plan_stage *self = &plan->stages[stage];
    const struct stage *written = &plan->wf->stages[stage];
    const struct node *same = NULL;
    struct text text;

    text_init(&text, 64 * 1024);
    for (uint32_t p = 0; p < self->points.count; p++) {
        struct job *job = &plan->jobs[self->first_job + p];
        const uint32_t *row = tuples_row(&self->points, p);

        job->stage = stage;
        job->label = written->name;
        job->point = str_of("");
        if (self->axes.count) {
            text_clear(&text);
            axes_print(plan, &self->axes, row, "/", &text);
            job->point = arena_str(plan->arena, text_view(&text));
            text_clear(&text);
            text_printf(&text, "%.*s[", STR(written->name));
            axes_print(plan, &self->axes, row, ",", &text);
            text_add(&text, "]");
            job->label = arena_str(plan->arena, text_view(&text));
        }
        job->with = make_with(plan, self, written, row);
        job->outputs = self->outputs;
        job->output_count = self->output_count;
        job->resources = make_resources(self, row);
        if (job->resources.ranks > 1 && !written->task->mpi && !same) {
            same = written->resources;
            problems_wrong(plan->problems, same->at, "use 'threads' for a program with threads",
                           "stage '%.*s' asks for %u ranks, but task '%.*s' runs on one",
                           STR(written->name), job->resources.ranks, STR(written->task->name));
        }
    }
    text_release(&text);
    return same == NULL;
}

/* --- edges ------------------------------------------------------------------------------------ */

typedef VEC(job_id) job_list;

static int
by_number(const void *a, const void *b)
{
    job_id left = *(const job_id *)a, right = *(const job_id *)b;

    return (left > right) - (left < right);
}

/* Sorts what was added from `first` on and drops repeated ones. */
static void
tidy_needs(job_list *list, size_t first)
{
    size_t kept = first;
    bool sorted = true;

    for (size_t i = first + 1; i < list->count && sorted; i++)
        sorted = list->at[i - 1] < list->at[i];
    if (sorted)
        return;
    qsort(list->at + first, list->count - first, sizeof *list->at, by_number);
    for (size_t i = first + 1; i < list->count; i++)
        if (list->at[i] != list->at[kept])
            list->at[++kept] = list->at[i];
    list->count = kept + 1;
}

static void
add_needs(struct plan *plan, const struct plan_stage *self, uint32_t point, uint32_t *current,
          job_list *list)
{
    const uint32_t *row = tuples_row(&self->points, point);

    for (size_t i = 0; i < self->bindings.count; i++) {
        const struct binding *binding = &self->bindings.at[i];
        const struct need *need;

        if (!binding->needs)
            continue;
        need = &binding->needs[value_point(binding, row)];
        for (uint32_t k = 0; k < need->count; k++)
            vec_push(list, need->jobs[k]);
    }
    if (self->after == self->links.count)
        return;
    for (uint32_t i = 0; i < self->axes.count; i++)
        current[self->axes.axes[i]] = row[i];
    for (size_t i = self->after; i < self->links.count; i++) {
        const struct link *link = &self->links.at[i];
        uint32_t group = link_group(plan, link, current, NULL);

        for (uint32_t k = group == TUPLES_NONE ? 0 : link->starts[group];
             group != TUPLES_NONE && k < link->starts[group + 1]; k++)
            vec_push(list, plan->stages[link->stage].first_job + link->members[k]);
    }
}

/* The other direction: a counting sort, so that each list is ascending. */
static void
turn_edges(struct plan *plan)
{
    uint32_t total = plan->need_starts[plan->count];
    uint32_t *starts = arena_get(plan->arena, (size_t)plan->count + 2, sizeof *starts);

    plan->dependents = arena_get(plan->arena, total, sizeof *plan->dependents);
    for (uint32_t i = 0; i < total; i++)
        starts[plan->needs[i] + 2]++;
    for (uint32_t i = 0; i < plan->count; i++)
        starts[i + 2] += starts[i + 1];
    for (job_id job = 0; job < plan->count; job++)
        for (uint32_t i = plan->need_starts[job]; i < plan->need_starts[job + 1]; i++)
            plan->dependents[starts[plan->needs[i] + 1]++] = job;
    plan->dependent_starts = starts;
}

static bool
make_edges(struct plan *plan)
{
    uint32_t *current = arena_get(plan->arena, plan->wf->axis_count, sizeof *current);
    job_list list = { 0 };
    bool fine = true;

    plan->need_starts = arena_get(plan->arena, (size_t)plan->count + 1, sizeof(uint32_t));
    for (uint32_t i = 0; fine && i < plan->order_count; i++) {
        const struct plan_stage *self = &plan->stages[plan->order[i]];

        for (uint32_t p = 0; fine && p < self->points.count; p++) {
            size_t first = list.count;

            add_needs(plan, self, p, current, &list);
            tidy_needs(&list, first);
            plan->need_starts[self->first_job + p + 1] = (uint32_t)list.count;
            if (list.count > EDGES_MOST)
                fine = problems_wrong(plan->problems, plan->wf->stages[plan->order[i]].at, NULL,
                                      "the jobs have more than %d edges", EDGES_MOST) != NULL;
        }
    }
    plan->needs = arena_get(plan->arena, list.count, sizeof *plan->needs);
    if (list.count)
        memcpy(plan->needs, list.at, list.count * sizeof *plan->needs);
    vec_release(&list);
    if (fine)
        turn_edges(plan);
    return fine;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* What only making the plan needs. */
static void
drop_scratch(struct plan *plan)
{
    for (uint32_t i = 0; plan->stages && i < plan->wf->stage_count; i++) {
        struct plan_stage *self = &plan->stages[i];

        for (size_t k = 0; k < self->bindings.count; k++)
            tuples_release(&self->bindings.at[k].points);
        for (size_t k = 0; k < self->resources.count; k++)
            tuples_release(&self->resources.at[k].points);
        for (size_t k = 0; k < self->links.count; k++)
            tuples_release(&self->links.at[k].groups);
        vec_release(&self->bindings);
        vec_release(&self->resources);
        vec_release(&self->links);
        vec_release(&self->foreign);
    }
    map_release(&plan->known);
    map_init(&plan->known);
    arena_free(plan->scratch);
    arena_free(plan->passing);
    plan->scratch = plan->passing = NULL;
}

struct plan *
plan_new(const struct workflow *wf, struct problems *problems)
{
    struct plan *plan = mem_new(1, sizeof *plan);
    size_t before = problems_count(problems);

    plan->wf = wf;
    plan->arena = arena_new();
    plan->scratch = arena_new();
    plan->passing = arena_new();
    plan->problems = problems;
    plan->key_parts = arena_get(plan->arena, 1, sizeof *plan->key_parts);
    map_init(&plan->known);
    axes_label(plan);
    grid_make(plan);
    bind_stages(plan);
    for (uint32_t i = 0; i < plan->order_count; i++)
        plan_one(plan, plan->order[i]);
    if (!wf->broken && problems_count(problems) == before) {
        plan->jobs = arena_get(plan->arena, plan->count, sizeof *plan->jobs);
        for (uint32_t i = 0; i < plan->order_count; i++)
            make_jobs(plan, plan->order[i]);
        make_edges(plan);
    }
    drop_scratch(plan);
    if (wf->broken || problems_count(problems) != before) {
        plan_free(plan);
        return NULL;
    }
    return plan;
}

void
plan_free(struct plan *plan)
{
    if (!plan)
        return;
    for (uint32_t i = 0; i < plan->wf->axis_count; i++)
        map_release(&plan->labels[i].numbers);
    for (uint32_t i = 0; i < plan->wf->stage_count; i++)
        tuples_release(&plan->stages[i].points);
    key_parts_free(*plan->key_parts);
    grid_release(plan);
    arena_free(plan->arena);
    free(plan);
}

const struct workflow *
plan_workflow(const struct plan *plan)
{
    return plan->wf;
}

uint32_t
plan_count(const struct plan *plan)
{
    return plan->count;
}

const struct job *
plan_job(const struct plan *plan, job_id job)
{
    return &plan->jobs[job];
}

const struct stage *
plan_stage(const struct plan *plan, job_id job)
{
    return &plan->wf->stages[plan->jobs[job].stage];
}

const struct task_desc *
plan_task(const struct plan *plan, job_id job)
{
    return plan_stage(plan, job)->task;
}

const struct coordinate *
plan_point(const struct plan *plan, job_id job, struct arena *arena, uint32_t *count)
{
    const struct plan_stage *self = &plan->stages[plan->jobs[job].stage];
    const uint32_t *row = tuples_row(&self->points, job - self->first_job);
    struct coordinate *point = arena_get(arena, self->axes.count, sizeof *point);

    *count = self->axes.count;
    for (uint32_t i = 0; i < self->axes.count; i++) {
        const struct axis *axis = &plan->wf->axes[self->axes.axes[i]];

        point[i] = (struct coordinate){ axis->name, axis->values[row[i]],
                                        plan->labels[self->axes.axes[i]].labels[row[i]] };
    }
    return point;
}

const job_id *
plan_needs(const struct plan *plan, job_id job, uint32_t *count)
{
    *count = plan->need_starts[job + 1] - plan->need_starts[job];
    return plan->needs + plan->need_starts[job];
}

const job_id *
plan_dependents(const struct plan *plan, job_id job, uint32_t *count)
{
    *count = plan->dependent_starts[job + 1] - plan->dependent_starts[job];
    return plan->dependents + plan->dependent_starts[job];
}
