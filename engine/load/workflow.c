#include "load/workflow.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "load/fields.h"
#include "load/sources.h"
#include "load/suggest.h"
#include "load/task_finder.h"
#include "load/workflow_axes.h"

enum { FORNIX, NAME, PARAMS, AXES, PROFILES, TASKS, STAGES, CONFIG, ZIP, EXCLUDE, SAMPLE, ENV, MEMBERS };

static const struct fields_rule rules[MEMBERS] = {
    [FORNIX] = { "fornix", FIELD_ANYTHING, false }, [NAME] = { "name", FIELD_STRING, false },
    [PARAMS] = { "params", FIELD_MAP, false },      [AXES] = { "axes", FIELD_MAP, false },
    [PROFILES] = { "profiles", FIELD_MAP, false },  [TASKS] = { "tasks", FIELD_STRINGS, false },
    [STAGES] = { "stages", FIELD_MAP, true },       [CONFIG] = { "config", FIELD_MAP, false },
    [ZIP] = { "zip", FIELD_LIST, false },           [EXCLUDE] = { "exclude", FIELD_LIST, false },
    [SAMPLE] = { "sample", FIELD_MAP, false },      [ENV] = { "env", FIELD_ANYTHING, false },
};

enum { TASK, WITH, AFTER, RESOURCES, OUTPUTS, STAGE_AXES, STAGE_MEMBERS };

static const struct fields_rule stage_rules[STAGE_MEMBERS] = {
    [TASK] = { "task", FIELD_STRING, true },     [WITH] = { "with", FIELD_MAP, false },
    [AFTER] = { "after", FIELD_STRINGS, false }, [RESOURCES] = { "resources", FIELD_MAP, false },
    [OUTPUTS] = { "outputs", FIELD_MAP, false }, [STAGE_AXES] = { "axes", FIELD_MAP, false },
};

enum { FIELDS_MOST = 16 };

/* As fields_read(); what an incomplete workflow lacks may stand in the file that is missing. */
static void
read_fields(const struct workflow *wf, const struct node *map, const char *what,
            const struct fields_rule *written, uint32_t count, const struct node **value,
            struct problems *problems)
{
    struct fields_rule own[FIELDS_MOST];

    assert(count <= FIELDS_MOST);
    for (uint32_t i = 0; i < count; i++) {
        own[i] = written[i];
        own[i].required = written[i].required && !wf->incomplete;
    }
    fields_read(map, what, own, count, value, problems);
}

/* The name that the workflow has in the store's folder of runs. */
static struct str
read_name(struct arena *arena, const char *path, const struct node *name, struct problems *problems)
{
    struct str text;
    const char *file = path_name(path), *dot = strrchr(file, '.');

    if (name) {
        bool fine = name->text.len <= 100 && name->text.at[0] != '.';

        for (size_t i = 0; fine && i < name->text.len; i++)
            fine = name->text.at[i] != '/' && (unsigned char)name->text.at[i] >= 0x20;
        if (!fine)
            problems_wrong(problems, name->at, NULL,
                           "'%.*s' cannot name a workflow: it becomes the name of a folder",
                           STR(name->text));
        return name->text;
    }
    text = arena_str(arena,
                     (struct str){ file, dot && dot > file ? (size_t)(dot - file) : strlen(file) });
    if (str_is(text, "workflow"))
        text = str_of(path_name(path_folder(arena, path_absolute(arena, path))));
    if (!str_is_utf8(text))
        problems_wrong(problems, (struct fx_mark){ path, 0, 0 }, "give it a name: name: NAME",
                       "the name of this file is not UTF-8 text, and cannot name a workflow");
    return text.len && !str_is(text, "/") ? text : str_of("workflow");
}

/* --- stages ----------------------------------------------------------------------------------- */

