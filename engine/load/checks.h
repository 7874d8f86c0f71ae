/*
 * checks - what must hold between the parameters of a job, or between the fields of a struct.
 *
 *   checks:
 *     - that: "${stop > start}"
 *       say: must be later than start, ${start}
 *       at: stop
 *     - each: record              # or layers.*: the entries of every entry
 *       that: "${item.dt >= dt}"
 *       say: must be at least dt, ${dt}
 *
 * `that` is an expression over names: parameters, or fields. Where one of them has no value, nothing
 * is checked; given(NAME) tells. `say` completes the sentence "'NAME' ..."; `at` is that name, by
 * default the first in `that`. With `each`, `item` is an entry, `key` its key or position, and
 * `outer` that of the map around it.
 *
 * checks_read() when a description is read; checks_hold() for the checks of one struct, or
 * checks_names() and checks_one() where values are to be found first (plan/value.c).
 */
#ifndef LOAD_CHECKS_H
#define LOAD_CHECKS_H

#include "load/schema.h"

struct checks;

/*
 * Reads a list of checks, behind those of `before` (or NULL). `names` are those that may stand in
 * them; NULL: any. NULL after appending to `problems`.
 */
const struct checks *
checks_read(struct arena *arena, const struct node *list, const struct str *names, uint32_t count,
            const struct checks *before, struct problems *problems);

/* Where values come from. */
struct checks_scope {
    struct check *check; /* its path: what stands before the names, "" or that of the struct */
    const struct node *(*value)(void *context, struct str name); /* checked; NULL: none */
    void *context;
    bool inside; /* a struct: no value is a default */
    struct fx_mark otherwise; /* what to point at when all values are defaults */
};

uint32_t checks_count(const struct checks *checks);

/* The names of which check `number` needs values. */
const struct str *checks_names(const struct checks *checks, uint32_t number, uint32_t *count);

/* Whether it holds; false after reporting. */
bool checks_one(const struct checks *checks, uint32_t number, const struct checks_scope *scope);

/* All checks of a struct, of which `check->path` is the path. */
bool checks_hold(const struct checks *checks, struct check *check, const struct node *value);

/* As written, for task_page: "t_end must be longer than dt". */
const struct node *checks_source(const struct checks *checks, uint32_t number);

#endif
