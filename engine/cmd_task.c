#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cmd.h"
#include "cmd_session.h"
#include "cmd_task_page.h"
#include "cmd_task_json.h"
#include "cmd_task_schema.h"
#include "load/fields.h"
#include "load/sources.h"
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

/* The folders of tasks in a folder. */
static void
find_in(struct tasks *tasks, const char *path)
{
    DIR *root = opendir(path);
    struct dirent *entry;

    while (root && (entry = readdir(root))) {
        const char *folder = path_join(tasks->arena, path, entry->d_name);

        if (entry->d_name[0] != '.' && tasks->count < TASKS_MOST &&
            file_exists(path_join(tasks->arena, folder, "task.yaml")))
            tasks->folders[tasks->count++] = folder;
    }
    if (root)
        closedir(root);
}

/* The folders of the built-in tasks, by name. */
static int
find_tasks(struct tasks *tasks, struct fx_error *err)
{
    const char *root = session_task_folder(tasks->arena, err);

    if (!root)
        return -1;
    find_in(tasks, root);
    qsort(tasks->folders, tasks->count, sizeof tasks->folders[0], by_name);
    for (uint32_t i = 0; i < tasks->count; i++)
        tasks->names[i] = str_of(path_name(tasks->folders[i]));
    return 0;
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

/* The tasks for programs. */
static void
print_json(const struct task_desc *const *tasks, uint32_t count, bool whole)
{
    char *text = task_json(tasks, count, whole);

    puts(text);
    free(text);
}

static int
list_tasks(struct tasks *tasks, bool json)
{
    const struct task_desc **listed = arena_get(tasks->arena, tasks->count + 1, sizeof *listed);
    uint32_t count = 0;
    int status = 0;

    for (uint32_t i = 0; i < tasks->count; i++) {
        const struct task_desc *task = describe(tasks, tasks->folders[i], true);

        if (!task)
            status = 2;
        else if (json)
            listed[count++] = task;
        else
            printf("%-*.*s %.*s\n", NAME_COLUMN, STR(task->name), STR(task->summary));
    }
    if (json)
        print_json(listed, count, false);
    return status;
}

/* The description of a task by name, or by folder. NULL after printing what is wrong. */
static const struct task_desc *
find_task(struct tasks *tasks, const char *name, struct fx_error *err)
{
    uint32_t at = 0;

    if (strchr(name, '/'))
        return describe(tasks, path_absolute(tasks->arena, name), false);
    while (at < tasks->count && !str_is(tasks->names[at], name))
        at++;
    if (at < tasks->count)
        return describe(tasks, tasks->folders[at], true);
    fx_fail(err, FX_INVALID, FX_NOWHERE, "there is no task '%s'", name);
    suggest_name(err, str_of(name), tasks->names, tasks->count, "tasks are");
    cmd_fail(err);
    return NULL;
}

static int
show(struct tasks *tasks, const char *const *names, size_t count, bool markdown, bool json,
     struct fx_error *err)
{
    const struct task_desc **shown = arena_get(tasks->arena, count, sizeof *shown);
    struct text page;

    for (size_t i = 0; i < count; i++) {
        shown[i] = find_task(tasks, names[i], err);
        if (!shown[i])
            return 2;
    }
    if (json) {
        print_json(shown, (uint32_t)count, true);
        return 0;
    }
    text_init(&page, 1 << 24);
    task_page(shown, (uint32_t)count, markdown, &page);
    fputs(page.at, stdout);
    text_release(&page);
    return 0;
}

/* --- schema ----------------------------------------------------------------------------------- */

typedef VEC(const struct task_desc *) desc_list;

/* Adds a task unless there is one of that name, which is found first. */
static void
add_desc(desc_list *list, const struct task_desc *task)
{
    for (size_t i = 0; task && i < list->count; i++)
        if (str_equal(list->at[i]->name, task->name))
            return;
    if (task)
        vec_push(list, task);
}

/* The tasks in a folder of task folders, or the folder itself. False when one has mistakes. */
static bool
add_own(struct tasks *tasks, const char *folder, desc_list *list)
{
    struct tasks *own = arena_get(tasks->arena, 1, sizeof *own);
    bool fine = true;

    own->arena = tasks->arena;
    if (file_exists(path_join(tasks->arena, folder, "task.yaml")))
        own->folders[own->count++] = folder;
    else
        find_in(own, folder);
    for (uint32_t i = 0; i < own->count; i++) {
        const struct task_desc *task = describe(tasks, own->folders[i], false);

        fine = fine && task;
        add_desc(list, task);
    }
    return fine;
}

/* The tasks on the `tasks:` path of a workflow. Other mistakes in it are no matter here. */
static bool
add_workflow_tasks(struct tasks *tasks, const char *workflow, desc_list *list)
{
    struct workflow_options options = { .set_count = 0 };
    struct problems problems;
    const struct node *root, *path;
    const struct node *const *folders;
    uint32_t count;
    bool fine = true;

    problems_init(&problems);
    root = sources_load(tasks->arena, workflow, &options, NULL, &problems);
    if (!root)
        for (size_t i = 0; i < problems.list.count; i++)
            fx_error_print(&problems.list.at[i], stderr);
    problems_release(&problems);
    path = root ? node_at(root, "tasks") : NULL;
    folders = fields_strings(&path, &count);
    for (uint32_t i = 0; i < count; i++)
        fine = add_own(tasks,
                       path_join(tasks->arena, mark_folder(tasks->arena, folders[i]->at),
                                 folders[i]->text.at),
                       list) && fine;
    return root && fine;
}

static int
print_schema(struct tasks *tasks, const char *workflow)
{
    desc_list list = { 0 };
    bool fine = !workflow || add_workflow_tasks(tasks, workflow, &list);
    char *text;

    for (uint32_t i = 0; i < tasks->count; i++)
        add_desc(&list, describe(tasks, tasks->folders[i], true));
    if (fine) {
        text = task_schema(list.at, (uint32_t)list.count);
        puts(text);
        free(text);
    }
    vec_release(&list);
    return fine ? 0 : 2;
}

int
cmd_task(int argc, char **argv)
{
    bool markdown = false, json = false;
    const struct option options[] = {
        { "--markdown", OPTION_FLAG, &markdown, NULL, "show: a page in Markdown, as docs/tasks.md" },
        { "--json", OPTION_FLAG, &json, NULL, "list, show: print it as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix task list | show NAME... | schema [workflow.yaml]",
        "Lists the tasks that come with fornix, or shows what they take and leave. NAME may also\n"
        "be the folder of a task of your own: ./my_task\n"
        "schema prints a JSON Schema (draft-07) for workflow files, by which an editor completes and\n"
        "checks them; with a workflow, its own tasks are in it.\n",
        options,
    };
    struct fx_error err = FX_ERROR_NONE;
    struct tasks tasks = { .arena = arena_new() };
    struct words words = { 0 };
    int parsed = options_parse(&command, argc - 1, argv + 1, &words, &err), status;

    if (parsed == 0 && find_tasks(&tasks, &err) < 0)
        parsed = -1;
    if (parsed != 0) {
        status = parsed > 0 ? 0 : cmd_fail(&err);
    } else if (words.list.count == 1 && !strcmp(words.list.at[0], "list")) {
        status = list_tasks(&tasks, json);
    } else if (words.list.count >= 2 && !strcmp(words.list.at[0], "show")) {
        status = show(&tasks, words.list.at + 1, words.list.count - 1, markdown, json, &err);
    } else if (words.list.count >= 1 && words.list.count <= 2 &&
               !strcmp(words.list.at[0], "schema")) {
        status = print_schema(&tasks, words.list.count == 2 ? words.list.at[1] : NULL);
    } else {
        fx_fail(&err, FX_INVALID, FX_NOWHERE,
                "say what to do: fornix task list, show NAME, or schema");
        status = cmd_fail(&err);
    }
    vec_release(&words.list);
    arena_free(tasks.arena);
    return status;
}