/* Reports it; returns the name that was suggested instead, or "". */
static struct str
unknown_parameter(const struct stage *stage, const struct entry *entry, struct problems *problems)
{
    const struct task_desc *task = stage->task;
    struct str *names = mem_new(task->parameter_count ? task->parameter_count : 1, sizeof *names);
    struct fx_error hint = FX_ERROR_NONE;
    struct str nearest;

    for (uint32_t i = 0; i < task->parameter_count; i++)
        names[i] = task->parameters[i].name;
    nearest = str_nearest(entry->key, names, task->parameter_count);
    suggest_name(&hint, entry->key, names, task->parameter_count, "parameters are");
    problems_wrong(problems, entry->at, hint.hint, "task '%.*s' has no parameter '%.*s'",
                   STR(task->name), STR(entry->key));
    free(names);
    return nearest;
}

/* Names of parameters: known, and none missing (but for a misspelt one, which is told once). */
static void
check_with(const struct workflow *wf, const struct stage *stage, struct problems *problems)
{
    const struct task_desc *task = stage->task;
    bool *meant = mem_new((size_t)task->parameter_count + 1, sizeof *meant);

    for (uint32_t i = 0; stage->with && !task->extra && i < stage->with->count; i++) {
        const struct parameter *parameter;

        if (task_desc_parameter(task, stage->with->entries[i].key))
            continue;
        parameter =
            task_desc_parameter(task, unknown_parameter(stage, &stage->with->entries[i], problems));
        if (parameter)
            meant[parameter - task->parameters] = true;
    }
    for (uint32_t i = 0; i < task->parameter_count && !wf->incomplete; i++) {
        const struct node *value = node_get(stage->with, task->parameters[i].name);

        if (task->parameters[i].required && !meant[i] && (!value || value->kind == NODE_NULL))
            problems_wrong(problems, stage->at, NULL,
                           "stage '%.*s' lacks the parameter '%.*s' of "
                           "task '%.*s'",
                           STR(stage->name), STR(task->parameters[i].name), STR(task->name));
    }
    free(meant);
}

static void
check_outputs(struct workflow *wf, const struct stage *stage, struct problems *problems)
{
    struct output *outputs;

    if (stage->task->outputs_from_workflow && !stage->outputs)
        problems_wrong(problems, stage->at, "outputs: {name: file}",
                       "stage '%.*s' does not say which files task '%.*s' leaves", STR(stage->name),
                       STR(stage->task->name));
    else if (!stage->task->outputs_from_workflow && stage->outputs)
        problems_wrong(problems, stage->outputs->at, NULL,
                       "task '%.*s' has its own outputs: a stage cannot name them",
                       STR(stage->task->name));
    else if (stage->outputs)
        task_desc_outputs(wf->arena, stage->outputs, &outputs, problems);
}

static void
check_after(struct workflow *wf, const struct stage *stage, struct problems *problems)
{
    uint32_t count;
    const struct node *const *names = fields_strings(&stage->after, &count);

    for (uint32_t i = 0; i < count; i++) {
        struct str *known;
        struct fx_error hint = FX_ERROR_NONE;

        if (map_get(&wf->stage_numbers, names[i]->text) != MAP_NONE || wf->incomplete)
            continue;
        known = mem_new(wf->stage_count, sizeof *known);
        for (uint32_t k = 0; k < wf->stage_count; k++)
            known[k] = wf->stages[k].name;
        suggest_name(&hint, names[i]->text, known, wf->stage_count, "stages are");
        problems_wrong(problems, names[i]->at, hint.hint,
                       "stage '%.*s' comes after '%.*s', which is no stage", STR(stage->name),
                       STR(names[i]->text));
        free(known);
    }
}

static void
read_stage(struct workflow *wf, const struct entry *entry, struct task_finder *finder,
           struct problems *problems)
{
    const struct node *value[STAGE_MEMBERS];
    struct stage *stage = &wf->stages[wf->stage_count++];
    char what[140];

    workflow_check_name(entry, "a stage", problems);
    stage->name = entry->key;
    stage->at = entry->at;
    snprintf(what, sizeof what, "stage '%.*s'", (int)(entry->key.len > 100 ? 100 : entry->key.len),
             entry->key.at);
    read_fields(wf, entry->value, what, stage_rules, STAGE_MEMBERS, value, problems);
    stage->with = value[WITH];
    stage->after = value[AFTER];
    stage->axes = value[STAGE_AXES];
    stage->resources = value[RESOURCES];
    stage->outputs = value[OUTPUTS];
    if (value[TASK])
        stage->task = task_finder_get(finder, value[TASK], problems);
    if (!stage->task)
        return;
    check_with(wf, stage, problems);
    check_outputs(wf, stage, problems);
}

