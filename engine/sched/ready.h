/*
 * ready - a priority queue of jobs: the largest rank first, equal ranks in plan order.
 *
 * A binary heap: pushing and popping take time logarithmic in the number of jobs in it.
 */
#ifndef SCHED_READY_H
#define SCHED_READY_H

#include <stdbool.h>

#include "base/vec.h"
#include "plan/plan.h"

struct ready_entry {
    double rank;
    job_id job;
};

struct ready {
    VEC(struct ready_entry) heap;
};

/* A zeroed struct is an empty queue; this frees its memory and makes it one again. */
void ready_release(struct ready *ready);

void ready_push(struct ready *ready, job_id job, double rank);

/* The first entry, or NULL when the queue is empty; valid until the next push or pop. */
const struct ready_entry *ready_top(const struct ready *ready);

/* Removes the first entry of a queue that is not empty, and returns its job. */
job_id ready_pop(struct ready *ready);

/* Whether `a` starts before `b`. */
bool ready_before(const struct ready_entry *a, const struct ready_entry *b);

#endif
