/* What stages name: parameters, axes, outputs of other stages; and the order that follows. */
#include <stdlib.h>
#include <string.h>

#include "load/fields.h"
#include "load/suggest.h"
#include "plan/planner.h"

static const struct type ranks_type = {
    .kind = TYPE_INTEGER, .has_min = true, .min = 1, .has_max = true, .max = 1e6
};
static const struct type memory_type = { .kind = TYPE_BYTES };
static const struct type time_type = { .kind = TYPE_DURATION, .has_min = true };
static const struct type any_type = { .kind = TYPE_ANY };

static const struct fields_rule resource_rules[] = {
    { "ranks", FIELD_ANYTHING, false },
    { "threads", FIELD_ANYTHING, false },
    { "memory", FIELD_ANYTHING, false },
    { "time", FIELD_ANYTHING, false },
};

static const struct type *const resource_types[] = { &ranks_type, &ranks_type, &memory_type,
                                                     &time_type };

enum { RESOURCES = 4 };

/* Walks one formula of one binding. */
struct binder {
    struct formula_visitor visitor;
    struct plan *plan;
    struct plan_stage *self;
    const struct stage *stage;
    struct binding *binding;
    bool resource;
};

static struct str *
stage_names(const struct plan *plan)
{
    struct str *names = arena_get(plan->arena, plan->wf->stage_count, sizeof *names);

    for (uint32_t i = 0; i < plan->wf->stage_count; i++)
        names[i] = plan->wf->stages[i].name;
    return names;
}

static void
visit_axis(struct formula_visitor *visitor, struct str name, struct fx_mark at)
{
    struct binder *b = (struct binder *)visitor;
    const struct workflow *wf = b->plan->wf;
    uint32_t number = map_get(&wf->axis_numbers, name);
    struct fx_error hint = FX_ERROR_NONE;
    struct str *names;

    if (number != MAP_NONE) {
        uint32_t owner = wf->axes[number].owner;

        b->binding->uses[number] = true;
        if (owner != AXIS_SHARED && &wf->stages[owner] != b->stage && !b->resource)
            vec_push(&b->self->foreign,
                     (struct foreign_axis){ number, at, b->self->bindings.count });
        return;
    }
    b->binding->broken = true;
    if (wf->incomplete)
        return;
    names = arena_get(b->plan->arena, wf->axis_count, sizeof *names);
    for (uint32_t i = 0; i < wf->axis_count; i++)
        names[i] = wf->axes[i].name;
    suggest_name(&hint, name, names, wf->axis_count, "axes are");
    problems_wrong(b->plan->problems, at, hint.hint,
                   "stage '%.*s' names the axis '%.*s', which "
                   "does not exist",
                   STR(b->stage->name), STR(name));
}

/* The number of an output; the count when there is none of that name, after reporting. */
static uint32_t
find_output(struct binder *b, const struct reference *reference, uint32_t target)
{
    const struct plan_stage *other = &b->plan->stages[target];
    const struct stage *stage = &b->plan->wf->stages[target];
    struct fx_error hint = FX_ERROR_NONE;
    struct str *names;

    for (uint32_t i = 0; i < other->output_count; i++)
        if (str_equal(other->outputs[i].name, reference->output))
            return i;
    if (!stage->task)
        return other->output_count;
    names = arena_get(b->plan->arena, other->output_count, sizeof *names);
    for (uint32_t i = 0; i < other->output_count; i++)
        names[i] = other->outputs[i].name;
    suggest_name(&hint, reference->output, names, other->output_count, "outputs are");
    problems_wrong(b->plan->problems, reference->output_at, hint.hint,
                   "stage '%.*s' (task '%.*s') has no output '%.*s'", STR(stage->name),
                   STR(stage->task->name), STR(reference->output));
    return other->output_count;
}

static void
visit_reference(struct formula_visitor *visitor, struct reference *reference)
{
    struct binder *b = (struct binder *)visitor;
    struct plan *plan = b->plan;
    uint32_t target = map_get(&plan->wf->stage_numbers, reference->stage);
    struct link link = { .reference = reference, .at = reference->at };
    struct fx_error hint = FX_ERROR_NONE;

    if (b->resource) {
        problems_wrong(plan->problems, reference->at, NULL,
                       "resources do not depend on outputs of stages");
        b->binding->broken = true;
        return;
    }
    if (target == MAP_NONE && plan->wf->incomplete) {
        link.broken = true;
    } else if (target == MAP_NONE) {
        suggest_name(&hint, reference->stage, stage_names(plan), plan->wf->stage_count,
                     "stages are");
        problems_wrong(plan->problems, reference->at, hint.hint,
                       "stage '%.*s' refers to '%.*s', which is no stage", STR(b->stage->name),
                       STR(reference->stage));
        link.broken = true;
    } else {
        link.stage = target;
        link.output = find_output(b, reference, target);
        link.broken = link.output == plan->stages[target].output_count;
    }
    b->binding->broken = b->binding->broken || link.broken;
    reference->slot = (uint32_t)b->self->links.count;
    vec_push(&b->self->links, link);
    b->binding->link_count++;
}

