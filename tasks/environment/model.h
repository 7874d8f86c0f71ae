/*
 * model - the configuration of a network in NEURON, as the caller gave it.
 *
 * In: a JSON object with the members that tasks/simulate/task.yaml describes; unknown ones are
 * ignored, all may be missing. Out: the numbers, checked; the nested parts stay JSON and are read by
 * those whom they concern.
 */
#ifndef ENVIRONMENT_MODEL_H
#define ENVIRONMENT_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/config.h"

struct model {
    json_t *root;
    const json_t *cell_types, *synapses, *synapse_mechanisms, *biophysics, *stimulus, *orientation,
                 *velocity, *lfp, *record;      /* borrowed from root; NULL when not given */
    struct definitions definitions;
    double rotation[3];         /* degrees */
    double v_init;              /* mV */
    double dt, max_step;        /* ms */
    double celsius;
    int secondorder;
    uint64_t seed;
    bool unique;                /* a synapse of its own for every connection */
};

/* Parses `json`; release it also after a failure. */
int  model_init(struct model *model, const char *json, struct fx_error *err);
void model_release(struct model *model);

/* biophysics.<population>, or NULL. */
const json_t *model_biophysics(const struct model *model, const char *population);

/* cell_types.<population>.template, or NULL. */
const char *model_template(const struct model *model, const char *population);

/* stimulus.<population>, or NULL. */
const json_t *model_stimulus(const struct model *model, const char *population);

/* How fast spikes of cells of `population` travel, um/ms: velocity.<population>, else
 * velocity.default, else 250. */
int model_velocity(const struct model *model, const char *population, double *velocity,
                   struct fx_error *err);

/* The depth axis of the population's morphology file; (0, 1, 0) by default. */
int model_depth_axis(const struct model *model, const char *population, double axis[3],
                     struct fx_error *err);

#endif
