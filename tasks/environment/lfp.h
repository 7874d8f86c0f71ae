/*
 * lfp - extracellular electrodes: what the membrane currents of the cells add up to at a point.
 *
 * In: electrodes (fx_electrode in fornix/environment.h, or the model's `lfp`: name -> {position: [x,
 * y, z], resistivity, dt, max_distance, far_fraction}, or one such mapping alone, which is then
 * called "lfp"). Out: on rank 0, for each, times and potentials.
 *
 * Each segment is a line source (line_source.h). The cells within max_distance count wholly; of the
 * others a fraction, drawn by seed, electrode and gid, each multiplied by 1 / fraction. A sample is
 * summed within each cell, over its segments in order, and then over the cells in the order of gids:
 * the result does not depend on the number of ranks. For that the cells' sums wait on their ranks;
 * lfp_collect() joins them.
 */
#ifndef ENVIRONMENT_LFP_H
#define ENVIRONMENT_LFP_H

#include <stdint.h>

#include "base/vec.h"
#include "environment/cells.h"
#include "environment/sampler.h"
#include "fornix/environment.h"

struct electrode;

struct lfp {
    const struct cells *cells;
    const struct neuron *neuron;
    VEC(struct electrode *) list;
};

void lfp_init(struct lfp *lfp, const struct cells *cells, const struct neuron *neuron);
void lfp_release(struct lfp *lfp);

/* Adds one; all ranks call it alike. Turns NEURON's fast_imem on. */
int lfp_add(struct lfp *lfp, const struct fx_electrode *wanted, const struct model *model,
            struct sampler *sampler, struct fx_error *err);
/* Adds the model's. */
int lfp_add_all(struct lfp *lfp, const struct model *model, struct sampler *sampler,
                struct fx_error *err);

/* After finitialize: finds the currents and forgets older samples. */
int lfp_start(struct lfp *lfp, struct fx_error *err);

/* How long the run may go on (ms) before lfp_collect() must be called, so that memory is bounded. */
double lfp_patience(const struct lfp *lfp);

/* Joins the samples since the last call; all ranks call it. */
int lfp_collect(struct lfp *lfp, struct fx_error *err);

/* What has been collected: on rank 0; elsewhere *count is 0. Borrowed. */
const char *lfp_result(const struct lfp *lfp, size_t electrode, size_t *count,
                       const double **times, const double **values);
/* Its properties, for whoever writes them down. */
const struct fx_electrode *lfp_electrode(const struct lfp *lfp, size_t electrode);

#endif
