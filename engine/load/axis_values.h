/*
 * axis_values - the values that an axis lists.
 *
 *   [a, b, ...]                 scalars, or maps (named points)
 *   {range: [a, b, step]}       a, a + step, ... below b; the step is 1 when it is not given
 *   {linspace: [a, b, n]}       n values from a to b, evenly
 *   {logspace: [a, b, n]}       n values from a to b, by a constant factor
 *   {random: {...}}             random values, axis_random.c:
 *     uniform: [a, b]           from a below b
 *     loguniform: [a, b]        their logarithms uniform
 *     normal: [mean, sd]
 *     integers: [a, b]          whole numbers from a below b
 *     count: n, seed: s         n different values; the seed is 0 when it is not given
 *
 * Computed values have twelve digits, so that 0.1 + 2 * 0.1 is 0.3 and is called so.
 */
#ifndef LOAD_AXIS_VALUES_H
#define LOAD_AXIS_VALUES_H

#include "load/workflow.h"

enum { AXIS_VALUES_MOST = 1000 * 1000 };

/*
 * Fills `axis->values`, `count` and `listed` from a value without ${...}; equal ones count once.
 * False after appending to `problems`. `axis->name` must be there: random values depend on it.
 */
bool axis_values_read(struct arena *arena, struct axis *axis, const struct node *value,
                      struct problems *problems);

/* The values while they are listed; for axis_random.c. */
struct value_list {
    struct arena *arena;
    struct str axis;
    const struct node **items;
    uint32_t count;
};

/* Makes room for `count` values, at least one and at most AXIS_VALUES_MOST; otherwise reports it. */
bool value_list_start(struct value_list *list, double count, struct fx_mark at,
                      struct problems *problems);

/* A computed value, with twelve digits. */
const struct node *value_tidy(struct arena *arena, double value, struct fx_mark at);

/* The values of {random: map}. */
bool value_list_random(struct value_list *list, const struct node *map, struct problems *problems);

#endif
