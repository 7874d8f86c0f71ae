/* Targets on the command line: "stage" and "stage[axis=value,...]". */
#include <string.h>

#include "load/suggest.h"
#include "plan/planner.h"

struct target {
    struct str stage;
    struct str axes; /* between the brackets; at == NULL: none */
};

static int
split(const char *text, struct target *target, struct fx_error *err)
{
    const char *open = strchr(text, '[');
    size_t len = strlen(text);

    *target = (struct target){ .stage = str_of(text) };
    if (!open)
        return 0;
    if (text[len - 1] != ']') {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has no ']' at its end", text);
        return fx_error_hint(err, "write stage[axis=value,...]");
    }
    target->stage.len = (size_t)(open - text);
    target->axes = (struct str){ open + 1, len - target->stage.len - 2 };
    return 0;
}

static int
find_stage(const struct plan *plan, struct str name, uint32_t *stage, struct fx_error *err)
{
    struct str *names;

    *stage = map_get(&plan->wf->stage_numbers, name);
    if (*stage != MAP_NONE)
        return 0;
    names = mem_new(plan->wf->stage_count, sizeof *names);
    for (uint32_t i = 0; i < plan->wf->stage_count; i++)
        names[i] = plan->wf->stages[i].name;
    fx_fail(err, FX_INVALID, FX_NOWHERE, "workflow '%s' has no stage '%.*s'", plan->wf->path,
            STR(name));
    suggest_name(err, name, names, plan->wf->stage_count, "stages are");
    free(names);
    return -1;
}

/* One "axis=value": `place` among the stage's axes and the value's number. */
static int
find_condition(const struct plan *plan, uint32_t stage, struct str text, uint32_t *place,
               uint32_t *value, struct fx_error *err)
{
    const struct axis_set *set = &plan->stages[stage].axes;
    const char *equals = text.len ? memchr(text.at, '=', text.len) : NULL;
    struct str axis = str_slice(text, 0, equals ? (size_t)(equals - text.at) : text.len);
    struct str wanted = str_slice(text, axis.len + 1, text.len);
    struct str *names = mem_new(set->count + 1, sizeof *names);
    const struct axis_labels *labels;

    for (*place = 0; *place < set->count; ++*place) {
        names[*place] = plan->wf->axes[set->axes[*place]].name;
        if (str_equal(names[*place], axis))
            break;
    }
    if (*place == set->count || !equals) {
        fx_fail(err, FX_INVALID, FX_NOWHERE,
                equals ? "stage '%.*s' has no axis '%.*s'" : "stage '%.*s': '%.*s' lacks '=value'",
                STR(plan->wf->stages[stage].name), STR(axis));
        if (equals)
            suggest_name(err, axis, names, set->count, "its axes are");
        else
            fx_error_hint(err, "write stage[axis=value,...]");
        free(names);
        return -1;
    }
    free(names);
    labels = &plan->labels[set->axes[*place]];
    *value = axes_find_text(plan, set->axes[*place], wanted);
    if (*value != TUPLES_NONE)
        return 0;
    fx_fail(err, FX_INVALID, FX_NOWHERE, "axis '%.*s' has no value '%.*s'", STR(axis), STR(wanted));
    suggest_name(err, wanted, labels->labels, plan->wf->axes[set->axes[*place]].count,
                 "its values are");
    return -1;
}

/* Every job that was named lies outside of --axis. */
static int
nothing_inside(const struct plan *plan, uint32_t stage, bool cut, struct fx_error *err)
{
    struct str name = plan->wf->stages[stage].name;

    if (!cut)
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "the jobs of '%.*s' that are named lie outside of --axis", STR(name));
    fx_fail(err, FX_INVALID, FX_NOWHERE, "stage '%.*s' needs points outside of --axis", STR(name));
    return fx_error_hint(err, "--set axes.NAME='[...]' makes a smaller sweep, over which it gathers");
}

/* Marks the points of a stage that fulfil all conditions. */
static int
mark_points(const struct plan *plan, uint32_t stage, struct str axes, bool *found,
            struct fx_error *err)
{
    const struct plan_stage *self = &plan->stages[stage];
    uint32_t *wanted = mem_new(self->axes.count + 1, sizeof *wanted), place, value;
    bool any = false, cut = false, left_out = false;
    int result = 0;

    for (uint32_t i = 0; i < self->axes.count; i++)
        wanted[i] = TUPLES_NONE;
    while (axes.at && axes.len && result == 0) {
        const char *comma = memchr(axes.at, ',', axes.len);
        size_t len = comma ? (size_t)(comma - axes.at) : axes.len;

        result = find_condition(plan, stage, str_slice(axes, 0, len), &place, &value, err);
        if (result == 0)
            wanted[place] = value;
        axes = str_slice(axes, len + 1, axes.len);
    }
    for (uint32_t p = 0; result == 0 && p < self->points.count; p++) {
        const uint32_t *row = tuples_row(&self->points, p);
        bool fits = true;

        for (uint32_t i = 0; i < self->axes.count; i++)
            fits = fits && (wanted[i] == TUPLES_NONE || wanted[i] == row[i]);
        if (fits && plan_inside(plan, self->first_job + p)) {
            found[self->first_job + p] = true;
            any = true;
        } else if (fits) {
            cut = cut || plan_cut(plan, self->first_job + p);
            left_out = true;
        }
    }
    free(wanted);
    return result == 0 && left_out && !any ? nothing_inside(plan, stage, cut, err) : result;
}

int
plan_find(const struct plan *plan, const char *target, bool *found, struct fx_error *err)
{
    struct target parts;
    uint32_t stage;

    if (split(target, &parts, err) != 0 || find_stage(plan, parts.stage, &stage, err) != 0)
        return -1;
    return mark_points(plan, stage, parts.axes, found, err);
}

int
plan_select(const struct plan *plan, const char *const *targets, uint32_t count, bool *wanted,
            struct fx_error *err)
{
    for (uint32_t i = 0; i < count; i++)
        if (plan_find(plan, targets[i], wanted, err) != 0)
            return -1;
    for (job_id job = plan->count; job-- > 0;) { /* what is needed comes before who needs it */
        uint32_t needs;
        const job_id *need = plan_needs(plan, job, &needs);

        if (!count && plan_inside(plan, job))
            wanted[job] = true;
        for (uint32_t k = 0; wanted[job] && k < needs; k++)
            wanted[need[k]] = true;
    }
    return 0;
}
