#include "gap_junctions/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "common/task.h"

enum { WHERE_ROOM = 300 };

static const double MOST_UM = 1e9, MOST_NS = 1e9;

static void
curve_release(struct curve *curve)
{
    free(curve->x);
    free(curve->y);
    *curve = (struct curve){ 0 };
}

void
gap_rules_release(struct gap_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++) {
        struct gap_rule *rule = &rules->at[i];

        free(rule->a);
        free(rule->b);
        curve_release(&rule->weight);
        curve_release(&rule->attenuation);
    }
    free(rules->at);
    *rules = (struct gap_rules){ 0 };
}

/* --- curves ------------------------------------------------------------------------------------------- */

static void
curve_init(struct curve *curve, size_t count)
{
    *curve = (struct curve){ count, mem_new(count + 1, sizeof *curve->x),
                             mem_new(count + 1, sizeof *curve->y) };
}

/* At least one point, x from 0 ascending, y from 0 to `most`. */
static int
curve_check(const struct curve *c, const char *where, double most, struct fx_error *err)
{
    if (c->count == 0)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has no point", where);
    for (size_t i = 0; i < c->count; i++) {
        if (!(c->x[i] >= 0 && c->x[i] <= MOST_UM))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has a point at %g um; they go from 0 "
                           "to %g", where, c->x[i], MOST_UM);
        if (i > 0 && !(c->x[i] > c->x[i - 1]))
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "'%s' must ascend, and %g um comes after %g um", where, c->x[i],
                           c->x[i - 1]);
        if (!(c->y[i] >= 0 && c->y[i] <= most))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is %g at %g um; it goes from 0 to %g",
                           where, c->y[i], c->x[i], most);
    }
    return 0;
}

/* [[x, y], ...] */
static int
curve_read_list(const json_t *json, const char *where, double most, struct curve *c,
                struct fx_error *err)
{
    if (json_check_array(json, where, err))
        return -1;
    curve_init(c, json_array_size(json));
    for (size_t i = 0; i < c->count; i++) {
        char path[WHERE_ROOM];
        double point[2];

        snprintf(path, sizeof path, "%s[%zu]", where, i);
        if (json_read_numbers(json_array_get(json, i), path, 2, point, err))
            return -1;
        c->x[i] = point[0];
        c->y[i] = point[1];
    }
    return curve_check(c, where, most, err);
}

/* {x: y, ...}, in any order. */
static int
curve_read_map(const json_t *json, const char *where, struct curve *c, struct fx_error *err)
{
    const char *name;
    const json_t *value;
    size_t count = 0;

    if (json_check_object(json, where, err))
        return -1;
    curve_init(c, json_object_size(json));
    json_object_foreach ((json_t *)(uintptr_t)json, name, value) {
        char path[WHERE_ROOM];
        double x, y;
        size_t at = count++;

        snprintf(path, sizeof path, "%s.%s", where, name);
        if (!number_parse_real(str_of(name), &x))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s': '%s' is no number of um", where, name);
        if (json_read_number(value, path, &y, err))
            return -1;
        for (; at > 0 && c->x[at - 1] > x; at--) {
            c->x[at] = c->x[at - 1];
            c->y[at] = c->y[at - 1];
        }
        c->x[at] = x;
        c->y[at] = y;
    }
    return curve_check(c, where, MOST_NS, err);
}

static void
curve_copy(const struct curve *from, struct curve *to)
{
    curve_init(to, from->count);
    memcpy(to->x, from->x, from->count * sizeof *to->x);
    memcpy(to->y, from->y, from->count * sizeof *to->y);
}

/* --- what both forms share ------------------------------------------------------------------------------ */

/* Marks the numbers of the names that `json` lists. */
static int
read_names(const json_t *json, const char *where, const char *what, const struct names *names,
           bool marks[256], struct fx_error *err)
{
    if (json_check_array(json, where, err))
        return -1;
    for (size_t i = 0; i < json_array_size(json); i++) {
        char path[WHERE_ROOM];
        const char *name;
        int number;

        snprintf(path, sizeof path, "%s[%zu]", where, i);
        if (json_read_string(json_array_get(json, i), path, &name, err) ||
            names_number(names, what, path, name, &number, err))
            return -1;
        marks[(uint8_t)number] = true;
    }
    return 0;
}

