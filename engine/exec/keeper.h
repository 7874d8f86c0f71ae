/*
 * keeper - the small process that starts attempts, and ends them when the engine dies.
 *
 * The engine starts it first: `fornix --keeper <fd>`, with one end of a socket pair. It is a
 * subreaper, so every process that an attempt leaves behind becomes its child, also one that left
 * its group or session. When the socket ends, whatever the reason, it stops every descendant
 * (SIGTERM, the grace period, SIGKILL, until none is left) and exits. Attempts also ask the kernel for
 * SIGKILL when the keeper dies.
 *
 *   keeper_open -> keeper_start, keeper_stop, keeper_receive (when keeper_fd() is readable) -> keeper_close
 */
#ifndef EXEC_KEEPER_H
#define EXEC_KEEPER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fornix/error.h"

/* main.c calls this for `--keeper <fd>`; returns the exit status. */
int keeper_main(int fd);

/* Side of the engine. */
struct keeper;

/* `program`: NULL for /proc/self/exe. `grace_s`: from SIGTERM to SIGKILL. */
struct keeper *keeper_open(const char *program, double grace_s, struct fx_error *err);

/* Ends the keeper, and with it all that runs; waits until it has exited. NULL is fine. */
void keeper_close(struct keeper *keeper);

int keeper_fd(const struct keeper *keeper);     /* readable: call keeper_receive() */

/* What an attempt is started with. All paths are absolute. */
struct launch {
    const char *const *argv;            /* NULL at its end; argv[0] is looked for on PATH */
    const char *const *environment;     /* "NAME=value" each, replacing ours; NULL at its end */
    const char *folder;                 /* working directory */
    const char *log;                    /* standard output and error are appended here */
};

/* Asks for a start; `id` is the caller's name for it, unique among those that run. */
int keeper_start(struct keeper *keeper, uint64_t id, const struct launch *launch,
                 struct fx_error *err);

/* Asks an attempt to end: SIGTERM to all its processes, the grace period, SIGKILL. */
int keeper_stop(struct keeper *keeper, uint64_t id, struct fx_error *err);

enum keeper_event_kind {
    KEEPER_STARTED,     /* pid is set */
    KEEPER_REFUSED,     /* could not be started: `error` (errno) at step `step` */
    KEEPER_ENDED        /* it and all its processes are gone */
};

struct keeper_event {
    enum keeper_event_kind kind;
    uint64_t id;
    pid_t pid;
    int error;
    const char *step;       /* "fork", "change to the folder", "open the log", "execute" */
    int status;             /* as of wait() */
    double seconds, cpu_seconds;
    uint64_t max_rss;       /* bytes, the largest of its processes that were waited for */
    bool survivors;         /* some of its processes could not be stopped */
};

/*
 * Takes the next event: 1 taken, 0 none now, -1 the keeper has died (FX_SYSTEM): what ran is being
 * killed by the kernel, and nothing can be started any more.
 */
int keeper_receive(struct keeper *keeper, struct keeper_event *event, struct fx_error *err);

#endif
