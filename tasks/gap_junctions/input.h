/*
 * input - what gap junctions are made from: files and parameters.
 *
 * In: the task. Out: the rules, the places of the somata, the open forests. Every rank reads by
 * itself.
 */
#ifndef GAP_JUNCTIONS_INPUT_H
#define GAP_JUNCTIONS_INPUT_H

#include "common/neuroh5_trees.h"
#include "common/neuroh5_types.h"
#include "common/task.h"
#include "gap_junctions/places.h"
#include "gap_junctions/rules.h"

/* A population that a rule names. */
struct member {
    const struct neuroh5_population *population;
    float *at[3];                   /* um, by cell; the third is 0 for arc distances */
    struct neuroh5_trees *trees;    /* NULL for a population without cells */
};

struct input {
    struct definitions definitions;
    struct gap_rules rules;
    uint64_t seed, buffer;
    struct neuroh5_types types;     /* of the network */
    struct member *members;         /* by population; those that no rule names are empty */
    struct h5_file **forests;
    size_t forest_count;
};

/* Reads and checks it all. *input starts as { 0 }; release it, also after a failure. */
int  input_open(struct input *input, const struct task *task, struct fx_error *err);
void input_release(struct input *input);

/* The populations of a rule. */
const struct member *input_member(const struct input *input, const char *name);

/*
 * The types of the network with the rules' pairs as its valid projections: a is the destination, b the
 * source. Release it.
 */
int input_pair_types(const struct input *input, struct neuroh5_types *out, struct fx_error *err);

#endif
