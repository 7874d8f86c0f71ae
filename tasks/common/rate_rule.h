/*
 * rate_rule - the rates of a population's cells, as the configuration describes them.
 *
 *   {type: constant, rate: 20}                                      Hz; as all numbers of rates, varied.h
 *   {type: stepped, times: [0, 100], rates: [5, 50]}                ms, Hz
 *   {type: linear, times: [0, 100], rates: [5, 50]}
 *   {type: sinusoidal, rate: 10, depth: 1, frequency: 8, phase: 0}  degrees
 *   {type: stepped, file: rates.csv, dataset: ..., scale: 1}        or linear: times and rates of a file
 *
 * A file (numbers.h) has times in its first column and rates in the second, for all cells; or a column
 * of rates for each cell.
 *
 * In: JSON. Out: the struct rate of each cell, which depends on the seed and the gid alone.
 */
#ifndef COMMON_RATE_RULE_H
#define COMMON_RATE_RULE_H

#include <jansson.h>

#include "common/numbers.h"
#include "common/rate.h"
#include "common/varied.h"

struct rate_rule {
    enum rate_type type;
    struct varied rate, depth, frequency, phase, scale;
    size_t count;               /* times and rates of each cell; constant: 1; sinusoidal: 0 */
    double *times;              /* ms; NULL for constant and sinusoidal */
    struct varied *rates;       /* NULL where they come from a file */
    struct numbers file;
};

/* `cells`: of the population. *out is filled on success alone; release it. */
int  rate_rule_read(const json_t *json, const char *where, uint64_t cells, struct rate_rule *out,
                    struct fx_error *err);
void rate_rule_release(struct rate_rule *rule);

/*
 * The rate of a cell, number `cell` of the population. It points to the rule's times and to `rates`,
 * which has room for rule->count values. Fails where what was drawn is no rate.
 */
int rate_rule_of(const struct rate_rule *rule, uint64_t seed, uint32_t gid, uint32_t cell,
                 double *rates, struct rate *out, struct fx_error *err);

#endif
