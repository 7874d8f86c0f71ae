/*
 * cmd - the commands of the program: one per file, cmd_<name>.c.
 *
 * Each gets its name and the words after it, and returns the exit status: 0 done, 1 a job failed or the
 * machine refused, 2 the workflow or the call is wrong, 130 interrupted.
 */
#ifndef CMD_H
#define CMD_H

int cmd_run(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_why(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_log(int argc, char **argv);
int cmd_files(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_task(int argc, char **argv);
int cmd_h5(int argc, char **argv);

#endif
