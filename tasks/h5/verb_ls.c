/* `ls`: what is in a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "h5/say.h"
#include "h5/verbs.h"

struct size {
    char type[100];
    uint64_t length, stored;
    bool there;
};

static struct size
size_of(const struct source *s, const char *path)
{
    struct fx_error err = FX_ERROR_NONE;
    struct size size = { .type = "" };
    struct h5_view *view;

    watch_beat(s->watch, path, 0);
    view = h5_view_open(s->file, path, &err);
    if (!view)
        return size;
    snprintf(size.type, sizeof size.type, "%s", h5_view_facts(view)->type);
    size.length = h5_view_facts(view)->length;
    size.stored = h5_view_facts(view)->stored;
    size.there = true;
    h5_view_close(view);
    return size;
}

/* Adds a dataset's bytes, once for all hard links to it. */
struct sum {
    uint64_t *seen;
    size_t count;
};

static uint64_t
stored_once(struct sum *sum, const struct source *s, const char *path)
{
    uint64_t number = h5_object_number(s->file, path);

    for (size_t i = 0; i < sum->count; i++)
        if (sum->seen[i] == number)
            return 0;
    sum->seen = mem_resize(sum->seen, sum->count + 1, sizeof *sum->seen);
    sum->seen[sum->count++] = number;
    return number ? size_of(s, path).stored : 0;
}

static json_t *
attribute_json(const struct source *s, const struct attribute *a, struct sum *sum)
{
    struct size value = size_of(s, a->value), index = size_of(s, a->index);
    json_t *out = json_object();

    json_object_set_new(out, "type", say_text(value.there ? value.type : "missing"));
    json_object_set_new(out, "cells", say_integer(index.length));
    json_object_set_new(out, "values", say_integer(value.length));
    json_object_set_new(out, "bytes",
                        say_integer(value.stored + stored_once(sum, s, a->index) +
                                    stored_once(sum, s, a->pointer)));
    return out;
}

static json_t *
population_json(const struct source *s, const struct neuroh5_population *p, const char *name)
{
    const struct cell_group *group = source_cells(s, name);
    json_t *out = json_object(), *spaces = json_object();
    struct sum sum = { NULL, 0 };

    if (p) {
        json_object_set_new(out, "number", say_integer(p->index));
        json_object_set_new(out, "start", say_integer(p->start));
        json_object_set_new(out, "count", say_integer(p->count));
    }
    for (size_t i = 0; group && i < group->attribute_count; i++) {
        const struct attribute *a = &group->attributes[i];
        json_t *space = json_object_get(spaces, a->name_space);

        if (!space) {
            json_object_set_new_nocheck(spaces, a->name_space, json_object());
            space = json_object_get(spaces, a->name_space);
        }
        json_object_set_new_nocheck(space, a->name, attribute_json(s, a, &sum));
    }
    json_object_set_new(out, "attributes", spaces);
    free(sum.seen);
    return out;
}

static json_t *
projection_json(const struct source *s, const struct edge_group *e)
{
    static const char *const names[] = { "Destination Block Index", "Destination Block Pointer",
                                         "Destination Pointer", "Source Index" };
    json_t *out = json_object(), *values = json_object();
    uint64_t stored = 0, edges = 0, pointers = 0;
    char path[1000];

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct size size;

        snprintf(path, sizeof path, "%s/Edges/%s", e->folder, names[i]);
        size = size_of(s, path);
        stored += size.stored;
        edges = i == 3 ? size.length : edges;
        pointers = i == 2 ? size.length : pointers;
    }
    for (size_t i = 0; i < e->value_count; i++) {
        struct size size = size_of(s, e->values[i].path);

        snprintf(path, sizeof path, "%s/%s", e->values[i].name_space, e->values[i].name);
        json_object_set_new_nocheck(values, path, say_text(size.type));
        stored += size.stored;
    }
    json_object_set_new(out, "destination", say_text(e->destination));
    json_object_set_new(out, "source", say_text(e->source));
    json_object_set_new(out, "edges", say_integer(edges));
    json_object_set_new(out, "destinations", say_integer(pointers ? pointers - 1 : 0));
    json_object_set_new(out, "attributes", values);
    json_object_set_new(out, "bytes", say_integer(stored));
    return out;
}