/* Appends a rule for a pair of populations that has none yet. */
static int
add_rule(struct gap_rules *rules, const char *a, const char *b, struct gap_rule **out,
         struct fx_error *err)
{
    for (size_t i = 0; i < rules->count; i++) {
        const struct gap_rule *old = &rules->at[i];

        if ((!strcmp(old->a, a) && !strcmp(old->b, b)) || (!strcmp(old->a, b) && !strcmp(old->b, a)))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "gap_junctions has '%s' and '%s' twice, as "
                           "%s.%s and %s.%s", a, b, old->a, old->b, a, b);
    }
    rules->at = mem_resize(rules->at, rules->count + 1, sizeof *rules->at);
    *out = &rules->at[rules->count++];
    memset(*out, 0, sizeof **out);
    (*out)->a = mem_copy(a, strlen(a));
    (*out)->b = mem_copy(b, strlen(b));
    return 0;
}

/* --- our form ------------------------------------------------------------------------------------------- */

static int
read_probability(const json_t *json, const char *where, struct gap_rule *rule, struct fx_error *err)
{
    const json_t *reach = json_object_get(json, "max_distance");
    const json_t *probability = json_object_get(json, "probability");
    char path[WHERE_ROOM];

    if (json_is_null(reach))
        reach = NULL;
    snprintf(path, sizeof path, "%s.probability", where);
    if (json_is_array(probability)) {
        if (curve_read_list(probability, path, 1, &rule->weight, err))
            return -1;
        rule->reach = rule->weight.x[rule->weight.count - 1];
    } else {
        curve_init(&rule->weight, 1);
        if (json_read_number(probability, path, &rule->weight.y[0], err) ||
            curve_check(&rule->weight, path, 1, err))
            return -1;
        if (!reach)
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "'%s' is a number: it needs '%s.max_distance'", path, where);
    }
    snprintf(path, sizeof path, "%s.max_distance", where);
    if (reach && json_read_number(reach, path, &rule->reach, err))
        return -1;
    if (rule->reach > 0 && rule->reach <= MOST_UM)
        return 0;
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' reaches %g um; it must be above 0", where,
                   rule->reach);
}

static int
read_rule(const json_t *json, const char *where, const struct definitions *definitions,
          struct gap_rule *rule, struct fx_error *err)
{
    const json_t *layers = json_object_get(json, "layers");
    const json_t *attenuation = json_object_get(json, "attenuation");
    char path[WHERE_ROOM];

    if (json_check_object(json, where, err) || read_probability(json, where, rule, err))
        return -1;
    snprintf(path, sizeof path, "%s.sections", where);
    if (read_names(json_object_get(json, "sections"), path, "section type",
                   &definitions->swc_types, rule->section, err))
        return -1;
    snprintf(path, sizeof path, "%s.layers", where);
    if (layers && !json_is_null(layers)) {
        if (read_names(layers, path, "layer", &definitions->layers, rule->layer, err))
            return -1;
    } else {
        memset(rule->layer, true, sizeof rule->layer);
    }
    snprintf(path, sizeof path, "%s.conductance", where);
    if (!json_object_get(json, "conductance"))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is missing", path);
    if (varied_read(json_object_get(json, "conductance"), path, 0, MOST_NS, 0, &rule->conductance,
                    err))
        return -1;
    snprintf(path, sizeof path, "%s.attenuation", where);
    return attenuation && !json_is_null(attenuation)
               ? curve_read_list(attenuation, path, MOST_NS, &rule->attenuation, err) : 0;
}

static int
read_own(const json_t *json, const struct definitions *definitions, struct gap_rules *rules,
         struct fx_error *err)
{
    const char *a, *b;
    const json_t *inner, *value;
    char where[WHERE_ROOM];

    json_object_foreach ((json_t *)(uintptr_t)json, a, inner) {
        snprintf(where, sizeof where, "gap_junctions.%s", a);
        if (json_check_object(inner, where, err))
            return -1;
        json_object_foreach ((json_t *)(uintptr_t)inner, b, value) {
            struct gap_rule *rule;

            snprintf(where, sizeof where, "gap_junctions.%s.%s", a, b);
            if (add_rule(rules, a, b, &rule, err) ||
                read_rule(value, where, definitions, rule, err))
                return -1;
        }
    }
    return 0;
}

/* --- the form of the field's tools ---------------------------------------------------------------------- */

static const char LOCATIONS[] = "Locations", PROBABILITIES[] = "Connection Probabilities",
                  WEIGHTS[] = "Connection Weights", COEFFICIENTS[] = "Coupling Coefficients",
                  COUPLING_WEIGHTS[] = "Coupling Weights";

