/*
 * connect - the edges that end at one cell.
 *
 * In: a cell's synapses and place; projections; the somata of their sources. Out: for each
 * projection the cell's edges in synapse order. How many there are comes without drawing them, so
 * that a file's size is known before it is written:
 *
 *   connect_cell_assign(&how, &cell, &work)            which projection each synapse belongs to
 *   connect_cell_count(&how, &cell, &tally)            adds the cell to a tally
 *   connect_cell_draw(&how, &cell, &work, p, &edges)   the edges of projection p
 *
 * What is drawn is keyed by (seed, gid of the cell, index of the source population): other
 * projections, cells and ranks do not change it.
 */
#ifndef CONNECTIONS_CONNECT_H
#define CONNECTIONS_CONNECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/comm.h"
#include "connections/assignment.h"
#include "connections/projections.h"
#include "connections/reach.h"

/* A source population, as a projection sees it. */
struct connect_source {
    struct somata somata;
    uint32_t stream;        /* the population's index: a number for its draws */
    bool is_self;           /* the destination population, and a cell may not be its own source */
};

struct connect_how {
    uint64_t seed;
    const struct projections *projections;
    const struct assignment *assignment;
    const struct connect_source *sources;   /* one per projection */
};

/* The destination: arrays of `count` synapses, borrowed. */
struct connect_cell {
    uint32_t cell, gid;     /* number in the population, and over all */
    double u, v;            /* um of arc distance */
    size_t count;
    const uint32_t *id;
    const float *distance;  /* um from the morphology's origin: it orders contacts; NULL will do
                             * where all projections have one contact */
    const int8_t *layer;
    const uint8_t *type, *swc_type;
    uint8_t *projection;    /* of each synapse, or SOURCE_NONE: connect_cell_assign() fills it */
};

/* What became of synapses, over cells. */
struct connect_tally {
    uint64_t cells, synapses;
    uint64_t unwanted_synapses, unwanted_cells;     /* named by no projection */
    struct connect_tally_projection {
        uint64_t edges;
        uint64_t unreached_synapses, unreached_cells;   /* no source cell in reach */
    } *at;                  /* one per projection */
};

/* Edges of one projection; room for as many as the cell has synapses of it. */
struct edge_arrays {
    uint32_t *source;       /* number in the source population */
    uint32_t *syn_id;
    float *distance;        /* |dU| + |dV|, um */
};

/* Memory that calls share; starts as { 0 }. */
struct connect_work {
    uint32_t *words;
    uint32_t *member, *draw;        /* synapses of one projection; which draw each one has */
    uint64_t *key, *key_swap;
    uint32_t *order, *order_swap;
    struct candidates *candidates;  /* by extent */
    size_t room, candidates_room;
};

void connect_work_release(struct connect_work *work);

/* `count` projections; release it. */
void connect_tally_init(struct connect_tally *tally, size_t count);
void connect_tally_release(struct connect_tally *tally);

/* Adds up the tallies of all ranks (collective); all have the sum. */
void connect_tally_sum(struct connect_tally *tally, size_t count, const struct comm *comm);

void connect_cell_assign(const struct connect_how *how, const struct connect_cell *cell,
                         struct connect_work *work);
void connect_cell_count(const struct connect_how *how, const struct connect_cell *cell,
                        struct connect_tally *tally);

/* Returns how many edges were written. */
size_t connect_cell_draw(const struct connect_how *how, const struct connect_cell *cell,
                         struct connect_work *work, size_t projection,
                         const struct edge_arrays *edges);

#endif
