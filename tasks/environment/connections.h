/*
 * connections - the edges of connections.h5 as synapses and NetCons of this rank's cells.
 *
 * In: cells (in NEURON), the synapse attributes of cells.h5, the projections of connections.h5, the
 * model. Out: for each edge onto a cell of this rank, and each contact that its projection has (see
 * synapses.h), one NetCon from the source's gid to a synapse on the edge's segment. Edges of equal
 * segment and kind share a synapse unless the model says `unique`.
 *
 * weight[] is the contact's; delay = max(distance / velocity of the source, 2 dt). Everything is made
 * in the order (destination gid, name of the source population, edge), so that nothing depends on the
 * number of ranks.
 */
#ifndef ENVIRONMENT_CONNECTIONS_H
#define ENVIRONMENT_CONNECTIONS_H

#include "base/vec.h"
#include "environment/cells.h"
#include "environment/synapses.h"

/* One NetCon of each kind of contact onto a population. */
struct example {
    struct Object *netcon;
    struct contact contact;
    const char *class;          /* NEURON's name of the synapse */
};

struct connections {
    VEC(struct Object *) synapses;
    VEC(struct Object *) netcons;
    VEC(uint32_t) sources;      /* gid of the source of each NetCon */
    VEC(uint64_t) first;        /* netcons before local cell i; one entry more than cells */
    VEC(struct example) examples;
    uint64_t edges;             /* onto cells of this rank */
    uint64_t total_edges, total_netcons, total_synapses;    /* of all ranks */
};

/* All ranks call it; release `connections` also after a failure. */
int  connections_load(struct connections *connections, const struct cells *cells,
                      const struct neuron *neuron, const struct model *model,
                      const char *cells_path, const char *path, struct fx_error *err);

/*
 * Before and after finitialize: NEURON sets all weights but the first to 0 where a NET_RECEIVE has no
 * INITIAL block, and such synapses would be silent. connections_check() fails then.
 */
int  connections_note(struct connections *connections, struct fx_error *err);
int  connections_check(struct connections *connections, struct fx_error *err);

void connections_release(struct connections *connections);

#endif
