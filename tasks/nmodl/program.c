#define _XOPEN_SOURCE 700       /* putenv */
#include "nmodl/program.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT_EXECUTE = 127, SIGNALLED = 128 };

pid_t
program_start(const char *const *argv, const char *folder, const char *variable,
              struct fx_error *err)
{
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid < 0)
        return fx_fail_errno(err, errno, "cannot start '%s'", argv[0]);
    if (pid > 0)
        return pid;
    if (variable)
        putenv((char *)(uintptr_t)variable);
    if (chdir(folder) == 0)
        execvp(argv[0], (char *const *)(uintptr_t)argv);
    fprintf(stderr, "cannot execute '%s' in '%s': %s\n", argv[0], folder, strerror(errno));
    _exit(CANNOT_EXECUTE);
}

int
program_wait(pid_t *pid, int *status, struct fx_error *err)
{
    int raw;

    do
        *pid = waitpid(-1, &raw, 0);
    while (*pid < 0 && errno == EINTR);
    if (*pid < 0)
        return fx_fail_errno(err, errno, "cannot wait for a program");
    *status = WIFEXITED(raw) ? WEXITSTATUS(raw) : SIGNALLED + WTERMSIG(raw);
    return 0;
}
