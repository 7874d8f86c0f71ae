#include "cmd_task_json.h"

#include <jansson.h>

#include "cmd_task_types.h"

static json_t *
string_of(struct str s)
{
    return json_stringn(s.at ? s.at : "", s.len);
}

static json_t *
type_of(const struct type *type)
{
    struct text words;
    json_t *out;

    text_init(&words, 1 << 16);
    type_describe(type, &words);
    out = string_of(text_view(&words));
    text_release(&words);
    return out;
}

static json_t *
parameter_of(const struct parameter *parameter)
{
    const struct type *type = parameter->type;
    json_t *out = json_object();

    json_object_set_new(out, "parameter", string_of(parameter->name));
    json_object_set_new(out, "type", type_of(type));
    if (type->unit.len)
        json_object_set_new(out, "unit", string_of(type->unit));
    json_object_set_new(out, "required", json_boolean(parameter->required));
    if (parameter->fallback)
        json_object_set_new(out, "default", value_to_json(parameter->fallback));
    json_object_set_new(out, "semantic", json_boolean(parameter->semantic));
    json_object_set_new(out, "with_points", json_boolean(parameter->with_points));
    json_object_set_new(out, "help", string_of(parameter->help));
    return out;
}

static void
add_whole(json_t *out, const struct task_desc *task)
{
    json_t *parameters = json_array(), *outputs = json_array(), *tools = json_array();

    for (uint32_t i = 0; i < task->parameter_count; i++)
        json_array_append_new(parameters, parameter_of(&task->parameters[i]));
    for (uint32_t i = 0; i < task->output_count; i++) {
        json_t *output = json_object();

        json_object_set_new(output, "output", string_of(task->outputs[i].name));
        json_object_set_new(output, "file", string_of(task->outputs[i].file));
        json_array_append_new(outputs, output);
    }
    for (uint32_t i = 0; i < task->tool_count; i++)
        json_array_append_new(tools, string_of(task->tools[i]));
    json_object_set_new(out, "parameters", parameters);
    json_object_set_new(out, "other_parameters", json_boolean(task->extra));
    json_object_set_new(out, "outputs", outputs);
    json_object_set_new(out, "outputs_from_workflow", json_boolean(task->outputs_from_workflow));
    json_object_set_new(out, "tools", tools);
}

char *
task_json(const struct task_desc *const *tasks, uint32_t count, bool whole)
{
    json_t *root = json_object(), *list = json_array();
    char *text;

    for (uint32_t i = 0; i < count; i++) {
        json_t *task = json_object();

        json_object_set_new(task, "task", string_of(tasks[i]->name));
        json_object_set_new(task, "version", json_integer(tasks[i]->version));
        json_object_set_new(task, "summary", string_of(tasks[i]->summary));
        json_object_set_new(task, "mpi", json_boolean(tasks[i]->mpi));
        json_object_set_new(task, "builtin", json_boolean(tasks[i]->builtin));
        json_object_set_new(task, "folder", json_string(tasks[i]->folder));
        if (whole)
            add_whole(task, tasks[i]);
        json_array_append_new(list, task);
    }
    json_object_set_new(root, "fornix", json_integer(1));
    json_object_set_new(root, "tasks", list);
    text = json_dumps(root, JSON_INDENT(1));
    json_decref(root);
    return text;
}
