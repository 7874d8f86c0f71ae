/* The descriptions of the built-in tasks are readable. */
#include "fixture.h"

#include <dirent.h>

TEST(descriptions_of_built_in_tasks_have_no_mistakes)
{
    struct arena *arena = arena_new();
    DIR *dir = opendir(TEST_SOURCE_DIR "/tasks");
    struct dirent *item;
    unsigned count = 0;

    CHECK(dir != NULL);
    while ((item = readdir(dir))) {
        const char *folder = path_join(arena, TEST_SOURCE_DIR "/tasks", item->d_name);
        struct fixture f = { NULL };
        const struct task_desc *task;

        if (item->d_name[0] == '.' || !file_exists(path_join(arena, folder, "task.yaml")))
            continue;
        problems_init(&f.problems);
        task = task_desc_load(arena, folder, true, &f.problems);
        if (!task)
            test_fail(folder, 0, "%s", fixture_messages(&f));
        CHECK(str_is(task->name, item->d_name));
        CHECK(task->summary.len > 0);
        problems_release(&f.problems);
        count++;
    }
    closedir(dir);
    CHECK(count >= 9);
    arena_free(arena);
}
