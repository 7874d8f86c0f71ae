#define _GNU_SOURCE     /* vfork, execvpe, prctl */
#include "exec/keeper_spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

extern char **environ;

/* Written by the new process, read by the keeper: they share memory until exec. */
struct shared {
    const struct launch *launch;
    char **environment;
    pid_t keeper;
    int error;
    enum wire_step step;
};

static size_t
name_len(const char *entry)
{
    const char *equals = strchr(entry, '=');

    return equals ? (size_t)(equals - entry) : strlen(entry);
}

/* Our environment with the launch's entries instead of those of the same name. Free with free(). */
static char **
environment_of(const struct launch *launch)
{
    size_t count = 0, kept = 0;
    char **all;

    for (char **e = environ; *e; e++)
        count++;
    for (const char *const *e = launch->environment; *e; e++)
        count++;
    all = mem_new(count + 1, sizeof *all);
    for (char **e = environ; *e; e++) {
        bool replaced = false;

        for (const char *const *mine = launch->environment; *mine && !replaced; mine++)
            replaced = name_len(*mine) == name_len(*e) && !memcmp(*mine, *e, name_len(*e));
        if (!replaced)
            all[kept++] = *e;
    }
    for (const char *const *e = launch->environment; *e; e++)
        all[kept++] = (char *)(uintptr_t)*e;
    return all;
}

static int
open_as(const char *path, int flags, int as)
{
    int fd = open(path, flags, 0666);

    if (fd < 0)
        return -1;
    if (fd != as) {
        if (dup2(fd, as) < 0)
            return -1;
        close(fd);
    }
    return 0;
}

/* In the new process, on the keeper's memory: system calls only, and no return. */
static _Noreturn __attribute__((noinline)) void
become(struct shared *shared)
{
    static const int reset[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD };
    const struct launch *launch = shared->launch;
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != shared->keeper)
        _exit(127);     /* the keeper died before we asked to be told */
    setpgid(0, 0);
    for (size_t i = 0; i < sizeof reset / sizeof *reset; i++)
        signal(reset[i], SIG_DFL);
    shared->step = STEP_FOLDER;
    if (chdir(launch->folder) != 0)
        goto failed;
    shared->step = STEP_LOG;
    if (open_as("/dev/null", O_RDONLY, 0) != 0
        || open_as(launch->log, O_WRONLY | O_CREAT | O_APPEND, 1) != 0 || dup2(1, 2) < 0)
        goto failed;
    shared->step = STEP_EXECUTE;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvpe(launch->argv[0], (char *const *)(uintptr_t)launch->argv, shared->environment);
failed:
    shared->error = errno;
    _exit(127);
}

int
keeper_spawn(const struct launch *launch, pid_t *pid, enum wire_step *step)
{
    struct shared *shared = mem_new(1, sizeof *shared);
    sigset_t all, before;
    pid_t started;
    int error = 0;

    shared->launch = launch;
    shared->environment = environment_of(launch);
    shared->keeper = getpid();
    shared->step = STEP_FORK;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    started = vfork();
    if (started == 0)
        become(shared);
    if (started < 0)
        error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (started > 0 && shared->error) {
        error = shared->error;
        while (waitpid(started, NULL, 0) < 0 && errno == EINTR)
            continue;
    }
    *pid = started;
    *step = shared->step;
    free(shared->environment);
    free(shared);
    return error;
}
