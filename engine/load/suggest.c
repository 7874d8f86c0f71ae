#include "load/suggest.h"

#include <stdlib.h>

#include "base/mem.h"

enum { FEW = 8 };

void
suggest_name(struct fx_error *err, struct str name, const struct str *names, size_t count,
             const char *known)
{
    struct str nearest = str_nearest(name, names, count);
    struct text all;

    if (nearest.len) {
        fx_error_hint(err, "did you mean '%.*s'?", STR(nearest));
        return;
    }
    if (!count || count > FEW)
        return;
    text_init(&all, sizeof err->hint);
    for (size_t i = 0; i < count; i++)
        text_printf(&all, "%s%.*s", i ? ", " : "", STR(names[i]));
    if (!all.full)
        fx_error_hint(err, "%s %s", known ? known : "known are", all.at);
    text_release(&all);
}

void
suggest_key(struct fx_error *err, struct str name, const struct node *map)
{
    struct str *names;

    if (!map || map->kind != NODE_MAP || !map->count)
        return;
    names = mem_new(map->count, sizeof *names);
    for (uint32_t i = 0; i < map->count; i++)
        names[i] = map->entries[i].key;
    suggest_name(err, name, names, map->count, NULL);
    free(names);
}
