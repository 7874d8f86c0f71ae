#include "synapses/placement.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define MOST_EXPECTED 0x1p31

void
placement_init(struct placement *p, const struct segments *segments,
               const struct density_rules *rules)
{
    uint32_t filled = 0;

    *p = (struct placement){ .segments = segments, .rules = rules };
    p->start = mem_new(rules->count + 1, sizeof *p->start);
    for (size_t r = 0; r < rules->count; r++) {
        const struct density_rule *rule = &rules->at[r];

        p->start[r] = filled;
        if (rule->mean == 0)
            continue;
        p->segment = mem_resize(p->segment, filled + segments->count, sizeof *p->segment);
        for (size_t i = 0; i < segments->count; i++) {
            const struct segment *segment = &segments->at[i];

            if (segment->swc_type == rule->swc_type &&
                density_rules_find(rules, rule->swc_type, rule->synapse_type, segment->layer) == r)
                p->segment[filled++] = (uint32_t)i;
        }
    }
    p->start[rules->count] = filled;
}

void
placement_release(struct placement *p)
{
    free(p->start);
    free(p->segment);
    *p = (struct placement){ 0 };
}

void
placement_scratch_release(struct placement_scratch *scratch)
{
    free(scratch->bound);
    free(scratch->place);
    free(scratch->sorted);
    free(scratch->bucket);
    *scratch = (struct placement_scratch){ 0 };
}

double
placement_density(const struct density_rule *rule, enum placement_distribution distribution,
                  struct rng *rng)
{
    for (;;) {
        double density = rule->mean + rule->sd * rng_normal(rng);

        if (density > 0)
            return density;
        if (distribution == PLACEMENT_UNIFORM)
            return 0;
    }
}

static inline uint32_t
rule_size(const struct placement *p, size_t rule)
{
    return p->start[rule + 1] - p->start[rule];
}

static inline const struct segment *
rule_segment(const struct placement *p, size_t rule, uint32_t i)
{
    return &p->segments->at[p->segment[p->start[rule] + i]];
}

/*
 * Draws the densities of a rule's segments. scratch->bound[i] becomes the number of synapses
 * expected on the segments before the i-th, for an even distribution the number that is there.
 */
static double
draw_bounds(const struct placement *p, const struct placement_how *how, uint32_t gid, size_t rule,
            struct placement_scratch *scratch)
{
    const struct density_rule *density = &p->rules->at[rule];
    struct rng rng = rng_start(how->seed, RNG_SYNAPSE_DENSITY, gid, density_rule_stream(density));
    uint32_t size = rule_size(p, rule);
    double sum = 0;

    if (scratch->bound_room < (size_t)size + 1) {
        scratch->bound_room = (size_t)size + 1;
        scratch->bound = mem_resize(scratch->bound, scratch->bound_room, sizeof *scratch->bound);
    }
    for (uint32_t i = 0; i < size; i++) {
        const struct segment *segment = rule_segment(p, rule, i);
        double expected = placement_density(density, how->distribution, &rng) *
                          (segment->to - segment->from);

        scratch->bound[i] = sum;
        sum += how->distribution == PLACEMENT_UNIFORM ? floor(expected) : expected;
    }
    scratch->bound[size] = sum;
    return sum;
}

static struct rng
place_rng(const struct placement *p, const struct placement_how *how, uint32_t gid, size_t rule)
{
    return rng_start(how->seed, RNG_SYNAPSE_PLACE, gid, density_rule_stream(&p->rules->at[rule]));
}

int
placement_count(const struct placement *p, const struct placement_how *how, uint32_t gid,
                struct placement_scratch *scratch, uint64_t *count, struct fx_error *err)
{
    double expected = 0;

    *count = 0;
    for (size_t r = 0; r < p->rules->count; r++) {
        double sum;

        if (rule_size(p, r) == 0)
            continue;
        sum = draw_bounds(p, how, gid, r, scratch);
        expected += sum;
        if (!(expected < MOST_EXPECTED))
            return fx_fail(
                err, FX_INVALID, FX_NOWHERE,
                "the densities give cell %lu some %g synapses, more than a cell may have",
                (unsigned long)gid, expected);
        if (how->distribution == PLACEMENT_UNIFORM) {
            *count += (uint64_t)sum;
        } else {
            struct rng rng = place_rng(p, how, gid, r);

            *count += rng_poisson(&rng, sum);
        }
    }
    return 0;
}

/*
 * One counting pass by the leading bits, about four numbers a bucket, leaves each number near its
 * place; an insertion sort does the rest. Linear for numbers that are spread evenly.
 */
