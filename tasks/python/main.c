/*
 * python: becomes the interpreter that FORNIX_PYTHON names, running the job's script with the path of
 * the job's description as its argument, and as FORNIX_JOB.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/task.h"
#include "fornix/task.h"

static int
run(const char *job, struct fx_error *err)
{
    struct task *task = task_open(job, err);
    const char *python = getenv(FX_TASK_PYTHON_VARIABLE), *script;

    if (!task)
        return -1;
    if (!python || !*python)
        python = "python3";
    if (!task_log_start(task, err) && !task_input(task, "script", &script, err)) {
        char *words[] = { (char *)python, (char *)script, (char *)job, NULL };
        setenv(FX_TASK_JOB_VARIABLE, job, 1);
        setenv("PYTHONUNBUFFERED", "1", 0);     /* the log shows a line when it is printed */
        execvp(python, words);
        fx_fail(err, FX_INVALID, FX_NOWHERE, "cannot start '%s': %s", python, strerror(errno));
        fx_error_hint(err, "%s names the interpreter", FX_TASK_PYTHON_VARIABLE);
    }
    task_free(task);
    return -1;
}

int
main(int argc, char **argv)
{
    struct fx_error err = FX_ERROR_NONE;

    if (argc != 2) {
        fprintf(stderr, "python: error: this program is started by fornix with one argument, the "
                        "job's description\n");
        return FX_TASK_INVALID;
    }
    run(argv[1], &err);
    fprintf(stderr, "python: error: %s%s%s\n", err.text, err.hint[0] ? "; " : "", err.hint);
    return err.code == FX_INVALID ? FX_TASK_INVALID : FX_TASK_FAILED;
}
