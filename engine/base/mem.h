/*
 * mem - memory that is always there.
 *
 * Out of memory ends the program with one line: no caller has a better answer, and every path that
 * pretended to have one would be untested. Sizes that come from files are checked before they get here.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* `count` zeroed items of `size` bytes; count * size is checked for overflow. Free with free(). */
void *mem_new(size_t count, size_t size);

/* Resizes `old` (or NULL) to `count` items of `size` bytes; new bytes are not zeroed. */
void *mem_resize(void *old, size_t count, size_t size);

/* A NUL-terminated copy of `len` bytes. Free with free(). */
char *mem_copy(const char *at, size_t len);

#endif
