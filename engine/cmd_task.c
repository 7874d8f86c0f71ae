#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd.h"
#include "cmd_session.h"
#include "load/schema.h"
#include "load/suggest.h"
#include "load/task_desc.h"

enum { TASKS_MOST = 512, NAME_COLUMN = 18 };

struct tasks {
    struct arena *arena;
    const char *folders[TASKS_MOST];
    struct str names[TASKS_MOST];
    uint32_t count;
};

static int
by_name(const void *a, const void *b)
{
    return strcmp(path_name(*(const char *const *)a), path_name(*(const char *const *)b));
}

/* The folders of the built-in tasks, by name. */
static void
find_tasks(struct tasks *tasks)
{
    uint32_t count;
    const char *const *roots = session_task_folders(tasks->arena, &count);

    for (uint32_t i = 0; i < count; i++) {
        DIR *root = opendir(roots[i]);
        struct dirent *entry;

        while (root && (entry = readdir(root))) {
            const char *folder = path_join(tasks->arena, roots[i], entry->d_name);

            if (entry->d_name[0] != '.' && tasks->count < TASKS_MOST &&
                file_exists(path_join(tasks->arena, folder, "task.yaml")))
                tasks->folders[tasks->count++] = folder;
        }
        if (root)
            closedir(root);
    }
    qsort(tasks->folders, tasks->count, sizeof tasks->folders[0], by_name);
    for (uint32_t i = 0; i < tasks->count; i++)
        tasks->names[i] = str_of(path_name(tasks->folders[i]));
}

/* Prints what is wrong with a description and returns NULL. */
static const struct task_desc *
describe(struct tasks *tasks, const char *folder, bool builtin)
{
    struct problems problems;
    const struct task_desc *task;

    problems_init(&problems);
    task = task_desc_load(tasks->arena, folder, builtin, &problems);
    problems_sort(&problems);
    for (size_t i = 0; i < problems.list.count; i++)
        fx_error_print(&problems.list.at[i], stderr);
    problems_release(&problems);
    return task;
}

static int
list_tasks(struct tasks *tasks)
{
    int status = 0;

    for (uint32_t i = 0; i < tasks->count; i++) {
        const struct task_desc *task = describe(tasks, tasks->folders[i], true);

        if (task)
            printf("%-*.*s %.*s\n", NAME_COLUMN, STR(task->name), STR(task->summary));
        else
            status = 2;
    }
    return status;
}

static void
show_parameter(const struct parameter *parameter)
{
    struct text line;

    text_init(&line, 1 << 16);
    text_printf(&line, "  %.*s: ", STR(parameter->name));
    type_describe(parameter->type, &line);
    if (parameter->required)
        text_add(&line, ", required");
    if (parameter->fallback) {
        text_add(&line, ", default ");
        node_spell(parameter->fallback, &line);
    }
    if (!parameter->semantic)
        text_add(&line, ", does not change results");
    puts(line.at);
    if (parameter->help.len)
        printf("      %.*s\n", STR(parameter->help));
    text_release(&line);
}

static void
show_task(const struct task_desc *task)
{
    printf("%.*s, version %lld\n%.*s\n", STR(task->name), (long long)task->version,
           STR(task->summary));
    printf("\nparameters:\n");
    for (uint32_t i = 0; i < task->parameter_count; i++)
        show_parameter(&task->parameters[i]);
    if (task->extra)
        printf("  and any others\n");
    printf("\noutputs:\n");
    for (uint32_t i = 0; i < task->output_count; i++)
        printf("  %.*s: %.*s\n", STR(task->outputs[i].name), STR(task->outputs[i].file));
    if (task->outputs_from_workflow)
        printf("  those that the stage names under 'outputs'\n");
    printf("\nruns on %s\n", task->mpi ? "any number of ranks (MPI)" : "one rank");
    if (task->tool_count) {
        printf("key covers the versions of:");
        for (uint32_t i = 0; i < task->tool_count; i++)
            printf("%s %.*s", i ? "," : "", STR(task->tools[i]));
        printf("\n");
    }
}

static int
show(struct tasks *tasks, const char *name, struct fx_error *err)
{
    const struct task_desc *task = NULL;
    uint32_t at = 0;

    if (strchr(name, '/')) {
        task = describe(tasks, path_absolute(tasks->arena, name), false);
    } else {
        while (at < tasks->count && !str_is(tasks->names[at], name))
            at++;
        if (at == tasks->count) {
            fx_fail(err, FX_INVALID, FX_NOWHERE, "there is no task '%s'", name);
            suggest_name(err, str_of(name), tasks->names, tasks->count, "tasks are");
            return session_fail(err);
        }
        task = describe(tasks, tasks->folders[at], true);
    }
    if (!task)
        return 2;
    show_task(task);
    return 0;
}

int
cmd_task(int argc, char **argv)
{
    const struct option options[] = { { NULL, OPTION_FLAG, NULL, NULL, NULL } };
    const struct command command = {
        "fornix task list | show NAME",
        "Lists the tasks that come with fornix, or shows what one takes and leaves. NAME may also\n"
        "be the folder of a task of your own: ./my_task\n",
        options,
    };
    struct fx_error err = FX_ERROR_NONE;
    struct tasks tasks = { .arena = arena_new() };
    struct words words = { 0 };
    int parsed = options_parse(&command, argc - 1, argv + 1, &words, &err), status;

    find_tasks(&tasks);
    if (parsed != 0) {
        status = parsed > 0 ? 0 : session_fail(&err);
    } else if (words.list.count == 1 && !strcmp(words.list.at[0], "list")) {
        status = list_tasks(&tasks);
    } else if (words.list.count == 2 && !strcmp(words.list.at[0], "show")) {
        status = show(&tasks, words.list.at[1], &err);
    } else {
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "say what to do: fornix task list, or show NAME");
        status = session_fail(&err);
    }
    vec_release(&words.list);
    arena_free(tasks.arena);
    return status;
}
