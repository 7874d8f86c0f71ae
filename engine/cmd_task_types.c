#include "cmd_task_types.h"

#include <stdlib.h>

#include "base/mem.h"
#include "load/units.h"

/* A number in text, in front of a unit. */
#define NUMBER "^\\s*[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?\\s*"

json_t *
schema_string(struct str text)
{
    return json_stringn(text.at, text.len);
}

json_t *
schema_reference(const char *name)
{
    return json_pack("{s:o}", "$ref", json_sprintf("#/definitions/%s", name));
}

json_t *
value_to_json(const struct node *value)
{
    json_t *out;

    switch (value->kind) {
    case NODE_BOOL:
        return json_boolean(value->boolean);
    case NODE_INTEGER:
        return json_integer((json_int_t)value->integer);
    case NODE_REAL:
        return json_real(value->real);
    case NODE_STRING:
    case NODE_FILE:
        return schema_string(value->text);
    case NODE_LIST:
        out = json_array();
        for (uint32_t i = 0; i < value->count; i++)
            json_array_append_new(out, value_to_json(value->items[i]));
        return out;
    case NODE_MAP:
        out = json_object();
        for (uint32_t i = 0; i < value->count; i++) {
            struct text key;

            text_init(&key, SIZE_MAX / 2);
            text_add_str(&key, value->entries[i].key);
            json_object_set_new(out, key.at, value_to_json(value->entries[i].value));
            text_release(&key);
        }
        return out;
    case NODE_NULL:
    case NODE_OUTPUT:
        break;
    }
    return json_null();
}

/* --- scalars ---------------------------------------------------------------------------------- */

static void
add_bound(json_t *out, const char *name, double value)
{
    bool whole = value >= -9e15 && value <= 9e15 && (double)(int64_t)value >= value &&
                 (double)(int64_t)value <= value;

    json_object_set_new(out, name, whole ? json_integer((int64_t)value) : json_real(value));
}

/* Bounds hold for numbers as they stand; those in text are for fornix to check. */
static json_t *
bare_number(const struct type *type, const char *kind)
{
    json_t *out = json_pack("{s:s}", "type", kind);

    if (type->has_min)
        add_bound(out, type->min_open ? "exclusiveMinimum" : "minimum", type->min);
    else if (type->kind == TYPE_BYTES)
        add_bound(out, "minimum", 0);
    if (type->has_max)
        add_bound(out, type->max_open ? "exclusiveMaximum" : "maximum", type->max);
    return out;
}

/* "um, mm, S/cm2" as "(um|[u\u00b5]m...)": letters that a pattern knows are escaped. */
static void
add_units(struct text *pattern, struct str unit)
{
    struct text units;

    text_init(&units, 1000);
    unit_siblings(unit, &units);
    text_add(pattern, "(");
    for (size_t i = 0; i < units.len; i++) {
        bool first = i == 0 || units.at[i - 1] == ' ';

        if (units.at[i] == ',')
            text_add(pattern, "|");
        else if (units.at[i] == ' ' && units.at[i - 1] == ',')
            continue;
        else if (units.at[i] == 'u' && first)
            text_add(pattern, "[u\u00b5]");
        else
            text_append(pattern, units.at + i, 1);
    }
    text_add(pattern, ")\\s*$");
    text_release(&units);
}

static json_t *
measured(const struct type *type, const char *kind)
{
    struct str unit = type->kind == TYPE_BYTES ? str_of("B")
                      : type->unit.len         ? type->unit
                      : type->kind == TYPE_DURATION ? str_of("s")
                                                    : type->unit;
    json_t *out = json_array();
    struct text pattern;

    json_array_append_new(out, bare_number(type, kind));
    if (unit.len) {
        text_init(&pattern, 2000);
        text_add(&pattern, NUMBER);
        add_units(&pattern, unit);
        json_array_append_new(out, json_pack("{s:s, s:s}", "type", "string", "pattern", pattern.at));
        text_release(&pattern);
    }
    return out;
}

/* Plain scalars are strings where one is wanted. */
static json_t *
any_scalar(void)
{
    return json_pack("{s:[s,s,s,s]}", "type", "string", "number", "boolean", "null");
}

/* --- lists, maps, structs --------------------------------------------------------------------- */

static json_t *
list_schema(struct type_writer *w, const struct type *type)
{
    json_t *out = json_pack("{s:s, s:o}", "type", "array", "items",
                            type_to_schema(w, type->item, str_of("")));

    if (type->has_length) {
        json_object_set_new(out, "minItems", json_integer(type->length_min));
        json_object_set_new(out, "maxItems", json_integer(type->length_max));
    }
    return out;
}

/* What the keys of a map may be, where a pattern can say it. */
static void
add_keys(json_t *out, const struct type *key)
{
    json_t *names;

    if (key->kind == TYPE_INTEGER)
        json_object_set_new(out, "propertyNames", json_pack("{s:s}", "pattern", "^[-+]?[0-9]+$"));
    if (key->kind != TYPE_ENUM)
        return;
    names = json_array();
    for (uint32_t i = 0; i < key->values->count; i++)
        json_array_append_new(names, schema_string(key->values->items[i]->text));
    json_object_set_new(out, "propertyNames", json_pack("{s:o}", "enum", names));
}

