#include "environment/synapses.h"

#include <stdlib.h>
#include <string.h>

#include <neuronapi.h>

#include "base/text.h"
#include "base/vec.h"
#include "common/task.h"

enum { WHERE_ROOM = 256, ANY_TYPE = -1 };

static const char PRESETS[] =
    "{\"AMPA\":   {\"mechanism\": \"LinExp2Syn\","
    "              \"parameters\": {\"tau_rise\": 1, \"tau_decay\": 5, \"e\": 0},"
    "              \"weights\": [\"weight\", \"g_unit\"]},"
    " \"GABA_A\": {\"mechanism\": \"LinExp2Syn\","
    "              \"parameters\": {\"tau_rise\": 1, \"tau_decay\": 5, \"e\": 0},"
    "              \"weights\": [\"weight\", \"g_unit\"]},"
    " \"GABA_B\": {\"mechanism\": \"LinExp2Syn\","
    "              \"parameters\": {\"tau_rise\": 1, \"tau_decay\": 5, \"e\": 0},"
    "              \"weights\": [\"weight\", \"g_unit\"]},"
    " \"NMDA\":   {\"mechanism\": \"LinExp2SynNMDA\","
    "              \"parameters\": {\"tau_rise\": 10, \"tau_decay\": 35, \"e\": 0, \"mg\": 1,"
    "                             \"Kd\": 3.57, \"gamma\": 0.062, \"vshift\": 0},"
    "              \"weights\": [\"weight\", \"g_unit\"]}}";

struct parameter {
    char *name;
    double value;
};

struct kind {
    struct Symbol *class;
    VEC(struct parameter) parameters;   /* by name */
};

/* The contacts on sections of one type, or of all. */
struct contacts {
    int type;                           /* SWC type or ANY_TYPE */
    VEC(struct contact) list;
};

struct synapses_source {
    char *name;
    VEC(struct contacts) by_type;
};

struct synapses {
    VEC(struct kind) kinds;
    VEC(struct synapses_source) sources;
};

/* What reading needs; `where` changes on the way down. */
struct reading {
    struct synapses *out;
    const struct model *model;
    const struct neuron *neuron;
    json_t *presets;
    char where[WHERE_ROOM];
    struct fx_error *err;
};

static int
fail(struct reading *r, const char *text, const char *name)
{
    return fx_fail(r->err, FX_INVALID, FX_NOWHERE, "%s: %s '%s'", r->where, text, name);
}

/* --- kinds ------------------------------------------------------------------------------------ */

/* Whether the class has a member of this name; its range variables only, if `range`. */
static bool
class_has(const struct reading *r, struct Symbol *class, const char *name, bool range)
{
    struct SymbolTableIterator *all = nrn_symbol_table_iterator_new(nrn_symbol_table(class));
    bool found = false;

    while (!found && !nrn_symbol_table_iterator_done(all)) {
        struct Symbol *symbol = nrn_symbol_table_iterator_next(all);

        found = !strcmp(nrn_symbol_name(symbol), name) &&
                (!range || nrn_symbol_type(symbol) == r->neuron->range_kind);
    }
    nrn_symbol_table_iterator_free(all);
    return found;
}

static void
kind_release(struct kind *kind)
{
    for (size_t i = 0; i < kind->parameters.count; i++)
        free(kind->parameters.at[i].name);
    vec_release(&kind->parameters);
}

static void
kind_set(struct kind *kind, const char *name, double value)
{
    size_t i = kind->parameters.count;
    const struct parameter parameter = { mem_copy(name, strlen(name)), value };

    vec_push(&kind->parameters, parameter);
    for (; i > 0 && strcmp(kind->parameters.at[i - 1].name, name) > 0; i--) {
        kind->parameters.at[i] = kind->parameters.at[i - 1];
        kind->parameters.at[i - 1] = parameter;
    }
}

static bool
kind_equal(const struct kind *a, const struct kind *b)
{
    if (a->class != b->class || a->parameters.count != b->parameters.count)
        return false;
    for (size_t i = 0; i < a->parameters.count; i++)
        if (strcmp(a->parameters.at[i].name, b->parameters.at[i].name) ||
            a->parameters.at[i].value < b->parameters.at[i].value ||
            a->parameters.at[i].value > b->parameters.at[i].value)
            return false;
    return true;
}

