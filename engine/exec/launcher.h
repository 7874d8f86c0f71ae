/*
 * launcher - the command line and the environment of an attempt.
 *
 * One rank: the program itself. More: `mpirun --bind-to none --oversubscribe -n <ranks>`, set up for
 * one machine (docs/design.md); what the user has set in the environment stays.
 */
#ifndef EXEC_LAUNCHER_H
#define EXEC_LAUNCHER_H

#include "exec/keeper.h"
#include "plan/plan.h"
#include "store/store.h"

/*
 * Fills `launch` for a job of `task`; everything lives in `arena`. For several ranks it makes the
 * short folder that Open MPI's sockets need (store_stage_short()).
 */
int launcher_prepare(struct arena *arena, const struct task_desc *task,
                     const struct resources *resources, const struct staging *staging,
                     struct launch *launch, struct fx_error *err);

/*
 * The command line and the environment alone, for a job whose description is `job_file`. `short_folder`
 * (needed for several ranks) is where Open MPI's sockets go. Everything lives in `arena`.
 */
void launcher_compose(struct arena *arena, const struct task_desc *task,
                      const struct resources *resources, const char *job_file,
                      const char *short_folder, struct launch *launch);

/* Appends `word` as a shell reads it: in single quotes where it needs them. */
void launcher_quote(struct text *text, const char *word);

/* The command line as a person would type it, with `job_file` as its argument. From the arena. */
const char *launcher_command(struct arena *arena, const struct launch *launch,
                             const char *job_file);

#endif
