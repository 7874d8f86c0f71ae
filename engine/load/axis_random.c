/* Random values of an axis: {random: {uniform: [a, b], count: n, seed: s}}. */
#include <math.h>

#include "load/axis_values.h"
#include "load/draw.h"
#include "load/fields.h"

enum { UNIFORM, LOGUNIFORM, NORMAL, INTEGERS, KINDS, COUNT = KINDS, SEED, MEMBERS };

static const struct fields_rule rules[MEMBERS] = {
    [UNIFORM] = { "uniform", FIELD_LIST, false }, [LOGUNIFORM] = { "loguniform", FIELD_LIST, false },
    [NORMAL] = { "normal", FIELD_LIST, false },   [INTEGERS] = { "integers", FIELD_LIST, false },
    [COUNT] = { "count", FIELD_INTEGER, true },   [SEED] = { "seed", FIELD_INTEGER, false },
};

/* So many draws without a new value: there are not enough different ones. */
enum { MISSES_MOST = 1000 };

struct distribution {
    int kind;
    double a, b;
    struct fx_mark at;
};

static bool
check_args(const struct distribution *d, const struct node *args, struct problems *problems)
{
    static const char *const wants[KINDS] = {
        [UNIFORM] = "[a, b]: numbers, a below b",
        [LOGUNIFORM] = "[a, b]: positive numbers, a below b",
        [NORMAL] = "[mean, standard deviation]: numbers, the second positive",
        [INTEGERS] = "[a, b]: whole numbers, from a below b",
    };
    bool fine = args->count == 2 && isfinite(d->a) && isfinite(d->b);

    if (d->kind == NORMAL)
        fine = fine && d->b > 0;
    else
        fine = fine && d->a < d->b && isfinite(d->b - d->a);
    if (d->kind == LOGUNIFORM)
        fine = fine && d->a > 0;
    if (d->kind == INTEGERS)
        fine = fine && args->items[0]->kind == NODE_INTEGER &&
               args->items[1]->kind == NODE_INTEGER && fabs(d->a) < 4e15 && fabs(d->b) < 4e15;
    if (!fine)
        problems_wrong(problems, args->at, NULL, "'%s' takes %s", rules[d->kind].name,
                       wants[d->kind]);
    return fine;
}

/* The one distribution that the map names. */
static bool
find_distribution(const struct node *map, const struct node *const *value, struct distribution *d,
                  struct problems *problems)
{
    const struct node *args;
    int found = 0;

    for (int i = 0; i < KINDS; i++)
        if (value[i]) {
            d->kind = i;
            found++;
        }
    if (found != 1)
        return problems_wrong(problems, map->at,
                              "one of uniform, loguniform, normal, integers; such as "
                              "{uniform: [0, 1], count: 10, seed: 1}",
                              found ? "'random' takes one distribution"
                                    : "'random' lacks a distribution") != NULL;
    args = value[d->kind];
    d->at = args->at;
    if (args->count != 2 || !node_number(args->items[0], &d->a) ||
        !node_number(args->items[1], &d->b))
        d->a = d->b = (double)NAN;
    return check_args(d, args, problems);
}

static const struct node *
draw_value(const struct value_list *list, const struct draw *draw, const struct distribution *d,
           uint64_t index)
{
    double u = draw_unit(draw, index, 0);

    switch (d->kind) {
    case UNIFORM:
        return value_tidy(list->arena, d->a + (d->b - d->a) * u, d->at);
    case LOGUNIFORM:
        return value_tidy(list->arena, d->a * pow(d->b / d->a, u), d->at);
    case NORMAL: /* Box and Muller 1958; 1 - u is never 0 */
        return value_tidy(list->arena,
                          d->a + d->b * sqrt(-2 * log(1 - u)) *
                                     cos(6.283185307179586 * draw_unit(draw, index, 1)),
                          d->at);
    default: /* without repetition */
        return node_integer(
            list->arena, (int64_t)(d->a + (double)draw_shuffled(draw, (uint64_t)(d->b - d->a), index)),
            d->at);
    }
}

bool
value_list_random(struct value_list *list, const struct node *map, struct problems *problems)
{
    const struct node *value[MEMBERS];
    struct distribution d = { .kind = UNIFORM };
    struct draw draw;
    struct map known;
    struct text spelling;
    uint32_t count, misses = 0;

    if (!fields_read(map, "'random'", rules, MEMBERS, value, problems) ||
        !find_distribution(map, value, &d, problems) ||
        !value_list_start(list, (double)value[COUNT]->integer, value[COUNT]->at, problems))
        return false;
    count = (uint32_t)value[COUNT]->integer;
    draw = (struct draw){ arena_printf(list->arena, "axis.%.*s", STR(list->axis)),
                          value[SEED] ? value[SEED]->integer : 0 };
    map_init(&known);
    text_init(&spelling, 1000);
    if (d.kind == INTEGERS && count > d.b - d.a)
        misses = MISSES_MOST;
    for (uint64_t i = 0; list->count < count && misses < MISSES_MOST; i++) {
        const struct node *item = draw_value(list, &draw, &d, i);

        misses++;

        text_clear(&spelling);
        node_spell(item, &spelling);
        if (map_add(&known, arena_str(list->arena, text_view(&spelling)), list->count) ==
            list->count) {
            list->items[list->count++] = item;
            misses = 0;
        }
    }
    text_release(&spelling);
    map_release(&known);
    if (list->count < count)
        return problems_wrong(problems, value[COUNT]->at, NULL,
                              "'%s' has fewer than %u different values", rules[d.kind].name,
                              count) != NULL;
    return true;
}
