#include "cmd_task_schema.h"

#include <stdlib.h>

#include "cmd_task_types.h"

/*
 * What does not depend on tasks. "stages" are added to "workflow" and "profile" below: `part` is a stage
 * of which an included file or a profile may hold the rest.
 */
static const char FRAME[] =
    "{'expression': {'type': ['string', 'null'], 'pattern': '\\\\$\\\\{',"
    "   'description': 'An expression: ${params.x}, ${axis.a}, ${stage.output}, ...'},"
    " 'scalar': {'type': ['string', 'number', 'boolean', 'null']},"
    " 'strings': {'anyOf': [{'$ref': '#/definitions/scalar'},"
    "   {'type': 'array', 'items': {'type': ['string', 'number', 'boolean']}}]},"
    " 'name': {'pattern': '^[A-Za-z_][A-Za-z0-9_]*$', 'maxLength': 100},"
    " 'numbers': {'type': 'array', 'items': {'anyOf': [{'type': 'number'},"
    "   {'$ref': '#/definitions/expression'}]}},"
    " 'pair': {'allOf': [{'$ref': '#/definitions/numbers'}, {'minItems': 2, 'maxItems': 2}]},"
    " 'count': {'anyOf': [{'type': 'integer', 'minimum': 1}, {'$ref': '#/definitions/expression'}]},"
    " 'seed': {'anyOf': [{'type': 'integer'}, {'$ref': '#/definitions/expression'}]},"
    " 'random': {'type': 'object', 'additionalProperties': false, 'required': ['count'],"
    "   'properties': {"
    "     'uniform': {'$ref': '#/definitions/pair'}, 'loguniform': {'$ref': '#/definitions/pair'},"
    "     'normal': {'$ref': '#/definitions/pair'}, 'integers': {'$ref': '#/definitions/pair'},"
    "     'count': {'$ref': '#/definitions/count'}, 'seed': {'$ref': '#/definitions/seed'}}},"
    " 'axis': {'description': 'The values: a list, or one of range, linspace, logspace, random.',"
    "   'anyOf': ["
    "   {'type': 'array', 'minItems': 1,"
    "    'items': {'type': ['string', 'number', 'boolean', 'object']}},"
    "   {'type': 'object', 'additionalProperties': false, 'minProperties': 1, 'maxProperties': 1,"
    "    'properties': {"
    "      'range': {'description': '[first, end] or [first, end, step]; without the end.',"
    "        'allOf': [{'$ref': '#/definitions/numbers'}, {'minItems': 2, 'maxItems': 3}]},"
    "      'linspace': {'description': '[first, last, how many]',"
    "        'allOf': [{'$ref': '#/definitions/numbers'}, {'minItems': 3, 'maxItems': 3}]},"
    "      'logspace': {'description': '[first, last, how many], by a constant factor',"
    "        'allOf': [{'$ref': '#/definitions/numbers'}, {'minItems': 3, 'maxItems': 3}]},"
    "      'random': {'anyOf': [{'$ref': '#/definitions/random'},"
    "        {'$ref': '#/definitions/expression'}]}}},"
    "   {'$ref': '#/definitions/expression'}]},"
    " 'axes': {'type': ['object', 'null'], 'propertyNames': {'$ref': '#/definitions/name'},"
    "   'additionalProperties': {'$ref': '#/definitions/axis'}},"
    " 'zip': {'type': ['array', 'null'], 'description': 'Axes that move together: [[a, b]]',"
    "   'items': {'type': 'array', 'minItems': 2, 'items': {'type': 'string'}}},"
    " 'exclude': {'type': ['array', 'null'],"
    "   'description': 'Points that are left out: {axis: value, ...} or a condition, ${...}',"
    "   'items': {'anyOf': [{'type': 'object'}, {'$ref': '#/definitions/expression'}]}},"
    " 'sample': {'type': ['object', 'null'], 'additionalProperties': false, 'required': ['count'],"
    "   'description': 'A reproducible part of the points: {count: n, seed: s}',"
    "   'properties': {'count': {'$ref': '#/definitions/count'},"
    "                  'seed': {'$ref': '#/definitions/seed'}}},"
    " 'config': {'type': ['object', 'null'], 'description': 'Settings of the site; in no key.'},"
    " 'env': {'description': 'Variables that may reach a key, ${env:NAME}: [NAME, ...] or {NAME: default}.',"
    "   'anyOf': [{'$ref': '#/definitions/strings'},"
    "     {'type': 'object', 'propertyNames': {'$ref': '#/definitions/name'},"
    "      'additionalProperties': {'$ref': '#/definitions/scalar'}}]},"
    " 'params': {'type': ['object', 'null'],"
    "   'description': 'Named values, for ${params.x}; --set and profiles override them.'}}";

