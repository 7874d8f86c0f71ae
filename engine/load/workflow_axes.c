#include "load/workflow_axes.h"

#include "load/axis_values.h"
#include "load/fields.h"
#include "load/suggest.h"

bool
workflow_check_name(const struct entry *entry, const char *what, struct problems *problems)
{
    static const char *const taken[] = { "params", "axis", "file", "env", "true", "false",
                                         "null",   "and",  "or",   "not", "if",   "else" };

    if (!expr_is_name(entry->key) || entry->key.len > 100)
        return problems_wrong(problems, entry->at,
                              "letters, digits and '_', not beginning with a "
                              "digit",
                              "'%.*s' cannot name %s", STR(entry->key), what) != NULL;
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (str_is(entry->key, taken[i]))
            return problems_wrong(problems, entry->at, NULL,
                                  "'%.*s' cannot name %s: it has a meaning in expressions",
                                  STR(entry->key), what) != NULL;
    return true;
}

static struct scope
axes_scope(struct workflow *wf, struct problems *problems)
{
    return (struct scope){ .arena = wf->arena,
                           .problems = problems,
                           .globals = wf->globals,
                           .stranger = "axes do not depend on axes or stages" };
}

/* --- axes ------------------------------------------------------------------------------------- */

static void
read_axis(struct workflow *wf, const struct entry *entry, uint32_t owner, struct problems *problems)
{
    struct scope scope = axes_scope(wf, problems);
    struct axis *axis = &wf->axes[wf->axis_count];
    const struct node *value;

    workflow_check_name(entry, "an axis", problems);
    if (map_add(&wf->axis_numbers, entry->key, wf->axis_count) != wf->axis_count) {
        problems_wrong(problems, entry->at, "axes at the top of the workflow are shared",
                       "there is an axis '%.*s' already, which is not this stage's own",
                       STR(entry->key));
        return;
    }
    axis->name = entry->key;
    axis->at = entry->at;
    axis->owner = owner;
    axis->zip = wf->axis_count++;
    value = formula_eval(formula_new(wf->arena, entry->value, problems), &scope);
    if (value)
        axis_values_read(wf->arena, axis, value, problems);
}

/* The `axes` of a stage, or NULL; other kinds than maps are reported with the stage. */
static const struct node *
own_axes(const struct node *stages, uint32_t number)
{
    const struct node *axes = node_at(stages->entries[number].value, "axes");

    return axes && axes->kind == NODE_MAP ? axes : NULL;
}

/* --- zip -------------------------------------------------------------------------------------- */

static uint32_t
find_axis(const struct workflow *wf, const struct node *name, struct problems *problems)
{
    uint32_t number = map_get(&wf->axis_numbers, name->text), shared = 0;
    struct fx_error hint = FX_ERROR_NONE;
    struct str *names;

    if (number != MAP_NONE && wf->axes[number].owner != AXIS_SHARED) {
        problems_wrong(problems, name->at, NULL,
                       "'%.*s' is an axis of one stage: only axes of the workflow are zipped",
                       STR(name->text));
        return MAP_NONE;
    }
    if (number != MAP_NONE)
        return number;
    names = arena_get(wf->arena, wf->axis_count, sizeof *names);
    while (shared < wf->axis_count && wf->axes[shared].owner == AXIS_SHARED) {
        names[shared] = wf->axes[shared].name;
        shared++;
    }
    suggest_name(&hint, name->text, names, shared, "axes are");
    problems_wrong(problems, name->at, hint.hint, "there is no axis '%.*s' to zip",
                   STR(name->text));
    return MAP_NONE;
}

/* One more axis of a group that begins with `first`. */
static void
zip_axis(struct workflow *wf, const struct node *name, uint32_t first, uint32_t number, bool *zipped,
         struct problems *problems)
{
    struct axis *axis = &wf->axes[number];
    const struct axis *other = &wf->axes[first];

