/* References: which axes they bind, and which jobs of the other stage belong to a point. */
#include <stdlib.h>
#include <string.h>

#include "load/suggest.h"
#include "plan/planner.h"

static const struct selector *
selector_of(const struct plan *plan, const struct link *link, uint32_t axis)
{
    const struct reference *reference = link->reference;

    for (uint32_t i = 0; reference && i < reference->selector_count; i++)
        if (str_equal(reference->selectors[i].axis, plan->wf->axes[axis].name))
            return &reference->selectors[i];
    return NULL;
}

/* Each selector names an axis of the other stage, and each axis once. */
static bool
selectors_fit(struct plan *plan, const struct link *link)
{
    const struct plan_stage *other = &plan->stages[link->stage];
    const struct reference *reference = link->reference;
    struct str *names = arena_get(plan->arena, other->axes.count, sizeof *names);
    bool fine = true;

    for (uint32_t i = 0; i < other->axes.count; i++)
        names[i] = plan->wf->axes[other->axes.axes[i]].name;
    for (uint32_t i = 0; reference && i < reference->selector_count; i++) {
        const struct selector *selector = &reference->selectors[i];
        struct fx_error hint = FX_ERROR_NONE;
        bool found = false, twice = false;

        for (uint32_t k = 0; k < other->axes.count; k++)
            found = found || str_equal(names[k], selector->axis);
        for (uint32_t k = 0; k < i; k++)
            twice = twice || str_equal(reference->selectors[k].axis, selector->axis);
        fine = fine && found && !twice;
        if (twice)
            problems_wrong(plan->problems, selector->at, NULL, "axis '%.*s' is selected twice",
                           STR(selector->axis));
        if (found)
            continue;
        suggest_name(&hint, selector->axis, names, other->axes.count, "its axes are");
        problems_wrong(plan->problems, selector->at, hint.hint, "stage '%.*s' has no axis '%.*s'",
                       STR(reference->stage), STR(selector->axis));
    }
    return fine;
}

/* The axes that a reference brings to the referring stage. */
void
link_bring(struct plan *plan, struct link *link, bool *uses)
{
    const struct plan_stage *other = &plan->stages[link->stage];

    if (link->broken || !link->reference)
        return;
    if (!selectors_fit(plan, link)) {
        link->broken = true;
        return;
    }
    for (uint32_t i = 0; i < other->axes.count; i++) {
        uint32_t axis = other->axes.axes[i];

        if (!selector_of(plan, link, axis) && !link->reference->gather)
            uses[axis] = true;
    }
}

/* The axes that stay: selected ones, and those that the referring stage shares. */
static void
keep_axes(struct plan *plan, const struct plan_stage *user, struct link *link)
{
    const struct plan_stage *other = &plan->stages[link->stage];
    uint32_t *axes = arena_get(plan->arena, other->axes.count, sizeof *axes), count = 0;

    link->selected = arena_get(plan->arena, other->axes.count, sizeof *link->selected);
    for (uint32_t i = 0; i < other->axes.count; i++) {
        uint32_t axis = other->axes.axes[i];
        const struct selector *selector = selector_of(plan, link, axis);

        if (selector ? !selector->value : !user->has[axis])
            continue;
        link->selected[count] = selector;
        axes[count++] = axis;
    }
    link->kept = (struct axis_set){ axes, count };
}

static bool
among(const struct axis_set *set, uint32_t axis)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->axes[i] == axis)
            return true;
    return false;
}

/*
 * Axes of the referring stage that the other one lacks, but which are tied to one that is gathered:
 * what is gathered is what occurs in the workflow together with the referring point. A reference
 * that picks a value leaves that point, and takes all there are.
 */
static void
find_context(struct plan *plan, const struct plan_stage *user, struct link *link)
{
    const struct axis_set *theirs = &plan->stages[link->stage].axes;
    uint32_t *axes = arena_get(plan->arena, user->axes.count, sizeof *axes), count = 0;

    for (uint32_t i = 0; i < link->kept.count; i++)
        if (link->selected[i])
            return;
    for (uint32_t i = 0; i < user->axes.count; i++) {
        bool tied = false;

        for (uint32_t k = 0; k < theirs->count && !among(theirs, user->axes.axes[i]); k++)
            tied = tied || (!among(&link->kept, theirs->axes[k]) &&
                            grid_tied(plan, user->axes.axes[i], theirs->axes[k]));
        if (tied)
            axes[count++] = user->axes.axes[i];
    }
    link->context = (struct axis_set){ axes, count };
}

