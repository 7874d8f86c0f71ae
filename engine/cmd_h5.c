/* `fornix h5`: becomes the program that looks at NeuroH5 files, for fornix itself links no HDF5. */
#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd.h"
#include "cmd_session.h"

int
cmd_h5(int argc, char **argv)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    const char *tasks = session_task_folder(arena, &err);
    const char *program = tasks ? path_join(arena, tasks, "h5/h5") : NULL;
    int status;

    (void)argc;
    if (program && execv(program, argv))
        fx_fail_errno(&err, errno, "cannot start '%s'", program);
    status = cmd_fail(&err);
    arena_free(arena);
    return status;
}
