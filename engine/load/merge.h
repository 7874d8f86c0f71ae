/*
 * merge - trees over trees: includes, profiles and --set.
 *
 * Nodes are immutable: each function returns a new tree that shares what did not change. Every
 * value keeps the place where it was written.
 */
#ifndef LOAD_MERGE_H
#define LOAD_MERGE_H

#include "load/problems.h"
#include "load/tree.h"

/*
 * `over` on top of `base`: maps merge key by key, everything else is replaced. The keys of `base`
 * come first. Either may be NULL. `depth` levels are merged, deeper values replaced; pass
 * NODE_DEPTH_MOST for all. NULL (only with two maps) when the result would be too large.
 */
const struct node *
merge_trees(struct arena *arena, const struct node *base, const struct node *over, unsigned depth);

/* `map` with `key` set to `value`; a new key comes last. NULL when it would be too large. */
const struct node *merge_put(struct arena *arena, const struct node *map, struct str key,
                             struct fx_mark at, const struct node *value);

/* One step of a path such as a."b c"[2]. */
struct step {
    struct str key; /* when not `is_index` */
    uint32_t index;
    bool is_index;
};

enum { STEPS_MOST = 32 };

/* Reads a path; the number of its steps, or -1 when it is none. Keys are copied to the arena. */
int merge_parse_path(struct arena *arena, struct str path, struct step steps[STEPS_MOST]);

/*
 * `root` with the value at `steps` replaced. The last key may be new, `make` says from which step
 * on missing maps are made; an index must exist. NULL after filling `err`, whose text names the
 * step.
 */
const struct node *
merge_set(struct arena *arena, const struct node *root, const struct step *steps, unsigned count,
          unsigned make, const struct node *value, struct fx_error *err);

#endif
