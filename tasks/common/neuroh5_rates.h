/*
 * neuroh5_rates - rates of stimulus cells in files: /Populations/<population>/<namespace>/...
 *
 *   one value a cell   Rate Type (u8: rate.h), Peak Rate (f32, Hz), Mean Rate, Modulation Depth,
 *                      Modulation Frequency (Hz), Modulation Phase (degrees) (f64; sinusoidal, else 0)
 *   several            Rate Times (ms), Rates (Hz) (f64; of a constant rate one, at time 0)
 *
 * Writing: neuroh5_rates_new(), then neuroh5_rates_append() for each block of cells, cut over the
 * ranks, then neuroh5_rates_finish(). Reading: open, then cell after cell.
 */
#ifndef COMMON_NEUROH5_RATES_H
#define COMMON_NEUROH5_RATES_H

#include "common/neuroh5_cells.h"
#include "common/rate.h"

struct neuroh5_rates_writer;

/* Creates the datasets (collective) for `cells` cells with `each` times and rates. */
struct neuroh5_rates_writer *neuroh5_rates_new(struct h5_file *file, const struct comm *comm,
                                               const char *population, const char *name_space,
                                               uint64_t cells, size_t each, struct fx_error *err);

/* Appends the next cells (collective), as neuroh5_cells_append(); each rate has `each` values. */
int  neuroh5_rates_append(struct neuroh5_rates_writer *writer, uint32_t first, uint32_t count,
                          const struct rate *rates, struct fx_error *err);
int  neuroh5_rates_finish(struct neuroh5_rates_writer *writer, struct fx_error *err);
void neuroh5_rates_discard(struct neuroh5_rates_writer *writer);

struct neuroh5_rates;

/* `cells`: the population's count. Borrows `file`. */
struct neuroh5_rates *neuroh5_rates_open(const struct h5_file *file, const char *population,
                                         const char *name_space, uint64_t cells,
                                         struct fx_error *err);
void neuroh5_rates_free(struct neuroh5_rates *rates);

/*
 * The rate of a cell, checked; it lives until the next call. A cell that the file lacks is silent: a
 * constant rate of 0.
 */
int neuroh5_rates_read(struct neuroh5_rates *rates, uint32_t cell, struct rate *out,
                       struct fx_error *err);

#endif
