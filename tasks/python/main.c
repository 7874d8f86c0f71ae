/*
 * python: becomes the interpreter that FORNIX_PYTHON names, running the job's script with the path of
 * the job's description as its argument, and as FORNIX_JOB.
 */
#include <stdlib.h>

#include "common/task_exec.h"
#include "fornix/task.h"

static int
become(struct task *task, const char *job, struct fx_error *err)
{
    const char *python = getenv(FX_TASK_PYTHON_VARIABLE), *script;

    if (!python || !*python)
        python = "python3";
    if (task_input(task, "script", &script, err))
        return -1;
    setenv("PYTHONUNBUFFERED", "1", 0);     /* the log shows a line when it is printed */
    task_exec((char *[]){ (char *)python, (char *)script, (char *)job, NULL }, job, err);
    fx_error_hint(err, "%s names the interpreter", FX_TASK_PYTHON_VARIABLE);
    return -1;
}

int
main(int argc, char **argv)
{
    return task_exec_main(argc, argv, become);
}
