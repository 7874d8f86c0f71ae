/*
 * density - how many synapses of each kind a cell type has where.
 *
 * In: the parameter `cell_type`: synapses.density: section type -> synapse type -> layer or
 * `default` -> {mean, variance}. Out: one rule for each entry that asks for synapses, in the order
 * in which a cell's synapses are written: by section type, synapse type, layer (by their numbers),
 * the default last.
 */
#ifndef SYNAPSES_DENSITY_H
#define SYNAPSES_DENSITY_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/config.h"

struct density_rule {
    uint8_t swc_type, synapse_type;
    bool is_default;        /* for all layers that have no rule of their own; `layer` is then -1 */
    int8_t layer;
    double mean, sd;        /* synapses per um of section; mean >= 0, sd >= 0 */
};

struct density_rules {
    struct density_rule *at;
    size_t count;
};

#define DENSITY_NONE SIZE_MAX

/* Reads and sorts the rules; `cell_type` may be without any. Release them. */
int  density_rules_read(const json_t *cell_type, const struct definitions *definitions,
                        struct density_rules *rules, struct fx_error *err);
void density_rules_release(struct density_rules *rules);

/*
 * The rule for a place: the one of its layer, else the default one, else DENSITY_NONE. Layer -1
 * (the morphology names none) has the default alone. A rule with mean 0 is found, and means no
 * synapses.
 */
size_t density_rules_find(const struct density_rules *rules, uint8_t swc_type, uint8_t synapse_type,
                          int8_t layer);

/* A number for the rule's random draws, different for each (section type, synapse type, layer). */
uint32_t density_rule_stream(const struct density_rule *rule);

#endif
