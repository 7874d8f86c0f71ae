/*
 * places - where on a cell's tree a gap junction may be.
 *
 * In: a tree, and which section types and layers are allowed. Out: the allowed stretches; a place
 * drawn evenly over their length, with its distance from the soma.
 *
 * A stretch between two points of a section is halved: each half has the layer of the point next to
 * it. The type is the section's. Distances run along the tree from the middle of section 0, which
 * holds the root.
 */
#ifndef GAP_JUNCTIONS_PLACES_H
#define GAP_JUNCTIONS_PLACES_H

#include <stdbool.h>

#include "common/morphology.h"

struct stretch {
    uint32_t section;
    double from;            /* um from the section's start */
    double before, length;  /* um of all stretches before this one, and of it */
};

struct places {
    struct stretch *at;
    size_t count;
    double length;          /* um, of all; 0: there is no place */
    double *start;          /* of each section: its beginning's distance from the soma */
    double *section_length; /* um */
};

struct place {
    uint32_t section;
    float position;         /* 0..1 along the section */
    double distance;        /* um from the soma */
};

/* `section`, `layer`: by number, cast to uint8_t. Release it. */
void places_init(struct places *places, const struct morphology *m, const bool section[256],
                 const bool layer[256]);
void places_release(struct places *places);

/* The place at 0 < fraction < 1 of the length, which must not be 0. */
struct place places_at(const struct places *places, double fraction);

#endif
