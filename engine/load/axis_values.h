/*
 * axis_values - the values that an axis lists.
 *
 *   [a, b, ...]                 scalars, or maps (named points)
 *   {range: [a, b, step]}       a, a + step, ... below b; the step is 1 when it is not given
 *   {linspace: [a, b, n]}       n values from a to b, evenly
 *   {logspace: [a, b, n]}       n values from a to b, by a constant factor
 */
#ifndef LOAD_AXIS_VALUES_H
#define LOAD_AXIS_VALUES_H

#include "load/workflow.h"

enum { AXIS_VALUES_MOST = 1000 * 1000 };

/*
 * Fills `axis->values` and `count` from a value without ${...}; equal ones count once. False after
 * appending to `problems`.
 */
bool axis_values_read(struct arena *arena, struct axis *axis, const struct node *value,
                      struct problems *problems);

#endif
