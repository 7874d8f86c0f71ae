/*
 * lookup - the values of one cell of an attribute, the edges of one destination.
 *
 * For files that were checked by nobody: what a lookup hands out lies within the datasets. Memory: 8 to
 * 16 bytes per entry of the index.
 */
#ifndef H5_LOOKUP_H
#define H5_LOOKUP_H

#include "h5/source.h"

struct range {
    uint64_t begin, end; /* values begin .. end - 1 */
};

/* Which values belong to which cell, of an attribute or of the edges of a projection. */
struct lookup {
    uint32_t *cell;       /* ascending */
    struct range *values; /* of these cells */
    uint64_t count;
    uint64_t length; /* values in all */
    bool in_order;   /* the values of the cells follow each other, from 0 to length */
};

/* From the Cell Index and Attribute Pointer; `length`: of the values. */
int lookup_cells(struct lookup *lookup, const struct source *source,
                 const struct attribute *attribute, struct fx_error *err);
/* From the blocks of a projection. A cell that stands in two blocks fails. */
int lookup_edges(struct lookup *lookup, const struct source *source, const struct edge_group *group,
                 struct fx_error *err);
void lookup_release(struct lookup *lookup);

/* The values of a cell; none when it does not occur. */
struct range lookup_find(const struct lookup *lookup, uint64_t cell);

#endif
