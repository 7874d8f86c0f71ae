/*
 * biophysics - what the membrane of a population's cells is made of.
 *
 *   Ra: 150                  ohm cm            cm: 1        uF/cm2
 *   segments: {d_lambda: 0.1, frequency: 100} | {fixed: 3} | {max_length: 20}      (um)
 *   spike: {section: soma, at: 0.5, threshold: -20}                                (mV)
 *   sections:
 *     all:    {mechanisms: {pas: {g: 4e-5, e: -65}}}
 *     apical: {cm: 2, Ra: 100, mechanisms: {hh: {gnabar: "0.1 * exp(-distance / 50)"}}, ions: {ena: 55}}
 *
 * In: that, as JSON. Every name is checked against NEURON's symbols when it is read, because NEURON
 * crashes on wrong ones. A section takes `all` and then the entries of its type, in the order written;
 * what is named twice takes the later value. NEURON must have started.
 */
#ifndef ENVIRONMENT_BIOPHYSICS_H
#define ENVIRONMENT_BIOPHYSICS_H

#include <jansson.h>

#include "common/config.h"
#include "common/morphology.h"
#include "environment/neuron.h"
#include "environment/shape.h"

struct biophysics;

/* `where`: the path for messages, "biophysics.PYR". */
struct biophysics *biophysics_new(const json_t *json, const char *where,
                                  const struct definitions *definitions,
                                  const struct neuron *neuron, struct fx_error *err);
void               biophysics_free(struct biophysics *biophysics);

/* How many segments each section of `m` gets: nseg[0 .. section_count-1]. */
void biophysics_segments(const struct biophysics *biophysics, const struct morphology *m,
                         uint32_t *nseg);

/*
 * Inserts the mechanisms into the sections of one cell and sets their parameters. For work inside
 * neuron_try(). Fails for an expression without a finite value.
 */
int biophysics_apply(const struct biophysics *biophysics, const struct shape *shape,
                     struct Section *const *sections, struct fx_error *err);

/* Where a cell's spikes are detected. Fails for a shape without a section of the type. */
int biophysics_spike(const struct biophysics *biophysics, const struct shape *shape,
                     uint32_t *section, double *at, double *threshold, struct fx_error *err);

#endif
