#include "gap_junctions/couple.h"

#include "common/rng.h"

/* The stream of a pair. The lower gid comes first: so it is the same from both sides. */
static struct rng
rng_of_pair(const struct couple *c, uint32_t a, uint32_t b, bool *swapped)
{
    uint32_t gid_a = (uint32_t)(c->start_a + a), gid_b = (uint32_t)(c->start_b + b);

    *swapped = gid_a > gid_b;
    return rng_start(c->seed, RNG_GAP_JUNCTION, *swapped ? gid_b : gid_a,
                     *swapped ? gid_a : gid_b);
}

void
couple_candidates(const struct couple *c, uint32_t a, struct near_list *list)
{
    const double place[3] = { c->at[0][a], c->at[1][a], c->at[2][a] };
    size_t kept = 0;

    list->count = 0;
    if (!c->open_a[a])
        return;
    neighbours_find(c->neighbours, place, c->same ? a + 1 : 0, list);
    for (size_t i = 0; i < list->count; i++)
        if (c->open_b[list->at[i].cell])
            list->at[kept++] = list->at[i];
    list->count = kept;
}

double
couple_weight(const struct couple *c, const struct near_list *list)
{
    double sum = 0;

    for (size_t i = 0; i < list->count; i++)
        sum += curve_at(&c->rule->weight, list->at[i].distance);
    return sum;
}

void
couple_choose(const struct couple *c, uint32_t a, struct near_list *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        double probability = curve_at(&c->rule->weight, list->at[i].distance) * c->factor;
        bool swapped;
        struct rng rng = rng_of_pair(c, a, list->at[i].cell, &swapped);

        /* A uniform number is below 1: a probability of 1 joins all, one of 0 none. */
        if (rng_uniform(&rng) < probability)
            list->at[kept++] = list->at[i];
    }
    list->count = kept;
}

struct couple_draws
couple_draw(const struct couple *c, uint32_t a, uint32_t b)
{
    bool swapped;
    struct rng rng = rng_of_pair(c, a, b, &swapped);
    double first, second;

    rng_uniform(&rng);      /* that of couple_choose() */
    first = rng_uniform(&rng);
    second = rng_uniform(&rng);
    return (struct couple_draws){ swapped ? second : first, swapped ? first : second,
                                  varied_draw(&c->rule->conductance, &rng) };
}

double
couple_conductance(const struct gap_rule *rule, double drawn, double distance_a, double distance_b)
{
    return drawn * ((curve_at(&rule->attenuation, distance_a) +
                     curve_at(&rule->attenuation, distance_b)) / 2);
}