/* The number of an equal kind, or of `kind` itself, which is taken. */
static uint32_t
add_kind(struct synapses *s, struct kind *kind)
{
    for (uint32_t i = 0; i < s->kinds.count; i++)
        if (kind_equal(&s->kinds.at[i], kind)) {
            kind_release(kind);
            return i;
        }
    vec_push(&s->kinds, *kind);
    return (uint32_t)s->kinds.count - 1;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* synapse_mechanisms.<name>, else the preset, else NULL. */
static const json_t *
mapping_of(const struct reading *r, const char *name)
{
    const json_t *own = json_object_get(r->model->synapse_mechanisms, name);

    return own ? own : json_object_get(r->presets, name);
}

/* The place of `name` among the weights, or -1. */
static int
weight_place(const json_t *weights, const char *name)
{
    for (size_t i = 0; i < json_array_size(weights); i++) {
        const char *weight = json_string_value(json_array_get(weights, i));

        if (weight && !strcmp(weight, name))
            return (int)i;
    }
    return -1;
}

static int
read_parameter(struct reading *r, struct kind *kind, struct contact *contact, bool *given,
               const json_t *weights, const char *name, const json_t *json)
{
    const int place = weight_place(weights, name);
    char where[WHERE_ROOM + 64];
    double value;

    snprintf(where, sizeof where, "%s.%s", r->where, name);
    if (json_read_number(json, where, &value, r->err))
        return -1;
    if (place >= 0) {
        contact->weight[place] = value;
        given[place] = true;
        return 0;
    }
    if (!class_has(r, kind->class, name, true)) {
        fail(r, "the mechanism has no RANGE parameter", name);
        return fx_error_hint(r->err, "the mechanism is %s", nrn_symbol_name(kind->class));
    }
    kind_set(kind, name, value);
    return 0;
}

/* Fills kind and contact from a mapping's parameters and those that are given, which win. */
static int
read_parameters(struct reading *r, struct kind *kind, struct contact *contact,
                const json_t *mapping, const json_t *weights, const json_t *json)
{
    json_t *all = json_object();
    const json_t *preset = json_object_get(mapping, "parameters"), *value;
    bool given[SYNAPSES_MOST_WEIGHTS] = { false };
    const char *name;
    int result = -1;

    if ((preset && json_check_object(preset, "synapse_mechanisms' parameters", r->err)) ||
        (!json_is_null(json) && json_check_object(json, r->where, r->err)))
        goto end;
    if (preset)
        json_object_update(all, (json_t *)(uintptr_t)preset);
    if (!json_is_null(json))
        json_object_update(all, (json_t *)(uintptr_t)json);
    json_object_foreach(all, name, value)
        if (read_parameter(r, kind, contact, given, weights, name, value))
            goto end;
    contact->weight_count = (uint32_t)json_array_size(weights);
    for (uint32_t i = 0; i < contact->weight_count; i++) {
        const char *weight = json_string_value(json_array_get(weights, i));

        if (!weight) {
            fail(r, "synapse_mechanisms' weights must be", "[names]");
            goto end;
        }
        if (given[i])
            continue;
        if (strcmp(weight, "weight")) {
            fail(r, "there is no", weight);
            goto end;
        }
        contact->weight[i] = 1;
    }
    result = 0;
end:
    json_decref(all);
    return result;
}

static int
read_contact(struct reading *r, const char *name, const json_t *json, struct contacts *contacts)
{
    const json_t *mapping = mapping_of(r, name), *weights = json_object_get(mapping, "weights");
    const char *class = json_string_value(json_object_get(mapping, "mechanism"));
    json_t *one = json_pack("[s]", "weight");
    struct contact contact = { 0 };
    struct kind kind = { 0 };
    int result = -1;

    if (!class)
        class = name;
    if (!weights)
        weights = one;
    kind.class = neuron_class(r->neuron, class);
    if (!kind.class || !class_has(r, kind.class, "has_loc", false)) {
        fail(r, "NEURON has no point process", class);
        goto end;
    }
    if (json_array_size(weights) < 1 || json_array_size(weights) > SYNAPSES_MOST_WEIGHTS) {
        fail(r, "synapse_mechanisms' weights are one to eight names:", name);
        goto end;
    }
    if (read_parameters(r, &kind, &contact, mapping, weights, json))
        goto end;
    contact.kind = add_kind(r->out, &kind);
    kind = (struct kind){ 0 };
    vec_push(&contacts->list, contact);
    result = 0;
end:
    kind_release(&kind);
    json_decref(one);
    return result;
}

/* name -> parameters, for sections of `type`. */
static int
read_contacts(struct reading *r, struct synapses_source *source, int type, const json_t *json)
{
    const size_t length = strlen(r->where);
    struct contacts contacts = { .type = type };
    const json_t *value;
    const char *name;
    int result = json_check_object(json, r->where, r->err);

    if (result == 0)
        json_object_foreach((json_t *)(uintptr_t)json, name, value) {
            snprintf(r->where + length, sizeof r->where - length, ".%s", name);
            result = read_contact(r, name, value, &contacts);
            if (result)
                break;
            r->where[length] = '\0';
        }
    vec_push(&source->by_type, contacts);
    return result;
}

/* type -> name -> parameters. */
static int
read_types(struct reading *r, struct synapses_source *source, const json_t *json)
{
    const size_t length = strlen(r->where);
    const json_t *value;
    const char *name;
    int type;

    if (json_check_object(json, r->where, r->err))
        return -1;
    json_object_foreach((json_t *)(uintptr_t)json, name, value) {
        if (!strcmp(name, "default"))
            type = ANY_TYPE;
        else if (names_number(&r->model->definitions.swc_types, "section type", r->where, name,
                              &type, r->err))
            return -1;
        snprintf(r->where + length, sizeof r->where - length, ".%s", name);
        if (read_contacts(r, source, type, value))
            return -1;
        r->where[length] = '\0';
    }
    return 0;
}

/* `mechanisms`, or `swctype mechanisms` beside or within it. */
static int
read_source(struct reading *r, const char *name, const json_t *json)
{
    static const char BY_TYPE[] = "swctype mechanisms";
    const json_t *mechanisms = json_object_get(json, "mechanisms");
    const json_t *types = json_object_get(json, BY_TYPE), *any;
    const size_t length = strlen(r->where);
    struct synapses_source *source;

    vec_push(&r->out->sources, (struct synapses_source){ .name = mem_copy(name, strlen(name)) });
    source = &r->out->sources.at[r->out->sources.count - 1];
    if (!mechanisms && !types)
        return fail(r, "there is no", "mechanisms");
    if (mechanisms) {
        snprintf(r->where + length, sizeof r->where - length, ".mechanisms");
        if (json_check_object(mechanisms, r->where, r->err))
            return -1;
        any = json_object_get(mechanisms, "default");
        if (!types)
            types = json_object_get(mechanisms, BY_TYPE);
        if ((any && read_contacts(r, source, ANY_TYPE, any)) ||
            (!any && !json_object_get(mechanisms, BY_TYPE) &&
             read_contacts(r, source, ANY_TYPE, mechanisms)))
            return -1;
        r->where[length] = '\0';
    }
    if (types) {
        snprintf(r->where + length, sizeof r->where - length, ".%s", BY_TYPE);
        if (read_types(r, source, types))
            return -1;
        r->where[length] = '\0';
    }
    return 0;
}

struct synapses *
synapses_new(const struct model *model, const struct neuron *neuron, const char *destination,
             struct fx_error *err)
{
    struct reading r = { .out = mem_new(1, sizeof *r.out), .model = model, .neuron = neuron,
                         .err = err };
    const json_t *sources = json_object_get(model->synapses, destination), *value;
    const char *name;
    int result = 0;

    r.presets = json_loads(PRESETS, 0, NULL);
    snprintf(r.where, sizeof r.where, "synapses.%s", destination);
    if (sources && !json_is_null(sources))
        result = json_check_object(sources, r.where, err);
    if (result == 0)
        json_object_foreach((json_t *)(uintptr_t)sources, name, value) {
            snprintf(r.where, sizeof r.where, "synapses.%s.%s", destination, name);
            result = json_check_object(value, r.where, err) || read_source(&r, name, value);
            if (result)
                break;
        }
    json_decref(r.presets);
    if (result) {
        synapses_free(r.out);
        return NULL;
    }
    return r.out;
}

void
synapses_free(struct synapses *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->kinds.count; i++)
        kind_release(&s->kinds.at[i]);
    for (size_t i = 0; i < s->sources.count; i++) {
        struct synapses_source *source = &s->sources.at[i];

        for (size_t t = 0; t < source->by_type.count; t++)
            vec_release(&source->by_type.at[t].list);
        vec_release(&source->by_type);
        free(source->name);
    }
    vec_release(&s->kinds);
    vec_release(&s->sources);
    free(s);
}

