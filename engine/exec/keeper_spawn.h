/*
 * keeper_spawn - starts one attempt, for the keeper.
 *
 * vfork and exec: the cost does not grow with the keeper's memory, and a failure in the new process
 * is known at once, through the memory that both share until then.
 */
#ifndef EXEC_KEEPER_SPAWN_H
#define EXEC_KEEPER_SPAWN_H

#include <sys/types.h>

#include "exec/keeper.h"
#include "exec/keeper_wire.h"

/*
 * Starts it in a process group of its own, with SIGKILL should the calling process die, standard input
 * from /dev/null, output appended to the log. 0, or errno and the step that failed.
 */
int keeper_spawn(const struct launch *launch, pid_t *pid, enum wire_step *step);

#endif
