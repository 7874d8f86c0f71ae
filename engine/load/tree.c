#include "load/tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

static struct node *
fresh(struct arena *arena, enum node_kind kind, struct fx_mark at)
{
    struct node *node = arena_get(arena, 1, sizeof *node);

    node->kind = kind;
    node->weight = 1;
    node->at = at;
    node->text = str_of("");
    return node;
}

const struct node *
node_null(struct arena *arena, struct fx_mark at)
{
    struct node *node = fresh(arena, NODE_NULL, at);

    node->plain = true;
    node->text = str_of("null");
    return node;
}

const struct node *
node_boolean(struct arena *arena, bool value, struct fx_mark at)
{
    struct node *node = fresh(arena, NODE_BOOL, at);

    node->plain = true;
    node->boolean = value;
    node->text = str_of(value ? "true" : "false");
    return node;
}

const struct node *
node_integer(struct arena *arena, int64_t value, struct fx_mark at)
{
    struct node *node = fresh(arena, NODE_INTEGER, at);

    node->plain = true;
    node->integer = value;
    node->text = arena_printf(arena, "%lld", (long long)value);
    return node;
}

const struct node *
node_real(struct arena *arena, double value, struct fx_mark at)
{
    struct node *node = fresh(arena, NODE_REAL, at);
    struct text text;

    text_init(&text, 64);
    text_add_real(&text, value);
    node->plain = true;
    node->real = value;
    node->text = arena_str(arena, text_view(&text));
    text_release(&text);
    return node;
}

const struct node *
node_string(struct arena *arena, struct str text, struct fx_mark at)
{
    struct node *node = fresh(arena, NODE_STRING, at);

    node->text = arena_str(arena, text);
    return node;
}

/* Adds a child's weight and depth to its parent's. */
static void
grow(struct node *node, const struct node *child)
{
    node->weight =
        child->weight > UINT32_MAX - node->weight ? UINT32_MAX : node->weight + child->weight;
    if (child->depth >= node->depth)
        node->depth = (uint16_t)(child->depth + 1);
}

static const struct node *
within_bounds(const struct node *node)
{
    return node->weight > NODE_WEIGHT_MOST || node->depth > NODE_DEPTH_MOST ? NULL : node;
}

const struct node *
node_list(struct arena *arena, const struct node *const *items, uint32_t count, struct fx_mark at)
{
    struct node *node = fresh(arena, NODE_LIST, at);

    node->depth = 1;
    node->indexed = true;
    node->count = count;
    node->items = items;
    for (uint32_t i = 0; i < count; i++)
        grow(node, items[i]);
    return within_bounds(node);
}

struct keyed {
    struct str key;
    uint32_t number;
};

static int
by_key(const void *a, const void *b)
{
    return str_compare(((const struct keyed *)a)->key, ((const struct keyed *)b)->key);
}

/* The order of the keys stands behind the entries, so that a node stays small. */
const struct node *
node_map(struct arena *arena, const struct entry *entries, uint32_t count, struct fx_mark at)
{
    struct node *node = fresh(arena, NODE_MAP, at);
    struct keyed *keyed = mem_new(count ? count : 1, sizeof *keyed);
    struct entry *copy;
    uint32_t *order;

    copy = arena_get(arena, 1, count * (sizeof *entries + sizeof *order));
    order = (uint32_t *)(void *)(copy + count);
    for (uint32_t i = 0; i < count; i++)
        keyed[i] = (struct keyed){ entries[i].key, i };
    qsort(keyed, count, sizeof *keyed, by_key);
    for (uint32_t i = 0; i < count; i++) {
        copy[i] = entries[i];
        order[i] = keyed[i].number;
    }
    free(keyed);
    node->depth = 1;
    node->indexed = true;
    node->count = count;
    node->entries = copy;
    for (uint32_t i = 0; i < count; i++)
        grow(node, entries[i].value);
    return within_bounds(node);
}

const uint32_t *
node_sorted(const struct node *map)
{
    return map->count ? (const uint32_t *)(const void *)(map->entries + map->count) : NULL;
}

uint32_t
node_find(const struct node *map, struct str key)
{
    uint32_t from = 0, to = map->count;
    const uint32_t *order;

    if (!map->indexed) {
        for (uint32_t i = 0; i < map->count; i++)
            if (str_equal(map->entries[i].key, key))
                return i;
        return UINT32_MAX;
    }
    order = node_sorted(map);
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        int side = str_compare(map->entries[order[middle]].key, key);

        if (side == 0)
            return order[middle];
        if (side < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return UINT32_MAX;
}

const struct node *
node_get(const struct node *map, struct str key)
{
    uint32_t number;

    if (!map || map->kind != NODE_MAP)
        return NULL;
    number = node_find(map, key);
    return number == UINT32_MAX ? NULL : map->entries[number].value;
}

const struct node *
node_at(const struct node *map, const char *key)
{
    return node_get(map, str_of(key));
}

bool
node_number(const struct node *node, double *value)
{
    if (node->kind == NODE_INTEGER)
        *value = (double)node->integer;
    else if (node->kind == NODE_REAL)
        *value = node->real;
    else
        return false;
    return true;
}

struct fx_mark
node_place(const struct node *node, size_t offset)
{
    struct fx_mark at = node->at;

    if (!node->verbatim || !at.line)
        return at;
    at.column += !node->plain;
    for (size_t i = 0; i < offset && i < node->text.len; i++)
        at.column += ((unsigned char)node->text.at[i] & 0xc0) != 0x80;
    return at;
}

struct fx_mark
mark_in_program(struct arena *arena, const char *source, unsigned line, const char *folder)
{
    size_t len = strlen(source) + 1, more = strlen(folder) + 1;
    char *both = arena_get(arena, len + more, 1);

    memcpy(both, source, len);
    memcpy(both + len, folder, more);
    return (struct fx_mark){ both, line ? line : 1, 0 };
}

const char *
mark_folder(struct arena *arena, struct fx_mark at)
{
    if (!at.file || !at.line)
        return ".";
    if (!at.column)
        return at.file + strlen(at.file) + 1;
    return path_folder(arena, at.file);
}

/* Integers and reals of equal value are equal, as in a key. */
static bool
numbers_equal(const struct node *a, const struct node *b)
{
    double left, right;

    if (a->kind == NODE_INTEGER && b->kind == NODE_INTEGER)
        return a->integer == b->integer;
    if (!node_number(a, &left) || !node_number(b, &right))
        return false;
    return !(left < right) && !(left > right) && !isnan(left) && !isnan(right);
}

bool
node_equal(const struct node *a, const struct node *b)
{
    if (a == b)
        return true;
    if (a->kind == NODE_INTEGER || a->kind == NODE_REAL)
        return numbers_equal(a, b);
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case NODE_NULL:
        return true;
    case NODE_BOOL:
        return a->boolean == b->boolean;
    case NODE_STRING:
    case NODE_FILE:
        return str_equal(a->text, b->text);
    case NODE_OUTPUT:
        return a->job == b->job && a->output == b->output;
    case NODE_LIST:
        for (uint32_t i = 0; i < a->count; i++)
            if (a->count != b->count || !node_equal(a->items[i], b->items[i]))
                return false;
        return a->count == b->count;
    case NODE_MAP:
        for (uint32_t i = 0; a->count == b->count && i < a->count; i++) {
            const struct node *other = node_get(b, a->entries[i].key);

            if (!other || !node_equal(a->entries[i].value, other))
                return false;
        }
        return a->count == b->count;
    case NODE_INTEGER:
    case NODE_REAL:
        break;
    }
    return false;
}
