/* Attributes and trees. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "h5/say.h"
#include "h5/show.h"

enum { SWC_TYPES = 9, NUMBERS = 256 };

static const char *const swc_names[SWC_TYPES] = { "0",     "soma", "axon", "basal",  "apical",
                                                  "trunk", "tuft", "ais",  "hillock" };

static json_t *
space_of(json_t *out, const char *name)
{
    json_t *space = json_object_get(out, name);

    if (space)
        return space;
    json_object_set_new_nocheck(out, name, json_object());
    return json_object_get(out, name);
}

/* How many values the cells have. */
static json_t *
counts_of(const struct lookup *l)
{
    uint64_t *counts = mem_new(l->count + 1, sizeof *counts);
    json_t *out;

    for (uint64_t i = 0; i < l->count; i++)
        counts[i] = l->values[i].end - l->values[i].begin;
    out = show_spread(counts, l->count);
    free(counts);
    return out;
}

json_t *
show_population(const struct show *show, const struct cell_group *group, struct fx_error *err)
{
    json_t *out = json_object();

    for (size_t i = 0; i < group->attribute_count; i++) {
        const struct attribute *a = &group->attributes[i];
        struct lookup lookup;
        json_t *one = show_range(show->source, a->value, err);
        int status = one ? lookup_cells(&lookup, show->source, a, err) : -1;

        if (one)
            json_object_set_new_nocheck(space_of(out, a->name_space), a->name, one);
        if (!status) {
            json_object_set_new(one, "cells", say_integer(lookup.count));
            if (lookup.length != lookup.count)
                json_object_set_new(one, "values_per_cell", counts_of(&lookup));
        }
        if (one)
            lookup_release(&lookup);
        if (status) {
            json_decref(out);
            return NULL;
        }
    }
    return out;
}

/* The cell's values of one attribute, with its dataset open. */
static int
find_values(const struct show *show, const struct attribute *a, uint64_t cell, struct scan *scan,
            struct range *range, struct fx_error *err)
{
    struct lookup lookup;
    int status =
        scan_open(scan, show->source, a->value, err) || lookup_cells(&lookup, show->source, a, err)
            ? -1
            : 0;

    if (scan->view) {
        if (!status)
            *range = lookup_find(&lookup, cell);
        lookup_release(&lookup);
    }
    return status;
}

/* How many of the cell's values are each number: types, layers. */
static json_t *
tally(struct scan *scan, struct range range, struct fx_error *err)
{
    uint64_t count = range.end - range.begin, counts[NUMBERS] = { 0 };
    int64_t *values = mem_new(count + 1, sizeof *values);
    json_t *out = scan_integers(scan, range.begin, count, values, err) ? NULL : json_object();

    for (uint64_t i = 0; out && i < count; i++)
        counts[(uint64_t)(values[i] + 128) % NUMBERS]++;
    for (int i = 0; out && i < NUMBERS; i++)
        if (counts[i]) {
            char name[20];

            snprintf(name, sizeof name, "%d", i - 128);
            json_object_set_new(out, name, say_integer(counts[i]));
        }
    free(values);
    return out;
}

static bool
is_kind(const struct attribute *a)
{
    return !strcmp(a->name, "syn_types") || !strcmp(a->name, "syn_layers") ||
           !strcmp(a->name, "swc_types");
}

json_t *
show_cell(const struct show *show, const struct cell_group *group, uint64_t cell,
          struct fx_error *err)
{
    json_t *out = json_object();

    for (size_t i = 0; i < group->attribute_count; i++) {
        const struct attribute *a = &group->attributes[i];
        struct range range = { 0, 0 };
        struct scan scan;
        json_t *one = NULL;

        if (!strcmp(a->name_space, "Trees"))
            continue;
        if (!find_values(show, a, cell, &scan, &range, err))
            one =
                is_kind(a) && scan.facts.integer && range.end - range.begin > show->arguments->limit
                    ? tally(&scan, range, err)
                    : show_values(show, &scan, range, err);
        scan_close(&scan);
        if (!one) {
            json_decref(out);
            return NULL;
        }
        json_object_set_new_nocheck(space_of(out, a->name_space), a->name, one);
    }
    return out;
}

/* --- a tree ----------------------------------------------------------------------------------- */

