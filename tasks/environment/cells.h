/*
 * cells - the cells of a network that this rank holds, in NEURON.
 *
 * In: cells.h5 (types, soma coordinates, trees) and the model. Out: for each cell of this rank, in the
 * order of gids, its sections with biophysics, or the object that plays its spikes; its gid known to
 * NEURON; its spikes recorded. Cell g lives on rank g modulo the number of ranks.
 *
 * One section of NEURON for each of the file, with all its points. A section whose points all coincide
 * has no length, which NEURON does not take: it becomes one of a thousandth of a micrometre.
 */
#ifndef ENVIRONMENT_CELLS_H
#define ENVIRONMENT_CELLS_H

#include "base/vec.h"
#include "common/comm.h"
#include "common/neuroh5_types.h"
#include "environment/biophysics.h"
#include "environment/model.h"
#include "environment/neuron.h"
#include "environment/shape.h"

enum { CELLS_NO_SHAPE = -1 };

struct cell {
    uint32_t gid;
    uint32_t population;            /* into types.populations */
    int32_t shape;                  /* into shapes; CELLS_NO_SHAPE: it plays spikes */
    uint64_t first_section;         /* into sections */
    struct Object *player;          /* the object that plays its spikes, or NULL */
    double at[3];                   /* its soma's X, Y, Z, um; 0 for a player without coordinates */
};

struct cells {
    struct neuroh5_types types;
    struct comm *comm;              /* borrowed */
    VEC(struct cell) list;          /* by ascending gid */
    VEC(struct Section *) sections;
    VEC(struct shape) shapes;
    struct Object *spike_times, *spike_gids;    /* Vectors that NEURON fills */
    uint64_t section_count, segment_count, total;   /* of all ranks; total: cells */
};

/* NEURON must have started. All ranks call it; release `cells` also after a failure. */
int  cells_load(struct cells *cells, const struct neuron *neuron, const struct model *model,
                struct comm *comm, const char *path, struct fx_error *err);
/*
 * Tells NEURON to keep the currents of whole membranes, i_membrane_ in nA. Not on a rank without
 * sections: NEURON would end the process when it runs.
 */
int  cells_keep_currents(const struct cells *cells, const struct neuron *neuron,
                         struct fx_error *err);

void cells_release(struct cells *cells);

/* The cell of this rank with this gid, or NULL. */
const struct cell *cells_find(const struct cells *cells, uint32_t gid);

/* Its population. */
const struct neuroh5_population *cells_population(const struct cells *cells,
                                                  const struct cell *cell);
/* The shape of a cell that has one. */
const struct shape *cells_shape(const struct cells *cells, const struct cell *cell);

/* Section `section` of a cell that has a shape. */
struct Section *cells_section(const struct cells *cells, const struct cell *cell,
                              uint32_t section);

#endif
