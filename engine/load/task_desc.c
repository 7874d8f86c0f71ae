#include "load/task_desc.h"

#include <string.h>

#include "base/file.h"
#include "load/checks.h"
#include "load/expression.h"
#include "load/fields.h"
#include "load/yaml_tree.h"

enum {
    TASK,
    VERSION,
    SUMMARY,
    PARALLEL,
    PROGRAM,
    FILES,
    TOOLS,
    INCLUDE,
    TYPES,
    PARAMETERS,
    CHECKS,
    EXTRA,
    OUTPUTS,
    OUTPUTS_FROM,
    MEMBERS
};

static const struct fields_rule rules[MEMBERS] = {
    [TASK] = { "task", FIELD_STRING, true },
    [VERSION] = { "version", FIELD_INTEGER, true },
    [SUMMARY] = { "summary", FIELD_STRING, false },
    [PARALLEL] = { "parallel", FIELD_STRING, false },
    [PROGRAM] = { "program", FIELD_STRINGS, false },
    [FILES] = { "files", FIELD_STRINGS, false },
    [TOOLS] = { "tools", FIELD_STRINGS, false },
    [INCLUDE] = { "include", FIELD_STRINGS, false },
    [TYPES] = { "types", FIELD_MAP, false },
    [PARAMETERS] = { "parameters", FIELD_MAP, false },
    [CHECKS] = { "checks", FIELD_LIST, false },
    [EXTRA] = { "extra", FIELD_STRING, false },
    [OUTPUTS] = { "outputs", FIELD_MAP, false },
    [OUTPUTS_FROM] = { "outputs_from", FIELD_STRING, false },
};

struct loader {
    struct arena *arena;
    struct problems *problems;
    struct task_desc *task;
    struct types *types;
    bool types_fine;
    unsigned included; /* files of types, so far */
    const struct node *member[MEMBERS];
};

enum { INCLUDES_DEEP = 16, INCLUDES_MOST = 100 };

static void
load_include(struct loader *l, const struct node *path, unsigned depth)
{
    static const struct fields_rule allowed[] = { { "include", FIELD_STRINGS, false },
                                                  { "types", FIELD_MAP, false } };
    const char *shown = path_join(l->arena, mark_folder(l->arena, path->at), path->text.at);
    const struct node *file, *values[2];
    const struct node *const *paths;
    uint32_t count;

    if (l->included >= INCLUDES_MOST)
        return; /* and it is reported */
    if (depth > INCLUDES_DEEP || ++l->included == INCLUDES_MOST) {
        problems_wrong(l->problems, path->at, NULL, "too many files of types are included");
        return;
    }
    file = yaml_read(l->arena, shown, path->at, l->problems);
    if (!file || !fields_read(file, "a file of types", allowed, 2, values, l->problems))
        return;
    paths = fields_strings(&values[0], &count);
    for (uint32_t i = 0; i < count; i++)
        load_include(l, paths[i], depth + 1);
    if (values[1])
        schema_types_add(l->types, values[1], l->problems);
}

static void
load_types(struct loader *l)
{
    uint32_t count;
    const struct node *const *paths = fields_strings(&l->member[INCLUDE], &count);

    for (uint32_t i = 0; i < count; i++)
        load_include(l, paths[i], 0);
    if (l->member[TYPES])
        schema_types_add(l->types, l->member[TYPES], l->problems);
    l->types_fine = schema_types_check(l->types, l->problems);
}

/* --- parameters ------------------------------------------------------------------------------- */

/* What stands beside the type of a parameter; the rest of the map is the type. */
static const char *const own_members[] = { "required", "default", "semantic", "with_points",
                                           "help" };

enum { REQUIRED, DEFAULT, SEMANTIC, WITH_POINTS, HELP, OWN };

/* The map without the parameter's own members: what schema_type() reads. */
static const struct node *
type_part(struct loader *l, const struct node *map, const struct node *own[OWN])
{
    struct entry *entries = arena_get(l->arena, map->count, sizeof *entries);
    uint32_t count = 0;

    for (int k = 0; k < OWN; k++)
        own[k] = NULL;
    for (uint32_t i = 0; i < map->count; i++) {
        bool mine = false;

        for (int k = 0; k < OWN && !mine; k++)
            if (str_is(map->entries[i].key, own_members[k])) {
                own[k] = map->entries[i].value;
                mine = true;
            }
        if (!mine)
            entries[count++] = map->entries[i];
    }
    return node_map(l->arena, entries, count, map->at);
}

