/*
 * couple - which pairs of cells are joined, where and how strongly.
 *
 * In: a rule, the places of both populations' somata. Out: for one cell after another of the first
 * population the cells that it is joined to, and what a junction is like.
 *
 * All that is drawn for a pair comes from one stream, that of its two gids: a pair is drawn once,
 * whoever asks, and nothing depends on other pairs.
 */
#ifndef GAP_JUNCTIONS_COUPLE_H
#define GAP_JUNCTIONS_COUPLE_H

#include "gap_junctions/neighbours.h"
#include "gap_junctions/rules.h"

struct couple {
    const struct gap_rule *rule;
    uint64_t seed;
    uint64_t start_a, start_b;          /* gids of the populations' first cells */
    const float *at[3];                 /* um, somata of the first population */
    const uint8_t *open_a, *open_b;     /* by cell: it has a place for junctions */
    bool same;                          /* a population with itself: partners come after the cell */
    struct neighbours *neighbours;      /* of the second population */
    double factor;                      /* probability = weight x factor, at most 1 */
};

/* What is drawn for a pair that is joined. */
struct couple_draws {
    double fraction_a, fraction_b;      /* 0..1: of the places on each cell's tree */
    double conductance;                 /* nS, before attenuation */
};

/* The pairs in reach of cell `a` that may be joined: `list`, by ascending partner. */
void couple_candidates(const struct couple *couple, uint32_t a, struct near_list *list);

/* The sum of the rule's weights over a list. */
double couple_weight(const struct couple *couple, const struct near_list *list);

/* Keeps those of the candidates that are joined. */
void couple_choose(const struct couple *couple, uint32_t a, struct near_list *list);

struct couple_draws couple_draw(const struct couple *couple, uint32_t a, uint32_t b);

/* The conductance (nS) of a junction at these distances (um) from the two somata: that which was drawn
 * times the mean of the attenuation at both. */
double couple_conductance(const struct gap_rule *rule, double drawn, double distance_a,
                          double distance_b);

#endif
