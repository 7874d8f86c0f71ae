#define _GNU_SOURCE     /* dladdr1: whether this code is in the program or in a library */
#include "session/home.h"

#include <dlfcn.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "exec/tools.h"

/* An installation's folder for what is no command, or a build folder, when `folder` is one. */
static bool
is_home(struct arena *arena, const char *folder, struct home *home)
{
    home->tasks = path_absolute(arena, path_join(arena, folder, "tasks"));
    home->keeper = path_absolute(arena, path_join(arena, folder, "fornix-keeper"));
    return file_exists(path_join(arena, home->tasks, "command/task.yaml")) &&
           access(home->keeper, X_OK) == 0;
}

/* Follows links; `path` itself when that is not possible. */
static const char *
real_path(struct arena *arena, const char *path)
{
    char *resolved = realpath(path, NULL);
    const char *kept = resolved ? arena_cstr(arena, resolved) : path;

    free(resolved);
    return kept;
}

/* The file that this code was loaded from. */
static const char *
own_file(struct arena *arena)
{
    static const char here;     /* an address in that file */
    struct link_map *map = NULL;
    Dl_info info;

    if (dladdr1(&here, &info, (void **)&map, RTLD_DL_LINKMAP) && map && map->l_name[0])
        return real_path(arena, map->l_name);
    return real_path(arena, "/proc/self/exe");
}

static bool
is_beside(struct arena *arena, const char *file, struct home *home)
{
    const char *folder = path_folder(arena, file);

    return is_home(arena, folder, home) ||
           is_home(arena, path_join(arena, folder, "fornix"), home) ||
           is_home(arena, path_join(arena, folder, "../lib/fornix"), home);
}

int
home_find(struct arena *arena, const char *given, struct home *home, struct fx_error *err)
{
    const char *variable = getenv("FORNIX_HOME"), *program;
    const char *named = given ? given : variable && *variable ? variable : NULL;

    if (named) {
        if (is_home(arena, path_join(arena, named, "lib/fornix"), home) ||
            is_home(arena, named, home))
            return 0;
        fx_fail(err, FX_SYSTEM, FX_NOWHERE, "'%s' holds no fornix: no lib/fornix/tasks, or no keeper",
                named);
        return fx_error_hint(err, "%s names the folder that it was installed to",
                             given ? "the option 'home'" : "FORNIX_HOME");
    }
    if (is_beside(arena, own_file(arena), home))
        return 0;
    program = tool_find(arena, "fornix");
    if (program && is_beside(arena, real_path(arena, program), home))
        return 0;
    fx_fail(err, FX_SYSTEM, FX_NOWHERE, "the tasks of fornix are not beside '%s'", own_file(arena));
    return fx_error_hint(err, "FORNIX_HOME names the folder that fornix was installed to");
}