static struct binding
make_binding(struct plan *plan, uint32_t number, const struct entry *entry, bool resource)
{
    struct plan_stage *self = &plan->stages[number];
    struct binding binding = {
        .name = entry->key, .at = entry->at, .type = &any_type, .resource = resource
    };
    size_t before = problems_count(plan->problems);
    struct binder b = { .visitor = { visit_axis, visit_reference },
                        .plan = plan,
                        .self = self,
                        .stage = &plan->wf->stages[number],
                        .binding = &binding,
                        .resource = resource };

    binding.uses = arena_get(plan->arena, plan->wf->axis_count, sizeof *binding.uses);
    binding.first_link = (uint32_t)self->links.count;
    binding.formula = formula_new(plan->arena, entry->value, plan->problems);
    binding.broken = problems_count(plan->problems) != before;
    formula_visit(binding.formula, &b.visitor);
    return binding;
}

static void
bind_with(struct plan *plan, uint32_t number)
{
    const struct stage *stage = &plan->wf->stages[number];

    for (uint32_t i = 0; stage->with && i < stage->with->count; i++) {
        const struct entry *entry = &stage->with->entries[i];
        struct binding binding = make_binding(plan, number, entry, false);

        if (stage->task) {
            binding.parameter = task_desc_parameter(stage->task, entry->key);
            if (binding.parameter)
                binding.type = binding.parameter->type;
            else if (!stage->task->extra)
                binding.broken = true; /* reported by load/ */
        }
        vec_push(&plan->stages[number].bindings, binding);
    }
}

static void
bind_resources(struct plan *plan, uint32_t number)
{
    const struct stage *stage = &plan->wf->stages[number];
    const struct node *values[RESOURCES];
    char what[160];

    if (!stage->resources)
        return;
    snprintf(what, sizeof what, "'resources' of stage '%.*s'", STR(stage->name));
    fields_read(stage->resources, what, resource_rules, RESOURCES, values, plan->problems);
    for (uint32_t i = 0; i < RESOURCES; i++) {
        struct binding binding;

        if (!values[i])
            continue;
        binding = make_binding(
            plan, number,
            &(struct entry){ str_of(resource_rules[i].name), values[i]->at, values[i] }, true);
        binding.type = resource_types[i];
        vec_push(&plan->stages[number].resources, binding);
    }
}

static void
bind_after(struct plan *plan, uint32_t number)
{
    struct plan_stage *self = &plan->stages[number];
    uint32_t count;
    const struct node *const *names = fields_strings(&plan->wf->stages[number].after, &count);

    self->after = self->links.count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t target = map_get(&plan->wf->stage_numbers, names[i]->text);

        if (target != MAP_NONE)
            vec_push(&self->links,
                     (struct link){ .at = names[i]->at, .stage = target, .gathers = true });
    }
}

static void
bind_outputs(struct plan *plan, uint32_t number)
{
    const struct stage *stage = &plan->wf->stages[number];
    struct plan_stage *self = &plan->stages[number];
    struct output *outputs;
    struct problems reported; /* by load/ already */

    if (!stage->task || !stage->task->outputs_from_workflow || !stage->outputs) {
        self->outputs = stage->task ? stage->task->outputs : NULL;
        self->output_count = stage->task ? stage->task->output_count : 0;
        return;
    }
    problems_init(&reported);
    task_desc_outputs(plan->arena, stage->outputs, &outputs, &reported);
    self->outputs = outputs;
    self->output_count = stage->outputs->count;
    problems_release(&reported);
}

/* --- order ------------------------------------------------------------------------------------ */

