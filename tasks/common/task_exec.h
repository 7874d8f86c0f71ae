/*
 * task_exec - the main() of a task that becomes another program.
 *
 *   static int
 *   become(struct task *task, const char *job, struct fx_error *err) { ... return task_exec(words, job, err); }
 *
 *   int
 *   main(int argc, char **argv)
 *   {
 *       return task_exec_main(argc, argv, become);
 *   }
 *
 * In order: the description is read, the start is logged, `become` finds the words and executes them.
 * It returns only when it fails: one line "<task>: error: <text>" then goes to standard error, and the
 * status is 2 for FX_INVALID, 1 otherwise. No MPI.
 */
#ifndef COMMON_TASK_EXEC_H
#define COMMON_TASK_EXEC_H

#include "common/task.h"

int task_exec_main(int argc, char **argv,
                   int (*become)(struct task *task, const char *job, struct fx_error *err));

/*
 * Becomes the program words[0] (found on PATH) with these words, ended by NULL; its environment has
 * FORNIX_JOB, the path of the job's description. -1 with `err` when that cannot be.
 */
int task_exec(char *const *words, const char *job, struct fx_error *err);

#endif
