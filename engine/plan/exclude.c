/* What `exclude` leaves out: {axis: value or values, ...}, or a condition "${axis.a == axis.b}". */
#include <string.h>

#include "load/suggest.h"
#include "plan/planner.h"

/* One axis of a map: the values that fit. */
struct fitting {
    uint32_t axis;
    bool *values;
};

struct exclusion {
    VEC(struct fitting) map;
    struct formula *condition; /* or NULL */
    struct fx_mark at;
    struct axis_set axes;   /* that the condition names */
    struct tuples known;    /* their values for which it is known */
    VEC(bool) holds;        /* per row of `known` */
};

struct exclusions {
    struct plan *plan;
    bool *names; /* per axis */
    uint32_t *row;
    struct arena *scratch; /* of conditions */
    VEC(struct exclusion) list;
};

/* --- reading ---------------------------------------------------------------------------------- */

/* MAP_NONE after reporting. */
static uint32_t
find_axis(struct plan *plan, struct str name, struct fx_mark at)
{
    const struct workflow *wf = plan->wf;
    uint32_t number = map_get(&wf->axis_numbers, name), shared = 0;
    struct fx_error hint = FX_ERROR_NONE;
    struct str *names;

    if (number != MAP_NONE && wf->axes[number].owner == AXIS_SHARED)
        return number;
    if (number != MAP_NONE) {
        problems_wrong(plan->problems, at, NULL,
                       "'%.*s' is an axis of one stage: 'exclude' knows those of the workflow",
                       STR(name));
        return MAP_NONE;
    }
    names = arena_get(plan->arena, wf->axis_count, sizeof *names);
    for (uint32_t i = 0; i < wf->axis_count && wf->axes[i].owner == AXIS_SHARED; i++)
        names[shared++] = wf->axes[i].name;
    suggest_name(&hint, name, names, shared, "axes are");
    problems_wrong(plan->problems, at, hint.hint,
                   "'exclude' names the axis '%.*s', which does not exist", STR(name));
    return MAP_NONE;
}

static bool
fit_value(struct plan *plan, const struct fitting *fitting, const struct node *value)
{
    const struct axis *axis = &plan->wf->axes[fitting->axis];
    uint32_t number = axes_find(plan, fitting->axis, value);
    struct fx_error hint = FX_ERROR_NONE;
    struct text text;

    if (number != TUPLES_NONE) {
        fitting->values[number] = true;
        return true;
    }
    text_init(&text, 120);
    node_describe(value, &text);
    suggest_name(&hint,
                 value->kind == NODE_MAP || value->kind == NODE_LIST ? str_of("") : value->text,
                 plan->labels[fitting->axis].labels, axis->count, "its values are");
    problems_wrong(plan->problems, value->at, hint.hint, "axis '%.*s' has no value that is %s",
                   STR(axis->name), text.at);
    text_release(&text);
    return false;
}

static bool
read_map(struct exclusions *all, struct exclusion *exclusion, const struct node *map)
{
    bool fine = true;

    for (uint32_t i = 0; i < map->count; i++) {
        const struct entry *entry = &map->entries[i];
        struct fitting fitting = { .axis = find_axis(all->plan, entry->key, entry->at) };
        const struct node *value = entry->value;

        if (fitting.axis == MAP_NONE) {
            fine = false;
            continue;
        }
        if (!all->plan->wf->axes[fitting.axis].count) { /* has mistakes, reported */
            fine = false;
            continue;
        }
        all->names[fitting.axis] = true;
        fitting.values = arena_get(all->plan->arena, all->plan->wf->axes[fitting.axis].count,
                                   sizeof *fitting.values);
        vec_push(&exclusion->map, fitting);
        if (value->kind != NODE_LIST)
            fine = fit_value(all->plan, &fitting, value) && fine;
        for (uint32_t k = 0; value->kind == NODE_LIST && k < value->count; k++)
            fine = fit_value(all->plan, &fitting, value->items[k]) && fine;
    }
    return fine;
}

struct finder {
    struct formula_visitor visitor;
    struct exclusions *all;
    bool *uses, any, broken;
};

static void
visit_axis(struct formula_visitor *visitor, struct str name, struct fx_mark at)
{
    struct finder *finder = (struct finder *)visitor;
    uint32_t axis = find_axis(finder->all->plan, name, at);

    finder->any = true;
    if (axis == MAP_NONE || !finder->all->plan->wf->axes[axis].count)
        finder->broken = true;
    else
        finder->uses[axis] = finder->all->names[axis] = true;
}

static void
visit_reference(struct formula_visitor *visitor, struct reference *reference)
{
    struct finder *finder = (struct finder *)visitor;

    problems_wrong(finder->all->plan->problems, reference->at, NULL,
                   "'exclude' does not depend on outputs of stages");
    finder->broken = true;
}

