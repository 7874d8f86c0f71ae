/*
 * comm - the ranks of one task, and what they tell each other.
 *
 * Trivial without MPI: rank 0 of 1, and every call returns at once. All calls except comm_abort()
 * are collective: every rank reaches them, in the same order, or none does. Before a collective
 * call, turn a rank's own failure into everybody's:
 *
 *   if (comm_agree(comm, work(..., err), err))
 *       goto end;
 *
 * Results do not depend on the number of ranks: comm_part() cuts a constant block of work over them.
 */
#ifndef COMMON_COMM_H
#define COMMON_COMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fornix/error.h"

struct comm {
    int rank, size;     /* read only */
    bool agreed;        /* all ranks hold the same error, since comm_agree() failed */
    bool broken;        /* this rank failed within a call that others may never leave: it can only
                           end, with comm_abort() */
};

/* One rank, no MPI: for tests and serial work. */
#define COMM_ALONE { .rank = 0, .size = 1 }

/*
 * What MPI calls itself, up to its first comma or line: "Open MPI v4.1.4". Any rank, at any time.
 */
void comm_library(char *name, size_t size);

/* Starts MPI when a launcher started this process as one of several ranks; ends it again. */
int  comm_start(struct comm *comm, struct fx_error *err);
void comm_finish(struct comm *comm);

/* Ends all ranks at once with this exit status. */
_Noreturn void comm_abort(const struct comm *comm, int status);

void comm_barrier(const struct comm *comm);

/*
 * Returns 0 when `status` is 0 on all ranks; otherwise -1 on all, with the error of the lowest rank
 * that failed in every `err`. A broken rank asks nobody: -1 at once, with its own error.
 */
int comm_agree(struct comm *comm, int status, struct fx_error *err);

/* Element by element over the ranks, in place; all ranks have the result. Sums of doubles are added
 * in rank order, so they depend on the number of ranks: not for what goes into files. */
void comm_sum_u64(const struct comm *comm, uint64_t *values, size_t count);
void comm_min_u64(const struct comm *comm, uint64_t *values, size_t count);
void comm_max_u64(const struct comm *comm, uint64_t *values, size_t count);
void comm_sum_f64(const struct comm *comm, double *values, size_t count);
void comm_min_f64(const struct comm *comm, double *values, size_t count);
void comm_max_f64(const struct comm *comm, double *values, size_t count);

/* The sum of `value` over the ranks before this one; *total (may be NULL): over all. */
uint64_t comm_before_u64(const struct comm *comm, uint64_t value, uint64_t *total);

/*
 * Joins every rank's bytes in rank order. *all (allocated, free() it; NULL when empty) and *sizes
 * (comm->size entries; may be NULL when not wanted) are set on `root`, or on every rank when root is
 * -1; elsewhere they become NULL. At most 2^31 - 1 bytes in total, else every rank fails.
 */
int comm_gather(const struct comm *comm, int root, const void *mine, size_t mine_size, void **all,
                size_t **sizes, struct fx_error *err);

/* `size` bytes at `data` from `root` to all. */
void comm_broadcast(const struct comm *comm, int root, void *data, size_t size);

/* The part [*from, *to) of `count` items that is this rank's: contiguous, in rank order, even. */
void comm_part(const struct comm *comm, uint64_t count, uint64_t *from, uint64_t *to);

#endif
