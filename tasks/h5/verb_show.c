/* `show`: which objects the words mean. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "h5/say.h"
#include "h5/show.h"
#include "h5/verbs.h"

static int
compare(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

/* Between the two values next to that place, linearly. */
static double
quantile(const uint64_t *sorted, uint64_t count, double at)
{
    double place = at * (double)(count - 1), below = floor(place);
    uint64_t i = (uint64_t)below;

    if (i + 1 >= count)
        return (double)sorted[count - 1];
    return (double)sorted[i] + (place - below) * ((double)sorted[i + 1] - (double)sorted[i]);
}

json_t *
show_spread(uint64_t *values, uint64_t count)
{
    static const struct {
        const char *name;
        double at;
    } places[] = {
        { "min", 0 }, { "lower_quartile", 0.25 }, { "median", 0.5 }, { "upper_quartile", 0.75 }
    };
    json_t *out = json_object();
    double sum = 0;

    if (count == 0)
        return out;
    qsort(values, count, sizeof *values, compare);
    for (uint64_t i = 0; i < count; i++)
        sum += (double)values[i];
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        json_object_set_new(out, places[i].name, json_real(quantile(values, count, places[i].at)));
    json_object_set_new(out, "mean", json_real(sum / (double)count));
    json_object_set_new(out, "max", json_real((double)values[count - 1]));
    return out;
}

struct extremes {
    double least, greatest, sum;
    uint64_t count;
};

static void
take(struct extremes *e, double v)
{
    e->least = e->count == 0 || v < e->least ? v : e->least;
    e->greatest = e->count == 0 || v > e->greatest ? v : e->greatest;
    e->sum += v;
    e->count++;
}

static void
set_extremes(json_t *out, const struct extremes *e)
{
    json_object_set_new(out, "values", say_integer(e->count));
    if (e->count == 0)
        return;
    json_object_set_new(out, "min", say_real(e->least));
    json_object_set_new(out, "mean", say_real(e->sum / (double)e->count));
    json_object_set_new(out, "max", say_real(e->greatest));
}

json_t *
show_range(const struct source *s, const char *path, struct fx_error *err)
{
    struct extremes e = { 0 };
    json_t *out = json_object();
    struct scan scan;
    int more = 0;

    if (scan_open(&scan, s, path, err)) {
        json_decref(out);
        return NULL;
    }
    json_object_set_new(out, "type", say_text(scan.facts.type));
    if (scan.facts.rank == 2) {
        json_object_set_new(out, "rows", say_integer(scan.facts.rows));
        json_object_set_new(out, "columns", say_integer(scan.facts.columns));
    }
    if (scan.facts.integer || scan.facts.real) {
        while ((more = scan_next(&scan, err)) > 0)
            for (uint64_t i = 0; i < scan.count; i++)
                take(&e, scan.facts.real ? scan.values.real[i] : (double)scan.values.integer[i]);
        set_extremes(out, &e);
    }
    scan_close(&scan);
    if (more == 0)
        return out;
    json_decref(out);
    return NULL;
}

static json_t *
plain(const struct scan *scan, double v)
{
    return scan->facts.integer ? json_integer((json_int_t)v) : say_real(v);
}

json_t *
show_values(const struct show *show, struct scan *scan, struct range range, struct fx_error *err)
{
    uint64_t count = range.end - range.begin, limit = show->arguments->limit;
    json_t *list = json_array(), *out;
    struct extremes e = { 0 };
    double *room = mem_new(SCAN_PIECE, sizeof *room);

    for (uint64_t at = 0; at < count; at += SCAN_PIECE) {
        uint64_t part = count - at < SCAN_PIECE ? count - at : SCAN_PIECE;

        if (scan_reals(scan, range.begin + at, part, room, err)) {
            free(room);
            json_decref(list);
            return NULL;
        }
        for (uint64_t i = 0; i < part; i++) {
            if (at + i < limit)
                json_array_append_new(list, plain(scan, room[i]));
            take(&e, room[i]);
        }
    }
    free(room);
    if (count == 1) {
        out = json_incref(json_array_get(list, 0));
        json_decref(list);
        return out;
    }
    if (count <= limit)
        return list;
    out = json_object();
    set_extremes(out, &e);
    json_object_set_new(out, "first", list);
    return out;
}

