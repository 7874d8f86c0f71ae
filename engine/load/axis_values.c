#include "load/axis_values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load/suggest.h"

bool
value_list_start(struct value_list *list, double count, struct fx_mark at,
                 struct problems *problems)
{
    if (!(count >= 1))
        return problems_wrong(problems, at, NULL, "this axis has no values") != NULL;
    if (count > AXIS_VALUES_MOST)
        return problems_wrong(problems, at, NULL, "this axis has more than %d values",
                              AXIS_VALUES_MOST) != NULL;
    list->items = arena_get(list->arena, (size_t)count, sizeof *list->items);
    return true;
}

const struct node *
value_tidy(struct arena *arena, double value, struct fx_mark at)
{
    char digits[40];

    snprintf(digits, sizeof digits, "%.12g", value);
    number_parse_real(str_of(digits), &value);
    return node_real(arena, value, at);
}

static bool
list_range(struct value_list *list, const struct node *args, struct problems *problems)
{
    const struct node *const *item = args->items;
    double a = 0, b = 0, step = 1, count;
    bool whole = true;

    for (uint32_t i = 0; i < args->count; i++)
        whole = whole && item[i]->kind == NODE_INTEGER;
    if (args->count < 2 || args->count > 3 || !node_number(item[0], &a) ||
        !node_number(item[1], &b) || (args->count == 3 && !node_number(item[2], &step)) ||
        !(step < 0 || step > 0) || !isfinite(a) || !isfinite(b) || !isfinite(step))
        return problems_wrong(problems, args->at, NULL,
                              "'range' takes [first, end] or [first, end, step]: numbers, "
                              "the step not 0") != NULL;
    count = ceil((b - a) / step - 1e-9);
    if (!value_list_start(list, count, args->at, problems))
        return false;
    for (uint32_t i = 0; i < (uint32_t)count; i++)
        list->items[list->count++] =
            whole ? node_integer(list->arena,
                                 item[0]->integer +
                                     (int64_t)i * (args->count == 3 ? item[2]->integer : 1),
                                 args->at)
                  : value_tidy(list->arena, a + i * step, args->at);
    return true;
}

static bool
list_space(struct value_list *list, const struct node *args, bool logarithmic, struct problems *problems)
{
    double a = 0, b = 0;
    int64_t n;

    if (args->count != 3 || !node_number(args->items[0], &a) || !node_number(args->items[1], &b) ||
        args->items[2]->kind != NODE_INTEGER || !isfinite(a) || !isfinite(b) ||
        (logarithmic && !(a > 0 && b > 0)))
        return problems_wrong(problems, args->at, NULL, "'%s' takes [first, last, how many]%s",
                              logarithmic ? "logspace" : "linspace",
                              logarithmic ? ", the first and the last positive" : "") != NULL;
    n = args->items[2]->integer;
    if (!value_list_start(list, (double)n, args->at, problems))
        return false;
    for (int64_t i = 0; i < n; i++) {
        double part = n > 1 ? (double)i / (double)(n - 1) : 0;
        double value = logarithmic ? a * pow(b / a, part) : a + (b - a) * part;

        list->items[list->count++] = value_tidy(list->arena, i == n - 1 && n > 1 ? b : value, args->at);
    }
    return true;
}

static bool
list_form(struct value_list *list, const struct node *map, struct problems *problems)
{
    static const char *const forms[] = { "range", "linspace", "logspace", "random" };
    struct str names[4] = { str_of(forms[0]), str_of(forms[1]), str_of(forms[2]),
                            str_of(forms[3]) };
    struct fx_error hint = FX_ERROR_NONE;
    const struct node *args;

    if (map->count != 1)
        return problems_wrong(problems, map->at,
                              "a list, {range: ...}, {linspace: ...}, "
                              "{logspace: ...} or {random: ...}",
                              "this is no list of values") != NULL;
    args = map->entries[0].value;
    if (str_equal(map->entries[0].key, names[3]))
        return value_list_random(list, args, problems);
    for (int i = 0; i < 3; i++) {
        if (!str_equal(map->entries[0].key, names[i]))
            continue;
        if (args->kind != NODE_LIST)
            return problems_wrong(problems, args->at, NULL, "'%s' takes a list", forms[i]) != NULL;
        return i == 0 ? list_range(list, args, problems) : list_space(list, args, i == 2, problems);
    }
    suggest_name(&hint, map->entries[0].key, names, 4, NULL);
    problems_wrong(problems, map->entries[0].at, hint.hint, "an axis has no '%.*s'",
                   STR(map->entries[0].key));
    return false;
}

static bool
list_items(struct value_list *list, const struct node *value, struct problems *problems)
{
    if (!value_list_start(list, value->count, value->at, problems))
        return false;
    for (uint32_t i = 0; i < value->count; i++) {
        const struct node *item = value->items[i];

        if (item->kind == NODE_NULL || item->kind == NODE_LIST)
            return problems_wrong(problems, item->at, NULL,
                                  "the values of an axis are scalars or maps") != NULL;
        list->items[list->count++] = item;
    }
    return true;
}

/*
 * Drops values that were there before, by their canonical spelling. `*listed`: the numbers of the
 * values as they were listed; NULL when none was dropped.
 */
static void
drop_repeated(struct value_list *list, const uint32_t **listed)
{
    uint32_t *numbers = mem_new(list->count, sizeof *numbers), kept = 0, *copy;
    struct map known;
    struct text spelling;

    map_init(&known);
    text_init(&spelling, SIZE_MAX / 2);
    for (uint32_t i = 0; i < list->count; i++) {
        text_clear(&spelling);
        node_spell(list->items[i], &spelling);
        numbers[i] = map_add(&known, arena_str(list->arena, text_view(&spelling)), kept);
        if (numbers[i] == kept)
            list->items[kept++] = list->items[i];
    }
    *listed = NULL;
    if (kept < list->count) {
        copy = arena_get(list->arena, list->count, sizeof *copy);
        memcpy(copy, numbers, list->count * sizeof *copy);
        *listed = copy;
    }
    free(numbers);
    list->count = kept;
    text_release(&spelling);
    map_release(&known);
}

bool
axis_values_read(struct arena *arena, struct axis *axis, const struct node *value,
                 struct problems *problems)
{
    struct value_list list = { .arena = arena, .axis = axis->name };
    bool fine;

    if (value->kind == NODE_LIST)
        fine = list_items(&list, value, problems);
    else if (value->kind == NODE_MAP)
        fine = list_form(&list, value, problems);
    else
        fine = problems_wrong(problems, value->at, "write [value], even for a single one",
                              "the values of an axis are a list") != NULL;
    if (!fine)
        return false;
    axis->listed_count = list.count;
    drop_repeated(&list, &axis->listed);
    axis->values = list.items;
    axis->count = list.count;
    return true;
}
