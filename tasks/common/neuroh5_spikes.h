/*
 * neuroh5_spikes - spike trains in NeuroH5 files: /Populations/<population>/<namespace>/<attribute>,
 * times in ms.
 */
#ifndef COMMON_NEUROH5_SPIKES_H
#define COMMON_NEUROH5_SPIKES_H

#include "common/neuroh5_cells.h"
#include "common/neuroh5_types.h"

#define NEUROH5_SPIKES_NAMESPACE "Input Spikes"
#define NEUROH5_SPIKES_ATTRIBUTE "Spike Train"

/*
 * Opens the trains of a population (f32 or f64). `attribute` NULL: `t` if the namespace has it, else
 * `Spike Train`. Where the file has /H5Types, its population of that name must have as many cells and
 * the same gids. Borrows `file`; neuroh5_cells_free() it.
 */
struct neuroh5_cells *neuroh5_spikes_open(const struct h5_file *file,
                                          const struct neuroh5_population *population,
                                          const char *name_space, const char *attribute,
                                          struct fx_error *err);

#endif
