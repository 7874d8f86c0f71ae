/*
 * grid - the points of one group in cells, so that neighbours are found without looking at all.
 *
 * grid_init() once, grid_fill() whenever the points have moved, then any number of walks. Neighbours
 * come cell by cell, within a cell by their numbers: always in the same order.
 */
#ifndef SOMA_COORDINATES_GRID_H
#define SOMA_COORDINATES_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct grid {
    double low[3], width[3];    /* of a cell */
    uint32_t cells[3];
    uint32_t *start;            /* by cell: where its points begin in `number`; one more at the end */
    uint32_t *number;           /* points, by cell */
    uint32_t *cell;             /* by point */
    size_t count;
};

/* Cells at least `width` wide over the box; no more of them than some per point. */
void grid_init(struct grid *grid, const double low[3], const double high[3], double width,
               size_t count);
void grid_release(struct grid *grid);

/* Sorts `count` points (three coordinates each, one after the other) into the cells. */
void grid_fill(struct grid *grid, const double *points, size_t count);

/* Walks over the points of the cells that lie within `range` of `at`; some of them lie farther. */
struct grid_walk {
    const struct grid *grid;
    uint32_t from[3], to[3], here[2];   /* cells, both ends included */
    uint32_t next, end;                 /* entries of `number` */
    bool over;
};

struct grid_walk grid_near(const struct grid *grid, const double at[3], double range);
bool             grid_next(struct grid_walk *walk, uint32_t *number);

#endif