struct tree {
    uint64_t points, values; /* values: of Section */
    double *x, *y, *z, *type, *section;
};

static double *
read_tree(const struct show *show, const struct cell_group *group, const char *name, uint64_t cell,
          uint64_t *count, struct fx_error *err)
{
    const struct attribute *a = cell_group_find(group, "Trees", name);
    struct range range = { 0, 0 };
    double *values = NULL;
    struct scan scan;

    if (!a) {
        fx_fail(err, FX_INVALID, (struct fx_mark){ show->source->path, 0, 0 },
                "the trees of '%s' have no '%s'", group->population, name);
        return NULL;
    }
    if (!find_values(show, a, cell, &scan, &range, err)) {
        *count = range.end - range.begin;
        values = mem_new(*count + 1, sizeof *values);
        if (scan_reals(&scan, range.begin, *count, values, err)) {
            free(values);
            values = NULL;
        }
    }
    scan_close(&scan);
    return values;
}

/* Lengths by the type of the section's last point. -1 where sections and points do not agree. */
static int
measure(const struct tree *t, double length[NUMBERS], uint64_t sections[NUMBERS])
{
    uint64_t at = 1, count = t->values ? (uint64_t)t->section[0] : 0;

    for (uint64_t s = 0; s < count; s++) {
        uint64_t size = at < t->values ? (uint64_t)t->section[at] : 0, last = 0;
        double sum = 0;
        int type;

        if (size == 0 || size > t->values - at - 1)
            return -1;
        for (uint64_t i = at + 1; i <= at + size; i++) {
            uint64_t p = (uint64_t)t->section[i];

            if (p >= t->points)
                return -1;
            if (i > at + 1)
                sum += sqrt(pow(t->x[p] - t->x[last], 2) + pow(t->y[p] - t->y[last], 2) +
                            pow(t->z[p] - t->z[last], 2));
            last = p;
        }
        type = (int)(t->type[last] + 128) & (NUMBERS - 1);
        length[type] += sum;
        sections[type]++;
        at += size + 1;
    }
    return 0;
}

static json_t *
tree_json(const struct tree *t)
{
    double length[NUMBERS] = { 0 };
    uint64_t sections[NUMBERS] = { 0 };
    json_t *out = json_object(), *types = json_object();

    json_object_set_new(out, "points", say_integer(t->points));
    json_object_set_new(out, "sections", say_integer(t->values ? (uint64_t)t->section[0] : 0));
    json_object_set_new(out, "types", types);
    if (measure(t, length, sections))
        json_object_set_new(out, "damaged", json_true());
    for (int i = 0; i < NUMBERS; i++) {
        json_t *one;
        char name[20];

        if (!sections[i])
            continue;
        one = json_object();
        json_object_set_new(one, "sections", say_integer(sections[i]));
        json_object_set_new(one, "length_um", say_real(length[i]));
        snprintf(name, sizeof name, "%d", i - 128);
        json_object_set_new(types, i - 128 > 0 && i - 128 < SWC_TYPES ? swc_names[i - 128] : name,
                            one);
    }
    return out;
}

json_t *
show_tree(const struct show *show, const struct cell_group *group, uint64_t cell,
          struct fx_error *err)
{
    static const char *const names[] = { "X Coordinate", "Y Coordinate", "Z Coordinate", "SWC Type",
                                         "Section" };
    struct tree t = { 0 };
    double **to[] = { &t.x, &t.y, &t.z, &t.type, &t.section };
    bool whole = true;
    json_t *out = NULL;
    size_t n = 0;

    for (; n < 5; n++) {
        uint64_t count = 0;

        *to[n] = read_tree(show, group, names[n], cell, &count, err);
        if (!*to[n])
            break;
        whole = whole && (n == 0 || n == 4 || count == t.points);
        *(n == 4 ? &t.values : &t.points) = count;
    }
    if (n == 5 && !whole)
        fx_fail(err, FX_INVALID, (struct fx_mark){ show->source->path, 0, 0 },
                "the points of the tree of cell %llu have not as many coordinates each",
                (unsigned long long)cell);
    else if (n == 5)
        out = t.points ? tree_json(&t) : json_null();
    for (size_t i = 0; i < 5; i++)
        free(*to[i]);
    return out;
}
