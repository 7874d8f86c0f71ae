/*
 * check - whether a file is as NeuroH5 says.
 *
 * Everything is read once, piece by piece, in the order of the file; memory goes with the number of
 * cells: a few bytes each, and with the size of one morphology.
 */
#ifndef H5_CHECK_H
#define H5_CHECK_H

#include "h5/findings.h"
#include "h5/source.h"

/* What edges and synapses are held against, by population (in the order of source->types). */
struct cell_facts {
    uint64_t cells;    /* entries of what follows: cells beyond have none */
    int32_t *sections; /* by cell, of its tree; -1 unknown. NULL: none known */
    int64_t *synapses; /* by cell; -1: unknown, as when ids are not 0..n-1. NULL: none known */
};

/* An object that several links lead to is checked once. */
struct memo {
    struct memo_entry {
        uint64_t number, rows, end;
        bool good;
    } *at;
    size_t count;
};

struct check {
    struct source *source;
    struct memo memo;
    struct findings *findings;
    struct cell_facts *facts; /* as many as populations; of the source, or of the file of cells */
    uint64_t synapses, edges; /* seen */
};

/* The whole of `source`. With `cells` (may be NULL; already checked) its facts are borrowed. */
void check_source(struct check *check, const struct check *cells);
void check_release(struct check *check);

/* --- the parts of it -------------------------------------------------------------------------- */

/* A failed read is a problem of the dataset; clears `err`. */
void check_failed(const struct check *check, const char *path, struct fx_error *err);

/* Opens a dataset that must be there, of one dimension, with unsigned integers (`type`: what NeuroH5 asks
 * for; another width is a warning). false after telling what is wrong. */
bool check_open(const struct check *check, const char *path, const char *type, struct scan *scan);

/* A pointer dataset of rows + 1 entries: starts at 0, never descends, ends at `end`. */
bool check_pointer(struct check *check, const char *path, uint64_t rows, uint64_t end,
                   const char *what);

/* Reads it to the end; real numbers must be finite where `finite`. */
bool check_values(const struct check *check, const char *path, bool finite);

/* What was found of the object at `path` with these numbers; NULL when it is new. */
const struct memo_entry *check_known(const struct check *check, const char *path, uint64_t rows,
                                     uint64_t end);
void check_keep(struct check *check, const char *path, struct memo_entry entry);

/* Two datasets of integers hold the same; hard links to one object are not read. */
void check_same(const struct check *check, const char *path, const char *first);

/* Zeroed room for something of each cell; NULL where a file with few cells in `index` claims many. */
void *check_room(uint64_t cells, size_t size, const struct check *check, const char *index);

/* Types and ranges of /H5Types. */
void check_types(struct check *check);

/* All of one population; `facts` is filled where there are trees and synapses. */
void check_cells(struct check *check, const struct cell_group *group,
                 const struct neuroh5_population *population, struct cell_facts *facts);

/* The trees, whose index and pointers are right. */
void check_trees(struct check *check, const struct cell_group *group, struct cell_facts *facts);

void check_edges(struct check *check, const struct edge_group *group);

/* /Spikes, as `simulate` leaves it. */
void check_spikes(struct check *check);

#endif
