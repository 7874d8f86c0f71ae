/*
 * sampler - calls functions at multiples of their intervals while NEURON runs.
 *
 * In: functions and their intervals. Between sampler_start() (after finitialize) and the end of the
 * run each is called at t = 0, dt, 2 dt, ... with that time, before the step that begins there, so
 * that it sees the state at that time. One sampler per process: NEURON calls it by a name.
 * sampler_catch_up() after a piece of the run makes sure that the sample at its end has been taken,
 * whatever the last bits of times say.
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
    double posted;              /* when NEURON will call, ms */
};

void sampler_init(struct sampler *sampler, const struct neuron *neuron);
void sampler_release(struct sampler *sampler);

/* `take` must not call NEURON; `context` lives as long as the sampler. */
void sampler_add(struct sampler *sampler, double dt, void (*take)(void *context, double t),
                 void *context);

/* Takes the samples that are due at `t`, where the run stands, and have not been taken. */
void sampler_catch_up(struct sampler *sampler, double t);

/* Begins again at t = 0. */
int sampler_start(struct sampler *sampler, struct fx_error *err);

#endif
