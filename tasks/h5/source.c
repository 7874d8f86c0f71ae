#include "h5/source.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { NESTED_MOST = 16, PATH_ROOM = 2000 };

static char *format(const char *text, ...) __attribute__((format(printf, 1, 2)));

static char *
format(const char *text, ...)
{
    char room[PATH_ROOM];
    va_list args;

    va_start(args, text);
    vsnprintf(room, sizeof room, text, args);
    va_end(args);
    return mem_copy(room, strlen(room));
}

/* Whether the group is one of those above it: whoever walks down would not come to an end. */
static bool
holds_itself(const struct source *s, const char *folder)
{
    uint64_t number = h5_object_number(s->file, folder);
    char *above = mem_copy(folder, strlen(folder)), *slash;
    bool itself = false;

    while (!itself && number && (slash = strrchr(above, '/')) && slash > above) {
        *slash = '\0';
        itself = h5_object_number(s->file, above) == number;
    }
    free(above);
    return itself;
}

/* The members of a group; those of a damaged one may have no names, or lead back. */
static int
list(const struct source *s, const char *folder, struct h5_names *names, struct fx_error *err)
{
    struct fx_mark at = { s->path, 0, 0 };

    *names = (struct h5_names){ NULL, 0 };
    watch_beat(s->watch, folder, 0);
    if (holds_itself(s, folder))
        return fx_fail(err, FX_INVALID, at, "group '%s' holds itself", folder);
    if (h5_list(s->file, folder, names, err))
        return -1;
    for (size_t i = 0; i < names->count; i++)
        if (!*names->at[i] || strchr(names->at[i], '/')) {
            h5_names_release(names);
            return fx_fail(err, FX_INVALID, at, "group '%s' has a member without a proper name",
                           folder);
        }
    return 0;
}

static bool
has(const struct source *s, const char *folder, const char *name)
{
    char *path = format("%s/%s", folder, name);
    bool there = h5_exists(s->file, path);

    free(path);
    return there;
}

/* --- attributes of cells ---------------------------------------------------------------------- */

static void
add_attribute(const struct source *s, struct cell_group *group, const char *name_space,
              const char *name, const char *folder, const char *above)
{
    struct attribute *a;
    bool own = has(s, folder, "Cell Index");

    group->attributes = mem_resize(group->attributes, group->attribute_count + 1, sizeof *a);
    a = &group->attributes[group->attribute_count++];
    a->name_space = mem_copy(name_space, strlen(name_space));
    a->name = mem_copy(name, strlen(name));
    a->index = format("%s/Cell Index", own || !has(s, above, "Cell Index") ? folder : above);
    a->pointer = format("%s/Attribute Pointer", folder);
    a->value = format("%s/Attribute Value", folder);
}

/* A group with values or pointers is an attribute; others are namespaces, or parts of their names. */
static int
add_namespace(const struct source *s, struct cell_group *group, const char *name_space,
              const char *folder, int depth, struct fx_error *err)
{
    struct h5_names names;
    int status;

    if (h5_kind(s->file, folder) != H5_IS_GROUP || depth > NESTED_MOST)
        return 0;
    if (list(s, folder, &names, err))
        return -1;
    status = 0;
    for (size_t i = 0; !status && i < names.count; i++) {
        char *path = format("%s/%s", folder, names.at[i]);

        if (has(s, path, "Attribute Value") || has(s, path, "Attribute Pointer")) {
            add_attribute(s, group, name_space, names.at[i], path, folder);
        } else if (h5_kind(s->file, path) == H5_IS_GROUP) {
            char *deeper = format("%s%s%s", name_space, *name_space ? "/" : "", names.at[i]);

            status = add_namespace(s, group, deeper, path, depth + 1, err);
            free(deeper);
        }
        free(path);
    }
    h5_names_release(&names);
    return status;
}

static int
add_cells(struct source *s, struct fx_error *err)
{
    struct h5_names names;
    int status = 0;

    if (h5_kind(s->file, "/Populations") != H5_IS_GROUP)
        return 0;
    if (list(s, "/Populations", &names, err))
        return -1;
    s->cells = mem_new(names.count + 1, sizeof *s->cells);
    for (size_t i = 0; !status && i < names.count; i++) {
        char *folder = format("/Populations/%s", names.at[i]);
        struct cell_group *group = &s->cells[s->cell_count];

        if (h5_kind(s->file, folder) == H5_IS_GROUP) {
            s->cell_count++;
            group->population = mem_copy(names.at[i], strlen(names.at[i]));
            group->has_trees = has(s, folder, "Trees");
            status = add_namespace(s, group, "", folder, 0, err);
        }
        free(folder);
    }
    h5_names_release(&names);
    return status;
}

/* --- projections ------------------------------------------------------------------------------ */

static void
add_value(struct edge_group *group, const char *name_space, const char *name)
{
    struct edge_value *v;

    group->values = mem_resize(group->values, group->value_count + 1, sizeof *v);
    v = &group->values[group->value_count++];
    v->name_space = mem_copy(name_space, strlen(name_space));
    v->name = mem_copy(name, strlen(name));
    v->path = format("%s/%s/%s", group->folder, name_space, name);
}

