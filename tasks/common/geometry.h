/*
 * geometry - the volume that a network fills: box coordinates to space, and lengths along them.
 *
 * In: layer extents and a rotation. (u, v, l) are coordinates in the volume's own frame, um; (x, y, z)
 * are the same place in space. Today's volume is a box: u, v, l turned about the axes. Whoever adds a
 * curved one adds a mapping here; nobody else knows what kind a volume is.
 */
#ifndef COMMON_GEOMETRY_H
#define COMMON_GEOMETRY_H

#include "common/config.h"

struct volume {
    double low[3], high[3];     /* extents in u, v, l */
    double turn[3][3];          /* rotation matrix */
};

/* Angles in degrees about the x, y and z axis, in this order, about the origin. */
void volume_init(struct volume *volume, const double low[3], const double high[3],
                 const double degrees[3]);

/* Reads the parameters `layer_extents` and, if given, `rotation` (three angles) of a task. */
int task_volume(const struct task *task, struct volume *volume, struct fx_error *err);

/* The place in space of a place in the volume. */
void volume_place(const struct volume *volume, const double uvl[3], double xyz[3]);

/*
 * The signed length of the line along `axis` (0 u, 1 v, 2 l) from coordinate `from` to the place
 * `uvl`, the other two coordinates held. For a box: the difference of the coordinates.
 */
double volume_arc(const struct volume *volume, int axis, double from, const double uvl[3]);

#endif
