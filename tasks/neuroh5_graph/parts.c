#include "neuroh5_graph/parts.h"

#include <stdlib.h>

static const struct {
    const char *name, *group, *values;
} roles[ROLES] = {
    [ROLE_SOMAS] = { "somas", "Generated Coordinates", NULL },
    [ROLE_DISTANCES] = { "distances", "Arc Distances", NULL },
    [ROLE_FOREST] = { "forest", "Trees", "points" },
    [ROLE_SYNAPSES] = { "synapses", "Synapse Attributes", "synapses" },
    [ROLE_CONNECTIONS] = { "connections", NULL, "edges" },
    [ROLE_GAP_JUNCTIONS] = { "gap_junctions", NULL, "junctions" },
};

const char *
role_name(enum role role)
{
    return roles[role].name;
}

const char *
role_namespace(enum role role)
{
    return roles[role].group;
}

bool
role_is_projection(enum role role)
{
    return role == ROLE_CONNECTIONS || role == ROLE_GAP_JUNCTIONS;
}

void
parts_release(struct parts *parts)
{
    vec_release(&parts->list);
    vec_release(&parts->paths);
}

void
part_name(const struct parts *parts, const struct part *part, char name[500])
{
    const struct neuroh5_population *p = neuroh5_types_by_index(parts->types, part->population);
    const struct neuroh5_population *s = neuroh5_types_by_index(parts->types, part->source);

    if (role_is_projection(part->role))
        snprintf(name, 500, "%s -> %s", s->name, p->name);
    else
        snprintf(name, 500, "%s", p->name);
}

static int
check_pair(const struct parts *parts, const struct part *part, const char *name,
           struct fx_error *err)
{
    for (size_t i = 0; i < parts->types->pair_count; i++)
        if (parts->types->pairs[i].source == part->source &&
            parts->types->pairs[i].destination == part->population)
            return 0;
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has the projection %s, which is not among the "
                   "network's projections", parts->paths.at[part->file], name);
}

static bool
are_the_same(const struct part *a, const struct part *b)
{
    if (a->role != b->role)
        return false;
    if (a->population == b->population && a->source == b->source)
        return true;
    return a->role == ROLE_GAP_JUNCTIONS && a->population == b->source &&
           a->source == b->population;
}

int
parts_add(struct parts *parts, struct part part, struct fx_error *err)
{
    const struct neuroh5_population *p = neuroh5_types_by_index(parts->types, part.population);
    char name[500];

    part_name(parts, &part, name);
    for (size_t i = 0; i < parts->list.count; i++) {
        const struct part *other = &parts->list.at[i];
        if (are_the_same(other, &part))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s of %s are both in '%s' and in '%s'",
                           roles[part.role].name, name, parts->paths.at[other->file],
                           parts->paths.at[part.file]);
    }
    if (part.cells != p->count)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has %s of %s for %llu cells, '%s' has %llu "
                       "cells", parts->paths.at[part.file], roles[part.role].name, name,
                       (unsigned long long)part.cells, parts->paths.at[0],
                       (unsigned long long)p->count);
    if (part.role == ROLE_CONNECTIONS && check_pair(parts, &part, name, err))
        return -1;
    vec_push(&parts->list, part);
    return 0;
}

static int
compare_parts(const void *a, const void *b)
{
    const struct part *left = a, *right = b;

    if (left->role != right->role)
        return left->role < right->role ? -1 : 1;
    if (left->population != right->population)
        return left->population - right->population;
    return left->source - right->source;
}

static const struct part *
find(const struct parts *parts, enum role role, uint16_t population)
{
    for (size_t i = 0; i < parts->list.count; i++)
        if (parts->list.at[i].role == role && parts->list.at[i].population == population)
            return &parts->list.at[i];
    return NULL;
}

int
parts_finish(struct parts *parts, struct fx_error *err)
{
    qsort(parts->list.at, parts->list.count, sizeof *parts->list.at, compare_parts);
    for (size_t i = 0; i < parts->types->population_count; i++) {
        const struct neuroh5_population *p = &parts->types->populations[i];
        const struct part *synapses = find(parts, ROLE_SYNAPSES, p->index);
        for (int role = ROLE_SOMAS; p->count && role <= ROLE_DISTANCES; role++)
            if (!find(parts, (enum role)role, p->index))
                return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has no '%s' of %s",
                               parts->paths.at[role], roles[role].group, p->name);
        if (synapses && !find(parts, ROLE_FOREST, p->index))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has synapses of %s, but no forest has "
                           "its trees", parts->paths.at[synapses->file], p->name);
    }
    return 0;
}

static json_t *
populations_json(const struct neuroh5_types *types)
{
    json_t *list = json_array();

    for (size_t i = 0; i < types->population_count; i++) {
        const struct neuroh5_population *p = &types->populations[i];
        json_array_append_new(list, json_pack("{s:s, s:i, s:I, s:I}", "name", p->name, "number",
                                              (int)p->index, "start", (json_int_t)p->start, "count",
                                              (json_int_t)p->count));
    }
    return list;
}

json_t *
parts_json(const struct parts *parts, const char (*digests)[33])
{
    json_t *list = json_array();

    for (size_t i = 0; i < parts->list.count; i++) {
        const struct part *part = &parts->list.at[i];
        json_t *entry = json_object();
        json_object_set_new(entry, "part", json_string(roles[part->role].name));
        if (role_is_projection(part->role))
            json_object_set_new(entry, "source",
                                json_string(neuroh5_types_by_index(parts->types,
                                                                   part->source)->name));
        json_object_set_new(entry, role_is_projection(part->role) ? "destination" : "population",
                            json_string(neuroh5_types_by_index(parts->types,
                                                               part->population)->name));
        json_object_set_new(entry, "cells", json_integer((json_int_t)part->cells));
        if (roles[part->role].values)
            json_object_set_new(entry, roles[part->role].values,
                                json_integer((json_int_t)part->values));
        json_object_set_new(entry, "digest", json_string(digests[part->file]));
        json_array_append_new(list, entry);
    }
    return json_pack("{s:o, s:o}", "populations", populations_json(parts->types), "parts", list);
}
