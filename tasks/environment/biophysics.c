#include "environment/biophysics.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <neuronapi.h>

#include "base/text.h"
#include "base/vec.h"
#include "common/task.h"
#include "environment/expression.h"

enum { ALL_TYPES = -1, NAME_ROOM = 128, WHERE_ROOM = 256 };

/* One range variable and what it is set to: a number, or an expression. */
struct setting {
    struct Symbol *variable;
    double number;
    struct expression *expression;  /* NULL: the number */
    char *where;                    /* for messages */
};

/* An entry of `sections`. */
struct rule {
    int type;                       /* SWC type or ALL_TYPES */
    double Ra;                      /* 0: not given */
    VEC(struct Symbol *) mechanisms;
    VEC(struct setting) settings;   /* cm among them */
    double cm;                      /* 0: not given; for the number of segments */
};

struct biophysics {
    double Ra, cm;
    double d_lambda, frequency;     /* d_lambda > 0: that rule */
    double max_length;              /* > 0: that one, um */
    uint32_t fixed;                 /* else this */
    int spike_type;
    double spike_at, spike_threshold;
    char *spike_section;
    VEC(struct rule) rules;         /* `all` first */
};

/* Reads number `name` of `json` into *out, which keeps its value when there is none. */
static int
read_number(const json_t *json, const char *where, const char *name, double *out,
            struct fx_error *err)
{
    const json_t *value = json_object_get(json, name);
    char path[WHERE_ROOM];

    if (!value)
        return 0;
    snprintf(path, sizeof path, "%s.%s", where, name);
    return json_read_number(value, path, out, err);
}

static int
read_positive(const json_t *json, const char *where, const char *name, double *out,
              struct fx_error *err)
{
    if (read_number(json, where, name, out, err))
        return -1;
    if (json_object_get(json, name) && !(*out > 0))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s.%s must be greater than 0", where, name);
    return 0;
}

/* Refuses members that are none of `known` (comma-separated, each between commas). */
static int
check_members(const json_t *json, const char *where, const char *known, struct fx_error *err)
{
    const char *name;
    const json_t *value;
    char wanted[NAME_ROOM];

    if (json_check_object(json, where, err))
        return -1;
    json_object_foreach((json_t *)(uintptr_t)json, name, value) {
        snprintf(wanted, sizeof wanted, ",%s,", name);
        if (!strstr(known, wanted))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s has no '%s' (it may have %.*s)", where,
                           name, (int)strlen(known) - 2, known + 1);
    }
    return 0;
}

/* --- settings -------------------------------------------------------------------------------- */

static int
add_setting(struct rule *rule, struct Symbol *variable, const json_t *value, const char *where,
            struct fx_error *err)
{
    struct setting setting = { .variable = variable };

    if (json_is_string(value)) {
        setting.expression = expression_parse(str_of(json_string_value(value)), err);
        if (!setting.expression)
            return fx_error_in(err, "%s", where);
    } else if (json_read_number(value, where, &setting.number, err)) {
        return -1;
    }
    setting.where = mem_copy(where, strlen(where));
    vec_push(&rule->settings, setting);
    return 0;
}

/* The parameters of a mechanism are range variables "<parameter>_<mechanism>". */
static void
suggest_parameter(const struct neuron *neuron, const char *name, const char *mechanism,
                  struct fx_error *err)
{
    struct SymbolTableIterator *all = nrn_symbol_table_iterator_new(nrn_global_symbol_table());
    const size_t tail = strlen(mechanism) + 1;
    VEC(struct str) names = { 0 };
    struct str near;

    while (!nrn_symbol_table_iterator_done(all)) {
        struct Symbol *symbol = nrn_symbol_table_iterator_next(all);
        struct str full = str_of(nrn_symbol_name(symbol));

        if (nrn_symbol_type(symbol) == neuron->range_kind && full.len > tail &&
            full.at[full.len - tail] == '_' &&
            memcmp(full.at + full.len - tail + 1, mechanism, tail - 1) == 0)
            vec_push(&names, str_slice(full, 0, full.len - tail));
    }
    nrn_symbol_table_iterator_free(all);
    near = str_nearest(str_of(name), names.at, names.count);
    if (near.len)
        fx_error_hint(err, "did you mean '%.*s'?", STR(near));
    vec_release(&names);
}

