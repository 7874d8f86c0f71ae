/*
 * synapses - which mechanisms the connections onto one population have, and with which parameters.
 *
 * In: synapses.<destination> of the model: source -> {mechanisms: {AMPA: {tau_rise: 0.5, ..., g_unit:
 * 1e-5, weight: 1}}}, or mechanisms: {default: {AMPA: ...}}, or "swctype mechanisms": {basal: {AMPA:
 * ...}, ...}. Out: kinds (a NEURON class and its parameters; equal ones are one kind, which all sources
 * share) and, for each source, contacts: the kinds that one connection has, with the weights of its
 * NetCons.
 *
 * Names of synapses become NEURON classes by the model's `synapse_mechanisms`: name -> {mechanism,
 * parameters: {name: value}, weights: [names in the order of NET_RECEIVE]}, over
 *
 *   AMPA, GABA_A, GABA_B   LinExp2Syn      {tau_rise: 1, tau_decay: 5, e: 0}     [weight, g_unit]
 *   NMDA                   LinExp2SynNMDA  {tau_rise: 10, tau_decay: 35, e: 0,   [weight, g_unit]
 *                                           mg: 1, Kd: 3.57, gamma: 0.062, vshift: 0}
 *
 * A name that is in neither is the class itself, with the one weight `weight`. NEURON must run.
 */
#ifndef ENVIRONMENT_SYNAPSES_H
#define ENVIRONMENT_SYNAPSES_H

#include <stdbool.h>
#include <stdint.h>

#include "environment/model.h"
#include "environment/neuron.h"

enum { SYNAPSES_MOST_WEIGHTS = 8 };

struct contact {
    uint32_t kind;
    uint32_t weight_count;
    double weight[SYNAPSES_MOST_WEIGHTS];
};

struct synapses;
struct synapses_source;

struct synapses *synapses_new(const struct model *model, const struct neuron *neuron,
                              const char *destination, struct fx_error *err);
void             synapses_free(struct synapses *synapses);

uint32_t synapses_kind_count(const struct synapses *synapses);

/* The connections from cells of population `source`, or NULL when the model has none. */
const struct synapses_source *synapses_from(const struct synapses *synapses, const char *source);

/*
 * The contacts of a connection onto a section of this SWC type: `count` of them at *list, perhaps none.
 * False: the model says nothing of such sections.
 */
bool synapses_contacts(const struct synapses_source *source, int swc_type,
                       const struct contact **list, uint32_t *count);

/* A new synapse of this kind. For work inside neuron_try(). Owned by the caller. */
struct Object *synapses_place(const struct synapses *synapses, uint32_t kind,
                              struct Section *section, double at);

/* The name of the kind's NEURON class, for messages. */
const char *synapses_class(const struct synapses *synapses, uint32_t kind);

#endif
