/* Where an installation, or a build folder, is found. */
#include "session/home.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "test.h"

/* Makes a home below the test's folder; returns its path. */
static const char *
make_home(struct arena *arena, const char *name, bool with_keeper)
{
    const char *folder = test_path(name);
    struct fx_error err = FX_ERROR_NONE;
    const char *keeper = path_join(arena, folder, "fornix-keeper");

    CHECK_OK(file_make_folders(path_join(arena, folder, "tasks/command"), &err), err);
    test_write(path_join(arena, folder, "tasks/command/task.yaml"), "task: command\n");
    if (with_keeper) {
        test_write(keeper, "#!/bin/sh\n");
        CHECK(chmod(keeper, 0755) == 0);
    }
    return folder;
}

TEST(the_caller_names_it_or_the_environment_does)
{
    struct arena *arena = arena_new();
    const char *build = make_home(arena, "build", true);
    const char *installed = make_home(arena, "prefix/lib/fornix", true);
    struct fx_error err = FX_ERROR_NONE;
    struct home home;

    CHECK_OK(home_find(arena, build, &home, &err), err);
    CHECK_STR(home.tasks, path_join(arena, build, "tasks"));
    CHECK_STR(home.keeper, path_join(arena, build, "fornix-keeper"));
    CHECK_OK(home_find(arena, test_path("prefix"), &home, &err), err);
    CHECK_STR(home.tasks, path_join(arena, installed, "tasks"));
    setenv("FORNIX_HOME", test_path("prefix"), 1);
    CHECK_OK(home_find(arena, NULL, &home, &err), err);
    CHECK_STR(home.tasks, path_join(arena, installed, "tasks"));
    CHECK_OK(home_find(arena, build, &home, &err), err);    /* the caller comes first */
    CHECK_STR(home.tasks, path_join(arena, build, "tasks"));
    arena_free(arena);
}

TEST(what_is_named_and_holds_nothing_is_an_error)
{
    struct arena *arena = arena_new();
    const char *half = make_home(arena, "half", false);
    struct fx_error err = FX_ERROR_NONE;
    struct home home;

    CHECK(home_find(arena, half, &home, &err) == -1);
    CHECK_STR(err.text, arena_printf(arena, "'%s' holds no fornix: no lib/fornix/tasks, or no keeper",
                                     half).at);
    CHECK_STR(err.hint, "the option 'home' names the folder that it was installed to");
    setenv("FORNIX_HOME", half, 1);
    CHECK(home_find(arena, NULL, &home, &err) == -1);
    CHECK_STR(err.hint, "FORNIX_HOME names the folder that it was installed to");
    arena_free(arena);
}

/* This program lies in the build folder. */
TEST(without_a_name_it_is_beside_this_code)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    struct home home;

    unsetenv("FORNIX_HOME");
    CHECK_OK(home_find(arena, NULL, &home, &err), err);
    CHECK(file_exists(path_join(arena, home.tasks, "h5_types/task.yaml")));
    arena_free(arena);
}
