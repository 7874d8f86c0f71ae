/* Every parameter at every point of its own axes: evaluated and checked once. */
#include <stdio.h>
#include <string.h>

#include "load/checks.h"
#include "plan/planner.h"

/* After so many points with mistakes the others are not looked at; each mistake is told once. */
enum { MISTAKES_MOST = 1000 };

/* Says of the mistake that was told last that `more` points have it or another one there. */
static void
tell_more(struct problems *problems, size_t before, unsigned more, bool all)
{
    struct fx_error *last;
    size_t len;

    if (!more || problems->list.count <= before)
        return;
    last = &problems->list.at[problems->list.count - 1];
    len = strlen(last->text);
    if (len + 50 < sizeof last->text)
        snprintf(last->text + len, sizeof last->text - len, " (and %s%u more points)",
                 all ? "" : "at least ", more);
}

/* What an evaluation knows of where it is. */
struct here {
    struct plan *plan;
    struct plan_stage *self;
    const struct stage *stage;
    const struct binding *binding;
    uint32_t *current; /* per axis of the workflow: the number of the value */
    struct {
        struct str name;
        const struct node *value;
        bool known;
    } asked; /* the latest answer of given(), at this point */
};

static const struct node *
axis_value(struct scope *scope, struct str name, struct fx_mark at)
{
    const struct here *here = scope->context;
    uint32_t axis = map_get(&here->plan->wf->axis_numbers, name);

    (void)at;
    return here->plan->wf->axes[axis].values[here->current[axis]];
}

static const struct node *
output_value(struct scope *scope, const struct reference *reference)
{
    const struct here *here = scope->context;
    struct link *link = &here->self->links.at[reference->slot];
    uint32_t group =
        link->broken ? TUPLES_NONE : link_group(here->plan, link, here->current, scope);
    const struct node *value;

    if (group == TUPLES_NONE)
        return NULL;
    value = link_value(here->plan, link, group);
    return value ? value : scope_wrong(scope, reference->at, NULL, "this list becomes too large");
}

/* For points(): {axis: value, ...} of the job that makes an output. */
static const struct node *
point_of_output(struct scope *scope, const struct node *output)
{
    const struct here *here = scope->context;
    const struct plan *plan = here->plan;
    const struct plan_stage *stage = NULL;
    struct entry *entries;
    const uint32_t *row;

    for (size_t i = 0; i < here->self->links.count && !stage; i++) {
        const struct plan_stage *other = &plan->stages[here->self->links.at[i].stage];

        if (output->job - other->first_job < other->points.count)
            stage = other;
    }
    row = tuples_row(&stage->points, output->job - stage->first_job);
    entries = arena_get(scope->arena, stage->axes.count, sizeof *entries);
    for (uint32_t i = 0; i < stage->axes.count; i++) {
        const struct axis *axis = &plan->wf->axes[stage->axes.axes[i]];

        entries[i] = (struct entry){ axis->name, output->at, axis->values[row[i]] };
    }
    return node_map(scope->arena, entries, stage->axes.count, output->at);
}

typedef VEC(job_id) job_list;

static void
collect_needs(const struct node *value, job_list *list)
{
    if (value->kind == NODE_OUTPUT)
        vec_push(list, value->job);
    if (value->kind == NODE_LIST)
        for (uint32_t i = 0; i < value->count; i++)
            collect_needs(value->items[i], list);
    if (value->kind == NODE_MAP)
        for (uint32_t i = 0; i < value->count; i++)
            collect_needs(value->entries[i].value, list);
}

static void
remember_needs(struct plan *plan, struct binding *binding, uint32_t point, const struct node *value)
{
    job_list list = { 0 };
    job_id *jobs;

    collect_needs(value, &list);
    jobs = arena_get(plan->scratch, list.count, sizeof *jobs);
    if (list.count)
        memcpy(jobs, list.at, list.count * sizeof *jobs);
    binding->needs[point] = (struct need){ jobs, (uint32_t)list.count };
    vec_release(&list);
}

