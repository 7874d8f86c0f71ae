#include "common/config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* --- names with numbers -------------------------------------------------------------------------- */

static void
names_add(struct names *names, const char *name, int number)
{
    names->name = mem_resize(names->name, names->count + 1, sizeof *names->name);
    names->number = mem_resize(names->number, names->count + 1, sizeof *names->number);
    names->name[names->count] = mem_copy(name, strlen(name));
    names->number[names->count++] = number;
}

static void
names_release(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->name[i]);
    free(names->name);
    free(names->number);
    *names = (struct names){ NULL, NULL, 0 };
}

bool
names_find(const struct names *names, const char *name, int *number)
{
    for (size_t i = 0; i < names->count; i++) {
        if (!strcmp(names->name[i], name)) {
            *number = names->number[i];
            return true;
        }
    }
    return false;
}

int
names_number(const struct names *names, const char *what, const char *where, const char *name,
             int *number, struct fx_error *err)
{
    struct str *candidates, near;

    if (names_find(names, name, number))
        return 0;
    fx_fail(err, FX_INVALID, FX_NOWHERE, "%s: there is no %s '%s'", where, what, name);
    candidates = mem_new(names->count + 1, sizeof *candidates);
    for (size_t i = 0; i < names->count; i++)
        candidates[i] = str_of(names->name[i]);
    near = str_nearest(str_of(name), candidates, names->count);
    if (near.len)
        fx_error_hint(err, "did you mean '%.*s'?", STR(near));
    free(candidates);
    return -1;
}

const char *
names_name(const struct names *names, int number)
{
    for (size_t i = 0; i < names->count; i++)
        if (names->number[i] == number)
            return names->name[i];
    return NULL;
}

/* --- definitions --------------------------------------------------------------------------------- */

static const char *const default_swc_types[] = { "soma", "axon", "basal", "apical",
                                                 "trunk", "tuft", "ais", "hillock" };
static const char *const default_synapse_types[] = { "excitatory", "inhibitory", "modulatory" };

/* The member by one of its two spellings. */
static const json_t *
member(const json_t *json, const char *ours, const char *theirs)
{
    const json_t *value = json_object_get(json, ours);

    if (!value)
        value = json_object_get(json, theirs);
    return json_is_null(value) ? NULL : value;
}

static int
read_names(const json_t *json, const char *ours, const char *theirs, int64_t low, int64_t high,
           struct names *names, struct fx_error *err)
{
    const json_t *map = member(json, ours, theirs), *value;
    const char *name;
    char where[256];
    int64_t number;

    snprintf(where, sizeof where, "definitions.%s", ours);
    if (!map)
        return 0;
    if (json_check_object(map, where, err))
        return -1;
    json_object_foreach ((json_t *)map, name, value) {
        snprintf(where, sizeof where, "definitions.%s.%s", ours, name);
        if (json_read_integer(value, where, low, high, &number, err))
            return -1;
        names_add(names, name, (int)number);
    }
    return 0;
}

int
definitions_read(const json_t *json, struct definitions *d, struct fx_error *err)
{
    *d = (struct definitions){ 0 };
    if (json && !json_is_null(json) &&
        (json_check_object(json, "definitions", err) ||
         read_names(json, "populations", "Populations", 0, UINT16_MAX, &d->populations, err) ||
         read_names(json, "layers", "Layers", INT8_MIN, INT8_MAX, &d->layers, err) ||
         read_names(json, "swc_types", "SWC Types", 0, INT8_MAX, &d->swc_types, err) ||
         read_names(json, "synapse_types", "Synapse Types", 0, UINT8_MAX, &d->synapse_types, err))) {
        definitions_release(d);
        return -1;
    }
    if (d->swc_types.count == 0)
        for (int i = 0; i < 8; i++)
            names_add(&d->swc_types, default_swc_types[i], i + 1);
    if (d->synapse_types.count == 0)
        for (int i = 0; i < 3; i++)
            names_add(&d->synapse_types, default_synapse_types[i], i);
    return 0;
}