static void
read_stages(struct workflow *wf, const struct node *map, const struct node *tasks,
            const struct workflow_options *options, struct problems *problems)
{
    struct task_finder *finder;

    if (!map)
        return;
    if (!map->count)
        problems_wrong(problems, map->at, NULL, "this workflow has no stages");
    finder = task_finder_new(wf->arena, tasks, options, problems);
    wf->stages = arena_get(wf->arena, map->count, sizeof *wf->stages);
    for (uint32_t i = 0; i < map->count; i++) {
        map_add(&wf->stage_numbers, map->entries[i].key, i);
        read_stage(wf, &map->entries[i], finder, problems);
    }
    for (uint32_t i = 0; i < wf->stage_count; i++)
        check_after(wf, &wf->stages[i], problems);
    task_finder_free(finder);
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Profiles that are not chosen must be well formed all the same. */
static void
check_profiles(const struct node *profiles, struct problems *problems)
{
    const struct node *values[PROFILE_MEMBERS];

    for (uint32_t i = 0; profiles && i < profiles->count; i++)
        fields_read(profiles->entries[i].value, "a profile", profile_rules, PROFILE_MEMBERS, values,
                    problems);
}

static void
set_env(struct workflow *wf, const struct node *env, struct problems *problems)
{
    if (env && env->kind != NODE_LIST && env->kind != NODE_MAP)
        problems_wrong(problems, env->at, NULL, "'env' is a list of names, or a map with defaults");
    else
        globals_set_env(wf->globals, env, problems);
}

static void
read_workflow(struct workflow *wf, const struct node *root, const struct workflow_options *options,
              struct problems *problems)
{
    const struct node *value[MEMBERS];

    read_fields(wf, root, "a workflow", rules, MEMBERS, value, problems);
    wf->name = read_name(wf->arena, wf->path, value[NAME], problems);
    wf->config = value[CONFIG];
    check_profiles(value[PROFILES], problems);
    set_env(wf, value[ENV], problems);
    if (wf->incomplete || (!value[PARAMS] && node_at(root, "params")))
        globals_set_incomplete(wf->globals);
    globals_set_params(wf->globals,
                       value[PARAMS] ? value[PARAMS] : node_map(wf->arena, NULL, 0, root->at),
                       problems);
    wf->params = globals_params(wf->globals, problems);
    workflow_axes_read(wf,
                       &(struct axes_written){ value[AXES], wf->incomplete ? NULL : value[ZIP],
                                               wf->incomplete ? NULL : value[EXCLUDE],
                                               value[SAMPLE], value[STAGES] },
                       problems);
    read_stages(wf, value[STAGES], value[TASKS], options, problems);
}

struct workflow *
workflow_load(const char *path, const struct workflow_options *options, struct problems *problems)
{
    struct workflow *wf = mem_new(1, sizeof *wf);
    size_t before = problems_count(problems);
    const struct node *root;

    wf->arena = arena_new();
    wf->globals = globals_new(wf->arena);
    map_init(&wf->stage_numbers);
    map_init(&wf->axis_numbers);
    wf->path = arena_cstr(wf->arena, path ? path : options->written->at.file);
    wf->folder = path ? path_folder(wf->arena, path_absolute(wf->arena, path))
                      : path_absolute(wf->arena, mark_folder(wf->arena, options->written->at));
    root = sources_load(wf->arena, path ? wf->path : NULL, options, &wf->incomplete, problems);
    if (!root) {
        workflow_free(wf);
        return NULL;
    }
    read_workflow(wf, root, options, problems);
    wf->broken = problems_count(problems) != before;
    return wf;
}

void
workflow_free(struct workflow *wf)
{
    if (!wf)
        return;
    globals_free(wf->globals);
    map_release(&wf->stage_numbers);
    map_release(&wf->axis_numbers);
    arena_free(wf->arena);
    free(wf);
}
