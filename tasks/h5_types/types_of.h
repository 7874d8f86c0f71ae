/*
 * types_of - configuration to populations with gid ranges, and the projections between them.
 */
#ifndef H5_TYPES_TYPES_OF_H
#define H5_TYPES_TYPES_OF_H

#include "common/config.h"
#include "common/neuroh5_types.h"

/*
 * Fills `types` (release it) with the populations of `distributions` (population -> layer -> count),
 * numbered by `populations`, and the pairs of `projections` (destination -> source -> anything; NULL:
 * none). FX_INVALID for a population without a number, a negative count, a projection of a
 * population that has no cells' distribution.
 */
int types_of(const struct names *populations, const json_t *distributions,
             const json_t *projections, struct neuroh5_types *types, struct fx_error *err);

#endif