static int
read_mechanism(struct rule *rule, const struct neuron *neuron, const char *mechanism,
               const json_t *json, const char *where, struct fx_error *err)
{
    struct Symbol *symbol = neuron_mechanism(neuron, mechanism);
    const char *name;
    const json_t *value;

    if (!symbol)
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "%s: NEURON has no density mechanism '%s'", where, mechanism);
    vec_push(&rule->mechanisms, symbol);
    if (json_is_null(json))
        return 0;
    if (json_check_object(json, where, err))
        return -1;
    json_object_foreach((json_t *)(uintptr_t)json, name, value) {
        char variable[NAME_ROOM], path[WHERE_ROOM];
        struct Symbol *range;

        snprintf(variable, sizeof variable, "%s_%s", name, mechanism);
        snprintf(path, sizeof path, "%s.%s", where, name);
        range = neuron_range(neuron, variable);
        if (!range) {
            fx_fail(err, FX_INVALID, FX_NOWHERE, "%s: mechanism '%s' has no RANGE parameter '%s'",
                    where, mechanism, name);
            suggest_parameter(neuron, name, mechanism, err);
            return -1;
        }
        if (add_setting(rule, range, value, path, err))
            return -1;
    }
    return 0;
}

/* "ena", "nai", "cao": reversal potential and concentrations of an ion, whose mechanism is x_ion. */
static int
read_ion(struct rule *rule, const struct neuron *neuron, const char *name, const json_t *value,
         const char *where, struct fx_error *err)
{
    const size_t length = strlen(name);
    char path[WHERE_ROOM], mechanism[NAME_ROOM] = "";
    struct Symbol *ion = NULL, *range = neuron_range(neuron, name);

    snprintf(path, sizeof path, "%s.%s", where, name);
    if (length > 1 && name[0] == 'e') {
        snprintf(mechanism, sizeof mechanism, "%s_ion", name + 1);
        ion = neuron_mechanism(neuron, mechanism);
    }
    if (!ion && length > 1 && (name[length - 1] == 'i' || name[length - 1] == 'o')) {
        snprintf(mechanism, sizeof mechanism, "%.*s_ion", (int)(length - 1), name);
        ion = neuron_mechanism(neuron, mechanism);
    }
    if (!ion || !range)
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "%s: no mechanism here uses an ion with '%s' (names are as ena, nai, nao)",
                       where, name);
    vec_push(&rule->mechanisms, ion);
    return add_setting(rule, range, value, path, err);
}

static int
read_rule(struct biophysics *b, int type, const json_t *json, const char *where,
          const struct neuron *neuron, struct fx_error *err)
{
    const json_t *part, *value;
    const char *name;
    struct rule *rule;
    char path[WHERE_ROOM];

    vec_push(&b->rules, (struct rule){ .type = type });
    rule = &b->rules.at[b->rules.count - 1];
    if (json_is_null(json))
        return 0;
    if (check_members(json, where, ",Ra,cm,mechanisms,ions,", err) ||
        read_positive(json, where, "Ra", &rule->Ra, err) ||
        read_positive(json, where, "cm", &rule->cm, err))
        return -1;
    part = json_object_get(json, "mechanisms");
    if (part && !json_is_null(part)) {
        snprintf(path, sizeof path, "%s.mechanisms", where);
        if (json_check_object(part, path, err))
            return -1;
        json_object_foreach((json_t *)(uintptr_t)part, name, value) {
            snprintf(path, sizeof path, "%s.mechanisms.%s", where, name);
            if (read_mechanism(rule, neuron, name, value, path, err))
                return -1;
        }
    }
    part = json_object_get(json, "ions");
    if (part && !json_is_null(part)) {
        snprintf(path, sizeof path, "%s.ions", where);
        if (json_check_object(part, path, err))
            return -1;
        json_object_foreach((json_t *)(uintptr_t)part, name, value)
            if (read_ion(rule, neuron, name, value, path, err))
                return -1;
    }
    return 0;
}

/* --- the whole ------------------------------------------------------------------------------- */

