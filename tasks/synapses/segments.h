/*
 * segments - a tree cut into the pieces on which synapse density is constant.
 *
 * In: a morphology with its sections. Out: the segments of each section in order, with layer and
 * type, and, for the distance of a synapse from the morphology's origin, the straight pieces
 * between points. One tree serves all cells that have it: make it once. Lengths in um.
 */
#ifndef SYNAPSES_SEGMENTS_H
#define SYNAPSES_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "common/morphology.h"
#include "fornix/error.h"

/* How sections are cut. */
struct segment_rule {
    uint32_t nseg;          /* so many segments in every section; 0: by the d-lambda rule */
    double d_lambda;        /* a segment is at most this part of the length constant */
    double frequency;       /* Hz, at which the length constant is taken */
    double ra;              /* ohm cm, resistivity of the cytoplasm */
    double cm;              /* uF/cm2, capacitance of the membrane */
};

struct segment {
    uint32_t section;
    uint32_t first_interval;    /* the interval in which the segment begins */
    double from, to;            /* um from the section's start */
    double section_length;
    uint8_t swc_type;
    int8_t layer;               /* of the point nearest to its middle; -1: none */
};

/*
 * The straight piece between two successive points, `start` to `end` um from the section's start;
 * at s um the squared distance from the origin is square + (s - start) (slope + (s - start)).
 */
struct segment_interval {
    double start, end;
    double square, slope;
};

struct segments {
    struct segment *at;                     /* by section, then along it; none in empty sections */
    size_t count;
    struct segment_interval *intervals;     /* those of a section end exactly at its length */
    size_t interval_count;
};

#define SEGMENTS_MOST 32767     /* in one section, as in NEURON */

/* Fails (FX_INVALID) where the d-lambda rule asks for more than SEGMENTS_MOST, or for a section
 * type that is no SWC type (below 0). Release it. */
int  segments_init(struct segments *segments, const struct morphology *m,
                   const struct segment_rule *rule, struct fx_error *err);
void segments_release(struct segments *segments);

/*
 * The length constant (um) of section `s` of length > 0 at the rule's frequency: the d-lambda rule
 * of Hines and Carnevale, "NEURON: a tool for neuroscientists", Neuroscientist 7:123-135, 2001; the
 * diameter varies linearly between points.
 */
double segments_lambda(const struct morphology *m, size_t s, const struct segment_rule *rule);

/* How many segments section `s` has by the rule; odd by d-lambda. As a number that may be huge. */
double segments_of_section(const struct morphology *m, size_t s, const struct segment_rule *rule);

/* The distance (um) from the morphology's origin of the place `s` um along a section, which lies in
 * `interval` of it. */
double segments_distance(const struct segment_interval *interval, double s);

#endif