static void value_binding(struct here *here, struct binding *binding);

static bool
has_axis(const struct axis_set *set, uint32_t axis)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->axes[i] == axis)
            return true;
    return false;
}

/* The value of `other` at the point of `here`; NULL where that does not say which point it is. */
static const struct node *
value_of_other(const struct here *here, const struct binding *other)
{
    uint32_t *row = arena_get(here->plan->arena, other->axes.count, sizeof *row), point;

    for (uint32_t i = 0; i < other->axes.count; i++) {
        if (!has_axis(&here->binding->axes, other->axes.axes[i]))
            return NULL;
        row[i] = here->current[other->axes.axes[i]];
    }
    point = other->axes.count ? tuples_find(&other->points, row) : 0;
    if (point == TUPLES_NONE)
        return NULL;
    return other->values[point] || !other->parameter ? other->values[point]
                                                     : other->parameter->fallback;
}

static const struct node *
find_given(struct here *here, struct str name)
{
    const struct parameter *parameter;
    struct here there = *here;

    for (size_t i = 0; i < here->self->bindings.count; i++) {
        struct binding *other = &here->self->bindings.at[i];

        if (!str_equal(other->name, name))
            continue;
        if (!other->begun) {
            there.current = arena_get(here->plan->arena, here->plan->wf->axis_count,
                                      sizeof *there.current);
            value_binding(&there, other);
        }
        return other->ready && !other->broken ? value_of_other(here, other) : NULL;
    }
    parameter = here->stage->task ? task_desc_parameter(here->stage->task, name) : NULL;
    return parameter ? parameter->fallback : NULL;
}

/* For struct check: the value of another parameter of the stage, which is evaluated if need be. */
static const struct node *
given(void *context, struct str name)
{
    struct here *here = context;

    if (!here->asked.known || !str_equal(here->asked.name, name)) {
        here->asked.value = find_given(here, name);
        here->asked.name = name;
        here->asked.known = true;
    }
    return here->asked.value;
}

/* For struct check: both ways to write a reference to a stage that has axes. */
static const char *
refer(void *context, const struct node *output)
{
    const struct here *here = context;
    const struct plan *plan = here->plan;
    const struct plan_stage *other = plan->stages;
    struct text text, picked, names;
    struct str stage, name;
    const char *hint;

    while (output->job < other->first_job || output->job - other->first_job >= other->points.count ||
           !other->points.count)
        other++;
    stage = plan->wf->stages[other - plan->stages].name;
    name = other->outputs[output->output].name;
    text_init(&text, 400);
    text_init(&picked, 160);
    text_init(&names, 160);
    for (uint32_t i = 0; i < other->axes.count; i++) {
        const struct axis *axis = &plan->wf->axes[other->axes.axes[i]];

        text_printf(&picked, "%s%.*s=%.*s", i ? ", " : "", STR(axis->name),
                    STR(plan->labels[other->axes.axes[i]].labels[0]));
        text_printf(&names, "%s%.*s", i ? " and " : "", STR(axis->name));
    }
    if (other->axes.count)
        text_printf(&text, "it varies over %s: ${%.*s[*].%.*s} gathers, ${%.*s[%s].%.*s} is one",
                    names.at, STR(stage), STR(name), STR(stage), picked.at, STR(name));
    else
        text_printf(&text, "it is one output: write [\"${%.*s.%.*s}\"]", STR(stage), STR(name));
    hint = arena_str(plan->arena, text_view(&text)).at;
    text_release(&names);
    text_release(&picked);
    text_release(&text);
    return hint;
}

