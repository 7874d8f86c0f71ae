#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Blocks double from the first size to the last: an arena for two paths costs little. */
enum { BLOCK_FIRST = 1024, BLOCK_LAST = 64 * 1024, ALIGN = 16 };

struct block {
    struct block *next;
    size_t used, room;
};

struct arena {
    struct block *blocks;   /* the first is the one being filled */
    size_t next_room;       /* of the next block; 0: none yet */
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

void
arena_clear(struct arena *arena)
{
    struct block *kept = arena->blocks, *block, *next;

    if (!kept)
        return;
    for (block = kept->next; block; block = next) {
        next = block->next;
        free(block);
    }
    kept->next = NULL;
    kept->used = 0;
}

/* A block's header, rounded up so that the bytes after it are aligned. */
static size_t
header_size(void)
{
    return (sizeof(struct block) + ALIGN - 1) / ALIGN * ALIGN;
}

/* A new block for at least `want` bytes, which are not zeroed. */
static struct block *
add_block(struct arena *arena, size_t want)
{
    struct block *front = arena->blocks, *fresh;
    size_t next = arena->next_room ? arena->next_room : BLOCK_FIRST;
    bool alone = want > next / 4 && front;
    size_t room = alone || want > next ? want : next;

    fresh = mem_resize(NULL, 1, header_size() + room);
    fresh->used = 0;
    fresh->room = room;
    if (alone) {    /* keep filling the block in front */
        fresh->next = front->next;
        front->next = fresh;
        return fresh;
    }
    arena->next_room = next < BLOCK_LAST ? next * 2 : next;
    fresh->next = front;
    arena->blocks = fresh;
    return fresh;
}

/* As arena_get(), but the bytes are whatever they are. */
static char *
take(struct arena *arena, size_t count, size_t size)
{
    struct block *block = arena->blocks;
    size_t want;
    char *at;

    if (size && count > (SIZE_MAX / 2) / size)
        return mem_new(count, size);    /* ends the program with its one line */
    want = (count * size + ALIGN - 1) / ALIGN * ALIGN;
    if (!block || block->room - block->used < want)
        block = add_block(arena, want);
    at = (char *)block + header_size() + block->used;
    block->used += want;
    return at;
}

void *
arena_get(struct arena *arena, size_t count, size_t size)
{
    char *at = take(arena, count, size);

    memset(at, 0, count * size);
    return at;
}

struct str
arena_str(struct arena *arena, struct str s)
{
    char *at = take(arena, s.len + 1, 1);

    if (s.len)
        memcpy(at, s.at, s.len);
    at[s.len] = '\0';
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
    char short_text[512];
    va_list args;
    size_t len;
    int printed;
    char *at;

    va_start(args, format);
    printed = vsnprintf(short_text, sizeof short_text, format, args);
    va_end(args);
    len = printed < 0 ? 0 : (size_t)printed;
    at = take(arena, len + 1, 1);
    at[0] = '\0';
    if (len < sizeof short_text) {
        memcpy(at, short_text, len);
        at[len] = '\0';
        return (struct str){ at, len };
    }
    va_start(args, format);
    vsnprintf(at, len + 1, format, args);
    va_end(args);
    return (struct str){ at, len };
}
