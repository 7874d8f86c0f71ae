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

/*
 * A group for each population and layer with a count above 0, ordered by population number and layer
 * name, whatever the order of the configuration. `constraints` (may be NULL): population -> layer ->
 * [l_min, l_max]. FX_INVALID for unknown populations and layers, constraints that leave nothing, and
 * counts whose sum is not the population's in `types`. Release it.
 */
int  soma_groups_read(const json_t *distributions, const json_t *constraints,
                      const struct layer_extents *extents, const struct neuroh5_types *types,
                      struct soma_groups *groups, struct fx_error *err);
void soma_groups_release(struct soma_groups *groups);

#endif