/* The checked value; NULL with `*failed` unset when it is not given or the default. */
static const struct node *
check_value(struct here *here, const char *subject, const struct node *value, bool *failed)
{
    const struct binding *binding = here->binding;
    struct check check = { .arena = here->plan->arena,
                           .problems = here->plan->problems,
                           .subject = subject,
                           .known = &here->plan->known,
                           .given = given,
                           .refer = refer,
                           .context = here };

    if (value->kind == NODE_NULL) {
        if (binding->parameter && binding->parameter->required) {
            problems_wrong(here->plan->problems, value->at, NULL, "%s: '%.*s' has no value",
                           subject, STR(binding->name));
            *failed = true;
        }
        return NULL;
    }
    text_init(&check.path, 4096);
    text_add_str(&check.path, binding->name);
    value = schema_check(&check, binding->type, value);
    text_release(&check.path);
    *failed = !value;
    if (value && binding->parameter && binding->parameter->fallback &&
        node_equal(value, binding->parameter->fallback))
        return NULL;
    return value;
}

/* Evaluates at the point whose values stand in `here->current`. */
static bool
value_at(struct here *here, struct binding *binding, uint32_t point)
{
    struct plan *plan = here->plan;
    struct scope scope = { .arena = plan->arena,
                           .problems = plan->problems,
                           .globals = plan->wf->globals,
                           .axis = axis_value,
                           .outputs = output_value,
                           .point = point_of_output,
                           .environment = binding->resource,
                           .known = &plan->known,
                           .context = here };
    const struct node *value;
    struct text subject;
    bool failed = false;

    text_init(&subject, 300);
    text_printf(&subject, "stage '%.*s'", STR(here->stage->name));
    if (binding->axes.count) {
        text_add(&subject, " at ");
        axes_print(plan, &binding->axes, tuples_row(&binding->points, point), ", ", &subject);
    }
    scope.subject = binding->axes.count ? subject.at : NULL;
    value = formula_eval(binding->formula, &scope);
    if (value) {
        binding->values[point] = check_value(here, subject.at, value, &failed);
        if (binding->values[point] && binding->link_count)
            remember_needs(plan, binding, point, binding->values[point]);
    }
    text_release(&subject);
    return value && !failed;
}

uint32_t
value_point(const struct binding *binding, const uint32_t *row)
{
    uint32_t small[16], *own = small, number;

    if (!binding->axes.count)
        return 0;
    if (binding->axes.count > 16)
        own = mem_new(binding->axes.count, sizeof *own);
    for (uint32_t i = 0; i < binding->axes.count; i++)
        own[i] = row[binding->places[i]];
    number = tuples_find(&binding->points, own);
    if (own != small)
        free(own);
    return number;
}

/* The points of a binding: those of its stage, on its own axes. */
static void
project(struct plan *plan, const struct plan_stage *self, struct binding *binding)
{
    uint32_t *row = arena_get(plan->scratch, binding->axes.count, sizeof *row);

    binding->places = arena_get(plan->scratch, binding->axes.count, sizeof *binding->places);
    for (uint32_t i = 0, k = 0; i < binding->axes.count; i++, k++) {
        while (self->axes.axes[k] != binding->axes.axes[i])
            k++;
        binding->places[i] = k;
    }
    tuples_init(&binding->points, binding->axes.count);
    if (!binding->axes.count)
        tuples_add(&binding->points, row);
    for (uint32_t p = 0; binding->axes.count && p < self->points.count; p++) {
        for (uint32_t i = 0; i < binding->axes.count; i++)
            row[i] = tuples_row(&self->points, p)[binding->places[i]];
        tuples_add(&binding->points, row);
    }
}

