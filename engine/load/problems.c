#include "load/problems.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void
problems_init(struct problems *problems)
{
    *problems = (struct problems){ .dropped = 0 };
}

void
problems_release(struct problems *problems)
{
    vec_release(&problems->list);
}

void
problems_add(struct problems *problems, const struct fx_error *err)
{
    if (problems->list.count >= PROBLEMS_MOST)
        problems->dropped++;
    else
        vec_push(&problems->list, *err);
}

void *
problems_wrong(struct problems *problems, struct fx_mark at, const char *hint, const char *format,
               ...)
{
    struct fx_error err = FX_ERROR_NONE;
    va_list args;

    va_start(args, format);
    fx_vfail(&err, FX_INVALID, at, format, args);
    va_end(args);
    if (hint && hint[0])
        fx_error_hint(&err, "%s", hint);
    problems_add(problems, &err);
    return NULL;
}

bool
problems_known(struct map *known, struct arena *arena, struct fx_mark at, const char *text)
{
    struct str place = arena_printf(arena, "%s:%u:%u", at.file ? at.file : "", at.line, at.column);
    struct str whole = arena_printf(arena, "%.*s %s", STR(place), text);

    if (map_get(known, whole) != MAP_NONE)
        return true;
    for (int i = 1; i <= PLACE_MOST; i++) {
        struct str one = arena_printf(arena, "%.*s#%d", STR(place), i);

        if (map_get(known, one) != MAP_NONE)
            continue;
        map_add(known, one, 0);
        map_add(known, whole, 0);
        return false;
    }
    return true;
}

size_t
problems_count(const struct problems *problems)
{
    return problems->list.count + problems->dropped;
}

static int
by_place(const void *a, const void *b)
{
    const struct fx_error *left = a, *right = b;
    int order = strcmp(left->file, right->file);

    if (!order)
        order = (left->line > right->line) - (left->line < right->line);
    if (!order)
        order = (left->column > right->column) - (left->column < right->column);
    return order ? order : strcmp(left->text, right->text);
}

void
problems_sort(struct problems *problems)
{
    size_t kept = 0;

    if (!problems->list.count)
        return;
    qsort(problems->list.at, problems->list.count, sizeof *problems->list.at, by_place);
    for (size_t i = 1; i < problems->list.count; i++)
        if (by_place(&problems->list.at[kept], &problems->list.at[i]) != 0)
            problems->list.at[++kept] = problems->list.at[i];
    problems->list.count = kept + 1;
}
