/* main - `fornix h5 VERB ...`, as a program of its own: the engine links no HDF5. */
#include <stdio.h>
#include <string.h>

#include "h5/verbs.h"

struct job {
    const struct arguments *arguments;
    int (*verb)(const struct arguments *arguments, struct watch *watch, struct fx_error *err);
};

int
verbs_fail(const struct fx_error *err)
{
    fflush(stdout);
    fx_error_print(err, stderr);
    return 2;
}

static int
work(void *context, struct watch *watch)
{
    struct fx_error err = FX_ERROR_NONE;
    struct job *job = context;
    int status = job->verb(job->arguments, watch, &err);

    return status == 2 ? verbs_fail(&err) : status;
}

int
main(int argc, char **argv)
{
    struct fx_error err = FX_ERROR_NONE;
    struct watch *watch = guard_share(sizeof *watch);
    struct arguments arguments;
    struct job job = { &arguments, NULL };
    int parsed = arguments_read(argc, argv, &arguments, &err), status;

    if (parsed > 0)
        return 0;
    if (parsed < 0)
        return verbs_fail(&err);
    if (arguments.verb[0] == 'c') {
        status = verb_check(&arguments, watch, &err);
        return status == 2 ? verbs_fail(&err) : status;
    }
    job.verb = arguments.verb[0] == 'l'   ? verb_ls
               : arguments.verb[0] == 's' ? verb_show
                                          : verb_diff;
    if (guard_run(watch, arguments.patience, work, &job, arguments.file, &err) != GUARD_DONE)
        return verbs_fail(&err);
    return watch->status;
}