/* [*] that finds nothing to gather was meant otherwise. */
static bool
gathers_something(struct plan *plan, const struct link *link)
{
    const struct plan_stage *other = &plan->stages[link->stage];
    const struct reference *reference = link->reference;
    bool any_star = reference->gather;

    for (uint32_t i = 0; i < reference->selector_count; i++)
        any_star = any_star || !reference->selectors[i].value;
    if (!any_star || link->kept.count < other->axes.count)
        return true;
    problems_wrong(plan->problems, reference->at,
                   other->axes.count ? "without [*] it is the output at the same point"
                                     : "without [*] it is its one output",
                   other->axes.count
                       ? "[*] gathers nothing: stage '%.*s' has no axis that is not named here too"
                       : "[*] gathers nothing: stage '%.*s' has no axes",
                   STR(reference->stage));
    return false;
}

void
link_keep(struct plan *plan, const struct plan_stage *user, struct link *link, bool *uses)
{
    if (link->broken)
        return;
    keep_axes(plan, user, link);
    if (link->reference && !gathers_something(plan, link)) {
        link->broken = true;
        return;
    }
    link->gathers = !link->reference || link->kept.count < plan->stages[link->stage].axes.count;
    if (link->gathers)
        find_context(plan, user, link);
    for (uint32_t i = 0; i < link->kept.count; i++)
        if (!link->selected[i] && uses)
            uses[link->kept.axes[i]] = true;
    for (uint32_t i = 0; i < link->context.count && uses; i++)
        uses[link->context.axes[i]] = true;
}

/* Points that belong together, sorted by group, ascending in each. */
static void
fill_groups(struct plan *plan, struct link *link, const uint32_t *group, const uint32_t *point,
            uint32_t count)
{
    link->starts = arena_get(plan->scratch, (size_t)link->groups.count + 2, sizeof *link->starts);
    link->members = arena_get(plan->scratch, count, sizeof *link->members);
    link->values = arena_get(plan->scratch, link->groups.count, sizeof *link->values);
    for (uint32_t i = 0; i < count; i++)
        link->starts[group[i] + 2]++;
    for (uint32_t g = 0; g < link->groups.count; g++)
        link->starts[g + 2] += link->starts[g + 1];
    for (uint32_t i = 0; i < count; i++)
        link->members[link->starts[group[i] + 1]++] = point ? point[i] : i;
}

static int
by_point(const void *a, const void *b)
{
    const uint32_t *left = a, *right = b;

    return (left[0] > right[0]) - (left[0] < right[0]);
}

/* With a context: groups of the points that both stages' axes have together. */
static bool
prepare_tied(struct plan *plan, struct link *link)
{
    const struct plan_stage *other = &plan->stages[link->stage];
    uint32_t width = link->kept.count + link->context.count, count;
    bool *has = arena_get(plan->scratch, plan->wf->axis_count, sizeof *has);
    uint32_t *at = arena_get(plan->scratch, plan->wf->axis_count, sizeof *at);
    uint32_t *row = arena_get(plan->scratch, (size_t)width + other->axes.count, sizeof *row);
    uint32_t *pairs, *group, *point;
    struct axis_set set;
    struct tuples all;

    for (uint32_t i = 0; i < other->axes.count; i++)
        has[other->axes.axes[i]] = true;
    for (uint32_t i = 0; i < link->context.count; i++)
        has[link->context.axes[i]] = true;
    set = axes_collect(plan, has);
    for (uint32_t i = 0; i < set.count; i++)
        at[set.axes[i]] = i;
    if (!grid_points(plan, &set, &all, link->at, plan->wf->stages[link->stage].name))
        return false;
    count = all.count;
    pairs = arena_get(plan->scratch, (size_t)count * 2, sizeof *pairs);
    group = arena_get(plan->scratch, count, sizeof *group);
    point = arena_get(plan->scratch, count, sizeof *point);
    tuples_init(&link->groups, width);
    for (uint32_t p = 0; p < count; p++) {
        const uint32_t *values = tuples_row(&all, p);

        for (uint32_t i = 0; i < width; i++)
            row[i] = values[at[i < link->kept.count
                                   ? link->kept.axes[i]
                                   : link->context.axes[i - link->kept.count]]];
        for (uint32_t i = 0; i < other->axes.count; i++)
            row[width + i] = values[at[other->axes.axes[i]]];
        pairs[2 * p] = tuples_find(&other->points, row + width);
        pairs[2 * p + 1] = tuples_add(&link->groups, row);
    }
    if (count)
        qsort(pairs, count, 2 * sizeof *pairs, by_point);
    for (uint32_t p = 0; p < count; p++) {
        point[p] = pairs[2 * p];
        group[p] = pairs[2 * p + 1];
    }
    fill_groups(plan, link, group, point, count);
    tuples_release(&all);
    return true;
}