void
placement_sort(const uint32_t *numbers, size_t count, uint32_t *sorted, uint32_t *bucket)
{
    unsigned bits = 0;

    while (bits < 28 && (size_t)8 << bits <= count)
        bits++;
    if (bits == 0) {
        memcpy(sorted, numbers, count * sizeof *sorted);
    } else {
        unsigned shift = 32 - bits;
        uint32_t before = 0;

        memset(bucket, 0, ((size_t)1 << bits) * sizeof *bucket);
        for (size_t i = 0; i < count; i++)
            bucket[numbers[i] >> shift]++;
        for (size_t b = 0; b < (size_t)1 << bits; b++) {
            uint32_t here = bucket[b];

            bucket[b] = before;
            before += here;
        }
        for (size_t i = 0; i < count; i++)
            sorted[bucket[numbers[i] >> shift]++] = numbers[i];
    }
    for (size_t i = 1; i < count; i++) {
        uint32_t number = sorted[i];
        size_t to = i;

        for (; to > 0 && sorted[to - 1] > number; to--)
            sorted[to] = sorted[to - 1];
        sorted[to] = number;
    }
}

/* What one pass over a cell carries along. */
struct cursor {
    const struct synapse_arrays *out;
    const struct segment_interval *interval;
    uint64_t at;
};

static inline void
put(struct cursor *c, const struct segment *segment, double s)
{
    const struct synapse_arrays *out = c->out;
    uint64_t at = c->at++;
    double location;

    s = s < segment->to ? s : segment->to;      /* rounding may lead an ulp beyond */
    while (s > c->interval->end)
        c->interval++;
    location = s / segment->section_length;
    out->id[at] = (uint32_t)at;
    out->location[at] = (float)location;
    out->distance[at] = (float)segments_distance(c->interval, s);
}

/* What all synapses of a segment share. */
static void
put_segment(const struct synapse_arrays *out, uint64_t from, uint64_t to,
            const struct segment *segment, uint8_t synapse_type)
{
    size_t count = (size_t)(to - from);

    for (uint64_t i = from; i < to; i++)
        out->section[i] = segment->section;
    memset(out->layer + from, segment->layer, count);
    memset(out->type + from, synapse_type, count);
    memset(out->swc_type + from, segment->swc_type, count);
}

static void
fill_uniform(const struct placement *p, size_t rule, const struct placement_how *how, uint32_t gid,
             struct cursor *c)
{
    const struct density_rule *density = &p->rules->at[rule];
    struct rng rng = rng_start(how->seed, RNG_SYNAPSE_DENSITY, gid, density_rule_stream(density));

    for (uint32_t i = 0; i < rule_size(p, rule); i++) {
        const struct segment *segment = rule_segment(p, rule, i);
        double length = segment->to - segment->from;
        double n = placement_density(density, how->distribution, &rng) * length;
        uint64_t count = (uint64_t)floor(n), first = c->at;

        c->interval = &p->segments->intervals[segment->first_interval];
        for (uint64_t k = 0; k < count; k++)
            put(c, segment, segment->from + length * ((double)(k + 1) / ceil(n)));
        put_segment(c->out, first, c->at, segment, density->synapse_type);
    }
}

/*
 * Given their number, the points of a Poisson process are independent and uniform over the expected
 * number of synapses, in which a segment's share is its expected number.
 */
static void
fill_poisson(const struct placement *p, size_t rule, const struct placement_how *how, uint32_t gid,
             struct placement_scratch *scratch, struct cursor *c)
{
    struct rng rng = place_rng(p, how, gid, rule);
    double sum = draw_bounds(p, how, gid, rule, scratch);
    size_t count = rng_poisson(&rng, sum), k = 0;
    uint32_t size = rule_size(p, rule);

    if (scratch->place_room < count) {
        scratch->place_room = count + count / 4;
        scratch->place = mem_resize(scratch->place, scratch->place_room, sizeof *scratch->place);
        scratch->sorted = mem_resize(scratch->sorted, scratch->place_room, sizeof *scratch->sorted);
        scratch->bucket = mem_resize(scratch->bucket, scratch->place_room + 1,
                                     sizeof *scratch->bucket);
    }
    rng_fill(&rng, scratch->place, count);
    placement_sort(scratch->place, count, scratch->sorted, scratch->bucket);
    for (uint32_t i = 0; i < size && k < count; i++) {
        const struct segment *segment = rule_segment(p, rule, i);
        double low = scratch->bound[i], high = scratch->bound[i + 1];
        double per_synapse = (segment->to - segment->from) / (high - low), scale = sum * 0x1p-32;
        uint64_t first = c->at;

        c->interval = &p->segments->intervals[segment->first_interval];
        for (; k < count; k++) {
            double place = (scratch->sorted[k] + 0.5) * scale;

            if (place >= high && i + 1 < size)
                break;
            put(c, segment, segment->from + (place - low) * per_synapse);
        }
        put_segment(c->out, first, c->at, segment, p->rules->at[rule].synapse_type);
    }
}

uint64_t
placement_fill(const struct placement *p, const struct placement_how *how, uint32_t gid,
               struct placement_scratch *scratch, const struct synapse_arrays *out)
{
    struct cursor cursor = { .out = out };

    for (size_t r = 0; r < p->rules->count; r++) {
        if (rule_size(p, r) == 0)
            continue;
        if (how->distribution == PLACEMENT_UNIFORM)
            fill_uniform(p, r, how, gid, &cursor);
        else
            fill_poisson(p, r, how, gid, scratch, &cursor);
    }
    return cursor.at;
}
