#include "h5/guard.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef MAP_ANONYMOUS
#    define MAP_ANONYMOUS 0x20 /* as Linux has it; POSIX does not name it */
#endif

enum { LOOK_MS = 100 };

void
watch_beat(struct watch *watch, const char *what, uint64_t bytes)
{
    watch->beats++;
    watch->bytes += bytes;
    if (what)
        snprintf(watch->doing, sizeof watch->doing, "%s", what);
}

void *
guard_share(size_t size)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED) {
        fprintf(stderr, "fornix: error: out of memory (%zu bytes)\n", size);
        exit(1);
    }
    return at;
}

/* Seconds that the process has computed; -1 when that is not to be had. */
static double
computed(pid_t pid)
{
    struct timespec time;
    clockid_t clock;

    if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &time))
        return -1;
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Waits for the child; true when it had to be ended. SIGCHLD is blocked: it wakes sigtimedwait(). */
static bool
wait_for(pid_t pid, const sigset_t *child, struct watch *watch, double patience_s, int *how)
{
    const struct timespec pause = { 0, LOOK_MS * 1000000 };
    uint64_t seen = watch->beats;
    double since = 0;

    for (;;) {
        pid_t ended = waitpid(pid, how, WNOHANG);
        double now;

        if (ended == pid)
            return false;
        if (ended < 0 && errno != EINTR) {
            *how = 0;
            return false;
        }
        sigtimedwait(child, NULL, &pause);
        now = computed(pid);
        if (watch->beats != seen) {
            seen = watch->beats;
            since = now;
        } else if (now - since > patience_s) {
            kill(pid, SIGKILL);
            waitpid(pid, how, 0);
            return true;
        }
    }
}

static void
be_child(struct watch *watch, const sigset_t *mask, int (*work)(void *context, struct watch *watch),
         void *context)
{
    static const int deadly[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
    struct rlimit none = { 0, 0 };

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    setrlimit(RLIMIT_CORE, &none);
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
        signal(deadly[i], SIG_DFL); /* a library's own handler would print a stack */
    watch->status = work(context, watch);
    watch->done = true;
    fflush(stdout);
    _exit(ferror(stdout) ? 1 : 0);
}

enum guard_end
guard_run(struct watch *watch, uint64_t patience_s, int (*work)(void *context, struct watch *watch),
          void *context, const char *file, struct fx_error *err)
{
    struct fx_mark at = { file, 0, 0 };
    sigset_t child, before;
    bool stuck;
    pid_t pid;
    int how = 0;

    fflush(stdout);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    pid = fork();
    if (pid < 0) {
        fx_fail_errno(err, errno, "cannot start a process");
        return GUARD_DIED;
    }
    if (pid == 0)
        be_child(watch, &before, work, context);
    stuck = wait_for(pid, &child, watch, (double)patience_s, &how);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (stuck)
        fx_fail(err, FX_FAILED, at, "the file is damaged: HDF5 does not come to an end with '%s'",
                watch->doing);
    else if (!watch->done && WIFSIGNALED(how))
        fx_fail(err, FX_FAILED, at, "the file is damaged: HDF5 itself failed on '%s' (signal %d)",
                watch->doing, WTERMSIG(how));
    else if (!watch->done)
        fx_fail(err, FX_FAILED, at, "the file is damaged: HDF5 itself failed on '%s'",
                watch->doing);
    else if (WIFEXITED(how) && WEXITSTATUS(how))
        fx_fail(err, FX_SYSTEM, FX_NOWHERE, "cannot write to standard output");
    else
        return GUARD_DONE;
    return stuck ? GUARD_STUCK : GUARD_DIED;
}
