/*
 * placement - the synapses of one cell on its tree.
 *
 * In: a tree's segments and the density rules. Out: for a cell (gid), how many synapses it has, and
 * where. The number comes without the positions, so that a file's size is known before it is
 * written:
 *
 *   placement_init(&p, &segments, &rules)              once for a tree
 *   placement_count(&p, &how, gid, &scratch, &n, err)
 *   placement_fill(&p, &how, gid, &scratch, &out)      room for n in `out`; after a count for the
 * gid
 *
 * What a rule draws is keyed by (seed, gid, rule): other rules, cells and ranks do not change it.
 */
#ifndef SYNAPSES_PLACEMENT_H
#define SYNAPSES_PLACEMENT_H

#include <stdint.h>

#include "common/rng.h"
#include "synapses/density.h"
#include "synapses/segments.h"

enum placement_distribution {
    PLACEMENT_POISSON,  /* a Poisson process with the density of each segment */
    PLACEMENT_UNIFORM   /* floor(density x length) in each segment, evenly */
};

struct placement_how {
    enum placement_distribution distribution;
    uint64_t seed;
};

struct placement {
    const struct segments *segments;        /* borrowed, as are the rules */
    const struct density_rules *rules;
    uint32_t *start;                        /* rules->count + 1 offsets into `segment` */
    uint32_t *segment;                      /* the segments that each rule governs */
};

/* Memory that calls share; starts as { 0 }. */
struct placement_scratch {
    double *bound;
    uint32_t *place, *sorted, *bucket;
    size_t bound_room, place_room, bucket_room;
};

/* Where the synapses go: arrays with room for as many as were counted. */
struct synapse_arrays {
    uint32_t *id;           /* 0 .. n-1 in the cell */
    float *location;        /* 0..1 along the section */
    float *distance;        /* um from the morphology's origin */
    uint32_t *section;
    int8_t *layer;
    uint8_t *type, *swc_type;
};

void placement_init(struct placement *p, const struct segments *segments,
                    const struct density_rules *rules);
void placement_release(struct placement *p);
void placement_scratch_release(struct placement_scratch *scratch);

/* Fails (FX_INVALID) when 2^31 or more synapses are to be expected on a cell. */
int placement_count(const struct placement *p, const struct placement_how *how, uint32_t gid,
                    struct placement_scratch *scratch, uint64_t *count, struct fx_error *err);

/*
 * Writes the synapses in the order of their rules, within a rule by section, then by place. Returns
 * how many; as many as placement_count() says.
 */
uint64_t placement_fill(const struct placement *p, const struct placement_how *how, uint32_t gid,
                        struct placement_scratch *scratch, const struct synapse_arrays *out);

/*
 * The density (per um) of one segment by a rule with mean > 0: a normal draw, for a Poisson process
 * repeated until it is positive; for an even distribution drawn once, and 0 when it is not
 * positive.
 */
double placement_density(const struct density_rule *rule, enum placement_distribution distribution,
                         struct rng *rng);

/* Sorts `count` uniformly distributed numbers; `sorted` has room for them, `bucket` for count + 1.
 */
void placement_sort(const uint32_t *numbers, size_t count, uint32_t *sorted, uint32_t *bucket);

#endif
