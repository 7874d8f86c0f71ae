#include "soma_coordinates/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/rng.h"
#include "soma_coordinates/points.h"

static int
find_layer(const struct layer_extents *extents, const char *population, const char *layer,
           struct spread_group *group, struct fx_error *err)
{
    const struct layer_extent *extent = layer_extents_find(extents, layer);

    if (!extent && layer[0] == '@')
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "cell_distributions.%s: layer '%s' names a "
                       "generator of places; give the places with 'points'", population, layer);
    if (!extent)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "cell_distributions.%s: 'layer_extents' has no "
                       "layer '%s'", population, layer);
    memcpy(group->low, extent->low, sizeof group->low);
    memcpy(group->high, extent->high, sizeof group->high);
    return 0;
}

static int
constrain(const json_t *constraints, const char *population, const char *layer,
          struct spread_group *group, struct fx_error *err)
{
    const json_t *limits = json_object_get(json_object_get(constraints, population), layer);
    double range[2];
    char where[300];

    if (!limits || json_is_null(limits))
        return 0;
    snprintf(where, sizeof where, "cell_constraints.%s.%s", population, layer);
    if (json_read_numbers(limits, where, 2, range, err))
        return -1;
    if (range[0] > group->low[2])
        group->low[2] = range[0];
    if (range[1] < group->high[2])
        group->high[2] = range[1];
    if (group->low[2] > group->high[2])
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' leaves nothing of the layer", where);
    return 0;
}

/* The file with the group's places, NULL when there is none. */
static int
points_path(const json_t *points, const char *population, const char *layer, const char **path,
            struct fx_error *err)
{
    const json_t *value = json_object_get(json_object_get(points, population), layer);
    char where[300];

    *path = NULL;
    snprintf(where, sizeof where, "points.%s.%s", population, layer);
    return value && !json_is_null(value) ? json_read_string(value, where, path, err) : 0;
}

/* The places of a group that come from a file. They must lie in the layer, if it has extents. */
static int
take_points(const struct soma_config *config, const char *population, const char *layer,
            const char *path, struct spread_group *group, struct fx_error *err)
{
    if (points_read(path, population, group->count, &group->given, err))
        return -1;
    points_box(group->given, group->count, group->low, group->high);
    if (layer_extents_find(&config->extents, layer)) {
        struct spread_group box = { .count = 0 };

        if (find_layer(&config->extents, population, layer, &box, err) ||
            constrain(config->constraints, population, layer, &box, err))
            return -1;
        for (int k = 0; k < 3; k++)
            if (group->low[k] < box.low[k] || group->high[k] > box.high[k])
                return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = path },
                               "its places reach from %g to %g along %c, but layer '%s' of %s from "
                               "%g to %g", group->low[k], group->high[k], "uvl"[k], layer,
                               population, box.low[k], box.high[k]);
    }
    return 0;
}

static void
add_group(struct soma_groups *groups, struct spread_group group, size_t population)
{
    groups->at = mem_resize(groups->at, groups->count + 1, sizeof *groups->at);
    groups->population = mem_resize(groups->population, groups->count + 1,
                                    sizeof *groups->population);
    groups->at[groups->count] = group;
    groups->population[groups->count++] = (uint32_t)population;
}

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of a mapping, sorted: results must not depend on their order. free() the array. */
static const char **
sorted_keys(const json_t *map, size_t *count)
{
    const char **keys = mem_new(json_object_size(map) + 1, sizeof *keys), *key;
    const json_t *value;

    *count = 0;
    json_object_foreach ((json_t *)map, key, value)
        keys[(*count)++] = key;
    if (*count)
        qsort(keys, *count, sizeof *keys, compare_names);
    return keys;
}

static int
read_layer(struct soma_groups *groups, const struct soma_config *config,
           const struct neuroh5_population *p, size_t row, const char *layer, const json_t *count,
           uint64_t *sum, struct fx_error *err)
{
    struct spread_group group = { .stream = rng_stream_of(p->name) |
                                            (uint64_t)rng_stream_of(layer) << 32 };
    const char *path;
    char where[300];
    int64_t n;

    snprintf(where, sizeof where, "cell_distributions.%s.%s", p->name, layer);
    if (json_read_integer(count, where, 0, UINT32_MAX, &n, err) ||
        points_path(config->points, p->name, layer, &path, err))
        return -1;
    if (n == 0)
        return 0;
    group.count = (size_t)n;
    *sum += (uint64_t)n;
    if (path ? take_points(config, p->name, layer, path, &group, err)
             : find_layer(&config->extents, p->name, layer, &group, err) ||
                   constrain(config->constraints, p->name, layer, &group, err)) {
        free(group.given);
        return -1;
    }
    add_group(groups, group, row);
    return 0;
}

static int
read_population(struct soma_groups *groups, const struct soma_config *config,
                const struct neuroh5_population *p, size_t row, struct fx_error *err)
{
    const json_t *layers = json_object_get(config->distributions, p->name);
    const char **names;
    size_t count;
    uint64_t sum = 0;
    char where[300];
    int status = 0;

    snprintf(where, sizeof where, "cell_distributions.%s", p->name);
    if (json_check_object(layers, where, err))
        return -1;
    names = sorted_keys(layers, &count);
    for (size_t i = 0; !status && i < count; i++)
        status = read_layer(groups, config, p, row, names[i], json_object_get(layers, names[i]),
                            &sum, err);
    free(names);
    if (!status && sum != p->count)
        status = fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has %llu cells, the types have %llu",
                         where, (unsigned long long)sum, (unsigned long long)p->count);
    return status;
}

int
soma_groups_read(const struct soma_config *config, const struct neuroh5_types *types,
                 struct soma_groups *groups, struct fx_error *err)
{
    const char *name;
    const json_t *value;

    *groups = (struct soma_groups){ 0 };
    if (json_check_object(config->distributions, "cell_distributions", err))
        return -1;
    json_object_foreach ((json_t *)config->distributions, name, value)
        if (!neuroh5_types_find(types, name))
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "cell_distributions: the types have no population '%s'", name);
    for (size_t i = 0; i < types->population_count; i++) {
        if (read_population(groups, config, &types->populations[i], i, err)) {
            soma_groups_release(groups);
            return -1;
        }
    }
    return 0;
}

void
soma_groups_release(struct soma_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++)
        free(groups->at[i].given);
    free(groups->at);
    free(groups->population);
    *groups = (struct soma_groups){ 0 };
}
