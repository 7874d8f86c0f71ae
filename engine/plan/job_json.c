#include "plan/job_json.h"

#include <math.h>
#include <string.h>

#include "plan/part_path.h"

struct json {
    const struct plan *plan;
    const struct job_paths *paths;
    struct text *out;
    struct fx_error *err;
    struct text path; /* flattened name */
    bool first;       /* of the members of the object being written */
};

static void
member(struct json *j, struct str name)
{
    text_add(j->out, j->first ? "" : ", ");
    j->first = false;
    text_add_quoted(j->out, name);
    text_add(j->out, ": ");
}

static void
member_string(struct json *j, const char *name, struct str value)
{
    member(j, str_of(name));
    text_add_quoted(j->out, value);
}

static void
member_number(struct json *j, const char *name, uint32_t value)
{
    member(j, str_of(name));
    text_printf(j->out, "%u", value);
}

static int
write_path(struct json *j, const struct node *input)
{
    const char *path = j->paths->path(j->paths->context, input, j->err);

    if (!path)
        return -1;
    text_add_quoted(j->out, str_of(path));
    return 0;
}

/* A real keeps its point, so that a reader does not take it for an integer. */
static void
write_real(struct json *j, double value)
{
    size_t from = j->out->len;

    text_add_real(j->out, value);
    if (!memchr(j->out->at + from, '.', j->out->len - from) &&
        !memchr(j->out->at + from, 'e', j->out->len - from))
        text_add(j->out, ".0");
}

static int
write_value(struct json *j, const struct node *node)
{
    int result = 0;

    switch (node->kind) {
    case NODE_NULL:
        text_add(j->out, "null");
        break;
    case NODE_BOOL:
        text_add(j->out, node->boolean ? "true" : "false");
        break;
    case NODE_INTEGER:
        text_printf(j->out, "%lld", (long long)node->integer);
        break;
    case NODE_REAL:
        write_real(j, node->real);
        break;
    case NODE_STRING:
        text_add_quoted(j->out, node->text);
        break;
    case NODE_FILE:
    case NODE_OUTPUT:
        return write_path(j, node);
    case NODE_LIST:
        text_add(j->out, "[");
        for (uint32_t i = 0; i < node->count && result == 0; i++) {
            text_add(j->out, i ? ", " : "");
            result = write_value(j, node->items[i]);
        }
        text_add(j->out, "]");
        break;
    case NODE_MAP:
        text_add(j->out, "{");
        for (uint32_t i = 0; i < node->count && result == 0; i++) {
            text_add(j->out, i ? ", " : "");
            text_add_quoted(j->out, node->entries[i].key);
            text_add(j->out, ": ");
            result = write_value(j, node->entries[i].value);
        }
        text_add(j->out, "}");
        break;
    }
    return result;
}

static bool
is_input(const struct node *node)
{
    return node->kind == NODE_FILE || node->kind == NODE_OUTPUT;
}

