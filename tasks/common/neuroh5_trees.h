/*
 * neuroh5_trees - morphologies of cells: /Populations/<population>/Trees/.
 *
 * Writing: neuroh5_trees_new(), then neuroh5_trees_append() for each block of a constant number of
 * cells, cut over the ranks, then neuroh5_trees_finish(). Indices and pointers are shared by hard
 * links. Reading: open, then one cell at a time.
 */
#ifndef COMMON_NEUROH5_TREES_H
#define COMMON_NEUROH5_TREES_H

#include "common/h5.h"
#include "common/morphology.h"

struct neuroh5_trees_writer;

/* Creates the datasets and links (collective) for `cells` trees. Where all trees have the size of
 * `like`, give it: the datasets are made in one piece; NULL: they grow. */
struct neuroh5_trees_writer *neuroh5_trees_new(struct h5_file *file, const struct comm *comm,
                                               const char *population, uint64_t cells,
                                               const struct morphology *like,
                                               struct fx_error *err);

/* Appends the next cells (collective), as neuroh5_cells_append(): trees[i] is the tree of cell
 * first + i; entries may be the same pointer. */
int neuroh5_trees_append(struct neuroh5_trees_writer *writer, uint32_t first, uint32_t count,
                         const struct morphology *const *trees, struct fx_error *err);

/* Closes (collective); `writer` is gone in any case. */
int  neuroh5_trees_finish(struct neuroh5_trees_writer *writer, struct fx_error *err);
void neuroh5_trees_discard(struct neuroh5_trees_writer *writer);

struct neuroh5_trees;

/* `cells`: the population's count. Borrows `file`. */
struct neuroh5_trees *neuroh5_trees_open(const struct h5_file *file, const char *population,
                                         uint64_t cells, struct fx_error *err);
void neuroh5_trees_free(struct neuroh5_trees *trees);

/* How many cells have a tree. */
uint64_t neuroh5_trees_count(const struct neuroh5_trees *trees);

/* Whether cell `cell` has a tree. */
bool neuroh5_trees_has(const struct neuroh5_trees *trees, uint32_t cell);

/*
 * The tree of a cell, checked and with lengths and parents (morphology_derive()); release it. A cell
 * without a tree is FX_INVALID. Where it is the same as `last` (may be NULL; a tree read before),
 * *same is set and `m` left alone: a population of one morphology derives it once.
 */
int neuroh5_trees_read(const struct neuroh5_trees *trees, uint32_t cell, struct morphology *m,
                       const struct morphology *last, bool *same, struct fx_error *err);

#endif
