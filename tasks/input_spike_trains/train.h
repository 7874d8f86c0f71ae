/*
 * train - the spikes of one stimulus cell.
 *
 * In: a rate, or given times. Out: f32 times (ms) in ascending order, from `start` on and before
 * `stop`. A drawn train depends on the seed and the gid alone.
 */
#ifndef INPUT_SPIKE_TRAINS_TRAIN_H
#define INPUT_SPIKE_TRAINS_TRAIN_H

#include "base/vec.h"
#include "common/rate.h"

typedef VEC(float) train;

struct train_how {
    uint64_t seed;
    double start, stop, dead_time;      /* ms */
};

/*
 * Fails (FX_INVALID) where the rate makes one expect more than 2^30 spikes of a cell: what it says of
 * time or rate is wrong.
 */
int train_check(const struct train_how *how, const struct rate *rate, struct fx_error *err);

/* Appends the train of the cell `gid`; returns how many spikes. `times` may be NULL: they are counted. */
size_t train_draw(const struct train_how *how, const struct rate *rate, uint32_t gid, train *times);

/* Sorts `count` times, shifts them, and appends those between start and stop; returns how many. */
size_t train_take(const struct train_how *how, double *given, size_t count, double factor,
                  double shift, train *times);

#endif
