/*
 * origin - where arc lengths are 0, and the lengths of many places.
 */
#ifndef ARC_DISTANCES_ORIGIN_H
#define ARC_DISTANCES_ORIGIN_H

#include "common/geometry.h"

/*
 * Reads {U, V, L}: `median`, `min`, `max`, `mean` of the volume along that axis, or a number (um).
 * What is missing (or all, for NULL): median, median, max.
 */
int origin_read(const json_t *json, const struct volume *volume, double origin[3],
                struct fx_error *err);

/* Lengths (um) along `axis` of `count` places, from the origin. */
void arc_lengths(const struct volume *volume, int axis, const double origin[3], size_t count,
                 const float *u, const float *v, const float *l, float *lengths);

/* The least and the greatest length along `axis` within the volume. */
void arc_range(const struct volume *volume, int axis, const double origin[3], double range[2]);

#endif
