#include "common/crash.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static char program[80], last[400];

static void
keep_end(char *to, size_t size, const char *text)
{
    size_t len = strlen(text);

    memcpy(to, len < size ? text : text + len - size + 1, len < size ? len + 1 : size);
}

void
crash_note(const char *path)
{
    keep_end(last, sizeof last, path);
}

#ifdef __SANITIZE_ADDRESS__

void
crash_watch(const char *name)
{
    keep_end(program, sizeof program, name);
}

#else

/* Nothing but copying and write(): more is not allowed in a handler. */
static void
last_words(int number)
{
    static const char file[] = "; the HDF5 file that it opened last is ",
                      advice[] = ", which may be damaged: see what 'fornix h5 check' says of it";
    char line[700], digits[2] = { (char)('0' + number / 10), (char)('0' + number % 10) };
    const char *parts[] = { program, ": error: it ended with signal ", digits, last[0] ? file : "",
                            last, last[0] ? advice : "", "\n" };
    size_t len = 0;
    ssize_t ignored;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t part = parts[i] == digits ? 2 : strlen(parts[i]);

        if (parts[i] == digits && digits[0] == '0') {
            line[len++] = digits[1];
            continue;
        }
        memcpy(line + len, parts[i], part);
        len += part;
    }
    ignored = write(STDERR_FILENO, line, len);
    (void)ignored;
    raise(number);              /* the handler is gone: it ends as it would have */
}

void
crash_watch(const char *name)
{
    struct sigaction action = { .sa_handler = last_words, .sa_flags = (int)SA_RESETHAND };
    static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGABRT };

    keep_end(program, sizeof program, name);
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
}

#endif
