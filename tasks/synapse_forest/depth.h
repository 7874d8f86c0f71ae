/*
 * depth - the layers of a tree's points, from how deep they lie in the network.
 *
 * In: a tree in the coordinates of its SWC file, the depth l of each soma, the extents of the layers.
 * Out: a layer number for each point. A tree stands with its first soma point (its first point, without
 * one) at the soma; `depth_axis` is the direction in the file along which depth grows.
 */
#ifndef SYNAPSE_FOREST_DEPTH_H
#define SYNAPSE_FOREST_DEPTH_H

#include "common/config.h"
#include "common/morphology.h"

struct depth_layer {
    double low, high;           /* l, um */
    int8_t number;
};

struct depth {
    size_t layer_count, point_count;
    struct depth_layer *layers; /* by number */
    double *below;              /* by point: how much deeper than the soma, um */
};

/* FX_INVALID for layers without a number, and for an axis of length 0. Release it in any case. */
int  depth_init(struct depth *depth, const struct morphology *tree, const double depth_axis[3],
                const struct layer_extents *extents, const struct definitions *definitions,
                struct fx_error *err);
void depth_release(struct depth *depth);

/*
 * The layers of all points when the soma lies at `l`: that with low <= l < high, the one with the
 * lowest number where several do; at the lower end of all layers, the last one; MORPHOLOGY_NO_LAYER
 * above and below them.
 */
void depth_layers(const struct depth *depth, double l, int8_t *layers);

#endif
