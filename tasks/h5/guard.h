/*
 * guard - reading a file in a process of its own.
 *
 * HDF5 crashes, or turns in circles, on some damaged files. So a child reads, tells what it reads and
 * that it goes on, and the parent says so when the child has died, or computes for long on one piece.
 */
#ifndef H5_GUARD_H
#define H5_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fornix/error.h"

struct watch { /* shared by both processes */
    volatile uint64_t beats;
    volatile bool done;
    volatile int status; /* what the work returned, when done */
    uint64_t bytes;      /* read so far */
    char doing[400];     /* the dataset that is being read */
};

/* The work goes on, at `what` (NULL: as before), with `bytes` more read. */
void watch_beat(struct watch *watch, const char *what, uint64_t bytes);

/* Memory that both processes see, zeroed; the child's pages are made as they are used. */
void *guard_share(size_t size);

enum guard_end { GUARD_DONE, GUARD_DIED, GUARD_STUCK };

/*
 * Runs work(context, watch) in a child, and waits for it; *watch: shared memory, zeroed. `err` is
 * filled (FX_FAILED) unless the work came to its end; what it returned is then watch->status.
 */
enum guard_end
guard_run(struct watch *watch, uint64_t patience_s, int (*work)(void *context, struct watch *watch),
          void *context, const char *file, struct fx_error *err);

#endif
