/*
 * rules - which cells gap junctions join, where, and how strongly.
 *
 * In: the parameter `gap_junctions`, in its own form (population -> population -> rule) or as the
 * field's tools have it (Locations, Connection Probabilities, Connection Weights, Coupling
 * Coefficients, Coupling Weights). Out: a record for each pair of populations, with names resolved to
 * numbers.
 */
#ifndef GAP_JUNCTIONS_RULES_H
#define GAP_JUNCTIONS_RULES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/config.h"
#include "common/varied.h"

/* Straight lines between points; the first and last value beyond them. */
struct curve {
    size_t count;           /* 0: 1 everywhere */
    double *x, *y;          /* x ascends */
};

double curve_at(const struct curve *curve, double x);

struct gap_rule {
    char *a, *b;                /* populations; the same for junctions within one */
    uint16_t a_index, b_index;  /* their numbers, for the caller to set; 0 */
    /*
     * The probability of a pair at distance d is weight(d); if `share`, weight(d) share / mean, at most
     * 1, where mean is that of the weights of all pairs in reach.
     */
    bool is_share;
    double share;               /* 0..1 */
    struct curve weight;
    double reach;               /* um; farther pairs are not joined */
    bool section[256], layer[256];      /* by number, cast to uint8_t: where junctions may be */
    struct varied conductance;  /* nS */
    struct curve attenuation;   /* over um from the soma */
};

struct gap_rules {
    struct gap_rule *at;
    size_t count;
};

/*
 * Reads them in the order of the configuration. FX_INVALID for names that definitions lack, a pair of
 * populations that occurs twice (in either order), numbers out of bounds, curves that do not ascend.
 * Release it.
 */
int  gap_rules_read(const json_t *json, const struct definitions *definitions,
                    struct gap_rules *out, struct fx_error *err);
void gap_rules_release(struct gap_rules *rules);

/* Orders them by the populations' numbers, so that nothing depends on the order of the configuration. */
void gap_rules_sort(struct gap_rules *rules);

#endif
