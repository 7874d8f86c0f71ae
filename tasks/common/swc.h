/*
 * swc - morphology files, as users have them.
 *
 * Columns: id, type, x, y, z, radius, parent id (-1: the root), and optionally the layer's number.
 * Fine: comments (#), blank lines, CRLF, a byte order mark, ids in any order from any start, several
 * soma points. Refused, with the line: a missing parent, a cycle, more than one root, an id twice,
 * a radius <= 0, what is no number, more or fewer columns, more than 65 535 points.
 */
#ifndef COMMON_SWC_H
#define COMMON_SWC_H

#include <stdbool.h>

#include "common/morphology.h"

/*
 * Fills the points of `m` (renumbered 0..n-1 in file order); call morphology_contract() next.
 * *has_layers (may be NULL): whether there is a layer column. `path` is for messages alone.
 */
int swc_parse(const char *bytes, size_t size, const char *path, struct morphology *m,
              bool *has_layers, struct fx_error *err);

/* Reads a file, parses it and contracts it. */
int swc_read(const char *path, struct morphology *m, bool *has_layers, struct fx_error *err);

#endif
