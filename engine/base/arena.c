#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK = 64 * 1024, ALIGN = 16 };

struct block {
    struct block *next;
    size_t used, room;
};

struct arena {
    struct block *blocks;   /* the first is the one being filled */
};

struct arena *
arena_new(void)
{
    return mem_new(1, sizeof(struct arena));
}

void
arena_free(struct arena *arena)
{
    struct block *block, *next;

    if (!arena)
        return;
    for (block = arena->blocks; block; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

/* A block's header, rounded up so that the bytes after it are aligned. */
static size_t
header_size(void)
{
    return (sizeof(struct block) + ALIGN - 1) / ALIGN * ALIGN;
}

void *
arena_get(struct arena *arena, size_t count, size_t size)
{
    struct block *block = arena->blocks;
    size_t want;
    char *at;

    if (size && count > (SIZE_MAX / 2) / size)
        return mem_new(count, size);    /* ends the program with its one line */
    want = (count * size + ALIGN - 1) / ALIGN * ALIGN;
    if (!block || block->room - block->used < want) {
        size_t room = want > BLOCK / 4 ? want : BLOCK;
        struct block *fresh = mem_new(1, header_size() + room);

        fresh->room = room;
        if (block && want > BLOCK / 4) {    /* keep filling the block in front */
            fresh->next = block->next;
            block->next = fresh;
        } else {
            fresh->next = block;
            arena->blocks = fresh;
        }
        block = fresh;
    }
    at = (char *)block + header_size() + block->used;
    block->used += want;
    return at;
}

struct str
arena_str(struct arena *arena, struct str s)
{
    char *at = arena_get(arena, s.len + 1, 1);

    if (s.len)
        memcpy(at, s.at, s.len);
    return (struct str){ at, s.len };
}

const char *
arena_cstr(struct arena *arena, const char *s)
{
    return arena_str(arena, str_of(s)).at;
}

struct str
arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    int len;
    char *at;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    at = arena_get(arena, (size_t)(len < 0 ? 0 : len) + 1, 1);
    va_start(args, format);
    vsnprintf(at, (size_t)(len < 0 ? 0 : len) + 1, format, args);
    va_end(args);
    return (struct str){ at, (size_t)(len < 0 ? 0 : len) };
}
