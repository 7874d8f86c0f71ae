#include "common/task_exec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fornix/task.h"

int
task_exec(char *const *words, const char *job, struct fx_error *err)
{
    setenv(FX_TASK_JOB_VARIABLE, job, 1);
    execvp(words[0], words);
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "cannot start '%s': %s", words[0], strerror(errno));
}

int
task_exec_main(int argc, char **argv,
               int (*become)(struct task *task, const char *job, struct fx_error *err))
{
    struct fx_error err = FX_ERROR_NONE;
    const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
    struct task *task;

    if (argc != 2) {
        fprintf(stderr, "%s: error: this program is started by fornix with one argument, the job's "
                        "description\n", name);
        return FX_TASK_INVALID;
    }
    task = task_open(argv[1], &err);
    if (task && !task_log_start(task, &err))
        become(task, argv[1], &err);
    task_free(task);
    fprintf(stderr, "%s: error: %s%s%s\n", name, err.text, err.hint[0] ? "; " : "", err.hint);
    return err.code == FX_INVALID ? FX_TASK_INVALID : FX_TASK_FAILED;
}
