/*
 * The description of a task, and values checked against the types of its parameters.
 *
 * The input is task.yaml; lines "=== NAME" begin further files beside it, "=== with" the values: a map
 * from parameters.
 */
#include "fuzz.h"

#include <string.h>

#include "load/checks.h"
#include "load/task_desc.h"
#include "load/yaml_tree.h"

struct values {
    const char *at;
    size_t len;
};

static void
take_part(void *context, const char *name, const char *at, size_t len)
{
    struct values *values = context;
    char path[300];

    if (!strcmp(name, "with")) {
        *values = (struct values){ at, len };
        return;
    }
    snprintf(path, sizeof path, "/fuzz/t/%s", name);
    fuzz_files_add(path, at, len);
}

static void
check_value(struct arena *arena, const struct parameter *parameter, const struct node *value)
{
    struct problems problems;
    struct check check = { .arena = arena, .problems = &problems };
    const struct node *result;
    struct text name;

    problems_init(&problems);
    text_init(&check.path, 4096);
    text_add_str(&check.path, parameter->name);
    text_init(&name, 4096);
    type_describe(parameter->type, &name);
    FUZZ_CHECK(name.len > 0);
    result = schema_check(&check, parameter->type, value);
    FUZZ_CHECK((result == NULL) == (problems_count(&problems) > 0));
    text_release(&name);
    text_release(&check.path);
    problems_release(&problems);
}

struct given {
    const struct task_desc *task;
    const struct node *values;
};

static const struct node *
given(void *context, struct str name)
{
    const struct given *from = context;
    const struct node *value = node_get(from->values, name);
    const struct parameter *parameter = task_desc_parameter(from->task, name);

    return value || !parameter ? value : parameter->fallback;
}

/* The checks between parameters, on values of whatever type: they hold, or a reason is told. */
static void
check_relations(struct arena *arena, const struct task_desc *task, const struct node *values)
{
    struct given from = { task, values };
    struct problems problems;
    struct check check = { .arena = arena, .problems = &problems };
    struct checks_scope scope = { .check = &check, .value = given, .context = &from };

    problems_init(&problems);
    text_init(&check.path, 4096);
    for (uint32_t i = 0; i < checks_count(task->checks); i++) {
        size_t before = problems_count(&problems);
        uint32_t count;
        const struct str *names = checks_names(task->checks, i, &count);

        for (uint32_t k = 0; k < count; k++)
            FUZZ_CHECK(task->extra || task_desc_parameter(task, names[k]));
        FUZZ_CHECK(checks_one(task->checks, i, &scope) == (problems_count(&problems) == before));
        FUZZ_CHECK(check.path.len == 0);
    }
    text_release(&check.path);
    problems_release(&problems);
}

static void
check_values(struct arena *arena, const struct task_desc *task, const struct node *values)
{
    for (uint32_t i = 0; i < task->parameter_count; i++) {
        const struct parameter *p = &task->parameters[i];
        const struct node *value = node_get(values, p->name);

        FUZZ_CHECK(task_desc_parameter(task, p->name) == p);
        if (value)
            check_value(arena, p, value);
        if (p->fallback)
            FUZZ_CHECK(p->type);
    }
    for (uint32_t i = 0; i < task->output_count; i++)
        FUZZ_CHECK(task->outputs[i].file.len && task->outputs[i].file.at[0] != '/');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct values values = { "", 0 };
    const struct task_desc *task;
    const struct node *with;
    struct problems problems, more;

    problems_init(&problems);
    problems_init(&more);
    fuzz_parts(data, size, "task.yaml", take_part, &values);
    task = task_desc_load(arena, "/fuzz/t", size % 2, &problems);
    FUZZ_CHECK((task == NULL) == (problems_count(&problems) > 0));
    with = yaml_parse(arena, "/fuzz/t/with", true, (struct str){ values.at, values.len }, &more);
    if (task) {
        check_values(arena, task, with && with->kind == NODE_MAP ? with : NULL);
        check_relations(arena, task, with && with->kind == NODE_MAP ? with : NULL);
    }
    problems_release(&problems);
    problems_release(&more);
    arena_free(arena);
    fuzz_files_clear();
    return 0;
}