static int
read_segments(struct biophysics *b, const json_t *json, const char *where, struct fx_error *err)
{
    double fixed = 0;
    int rules = 0;

    b->d_lambda = 0.1;
    b->frequency = 100;
    if (!json || json_is_null(json))
        return 0;
    if (check_members(json, where, ",d_lambda,frequency,fixed,max_length,", err) ||
        read_positive(json, where, "d_lambda", &b->d_lambda, err) ||
        read_positive(json, where, "frequency", &b->frequency, err) ||
        read_positive(json, where, "max_length", &b->max_length, err) ||
        read_positive(json, where, "fixed", &fixed, err))
        return -1;
    rules += json_object_get(json, "d_lambda") != NULL;
    rules += json_object_get(json, "fixed") != NULL;
    rules += json_object_get(json, "max_length") != NULL;
    if (rules > 1)
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "%s takes one of d_lambda, fixed and max_length", where);
    if (json_object_get(json, "fixed")) {
        if (fixed > 32767 || fixed != floor(fixed))
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "%s.fixed must be a whole number, 1 to 32767", where);
        b->fixed = (uint32_t)fixed;
    }
    if (b->fixed || b->max_length > 0)
        b->d_lambda = 0;
    return 0;
}

static int
read_spike(struct biophysics *b, const json_t *json, const char *where,
           const struct definitions *definitions, struct fx_error *err)
{
    const json_t *section;
    const char *name = "soma";
    char path[WHERE_ROOM];

    b->spike_at = 1;
    b->spike_threshold = -20;
    if (json && !json_is_null(json)) {
        if (check_members(json, where, ",section,at,threshold,", err) ||
            read_number(json, where, "at", &b->spike_at, err) ||
            read_number(json, where, "threshold", &b->spike_threshold, err))
            return -1;
        section = json_object_get(json, "section");
        snprintf(path, sizeof path, "%s.section", where);
        if (section && json_read_string(section, path, &name, err))
            return -1;
    }
    if (!(b->spike_at >= 0 && b->spike_at <= 1))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s.at must be between 0 and 1", where);
    b->spike_section = mem_copy(name, strlen(name));
    return names_number(&definitions->swc_types, "section type", where, name, &b->spike_type, err);
}

static int
read_sections(struct biophysics *b, const json_t *json, const char *where,
              const struct definitions *definitions, const struct neuron *neuron,
              struct fx_error *err)
{
    const json_t *all, *value;
    const char *name;
    char path[WHERE_ROOM];
    int type;

    if (!json)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s is missing", where);
    if (json_check_object(json, where, err))
        return -1;
    all = json_object_get(json, "all");
    snprintf(path, sizeof path, "%s.all", where);
    if (all && read_rule(b, ALL_TYPES, all, path, neuron, err))
        return -1;
    json_object_foreach((json_t *)(uintptr_t)json, name, value) {
        if (!strcmp(name, "all"))
            continue;
        snprintf(path, sizeof path, "%s.%s", where, name);
        if (names_number(&definitions->swc_types, "section type", where, name, &type, err) ||
            read_rule(b, type, value, path, neuron, err))
            return -1;
    }
    return 0;
}

struct biophysics *
biophysics_new(const json_t *json, const char *where, const struct definitions *definitions,
               const struct neuron *neuron, struct fx_error *err)
{
    struct biophysics *b = mem_new(1, sizeof *b);
    char segments[WHERE_ROOM], spike[WHERE_ROOM], sections[WHERE_ROOM];

    snprintf(segments, sizeof segments, "%s.segments", where);
    snprintf(spike, sizeof spike, "%s.spike", where);
    snprintf(sections, sizeof sections, "%s.sections", where);
    b->Ra = 35.4;
    b->cm = 1;
    if (check_members(json, where, ",Ra,cm,segments,spike,sections,", err) ||
        read_positive(json, where, "Ra", &b->Ra, err) ||
        read_positive(json, where, "cm", &b->cm, err) ||
        read_segments(b, json_object_get(json, "segments"), segments, err) ||
        read_spike(b, json_object_get(json, "spike"), spike, definitions, err) ||
        read_sections(b, json_object_get(json, "sections"), sections, definitions, neuron, err)) {
        biophysics_free(b);
        return NULL;
    }
    return b;
}

