/*
 * environment - a network loaded into NEURON, under the caller's hand.
 *
 * In: the files cells.h5 and connections.h5, a library of mechanisms, and a description of the model.
 * Out: cells, synapses and connections as NEURON's own objects, which the caller can reach, add to,
 * run and read; spikes, recordings and potentials in one HDF5 file.
 *
 *   env = fx_env_open(&options, err)
 *   fx_env_load_cells(env, "cells.h5", err)
 *   fx_env_load_connections(env, "connections.h5", err)
 *   fx_env_stimulate(env, 500, err)        spikes of the model's stimuli, or fx_env_play()
 *   fx_env_observe(env, err)               the model's record and lfp, or fx_env_record(), fx_env_lfp()
 *   fx_env_init(env, err)
 *   fx_env_psolve(env, 500, err)           again with a later time to go on
 *   fx_env_save(env, "results.h5", err)
 *   fx_env_free(env)
 *
 * Results do not depend on the number of ranks. With several, all ranks make the same calls in the
 * same order; fx_env_play() and what only asks may be called by one rank alone. NEURON is one per
 * process, and so is an environment. Lengths in um, times in ms, potentials in mV.
 *
 * Errors are values, also those raised inside NEURON; only a failed fx_env_init() or fx_env_psolve()
 * may leave the other ranks waiting: end the program then.
 */
#ifndef FORNIX_ENVIRONMENT_H
#define FORNIX_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "fornix/error.h"

struct fx_env;
struct comm;        /* the ranks of a program, tasks/common/comm.h */
struct Section;     /* NEURON's own: <neuronapi.h> */
struct Object;

struct fx_env_options {
    struct comm *comm;          /* borrowed; NULL: this process alone */
    const char *mechanisms;     /* path of libnrnmech.so; NULL: NEURON's built-in mechanisms */
    const char *model;          /* JSON: the parameters of the task `simulate`, docs/simulate.md */
    FILE *log;                  /* what was loaded, and how fast, from rank 0; NULL: nothing */
};

/* Starts NEURON and reads the model. The strings are not kept. */
struct fx_env *fx_env_open(const struct fx_env_options *options, struct fx_error *err);
void           fx_env_free(struct fx_env *env);

/* --- the network ------------------------------------------------------------------------------- */

/* Cells with their biophysics; each rank gets a part of them. */
int fx_env_load_cells(struct fx_env *env, const char *path, struct fx_error *err);

/* Synapses and NetCons onto the cells of this rank. After the cells. */
int fx_env_load_connections(struct fx_env *env, const char *path, struct fx_error *err);

/* Sums over all ranks. All ranks call it. */
struct fx_env_counts {
    uint64_t cells, sections, segments, synapses, edges, netcons;
    uint64_t spikes;            /* so far */
    uint64_t synaptic_events;   /* deliveries of NetCons so far */
};
int fx_env_count(struct fx_env *env, struct fx_env_counts *counts, struct fx_error *err);

/* Whether the cell is on this rank. */
bool fx_env_has_cell(const struct fx_env *env, uint32_t gid);

/* The sections of a cell of this rank, by their numbers in the file; 0 for one that plays spikes. */
uint32_t        fx_env_section_count(const struct fx_env *env, uint32_t gid);
struct Section *fx_env_section(const struct fx_env *env, uint32_t gid, uint32_t section);

/* The object that plays the spikes of a cell of this rank, or NULL. */
struct Object *fx_env_player(const struct fx_env *env, uint32_t gid);

/* The NetCons onto a cell of this rank, by source population, then in the order of the file's edges. */
struct Object *const *fx_env_netcons(const struct fx_env *env, uint32_t gid, size_t *count);

/*
 * Runs `work(argument, err)`, in which NEURON's C API may be called without care: an error raised in
 * NEURON ends the work and is returned.
 */
int fx_env_try(struct fx_env *env, int (*work)(void *argument, struct fx_error *err),
               void *argument, struct fx_error *err);

/* --- input -------------------------------------------------------------------------------------- */

/*
 * The cell plays these times, in any order; those not greater than 0 are dropped. Replaces what it
 * played before. Nothing happens on a rank that does not hold the cell. Before fx_env_init().
 */
int fx_env_play(struct fx_env *env, uint32_t gid, const double *times, size_t count,
                struct fx_error *err);

/* The model's stimuli, up to `until`. */
int fx_env_stimulate(struct fx_env *env, double until, struct fx_error *err);

/* --- output ------------------------------------------------------------------------------------- */

/* A range variable of some cells of a population. */
struct fx_record {
    const char *what;           /* "v", "i_membrane_", "m_hh", ... */
    const char *population;
    const uint32_t *gids;       /* NULL: each cell with probability `fraction` */
    size_t gid_count;
    double fraction;
    const char *section;        /* type: the first section of it */
    double at;                  /* 0 .. 1 along it */
    double dt;
    const char *name;           /* of the group in the results; NULL: `what` */
};
int fx_env_record(struct fx_env *env, const struct fx_record *record, struct fx_error *err);

/* An extracellular electrode; see docs/simulate.md for the formula. */
struct fx_electrode {
    const char *name;
    double position[3];         /* X, Y, Z */
    double resistivity;         /* ohm cm */
    double dt;
    double max_distance;        /* cells whose soma is nearer count wholly; INFINITY: all */
    double far_fraction;        /* of the others this fraction, scaled up by its inverse */
};
int fx_env_lfp(struct fx_env *env, const struct fx_electrode *electrode, struct fx_error *err);

/* What the model's `record` and `lfp` ask for. */
int fx_env_observe(struct fx_env *env, struct fx_error *err);

/* --- running ------------------------------------------------------------------------------------ */

/* Sets the initial state at t = 0. Nothing may be added to the network afterwards. */
int fx_env_init(struct fx_env *env, struct fx_error *err);

/* Runs until `t`. Fails when the solution has blown up: a potential beyond 1e6 mV, or none. */
int fx_env_psolve(struct fx_env *env, double t, struct fx_error *err);

/* NEURON's time. */
double fx_env_time(const struct fx_env *env);

/* Writes spikes, recordings and potentials so far; docs/simulate.md describes the file. */
int fx_env_save(struct fx_env *env, const char *path, struct fx_error *err);

#endif
