/*
 * neuroh5_cells - attributes of cells: /Populations/<population>/<namespace>/<attribute>/.
 *
 * Writing a namespace whose attributes have the same number of values for a cell:
 *
 *   w = neuroh5_cells_new(file, comm, "PYR", "Synapse Attributes", attributes, 7, cells, NEUROH5_GROWS, err)
 *   for each block of a constant number of cells, cut over the ranks by comm_part():
 *       neuroh5_cells_append(w, count, first, counts, values, err)      (all ranks, also with count 0)
 *   neuroh5_cells_finish(w, err)
 *
 * Reading: open one attribute, then ask for the values of a range of cells, in the order of the cells,
 * whatever their order in the file.
 */
#ifndef COMMON_NEUROH5_CELLS_H
#define COMMON_NEUROH5_CELLS_H

#include "common/h5.h"

struct neuroh5_attribute {
    const char *name;
    enum h5_type type;
};

struct neuroh5_cells_writer;

/*
 * Creates the datasets (collective). `cells`: how many cells will be appended in all. `values`: how
 * many values per attribute in all, or NEUROH5_GROWS. Borrows `file` and `comm`.
 */
struct neuroh5_cells_writer *
neuroh5_cells_new(struct h5_file *file, const struct comm *comm, const char *population,
                  const char *name_space, const struct neuroh5_attribute *attributes,
                  size_t attribute_count, uint64_t cells, uint64_t values, struct fx_error *err);

/*
 * Appends the next cells (collective): this rank's are first .. first + count - 1 of the population,
 * after those of lower ranks and of earlier calls; counts[i] values for the i-th, and values[a] holds
 * those of attribute a end to end. `count` may be 0.
 */
int neuroh5_cells_append(struct neuroh5_cells_writer *writer, uint32_t first, uint32_t count,
                         const uint32_t *counts, const void *const *values, struct fx_error *err);

/* Writes the last pointer and closes the datasets (collective); `writer` is gone in any case. Fails
 * unless as many cells and values came as were announced. */
int  neuroh5_cells_finish(struct neuroh5_cells_writer *writer, struct fx_error *err);
void neuroh5_cells_discard(struct neuroh5_cells_writer *writer);    /* on the way out of an error */

/* One value for each of the cells 0 .. cells-1 (collective; rank 0's values are written). */
int neuroh5_cells_write_single(struct h5_file *file, const struct comm *comm,
                               const char *population, const char *name_space,
                               const char *attribute, enum h5_type type, uint64_t cells,
                               const void *values, struct fx_error *err);

struct neuroh5_cells;   /* one attribute, open for reading */

/*
 * `cells`: the population's count; a cell index beyond it, twice the same cell, pointers that
 * descend or end elsewhere than the values do: FX_INVALID. Borrows `file`.
 */
struct neuroh5_cells *neuroh5_cells_open(const struct h5_file *file, const char *population,
                                         const char *name_space, const char *attribute,
                                         enum h5_type type, uint64_t cells, struct fx_error *err);
void neuroh5_cells_free(struct neuroh5_cells *cells);

/* How many values cell `cell` has; 0 also when it does not occur. */
uint64_t neuroh5_cells_value_count(const struct neuroh5_cells *cells, uint32_t cell);

/* How many values the cells first .. first + count - 1 have together. */
uint64_t neuroh5_cells_range_count(const struct neuroh5_cells *cells, uint32_t first,
                                   uint32_t count);

/*
 * The values of the cells first .. first + count - 1, cell after cell, into `values`, which has room
 * for neuroh5_cells_range_count() of them. offsets (may be NULL; count + 1 entries): where each
 * cell's begin.
 */
int neuroh5_cells_read(const struct neuroh5_cells *cells, uint32_t first, uint32_t count,
                       void *values, uint64_t *offsets, struct fx_error *err);

/*
 * The values of an attribute with exactly one for each of the cells 0 .. cells-1; free() them. NULL
 * on failure, also (FX_INVALID) when the file has not one of each cell (`cells` is believed only then),
 * or a number that is not finite.
 */
void *neuroh5_cells_read_single(const struct h5_file *file, const char *population,
                                const char *name_space, const char *attribute, enum h5_type type,
                                uint64_t cells, struct fx_error *err);

#endif