static bool
flag(struct loader *l, const struct node *value, const char *name, bool otherwise)
{
    if (!value)
        return otherwise;
    if (value->kind != NODE_BOOL)
        problems_wrong(l->problems, value->at, NULL, "'%s' is true or false", name);
    return value->kind == NODE_BOOL && value->boolean;
}

static const struct node *
load_default(struct loader *l, const struct parameter *parameter, const struct node *value)
{
    struct check check = { .arena = l->arena, .problems = l->problems, .subject = "the default" };
    const struct node *checked;

    if (!value || value->kind == NODE_NULL || !l->types_fine)
        return NULL;
    text_init(&check.path, 512);
    text_add_str(&check.path, parameter->name);
    checked = schema_check(&check, parameter->type, value);
    text_release(&check.path);
    return checked;
}

static void
load_parameter(struct loader *l, struct parameter *parameter, const struct entry *entry)
{
    const struct node *own[OWN] = { NULL }, *type = entry->value;

    parameter->name = entry->key;
    parameter->semantic = true;
    if (type->kind == NODE_MAP)
        type = type_part(l, type, own);
    parameter->type = schema_type(l->types, type, l->problems);
    parameter->required = flag(l, own[REQUIRED], "required", false);
    parameter->semantic = flag(l, own[SEMANTIC], "semantic", true);
    parameter->with_points = flag(l, own[WITH_POINTS], "with_points", false);
    parameter->help = own[HELP] ? own[HELP]->text : str_of("");
    if (!parameter->type)
        return;
    parameter->fallback = load_default(l, parameter, own[DEFAULT]);
    if (parameter->required && parameter->fallback)
        problems_wrong(l->problems, entry->at, NULL, "'%.*s' cannot be required and have a default",
                       STR(entry->key));
}

static void
load_parameters(struct loader *l)
{
    const struct node *map = l->member[PARAMETERS];
    struct parameter *all;

    if (!map)
        return;
    all = arena_get(l->arena, map->count, sizeof *all);
    for (uint32_t i = 0; i < map->count; i++)
        load_parameter(l, &all[i], &map->entries[i]);
    l->task->parameters = all;
    l->task->parameter_count = map->count;
}

/* Between parameters; where undeclared ones are allowed, a check may name these too. */
static void
load_checks(struct loader *l)
{
    struct task_desc *task = l->task;
    struct str *names = arena_get(l->arena, task->parameter_count, sizeof *names);

    if (!l->member[CHECKS])
        return;
    for (uint32_t i = 0; i < task->parameter_count; i++)
        names[i] = task->parameters[i].name;
    task->checks = checks_read(l->arena, l->member[CHECKS], task->extra ? NULL : names,
                               task->parameter_count, NULL, l->problems);
}

const struct parameter *
task_desc_parameter(const struct task_desc *task, struct str name)
{
    for (uint32_t i = 0; i < task->parameter_count; i++)
        if (str_equal(task->parameters[i].name, name))
            return &task->parameters[i];
    return NULL;
}

/* --- outputs and program ---------------------------------------------------------------------- */

bool
task_desc_outputs(struct arena *arena, const struct node *map, struct output **outputs,
                  struct problems *problems)
{
    size_t before = problems_count(problems);
    struct output *all = arena_get(arena, map->count, sizeof *all);

    for (uint32_t i = 0; i < map->count; i++) {
        const struct node *file = map->entries[i].value;
        const char *path = file->text.at, *absolute;

        all[i] = (struct output){ map->entries[i].key, file->text };
        if (!expr_is_name(map->entries[i].key))
            problems_wrong(problems, map->entries[i].at, NULL,
                           "'%.*s' is no name for an output: letters, digits and '_'",
                           STR(map->entries[i].key));
        if (file->kind != NODE_STRING || !file->text.len) {
            problems_wrong(problems, file->at, NULL, "output '%.*s' needs the name of its file",
                           STR(map->entries[i].key));
            continue;
        }
        /* What ".." would leave is seen below a folder of which no path can be the same. */
        absolute = path_absolute(arena, arena_printf(arena, "/\x01/%s", path).at);
        if (path[0] == '/' || strncmp(absolute, "/\x01/", 3) != 0)
            problems_wrong(problems, file->at, NULL,
                           "output file '%s' must lie below the job's own folder", path);
        for (uint32_t k = 0; k < i; k++)
            if (str_equal(all[k].file, file->text))
                problems_wrong(problems, file->at, NULL, "outputs '%.*s' and '%.*s' are one file",
                               STR(all[k].name), STR(all[i].name));
    }
    *outputs = all;
    return problems_count(problems) == before;
}