/* --- what the words mean ---------------------------------------------------------------------- */

static int
set(json_t *out, const char *name, json_t *value)
{
    if (!value)
        return -1;
    json_object_set_new_nocheck(out, name, value);
    return 0;
}

/* A population: its cells, and its spikes. */
static int
add_population(const struct show *show, const char *name, json_t *out, struct fx_error *err)
{
    const struct cell_group *group = source_cells(show->source, name);
    const struct neuroh5_population *p = neuroh5_types_find(&show->source->types, name);
    json_t *one = json_object(), *spikes;

    json_object_set_new_nocheck(out, name, one);
    if (p) {
        json_object_set_new(one, "number", say_integer(p->index));
        json_object_set_new(one, "first_gid", say_integer(p->start));
        json_object_set_new(one, "cells", say_integer(p->count));
    }
    if (group && set(one, "attributes", show_population(show, group, err)))
        return -1;
    spikes = show_spikes(show, name, -1, err);
    if (!spikes)
        return -1;
    if (json_is_null(spikes))
        json_decref(spikes);
    else
        json_object_set_new(one, "spikes", spikes);
    return 0;
}

static int
add_projection(const struct show *show, const struct edge_group *group, json_t *out,
               struct fx_error *err)
{
    char name[600];

    snprintf(name, sizeof name, "%s/%s", group->destination, group->source);
    return set(out, name, show_projection(show, group, err));
}

/* All that the file holds about one cell. */
static int
add_gid(const struct show *show, json_t *out, struct fx_error *err)
{
    const struct source *s = show->source;
    uint64_t gid = (uint64_t)show->arguments->gid, cell;
    const struct neuroh5_population *p = source_gid(s, gid);
    const struct cell_group *group;
    json_t *edges, *spikes;
    char name[600];

    if (!p && s->has_types)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ s->path, 0, 0 },
                       "there is no cell with gid %llu", (unsigned long long)gid);
    json_object_set_new(out, "gid", say_integer(gid));
    if (!p)
        return 0;
    cell = gid - p->start;
    group = source_cells(s, p->name);
    json_object_set_new(out, "population", say_text(p->name));
    json_object_set_new(out, "cell", say_integer(cell));
    if (group && (set(out, "attributes", show_cell(show, group, cell, err)) ||
                  (group->has_trees && set(out, "tree", show_tree(show, group, cell, err)))))
        return -1;
    edges = json_object();
    json_object_set_new(out, "edges", edges);
    for (size_t i = 0; i < s->edge_count; i++) {
        if (strcmp(s->edges[i].destination, p->name))
            continue;
        snprintf(name, sizeof name, "%s/%s", s->edges[i].destination, s->edges[i].source);
        if (set(edges, name, show_edges(show, &s->edges[i], cell, err)))
            return -1;
    }
    if (json_object_size(edges) == 0)
        json_object_del(out, "edges");
    spikes = show_spikes(show, p->name, (int64_t)gid, err);
    return spikes && json_is_null(spikes) ? 0 : set(out, "spikes", spikes);
}

/* Spikes without /H5Types: of all populations that have a cell with that gid. */
static int
add_gid_spikes(const struct show *show, json_t *out, struct fx_error *err)
{
    struct h5_names names;
    int status = 0;

    if (show->source->has_types || h5_kind(show->source->file, "/Spikes") != H5_IS_GROUP)
        return 0;
    if (h5_list(show->source->file, "/Spikes", &names, err))
        return -1;
    for (size_t i = 0; !status && i < names.count; i++) {
        json_t *spikes = show_spikes(show, names.at[i], show->arguments->gid, err);

        if (!spikes)
            status = -1;
        else if (json_object_get(spikes, "spikes"))
            json_object_set_new_nocheck(out, names.at[i], spikes);
        else
            json_decref(spikes);
    }
    h5_names_release(&names);
    return status;
}

