/*
 * nmodl - compiles NEURON mechanisms (.mod files) to a library.
 *
 * In: `sources`, a folder. Out: `library`. NEURON is the one that this program was built with, or the
 * one in FORNIX_NEURON (the wheel's .data folder); the compiler is c++, whose version is part of the
 * job's key, as NEURON's is.
 */
#include <stdlib.h>

#include "base/file.h"
#include "common/task_main.h"
#include "nmodl/library.h"

static int
run(struct task *task, struct comm *comm, struct fx_error *err)
{
    const char *neuron = getenv("FORNIX_NEURON"), *path;
    struct library library = {
        .neuron = neuron && *neuron ? neuron : NMODL_NEURON,
        .compiler = "c++",
        .scratch = task_scratch(task),
        .threads = task_threads(task)
    };

    (void)comm;
    if (!file_is_folder(library.neuron))
        return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "NEURON is not in '%s': say in FORNIX_NEURON "
                       "where the wheel's folder neuron/.data is", library.neuron);
    if (task_input(task, "sources", &library.sources, err) ||
        task_output(task, "library", &path, err))
        return -1;
    return library_build(&library, path, err);
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
