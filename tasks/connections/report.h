/*
 * report - what became of a population's synapses: for people, and as JSON for programs.
 *
 *   { "population": "PYR", "cells": 223, "synapses": N, "edges": E, "unconnected": N - E,
 *     "no_projection": { "synapses": ..., "cells": ... },
 *     "projections": { "STIM": { "edges": ...,
 *                                "out_of_reach": { "synapses": ..., "cells": ... } }, ... } }
 *
 * no_projection: synapses that no projection names; out_of_reach: no source cell is near enough.
 */
#ifndef CONNECTIONS_REPORT_H
#define CONNECTIONS_REPORT_H

#include <stdbool.h>

#include "common/task.h"
#include "connections/connect.h"

struct report {
    const char *population;
    const struct projections *projections;
    const struct connect_tally *tally;      /* over all cells */
    const struct connect_source *sources;   /* of the projections */
};

/*
 * Fails (FX_INVALID) when a projection between populations with cells has no edge and
 * `empty_is_error`; warns of that otherwise, and of synapses without a source, if `speak`.
 */
int report_check(const struct report *report, struct task *task, bool speak, bool empty_is_error,
                 struct fx_error *err);

/* Writes the JSON file. */
int report_write(const struct report *report, const char *path, struct fx_error *err);

#endif
