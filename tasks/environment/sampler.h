/*
 * sampler - calls functions at multiples of their intervals while NEURON runs.
 *
 * In: functions and their intervals. From sampler_start() (after finitialize) to the end of the run
 * each is called with t = 0, dt, 2 dt, ..., when the state is that of this time (of the end of the
 * step in which it falls, where the intervals are no multiples of NEURON's dt). One sampler per
 * process: NEURON calls it by a name.
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
    double step;                /* NEURON's dt, ms */
    double posted;              /* the time of the samples that NEURON will call for next, ms */
};

void sampler_init(struct sampler *sampler, const struct neuron *neuron);
void sampler_release(struct sampler *sampler);

/* `take` must not call NEURON; `context` lives as long as the sampler. */
void sampler_add(struct sampler *sampler, double dt, void (*take)(void *context, double t),
                 void *context);

/* Begins again at t = 0, the samples there included; `step`: NEURON's dt. */
int sampler_start(struct sampler *sampler, double step, struct fx_error *err);

/*
 * Takes the samples that are due at `t`, where the run stands, and have not been taken: after each
 * piece of the run, whatever the last bits of times say.
 */
void sampler_catch_up(struct sampler *sampler, double t);

#endif
