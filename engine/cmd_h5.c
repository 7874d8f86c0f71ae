/* `fornix h5`: becomes the program that looks at NeuroH5 files, for fornix itself links no HDF5. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cmd.h"
#include "cmd_session.h"

int
cmd_h5(int argc, char **argv)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    uint32_t count;
    const char *const *folders = session_task_folders(arena, &count);
    const char *program = count ? path_join(arena, path_join(arena, folders[0], "h5"), "h5") : NULL;
    int status;

    (void)argc;
    if (!program)
        fx_fail(&err, FX_SYSTEM, FX_NOWHERE,
                "the programs of fornix are not beside it, nor in ../lib/fornix/tasks");
    else if (execv(program, argv))
        fx_fail_errno(&err, errno, "cannot start '%s'", program);
    status = cmd_fail(&err);
    arena_free(arena);
    return status;
}
