/*
 * neuroh5_pointer - the index and pointer datasets of a group, read and checked.
 *
 * Shared by attributes, trees and projections: a list of cells, in any order, and for each pointer
 * dataset where each cell's values begin.
 */
#ifndef COMMON_NEUROH5_POINTER_H
#define COMMON_NEUROH5_POINTER_H

#include "common/h5.h"

/*
 * Takes no more memory than what the file holds asks for, whatever count it claims for the population.
 */
struct cell_slots {
    uint64_t count;         /* cells that occur */
    uint64_t cells;         /* the population's count */
    bool same;              /* row and cell are the same, for all of them */
    uint32_t *slot;         /* by cell: its row, SLOT_NONE; NULL when few cells occur, or `same` */
    struct cell_row *few;   /* then these, by cell */
};

struct cell_row {
    uint32_t cell, row;
};

#define SLOT_NONE UINT32_MAX

/* Reads a `Cell Index`: each cell below `cells` and there at most once. Release it. */
int  cell_slots_read(const struct h5_file *file, const char *path, uint64_t cells,
                     struct cell_slots *slots, struct fx_error *err);
void cell_slots_release(struct cell_slots *slots);

/* The row of `cell`, SLOT_NONE when it does not occur. */
uint32_t cell_slots_get(const struct cell_slots *slots, uint32_t cell);

/*
 * Reads a pointer dataset of `rows` + 1 entries that starts at 0, never descends and ends at `end`.
 * Allocated: free() it; NULL on failure.
 */
uint64_t *pointers_read(const struct h5_file *file, const char *path, uint64_t rows, uint64_t end,
                        struct fx_error *err);

#endif
