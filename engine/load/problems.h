/*
 * problems - all that is wrong with a workflow, in one go.
 *
 * Checking appends; the command line prints all of them, sorted by file, line and column.
 * At most PROBLEMS_MOST are kept; the rest is counted.
 */
#ifndef LOAD_PROBLEMS_H
#define LOAD_PROBLEMS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/map.h"
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

/*
 * Appends a mistake of the user (FX_INVALID) at `at`, with `hint` unless that is NULL or "".
 * Returns NULL, so that `return problems_wrong(...)` reads well.
 */
void *problems_wrong(struct problems *problems, struct fx_mark at, const char *hint,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * For what is looked at many times, at other points of a sweep: whether the text was told of this
 * place before, or PLACE_MOST others were. `known` remembers; its keys are made in the arena.
 */
enum { PLACE_MOST = 8 };
bool problems_known(struct map *known, struct arena *arena, struct fx_mark at, const char *text);

/* How many were appended so far, kept or not. */
size_t problems_count(const struct problems *problems);

/* Sorts them by place; equal ones are kept once. */
void problems_sort(struct problems *problems);

#endif
