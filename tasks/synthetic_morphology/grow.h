/*
 * grow - a synthetic cell's points, from what cell.h says of it.
 *
 * In: struct cell, a seed, a name. Out: points in the order of an SWC file. docs/geometry.md has the
 * formulas. Each stem draws from a stream of its own (seed, name, number of the tree, number of the
 * stem): what is asked of one tree changes no other, except where it leaves from it.
 */
#ifndef SYNTHETIC_MORPHOLOGY_GROW_H
#define SYNTHETIC_MORPHOLOGY_GROW_H

#include "base/text.h"
#include "base/vec.h"
#include "synthetic_morphology/cell.h"

struct grown_point {
    int64_t at[3];              /* um / 1000, as the file has them; the root is at 0, 0, 0 */
    double diameter;            /* um */
    int32_t parent;             /* point, -1: the root */
    int16_t type;
    int16_t tree;               /* number of the tree, -1: soma */
    int16_t order;              /* of its branch: 0 for a stem */
};

/* What became of a tree. */
struct grown_tree {
    uint64_t stems, tips;
    int64_t max_order;
    double length;              /* um */
};

struct grown {
    VEC(struct grown_point) points;
    struct grown_tree *trees;   /* by tree of the cell */
};

/* Grows it. FX_INVALID when it would have more points than a morphology may. Release it in any case. */
int  grow(const struct cell *cell, uint64_t seed, const char *name, struct grown *grown,
          struct fx_error *err);
void grown_release(struct grown *grown);

/* The SWC file: comments with what was grown, then the points, with the column of layers. */
void grown_text(const struct grown *grown, const struct cell *cell, const char *name,
                struct text *text);

#endif
