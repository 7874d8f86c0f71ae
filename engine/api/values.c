/* fornix/workflow.h: setting values, of workflows and of stages. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "api/written.h"
#include "load/yaml_tree.h"

/* --- values ------------------------------------------------------------------------------------ */

/* Each makes a node of the workflow's, or NULL after keeping a mistake. */

static const struct node *
yaml_value(struct fx_workflow *wf, const char *yaml, struct fx_mark at)
{
    if (!written_string(wf, "the value", yaml, at))
        return NULL;
    return yaml_parse_value(wf->arena, at, str_of(yaml), &wf->mistakes);
}

/* As it is: "${" would begin an expression. */
static const struct node *
string_value(struct fx_workflow *wf, const char *value, struct fx_mark at)
{
    const struct node *node = written_string(wf, "the value", value, at);
    const char *from = value, *next;
    struct text text;

    if (!node || !strstr(value, "${"))
        return node;
    text_init(&text, SIZE_MAX / 2);
    for (; (next = strstr(from, "${")); from = next + 2) {
        text_append(&text, from, (size_t)(next - from));
        text_add(&text, "$${");
    }
    text_add(&text, from);
    node = node_string(wf->arena, arena_str(wf->arena, text_view(&text)), at);
    text_release(&text);
    return node;
}

static const struct node *
real_value(struct fx_workflow *wf, double value, struct fx_mark at)
{
    if (isfinite(value))
        return node_real(wf->arena, value, at);
    written_wrong(wf, at, "the value is %s, and numbers are finite", isnan(value) ? "NaN" : "infinite");
    return NULL;
}

static const struct node *
expression_value(struct fx_workflow *wf, const char *expression, struct fx_mark at)
{
    if (!written_string(wf, "the expression", expression, at))
        return NULL;
    return node_string(wf->arena, arena_printf(wf->arena, "${%s}", expression), at);
}

static const struct node *
output_value(struct fx_workflow *wf, const struct fx_stage *from, const char *output,
             const char *points, struct fx_mark at)
{
    const char *open = points ? "[" : "", *close = points ? "]" : "";

    if (!from)
        written_wrong(wf, at, "the stage that is referred to is NULL");
    else if (from->workflow != wf)
        written_wrong(wf, at, "stage '%.*s' is of another workflow", STR(from->name));
    else if (written_string(wf, "the name of the output", output, at) &&
             (!points || written_string(wf, "the choice of points", points, at)))
        return node_string(wf->arena, arena_printf(wf->arena, "${%.*s%s%s%s.%s}", STR(from->name),
                                                   open, points ? points : "", close, output), at);
    return NULL;
}

/* An array of one of the types that setters take. */
struct array {
    const char *const *strings;
    const int64_t *ints;
    const double *reals;
    size_t count;
};

static const struct node *
array_value(struct fx_workflow *wf, const struct array *array, struct fx_mark at)
{
    const struct node **items, *list;

    if (array->count && !array->strings && !array->ints && !array->reals) {
        written_wrong(wf, at, "the array of values is NULL");
        return NULL;
    }
    if (array->count >= NODE_WEIGHT_MOST) {
        written_wrong(wf, at, "the list has more than %d values", NODE_WEIGHT_MOST - 1);
        return NULL;
    }
    items = arena_get(wf->arena, array->count, sizeof *items);
    for (size_t i = 0; i < array->count; i++) {
        items[i] = array->strings ? string_value(wf, array->strings[i], at)
                   : array->ints  ? node_integer(wf->arena, array->ints[i], at)
                                  : real_value(wf, array->reals[i], at);
        if (!items[i])
            return NULL;
    }
    list = node_list(wf->arena, items, (uint32_t)array->count, at);
    return list;
}

/* --- setters ----------------------------------------------------------------------------------- */

static void
assign(struct fx_workflow *wf, assignments *list, const char *path, const struct node *value,
       struct fx_mark at)
{
    struct assignment assignment = { NULL, value };

    if (!written_string(wf, "the path", path, at) || !value)
        return;
    assignment.path = arena_cstr(wf->arena, path);
    vec_push(list, assignment);
}

/* Begins a setter: checks the handle, and makes `at` a mark of the workflow's. */
#define BEGIN_WORKFLOW() \
    do { \
        assert(wf); \
        at = written_mark(wf, at); \
    } while (0)

#define BEGIN_STAGE() \
    struct fx_workflow *wf = (assert(stage), stage->workflow); \
    at = written_mark(wf, at)

void
fx_workflow_set_yaml_at(struct fx_workflow *wf, const char *path, const char *yaml,
                        struct fx_mark at)
{
    BEGIN_WORKFLOW();
    assign(wf, &wf->values, path, yaml_value(wf, yaml, at), at);
}

void
fx_workflow_set_string_at(struct fx_workflow *wf, const char *path, const char *value,
                          struct fx_mark at)
{
    BEGIN_WORKFLOW();
    assign(wf, &wf->values, path, string_value(wf, value, at), at);
}

