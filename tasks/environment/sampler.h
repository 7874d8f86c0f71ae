/*
 * sampler - calls functions at multiples of their intervals while NEURON runs.
 *
 * In: functions and their intervals. Between sampler_start() (after finitialize) and the end of the
 * run each is called at t = 0, dt, 2 dt, ... with that time, before the step that begins there, so
 * that it sees the state at that time. One sampler per process: NEURON calls it by a name.
 */
#ifndef ENVIRONMENT_SAMPLER_H
#define ENVIRONMENT_SAMPLER_H

#include <stdint.h>

#include "base/vec.h"
#include "environment/neuron.h"

struct sampled {
    double dt;                  /* ms */
    uint64_t next;              /* the number of the next sample */
    void (*take)(void *context, double t);
    void *context;
};

struct sampler {
    const struct neuron *neuron;
    VEC(struct sampled) list;
};

void sampler_init(struct sampler *sampler, const struct neuron *neuron);
void sampler_release(struct sampler *sampler);

/* `take` must not call NEURON; `context` lives as long as the sampler. */
void sampler_add(struct sampler *sampler, double dt, void (*take)(void *context, double t),
                 void *context);

/* Begins again at t = 0. */
int sampler_start(struct sampler *sampler, struct fx_error *err);

#endif
