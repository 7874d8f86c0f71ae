/*
 * stimulus - the spikes that cells without a tree play.
 *
 * In: the model's `stimulus`: population -> {rate: Hz, start: ms, stop: ms}, a Poisson train for each
 * cell, or {file, namespace, attribute}, trains from a NeuroH5 file (neuroh5_spikes.h). Out: each
 * player of this rank has its times. A population that is not named is silent. A Poisson train depends
 * on the seed and the gid alone.
 */
#ifndef ENVIRONMENT_STIMULUS_H
#define ENVIRONMENT_STIMULUS_H

#include "environment/cells.h"

/* Trains of all players; those without an end of their own end at `until` ms. */
int stimulus_play_all(const struct cells *cells, const struct neuron *neuron,
                      const struct model *model, double until, struct fx_error *err);

/*
 * Gives one player its times (ms), in any order; those that are not greater than 0 are dropped. The
 * array is borrowed. Fails for a cell that does not play.
 */
int stimulus_play(const struct neuron *neuron, const struct cell *cell, const double *times,
                  size_t count, struct fx_error *err);

#endif
