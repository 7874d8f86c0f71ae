#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
out_of_memory(size_t count, size_t size)
{
    fprintf(stderr, "fornix: error: out of memory (%zu x %zu bytes)\n", count, size);
    exit(1);
}

void *
mem_new(size_t count, size_t size)
{
    void *at = calloc(count ? count : 1, size ? size : 1);

    if (!at)
        out_of_memory(count, size);
    return at;
}

void *
mem_resize(void *old, size_t count, size_t size)
{
    void *at;
    size_t bytes;

    if (size && count > SIZE_MAX / size)
        out_of_memory(count, size);
    bytes = count * size;
    at = realloc(old, bytes > 0 ? bytes : 1);
    if (!at)
        out_of_memory(count, size);
    return at;
}

char *
mem_copy(const char *at, size_t len)
{
    char *copy = mem_new(len + 1, 1);

    if (len)
        memcpy(copy, at, len);
    return copy;
}
