/*
 * config - the configuration structures that several tasks read.
 *
 * In: JSON values of parameters. Out: plain records. The schema of task.yaml has been checked by the
 * engine; what these functions refuse is what a schema cannot say (and what a hand-written job has).
 */
#ifndef COMMON_CONFIG_H
#define COMMON_CONFIG_H

#include "common/task.h"

/* Names with numbers, in the order of the configuration. */
struct names {
    char **name;
    int *number;
    size_t count;
};

/* definitions: what the numbers in files mean. */
struct definitions {
    struct names populations, layers, swc_types, synapse_types;
};

/*
 * Reads `definitions`. SWC types and synapse types that are not given are those of docs/neuroh5.md;
 * populations and layers that are not given stay empty. Both spellings of the keys are taken,
 * swc_types and "SWC Types". NULL or null: nothing is given. Release it.
 */
int  definitions_read(const json_t *json, struct definitions *definitions, struct fx_error *err);
void definitions_release(struct definitions *definitions);

/* The parameter `definitions` of a task; it may be missing. */
int task_definitions(const struct task *task, struct definitions *definitions, struct fx_error *err);

/* The number of `name`; fails with a suggestion: "<where>: there is no <what> '<name>'". */
int names_number(const struct names *names, const char *what, const char *where, const char *name,
                 int *number, struct fx_error *err);
/* As names_number() without a message: false when unknown. */
bool names_find(const struct names *names, const char *name, int *number);
/* NULL when no name has this number. */
const char *names_name(const struct names *names, int number);

/* layer_extents: layer -> [[u0, v0, l0], [u1, v1, l1]], um. */
struct layer_extent {
    char *layer;
    double low[3], high[3];     /* u, v, l; low < high */
};

struct layer_extents {
    struct layer_extent *at;
    size_t count;
    double low[3], high[3];     /* the whole volume */
};

/* FX_INVALID for layers that are empty, and for those that overlap; they may touch. Release it. */
int  layer_extents_read(const json_t *json, struct layer_extents *extents, struct fx_error *err);
void layer_extents_release(struct layer_extents *extents);
const struct layer_extent *layer_extents_find(const struct layer_extents *extents, const char *layer);

#endif
