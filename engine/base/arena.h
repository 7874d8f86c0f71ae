/*
 * arena - memory that is freed all at once.
 *
 * What lives as long as a workflow or a plan comes from its arena. Addresses never move.
 * Not safe for several threads.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/text.h"

struct arena;

struct arena *arena_new(void);
void          arena_free(struct arena *arena);     /* and everything in it; NULL is fine */

/* Ends all that came from it; it keeps one block, so that it can be filled again at no cost. */
void arena_clear(struct arena *arena);

/* `count` zeroed items of `size` bytes, aligned for any type. */
void *arena_get(struct arena *arena, size_t count, size_t size);

/* A NUL-terminated copy of `s`. */
struct str  arena_str(struct arena *arena, struct str s);
const char *arena_cstr(struct arena *arena, const char *s);

/* A formatted, NUL-terminated string. */
struct str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
