/*
 * suggest - "did you mean": hints made of names that exist.
 */
#ifndef LOAD_SUGGEST_H
#define LOAD_SUGGEST_H

#include "base/text.h"
#include "fornix/error.h"
#include "load/tree.h"

/*
 * Sets the hint of a filled error: the nearest of `names`, or when none is near and they are few,
 * all of them after `known` ("stages are", NULL for "known are").
 */
void suggest_name(struct fx_error *err, struct str name, const struct str *names, size_t count,
                  const char *known);

/* The same with the keys of a map; no hint when `map` is none. */
void suggest_key(struct fx_error *err, struct str name, const struct node *map);

#endif