static void
load_outputs(struct loader *l)
{
    const struct node *from = l->member[OUTPUTS_FROM], *map = l->member[OUTPUTS];

    l->task->outputs_from_workflow = from != NULL;
    if (from && !str_is(from->text, "workflow"))
        problems_wrong(l->problems, from->at, NULL, "'outputs_from' can only be 'workflow'");
    if (from && map)
        problems_wrong(l->problems, map->at, NULL,
                       "'outputs' and 'outputs_from' exclude each other");
    if (!map)
        return;
    l->task->output_count = map->count;
    task_desc_outputs(l->arena, map, &l->task->outputs, l->problems);
}

/* A word of the command: absolute when it is a file of the task's folder. */
static const char *
program_word(struct loader *l, struct str word, bool first, bool *is_file)
{
    const char *path = path_join(l->arena, l->task->folder, word.at);

    *is_file = file_exists(path) && !file_is_folder(path);
    if (*is_file || (first && (l->task->builtin || memchr(word.at, '/', word.len))))
        return path;
    return word.at;
}

static void
load_program(struct loader *l)
{
    uint32_t words, extra, count = 0;
    const struct node *const *program = fields_strings(&l->member[PROGRAM], &words);
    const struct node *const *files = fields_strings(&l->member[FILES], &extra);
    const char **argv = arena_get(l->arena, (size_t)words + 2, sizeof *argv);
    const char **identity = arena_get(l->arena, (size_t)words + extra + 2, sizeof *identity);
    bool is_file;

    for (uint32_t i = 0; i < (words ? words : 1); i++) {
        argv[i] = program_word(l, words ? program[i]->text : l->task->name, i == 0, &is_file);
        if (is_file)
            identity[count++] = argv[i];
        else if (i == 0 && words && !l->task->builtin && memchr(argv[i], '/', strlen(argv[i])))
            l->task->missing = program[i];
    }
    for (uint32_t i = 0; i < extra; i++) {
        const char *path = path_join(l->arena, l->task->folder, files[i]->text.at);

        if (!file_exists(path))
            problems_wrong(l->problems, files[i]->at, NULL, "'%s' does not exist", path);
        identity[count++] = path;
    }
    l->task->program = argv;
    l->task->program_files = identity;
}

static void
load_tools(struct loader *l)
{
    const struct node *const *tools = fields_strings(&l->member[TOOLS], &l->task->tool_count);

    l->task->tools = arena_get(l->arena, l->task->tool_count, sizeof *l->task->tools);
    for (uint32_t i = 0; i < l->task->tool_count; i++)
        l->task->tools[i] = tools[i]->text;
}

static void
load_members(struct loader *l)
{
    struct task_desc *task = l->task;
    const struct node *parallel = l->member[PARALLEL], *extra = l->member[EXTRA];

    if (l->member[TASK])
        task->name = l->member[TASK]->text;
    if (l->member[VERSION])
        task->version = l->member[VERSION]->integer;
    if (l->member[SUMMARY])
        task->summary = l->member[SUMMARY]->text;
    task->mpi = parallel && str_is(parallel->text, "mpi");
    if (parallel && !task->mpi && !str_is(parallel->text, "none"))
        problems_wrong(l->problems, parallel->at, NULL, "'parallel' is none or mpi");
    task->extra = extra != NULL;
    if (extra && !str_is(extra->text, "any"))
        problems_wrong(l->problems, extra->at, NULL, "'extra' can only be 'any'");
    load_types(l);
    load_parameters(l);
    load_checks(l);
    load_outputs(l);
    load_program(l);
    load_tools(l);
}

const struct task_desc *
task_desc_load(struct arena *arena, const char *folder, bool builtin, struct problems *problems)
{
    size_t before = problems_count(problems);
    struct loader l = { .arena = arena, .problems = problems };
    const struct node *root;

    l.task = arena_get(arena, 1, sizeof *l.task);
    l.types = schema_types_new(arena);
    l.task->folder = path_absolute(arena, folder);
    l.task->path = path_join(arena, folder, "task.yaml");
    l.task->builtin = builtin;
    l.task->name = l.task->summary = str_of("");
    root = yaml_read(arena, l.task->path, FX_NOWHERE, problems);
    if (!root)
        return NULL;
    fields_read(root, "a task description", rules, MEMBERS, l.member, problems);
    if (root->kind == NODE_MAP)
        load_members(&l);
    return problems_count(problems) == before ? l.task : NULL;
}
