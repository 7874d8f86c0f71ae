/*
 * projections - which sources a population's synapses may have, and how far their axons reach.
 *
 * In: the parameters `projections` (source -> {type, sections, layers, proportions, contacts}) and
 * `axon_extents` (source -> layer or `default` -> {width, offset}). Out: one record per source,
 * with names resolved to numbers.
 */
#ifndef CONNECTIONS_PROJECTIONS_H
#define CONNECTIONS_PROJECTIONS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "common/config.h"
#include "connections/reach.h"

enum {
    LAYER_DEFAULT = -1,         /* an entry for synapses in layers that no source names */
    MOST_PROJECTIONS = 255,     /* onto one population */
    EXTENT_NONE = 255           /* in extent_of_layer */
};

/* Of the synapses of one section type and layer, the part that a source has. */
struct projection_share {
    uint8_t swc_type;
    int8_t layer;           /* or LAYER_DEFAULT */
    double proportion;      /* 0..1 */
};

struct projection {
    char *source;
    uint16_t source_index;  /* of the population, for the caller to set; 0 */
    uint8_t synapse_type;
    uint32_t contacts;      /* synapses of one source in a row, >= 1 */
    struct projection_share *shares;
    size_t share_count;
    struct axon_extent *extents;        /* all different */
    size_t extent_count;
    uint8_t extent_of_layer[256];       /* by (uint8_t)layer of the synapse */
};

struct projections {
    struct projection *at;
    size_t count;
};

/*
 * Reads both, in the order of the configuration. Fails (FX_INVALID) for lists of different lengths,
 * names that definitions lack, a proportion outside 0..1, contacts below 1, a source without an
 * extent for one of its layers. Release it.
 */
int  projections_read(const json_t *projections, const json_t *axon_extents,
                      const struct definitions *definitions, struct projections *out,
                      struct fx_error *err);
void projections_release(struct projections *projections);

/* Orders them by source_index, so that nothing depends on the order of the configuration. */
void projections_sort(struct projections *projections);

/*
 * Checks that for each (synapse type, section type, layer) that a source names the proportions over
 * all sources sum to 1 within 1e-5. The message has the names and the sum.
 */
int projections_check_sums(const struct projections *projections,
                           const struct definitions *definitions, struct fx_error *err);

#endif
