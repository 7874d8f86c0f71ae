#include "common/neuroh5_types.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

void
neuroh5_types_release(struct neuroh5_types *types)
{
    for (size_t i = 0; i < types->population_count; i++)
        free(types->populations[i].name);
    free(types->populations);
    free(types->pairs);
    *types = (struct neuroh5_types){ 0 };
}

/* A population's name becomes the name of a group. */
static int
check_name(const char *name, struct fx_error *err)
{
    if (!*name || !strcmp(name, ".") || strchr(name, '/') || strlen(name) > 200)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' cannot be the name of a population: it "
                       "must be a name of at most 200 letters without '/'", name);
    return 0;
}

int
neuroh5_types_add(struct neuroh5_types *types, const char *name, uint16_t index, uint64_t count,
                  struct fx_error *err)
{
    if (check_name(name, err))
        return -1;
    for (size_t i = 0; i < types->population_count; i++) {
        const struct neuroh5_population *other = &types->populations[i];
        if (!strcmp(other->name, name))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "population '%s' is there twice", name);
        if (other->index == index)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "populations '%s' and '%s' have the same "
                           "number %u", other->name, name, (unsigned)index);
    }
    types->populations = mem_resize(types->populations, types->population_count + 1,
                                    sizeof *types->populations);
    types->populations[types->population_count++] = (struct neuroh5_population){
        .name = mem_copy(name, strlen(name)), .index = index, .count = count
    };
    return 0;
}

int
neuroh5_types_add_pair(struct neuroh5_types *types, const char *source, const char *destination,
                       struct fx_error *err)
{
    const struct neuroh5_population *from = neuroh5_types_find(types, source);
    const struct neuroh5_population *to = neuroh5_types_find(types, destination);

    if (!from || !to)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "projection from '%s' to '%s': there is no "
                       "population '%s'", source, destination, from ? destination : source);
    for (size_t i = 0; i < types->pair_count; i++)
        if (types->pairs[i].source == from->index && types->pairs[i].destination == to->index)
            return 0;
    types->pairs = mem_resize(types->pairs, types->pair_count + 1, sizeof *types->pairs);
    types->pairs[types->pair_count++] = (struct neuroh5_pair){ from->index, to->index };
    return 0;
}

static int
compare_populations(const void *a, const void *b)
{
    const struct neuroh5_population *left = a, *right = b;

    return left->index - right->index;
}

static int
compare_pairs(const void *a, const void *b)
{
    const struct neuroh5_pair *left = a, *right = b;

    if (left->destination != right->destination)
        return left->destination - right->destination;
    return left->source - right->source;
}

int
neuroh5_types_finish(struct neuroh5_types *types, struct fx_error *err)
{
    uint64_t start = 0;

    if (types->population_count)
        qsort(types->populations, types->population_count, sizeof *types->populations,
              compare_populations);
    if (types->pair_count)
        qsort(types->pairs, types->pair_count, sizeof *types->pairs, compare_pairs);
    for (size_t i = 0; i < types->population_count; i++) {
        struct neuroh5_population *p = &types->populations[i];
        p->start = start;
        if (p->count > UINT32_MAX || start + p->count > UINT32_MAX)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "with population '%s' there are more than "
                           "%u cells", p->name, UINT32_MAX);
        start += p->count;
    }
    return 0;
}

const struct neuroh5_population *
neuroh5_types_find(const struct neuroh5_types *types, const char *name)
{
    for (size_t i = 0; i < types->population_count; i++)
        if (!strcmp(types->populations[i].name, name))
            return &types->populations[i];
    return NULL;
}

const struct neuroh5_population *
neuroh5_types_by_index(const struct neuroh5_types *types, uint16_t index)
{
    for (size_t i = 0; i < types->population_count; i++)
        if (types->populations[i].index == index)
            return &types->populations[i];
    return NULL;
}

int
neuroh5_types_get(const struct neuroh5_types *types, const struct h5_file *file, const char *name,
                  const struct neuroh5_population **population, struct fx_error *err)
{
    struct str *names, near;

    *population = neuroh5_types_find(types, name);
    if (*population)
        return 0;
    fx_fail(err, FX_INVALID, (struct fx_mark){ h5_path(file), 0, 0 }, "there is no population '%s'",
            name);
    names = mem_new(types->population_count + 1, sizeof *names);
    for (size_t i = 0; i < types->population_count; i++)
        names[i] = str_of(types->populations[i].name);
    near = str_nearest(str_of(name), names, types->population_count);
    if (near.len)
        fx_error_hint(err, "did you mean '%.*s'?", STR(near));
    free(names);
    return -1;
}

int
neuroh5_types_pick(const struct neuroh5_types *types, const struct h5_file *file, const char *name,
                   const char *what, const char *several,
                   const struct neuroh5_population **population, struct fx_error *err)
{
    size_t found = 0;

    if (name)
        return neuroh5_types_get(types, file, name, population, err);
    for (size_t i = 0; i < types->population_count; i++) {
        char path[400];

        snprintf(path, sizeof path, "/Populations/%s/%s", types->populations[i].name, what);
        if (h5_exists(file, path) && found++ == 0)
            *population = &types->populations[i];
    }
    if (found == 1)
        return 0;
    return fx_fail(err, FX_INVALID, (struct fx_mark){ h5_path(file), 0, 0 },
                   "%zu populations have %s: 'population' must name one that has", found, several);
}

bool
neuroh5_types_equal(const struct neuroh5_types *a, const struct neuroh5_types *b,
                    char difference[200])
{
    char unsaid[200], *to = difference ? difference : unsaid;

    if (a->population_count != b->population_count) {
        snprintf(to, 200, "%zu populations and %zu", a->population_count, b->population_count);
        return false;
    }
    for (size_t i = 0; i < a->population_count; i++) {
        const struct neuroh5_population *p = &a->populations[i], *q = &b->populations[i];
        if (strcmp(p->name, q->name) || p->index != q->index) {
            snprintf(to, 200, "population '%.60s' with number %u and '%.60s' with number %u", p->name,
                     (unsigned)p->index, q->name, (unsigned)q->index);
            return false;
        }
        if (p->count != q->count || p->start != q->start) {
            snprintf(to, 200, "%llu cells of '%.60s' and %llu", (unsigned long long)p->count, p->name,
                     (unsigned long long)q->count);
            return false;
        }
    }
    if (a->pair_count != b->pair_count ||
        (a->pair_count && memcmp(a->pairs, b->pairs, a->pair_count * sizeof *a->pairs) != 0)) {
        snprintf(to, 200, "the valid projections differ");
        return false;
    }
    return true;
}