bool
link_prepare(struct plan *plan, struct link *link)
{
    const struct plan_stage *other = &plan->stages[link->stage];
    uint32_t *row = arena_get(plan->scratch, link->kept.count, sizeof *row);
    uint32_t *place = arena_get(plan->scratch, link->kept.count, sizeof *place);
    uint32_t *group = arena_get(plan->scratch, other->points.count, sizeof *group);

    if (link->context.count)
        return prepare_tied(plan, link);
    for (uint32_t i = 0, k = 0; i < link->kept.count; i++, k++) {
        while (other->axes.axes[k] != link->kept.axes[i])
            k++;
        place[i] = k;
    }
    tuples_init(&link->groups, link->kept.count);
    for (uint32_t p = 0; p < other->points.count; p++) {
        for (uint32_t i = 0; i < link->kept.count; i++)
            row[i] = tuples_row(&other->points, p)[place[i]];
        group[p] = tuples_add(&link->groups, row);
    }
    fill_groups(plan, link, group, NULL, other->points.count);
    return true;
}

static void
no_value(struct plan *plan, const struct selector *selector, uint32_t axis,
         const struct node *value, struct scope *scope)
{
    struct fx_error hint = FX_ERROR_NONE;
    struct text text;

    text_init(&text, 120);
    node_describe(value, &text);
    suggest_name(&hint, value->text, plan->labels[axis].labels, plan->wf->axes[axis].count,
                 "its values are");
    scope_wrong(scope, selector->at, hint.hint[0] ? hint.hint : NULL,
                "axis '%.*s' has no value that is %s", STR(selector->axis), text.at);
    text_release(&text);
}

/* Evaluates a selector. Its value lives until the next one is begun that stands in no other. */
static const struct node *
eval_for_now(struct plan *plan, struct scope *scope, const struct expr *expr)
{
    struct arena *kept = scope->arena;
    const struct node *value;

    if (!plan->selecting++)
        arena_clear(plan->passing);
    scope->arena = plan->passing;
    value = scope_eval(scope, expr);
    scope->arena = kept;
    plan->selecting--;
    return value;
}

uint32_t
link_group(struct plan *plan, const struct link *link, const uint32_t *current, struct scope *scope)
{
    uint32_t small[16], *row = small, width = link->kept.count + link->context.count, group;
    struct text text;

    if (width > 16)
        row = arena_get(plan->scratch, width, sizeof *row);
    for (uint32_t i = link->kept.count; i < width; i++)
        row[i] = current[link->context.axes[i - link->kept.count]];
    for (uint32_t i = 0; i < link->kept.count; i++) {
        uint32_t axis = link->kept.axes[i];
        const struct node *value;

        row[i] = current[axis];
        if (!link->selected[i])
            continue;
        value = eval_for_now(plan, scope, link->selected[i]->value);
        if (!value)
            return TUPLES_NONE;
        row[i] = axes_find(plan, axis, value);
        if (!plan->wf->axes[axis].count)
            return TUPLES_NONE; /* its values have mistakes, reported */
        if (row[i] == TUPLES_NONE) {
            no_value(plan, link->selected[i], axis, value, scope);
            return TUPLES_NONE;
        }
    }
    group = tuples_find(&link->groups, row);
    if (group == TUPLES_NONE && scope && plan->stages[link->stage].points.count) {
        text_init(&text, 200);
        axes_print(plan, &link->kept, row, ", ", &text);
        scope_wrong(scope, link->at,
                    plan->wf->exclude || plan->wf->sample ? "'exclude' and 'sample' leave out points"
                                                          : NULL,
                    "stage '%.*s' has no point %s",
                    STR(plan->wf->stages[link->stage].name), text.at);
        text_release(&text);
    }
    return group;
}

const struct node *
link_value(struct plan *plan, struct link *link, uint32_t group)
{
    const struct plan_stage *other = &plan->stages[link->stage];
    uint32_t from = link->starts[group], count = link->starts[group + 1] - from;
    const struct node **items;

    if (link->values[group])
        return link->values[group];
    items = arena_get(link->gathers ? plan->arena : plan->scratch, count, sizeof *items);
    for (uint32_t i = 0; i < count; i++) {
        struct node *node = arena_get(plan->arena, 1, sizeof *node);

        node->kind = NODE_OUTPUT;
        node->at = link->at;
        node->weight = 1;
        node->text = str_of("");
        node->job = other->first_job + link->members[from + i];
        node->output = link->output;
        items[i] = node;
    }
    link->values[group] = link->gathers ? node_list(plan->arena, items, count, link->at) : items[0];
    return link->values[group];
}
