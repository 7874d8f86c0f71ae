#include "base/map.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/mem.h"

struct map_slot {
    struct str key;         /* at == NULL: empty */
    uint64_t hash;
    uint32_t value;
};

void
map_init(struct map *map)
{
    *map = (struct map){ NULL, 0, 0 };
}

void
map_release(struct map *map)
{
    free(map->slots);
    map_init(map);
}

/* The slot of `key`, or the empty one where it belongs. The table is never full. */
static struct map_slot *
find(const struct map *map, struct str key, uint64_t hash)
{
    size_t i = (size_t)hash & (map->room - 1);

    while (map->slots[i].key.at
           && (map->slots[i].hash != hash || !str_equal(map->slots[i].key, key)))
        i = (i + 1) & (map->room - 1);
    return &map->slots[i];
}

uint32_t
map_get(const struct map *map, struct str key)
{
    struct map_slot *slot;

    if (!map->room)
        return MAP_NONE;
    slot = find(map, key, digest_quick(key.at, key.len));
    return slot->key.at ? slot->value : MAP_NONE;
}

static void
grow(struct map *map)
{
    struct map old = *map;

    map->room = old.room ? old.room * 2 : 16;
    map->slots = mem_new(map->room, sizeof *map->slots);
    for (size_t i = 0; i < old.room; i++)
        if (old.slots[i].key.at)
            *find(map, old.slots[i].key, old.slots[i].hash) = old.slots[i];
    free(old.slots);
}

uint32_t
map_add(struct map *map, struct str key, uint32_t value)
{
    uint64_t hash = digest_quick(key.at, key.len);
    struct map_slot *slot;

    if (map->count * 4 >= map->room * 3)
        grow(map);
    slot = find(map, key, hash);
    if (!slot->key.at) {
        *slot = (struct map_slot){ { key.at ? key.at : "", key.len }, hash, value };
        map->count++;
    }
    return slot->value;
}
