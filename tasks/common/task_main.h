/*
 * task_main - the main() of every task that computes.
 *
 *   static int
 *   run(struct task *task, struct comm *comm, struct fx_error *err) { ... }
 *
 *   int
 *   main(int argc, char **argv)
 *   {
 *       return task_main(argc, argv, run);
 *   }
 *
 * In order: MPI is started when a launcher started more than one rank; the description is read;
 * the start is logged (rank 0); `run` computes; the end. When `run` fails, one line
 * "<task>: error: <text>" goes to standard error (with file:line:column where known) and the status
 * is 2 for FX_INVALID, 1 otherwise. Under MPI an error that comm_agree() spread is printed once and
 * all ranks end; an error of one rank alone is printed with its rank, and MPI_Abort ends the others.
 */
#ifndef COMMON_TASK_MAIN_H
#define COMMON_TASK_MAIN_H

#include "common/comm.h"
#include "common/task.h"

int task_main(int argc, char **argv,
              int (*run)(struct task *task, struct comm *comm, struct fx_error *err));

#endif