static int
add_values(const struct source *s, struct edge_group *group, const char *name_space, int depth,
           struct fx_error *err)
{
    char *folder = format("%s%s%s", group->folder, *name_space ? "/" : "", name_space);
    struct h5_names names;
    int status = list(s, folder, &names, err);

    for (size_t i = 0; !status && i < names.count; i++) {
        char *path = format("%s/%s", folder, names.at[i]);
        enum h5_kind kind = h5_kind(s->file, path);

        if (!*name_space && !strcmp(names.at[i], "Edges")) {
            free(path);
            continue;
        }
        if (kind == H5_IS_DATASET && *name_space) {
            add_value(group, name_space, names.at[i]);
        } else if (kind == H5_IS_GROUP && depth < NESTED_MOST) {
            char *deeper = format("%s%s%s", name_space, *name_space ? "/" : "", names.at[i]);

            status = add_values(s, group, deeper, depth + 1, err);
            free(deeper);
        }
        free(path);
    }
    h5_names_release(&names);
    free(folder);
    return status;
}

static int
add_projection(struct source *s, const char *destination, const char *from, struct fx_error *err)
{
    char *folder = format("/Projections/%s/%s", destination, from);
    struct edge_group *group;

    if (h5_kind(s->file, folder) != H5_IS_GROUP) {
        free(folder);
        return 0;
    }
    s->edges = mem_resize(s->edges, s->edge_count + 1, sizeof *s->edges);
    group = &s->edges[s->edge_count++];
    *group = (struct edge_group){ mem_copy(destination, strlen(destination)),
                                  mem_copy(from, strlen(from)), folder, NULL, 0 };
    return add_values(s, group, "", 0, err);
}

static int
add_edges(struct source *s, struct fx_error *err)
{
    struct h5_names onto, from;
    int status = 0;

    if (h5_kind(s->file, "/Projections") != H5_IS_GROUP)
        return 0;
    if (list(s, "/Projections", &onto, err))
        return -1;
    for (size_t i = 0; !status && i < onto.count; i++) {
        char *folder = format("/Projections/%s", onto.at[i]);

        if (h5_kind(s->file, folder) == H5_IS_GROUP) {
            status = list(s, folder, &from, err);
            for (size_t k = 0; !status && k < from.count; k++)
                status = add_projection(s, onto.at[i], from.at[k], err);
            h5_names_release(&from);
        }
        free(folder);
    }
    h5_names_release(&onto);
    return status;
}

/* --- the file --------------------------------------------------------------------------------- */

int
source_open(struct source *s, const char *path, struct watch *watch, struct fx_error *err)
{
    struct h5_file *file;

    *s = (struct source){ .path = path, .watch = watch };
    watch_beat(watch, "/", 0);
    file = h5_open(path, err);
    return file ? source_take(s, file, watch, err) : -1;
}

int
source_take(struct source *s, struct h5_file *file, struct watch *watch, struct fx_error *err)
{
    *s = (struct source){ .file = file, .path = h5_path(file), .watch = watch };
    watch_beat(watch, "/H5Types", 0);
    s->has_types = !neuroh5_types_read(s->file, &s->types, &s->types_error);
    return add_cells(s, err) || add_edges(s, err) ? -1 : 0;
}

void
source_close(struct source *s)
{
    for (size_t i = 0; i < s->cell_count; i++) {
        struct cell_group *g = &s->cells[i];

        for (size_t k = 0; k < g->attribute_count; k++) {
            struct attribute *a = &g->attributes[k];
            char *all[] = { a->name_space, a->name, a->index, a->pointer, a->value };

            for (size_t j = 0; j < sizeof all / sizeof all[0]; j++)
                free(all[j]);
        }
        free(g->attributes);
        free(g->population);
    }
    for (size_t i = 0; i < s->edge_count; i++) {
        struct edge_group *g = &s->edges[i];

        for (size_t k = 0; k < g->value_count; k++) {
            free(g->values[k].name_space);
            free(g->values[k].name);
            free(g->values[k].path);
        }
        free(g->values);
        free(g->destination);
        free(g->source);
        free(g->folder);
    }
    free(s->cells);
    free(s->edges);
    neuroh5_types_release(&s->types);
    h5_discard(s->file);
    *s = (struct source){ 0 };
}

const struct cell_group *
source_cells(const struct source *s, const char *population)
{
    for (size_t i = 0; i < s->cell_count; i++)
        if (!strcmp(s->cells[i].population, population))
            return &s->cells[i];
    return NULL;
}

const struct attribute *
cell_group_find(const struct cell_group *group, const char *name_space, const char *name)
{
    for (size_t i = 0; group && i < group->attribute_count; i++)
        if (!strcmp(group->attributes[i].name_space, name_space) &&
            !strcmp(group->attributes[i].name, name))
            return &group->attributes[i];
    return NULL;
}

const struct edge_group *
source_edges(const struct source *s, const char *destination, const char *from)
{
    for (size_t i = 0; i < s->edge_count; i++)
        if (!strcmp(s->edges[i].destination, destination) && !strcmp(s->edges[i].source, from))
            return &s->edges[i];
    return NULL;
}

