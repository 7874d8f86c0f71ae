#include "connections/projections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/task.h"

static int
number_of(const struct names *names, const char *what, const char *where, const char *name,
          int *number, struct fx_error *err)
{
    if (names_number(names, what, where, name, number, err))
        return -1;
    if (*number < 0 || *number > INT8_MAX)
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "%s: %s '%s' has the number %d, but files hold 0 to %d", where, what, name,
                       *number, INT8_MAX);
    return 0;
}

static int
layer_of(const struct definitions *definitions, const char *where, const char *name, int *layer,
         struct fx_error *err)
{
    if (strcmp(name, "default") == 0) {
        *layer = LAYER_DEFAULT;
        return 0;
    }
    return number_of(&definitions->layers, "layer", where, name, layer, err);
}

static int
read_share(const json_t *section, const json_t *layer, const json_t *proportion, size_t i,
           const char *where, const struct definitions *definitions, struct projection_share *share,
           struct fx_error *err)
{
    char place[220];
    const char *section_name, *layer_name;
    int swc_type, layer_number;

    snprintf(place, sizeof place, "%s.sections[%zu]", where, i);
    if (json_read_string(section, place, &section_name, err) ||
        number_of(&definitions->swc_types, "section type", place, section_name, &swc_type, err))
        return -1;
    snprintf(place, sizeof place, "%s.layers[%zu]", where, i);
    if (json_read_string(layer, place, &layer_name, err) ||
        layer_of(definitions, place, layer_name, &layer_number, err))
        return -1;
    snprintf(place, sizeof place, "%s.proportions[%zu]", where, i);
    if (json_read_number(proportion, place, &share->proportion, err))
        return -1;
    if (!(share->proportion >= 0 && share->proportion <= 1))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s is %g, but a proportion is 0 to 1", place,
                       share->proportion);
    share->swc_type = (uint8_t)swc_type;
    share->layer = (int8_t)layer_number;
    return 0;
}

/* The three lists, whose i-th entries belong together. */
static int
read_shares(const json_t *json, const char *where, const struct definitions *definitions,
            struct projection *projection, struct fx_error *err)
{
    static const char *const keys[] = { "sections", "layers", "proportions" };
    const json_t *lists[3];

    for (int k = 0; k < 3; k++) {
        char place[220];

        lists[k] = json_object_get(json, keys[k]);
        snprintf(place, sizeof place, "%s.%s", where, keys[k]);
        if (json_check_array(lists[k], place, err))
            return -1;
        if (json_array_size(lists[k]) != json_array_size(lists[0]))
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "%s has %zu entries, but %s.sections has %zu: the i-th entries of "
                           "sections, layers and proportions belong together", place,
                           json_array_size(lists[k]), where, json_array_size(lists[0]));
    }
    projection->share_count = json_array_size(lists[0]);
    projection->shares = mem_new(projection->share_count, sizeof *projection->shares);
    for (size_t i = 0; i < projection->share_count; i++)
        if (read_share(json_array_get(lists[0], i), json_array_get(lists[1], i),
                       json_array_get(lists[2], i), i, where, definitions, &projection->shares[i],
                       err))
            return -1;
    return 0;
}

static int
read_projection(const json_t *json, const char *where, const struct definitions *definitions,
                struct projection *projection, struct fx_error *err)
{
    char place[200];
    const char *type_name;
    const json_t *contacts;
    int type;

    if (json_check_object(json, where, err))
        return -1;
    snprintf(place, sizeof place, "%s.type", where);
    if (json_read_string(json_object_get(json, "type"), place, &type_name, err) ||
        number_of(&definitions->synapse_types, "synapse type", place, type_name, &type, err))
        return -1;
    projection->synapse_type = (uint8_t)type;
    projection->contacts = 1;
    contacts = json_object_get(json, "contacts");
    if (contacts) {
        int64_t value;

        snprintf(place, sizeof place, "%s.contacts", where);
        if (json_read_integer(contacts, place, 1, 1000000, &value, err))
            return -1;
        projection->contacts = (uint32_t)value;
    }
    return read_shares(json, where, definitions, projection, err);
}

/* The number of an extent among those of the projection; equal ones share a number. */
static uint8_t
add_extent(struct projection *projection, const struct axon_extent *extent)
{
    size_t i = 0;

    while (i < projection->extent_count && !axon_extent_equal(&projection->extents[i], extent))
        i++;
    if (i == projection->extent_count) {
        projection->extents = mem_resize(projection->extents, i + 1, sizeof *projection->extents);
        projection->extents[i] = *extent;
        projection->extent_count++;
    }
    return (uint8_t)i;      /* at most 129 layers */
}

/* axon_extents.<source>: layer of the synapse, or `default`, -> {width, offset}. */
static int
read_extents(const json_t *json, const char *where, const struct definitions *definitions,
             struct projection *projection, struct fx_error *err)
{
    const char *name;
    json_t *entry;
    uint8_t fallback = EXTENT_NONE;

