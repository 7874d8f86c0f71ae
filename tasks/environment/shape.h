/*
 * shape - one morphology cut into segments: what cells of that morphology have in common.
 *
 * In: a tree and the number of segments of each section. Out: where segments lie, how thick they are,
 * how far from the soma, in which layer. A shape is much smaller than its tree, which may go then.
 * Segment numbers run over the sections in order: segment i of section s is segment_start[s] + i.
 *
 * Positions are relative to the first soma point, in the network's axes: a point of the file (x, y, z)
 * lies at U = x, L = y, V = -z when the file's depth axis is +y; (U, V, L) is then rotated as the
 * network is.
 */
#ifndef ENVIRONMENT_SHAPE_H
#define ENVIRONMENT_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/morphology.h"

/* From file coordinates to the network's axes: a rotation. */
struct frame {
    double row[3][3];
};

/*
 * `depth_axis`: the direction in the file (any length but 0) that points to growing L; `rotation`:
 * the network's, as in common/geometry.h. Fails for an axis of length 0.
 */
int frame_init(struct frame *frame, const double depth_axis[3], const double rotation[3],
               struct fx_error *err);

struct shape {
    uint32_t section_count, segment_count;
    uint32_t *segment_start;    /* section_count + 1 */
    int8_t *section_type;       /* SWC type */
    uint32_t soma;              /* the section that holds soma(0.5): the first of type 1, else 0 */
    int32_t origin_point;       /* number of the first soma point; the first point without one */

    double *distance;           /* of each segment's centre from soma(0.5), along the tree, um */
    float *radius;              /* at its centre, um */
    int8_t *layer;              /* of the nearest point */
    float (*end)[3];            /* ends of segments, um: segment i of section s lies between
                                   end[segment_start[s] + s + i] and the next */
};

/*
 * Segments of a section by the rule of the d_lambda method (Hines and Carnevale 2001): an odd number,
 * none longer than `d_lambda` of the length constant at `frequency` Hz. Ra in ohm cm, cm in uF/cm2.
 */
uint32_t shape_d_lambda(const struct morphology *m, uint32_t section, double d_lambda,
                        double frequency, double Ra, double cm);

/* Fills *shape from `m` and nseg[0 .. section_count-1], each at least 1. */
void shape_init(struct shape *shape, const struct morphology *m, const uint32_t *nseg,
                const struct frame *frame);
void shape_release(struct shape *shape);

/* The number of segments of a section. */
uint32_t shape_nseg(const struct shape *shape, uint32_t section);

/* The segment of `section` that location 0..1 falls in, counted within the section. */
uint32_t shape_segment_at(const struct shape *shape, uint32_t section, double location);

/* The first section of an SWC type; false without one. */
bool shape_section_of_type(const struct shape *shape, int type, uint32_t *section);

/* A point of the tree in the network's axes, relative to the first soma point. */
void shape_point(const struct shape *shape, const struct morphology *m, const struct frame *frame,
                 size_t point, double at[3]);

#endif