const struct neuroh5_population *
source_gid(const struct source *s, uint64_t gid)
{
    for (size_t i = 0; i < s->types.population_count; i++) {
        const struct neuroh5_population *p = &s->types.populations[i];

        if (gid >= p->start && gid - p->start < p->count)
            return p;
    }
    return NULL;
}

/* Whether the dataset is part of what the inventory holds. */
static bool
is_known(const struct source *s, const char *path)
{
    if (!strncmp(path, "/H5Types/", 9))
        return true;
    for (size_t i = 0; i < s->edge_count; i++) {
        size_t length = strlen(s->edges[i].folder);

        if (!strncmp(path, s->edges[i].folder, length) && path[length] == '/')
            return true;
    }
    if (strncmp(path, "/Populations/", 13))
        return false;
    for (const char *const *name =
             (const char *const[]){ "/Cell Index", "/Attribute Pointer", "/Attribute Value",
                                    "/Section Pointer", NULL };
         *name; name++) {
        size_t length = strlen(*name), all = strlen(path);

        if (all >= length && !strcmp(path + all - length, *name))
            return true;
    }
    return false;
}

static int
walk(const struct source *s, const char *folder, int depth, struct h5_names *paths,
     struct fx_error *err)
{
    struct h5_names names;
    int status;

    if (depth > NESTED_MOST)
        return 0;
    status = list(s, *folder ? folder : "/", &names, err);
    for (size_t i = 0; !status && i < names.count; i++) {
        char *path = format("%s/%s", folder, names.at[i]);
        enum h5_kind kind = h5_kind(s->file, path);

        if (kind == H5_IS_DATASET && !is_known(s, path)) {
            paths->at = mem_resize(paths->at, paths->count + 1, sizeof *paths->at);
            paths->at[paths->count++] = path;
            continue;
        }
        if (kind == H5_IS_GROUP)
            status = walk(s, path, depth + 1, paths, err);
        free(path);
    }
    h5_names_release(&names);
    return status;
}

int
source_others(const struct source *s, struct h5_names *paths, struct fx_error *err)
{
    *paths = (struct h5_names){ NULL, 0 };
    if (!walk(s, "", 0, paths, err))
        return 0;
    h5_names_release(paths);
    return -1;
}

/* --- reading piece by piece ------------------------------------------------------------------- */

int
scan_open(struct scan *scan, const struct source *s, const char *path, struct fx_error *err)
{
    *scan = (struct scan){ .source = s };
    watch_beat(s->watch, path, 0);
    scan->view = h5_view_open(s->file, path, err);
    if (!scan->view)
        return -1;
    scan->path = mem_copy(path, strlen(path));
    scan->facts = *h5_view_facts(scan->view);
    return 0;
}

int
scan_next(struct scan *scan, struct fx_error *err)
{
    const struct h5_facts *f = &scan->facts;
    uint64_t piece = f->columns ? SCAN_PIECE / f->columns * f->columns : 0;
    int status;

    if (piece == 0)
        piece = f->columns;
    if (scan->at == f->length)
        return 0;
    if (!scan->values.room)
        scan->values.room = mem_new(piece < f->length ? piece : f->length, 8);
    scan->first = scan->at;
    scan->count = f->length - scan->at < piece ? f->length - scan->at : piece;
    status = f->real ? scan_reals(scan, scan->first, scan->count, scan->values.real, err)
                     : scan_integers(scan, scan->first, scan->count, scan->values.integer, err);
    scan->at += scan->count;
    return status ? -1 : 1;
}

int
scan_integers(struct scan *scan, uint64_t from, uint64_t count, int64_t *values,
              struct fx_error *err)
{
    watch_beat(scan->source->watch, scan->path, count * scan->facts.size);
    return h5_view_integers(scan->view, from, count, values, err);
}

int
scan_reals(struct scan *scan, uint64_t from, uint64_t count, double *values, struct fx_error *err)
{
    watch_beat(scan->source->watch, scan->path, count * scan->facts.size);
    return h5_view_reals(scan->view, from, count, values, err);
}

void
scan_close(struct scan *scan)
{
    h5_view_close(scan->view);
    free(scan->path);
    free(scan->values.room);
    *scan = (struct scan){ 0 };
}

int64_t *
source_integers(const struct source *s, const char *path, uint64_t *count, struct fx_error *err)
{
    struct scan scan;
    int64_t *values = NULL;

    if (scan_open(&scan, s, path, err))
        return NULL;
    *count = scan.facts.length;
    values = mem_new(*count + 1, sizeof *values);
    for (uint64_t at = 0; values && at < *count; at += SCAN_PIECE) {
        uint64_t piece = *count - at < SCAN_PIECE ? *count - at : SCAN_PIECE;

        if (scan_integers(&scan, at, piece, values + at, err)) {
            free(values);
            values = NULL;
        }
    }
    if (values && !scan.facts.integer) {
        free(values);
        values = NULL;
        h5_view_integers(scan.view, 0, 0, NULL, err);
    }
    scan_close(&scan);
    return values;
}
