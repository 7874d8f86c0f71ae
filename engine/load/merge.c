#include "load/merge.h"

#include <string.h>

#include "load/suggest.h"

static void
put_entry(struct entry *entries, uint32_t *count, struct entry entry)
{
    entries[(*count)++] = entry;
}

const struct node *
merge_trees(struct arena *arena, const struct node *base, const struct node *over, unsigned depth)
{
    struct entry *entries;
    uint32_t count = 0;

    if (!base || !over)
        return over ? over : base;
    if (depth == 0 || base->kind != NODE_MAP || over->kind != NODE_MAP)
        return over;
    entries = arena_get(arena, (size_t)base->count + over->count, sizeof *entries);
    for (uint32_t i = 0; i < base->count; i++) {
        struct entry entry = base->entries[i];
        const struct node *other = node_get(over, entry.key);

        entry.value = merge_trees(arena, entry.value, other, depth - 1);
        if (!entry.value)
            return NULL;
        put_entry(entries, &count, entry);
    }
    for (uint32_t i = 0; i < over->count; i++)
        if (!node_get(base, over->entries[i].key))
            put_entry(entries, &count, over->entries[i]);
    return node_map(arena, entries, count, over->at);
}

const struct node *
merge_put(struct arena *arena, const struct node *map, struct str key, struct fx_mark at,
          const struct node *value)
{
    uint32_t old = map && map->kind == NODE_MAP ? map->count : 0, count = 0;
    struct entry *entries = arena_get(arena, (size_t)old + 1, sizeof *entries);
    bool found = false;

    for (uint32_t i = 0; i < old; i++) {
        struct entry entry = map->entries[i];

        if (str_equal(entry.key, key)) {
            entry.value = value;
            found = true;
        }
        put_entry(entries, &count, entry);
    }
    if (!found)
        put_entry(entries, &count, (struct entry){ key, at, value });
    return node_map(arena, entries, count, map ? map->at : at);
}

/* A key up to '.', '[' or the end, or in double quotes (a backslash keeps the next character). */
static bool
parse_key(struct arena *arena, struct str path, size_t *at, struct str *key)
{
    char *copy = arena_get(arena, path.len + 1, 1);
    size_t len = 0;

    if (*at < path.len && path.at[*at] == '"') {
        for (++*at; *at < path.len && path.at[*at] != '"'; ++*at) {
            if (path.at[*at] == '\\' && *at + 1 < path.len)
                ++*at;
            copy[len++] = path.at[*at];
        }
        if (*at == path.len)
            return false;
        ++*at;
    } else {
        while (*at < path.len && path.at[*at] != '.' && path.at[*at] != '[')
            copy[len++] = path.at[(*at)++];
    }
    *key = (struct str){ copy, len };
    return len > 0;
}

static bool
parse_index(struct str path, size_t *at, uint32_t *index)
{
    size_t from = ++*at;
    int64_t value;

    while (*at < path.len && path.at[*at] >= '0' && path.at[*at] <= '9')
        ++*at;
    if (*at == path.len || path.at[*at] != ']' ||
        !number_parse_integer(str_slice(path, from, *at), &value) || value >= UINT32_MAX)
        return false;
    ++*at;
    *index = (uint32_t)value;
    return true;
}

int
merge_parse_path(struct arena *arena, struct str path, struct step steps[STEPS_MOST])
{
    size_t at = 0;
    int count = 0;

    do {
        struct step step = { .is_index = at < path.len && path.at[at] == '[' };

        if (count == STEPS_MOST)
            return -1;
        if (step.is_index) {
            if (!count || !parse_index(path, &at, &step.index))
                return -1;
        } else {
            if (count && path.at[at++] != '.')
                return -1;
            if (!parse_key(arena, path, &at, &step.key))
                return -1;
        }
        steps[count++] = step;
    } while (at < path.len);
    return count;
}

static const struct node *
set_item(struct arena *arena, const struct node *list, uint32_t index, const struct node *value)
{
    const struct node **items = arena_get(arena, list->count, sizeof *items);

    for (uint32_t i = 0; i < list->count; i++)
        items[i] = i == index ? value : list->items[i];
    return node_list(arena, items, list->count, list->at);
}

static const struct node *
set_below(struct arena *arena, const struct node *root, const struct step *steps, unsigned number,
          unsigned count, unsigned make, const struct node *value, struct fx_error *err)
{
    const struct step *step = &steps[number];
    const struct node *old, *fresh;

    if (number == count)
        return value;
    if (step->is_index) {
        if (!root || root->kind != NODE_LIST || step->index >= root->count) {
            fx_fail(err, FX_INVALID, value->at, "there is no [%u]", step->index);
            if (root && root->kind == NODE_LIST)
                fx_error_hint(err, "the list has %u entries, the first is [0]", root->count);
            return NULL;
        }
        fresh =
            set_below(arena, root->items[step->index], steps, number + 1, count, make, value, err);
        return fresh ? set_item(arena, root, step->index, fresh) : NULL;
    }
    old = node_get(root, step->key);
    if ((root && root->kind != NODE_MAP && root->kind != NODE_NULL) || (!old && number < make)) {
        fx_fail(err, FX_INVALID, value->at, "there is no '%.*s'", STR(step->key));
        suggest_key(err, step->key, root);
        return NULL;
    }
    fresh = set_below(arena, old, steps, number + 1, count, make, value, err);
    return fresh ? merge_put(arena, root, step->key, value->at, fresh) : NULL;
}

const struct node *
merge_set(struct arena *arena, const struct node *root, const struct step *steps, unsigned count,
          unsigned make, const struct node *value, struct fx_error *err)
{
    const struct node *fresh = set_below(arena, root, steps, 0, count, make, value, err);

    if (!fresh && err->code == FX_OK)
        fx_fail(err, FX_INVALID, value->at, "the result would be too large");
    return fresh;
}