void
biophysics_free(struct biophysics *b)
{
    if (!b)
        return;
    for (size_t r = 0; r < b->rules.count; r++) {
        struct rule *rule = &b->rules.at[r];

        for (size_t i = 0; i < rule->settings.count; i++) {
            expression_free(rule->settings.at[i].expression);
            free(rule->settings.at[i].where);
        }
        vec_release(&rule->settings);
        vec_release(&rule->mechanisms);
    }
    vec_release(&b->rules);
    free(b->spike_section);
    free(b);
}

/* The cable properties of sections of one type: the last rule that names them. */
static void
cable(const struct biophysics *b, int type, double *Ra, double *cm)
{
    *Ra = b->Ra;
    *cm = b->cm;
    for (size_t r = 0; r < b->rules.count; r++) {
        const struct rule *rule = &b->rules.at[r];

        if (rule->type != ALL_TYPES && rule->type != type)
            continue;
        if (rule->Ra > 0)
            *Ra = rule->Ra;
        if (rule->cm > 0)
            *cm = rule->cm;
    }
}

void
biophysics_segments(const struct biophysics *b, const struct morphology *m, uint32_t *nseg)
{
    for (uint32_t s = 0; s < m->section_count; s++) {
        double Ra, cm, wanted;

        if (b->d_lambda > 0) {
            cable(b, m->section_type[s], &Ra, &cm);
            nseg[s] = shape_d_lambda(m, s, b->d_lambda, b->frequency, Ra, cm);
        } else if (b->fixed) {
            nseg[s] = b->fixed;
        } else {
            wanted = ceil(m->section_length[s] / b->max_length);
            nseg[s] = wanted < 1 ? 1 : wanted > 32767 ? 32767 : (uint32_t)wanted;
        }
        if (nseg[s] > 32767)    /* what NEURON takes */
            nseg[s] = 32767;
    }
}

static int
set_values(const struct setting *setting, const struct shape *shape, uint32_t s,
           struct Section *section, struct fx_error *err)
{
    const uint32_t nseg = shape_nseg(shape, s), first = shape->segment_start[s];
    double value = setting->number;

    for (uint32_t i = 0; i < nseg; i++) {
        if (setting->expression) {
            const struct expression_place place = {
                shape->distance[first + i], 2 * (double)shape->radius[first + i],
                shape->layer[first + i]
            };

            value = expression_value(setting->expression, &place);
            if (!isfinite(value))
                return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s has no finite value at distance "
                               "%g um, diameter %g um, layer %g", setting->where, place.distance,
                               place.diameter, place.layer);
        }
        nrn_rangevar_set(setting->variable, section, (i + 0.5) / nseg, value);
    }
    return 0;
}

int
biophysics_apply(const struct biophysics *b, const struct shape *shape,
                 struct Section *const *sections, struct fx_error *err)
{
    struct setting capacitance = { .variable = nrn_symbol("cm") };

    for (uint32_t s = 0; s < shape->section_count; s++) {
        double Ra;

        cable(b, shape->section_type[s], &Ra, &capacitance.number);
        nrn_section_Ra_set(sections[s], Ra);
        if (set_values(&capacitance, shape, s, sections[s], err))
            return -1;
        for (size_t r = 0; r < b->rules.count; r++) {
            const struct rule *rule = &b->rules.at[r];

            if (rule->type != ALL_TYPES && rule->type != shape->section_type[s])
                continue;
            for (size_t i = 0; i < rule->mechanisms.count; i++)
                nrn_mechanism_insert(sections[s], rule->mechanisms.at[i]);
            for (size_t i = 0; i < rule->settings.count; i++)
                if (set_values(&rule->settings.at[i], shape, s, sections[s], err))
                    return -1;
        }
    }
    return 0;
}

int
biophysics_spike(const struct biophysics *b, const struct shape *shape, uint32_t *section,
                 double *at, double *threshold, struct fx_error *err)
{
    *at = b->spike_at;
    *threshold = b->spike_threshold;
    if (!shape_section_of_type(shape, b->spike_type, section))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "spikes are to be detected in '%s', but the "
                       "cell has no such section", b->spike_section);
    return 0;
}
