/*
 * network - a network of three cells and two sources for the tests of this folder, written through
 * the common writers.
 *
 * Population CELL (gids 0, 1, 2) has a tree each: section 0 soma, 20 um along y from (0, 0, 0), in
 * layer 1; section 1 apical, 100 um further up, attached to its end, layer 1 for 50 um and then 2;
 * section 2 basal, 60 um along x, attached to its start, layer 1. All radii 5, 1, 1 um. Somata at
 * (100, 0, 0), (200, 0, 0), (300, 0, 0). Population IN (gids 3, 4), if wanted, has no tree.
 *
 * Synapses of each CELL: ids 0..3 at section 1, locations 0.1, 0.12, 0.9 and 1; id 4 at section 2,
 * location 0.5; id 5 on the soma. Edges: CELL 0 -> 1 and 1 -> 2 onto synapses 0, 1, 2 (distance 100),
 * IN 3 -> 0 onto synapse 4 and 5 (distance 250 and 0).
 */
#ifndef UNIT_ENVIRONMENT_NETWORK_H
#define UNIT_ENVIRONMENT_NETWORK_H

#include "common/comm.h"
#include "common/morphology.h"
#include "fornix/environment.h"

/* What a test may want otherwise. */
struct network_options {
    bool sources;                   /* with IN */
    bool no_trees;
    uint32_t synapse_section;       /* 0: as above; else the section of synapse 4 */
    uint32_t edge_synapse;          /* 0: as above; else the synapse of the edge from IN */
    float distance;                 /* 0: as above; else that of the edge from IN */
};

/* The tree of a cell. Release it. */
void network_tree(struct morphology *m);

/* Writes cells.h5 and connections.h5 into test_folder(). `options` may be NULL. */
void network_write(const struct network_options *options);

/* Writes trains.h5: /Populations/IN/Trains/t has 30, 10 and 20 ms for the second cell of IN only. */
void network_write_trains(void);

/*
 * An environment with the model `json` (single quotes stand for double ones) and the mechanisms of
 * the library (NULL: NEURON's own); the test fails when it does not open.
 */
struct fx_env *network_open(const char *json, const char *library);

/* Compiles the quickstart's VecStim (about a second). The path is valid until the test ends. */
const char *network_library(void);

/* A model for it: passive cells with hh in the soma; AMPA is ExpSyn. `more` (may be "") follows, as
 * ", 'dt': 0.1". */
const char *network_model(const char *more);

#endif