/* Follows what is left from one stage to the next until one comes again. */
static void
report_circle(struct plan *plan, const bool *placed, bool *seen, uint32_t from)
{
    uint32_t *path = arena_get(plan->arena, plan->wf->stage_count, sizeof *path), length = 0, first;
    struct fx_mark at = plan->wf->stages[from].at;
    struct text text;

    while (!seen[from]) {
        const struct plan_stage *self = &plan->stages[from];
        size_t i = 0;

        seen[from] = true;
        path[length++] = from;
        while (placed[self->links.at[i].stage] || self->links.at[i].broken)
            i++;
        at = self->links.at[i].at;
        from = self->links.at[i].stage;
    }
    for (first = 0; first < length && path[first] != from; first++)
        continue;
    if (first == length)
        return; /* leads to a circle that is reported already */
    text_init(&text, 400);
    for (uint32_t i = first; i < length; i++)
        text_printf(&text, "%.*s -> ", STR(plan->wf->stages[path[i]].name));
    text_add_str(&text, plan->wf->stages[from].name);
    problems_wrong(plan->problems, at, NULL, "stages need each other in a circle: %s", text.at);
    text_release(&text);
}

/* How many links of each stage lead to stages without a place yet; and who waits for whom. */
struct waiting {
    uint32_t *count, *starts, *users;
};

static struct waiting
count_links(struct plan *plan)
{
    uint32_t stages = plan->wf->stage_count, total = 0;
    struct waiting w = { .count = arena_get(plan->arena, stages, sizeof *w.count),
                         .starts = arena_get(plan->arena, (size_t)stages + 2, sizeof *w.starts) };

    for (uint32_t i = 0; i < stages; i++)
        for (size_t k = 0; k < plan->stages[i].links.count; k++)
            if (!plan->stages[i].links.at[k].broken) {
                w.starts[plan->stages[i].links.at[k].stage + 2]++;
                w.count[i]++;
                total++;
            }
    w.users = arena_get(plan->arena, total, sizeof *w.users);
    for (uint32_t i = 0; i < stages; i++)
        w.starts[i + 2] += w.starts[i + 1];
    for (uint32_t i = 0; i < stages; i++)
        for (size_t k = 0; k < plan->stages[i].links.count; k++)
            if (!plan->stages[i].links.at[k].broken)
                w.users[w.starts[plan->stages[i].links.at[k].stage + 1]++] = i;
    return w;
}

/* A heap of stage numbers, the least first: the order of the file wherever there is a choice. */
static void
heap_push(uint32_t *heap, uint32_t *count, uint32_t value)
{
    uint32_t at = (*count)++;

    for (; at && heap[(at - 1) / 2] > value; at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = value;
}

static uint32_t
heap_pop(uint32_t *heap, uint32_t *count)
{
    uint32_t least = heap[0], value = heap[--*count], at = 0;

    for (uint32_t child = 1; child < *count; child = 2 * at + 1) {
        if (child + 1 < *count && heap[child + 1] < heap[child])
            child++;
        if (heap[child] >= value)
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = value;
    return least;
}

static void
order_stages(struct plan *plan)
{
    uint32_t stages = plan->wf->stage_count, ready = 0;
    struct waiting w = count_links(plan);
    uint32_t *heap = arena_get(plan->arena, stages, sizeof *heap);
    bool *placed = arena_get(plan->arena, stages, sizeof *placed);
    bool *seen = arena_get(plan->arena, stages, sizeof *seen);

    plan->order = arena_get(plan->arena, stages, sizeof *plan->order);
    for (uint32_t i = 0; i < stages; i++)
        if (!w.count[i])
            heap_push(heap, &ready, i);
    while (ready) {
        uint32_t next = heap_pop(heap, &ready);

        placed[next] = true;
        plan->order[plan->order_count++] = next;
        for (uint32_t k = w.starts[next]; k < w.starts[next + 1]; k++)
            if (--w.count[w.users[k]] == 0)
                heap_push(heap, &ready, w.users[k]);
    }
    for (uint32_t i = 0; i < stages; i++)
        if (!placed[i])
            report_circle(plan, placed, seen, i);
}

void
bind_stages(struct plan *plan)
{
    plan->stages = arena_get(plan->arena, plan->wf->stage_count, sizeof *plan->stages);
    for (uint32_t i = 0; i < plan->wf->stage_count; i++) {
        plan->stages[i].has = arena_get(plan->arena, plan->wf->axis_count, sizeof(bool));
        for (uint32_t k = 0; k < plan->wf->axis_count; k++)
            plan->stages[i].has[k] = plan->wf->axes[k].owner == i;
        bind_outputs(plan, i);
    }
    for (uint32_t i = 0; i < plan->wf->stage_count; i++) {
        bind_with(plan, i);
        bind_resources(plan, i);
        bind_after(plan, i);
    }
    order_stages(plan);
}
