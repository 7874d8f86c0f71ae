/*
 * part_path - the names of parts of a value: "axon_extents.PYR.default.width[0]".
 *
 * Used for manifests and for the flattened names of inputs. A key that is no plain word stands in
 * JSON quotes, so that every path is one line and no two parts have the same one.
 */
#ifndef PLAN_PART_PATH_H
#define PLAN_PART_PATH_H

#include <stdint.h>

#include "base/text.h"

/* Appends ".key" (without the dot to an empty path, or one that ends in a dot). */
void part_path_key(struct text *path, struct str key);

/* Appends "[index]". */
void part_path_index(struct text *path, uint32_t index);

/*
 * Takes the next step of a path off its front: a key (its own spelling, quoted or not, in `key`) or
 * an index (`key->at` is NULL). False at the end, or where it is no path.
 */
bool part_path_next(struct str *path, struct str *key, uint32_t *index);

#endif
