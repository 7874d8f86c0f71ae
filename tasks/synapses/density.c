#include "synapses/density.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "common/task.h"

/* More synapses on one um than any neuron has on a mm: a slip of the pen, or of a unit. */
#define MOST_PER_UM 1e4

static int
compare_rules(const void *left, const void *right)
{
    const struct density_rule *a = left, *b = right;

    if (a->swc_type != b->swc_type)
        return a->swc_type < b->swc_type ? -1 : 1;
    if (a->synapse_type != b->synapse_type)
        return a->synapse_type < b->synapse_type ? -1 : 1;
    if (a->is_default != b->is_default)
        return a->is_default ? 1 : -1;
    return (a->layer > b->layer) - (a->layer < b->layer);
}

/* "variance" is the configuration's word; it is used as a standard deviation (docs/generation.md).
 */
static int
read_moments(const json_t *json, const char *where, struct density_rule *rule, struct fx_error *err)
{
    char place[300];
    const json_t *sd;

    if (json_check_object(json, where, err))
        return -1;
    snprintf(place, sizeof place, "%s.mean", where);
    if (json_read_number(json_object_get(json, "mean"), place, &rule->mean, err))
        return -1;
    if (!(rule->mean >= 0 && rule->mean <= MOST_PER_UM))
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "%s is %g, but a density is 0 to %g synapses per um", place, rule->mean,
                       MOST_PER_UM);
    snprintf(place, sizeof place, "%s.variance", where);
    sd = json_object_get(json, "variance");
    if (!sd)
        return 0;
    if (json_read_number(sd, place, &rule->sd, err))
        return -1;
    if (!(rule->sd >= 0 && rule->sd <= MOST_PER_UM))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s is %g, but it must be 0 to %g", place,
                       rule->sd, MOST_PER_UM);
    return 0;
}

static int
add_rule(struct density_rules *rules, struct density_rule rule, const char *where,
         struct fx_error *err)
{
    for (size_t i = 0; i < rules->count; i++)
        if (compare_rules(&rules->at[i], &rule) == 0)
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "%s: another name of the same number has a density already", where);
    rules->at = mem_resize(rules->at, rules->count + 1, sizeof *rules->at);
    rules->at[rules->count++] = rule;
    return 0;
}

/* The layers of one section type and synapse type; `where` and the two types are known. */
static int
read_layers(const json_t *layers, const char *where, const struct definitions *definitions,
            struct density_rule rule, struct density_rules *rules, struct fx_error *err)
{
    const char *name;
    json_t *moments;

    if (json_check_object(layers, where, err))
        return -1;
    json_object_foreach ((json_t *)(uintptr_t)layers, name, moments) {
        char place[256];
        int number = -1;

        snprintf(place, sizeof place, "%s.%s", where, name);
        rule.is_default = strcmp(name, "default") == 0;
        rule.mean = rule.sd = 0;
        if (!rule.is_default &&
            names_number(&definitions->layers, "layer", where, name, &number, err))
            return -1;
        if (number < -1 || number > INT8_MAX)
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "%s: layer '%s' has the number %d, but files hold 0 to %d", where, name,
                           number, INT8_MAX);
        rule.layer = (int8_t)number;
        if (read_moments(moments, place, &rule, err) || add_rule(rules, rule, place, err))
            return -1;
    }
    return 0;
}

static int
small_number(const struct names *names, const char *what, const char *where, const char *name,
             uint8_t *out, struct fx_error *err)
{
    int number;

    if (names_number(names, what, where, name, &number, err))
        return -1;
    if (number < 0 || number > INT8_MAX)
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "%s: %s '%s' has the number %d, but files hold 0 to %d", where, what, name,
                       number, INT8_MAX);
    *out = (uint8_t)number;
    return 0;
}

static int
read_density(const json_t *density, const struct definitions *definitions,
             struct density_rules *rules, struct fx_error *err)
{
    const char *where = "cell_type.synapses.density", *swc_name, *synapse_name;
    json_t *by_synapse, *by_layer;

    if (json_check_object(density, where, err))
        return -1;
    json_object_foreach ((json_t *)(uintptr_t)density, swc_name, by_synapse) {
        struct density_rule rule = { 0 };
        char place[160];

        snprintf(place, sizeof place, "%s.%s", where, swc_name);
        if (small_number(&definitions->swc_types, "section type", where, swc_name, &rule.swc_type,
                         err) ||
            json_check_object(by_synapse, place, err))
            return -1;
        json_object_foreach (by_synapse, synapse_name, by_layer) {
            char deeper[200];

            snprintf(deeper, sizeof deeper, "%s.%s", place, synapse_name);
            if (small_number(&definitions->synapse_types, "synapse type", place, synapse_name,
                             &rule.synapse_type, err) ||
                read_layers(by_layer, deeper, definitions, rule, rules, err))
                return -1;
        }
    }
    return 0;
}

int
density_rules_read(const json_t *cell_type, const struct definitions *definitions,
                   struct density_rules *rules, struct fx_error *err)
{
    const json_t *synapses, *density;

    *rules = (struct density_rules){ 0 };
    if (json_check_object(cell_type, "cell_type", err))
        return -1;
    synapses = json_object_get(cell_type, "synapses");
    if (!synapses || json_is_null(synapses))
        return 0;
    if (json_check_object(synapses, "cell_type.synapses", err))
        return -1;
    density = json_object_get(synapses, "density");
    if (!density || json_is_null(density))
        return 0;
    if (read_density(density, definitions, rules, err)) {
        density_rules_release(rules);
        return -1;
    }
    if (rules->count > 0)
        qsort(rules->at, rules->count, sizeof *rules->at, compare_rules);
    return 0;
}

void
density_rules_release(struct density_rules *rules)
{
    free(rules->at);
    *rules = (struct density_rules){ 0 };
}

size_t
density_rules_find(const struct density_rules *rules, uint8_t swc_type, uint8_t synapse_type,
                   int8_t layer)
{
    size_t found = DENSITY_NONE;

    for (size_t i = 0; i < rules->count; i++) {
        const struct density_rule *rule = &rules->at[i];

        if (rule->swc_type != swc_type || rule->synapse_type != synapse_type)
            continue;
        if (rule->is_default)
            found = found == DENSITY_NONE ? i : found;
        else if (rule->layer == layer && layer >= 0)
            found = i;
    }
    return found;
}

uint32_t
density_rule_stream(const struct density_rule *rule)
{
    uint32_t layer = rule->is_default ? 255 : (uint8_t)rule->layer;

    return (uint32_t)rule->swc_type << 16 | (uint32_t)rule->synapse_type << 8 | layer;
}
