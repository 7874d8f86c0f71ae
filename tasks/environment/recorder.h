/*
 * recorder - range variables of cells, sampled while NEURON runs.
 *
 * In: what, of which cells, where on them, how often; the model's `record` is a list of these:
 *
 *   {what: v, population: PYR, cells: [gid, ...] | fraction: 0.1, section: soma, at: 0.5, dt: 0.1,
 *    name: v}
 *
 * Out: for each, times and a table [cell][sample]. All ranks make the same calls.
 */
#ifndef ENVIRONMENT_RECORDER_H
#define ENVIRONMENT_RECORDER_H

#include <stdint.h>

#include "base/vec.h"
#include "environment/cells.h"
#include "environment/sampler.h"
#include "fornix/environment.h"

/* One entry: a variable of the chosen cells of one population. */
struct recording {
    char *name, *what, *population, *section;
    char *units;                        /* of the variable, as NEURON writes them, or NULL */
    double at, dt;
    VEC(uint32_t) gids;                 /* of this rank, ascending */
    VEC(const double *) places;         /* where NEURON keeps their values; after recorder_start() */
    VEC(double) times;                  /* ms */
    VEC(float) values;                  /* [sample][cell of this rank] */
};

struct recorder {
    const struct cells *cells;
    const struct neuron *neuron;
    VEC(struct recording *) list;
};

void recorder_init(struct recorder *recorder, const struct cells *cells,
                   const struct neuron *neuron);
void recorder_release(struct recorder *recorder);

/*
 * Adds one; names are checked. `wanted->gids` NULL: each cell of the population with probability
 * `fraction`, drawn by seed, name and gid.
 */
int recorder_add(struct recorder *recorder, const struct fx_record *wanted,
                 const struct model *model, struct sampler *sampler, struct fx_error *err);

/* Adds all of the model's `record`. */
int recorder_add_all(struct recorder *recorder, const struct model *model, struct sampler *sampler,
                     struct fx_error *err);

/* After finitialize: finds the places of the values and forgets older samples. */
int recorder_start(struct recorder *recorder, const struct model *model, struct fx_error *err);

#endif
