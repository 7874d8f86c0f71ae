/*
 * source - where the trains of a population come from: a file of features, a rule, or given trains.
 *
 * In: the task's parameters and a population. Out: for each of its cells its spikes. Every rank reads
 * by itself.
 */
#ifndef INPUT_SPIKE_TRAINS_SOURCE_H
#define INPUT_SPIKE_TRAINS_SOURCE_H

#include "common/neuroh5_rates.h"
#include "common/neuroh5_types.h"
#include "common/rate_rule.h"
#include "common/task.h"
#include "input_spike_trains/given.h"
#include "input_spike_trains/train.h"

struct source {
    const struct neuroh5_population *population;
    struct train_how how;
    bool there;                     /* the population gets trains */

    struct neuroh5_rates *features; /* of a file that the caller holds open */
    struct rate_rule rule;
    bool has_rule;
    double *rates;                  /* room for the rule's */

    struct given given;
    struct h5_file *file;           /* of trains */
    struct neuroh5_cells *trains;
    bool has_given;
    double factor, shift;           /* ms = factor * time + shift */
    VEC(double) times;              /* of one cell */
};

/*
 * Opens what the parameters say of population->name; population and how are set. `features` may be
 * NULL. Fails when two parameters name the population. Release it, also after a failure.
 */
int  source_open(struct source *source, const struct task *task, const struct h5_file *features,
                 const char *features_namespace, struct fx_error *err);
void source_release(struct source *source);

/* Appends the train of a cell to `times` (may be NULL); *count: how many spikes. */
int source_train(struct source *source, uint32_t cell, train *times, uint64_t *count,
                 struct fx_error *err);

#endif