void
definitions_release(struct definitions *d)
{
    names_release(&d->populations);
    names_release(&d->layers);
    names_release(&d->swc_types);
    names_release(&d->synapse_types);
}

int
task_definitions(const struct task *task, struct definitions *definitions, struct fx_error *err)
{
    const json_t *json = NULL;

    *definitions = (struct definitions){ 0 };
    if (task_has(task, "definitions") && task_json(task, "definitions", &json, err))
        return -1;
    return definitions_read(json, definitions, err);
}

/* --- layer extents ------------------------------------------------------------------------------- */

static int
read_extent(const char *layer, const json_t *json, struct layer_extent *extent, struct fx_error *err)
{
    char where[256];

    snprintf(where, sizeof where, "layer_extents.%s", layer);
    if (json_check_array(json, where, err))
        return -1;
    if (json_array_size(json) != 2)
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "'%s' takes two corners, [[u0, v0, l0], [u1, v1, l1]]", where);
    snprintf(where, sizeof where, "layer_extents.%s[0]", layer);
    if (json_read_numbers(json_array_get(json, 0), where, 3, extent->low, err))
        return -1;
    snprintf(where, sizeof where, "layer_extents.%s[1]", layer);
    if (json_read_numbers(json_array_get(json, 1), where, 3, extent->high, err))
        return -1;
    for (int i = 0; i < 3; i++) {
        if (extent->low[i] > extent->high[i])
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "'layer_extents.%s': its second corner lies below the first along %c", layer,
                           "uvl"[i]);
        if (!(extent->low[i] < extent->high[i]))
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "'layer_extents.%s': it is empty, from %g to %g um along %c", layer,
                           extent->low[i], extent->high[i], "uvl"[i]);
    }
    extent->layer = mem_copy(layer, strlen(layer));
    return 0;
}

/* Layers may touch, and lie side by side; a place is in one of them. */
static int
check_overlap(const struct layer_extents *extents, const struct layer_extent *extent,
              struct fx_error *err)
{
    for (size_t i = 0; i < extents->count; i++) {
        const struct layer_extent *other = &extents->at[i];
        double low[3], high[3];
        bool apart = false;

        for (int k = 0; k < 3; k++) {
            low[k] = fmax(extent->low[k], other->low[k]);
            high[k] = fmin(extent->high[k], other->high[k]);
            apart = apart || !(low[k] < high[k]);
        }
        if (!apart)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "'layer_extents': %s and %s overlap, from %g "
                           "to %g um along l", other->layer, extent->layer, low[2], high[2]);
    }
    return 0;
}

int
layer_extents_read(const json_t *json, struct layer_extents *extents, struct fx_error *err)
{
    const char *layer;
    const json_t *value;

    *extents = (struct layer_extents){ 0 };
    if (json_check_object(json, "layer_extents", err))
        return -1;
    if (json_object_size(json) == 0)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'layer_extents' has no layer");
    extents->at = mem_new(json_object_size(json), sizeof *extents->at);
    json_object_foreach ((json_t *)json, layer, value) {
        struct layer_extent *extent = &extents->at[extents->count];
        if (read_extent(layer, value, extent, err)) {
            layer_extents_release(extents);
            return -1;
        }
        if (check_overlap(extents, extent, err)) {
            extents->count++;
            layer_extents_release(extents);
            return -1;
        }
        for (int i = 0; i < 3; i++) {
            bool first = extents->count == 0;
            extents->low[i] = first ? extent->low[i] : fmin(extents->low[i], extent->low[i]);
            extents->high[i] = first ? extent->high[i] : fmax(extents->high[i], extent->high[i]);
        }
        extents->count++;
    }
    return 0;
}

void
layer_extents_release(struct layer_extents *extents)
{
    for (size_t i = 0; i < extents->count; i++)
        free(extents->at[i].layer);
    free(extents->at);
    *extents = (struct layer_extents){ 0 };
}

const struct layer_extent *
layer_extents_find(const struct layer_extents *extents, const char *layer)
{
    for (size_t i = 0; i < extents->count; i++)
        if (!strcmp(extents->at[i].layer, layer))
            return &extents->at[i];
    return NULL;
}