/* Members that a workflow and a profile share. */
static const char *const SHARED[] = { "params", "axes", "zip", "exclude", "sample", "config" };

/* The members of a stage, without `task` and `with`. */
static const char STAGE[] =
    "{'after': {'allOf': [{'$ref': '#/definitions/strings'}],"
    "   'description': 'Stages that come first without giving data.'},"
    " 'outputs': {'type': ['object', 'null'], 'propertyNames': {'$ref': '#/definitions/name'},"
    "   'additionalProperties': {'type': 'string'},"
    "   'description': 'name: file; for tasks that leave this to the stage.'},"
    " 'axes': {'allOf': [{'$ref': '#/definitions/axes'}],"
    "   'description': 'Axes of this stage alone.'}}";

static json_t *
load(const char *quoted)
{
    struct text text;
    json_t *json;

    text_init(&text, 1 << 16);
    for (const char *c = quoted; *c; c++)
        text_append(&text, *c == '\'' ? "\"" : c, 1);
    json = json_loads(text.at, 0, NULL);
    text_release(&text);
    return json;
}

/* --- tasks ------------------------------------------------------------------------------------ */

static json_t *
parameter_schema(struct type_writer *types, const struct parameter *parameter)
{
    json_t *out = type_to_schema(types, parameter->type, parameter->help);

    if (json_object_get(out, "$ref"))
        out = json_pack("{s:[o]}", "allOf", out);
    if (parameter->fallback && parameter->fallback->kind != NODE_FILE)
        json_object_set_new(out, "default", value_to_json(parameter->fallback));
    return out;
}

/* Adds "with TASK", and "all of TASK" with what is required. */
static void
define_with(json_t *definitions, const struct task_desc *task)
{
    json_t *properties = json_object(), *required = json_array(), *whole;
    struct type_writer types;
    struct text name;

    text_init(&name, 4096);
    type_writer_init(&types, definitions, task->name);
    for (uint32_t i = 0; i < task->parameter_count; i++) {
        const struct parameter *parameter = &task->parameters[i];

        text_clear(&name);
        text_add_str(&name, parameter->name);
        json_object_set_new(properties, name.at, parameter_schema(&types, parameter));
        if (parameter->required)
            json_array_append_new(required, schema_string(parameter->name));
    }
    type_writer_release(&types);
    text_clear(&name);
    text_printf(&name, "with %.*s", STR(task->name));
    json_object_set_new(definitions, name.at,
                        json_pack("{s:[s,s], s:o, s:b}", "type", "object", "null", "properties",
                                  properties, "additionalProperties", task->extra));
    whole = json_pack("{s:[o]}", "allOf", schema_reference(name.at));
    if (json_array_size(required)) {
        json_object_set_new(whole, "type", json_string("object"));
        json_object_set(whole, "required", required);
    }
    json_decref(required);
    text_clear(&name);
    text_printf(&name, "all of %.*s", STR(task->name));
    json_object_set_new(definitions, name.at, whole);
    text_release(&name);
}

/* {if: task is NAME, then: its with, outputs where it wants them} */
static json_t *
when_task(const struct task_desc *task, bool whole)
{
    struct text name;
    json_t *then = json_object(), *properties = json_object(), *required = json_array();
    bool needs_with = false;

    text_init(&name, 4096);
    text_printf(&name, "%s %.*s", whole ? "all of" : "with", STR(task->name));
    json_object_set_new(properties, "with", schema_reference(name.at));
    text_release(&name);
    for (uint32_t i = 0; i < task->parameter_count; i++)
        needs_with = needs_with || task->parameters[i].required;
    if (!task->outputs_from_workflow)
        json_object_set_new(properties, "outputs", json_pack("{s:s}", "type", "null"));
    else if (whole)
        json_array_append_new(required, json_string("outputs"));
    if (whole && needs_with)
        json_array_append_new(required, json_string("with"));
    json_object_set_new(then, "properties", properties);
    if (json_array_size(required))
        json_object_set(then, "required", required);
    json_decref(required);
    return json_pack("{s:{s:{s:{s:o}}, s:[s]}, s:o}", "if", "properties", "task", "const",
                     schema_string(task->name), "required", "task", "then", then);
}

static json_t *
resources_schema(json_t *definitions)
{
    static const struct type count = { .kind = TYPE_INTEGER, .has_min = true, .min = 1 };
    static const struct type size = { .kind = TYPE_BYTES };
    static const struct type time = { .kind = TYPE_DURATION, .has_min = true };
    struct type_writer types;
    json_t *properties = json_object();

    type_writer_init(&types, definitions, str_of(""));
    json_object_set_new(properties, "ranks", type_to_schema(&types, &count, str_of("MPI ranks.")));
    json_object_set_new(properties, "threads",
                        type_to_schema(&types, &count, str_of("Threads of each rank.")));
    json_object_set_new(properties, "memory",
                        type_to_schema(&types, &size, str_of("Of the whole job: 1 GiB.")));
    json_object_set_new(properties, "time",
                        type_to_schema(&types, &time, str_of("After which it is stopped: 10 min.")));
    type_writer_release(&types);
    return json_pack("{s:s, s:[s,s], s:o, s:b}", "description",
                     "What one job takes; in no key.", "type", "object", "null", "properties",
                     properties, "additionalProperties", 0);
}