    memset(projection->extent_of_layer, EXTENT_NONE, sizeof projection->extent_of_layer);
    if (json_check_object(json, where, err))
        return -1;
    json_object_foreach ((json_t *)(uintptr_t)json, name, entry) {
        struct axon_extent extent;
        double width[2], offset[2] = { 0, 0 };
        const json_t *offset_json;
        char place[200], deeper[220];
        uint8_t number;
        int layer;

        snprintf(place, sizeof place, "%s.%s", where, name);
        if (layer_of(definitions, where, name, &layer, err) || json_check_object(entry, place, err))
            return -1;
        snprintf(deeper, sizeof deeper, "%s.width", place);
        if (json_read_numbers(json_object_get(entry, "width"), deeper, 2, width, err))
            return -1;
        offset_json = json_object_get(entry, "offset");
        snprintf(deeper, sizeof deeper, "%s.offset", place);
        if (offset_json && json_read_numbers(offset_json, deeper, 2, offset, err))
            return -1;
        if (axon_extent_init(&extent, width, offset, place, err))
            return -1;
        number = add_extent(projection, &extent);
        if (layer == LAYER_DEFAULT)
            fallback = number;
        else
            projection->extent_of_layer[layer] = number;
    }
    for (size_t i = 0; i < 256; i++)
        if (projection->extent_of_layer[i] == EXTENT_NONE)
            projection->extent_of_layer[i] = fallback;
    return 0;
}

/* Every layer in which the source may get synapses needs an extent. */
static int
check_extents(const struct projection *projection, const struct definitions *definitions,
              struct fx_error *err)
{
    for (size_t i = 0; i < projection->share_count; i++) {
        int8_t layer = projection->shares[i].layer;

        if (layer == LAYER_DEFAULT) {
            for (size_t any = 0; any < 256; any++)
                if (projection->extent_of_layer[any] == EXTENT_NONE)
                    return fx_fail(err, FX_INVALID, FX_NOWHERE,
                                   "axon_extents.%s has no entry 'default', which its projection's "
                                   "layer 'default' needs", projection->source);
        } else if (projection->extent_of_layer[(uint8_t)layer] == EXTENT_NONE) {
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "axon_extents.%s has an entry neither for layer '%s' nor 'default'",
                           projection->source, names_name(&definitions->layers, layer));
        }
    }
    return 0;
}

static int
compare_projections(const void *left, const void *right)
{
    const struct projection *a = left, *b = right;

    return (a->source_index > b->source_index) - (a->source_index < b->source_index);
}

static int
read_all(const json_t *projections, const json_t *axon_extents,
         const struct definitions *definitions, struct projections *out, struct fx_error *err)
{
    const char *source;
    json_t *entry;

    json_object_foreach ((json_t *)(uintptr_t)projections, source, entry) {
        struct projection *projection = &out->at[out->count++];
        const json_t *extents = json_object_get(axon_extents, source);
        char place[160];

        projection->source = mem_copy(source, strlen(source));
        snprintf(place, sizeof place, "projections.%s", source);
        if (read_projection(entry, place, definitions, projection, err))
            return -1;
        if (!extents)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "axon_extents has no entry for source '%s'",
                           source);
        snprintf(place, sizeof place, "axon_extents.%s", source);
        if (read_extents(extents, place, definitions, projection, err) ||
            check_extents(projection, definitions, err))
            return -1;
    }
    return 0;
}

int
projections_read(const json_t *projections, const json_t *axon_extents,
                 const struct definitions *definitions, struct projections *out,
                 struct fx_error *err)
{
    *out = (struct projections){ 0 };
    if (json_check_object(projections, "projections", err) ||
        json_check_object(axon_extents, "axon_extents", err))
        return -1;
    if (json_object_size(projections) > MOST_PROJECTIONS)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "projections has %zu sources, more than %d",
                       json_object_size(projections), MOST_PROJECTIONS);
    out->at = mem_new(json_object_size(projections), sizeof *out->at);
    if (read_all(projections, axon_extents, definitions, out, err)) {
        projections_release(out);
        return -1;
    }
    return 0;
}

void
projections_sort(struct projections *projections)
{
    if (projections->count > 0)
        qsort(projections->at, projections->count, sizeof *projections->at, compare_projections);
}

void
projections_release(struct projections *projections)
{
    for (size_t i = 0; i < projections->count; i++) {
        free(projections->at[i].source);
        free(projections->at[i].shares);
        free(projections->at[i].extents);
    }
    free(projections->at);
    *projections = (struct projections){ 0 };
}

static const char *
name_or_default(const struct definitions *definitions, int8_t layer)
{
    return layer == LAYER_DEFAULT ? "default" : names_name(&definitions->layers, layer);
}

int
projections_check_sums(const struct projections *projections,
                       const struct definitions *definitions, struct fx_error *err)
{
    for (size_t i = 0; i < projections->count; i++) {
        const struct projection *p = &projections->at[i];

        for (size_t k = 0; k < p->share_count; k++) {
            const struct projection_share *share = &p->shares[k];
            double sum = 0;

            for (size_t j = 0; j < projections->count; j++) {
                const struct projection *q = &projections->at[j];

                for (size_t l = 0; q->synapse_type == p->synapse_type && l < q->share_count; l++)
                    if (q->shares[l].swc_type == share->swc_type &&
                        q->shares[l].layer == share->layer)
                        sum += q->shares[l].proportion;
            }
            if (!(fabs(sum - 1) <= 1e-5))
                return fx_fail(err, FX_INVALID, FX_NOWHERE,
                               "the proportions of %s synapses on %s in layer %s sum to %.7g over "
                               "all sources, not to 1",
                               names_name(&definitions->synapse_types, p->synapse_type),
                               names_name(&definitions->swc_types, share->swc_type),
                               name_or_default(definitions, share->layer), sum);
        }
    }
    return 0;
}