static bool
read_exclusion(struct exclusions *all, const struct node *written)
{
    struct plan *plan = all->plan;
    struct exclusion exclusion = { .at = written->at };
    struct finder finder = { .visitor = { visit_axis, visit_reference }, .all = all };
    struct scope scope = { .arena = plan->arena,
                           .problems = plan->problems,
                           .globals = plan->wf->globals,
                           .stranger = "write a condition: \"${axis.a == axis.b}\"" };
    size_t before = problems_count(plan->problems);
    struct formula *formula = formula_new(plan->arena, written, plan->problems);
    const struct node *value;
    bool fine = true;

    if (problems_count(plan->problems) != before)
        return false;
    finder.uses = arena_get(plan->arena, plan->wf->axis_count, sizeof *finder.uses);
    if (written->kind == NODE_STRING)
        formula_visit(formula, &finder.visitor);
    if (finder.broken)
        return false;
    if (finder.any) {
        exclusion.condition = formula;
        exclusion.axes = axes_collect(plan, finder.uses);
        tuples_init(&exclusion.known, exclusion.axes.count);
        vec_push(&all->list, exclusion);
        return true;
    }
    value = formula_eval(formula, &scope);
    if (value && (value->kind != NODE_MAP || !value->count))
        value = problems_wrong(plan->problems, written->at,
                               "such as {distance: 0, side: u} or \"${axis.a == axis.b}\"",
                               "an entry of 'exclude' is a map of axes, or a condition on them");
    fine = value && read_map(all, &exclusion, value);
    vec_push(&all->list, exclusion);
    return fine;
}

struct exclusions *
exclusions_new(struct plan *plan)
{
    const struct node *list = plan->wf->exclude;
    struct exclusions *all;
    bool fine = true;

    if (!list || !list->count)
        return NULL;
    all = mem_new(1, sizeof *all);
    all->plan = plan;
    all->names = arena_get(plan->arena, plan->wf->axis_count, sizeof *all->names);
    all->row = arena_get(plan->arena, plan->wf->axis_count, sizeof *all->row);
    for (uint32_t i = 0; i < list->count; i++)
        fine = read_exclusion(all, list->items[i]) && fine;
    if (fine)
        return all;
    exclusions_free(all);
    return NULL;
}

void
exclusions_free(struct exclusions *all)
{
    for (size_t i = 0; all && i < all->list.count; i++) {
        vec_release(&all->list.at[i].map);
        vec_release(&all->list.at[i].holds);
        tuples_release(&all->list.at[i].known);
    }
    if (all) {
        vec_release(&all->list);
        arena_free(all->scratch);
    }
    free(all);
}

bool
exclusions_name(const struct exclusions *all, uint32_t axis)
{
    return all && all->names[axis];
}

uint32_t
exclusions_count(const struct exclusions *all)
{
    return all ? (uint32_t)all->list.count : 0;
}

/* --- matching --------------------------------------------------------------------------------- */

/* Where a condition is evaluated. */
struct here {
    const struct plan *plan;
    const uint32_t *current;
};

static const struct node *
axis_value(struct scope *scope, struct str name, struct fx_mark at)
{
    const struct here *here = scope->context;
    uint32_t axis = map_get(&here->plan->wf->axis_numbers, name);

    (void)at;
    return here->plan->wf->axes[axis].values[here->current[axis]];
}

/* Values of conditions are not kept: one scratch arena for so many of them. */
enum { CONDITIONS_MOST = 2 * 1000 * 1000, SCRATCH_FOR = 10000 };

/* Evaluated once per combination of the values that it names. */
static int
condition_holds(struct exclusions *all, struct exclusion *exclusion, const uint32_t *current)
{
    struct plan *plan = all->plan;
    struct here here = { plan, current };
    struct scope scope = { .problems = plan->problems,
                           .globals = plan->wf->globals,
                           .stranger = "'exclude' does not depend on stages",
                           .axis = axis_value,
                           .context = &here };
    const struct node *value;
    uint32_t number;

    for (uint32_t i = 0; i < exclusion->axes.count; i++)
        all->row[i] = current[exclusion->axes.axes[i]];
    number = tuples_add(&exclusion->known, all->row);
    if (number < exclusion->holds.count)
        return exclusion->holds.at[number];
    if (number >= CONDITIONS_MOST) {
        problems_wrong(plan->problems, exclusion->at, "a map of values has no such limit",
                       "this condition would be looked at for more than %d points",
                       CONDITIONS_MOST);
        return -1;
    }
    if (number % SCRATCH_FOR == 0) {
        arena_free(all->scratch);
        all->scratch = arena_new();
    }
    scope.arena = all->scratch;
    value = formula_eval(exclusion->condition, &scope);
    if (!value)
        return -1;
    if (value->kind != NODE_BOOL) {
        problems_wrong(plan->problems, exclusion->at, "such as \"${axis.a == axis.b}\"",
                       "a condition of 'exclude' must be true or false");
        return -1;
    }
    vec_push(&exclusion->holds, value->boolean);
    return value->boolean;
}

int
exclusions_match(struct exclusions *all, const uint32_t *current)
{
    for (size_t i = 0; all && i < all->list.count; i++) {
        struct exclusion *exclusion = &all->list.at[i];
        int fits = 1;

        if (exclusion->condition)
            fits = condition_holds(all, exclusion, current);
        for (size_t k = 0; fits == 1 && k < exclusion->map.count; k++)
            fits = exclusion->map.at[k].values[current[exclusion->map.at[k].axis]];
        if (fits != 0)
            return fits;
    }
    return 0;
}
