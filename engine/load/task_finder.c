#include "load/task_finder.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/vec.h"
#include "load/fields.h"
#include "load/suggest.h"

struct place {
    const char *folder;
    bool builtin;
};

struct task_finder {
    struct arena *arena;
    VEC(struct place) places;            /* folders that hold task folders */
    struct map numbers;                  /* name -> found */
    VEC(const struct task_desc *) found; /* NULL: is there, but has mistakes */
};

static void
remember(struct task_finder *finder, struct str name, const struct task_desc *task)
{
    if (map_add(&finder->numbers, name, (uint32_t)finder->found.count) == finder->found.count)
        vec_push(&finder->found, task);
}

static void
add_path(struct task_finder *finder, const struct node *path, struct problems *problems)
{
    const char *folder =
        path_join(finder->arena, mark_folder(finder->arena, path->at), path->text.at);
    const struct task_desc *task;

    if (!file_is_folder(folder)) {
        problems_wrong(problems, path->at, NULL, "there is no folder '%s'", folder);
    } else if (file_exists(path_join(finder->arena, folder, "task.yaml"))) {
        task = task_desc_load(finder->arena, folder, false, problems);
        remember(finder, task ? task->name : arena_str(finder->arena, str_of(path_name(folder))),
                 task);
    } else {
        vec_push(&finder->places, (struct place){ folder, false });
    }
}

struct task_finder *
task_finder_new(struct arena *arena, const struct node *paths,
                const struct workflow_options *options, struct problems *problems)
{
    struct task_finder *finder = mem_new(1, sizeof *finder);
    const struct node *const *list;
    uint32_t count;

    finder->arena = arena;
    map_init(&finder->numbers);
    list = fields_strings(&paths, &count);
    for (uint32_t i = 0; i < count; i++)
        add_path(finder, list[i], problems);
    for (uint32_t i = 0; i < options->task_folder_count; i++)
        vec_push(&finder->places, (struct place){ options->task_folders[i], true });
    return finder;
}

void
task_finder_free(struct task_finder *finder)
{
    if (!finder)
        return;
    vec_release(&finder->places);
    vec_release(&finder->found);
    map_release(&finder->numbers);
    free(finder);
}

static void
report_unknown(struct task_finder *finder, const struct node *name, struct problems *problems)
{
    VEC(struct str) names = { 0 };
    struct fx_error hint = FX_ERROR_NONE;

    for (size_t i = 0; i < finder->found.count; i++)
        if (finder->found.at[i])
            vec_push(&names, finder->found.at[i]->name);
    for (size_t i = 0; i < finder->places.count; i++) {
        const char *folder = finder->places.at[i].folder;
        DIR *dir = opendir(folder);
        struct dirent *item;

        while (dir && (item = readdir(dir))) {
            const char *task = path_join(finder->arena, folder, item->d_name);

            if (item->d_name[0] != '.' && file_exists(path_join(finder->arena, task, "task.yaml")))
                vec_push(&names, str_of(path_name(task)));
        }
        if (dir)
            closedir(dir);
    }
    if (str_nearest(name->text, names.at, names.count).len)
        suggest_name(&hint, name->text, names.at, names.count, NULL);
    problems_wrong(problems, name->at, hint.hint, "there is no task '%.*s'", STR(name->text));
    vec_release(&names);
}

/* Only what is used must be there: `fornix task show` tells of tasks yet to be compiled. */
static const struct task_desc *
usable(const struct task_desc *task, struct problems *problems)
{
    if (task && task->missing)
        problems_wrong(problems, task->missing->at, "is it to be compiled first?",
                       "the program '%.*s' does not exist", STR(task->missing->text));
    return task;
}

const struct task_desc *
task_finder_get(struct task_finder *finder, const struct node *name, struct problems *problems)
{
    uint32_t number = map_get(&finder->numbers, name->text);

    if (number != MAP_NONE)
        return usable(finder->found.at[number], problems);
    if (memchr(name->text.at, '/', name->text.len) || str_starts(name->text, ".")) {
        report_unknown(finder, name, problems);
        return NULL;
    }
    for (size_t i = 0; i < finder->places.count; i++) {
        const char *folder = path_join(finder->arena, finder->places.at[i].folder, name->text.at);
        const struct task_desc *task;

        if (!file_exists(path_join(finder->arena, folder, "task.yaml")))
            continue;
        task = task_desc_load(finder->arena, folder, finder->places.at[i].builtin, problems);
        if (task && !str_equal(task->name, name->text)) {
            problems_wrong(problems, (struct fx_mark){ task->path, 1, 1 }, NULL,
                           "the folder is called '%.*s', the task '%.*s'", STR(name->text),
                           STR(task->name));
            task = NULL;
        }
        remember(finder, name->text, task);
        return usable(task, problems);
    }
    report_unknown(finder, name, problems);
    return NULL;
}
