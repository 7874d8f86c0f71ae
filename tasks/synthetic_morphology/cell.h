/*
 * cell - what is asked of a synthetic cell: its soma, and the trees that leave it.
 *
 * In: the parameter `cell` with the numbers that publications give. Out: plain records, checked, for
 * grow.h. Lengths in um, angles in degrees; y is the depth l in the network.
 */
#ifndef SYNTHETIC_MORPHOLOGY_CELL_H
#define SYNTHETIC_MORPHOLOGY_CELL_H

#include "common/config.h"

/* Where the stems of a tree leave. */
enum cell_from { CELL_SOMA_START, CELL_SOMA_END, CELL_TREE };

struct cell_tree {
    const char *name;           /* NULL: nobody starts from it */
    const char *type_name;
    int type;                   /* SWC type */
    enum cell_from from;
    size_t parent;              /* CELL_TREE: the number of that tree, smaller than its own */
    double *at;                 /* along the parent tree, 0..1: a place each; at the soma, one entry */
    size_t at_count;
    size_t count;               /* stems at each place */
    int64_t *tips;              /* of each stem in turn, from the beginning when they are used up */
    size_t tips_count;
    int64_t max_order;          /* a stem has the order 0 */
    bool even;                  /* tips are shared out evenly at each bifurcation, not at random */
    double *inner;              /* mean lengths of branches that bifurcate, by order */
    size_t inner_count;
    double tip;                 /* mean length of the others */
    double variation;           /* lengths are within mean (1 +- variation) */
    double diameter, taper, rall_power, least_diameter;
    double elevation, azimuth, turn;
    double angle, wobble;
    double low, high;           /* l: where the tree stays, once it has come there */
};

struct cell {
    double depth;               /* l of the root, the first point of the soma */
    double direction[3];        /* of the soma, a unit vector */
    double *distance, *diameter;        /* along the soma, ascending from 0 */
    size_t soma_count;
    double step, margin;
    struct cell_tree *trees;
    size_t tree_count;
    struct layer_extents extents;
    int *layer_number;          /* of each extent */
};

/*
 * Reads it. FX_INVALID with the path of the value (`cell.trees[1].tips`) for what cannot be grown:
 * diameters and lengths not above 0, more tips than the order allows, layers that are unknown or not
 * next to each other, trees that start from what branches or comes later. `json` must outlive the cell:
 * names are its. Release it in any case.
 */
int  cell_read(const json_t *json, const json_t *layers, const struct definitions *definitions,
               struct cell *cell, struct fx_error *err);
void cell_release(struct cell *cell);

/* The number of the layer at depth `l`: low <= l < high, the lowest number; MORPHOLOGY_NO_LAYER. */
int cell_layer(const struct cell *cell, double l);

#endif
