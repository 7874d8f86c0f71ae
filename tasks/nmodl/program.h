/*
 * program - other programs, run in a folder and waited for.
 *
 * Their output goes where ours goes. No shell is involved.
 */
#ifndef NMODL_PROGRAM_H
#define NMODL_PROGRAM_H

#include <sys/types.h>

#include "fornix/error.h"

/*
 * Starts argv[0] (searched in PATH unless it holds a slash; argv ends with NULL) in `folder`, with
 * `variable` (NAME=value, or NULL) in its environment. Returns its process id, or -1.
 */
pid_t program_start(const char *const *argv, const char *folder, const char *variable,
                    struct fx_error *err);

/*
 * Waits for any of the programs started. *pid: which. Fails (FX_SYSTEM) when there is none. *status:
 * the exit status, 127 when it could not be executed, 128 + n when signal n ended it.
 */
int program_wait(pid_t *pid, int *status, struct fx_error *err);

#endif