static json_t *
stage_schema(const struct task_desc *const *tasks, uint32_t count, json_t *resources, bool whole)
{
    json_t *properties = load(STAGE), *names = json_array(), *about = json_array();
    json_t *cases = json_array();

    for (uint32_t i = 0; i < count; i++) {
        json_array_append_new(names, schema_string(tasks[i]->name));
        json_array_append_new(about, schema_string(tasks[i]->summary));
        json_array_append_new(cases, when_task(tasks[i], whole));
    }
    json_object_set_new(properties, "task",
                        json_pack("{s:s, s:o, s:o}", "description", "The name of a task.", "enum",
                                  names, "enumDescriptions", about));
    json_object_set_new(properties, "with",
                        json_pack("{s:[s,s], s:s}", "type", "object", "null", "description",
                                  "The parameters of the task."));
    json_object_set(properties, "resources", resources);
    return json_pack("{s:o, s:o, s:b, s:o, s:o}", "type",
                     whole ? json_string("object") : json_pack("[s,s]", "object", "null"),
                     "properties", properties, "additionalProperties", 0, "required",
                     whole ? json_pack("[s]", "task") : json_array(), "allOf", cases);
}

/* --- the whole -------------------------------------------------------------------------------- */

static json_t *
stages_of(const char *kind)
{
    return json_pack("{s:[s,s], s:o, s:o}", "type", "object", "null", "propertyNames",
                     schema_reference("name"), "additionalProperties", schema_reference(kind));
}

static json_t *
shared_members(void)
{
    json_t *out = json_object();

    for (size_t i = 0; i < sizeof SHARED / sizeof *SHARED; i++)
        json_object_set_new(out, SHARED[i], schema_reference(SHARED[i]));
    return out;
}

static json_t *
profile_schema(void)
{
    json_t *properties = shared_members();

    json_object_set_new(properties, "stages", stages_of("part"));
    return json_pack("{s:[s,s], s:o, s:b}", "type", "object", "null", "properties", properties,
                     "additionalProperties", 0);
}

static json_t *
workflow_members(void)
{
    json_t *out = shared_members();

    json_object_set_new(out, "fornix",
                        json_pack("{s:s, s:i}", "description", "The version of this format.",
                                  "const", 1));
    json_object_set_new(out, "name",
                        json_pack("{s:s, s:[s,s,s]}", "description",
                                  "By which its runs are called; default: the file's name.", "type",
                                  "string", "number", "null"));
    json_object_set_new(out, "include", schema_reference("strings"));
    json_object_set_new(out, "tasks", schema_reference("strings"));
    json_object_set_new(out, "env", schema_reference("env"));
    json_object_set_new(out, "profiles",
                        json_pack("{s:[s,s], s:o}", "type", "object", "null", "additionalProperties",
                                  schema_reference("profile")));
    json_object_set_new(out, "stages",
                        json_pack("{s:s, s:[s,s]}", "description", "name: {task, with, ...}", "type",
                                  "object", "null"));
    return out;
}

char *
task_schema(const struct task_desc *const *tasks, uint32_t count)
{
    json_t *definitions = load(FRAME), *resources, *schema;
    char *text;

    for (uint32_t i = 0; i < count; i++)
        define_with(definitions, tasks[i]);
    resources = resources_schema(definitions);
    json_object_set_new(definitions, "stage", stage_schema(tasks, count, resources, true));
    json_object_set_new(definitions, "part", stage_schema(tasks, count, resources, false));
    json_decref(resources);
    json_object_set_new(definitions, "profile", profile_schema());
    /* Where files are included, these may hold the rest of a stage. */
    schema = json_pack("{s:s, s:s, s:s, s:o, s:b, s:[s], s:{s:[s]}, s:{s:{s:o}}, s:{s:{s:o}, s:[s]},"
                       " s:o}",
                       "$schema", "http://json-schema.org/draft-07/schema#", "title",
                       "A workflow of fornix", "type", "object", "properties", workflow_members(),
                       "additionalProperties", 0, "required", "fornix", "if", "required", "include",
                       "then", "properties", "stages", stages_of("part"), "else", "properties",
                       "stages", stages_of("stage"), "required", "stages", "definitions",
                       definitions);
    text = json_dumps(schema, JSON_INDENT(1));
    json_decref(schema);
    return text;
}
