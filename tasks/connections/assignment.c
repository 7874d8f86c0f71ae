#include "connections/assignment.h"

#include <stdlib.h>

#include "base/mem.h"

enum { LAYERS = 256 };

/* Sources with a share, and the words (of 2^32) up to which each is meant. */
struct choice {
    uint32_t count;
    uint8_t source[MOST_PROJECTIONS];
    uint32_t below[MOST_PROJECTIONS];   /* the last one's is not looked at: all the rest */
};

static size_t
place_of(const struct assignment *a, uint8_t type, uint8_t swc_type, uint8_t layer)
{
    return ((size_t)type * a->swc_types + swc_type) * LAYERS + layer;
}

/* The share of projection `p` in (type, swc_type, layer); several entries for one place add up. */
static double
share_of(const struct projection *p, uint8_t type, uint8_t swc_type, int8_t layer)
{
    double share = 0;

    for (size_t i = 0; p->synapse_type == type && i < p->share_count; i++)
        if (p->shares[i].swc_type == swc_type && p->shares[i].layer == layer)
            share += p->shares[i].proportion;
    return share;
}

/* Fills choices[a->choice_count]; false when nobody has a share. */
static bool
make_choice(struct assignment *a, const struct projections *projections, uint8_t type,
            uint8_t swc_type, int8_t layer)
{
    struct choice *choice;
    double sum = 0, before = 0;

    for (size_t i = 0; i < projections->count; i++)
        sum += share_of(&projections->at[i], type, swc_type, layer);
    if (!(sum > 0))
        return false;
    a->choices = mem_resize(a->choices, a->choice_count + 1, sizeof *a->choices);
    choice = &a->choices[a->choice_count++];
    choice->count = 0;
    for (size_t i = 0; i < projections->count; i++) {
        double share = share_of(&projections->at[i], type, swc_type, layer);
        double below;

        if (share == 0)
            continue;
        before += share;
        below = before / sum * 0x1p32;
        choice->source[choice->count] = (uint8_t)i;
        choice->below[choice->count++] = below < 0x1p32 - 1 ? (uint32_t)below : UINT32_MAX;
    }
    return true;
}

/* A choice for each place that a projection names with `layer`, and for LAYER_DEFAULT with those
 * layers of the place that have none yet. */
static void
add_choices(struct assignment *a, const struct projections *projections, const struct projection *p,
            const struct projection_share *share)
{
    uint8_t type = p->synapse_type, swc_type = share->swc_type;
    uint32_t number = (uint32_t)a->choice_count;

    if (share->layer != LAYER_DEFAULT) {
        uint32_t *place = &a->choice_of[place_of(a, type, swc_type, (uint8_t)share->layer)];

        if (*place == 0 && make_choice(a, projections, type, swc_type, share->layer))
            *place = number;
        return;
    }
    if (!make_choice(a, projections, type, swc_type, LAYER_DEFAULT))
        return;
    for (size_t layer = 0; layer < LAYERS; layer++) {
        uint32_t *place = &a->choice_of[place_of(a, type, swc_type, (uint8_t)layer)];

        if (*place == 0)
            *place = number;
    }
}

void
assignment_init(struct assignment *a, const struct projections *projections)
{
    *a = (struct assignment){ .choice_count = 1 };
    a->choices = mem_new(1, sizeof *a->choices);
    for (size_t i = 0; i < projections->count; i++) {
        const struct projection *p = &projections->at[i];

        for (size_t k = 0; k < p->share_count; k++)
            if (p->shares[k].swc_type >= a->swc_types)
                a->swc_types = (size_t)p->shares[k].swc_type + 1;
        if (p->synapse_type >= a->types)
            a->types = (size_t)p->synapse_type + 1;
    }
    a->choice_of = mem_new(a->types * a->swc_types * LAYERS, sizeof *a->choice_of);
    /* Layers with an entry of their own first: `default` takes what they leave. */
    for (int by_default = 0; by_default < 2; by_default++)
        for (size_t i = 0; i < projections->count; i++)
            for (size_t k = 0; k < projections->at[i].share_count; k++) {
                const struct projection_share *share = &projections->at[i].shares[k];

                if ((share->layer == LAYER_DEFAULT) == (by_default == 1))
                    add_choices(a, projections, &projections->at[i], share);
            }
}

void
assignment_release(struct assignment *a)
{
    free(a->choice_of);
    free(a->choices);
    *a = (struct assignment){ 0 };
}

void
assignment_draw(const struct assignment *a, size_t count, const uint8_t *types,
                const uint8_t *swc_types, const int8_t *layers, const uint32_t *words,
                uint8_t *source)
{
    for (size_t i = 0; i < count; i++) {
        const struct choice *choice;
        uint32_t number = 0;

        source[i] = SOURCE_NONE;
        if (types[i] >= a->types || swc_types[i] >= a->swc_types)
            continue;
        number = a->choice_of[place_of(a, types[i], swc_types[i], (uint8_t)layers[i])];
        if (number == 0)
            continue;
        choice = &a->choices[number];
        number = 0;
        for (uint32_t k = 0; k + 1 < choice->count; k++)
            number += words[i] >= choice->below[k];
        source[i] = choice->source[number];
    }
}
