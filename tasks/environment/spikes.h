/*
 * spikes - what NEURON recorded on the ranks, joined; and what came of it.
 */
#ifndef ENVIRONMENT_SPIKES_H
#define ENVIRONMENT_SPIKES_H

#include "environment/cells.h"
#include "environment/connections.h"

struct spike {
    double t;                   /* ms */
    uint32_t gid, unused;
};

/*
 * All spikes so far, ordered by t, then gid, on rank `root` (-1: on all); *all is allocated there,
 * free() it, and NULL elsewhere. *count is the same on all ranks, which all call it.
 */
int spikes_join(const struct cells *cells, int root, struct spike **all, uint64_t *count,
                struct fx_error *err);

/*
 * How many events NetCons have delivered to synapses until time `until`, on all ranks: each spike,
 * each NetCon from its cell, its delay. (NEURON's own count is switched off in the wheel.) All ranks
 * call it.
 */
int spikes_delivered(const struct cells *cells, const struct connections *connections, double until,
                     uint64_t *events, struct fx_error *err);

#endif