static int
others_json(const struct source *s, json_t *out, struct fx_error *err)
{
    struct h5_names names;

    if (source_others(s, &names, err))
        return -1;
    for (size_t i = 0; i < names.count; i++) {
        struct size size = size_of(s, names.at[i]);
        json_t *one = json_object();

        json_object_set_new(one, "type",
                            say_text(size.there ? size.type : "more than two dimensions"));
        json_object_set_new(one, "values", say_integer(size.length));
        json_object_set_new(one, "bytes", say_integer(size.stored));
        json_object_set_new_nocheck(out, names.at[i], one);
    }
    h5_names_release(&names);
    return 0;
}

/* --- for people ------------------------------------------------------------------------------- */

static unsigned long long
number(const json_t *object, const char *name)
{
    return (unsigned long long)json_integer_value(json_object_get(object, name));
}

static void
print_population(const char *name, json_t *p)
{
    const char *space_name, *attribute_name;
    json_t *space, *attribute;
    char bytes[40];

    if (json_object_get(p, "count"))
        printf("%s: number %llu, gids %llu..%lld, %llu cells\n", name, number(p, "number"),
               number(p, "start"), (long long)(number(p, "start") + number(p, "count")) - 1,
               number(p, "count"));
    else
        printf("%s: not in /H5Types\n", name);
    json_object_foreach(json_object_get(p, "attributes"), space_name, space)
    {
        printf("  %s\n", space_name);
        json_object_foreach(space, attribute_name, attribute)
            printf("    %-22s %-5s %10llu cells %12llu values %10s\n", attribute_name,
                   json_string_value(json_object_get(attribute, "type")),
                   number(attribute, "cells"), number(attribute, "values"),
                   say_bytes(bytes, sizeof bytes, number(attribute, "bytes")));
    }
}

static void
print_file(json_t *out)
{
    json_t *list = json_object_get(out, "projections"), *one;
    const char *name, *value;
    json_t *member;
    char bytes[40];
    size_t i;

    json_object_foreach(json_object_get(out, "populations"), name, one) print_population(name, one);
    if (json_array_size(list))
        printf("projections\n");
    json_array_foreach(list, i, one)
    {
        printf("  %s/%s", json_string_value(json_object_get(one, "destination")),
               json_string_value(json_object_get(one, "source")));
        printf("  %llu edges onto %llu cells, %s;", number(one, "edges"),
               number(one, "destinations"), say_bytes(bytes, sizeof bytes, number(one, "bytes")));
        json_object_foreach(json_object_get(one, "attributes"), value, member)
            printf(" %s (%s)", value, json_string_value(member));
        printf("\n");
    }
    if (json_object_size(json_object_get(out, "others")))
        printf("other datasets\n");
    json_object_foreach(json_object_get(out, "others"), name, one)
        printf("  %s  %s, %llu values, %s\n", name, json_string_value(json_object_get(one, "type")),
               number(one, "values"), say_bytes(bytes, sizeof bytes, number(one, "bytes")));
}

int
verb_ls(const struct arguments *arguments, struct watch *watch, struct fx_error *err)
{
    json_t *out = json_object(), *populations = json_object(), *projections = json_array(),
           *others = json_object();
    struct source s;
    int status = source_open(&s, arguments->file, watch, err);

    json_object_set_new(out, "file", say_text(arguments->file));
    json_object_set_new(out, "populations", populations);
    json_object_set_new(out, "projections", projections);
    json_object_set_new(out, "others", others);
    for (size_t i = 0; !status && i < s.types.population_count; i++)
        json_object_set_new_nocheck(
            populations, s.types.populations[i].name,
            population_json(&s, &s.types.populations[i], s.types.populations[i].name));
    for (size_t i = 0; !status && i < s.cell_count; i++)
        if (!neuroh5_types_find(&s.types, s.cells[i].population))
            json_object_set_new_nocheck(populations, s.cells[i].population,
                                        population_json(&s, NULL, s.cells[i].population));
    for (size_t i = 0; !status && i < s.edge_count; i++)
        json_array_append_new(projections, projection_json(&s, &s.edges[i]));
    status = status || others_json(&s, others, err) ? 2 : 0;
    if (!status && arguments->json)
        say_value(json_incref(out), true);
    else if (!status)
        print_file(out);
    json_decref(out);
    source_close(&s);
    return status;
}