static bool
has_spikes(const struct source *s, const char *name)
{
    char path[600];

    snprintf(path, sizeof path, "/Spikes/%s", name);
    return h5_kind(s->file, path) == H5_IS_GROUP;
}

static int
add_name(const struct show *show, json_t *out, struct fx_error *err)
{
    const struct source *s = show->source;
    const char *name = show->arguments->name;

    for (size_t i = 0; i < s->edge_count; i++) {
        const struct edge_group *group = &s->edges[i];
        size_t length = strlen(group->destination);
        uint64_t gid = (uint64_t)show->arguments->gid;
        const struct neuroh5_population *p = neuroh5_types_find(&s->types, group->destination);

        if (strncmp(name, group->destination, length) || name[length] != '/' ||
            strcmp(name + length + 1, group->source))
            continue;
        if (show->arguments->gid < 0)
            return add_projection(show, group, out, err);
        if (!p || gid - p->start >= p->count)
            return fx_fail(err, FX_INVALID, (struct fx_mark){ s->path, 0, 0 },
                           "'%s' has no cell with gid %llu", group->destination,
                           (unsigned long long)gid);
        return set(out, name, show_edges(show, group, gid - p->start, err));
    }
    if (!source_cells(s, name) && !neuroh5_types_find(&s->types, name) && !has_spikes(s, name)) {
        fx_fail(err, FX_INVALID, (struct fx_mark){ s->path, 0, 0 },
                "there is no population or projection '%s'", name);
        return fx_error_hint(err, "fornix h5 ls lists them; a projection is DESTINATION/SOURCE");
    }
    if (show->arguments->gid < 0)
        return add_population(show, name, out, err);
    if (s->has_types && (!source_gid(s, (uint64_t)show->arguments->gid) ||
                         strcmp(source_gid(s, (uint64_t)show->arguments->gid)->name, name)))
        return fx_fail(err, FX_INVALID, (struct fx_mark){ s->path, 0, 0 },
                       "'%s' has no cell with gid %lld", name, (long long)show->arguments->gid);
    return add_gid(show, out, err) || add_gid_spikes(show, out, err) ? -1 : 0;
}

static int
add_all(const struct show *show, json_t *out, struct fx_error *err)
{
    const struct source *s = show->source;
    struct h5_names names = { NULL, 0 };
    int status = 0;

    for (size_t i = 0; i < s->types.population_count; i++)
        if (add_population(show, s->types.populations[i].name, out, err))
            return -1;
    if (h5_kind(s->file, "/Spikes") == H5_IS_GROUP && h5_list(s->file, "/Spikes", &names, err))
        return -1;
    for (size_t i = 0; !status && i < names.count; i++)
        if (!json_object_get(out, names.at[i]))
            status = add_population(show, names.at[i], out, err);
    h5_names_release(&names);
    for (size_t i = 0; !status && i < s->edge_count; i++)
        status = add_projection(show, &s->edges[i], out, err);
    return status || set(out, "others", show_others(show, err)) ? -1 : 0;
}

int
verb_show(const struct arguments *arguments, struct watch *watch, struct fx_error *err)
{
    struct source s = { 0 }, cells = { 0 };
    struct show show = { arguments, &s, arguments->cells ? &cells : &s };
    json_t *out = json_object(), *others;
    int status = source_open(&s, arguments->file, watch, err) ||
                 (arguments->cells && source_open(&cells, arguments->cells, watch, err));

    if (!status && arguments->name)
        status = add_name(&show, out, err);
    else if (!status && arguments->gid >= 0)
        status = add_gid(&show, out, err) || add_gid_spikes(&show, out, err);
    else if (!status)
        status = add_all(&show, out, err);
    others = json_object_get(out, "others");
    if (others && json_object_size(others) == 0)
        json_object_del(out, "others");
    if (!status)
        say_value(json_incref(out), arguments->json);
    json_decref(out);
    source_close(&s);
    source_close(&cells);
    return status ? 2 : 0;
}
