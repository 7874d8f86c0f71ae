/*
 * show - values and statistics, as JSON (say.h prints it).
 *
 * Each function returns an object, NULL after filling `err`.
 */
#ifndef H5_SHOW_H
#define H5_SHOW_H

#include <jansson.h>

#include "h5/arguments.h"
#include "h5/lookup.h"

struct show {
    const struct arguments *arguments;
    struct source *source;
    struct source *cells; /* of --cells; else the source itself */
};

/* {min, lower quartile, median, upper quartile, mean, max}; sorts the values. */
json_t *show_spread(uint64_t *values, uint64_t count);

/* {values, min, mean, max} of a dataset of numbers. */
json_t *show_range(const struct source *source, const char *path, struct fx_error *err);

/* The first values, --limit at most; with an object {values, first, min, mean, max} where there are more. */
json_t *
show_values(const struct show *show, struct scan *scan, struct range range, struct fx_error *err);

json_t *
show_population(const struct show *show, const struct cell_group *group, struct fx_error *err);
json_t *show_cell(const struct show *show, const struct cell_group *group, uint64_t cell,
                  struct fx_error *err);
/* The tree of a cell; null where it has none. */
json_t *show_tree(const struct show *show, const struct cell_group *group, uint64_t cell,
                  struct fx_error *err);

json_t *
show_projection(const struct show *show, const struct edge_group *group, struct fx_error *err);
/* The edges onto one cell. */
json_t *show_edges(const struct show *show, const struct edge_group *group, uint64_t cell,
                   struct fx_error *err);

/* Spikes of a population; of one cell (gid; -1: all). null where there are none. */
json_t *
show_spikes(const struct show *show, const char *population, int64_t gid, struct fx_error *err);
/* All other datasets: recordings, potentials. */
json_t *show_others(const struct show *show, struct fx_error *err);

#endif
