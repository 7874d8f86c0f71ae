/*
 * expression - a number that varies along a cell, as "1e-3 * exp(-distance / 200)".
 *
 * Operators + - * / ^ and parentheses; functions sqrt exp log of one argument, min max of two;
 * variables distance (um, along the tree from soma(0.5)), diameter (um), layer (its number).
 * Parsed once, evaluated for each segment.
 */
#ifndef ENVIRONMENT_EXPRESSION_H
#define ENVIRONMENT_EXPRESSION_H

#include <stddef.h>

#include "base/text.h"
#include "fornix/error.h"

struct expression;

/* What the variables stand for at one place. */
struct expression_place {
    double distance, diameter, layer;
};

/* NULL for what is no expression: the text says what was expected, and where. */
struct expression *expression_parse(struct str text, struct fx_error *err);
void               expression_free(struct expression *expression);

/* May be infinite or not a number where the formula is (a division by zero). */
double expression_value(const struct expression *expression, const struct expression_place *place);

#endif
