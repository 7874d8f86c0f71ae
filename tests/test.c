#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum { TIME_LIMIT_S = 120 };

static struct test *tests;      /* the runner is the one place with globals: registration needs them */
static char folder[256];
static struct arena *paths;

void
test_register(struct test *test)
{
    struct test **last = &tests;

    while (*last)
        last = &(*last)->next;
    *last = test;
}

_Noreturn void
test_fail(const char *file, int line, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "%s:%d: failed: ", file, line);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\n");
    exit(1);
}

const char *
test_folder(void)
{
    if (!folder[0]) {
        const char *base = getenv("TMPDIR");

        snprintf(folder, sizeof folder, "%s/fornix-test-XXXXXX", base ? base : "/tmp");
        if (!mkdtemp(folder))
            test_fail(__FILE__, __LINE__, "no folder '%s': %s", folder, strerror(errno));
    }
    return folder;
}

static void
remove_folder(void)
{
    struct fx_error err = FX_ERROR_NONE;

    if (folder[0])
        file_remove_tree(folder, &err);
    arena_free(paths);
}

const char *
test_path(const char *name)
{
    if (!paths)
        paths = arena_new();
    return path_join(paths, test_folder(), name);
}

void
test_write(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");

    if (!out || fputs(text, out) < 0 || fclose(out) != 0)
        test_fail(__FILE__, __LINE__, "cannot write '%s': %s", path, strerror(errno));
}

static bool
run(const struct test *test)
{
    int status = 0;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        alarm(TIME_LIMIT_S);
        atexit(remove_folder);
        test->run();
        exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return false;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFSIGNALED(status))
        fprintf(stderr, "%s: %s: ended by signal %d%s\n", test->file, test->name, WTERMSIG(status),
                WTERMSIG(status) == SIGALRM ? " (time limit)" : "");
    fprintf(stderr, "FAILED %s\n", test->name);
    return false;
}

int
main(int argc, char **argv)
{
    unsigned passed = 0, failed = 0;

    for (const struct test *test = tests; test; test = test->next) {
        if (argc > 1 && !strstr(test->name, argv[1]))
            continue;
        if (run(test))
            passed++;
        else
            failed++;
    }
    printf("%u passed, %u failed\n", passed, failed);
    return failed || !passed ? 1 : 0;
}
