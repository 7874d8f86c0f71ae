#include "plan/key_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "plan/planner.h"

/* Bytes that are kept: where every job has large values of its own, keeping them gains nothing. */
enum { KEPT_MOST = 256 * 1024 * 1024 };

struct key_part {
    struct str text, frames;
};

struct key_parts {
    struct arena *arena;
    struct map numbers; /* the node's address and the path -> list */
    VEC(struct key_part) list;
    size_t bytes;
    struct key_buffers buffers;
};

struct key_parts *
key_parts_new(void)
{
    struct key_parts *parts = mem_new(1, sizeof *parts);

    parts->arena = arena_new();
    map_init(&parts->numbers);
    text_init(&parts->buffers.frames, SIZE_MAX / 2);
    text_init(&parts->buffers.path, 64 * 1024);
    text_init(&parts->buffers.value, 64 * 1024 * 1024);
    return parts;
}

void
key_parts_free(struct key_parts *parts)
{
    if (!parts)
        return;
    map_release(&parts->numbers);
    vec_release(&parts->list);
    arena_free(parts->arena);
    text_release(&parts->buffers.frames);
    text_release(&parts->buffers.path);
    text_release(&parts->buffers.value);
    free(parts);
}

struct key_buffers *
key_parts_buffers(struct key_parts *parts)
{
    return &parts->buffers;
}

struct key_parts *
plan_key_parts(const struct plan *plan)
{
    if (!*plan->key_parts)
        *plan->key_parts = key_parts_new();
    return *plan->key_parts;
}

/* Appends the name of a node under a path. */
static void
add_name(struct text *name, const struct node *node, struct str path)
{
    text_append(name, (const char *)&node, sizeof node);
    text_add_str(name, path);
}

bool
key_parts_find(const struct key_parts *parts, const struct node *node, struct str path,
               struct str *text, struct str *frames)
{
    struct text name;
    uint32_t number;

    text_init(&name, sizeof node + path.len);
    add_name(&name, node, path);
    number = map_get(&parts->numbers, text_view(&name));
    text_release(&name);
    if (number == MAP_NONE)
        return false;
    *text = parts->list.at[number].text;
    *frames = parts->list.at[number].frames;
    return true;
}

void
key_parts_keep(struct key_parts *parts, const struct node *node, struct str path, struct str text,
               struct str frames)
{
    struct text name;

    if (text.len + frames.len > KEPT_MOST - parts->bytes)
        return;
    parts->bytes += text.len + frames.len;
    text_init(&name, sizeof node + path.len);
    add_name(&name, node, path);
    map_add(&parts->numbers, arena_str(parts->arena, text_view(&name)),
            (uint32_t)parts->list.count);
    vec_push(&parts->list,
             (struct key_part){ arena_str(parts->arena, text), arena_str(parts->arena, frames) });
    text_release(&name);
}
