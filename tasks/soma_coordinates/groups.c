#include "soma_coordinates/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/rng.h"

static int
find_layer(const struct layer_extents *extents, const char *population, const char *layer,
           struct spread_group *group, struct fx_error *err)
{
    const struct layer_extent *extent = layer_extents_find(extents, layer);

    if (!extent && layer[0] == '@')
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "cell_distributions.%s: layer '%s' names a "
                       "generator of places; use a task of your own for the somata", population,
                       layer);
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
read_layer(struct soma_groups *groups, const json_t *constraints,
           const struct layer_extents *extents, const struct neuroh5_population *p, size_t row,
           const char *layer, const json_t *count, uint64_t *sum, struct fx_error *err)
{
    struct spread_group group = { .stream = rng_stream_of(p->name) |
                                            (uint64_t)rng_stream_of(layer) << 32 };
    char where[300];
    int64_t n;

    snprintf(where, sizeof where, "cell_distributions.%s.%s", p->name, layer);
    if (json_read_integer(count, where, 0, UINT32_MAX, &n, err))
        return -1;
    if (n == 0)
        return 0;
    group.count = (size_t)n;
    *sum += (uint64_t)n;
    if (find_layer(extents, p->name, layer, &group, err) ||
        constrain(constraints, p->name, layer, &group, err))
        return -1;
    add_group(groups, group, row);
    return 0;
}

static int
read_population(struct soma_groups *groups, const json_t *distributions, const json_t *constraints,
                const struct layer_extents *extents, const struct neuroh5_population *p, size_t row,
                struct fx_error *err)
{
    const json_t *layers = json_object_get(distributions, p->name);
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
        status = read_layer(groups, constraints, extents, p, row, names[i],
                            json_object_get(layers, names[i]), &sum, err);
    free(names);
    if (!status && sum != p->count)
        status = fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has %llu cells, the types have %llu",
                         where, (unsigned long long)sum, (unsigned long long)p->count);
    return status;
}

int
soma_groups_read(const json_t *distributions, const json_t *constraints,
                 const struct layer_extents *extents, const struct neuroh5_types *types,
                 struct soma_groups *groups, struct fx_error *err)
{
    const char *name;
    const json_t *value;

    *groups = (struct soma_groups){ 0 };
    if (json_check_object(distributions, "cell_distributions", err))
        return -1;
    json_object_foreach ((json_t *)distributions, name, value)
        if (!neuroh5_types_find(types, name))
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "cell_distributions: the types have no population '%s'", name);
    for (size_t i = 0; i < types->population_count; i++) {
        if (read_population(groups, distributions, constraints, extents, &types->populations[i], i,
                            err)) {
            soma_groups_release(groups);
            return -1;
        }
    }
    return 0;
}

void
soma_groups_release(struct soma_groups *groups)
{
    free(groups->at);
    free(groups->population);
    *groups = (struct soma_groups){ 0 };
}