static json_t *
map_schema(struct type_writer *w, const struct type *type)
{
    json_t *out = json_pack("{s:s, s:o}", "type", "object", "additionalProperties",
                            type_to_schema(w, type->item, str_of("")));

    add_keys(out, type->key);
    return out;
}

static json_t *
struct_schema(struct type_writer *w, const struct type *type)
{
    json_t *properties = json_object(), *required = json_array();
    json_t *out = json_pack("{s:s, s:o, s:o}", "type", "object", "properties", properties,
                            "additionalProperties",
                            type->item ? type_to_schema(w, type->item, str_of("")) : json_false());

    for (uint32_t i = 0; i < type->field_count; i++) {
        const struct field *field = &type->fields[i];
        struct text name;

        text_init(&name, 1 << 16);
        text_add_str(&name, field->name);
        json_object_set_new(properties, name.at, type_to_schema(w, field->type, field->help));
        text_release(&name);
        if (!field->optional)
            json_array_append_new(required, schema_string(field->name));
    }
    if (json_array_size(required))
        json_object_set(out, "required", required);
    json_decref(required);
    return out;
}

/* The alternatives that a type has, without that of an expression. */
static json_t *
alternatives(struct type_writer *w, const struct type *type)
{
    json_t *out = json_array(), *values;

    switch (type->kind) {
    case TYPE_INTEGER:
    case TYPE_BYTES:
        json_decref(out);
        return measured(type, "integer");
    case TYPE_NUMBER:
    case TYPE_DURATION:
        json_decref(out);
        return measured(type, "number");
    case TYPE_BOOLEAN:
        json_array_append_new(out, json_pack("{s:s}", "type", "boolean"));
        break;
    case TYPE_ENUM:
        values = value_to_json(type->values);
        json_array_append_new(out, json_pack("{s:o}", "enum", values));
        break;
    case TYPE_LIST:
        json_array_append_new(out, list_schema(w, type));
        break;
    case TYPE_MAP:
        json_array_append_new(out, map_schema(w, type));
        break;
    case TYPE_STRUCT:
        json_array_append_new(out, struct_schema(w, type));
        break;
    case TYPE_ANY_OF:
        for (uint32_t i = 0; i < type->option_count; i++)
            json_array_append_new(out, type_to_schema(w, type->options[i], str_of("")));
        break;
    case TYPE_STRING:
    case TYPE_FILE:
    case TYPE_DIRECTORY:
        json_array_append_new(out, any_scalar());
        break;
    case TYPE_ANY:
        break;
    }
    return out;
}

static json_t *
form(struct type_writer *w, const struct type *type)
{
    json_t *options;

    if (type->kind == TYPE_ANY)
        return json_object();
    if (type->kind == TYPE_STRING || type->kind == TYPE_FILE || type->kind == TYPE_DIRECTORY)
        return any_scalar();
    options = alternatives(w, type);
    json_array_append_new(options, schema_reference("expression"));
    return json_pack("{s:o}", "anyOf", options);
}

static bool
has_parts(const struct type *type)
{
    return type->kind == TYPE_STRUCT || type->kind == TYPE_MAP || type->kind == TYPE_LIST ||
           type->kind == TYPE_ANY_OF || type->kind == TYPE_ENUM;
}

static void
describe(json_t *out, struct str help)
{
    if (help.len && !json_object_get(out, "description"))
        json_object_set_new(out, "description", schema_string(help));
}

/*
 * The definition of a named type, made at its first use; false when `type` is another one that
 * only derives from it (with bounds of its own, say).
 */
static bool
define(struct type_writer *w, const struct type *type, struct text *name)
{
    json_t *made;

    text_printf(name, "%.*s.%.*s", STR(w->task), STR(type->name));
    for (uint32_t i = 0; i < w->count; i++)
        if (str_equal(w->names[i], type->name))
            return w->named[i] == type;
    if (w->count == w->room) {
        w->room = w->room ? 2 * w->room : 32;
        w->named = mem_resize((void *)w->named, w->room, sizeof *w->named);
        w->names = mem_resize(w->names, w->room, sizeof *w->names);
    }
    w->named[w->count] = type;
    w->names[w->count++] = type->name;
    json_object_set_new(w->definitions, name->at, json_object()); /* keeps its place */
    made = form(w, type);
    describe(made, type->help);
    json_object_set_new(w->definitions, name->at, made);
    return true;
}

json_t *
type_to_schema(struct type_writer *w, const struct type *type, struct str help)
{
    struct text name;
    json_t *out = NULL;

    if (type->name.len && has_parts(type)) {
        text_init(&name, 4096);
        if (define(w, type, &name))
            out = schema_reference(name.at);
        text_release(&name);
        /* Nothing beside $ref counts in draft-07: a description needs a level of its own. */
        if (out && help.len)
            out = json_pack("{s:[o]}", "allOf", out);
    }
    if (!out)
        out = form(w, type);
    describe(out, help);
    return out;
}

void
type_writer_init(struct type_writer *writer, json_t *definitions, struct str task)
{
    *writer = (struct type_writer){ .definitions = definitions, .task = task };
}

void
type_writer_release(struct type_writer *writer)
{
    free((void *)writer->named);
    free(writer->names);
}
