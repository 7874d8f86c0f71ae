/*
 * sources - the files of a workflow, its profiles and --set, merged to one tree.
 *
 * In: a path and options. Out: the tree of all that the workflow says, without `include`; each
 * value keeps its own file. Later files win over earlier ones, the file that includes over those it
 * includes, then profiles in their order, then --set. Maps merge key by key, an axis is replaced.
 */
#ifndef LOAD_SOURCES_H
#define LOAD_SOURCES_H

#include "load/fields.h"
#include "load/workflow.h"

/* What a profile may say. */
enum { PROFILE_MEMBERS = 7 };
extern const struct fields_rule profile_rules[PROFILE_MEMBERS];

/*
 * `path` and options->written as in workflow_load(). NULL after appending to `problems`; other
 * problems may be appended to without ending the load. `*incomplete` (may be NULL) is set when a
 * file of `include` is missing: what is not there may stand in it.
 */
const struct node *
sources_load(struct arena *arena, const char *path, const struct workflow_options *options,
             bool *incomplete, struct problems *problems);

#endif
