/*
 * spread - points in boxes, evenly: neither a lattice nor clumps.
 *
 * In: groups (so many points in this box). Out: a place in its box for each point. Points start at
 * random and repel each other: first within their group, so that each population is even by itself,
 * then all together, so that no two somata are closer than they must be. A point hears only those
 * within one and a half times the spacing that its density asks for. A box continues beyond its walls
 * as it begins on the other side, so that its points neither gather at walls nor keep away from them. Time
 * grows with the number of points.
 *
 * Every move depends on the places of the round before alone: any number of ranks gives the same.
 */
#ifndef SOMA_COORDINATES_SPREAD_H
#define SOMA_COORDINATES_SPREAD_H

#include <stddef.h>
#include <stdint.h>

#include "common/comm.h"

struct spread_group {
    double low[3], high[3];     /* the box; an extent of 0 is fine */
    size_t count;
    double *given;              /* u, v, l of each: they stay there; NULL: places are to be found */
    uint64_t stream;            /* distinguishes the group's random numbers, whatever its place */
    size_t first;               /* set by spread(): its points are first .. first + count - 1 */
};

struct spread_point {
    double at[3];
};

/*
 * Sets groups[i].first and returns all points, in the order of the groups; free() them. NULL (with
 * `err`) when the ranks cannot tell each other their points.
 */
struct spread_point *spread(const struct comm *comm, struct spread_group *groups, size_t group_count,
                            uint64_t seed, struct fx_error *err);

/*
 * The spacing that `count` points in a box with these extents would have if they lay evenly: the edge
 * of each one's cell, in as many dimensions as the box is thicker than that.
 */
double spread_spacing(const double extent[3], double count);

#endif
