/*
 * map - names to numbers: a hash table of strings.
 *
 * Keys are borrowed: they must live as long as the map. Typical use: an index into an array that
 * keeps its own order.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct map {
    struct map_slot *slots;
    size_t count, room;
};

#define MAP_NONE UINT32_MAX     /* what map_get() returns for an unknown key; never stored */

void map_init(struct map *map);
void map_release(struct map *map);

uint32_t map_get(const struct map *map, struct str key);

/* Adds `key` unless it is there; returns the value that stands there now. */
uint32_t map_add(struct map *map, struct str key, uint32_t value);

#endif
