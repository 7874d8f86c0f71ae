/*
 * groups - which points go where: configuration to the groups that spread() takes.
 */
#ifndef SOMA_COORDINATES_GROUPS_H
#define SOMA_COORDINATES_GROUPS_H

#include "common/config.h"
#include "common/neuroh5_types.h"
#include "soma_coordinates/spread.h"

struct soma_groups {
    struct spread_group *at;
    uint32_t *population;       /* of each group: its row in the types' populations */
    size_t count;
};

/* The configuration, each population -> layer -> ... */
struct soma_config {
    const json_t *distributions;        /* how many */
    const json_t *constraints;          /* [l_min, l_max]; may be NULL */
    const json_t *points;               /* path of a file with the places; may be NULL */
    struct layer_extents extents;       /* by layer alone */
};

/*
 * A group for each population and layer with a count above 0, ordered by population number and layer
 * name, whatever the order of the configuration. FX_INVALID for unknown populations and layers,
 * constraints that leave nothing, given places outside of their layer (one that has no extents has
 * no outside), and counts whose sum is not the population's in `types`. Release it.
 */
int  soma_groups_read(const struct soma_config *config, const struct neuroh5_types *types,
                      struct soma_groups *groups, struct fx_error *err);
void soma_groups_release(struct soma_groups *groups);

#endif