/* json[name][a][b], a number. */
static int
read_of_pair(const json_t *json, const char *name, const struct gap_rule *rule, double *out,
             struct fx_error *err)
{
    const json_t *value =
        json_object_get(json_object_get(json_object_get(json, name), rule->a), rule->b);
    char path[WHERE_ROOM];

    snprintf(path, sizeof path, "gap_junctions.%s.%s.%s", name, rule->a, rule->b);
    return json_read_number(value, path, out, err);
}

static int
read_field_rule(const json_t *json, const json_t *sections, const struct curve curves[2],
                const struct definitions *definitions, struct gap_rule *rule, struct fx_error *err)
{
    char path[WHERE_ROOM];
    double coefficient;

    snprintf(path, sizeof path, "gap_junctions.%s.%s.%s", LOCATIONS, rule->a, rule->b);
    if (read_names(sections, path, "section type", &definitions->swc_types, rule->section, err) ||
        read_of_pair(json, PROBABILITIES, rule, &rule->share, err) ||
        read_of_pair(json, COEFFICIENTS, rule, &coefficient, err))
        return -1;
    if (!(rule->share >= 0 && rule->share <= 1))
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "'gap_junctions.%s.%s.%s' is %g; it goes from 0 to 1", PROBABILITIES,
                       rule->a, rule->b, rule->share);
    if (!(coefficient >= 0 && coefficient <= MOST_NS))
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "'gap_junctions.%s.%s.%s' is %g; it goes from 0 to %g", COEFFICIENTS,
                       rule->a, rule->b, coefficient, MOST_NS);
    rule->is_share = true;
    memset(rule->layer, true, sizeof rule->layer);
    rule->conductance = (struct varied){ VARIED_FIXED, coefficient, 0, 0, MOST_NS };
    curve_copy(&curves[0], &rule->weight);
    curve_copy(&curves[1], &rule->attenuation);
    rule->reach = curves[0].x[curves[0].count - 1];
    return 0;
}

static int
read_field_pairs(const json_t *json, const struct curve curves[2],
                 const struct definitions *definitions, struct gap_rules *rules,
                 struct fx_error *err)
{
    const json_t *locations = json_object_get(json, LOCATIONS), *inner, *value;
    const char *a, *b;
    char where[WHERE_ROOM];

    json_object_foreach ((json_t *)(uintptr_t)locations, a, inner) {
        snprintf(where, sizeof where, "gap_junctions.%s.%s", LOCATIONS, a);
        if (json_check_object(inner, where, err))
            return -1;
        json_object_foreach ((json_t *)(uintptr_t)inner, b, value) {
            struct gap_rule *rule;

            if (add_rule(rules, a, b, &rule, err) ||
                read_field_rule(json, value, curves, definitions, rule, err))
                return -1;
        }
    }
    return 0;
}

static int
read_field(const json_t *json, const struct definitions *definitions, struct gap_rules *rules,
           struct fx_error *err)
{
    struct curve curves[2] = { { 0 }, { 0 } };
    int status = -1;

    if (json_check_object(json_object_get(json, LOCATIONS), "gap_junctions.Locations", err) ||
        curve_read_map(json_object_get(json, WEIGHTS), "gap_junctions.Connection Weights",
                       &curves[0], err) ||
        curve_read_map(json_object_get(json, COUPLING_WEIGHTS), "gap_junctions.Coupling Weights",
                       &curves[1], err))
        goto end;
    if (!(curves[0].x[curves[0].count - 1] > 0)) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "'gap_junctions.%s' ends at 0 um", WEIGHTS);
        goto end;
    }
    status = read_field_pairs(json, curves, definitions, rules, err);
end:
    curve_release(&curves[0]);
    curve_release(&curves[1]);
    return status;
}

int
gap_rules_read(const json_t *json, const struct definitions *definitions, struct gap_rules *out,
               struct fx_error *err)
{
    struct gap_rules rules = { 0 };

    if (json_check_object(json, "gap_junctions", err))
        return -1;
    if (json_object_get(json, LOCATIONS) ? read_field(json, definitions, &rules, err)
                                         : read_own(json, definitions, &rules, err)) {
        gap_rules_release(&rules);
        return -1;
    }
    *out = rules;
    return 0;
}

static int
compare_rules(const void *left, const void *right)
{
    const struct gap_rule *a = left, *b = right;

    return a->a_index != b->a_index ? a->a_index - b->a_index : a->b_index - b->b_index;
}

void
gap_rules_sort(struct gap_rules *rules)
{
    if (rules->count > 1)
        qsort(rules->at, rules->count, sizeof *rules->at, compare_rules);
}
