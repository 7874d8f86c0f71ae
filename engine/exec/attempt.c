#define _GNU_SOURCE     /* strsignal */
#include "exec/attempt.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/mem.h"

enum { TAIL_BYTES = 8 * 1024, LITTLE_SPACE = 1 << 20 };

#define TO(state) (1u << (state))

static const unsigned may_become[ATTEMPT_STATES] = {
    [ATTEMPT_NEW] = TO(ATTEMPT_WAITING) | TO(ATTEMPT_STARTING) | TO(ATTEMPT_ENDED),
    [ATTEMPT_WAITING] = TO(ATTEMPT_STARTING) | TO(ATTEMPT_ENDED),
    [ATTEMPT_STARTING] = TO(ATTEMPT_RUNNING) | TO(ATTEMPT_STOPPING) | TO(ATTEMPT_ENDED),
    [ATTEMPT_RUNNING] = TO(ATTEMPT_STOPPING) | TO(ATTEMPT_SEALING) | TO(ATTEMPT_ENDED),
    [ATTEMPT_STOPPING] = TO(ATTEMPT_ENDED),
    [ATTEMPT_SEALING] = TO(ATTEMPT_ENDED),
    [ATTEMPT_ENDED] = 0,
};

const char *
attempt_state_name(enum attempt_state state)
{
    static const char *const names[ATTEMPT_STATES] = {
        [ATTEMPT_NEW] = "new", [ATTEMPT_WAITING] = "waiting", [ATTEMPT_STARTING] = "starting",
        [ATTEMPT_RUNNING] = "running", [ATTEMPT_STOPPING] = "stopping",
        [ATTEMPT_SEALING] = "sealing", [ATTEMPT_ENDED] = "ended",
    };

    return names[state];
}

struct attempt *
attempt_new(struct exec_local *exec, job_id job, struct digest key)
{
    struct attempt *attempt = mem_new(1, sizeof *attempt);

    attempt->exec = exec;
    attempt->job = job;
    attempt->arena = arena_new();
    attempt->key = key;
    attempt->claim = -1;
    attempt->report.exit_status = -1;
    return attempt;
}

void
attempt_free(struct attempt *attempt)
{
    if (!attempt)
        return;
    loop_timer_free(attempt->timer);
    arena_free(attempt->arena);
    free(attempt);
}

void
attempt_become(struct attempt *attempt, enum attempt_state to)
{
    assert(may_become[attempt->state] & TO(to));
    attempt->state = to;
    attempt->report.running = to == ATTEMPT_RUNNING || to == ATTEMPT_STOPPING;
    fault_point("attempt.state");
}

int
attempt_fail_status(int status, uint64_t free_space, struct fx_error *err)
{
    char disk[64] = "";

    /* The program could not even say so: its log is on that disk. */
    if (free_space < LITTLE_SPACE)
        snprintf(disk, sizeof disk, "; the store's disk is full (%u KiB left)",
                 (unsigned)(free_space / 1024));
    if (WIFSIGNALED(status)) {
        const char *name = strsignal(WTERMSIG(status));

        return fx_fail(err, FX_FAILED, FX_NOWHERE, "killed by signal %d (%s)%s", WTERMSIG(status),
                       name ? name : "unknown", disk);
    }
    /* What shells and mpirun make of a process of theirs that a signal killed. */
    if (WEXITSTATUS(status) > 128 && WEXITSTATUS(status) < 128 + 32)
        return fx_fail(err, FX_FAILED, FX_NOWHERE, "exit status %d (128 + signal %d, %s)%s",
                       WEXITSTATUS(status), WEXITSTATUS(status) - 128,
                       strsignal(WEXITSTATUS(status) - 128), disk);
    return fx_fail(err, FX_FAILED, FX_NOWHERE, "exit status %d%s", WEXITSTATUS(status), disk);
}

const char *
attempt_tail(struct arena *arena, const char *path, unsigned lines)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *bytes = arena_get(arena, TAIL_BYTES + 1, 1);
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    ssize_t len = 0, start;

    if (size > 0)
        len = pread(fd, bytes, TAIL_BYTES, size > TAIL_BYTES ? size - TAIL_BYTES : 0);
    if (fd >= 0)
        close(fd);
    while (len > 0 && (bytes[len - 1] == '\n' || bytes[len - 1] == '\r'))
        len--;
    for (start = len; start > 0; start--)
        if (bytes[start - 1] == '\n' && --lines == 0)
            break;
    if (len <= 0)
        return "";
    for (ssize_t i = start; i < len; i++)   /* nothing that moves a terminal's cursor */
        if (((unsigned char)bytes[i] < 0x20 && bytes[i] != '\n' && bytes[i] != '\t') || bytes[i] == 0x7f)
            bytes[i] = ' ';
    bytes[len] = '\0';
    return bytes + start;
}

void
attempt_spell_seconds(double seconds, struct text *out)
{
    long whole = (long)seconds;

    if (seconds < 60) {
        text_add_real(out, seconds);
        text_add(out, " s");
        return;
    }
    if (whole >= 3600)
        text_printf(out, "%ld h", whole / 3600);
    if (whole % 3600 >= 60)
        text_printf(out, "%s%ld min", whole >= 3600 ? " " : "", whole % 3600 / 60);
    if (whole % 60)
        text_printf(out, " %ld s", whole % 60);
}
