#include "synapse_forest/depth.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

enum { SWC_SOMA = 1 };

static int
compare_layers(const void *a, const void *b)
{
    return ((const struct depth_layer *)a)->number - ((const struct depth_layer *)b)->number;
}

static int
read_layers(struct depth *depth, const struct layer_extents *extents,
            const struct definitions *definitions, struct fx_error *err)
{
    depth->layers = mem_new(extents->count + 1, sizeof *depth->layers);
    for (size_t i = 0; i < extents->count; i++) {
        const struct layer_extent *extent = &extents->at[i];
        int number;

        if (names_number(&definitions->layers, "number in definitions.layers for", "layer_extents",
                         extent->layer, &number, err))
            return -1;
        depth->layers[depth->layer_count++] =
            (struct depth_layer){ extent->low[2], extent->high[2], (int8_t)number };
    }
    qsort(depth->layers, depth->layer_count, sizeof *depth->layers, compare_layers);
    return 0;
}

static size_t
first_soma_point(const struct morphology *tree)
{
    for (size_t i = 0; i < tree->point_count; i++)
        if (tree->swc_type[i] == SWC_SOMA)
            return i;
    return 0;
}

int
depth_init(struct depth *depth, const struct morphology *tree, const double depth_axis[3],
           const struct layer_extents *extents, const struct definitions *definitions,
           struct fx_error *err)
{
    size_t soma = first_soma_point(tree);
    double length = sqrt(depth_axis[0] * depth_axis[0] + depth_axis[1] * depth_axis[1] +
                         depth_axis[2] * depth_axis[2]);

    *depth = (struct depth){ .point_count = tree->point_count };
    if (!(length > 0))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'depth_axis' has the length 0");
    if (read_layers(depth, extents, definitions, err))
        return -1;
    depth->below = mem_new(tree->point_count + 1, sizeof *depth->below);
    for (size_t i = 0; i < tree->point_count; i++)
        depth->below[i] = (((double)tree->x[i] - tree->x[soma]) * depth_axis[0] +
                           ((double)tree->y[i] - tree->y[soma]) * depth_axis[1] +
                           ((double)tree->z[i] - tree->z[soma]) * depth_axis[2]) / length;
    return 0;
}

void
depth_release(struct depth *depth)
{
    free(depth->layers);
    free(depth->below);
    *depth = (struct depth){ 0 };
}

static int8_t
layer_at(const struct depth *depth, double l)
{
    int8_t at_end = MORPHOLOGY_NO_LAYER;

    for (size_t i = 0; i < depth->layer_count; i++) {
        const struct depth_layer *layer = &depth->layers[i];

        if (l >= layer->low && l < layer->high)
            return layer->number;
        if (l == layer->high)
            at_end = layer->number;
    }
    return at_end;
}

void
depth_layers(const struct depth *depth, double l, int8_t *layers)
{
    for (size_t i = 0; i < depth->point_count; i++)
        layers[i] = layer_at(depth, l + depth->below[i]);
}
