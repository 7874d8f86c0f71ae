/*
 * source - a file that is being looked at: opened, its populations, its attributes and projections.
 *
 *   source_open -> scan_open, scan_next ... scan_close, for each dataset -> source_close
 */
#ifndef H5_SOURCE_H
#define H5_SOURCE_H

#include "common/h5_inspect.h"
#include "common/neuroh5_types.h"
#include "h5/guard.h"

/* An attribute of cells. Its datasets need not be there. */
struct attribute {
    char *name_space, *name;
    char *index, *pointer, *value; /* paths */
};

struct cell_group {
    char *population;
    bool has_trees;
    struct attribute *attributes; /* of trees too: namespace "Trees" */
    size_t attribute_count;
};

struct edge_value {
    char *name_space, *name, *path;
};

struct edge_group {
    char *destination, *source, *folder;
    struct edge_value *values;
    size_t value_count;
};

struct source {
    struct h5_file *file;
    const char *path;
    struct watch *watch;
    struct neuroh5_types types; /* empty when there are none */
    bool has_types;
    struct fx_error types_error; /* why not */
    struct cell_group *cells;
    size_t cell_count;
    struct edge_group *edges;
    size_t edge_count;
};

/* FX_INVALID when it is no HDF5 file, or its groups cannot be listed. Close it in any case. */
int source_open(struct source *source, const char *path, struct watch *watch, struct fx_error *err);
/* As source_open() of a file that is open already; it is taken over. */
int source_take(struct source *source, struct h5_file *file, struct watch *watch,
                struct fx_error *err);
void source_close(struct source *source);

const struct cell_group *source_cells(const struct source *source, const char *population);
const struct attribute *
cell_group_find(const struct cell_group *group, const char *name_space, const char *name);
const struct edge_group *
source_edges(const struct source *source, const char *destination, const char *from);

/* The population that a gid belongs to, NULL when none. */
const struct neuroh5_population *source_gid(const struct source *source, uint64_t gid);

/* Datasets that belong to no population's attribute and to no projection: paths, by name; release them. */
int source_others(const struct source *source, struct h5_names *paths, struct fx_error *err);

/* --- reading piece by piece ------------------------------------------------------------------- */

enum { SCAN_PIECE = 1 << 17 };

struct scan {
    const struct source *source;
    char *path;
    struct h5_view *view;
    struct h5_facts facts;
    uint64_t at;           /* the next value */
    uint64_t first, count; /* the piece that was read last */
    union {
        int64_t *integer; /* when facts.integer */
        double *real;     /* when facts.real */
        void *room;
    } values;
};

/* Opens the dataset at `path`; scans begin at its first value. */
int
scan_open(struct scan *scan, const struct source *source, const char *path, struct fx_error *err);
/* Reads the next piece: 1, 0 at the end, -1. */
int scan_next(struct scan *scan, struct fx_error *err);
/* Reads values from .. from + count - 1, into values of 8 bytes each. */
int scan_integers(struct scan *scan, uint64_t from, uint64_t count, int64_t *values,
                  struct fx_error *err);
int
scan_reals(struct scan *scan, uint64_t from, uint64_t count, double *values, struct fx_error *err);
void scan_close(struct scan *scan);

/* All integers of a dataset; free() them. NULL on failure. */
int64_t *source_integers(const struct source *source, const char *path, uint64_t *count,
                         struct fx_error *err);

#endif
