#include "environment/sampler.h"

#include <math.h>
#include <string.h>

#include <neuronapi.h>

/* Equal multiples of different intervals, and NEURON's own time, may differ in the last bits. */
static const double SAME = 1e-6;

/* NEURON calls by a name and without arguments; hence the one that is active. */
static struct sampler *active;

static double
time_of(const struct sampled *sampled)
{
    return (double)sampled->next * sampled->dt;
}

static double
earliest(const struct sampler *sampler)
{
    double first = INFINITY;

    for (size_t i = 0; i < sampler->list.count; i++)
        first = fmin(first, time_of(&sampler->list.at[i]));
    return first;
}

/*
 * Asks NEURON to call at the time of the next sample. It runs a hoc event at the end of the step in
 * which it delivers it; for one that falls on a border of steps, rounding would decide which. Hence
 * a quarter of a step earlier: always within the step that ends there.
 */
static void
post(struct sampler *sampler)
{
    char statement[] = "fx_sample()", *text = statement;

    sampler->posted = earliest(sampler);
    /* Where the interval is no multiple of the step, that may be over; NEURON drops such events. */
    nrn_double_push(fmax(sampler->posted - sampler->step / 4, *sampler->neuron->t));
    nrn_str_push(&text);
    nrn_method_call(sampler->neuron->cvode, sampler->neuron->event, 2);
    nrn_double_pop();
}

void
sampler_catch_up(struct sampler *sampler, double t)
{
    for (size_t i = 0; i < sampler->list.count; i++) {
        struct sampled *sampled = &sampler->list.at[i];

        for (; time_of(sampled) <= t + SAME; sampled->next++)
            sampled->take(sampled->context, time_of(sampled));
    }
}

static void
sample(void)
{
    /* Other samples may have become due in the same step. */
    sampler_catch_up(active, fmax(active->posted, *active->neuron->t));
    post(active);
    neuron_return();
}

void
sampler_init(struct sampler *sampler, const struct neuron *neuron)
{
    memset(sampler, 0, sizeof *sampler);
    sampler->neuron = neuron;
    neuron_register("fx_sample", sample);
}

void
sampler_release(struct sampler *sampler)
{
    if (active == sampler)
        active = NULL;
    vec_release(&sampler->list);
}

void
sampler_add(struct sampler *sampler, double dt, void (*take)(void *context, double t),
            void *context)
{
    vec_push(&sampler->list, (struct sampled){ .dt = dt, .take = take, .context = context });
}

static int
post_first(void *argument, struct fx_error *err)
{
    (void)err;
    post(argument);
    return 0;
}

int
sampler_start(struct sampler *sampler, double step, struct fx_error *err)
{
    active = sampler;
    sampler->step = step;
    for (size_t i = 0; i < sampler->list.count; i++)
        sampler->list.at[i].next = 0;
    sampler_catch_up(sampler, 0);
    return sampler->list.count ? neuron_try(post_first, sampler, err) : 0;
}
