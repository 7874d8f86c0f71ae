/*
 * exec_test - plans made of shell scripts, and this test program as its own keeper.
 *
 * fake_plan() stands in for plan/: jobs whose task is `sh -c <script> sh <job file>`. The job file of
 * a fake job is shell too: `. "$1"` sets in0, in1, ... to the paths of its inputs.
 */
#ifndef EXEC_TEST_H
#define EXEC_TEST_H

#include "exec/exec_local.h"
#include "test.h"

enum { FAKE_NEEDS = 3 };

struct fake {
    const char *name;           /* stage, task and label */
    const char *script;
    const char *output;         /* file name of its one output "file"; NULL: none */
    const char *file;           /* an input file; NULL: none */
    unsigned needs[FAKE_NEEDS]; /* numbers of jobs, counted from 1; 0: none */
    double time_s;
    unsigned ranks;             /* 0 counts as 1 */
};

/* Memory that lives until the test ends. */
struct arena *test_arena(void);

/* The plan lives until the test ends. */
struct plan *fake_plan(const struct fake *jobs, uint32_t count);

/* What a run of a fake plan did, by job. */
struct outcome_of_run {
    enum job_state state[16];
    struct fx_error why[16];
    struct attempt_report report[16];   /* strings live until the test ends */
    int result;                         /* of exec_local_run() */
};

/* Runs all jobs, two at a time, on the store at test_path("s"). `watch` may be NULL. */
struct outcome_of_run run_plan(struct plan *plan, struct exec_watch *watch);

/* Lines of a file; 0 when it is not there. */
int count_lines(const char *path);

/* Waits until the file has that many lines, at most `seconds`; false when it has not. */
bool wait_for_lines(const char *path, int lines, double seconds);

/* How many of the pids, one a line in a file, are still there (a zombie is not). */
int count_living(const char *pids);

/* Waits until none of them is left, at most `seconds`; false when some are. */
bool wait_until_dead(const char *pids, double seconds);

#endif