void
fx_workflow_set_int_at(struct fx_workflow *wf, const char *path, int64_t value, struct fx_mark at)
{
    BEGIN_WORKFLOW();
    assign(wf, &wf->values, path, node_integer(wf->arena, value, at), at);
}

void
fx_workflow_set_real_at(struct fx_workflow *wf, const char *path, double value, struct fx_mark at)
{
    BEGIN_WORKFLOW();
    assign(wf, &wf->values, path, real_value(wf, value, at), at);
}

void
fx_workflow_set_bool_at(struct fx_workflow *wf, const char *path, int value, struct fx_mark at)
{
    BEGIN_WORKFLOW();
    assign(wf, &wf->values, path, node_boolean(wf->arena, value != 0, at), at);
}

void
fx_workflow_set_strings_at(struct fx_workflow *wf, const char *path, const char *const *values,
                           size_t count, struct fx_mark at)
{
    struct array array = { .strings = values, .count = count };

    BEGIN_WORKFLOW();
    assign(wf, &wf->values, path, array_value(wf, &array, at), at);
}

void
fx_workflow_set_ints_at(struct fx_workflow *wf, const char *path, const int64_t *values,
                        size_t count, struct fx_mark at)
{
    struct array array = { .ints = values, .count = count };

    BEGIN_WORKFLOW();
    assign(wf, &wf->values, path, array_value(wf, &array, at), at);
}

void
fx_workflow_set_reals_at(struct fx_workflow *wf, const char *path, const double *values,
                         size_t count, struct fx_mark at)
{
    struct array array = { .reals = values, .count = count };

    BEGIN_WORKFLOW();
    assign(wf, &wf->values, path, array_value(wf, &array, at), at);
}

void
fx_stage_set_yaml_at(struct fx_stage *stage, const char *path, const char *yaml, struct fx_mark at)
{
    BEGIN_STAGE();
    assign(wf, &stage->with, path, yaml_value(wf, yaml, at), at);
}

void
fx_stage_set_expression_at(struct fx_stage *stage, const char *path, const char *expression,
                           struct fx_mark at)
{
    BEGIN_STAGE();
    assign(wf, &stage->with, path, expression_value(wf, expression, at), at);
}

void
fx_stage_set_string_at(struct fx_stage *stage, const char *path, const char *value,
                       struct fx_mark at)
{
    BEGIN_STAGE();
    assign(wf, &stage->with, path, string_value(wf, value, at), at);
}

void
fx_stage_set_int_at(struct fx_stage *stage, const char *path, int64_t value, struct fx_mark at)
{
    BEGIN_STAGE();
    assign(wf, &stage->with, path, node_integer(wf->arena, value, at), at);
}

void
fx_stage_set_real_at(struct fx_stage *stage, const char *path, double value, struct fx_mark at)
{
    BEGIN_STAGE();
    assign(wf, &stage->with, path, real_value(wf, value, at), at);
}

void
fx_stage_set_bool_at(struct fx_stage *stage, const char *path, int value, struct fx_mark at)
{
    BEGIN_STAGE();
    assign(wf, &stage->with, path, node_boolean(wf->arena, value != 0, at), at);
}

void
fx_stage_set_strings_at(struct fx_stage *stage, const char *path, const char *const *values,
                        size_t count, struct fx_mark at)
{
    struct array array = { .strings = values, .count = count };

    BEGIN_STAGE();
    assign(wf, &stage->with, path, array_value(wf, &array, at), at);
}

void
fx_stage_set_ints_at(struct fx_stage *stage, const char *path, const int64_t *values, size_t count,
                     struct fx_mark at)
{
    struct array array = { .ints = values, .count = count };

    BEGIN_STAGE();
    assign(wf, &stage->with, path, array_value(wf, &array, at), at);
}

void
fx_stage_set_reals_at(struct fx_stage *stage, const char *path, const double *values, size_t count,
                      struct fx_mark at)
{
    struct array array = { .reals = values, .count = count };

    BEGIN_STAGE();
    assign(wf, &stage->with, path, array_value(wf, &array, at), at);
}

void
fx_stage_set_output_at(struct fx_stage *stage, const char *path, const struct fx_stage *from,
                       const char *output, const char *points, struct fx_mark at)
{
    BEGIN_STAGE();
    assign(wf, &stage->with, path, output_value(wf, from, output, points, at), at);
}

void
fx_stage_resource_at(struct fx_stage *stage, const char *name, const char *yaml, struct fx_mark at)
{
    BEGIN_STAGE();
    assign(wf, &stage->resources, name, yaml_value(wf, yaml, at), at);
}

void
fx_stage_output_at(struct fx_stage *stage, const char *name, const char *file, struct fx_mark at)
{
    BEGIN_STAGE();
    assign(wf, &stage->outputs, name, written_string(wf, "the file", file, at), at);
}
