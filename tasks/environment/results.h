/*
 * results - spikes, recordings and potentials of a run, in one HDF5 file.
 *
 *   /                                 attributes t_end (ms), dt (ms), synaptic_events
 *   /Spikes/<population>/gid, t       u32, f64 (ms): ordered by t, then gid
 *   /Recordings/<name>/<population>/  gid (u32), t (f64, ms), value (f32, [cell][sample]);
 *                                     attributes what, section, at, units
 *   /LFP/<electrode>/                 t (f64, ms), v (f64, mV); attributes of the electrode
 *
 * Every dataset with a unit has it as the attribute `units`. The bytes do not depend on the number of
 * ranks.
 */
#ifndef ENVIRONMENT_RESULTS_H
#define ENVIRONMENT_RESULTS_H

#include "environment/cells.h"
#include "environment/lfp.h"
#include "environment/recorder.h"

struct results {
    const struct cells *cells;
    const struct recorder *recorder;
    const struct lfp *lfp;
    double t_end, dt;
    uint64_t synaptic_events;
};

/* All ranks call it. Joins the spikes on rank 0, which must have room for them. */
int results_write(const struct results *results, const char *path, struct fx_error *err);

#endif
