/*
 * assignment - which source population a synapse belongs to.
 *
 * In: projections; a cell's synapses by type, section type and layer, and a random word for each.
 * Out: for each the number of the projection, by the proportions of those that name its (type,
 * section type, layer); where none does, of those that name the layer `default`.
 */
#ifndef CONNECTIONS_ASSIGNMENT_H
#define CONNECTIONS_ASSIGNMENT_H

#include <stddef.h>
#include <stdint.h>

#include "connections/projections.h"

#define SOURCE_NONE 255     /* no projection wants the synapse */

struct assignment {
    size_t types, swc_types;            /* beyond these nothing is wanted */
    uint32_t *choice_of;                /* (type, section type, layer) -> choice, 0: nobody */
    struct choice *choices;             /* choices[0] is nobody's */
    size_t choice_count;
};

/* Borrows nothing. Release it. */
void assignment_init(struct assignment *assignment, const struct projections *projections);
void assignment_release(struct assignment *assignment);

/* source[i] for the `count` synapses; words[i]: random. */
void assignment_draw(const struct assignment *assignment, size_t count, const uint8_t *types,
                     const uint8_t *swc_types, const int8_t *layers, const uint32_t *words,
                     uint8_t *source);

#endif
