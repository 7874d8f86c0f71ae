/* check: proportions - the sources of a synapse, by (type, section, layer), must add up to all. */
#include <math.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "load/schema.h"

static const double TOLERANCE = 1e-5;

/* All entries of one (type, section, layer). */
struct share {
    struct str type, section, layer;
    struct fx_mark at; /* of the first entry's proportion */
    double sum;
    struct text terms; /* "STIM 0.5 + PYR 0.45" */
};

struct shares {
    VEC(struct share) list;
    struct map numbers; /* "type\nsection\nlayer" -> list */
};

static void
add(struct check *check, struct shares *shares, struct str source, struct share share,
    const struct node *proportion)
{
    struct str name = arena_printf(check->arena, "%.*s\n%.*s\n%.*s", STR(share.type),
                                   STR(share.section), STR(share.layer));
    uint32_t number = map_add(&shares->numbers, name, (uint32_t)shares->list.count);
    double value = 0;

    if (number == shares->list.count) {
        text_init(&share.terms, 200);
        share.at = proportion->at;
        vec_push(&shares->list, share);
    }
    node_number(proportion, &value);
    shares->list.at[number].sum += value;
    text_printf(&shares->list.at[number].terms, "%s%.*s ",
                shares->list.at[number].terms.len ? " + " : "", STR(source));
    text_add_real(&shares->list.at[number].terms, value);
}

/* The entries of one source; false when its lists differ in length. */
static bool
add_source(struct check *check, struct shares *shares, const struct entry *source)
{
    const struct node *type = node_at(source->value, "type");
    const struct node *sections = node_at(source->value, "sections");
    const struct node *layers = node_at(source->value, "layers");
    const struct node *proportions = node_at(source->value, "proportions");

    if (!type || !sections || !layers || !proportions || sections->kind != NODE_LIST ||
        layers->kind != NODE_LIST || proportions->kind != NODE_LIST) {
        schema_wrong(check, source->at, NULL,
                     "cannot be checked: '%.*s' has no lists sections, layers and proportions",
                     STR(source->key));
        return false;
    }
    if (sections->count != layers->count || sections->count != proportions->count) {
        schema_wrong(check, proportions->at, "the i-th entries of the three lists belong together",
                     "has for '%.*s' %u sections, %u layers and %u proportions", STR(source->key),
                     sections->count, layers->count, proportions->count);
        return false;
    }
    for (uint32_t i = 0; i < sections->count; i++)
        add(check, shares, source->key,
            (struct share){ .type = type->text,
                            .section = sections->items[i]->text,
                            .layer = layers->items[i]->text },
            proportions->items[i]);
    return true;
}

bool
schema_check_proportions(struct check *check, const struct node *map)
{
    struct shares shares = { .numbers = { 0 } };
    bool fine = true, complete;

    map_init(&shares.numbers);
    for (uint32_t i = 0; i < map->count; i++)
        fine = add_source(check, &shares, &map->entries[i]) && fine;
    complete = fine;
    for (size_t i = 0; complete && i < shares.list.count; i++) {
        struct share *share = &shares.list.at[i];
        struct text sum;

        text_init(&sum, 40);
        text_printf(&sum, "%.7g", share->sum);
        if (fabs(share->sum - 1) > TOLERANCE) {
            schema_wrong(
                check, share->at, NULL,
                "has proportions of %.*s synapses on %.*s in %.*s that sum to %s, not 1: %s",
                STR(share->type), STR(share->section), STR(share->layer), sum.at, share->terms.at);
            fine = false;
        }
        text_release(&sum);
    }
    for (size_t i = 0; i < shares.list.count; i++)
        text_release(&shares.list.at[i].terms);
    vec_release(&shares.list);
    map_release(&shares.numbers);
    return fine;
}
