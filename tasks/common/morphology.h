/*
 * morphology - a cell's tree: points, and the unbranched sections that they form.
 *
 * In: points with their parents (swc.h, or a Trees group). Out: sections by the contraction that
 * docs/neuroh5.md describes, with type, length and the place where each is attached. Lengths in um.
 *
 * A point may stand in two sections: a section of one leaf point gets its parent point in front.
 */
#ifndef COMMON_MORPHOLOGY_H
#define COMMON_MORPHOLOGY_H

#include <stddef.h>
#include <stdint.h>

#include "fornix/error.h"

enum { MORPHOLOGY_MOST_POINTS = 65535, MORPHOLOGY_NO_LAYER = -1 };

struct morphology {
    size_t point_count;
    float *x, *y, *z, *radius;      /* um */
    int8_t *layer, *swc_type;       /* layer: MORPHOLOGY_NO_LAYER when unknown */
    int32_t *parent;                /* point number, -1 for the root; not necessarily smaller */

    size_t section_count;           /* section 0 holds the root */
    uint32_t *section_start;        /* section_count + 1 offsets into section_points, arc */
    uint16_t *section_points;       /* the points of each section, in order */
    double *arc;                    /* distance of each of these from its section's start */
    double *section_length;         /* the last arc of each section */
    int8_t *section_type;           /* SWC type of the section's last point */
    int32_t *section_parent;        /* section number, -1 for section 0 (and other roots) */
    double *section_parent_at;      /* 0..1 along the parent section; 0 without one */

    size_t edge_count;              /* parent section -> child section, in order of the child */
    uint16_t *edge_source, *edge_destination;
};

/* Room for `points` zeroed points and nothing else. */
void morphology_init(struct morphology *m, size_t points);
void morphology_release(struct morphology *m);

/*
 * Finds the sections of the points that are there. Fails (FX_INVALID) for no or more than one root,
 * a parent out of range, a cycle, or fewer than two points. `err` has no place: say which file.
 */
int morphology_contract(struct morphology *m, struct fx_error *err);

/*
 * As read from a file: takes section boundaries and edges that are set already (section_start,
 * section_points, edges), checks them against the points and derives the rest.
 */
int morphology_derive(struct morphology *m, struct fx_error *err);

/* How many points section `s` has. */
size_t morphology_section_size(const struct morphology *m, size_t s);

/*
 * The place at fraction 0..1 of section `s`: by linear interpolation along its points. `at`: x, y, z.
 */
void morphology_at(const struct morphology *m, size_t s, double fraction, double at[3]);

/* Of the points of section `s` the one nearest to the place at `fraction` along it: its number. */
uint16_t morphology_nearest_point(const struct morphology *m, size_t s, double fraction);

/* The radius at fraction 0..1 of section `s`, linearly interpolated. */
double morphology_radius_at(const struct morphology *m, size_t s, double fraction);

#endif
