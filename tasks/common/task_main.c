#include "common/task_main.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5.h>

#include "base/mem.h"
#include "common/crash.h"
#include "fornix/task.h"

/* One line, in one piece: those of other ranks may come at the same time. */
static void
say_error(const char *name, const struct comm *comm, bool alone, const struct fx_error *err)
{
    char place[320] = "", rank[32] = "", line[1200];

    if (err->file[0] && err->line && err->column)
        snprintf(place, sizeof place, "%s:%u:%u: ", err->file, err->line, err->column);
    else if (err->file[0] && err->line)
        snprintf(place, sizeof place, "%s:%u: ", err->file, err->line);
    else if (err->file[0])
        snprintf(place, sizeof place, "%s: ", err->file);
    if (alone)
        snprintf(rank, sizeof rank, " (rank %d)", comm->rank);
    snprintf(line, sizeof line, "%s: error: %s%s%s%s%s\n", name, place, err->text,
             err->hint[0] ? "; " : "", err->hint, rank);
    fflush(stdout);
    fputs(line, stderr);
    fflush(stderr);
}

#ifdef __clang__
static const char compiler[] = "clang " __clang_version__;
#elif defined(__GNUC__)
static const char compiler[] = "gcc " __VERSION__;
#else
static const char compiler[] = "";
#endif

/* HDF5 refuses to work with another version than that of its headers: these tell it. */
static void
tell_versions(const struct task *task)
{
    char hdf5[64], mpi[128];

    snprintf(hdf5, sizeof hdf5, "%d.%d.%d", H5_VERS_MAJOR, H5_VERS_MINOR, H5_VERS_RELEASE);
    comm_library(mpi, sizeof mpi);
    task_versions(task, hdf5, mpi, compiler);
}

/* What the program is called, before a job says so: the last part of argv[0]. */
static const char *
program_name(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    return slash ? slash + 1 : path && *path ? path : "task";
}

static int
start(int argc, char **argv, struct comm *comm, struct task **task, struct fx_error *err)
{
    crash_watch(program_name(argc > 0 ? argv[0] : NULL));      /* after MPI, which has handlers, too */
    if (argc != 2)
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "this program is started by fornix with one argument, the job's description");
    *task = task_open(argv[1], err);
    if (!*task)
        return -1;
    if (comm->rank != 0)
        return 0;
    tell_versions(*task);
    return task_log_start(*task, err);
}

int
task_main(int argc, char **argv,
          int (*run)(struct task *task, struct comm *comm, struct fx_error *err))
{
    const char *name = program_name(argc > 0 ? argv[0] : NULL);
    struct fx_error err = FX_ERROR_NONE;
    struct comm comm = COMM_ALONE;
    struct task *task = NULL;
    int status = FX_TASK_DONE;

    if (comm_start(&comm, &err) || comm_agree(&comm, start(argc, argv, &comm, &task, &err), &err) ||
        run(task, &comm, &err)) {
        bool alone = comm.size > 1 && !comm.agreed;
        status = err.code == FX_INVALID ? FX_TASK_INVALID : FX_TASK_FAILED;
        if (task)
            name = task_name(task);
        if (alone || comm.rank == 0)
            say_error(name, &comm, alone, &err);
        if (alone)
            comm_abort(&comm, status);
    }
    comm_finish(&comm);
    task_free(task);
    return status;
}
