/* A small tree for the tests of this folder, and definitions to name its parts. */
#ifndef UNIT_SYNAPSES_TREE_H
#define UNIT_SYNAPSES_TREE_H

#include "common/config.h"
#include "common/morphology.h"
#include "synapses/density.h"

enum { SOMA = 1, BASAL = 3, APICAL = 4, EXCITATORY = 0, INHIBITORY = 1, SO = 5, SP = 6, SR = 8 };

/*
 * Section 0: soma, 20 um along y, layer SP. Section 1: basal, 600 um downwards, bent and with a
 * repeated point; layer SP for its first 100 um, then SO. Section 2: apical, 500 um upwards in SR,
 * of which 100 um are without a layer. Release it.
 */
void tree_make(struct morphology *m);

/* The default definitions with the layers SO 5, SP 6, SR 8. Release them. */
void tree_definitions(struct definitions *definitions);

/* Rules from JSON of `density` alone, with single quotes. Release them. */
void tree_rules(const char *density, struct density_rules *rules);

#endif
