/* What the tests of this folder build upon: projections from JSON, a cell of synapses. */
#ifndef UNIT_CONNECTIONS_SETUP_H
#define UNIT_CONNECTIONS_SETUP_H

#include "connections/connect.h"

enum { SOMA = 1, BASAL = 3, APICAL = 4, EXCITATORY = 0, INHIBITORY = 1, SO = 5, SP = 6, SR = 8 };

/* The default definitions with the layers SO 5, SP 6, SR 8. Release them. */
void setup_definitions(struct definitions *definitions);

/* Reads projections and extents that must be right. Release them. */
void setup_projections(const char *projections, const char *extents, struct projections *out);

/* Somata evenly at random in [-half, half] along U and V. Release them. */
void setup_somata(struct somata *somata, size_t count, double half, uint32_t stream);

/*
 * `count` synapses of random type (excitatory or not), section type (soma, basal, apical), layer
 * (SO, SP, SR) and distance, at the place 0, 0. Free it with setup_cell_release().
 */
struct connect_cell setup_cell(size_t count, uint32_t cell, uint32_t stream);
void                setup_cell_release(struct connect_cell *cell);

#endif
