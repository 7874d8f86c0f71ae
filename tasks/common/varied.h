/*
 * varied - a number of the configuration that may differ from cell to cell.
 *
 *   20                      the same for all
 *   {uniform: [a, b]}       evenly between a and b
 *   {normal: [mean, sd]}    drawn again while it is out of bounds
 *   {lognormal: [m, s]}     m exp(s n) with a normal n: the median is m
 *   {exponential: mean}
 *
 * In: its JSON and bounds. Out: for each cell's random numbers a value within the bounds. What is
 * still out of them after 1000 draws becomes the nearest bound.
 */
#ifndef COMMON_VARIED_H
#define COMMON_VARIED_H

#include <jansson.h>

#include "common/rng.h"
#include "fornix/error.h"

enum varied_kind { VARIED_FIXED, VARIED_UNIFORM, VARIED_NORMAL, VARIED_LOGNORMAL,
                   VARIED_EXPONENTIAL };

struct varied {
    enum varied_kind kind;
    double a, b;            /* the numbers of the configuration; b: 0 where there is one */
    double low, high;       /* bounds of what is drawn */
};

/*
 * Reads one; where `json` is NULL or null it is `otherwise`. FX_INVALID when a number, both ends of
 * `uniform`, or a mean or median is not within low .. high, or a width is negative; `where` is for
 * the message.
 */
int varied_read(const json_t *json, const char *where, double low, double high, double otherwise,
                struct varied *out, struct fx_error *err);

/* The next value; a fixed one draws nothing. */
double varied_draw(const struct varied *varied, struct rng *rng);

#endif
