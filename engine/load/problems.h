/*
 * problems - all that is wrong with a workflow, in one go.
 *
 * Checking appends; the command line prints all of them, sorted by file, line and column.
 * At most PROBLEMS_MOST are kept; the rest is counted.
 */
#ifndef LOAD_PROBLEMS_H
#define LOAD_PROBLEMS_H

#include "base/vec.h"
#include "fornix/error.h"

enum { PROBLEMS_MOST = 100 };

struct problems {
    VEC(struct fx_error) list;
    size_t dropped;
};

void problems_init(struct problems *problems);
void problems_release(struct problems *problems);

/* Appends a copy. */
void problems_add(struct problems *problems, const struct fx_error *err);

/* Sorts them by place; equal ones are kept once. */
void problems_sort(struct problems *problems);

#endif