    if (zipped[number]) {
        problems_wrong(problems, name->at, NULL, "axis '%.*s' is zipped twice", STR(axis->name));
        return;
    }
    zipped[number] = true;
    if (axis->count && other->count && axis->listed_count != other->listed_count)
        problems_wrong(problems, name->at, "zipped axes have equally many values",
                       "axis '%.*s' has %u values, and '%.*s' has %u", STR(axis->name),
                       axis->listed_count, STR(other->name), other->listed_count);
    else
        axis->zip = first;
}

static void
read_zip(struct workflow *wf, const struct node *zip, struct problems *problems)
{
    bool *zipped = arena_get(wf->arena, wf->axis_count, sizeof *zipped);

    for (uint32_t i = 0; zip && i < zip->count; i++) {
        const struct node *group = zip->items[i];
        uint32_t count, first = MAP_NONE;
        const struct node *const *names = fields_strings(&group, &count);

        if (group->kind != NODE_LIST || count < 2) {
            problems_wrong(problems, group->at, "write zip: [[a, b]]",
                           "'zip' is a list of lists of axes, two at least");
            return;
        }
        for (uint32_t k = 0; k < count; k++) {
            uint32_t number = find_axis(wf, names[k], problems);

            if (number == MAP_NONE)
                continue;
            first = first == MAP_NONE ? number : first;
            zip_axis(wf, names[k], first, number, zipped, problems);
        }
    }
}

/* Groups are named by their first axis in the order of the workflow. */
static void
name_groups(struct workflow *wf)
{
    uint32_t *least = arena_get(wf->arena, wf->axis_count, sizeof *least);

    for (uint32_t i = wf->axis_count; i-- > 0;)
        least[wf->axes[i].zip] = i;
    for (uint32_t i = 0; i < wf->axis_count; i++)
        wf->axes[i].zip = least[wf->axes[i].zip];
}

/* --- sample ----------------------------------------------------------------------------------- */

static void
read_sample(struct workflow *wf, const struct node *sample, struct problems *problems)
{
    static const struct fields_rule rules[] = { { "count", FIELD_INTEGER, true },
                                                { "seed", FIELD_INTEGER, false } };
    struct scope scope = axes_scope(wf, problems);
    const struct node *value[2];

    sample = sample ? formula_eval(formula_new(wf->arena, sample, problems), &scope) : NULL;
    if (!sample || !fields_read(sample, "'sample'", rules, 2, value, problems))
        return;
    if (value[0]->integer < 1 || value[0]->integer > SAMPLE_MOST) {
        problems_wrong(problems, value[0]->at, NULL, "a sample has from 1 to %d points",
                       SAMPLE_MOST);
        return;
    }
    wf->sample = (uint32_t)value[0]->integer;
    wf->sample_seed = value[1] ? value[1]->integer : 0;
    wf->sample_at = value[0]->at;
}

void
workflow_axes_read(struct workflow *wf, const struct axes_written *written,
                   struct problems *problems)
{
    uint32_t shared = written->axes ? written->axes->count : 0, own = 0;
    uint32_t stages = written->stages ? written->stages->count : 0;

    for (uint32_t i = 0; i < stages; i++)
        own += own_axes(written->stages, i) ? own_axes(written->stages, i)->count : 0;
    wf->axes = arena_get(wf->arena, (size_t)shared + own, sizeof *wf->axes);
    for (uint32_t i = 0; i < shared; i++)
        read_axis(wf, &written->axes->entries[i], AXIS_SHARED, problems);
    for (uint32_t i = 0; i < stages; i++) {
        const struct node *axes = own_axes(written->stages, i);

        for (uint32_t k = 0; axes && k < axes->count; k++)
            read_axis(wf, &axes->entries[k], i, problems);
    }
    read_zip(wf, written->zip, problems);
    name_groups(wf);
    wf->exclude = written->exclude;
    read_sample(wf, written->sample, problems);
}