static void
value_binding(struct here *here, struct binding *binding)
{
    struct problems *problems = here->plan->problems;
    size_t before = problems->list.count, told;
    unsigned mistakes = 0, more = 0;

    here->binding = binding;
    if (binding->broken || binding->begun)
        return;
    binding->begun = true;
    project(here->plan, here->self, binding);
    binding->values =
        arena_get(here->plan->scratch, binding->points.count, sizeof *binding->values);
    if (binding->link_count)
        binding->needs =
            arena_get(here->plan->scratch, binding->points.count, sizeof *binding->needs);
    for (uint32_t p = 0; p < binding->points.count && mistakes < MISTAKES_MOST; p++) {
        const uint32_t *row = tuples_row(&binding->points, p);

        for (uint32_t i = 0; i < binding->axes.count; i++)
            here->current[binding->axes.axes[i]] = row[i];
        here->asked.known = false;
        told = problems_count(problems);
        if (value_at(here, binding, p))
            continue;
        mistakes++;
        more += problems_count(problems) == told;
    }
    if (binding->axes.count)
        tell_more(problems, before, more, mistakes < MISTAKES_MOST);
    binding->broken = mistakes > 0;
    binding->ready = true;
}

/* --- checks between parameters ---------------------------------------------------------------- */

/* The axes of all parameters that the check names. False when one of them has mistakes. */
static bool
check_axes(struct here *here, const struct str *names, uint32_t count, struct axis_set *axes)
{
    uint32_t axis_count = here->plan->wf->axis_count;
    bool *uses = arena_get(here->plan->arena, axis_count, sizeof *uses);

    for (size_t i = 0; i < here->self->bindings.count; i++) {
        const struct binding *binding = &here->self->bindings.at[i];
        bool named = false;

        for (uint32_t k = 0; k < count && !named; k++)
            named = str_equal(names[k], binding->name);
        if (named && (binding->broken || !binding->ready))
            return false;
        for (uint32_t k = 0; named && k < axis_count; k++)
            uses[k] = uses[k] || binding->uses[k];
    }
    *axes = axes_collect(here->plan, uses);
    return true;
}

/* At one point; the mistake is told with the point. */
static bool
check_at(struct here *here, uint32_t number, uint32_t point)
{
    struct plan *plan = here->plan;
    struct check check = { .arena = plan->arena, .problems = plan->problems, .known = &plan->known };
    struct checks_scope scope = { .check = &check,
                                  .value = given,
                                  .context = here,
                                  .otherwise = here->stage->at };
    struct text subject;
    bool holds;

    text_init(&subject, 300);
    text_printf(&subject, "stage '%.*s'", STR(here->stage->name));
    if (here->binding->axes.count) {
        text_add(&subject, " at ");
        axes_print(plan, &here->binding->axes, tuples_row(&here->binding->points, point), ", ",
                   &subject);
    }
    check.subject = subject.at;
    text_init(&check.path, 4096);
    holds = checks_one(here->stage->task->checks, number, &scope);
    text_release(&check.path);
    text_release(&subject);
    return holds;
}

/* One check of the task at every point of the axes that it depends on. */
static void
check_rule(struct here *here, uint32_t number)
{
    struct binding all = { .begun = true };
    unsigned mistakes = 0;
    uint32_t count;
    const struct str *names = checks_names(here->stage->task->checks, number, &count);

    if (!check_axes(here, names, count, &all.axes))
        return;
    project(here->plan, here->self, &all);
    here->binding = &all;
    for (uint32_t p = 0; p < all.points.count && mistakes < MISTAKES_MOST; p++) {
        for (uint32_t i = 0; i < all.axes.count; i++)
            here->current[all.axes.axes[i]] = tuples_row(&all.points, p)[i];
        here->asked.known = false;
        mistakes += !check_at(here, number, p);
    }
    tuples_release(&all.points);
}

void
value_stage(struct plan *plan, uint32_t stage)
{
    struct here here = { .plan = plan,
                         .self = &plan->stages[stage],
                         .stage = &plan->wf->stages[stage] };

    here.current = arena_get(plan->arena, plan->wf->axis_count, sizeof *here.current);
    for (size_t i = 0; i < here.self->bindings.count; i++)
        value_binding(&here, &here.self->bindings.at[i]);
    for (size_t i = 0; i < here.self->resources.count; i++)
        value_binding(&here, &here.self->resources.at[i]);
    for (uint32_t i = 0; here.stage->task && i < checks_count(here.stage->task->checks); i++)
        check_rule(&here, i);
}
