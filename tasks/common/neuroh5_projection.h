/*
 * neuroh5_projection - edges: /Projections/<destination>/<source>/, destination block sparse.
 *
 * Writing: neuroh5_projection_new() for each projection, then neuroh5_projection_append() for each
 * block of a constant number of destination cells, cut over the ranks, then
 * neuroh5_projection_finish(). All cells of the destination population are appended, in order; those
 * without an edge have a count of 0. Reading: open, then ranges of destinations.
 */
#ifndef COMMON_NEUROH5_PROJECTION_H
#define COMMON_NEUROH5_PROJECTION_H

#include "common/h5.h"

/* One value per edge, at <name_space>/<name> beside Edges, e.g. Synapses/syn_id (u32). */
struct neuroh5_edge_attribute {
    const char *name_space, *name;
    enum h5_type type;
};

struct neuroh5_projection_writer;

/*
 * Creates the datasets (collective) for `destinations` cells and `edges` edges (NEUROH5_GROWS when not
 * known). One block holds all destinations. Borrows `file` and `comm`.
 */
struct neuroh5_projection_writer *
neuroh5_projection_new(struct h5_file *file, const struct comm *comm, const char *source,
                       const char *destination, const struct neuroh5_edge_attribute *attributes,
                       size_t attribute_count, uint64_t destinations, uint64_t edges,
                       struct fx_error *err);

/*
 * Appends the next destination cells (collective): this rank's `count` cells follow those of lower
 * ranks and of earlier calls; counts[i] edges end at the i-th; `sources`: their source cells, and
 * values[a] the values of attribute a, both in edge order. Without `sources` (NULL) these edges are
 * left out of the file: they stay 0, a hole where the file system has such.
 */
int neuroh5_projection_append(struct neuroh5_projection_writer *writer, uint32_t count,
                              const uint32_t *counts, const uint32_t *sources,
                              const void *const *values, struct fx_error *err);

/* *edges (may be NULL): how many were written. `writer` is gone in any case. */
int  neuroh5_projection_finish(struct neuroh5_projection_writer *writer, uint64_t *edges,
                               struct fx_error *err);
void neuroh5_projection_discard(struct neuroh5_projection_writer *writer);

struct neuroh5_projection;      /* open for reading */

/*
 * `destinations`, `sources`: the populations' counts; indices beyond them, pointers that descend or
 * end elsewhere: FX_INVALID. Borrows `file`.
 */
struct neuroh5_projection *neuroh5_projection_open(const struct h5_file *file, const char *source,
                                                   const char *destination, uint64_t sources,
                                                   uint64_t destinations, struct fx_error *err);
void     neuroh5_projection_free(struct neuroh5_projection *projection);
uint64_t neuroh5_projection_edges(const struct neuroh5_projection *projection);     /* in all */

/* How many edges end at the cells first .. first + count - 1. */
uint64_t neuroh5_projection_range_count(const struct neuroh5_projection *projection, uint32_t first,
                                        uint32_t count);

/*
 * The source cells of the edges that end at first .. first + count - 1, destination after destination;
 * offsets (may be NULL; count + 1 entries): where each destination's begin.
 */
int neuroh5_projection_read(const struct neuroh5_projection *projection, uint32_t first,
                            uint32_t count, uint32_t *sources, uint64_t *offsets,
                            struct fx_error *err);

/* An edge attribute of the same edges, in the same order. FX_INVALID when there is none. */
bool neuroh5_projection_has(const struct neuroh5_projection *projection, const char *name_space,
                            const char *name);
int  neuroh5_projection_read_attribute(const struct neuroh5_projection *projection,
                                       const char *name_space, const char *name, enum h5_type type,
                                       uint32_t first, uint32_t count, void *values,
                                       struct fx_error *err);

/* The sources of the projections onto `destination` that the file has, sorted by name. */
int neuroh5_projection_list(const struct h5_file *file, const char *destination,
                            struct h5_names *sources, struct fx_error *err);

#endif
