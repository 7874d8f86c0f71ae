/*
 * input - what the connections of a population are made from: files and parameters.
 *
 * In: the task. Out: the open synapses of the destination, arc distances of it and of all sources,
 * the projections in the order of their sources' indices. Every rank reads by itself.
 */
#ifndef CONNECTIONS_INPUT_H
#define CONNECTIONS_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/config.h"
#include "common/h5.h"
#include "common/neuroh5_cells.h"
#include "common/neuroh5_types.h"
#include "common/task.h"
#include "connections/connect.h"

struct input {
    struct definitions definitions;
    struct projections projections;
    struct assignment assignment;
    struct connect_source *sources;
    bool empty_is_error;
    uint64_t seed, buffer;

    struct h5_file *file;                           /* of the synapses */
    struct neuroh5_types types;
    const struct neuroh5_population *population;    /* the destination */
    struct neuroh5_cells *id, *distance, *layer, *type, *swc_type;
    float *u, *v;                                   /* um, of the destination's cells */
};

/* Reads and checks it all. *input starts as { 0 }; release it, also after a failure. */
int  input_open(struct input *input, const struct task *task, struct fx_error *err);
void input_release(struct input *input);

/* How many synapses a cell has. */
uint64_t input_count(const struct input *input, uint32_t cell);

/* Whether a projection orders synapses by their distance from the morphology's origin. */
bool input_needs_distance(const struct input *input);

#endif
