/*
 * order - a population's places in the order of their gids, as they go into the file.
 */
#ifndef SOMA_COORDINATES_ORDER_H
#define SOMA_COORDINATES_ORDER_H

#include "soma_coordinates/groups.h"

/* One population's coordinates, um: u, v, l of each cell, ascending in u, each within its box. */
struct soma_place {
    float uvl[3];
};

/* The places of population row `population`; *count of them; free() them. */
struct soma_place *soma_places(const struct soma_groups *groups, const struct spread_point *points,
                               uint32_t population, size_t *count);

#endif