/* A list of nothing but files, which is one member. */
static bool
is_input_list(const struct node *node)
{
    for (uint32_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
        if (!is_input(node->items[i]))
            return false;
    return node->kind == NODE_LIST && node->count;
}

static int
write_inputs(struct json *j, const struct node *node)
{
    size_t before = j->path.len;
    int result = 0;

    if (is_input(node) || is_input_list(node)) {
        member(j, text_view(&j->path));
        return write_value(j, node);
    }
    for (uint32_t i = 0; node->kind == NODE_LIST && i < node->count && result == 0; i++) {
        part_path_index(&j->path, i);
        result = write_inputs(j, node->items[i]);
        j->path.len = before;
    }
    for (uint32_t i = 0; node->kind == NODE_MAP && i < node->count && result == 0; i++) {
        part_path_key(&j->path, node->entries[i].key);
        result = write_inputs(j, node->entries[i].value);
        j->path.len = before;
    }
    return result;
}

/* {axis: value, ...} of the job that makes an output; null for a file. */
static int
write_point(struct json *j, const struct node *node)
{
    struct arena *scratch;
    const struct coordinate *point;
    uint32_t count;
    int result = 0;

    if (node->kind != NODE_OUTPUT) {
        text_add(j->out, "null");
        return 0;
    }
    scratch = arena_new();
    point = plan_point(j->plan, node->job, scratch, &count);
    text_add(j->out, "{");
    for (uint32_t i = 0; i < count && result == 0; i++) {
        text_add(j->out, i ? ", " : "");
        text_add_quoted(j->out, point[i].axis);
        text_add(j->out, ": ");
        result = write_value(j, point[i].value);
    }
    text_add(j->out, "}");
    arena_free(scratch);
    return result;
}

/* In the shape of the value: lists and maps of points. */
static int
write_points(struct json *j, const struct node *node)
{
    bool map = node->kind == NODE_MAP;
    int result = 0;

    if (node->kind != NODE_LIST && !map)
        return write_point(j, node);
    text_add(j->out, map ? "{" : "[");
    for (uint32_t i = 0; i < node->count && result == 0; i++) {
        text_add(j->out, i ? ", " : "");
        if (map) {
            text_add_quoted(j->out, node->entries[i].key);
            text_add(j->out, ": ");
        }
        result = write_points(j, map ? node->entries[i].value : node->items[i]);
    }
    text_add(j->out, map ? "}" : "]");
    return result;
}

enum section { PARAMETERS, INPUTS, POINTS };

static int
write_one(struct json *j, enum section section, struct str name, const struct node *value,
          const struct parameter *parameter)
{
    if (section == POINTS && (!parameter || !parameter->with_points))
        return 0;
    if (section == INPUTS) {
        text_clear(&j->path);
        part_path_key(&j->path, name);
        return write_inputs(j, value);
    }
    member(j, name);
    return section == POINTS ? write_points(j, value) : write_value(j, value);
}

/* Given parameters in the order of the workflow, then defaults in the order of the task. */
static int
write_section(struct json *j, job_id job, const char *name, enum section section)
{
    const struct node *with = plan_job(j->plan, job)->with;
    const struct task_desc *task = plan_task(j->plan, job);
    int result = 0;

    member(j, str_of(name));
    text_add(j->out, "{");
    j->first = true;
    for (uint32_t i = 0; i < with->count && result == 0; i++)
        result = write_one(j, section, with->entries[i].key, with->entries[i].value,
                           task_desc_parameter(task, with->entries[i].key));
    for (uint32_t i = 0; i < task->parameter_count && result == 0; i++) {
        const struct parameter *parameter = &task->parameters[i];

        if (parameter->fallback && !node_get(with, parameter->name))
            result = write_one(j, section, parameter->name, parameter->fallback, parameter);
    }
    text_add(j->out, "}");
    j->first = false;
    return result;
}

static void
write_outputs(struct json *j, const struct job *job)
{
    member(j, str_of("outputs"));
    text_add(j->out, "{");
    j->first = true;
    for (uint32_t i = 0; i < job->output_count; i++) {
        member(j, job->outputs[i].name);
        text_add_quoted(j->out, job->outputs[i].file);
    }
    text_add(j->out, "}");
    j->first = false;
}

static int
write_all(struct json *j, job_id job)
{
    const struct job *self = plan_job(j->plan, job);

    text_add(j->out, "{");
    j->first = true;
    member_number(j, "fornix", 1);
    member_string(j, "task", plan_task(j->plan, job)->name);
    member_string(j, "label", self->label);
    if (write_section(j, job, "parameters", PARAMETERS) != 0 ||
        write_section(j, job, "inputs", INPUTS) != 0 ||
        write_section(j, job, "points", POINTS) != 0)
        return -1;
    write_outputs(j, self);
    member_number(j, "ranks", self->resources.ranks);
    member_number(j, "threads", self->resources.threads);
    member_string(j, "scratch", str_of(j->paths->scratch));
    member_string(j, "progress", str_of(j->paths->progress));
    text_add(j->out, "}\n");
    return 0;
}

int
job_json(const struct plan *plan, job_id job, const struct job_paths *paths, struct text *out,
         struct fx_error *err)
{
    struct json j = { .plan = plan, .paths = paths, .out = out, .err = err };
    int result;

    text_init(&j.path, 64 * 1024);
    result = write_all(&j, job);
    text_release(&j.path);
    if (result == 0 && out->full)
        return fx_fail(err, FX_INVALID, plan_stage(plan, job)->at,
                       "the parameters of '%.*s' are too large", STR(plan_job(plan, job)->label));
    if (result == 0 && !str_is_utf8(text_view(out))) {  /* YAML is: it is a path */
        fx_fail(err, FX_INVALID, plan_stage(plan, job)->at,
                "'%.*s' cannot be told a path that is not UTF-8 text",
                STR(plan_job(plan, job)->label));
        return fx_error_hint(err, "rename the folder of the workflow, or of the store");
    }
    return result;
}