/* --- asking ----------------------------------------------------------------------------------- */

uint32_t
synapses_kind_count(const struct synapses *s)
{
    return (uint32_t)s->kinds.count;
}

const struct synapses_source *
synapses_from(const struct synapses *s, const char *source)
{
    for (size_t i = 0; i < s->sources.count; i++)
        if (!strcmp(s->sources.at[i].name, source))
            return &s->sources.at[i];
    return NULL;
}

bool
synapses_contacts(const struct synapses_source *source, int swc_type, const struct contact **list,
                  uint32_t *count)
{
    const struct contacts *found = NULL;

    for (size_t i = 0; i < source->by_type.count; i++) {
        const struct contacts *contacts = &source->by_type.at[i];

        if (contacts->type == swc_type) {
            found = contacts;
            break;
        }
        if (contacts->type == ANY_TYPE)
            found = contacts;
    }
    *count = found ? (uint32_t)found->list.count : 0;
    *list = found ? found->list.at : NULL;
    return found != NULL;
}

struct Object *
synapses_place(const struct synapses *s, uint32_t kind, struct Section *section, double at)
{
    const struct kind *k = &s->kinds.at[kind];
    struct Object *synapse;

    nrn_section_push(section);
    nrn_double_push(at);
    synapse = nrn_object_new(k->class, 1);
    nrn_section_pop();
    for (size_t i = 0; i < k->parameters.count; i++)
        nrn_property_set(synapse, k->parameters.at[i].name, k->parameters.at[i].value);
    return synapse;
}

const char *
synapses_class(const struct synapses *s, uint32_t kind)
{
    return nrn_symbol_name(s->kinds.at[kind].class);
}
