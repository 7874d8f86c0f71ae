/* A task that crashes says which file it opened last, and still ends with its signal. */
#include "test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/crash.h"

/* What a child writes that ends with this signal, and how it ended. */
static int
ended(int number, const char *path, char said[1000])
{
    int ends[2], status;
    ssize_t n, len = 0;
    pid_t child;

    CHECK(!pipe(ends));
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        crash_watch("synapses");
        if (path)
            crash_note(path);
        raise(number);
        _exit(0);
    }
    close(ends[1]);
    while ((n = read(ends[0], said + len, (size_t)(999 - len))) > 0)
        len += n;
    said[len] = 0;
    close(ends[0]);
    CHECK(waitpid(child, &status, 0) == child);
    return status;
}

TEST(a_crash_names_the_file_that_was_opened_last)
{
#ifndef __SANITIZE_ADDRESS__        /* which has handlers of its own */
    static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGABRT };
    char said[1000], expected[1000], path[600];

    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        int status = ended(signals[i], "a/somas.h5", said);

        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
        snprintf(expected, sizeof expected, "synapses: error: it ended with signal %d; the HDF5 file that "
                 "it opened last is a/somas.h5, which may be damaged: see what 'fornix h5 check' says of it\n",
                 signals[i]);
        CHECK_STR(said, expected);
    }
    CHECK(WIFSIGNALED(ended(SIGSEGV, NULL, said)));
    CHECK_STR(said, "synapses: error: it ended with signal 11\n");
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = 0;
    memcpy(path + sizeof path - 6, "/a.h5", 5);
    CHECK(WIFSIGNALED(ended(SIGSEGV, path, said)));
    CHECK(strstr(said, "x/a.h5, which") && strlen(said) < 700);
#else
    char said[1000];

    CHECK(ended(SIGTERM, "a/somas.h5", said) != 0);
#endif
}
