/*
 * workflow - a checked YAML workflow: its parameters, axes and stages.
 *
 * workflow_load() reads the file and what it includes, applies profiles and `--set`, evaluates
 * parameters, loads the descriptions of the tasks that its stages name, and checks everything that
 * can be checked without binding axes; plan_new() (plan/plan.h) binds them and evaluates
 * references.
 *
 * All mistakes found are appended to `problems`. So that those of both steps are told at once, a
 * workflow with mistakes is still returned when it can be looked at further: it is `broken`, and
 * plan_new() adds what it finds and returns NULL. Everything a workflow points to lives as long as
 * it.
 */
#ifndef LOAD_WORKFLOW_H
#define LOAD_WORKFLOW_H

#include "base/map.h"
#include "load/interpolate.h"
#include "load/problems.h"
#include "load/task_desc.h"
#include "load/tree.h"

struct workflow_options {
    const char *const *set; /* "path=yaml" each, e.g. "params.seed=7", "a.b[2]=x" */
    uint32_t set_count;
    const char *const *profiles; /* names, applied in order */
    uint32_t profile_count;
    const char *const *task_folders; /* folders that hold one folder per built-in task */
    uint32_t task_folder_count;
    const struct node *written; /* by a program: a map of the form of a workflow; or NULL */
};

struct resources {
    uint32_t ranks, threads; /* at least 1 */
    uint64_t memory;         /* bytes; 0: not said */
    double time_s;           /* limit; 0: none */
};

struct stage {
    struct str name;
    struct fx_mark at;
    const struct task_desc *task; /* NULL only in a broken workflow */
    const struct node *with;      /* a map, as written: strings still hold their ${...}; or NULL */
    const struct node *resources; /* as written, or NULL */
    const struct node *outputs;   /* tasks with outputs_from_workflow: name -> file; or NULL */
    const struct node *after;     /* list of stage names, or NULL */
    const struct node *axes;      /* its own ones, as written, or NULL */
};

struct axis {
    struct str name;
    struct fx_mark at;
    const struct node *const *values; /* scalars or maps, each once, in the order of the list */
    uint32_t count;
    const uint32_t *listed; /* the values as the list has them, repeated ones too; NULL: each once */
    uint32_t listed_count;
    uint32_t zip;   /* the first axis of those that it moves together with; itself: it moves alone */
    uint32_t owner; /* the stage that brings it; AXIS_SHARED: an axis of the workflow */
};

#define AXIS_SHARED UINT32_MAX

enum { SAMPLE_MOST = 2 * 1000 * 1000 };

struct workflow {
    const char *path;   /* as given by the caller */
    const char *folder; /* absolute */
    struct str name;
    const struct node *params; /* merged and evaluated; NULL only in a broken workflow */
    struct globals *globals;   /* parameters and files, for evaluation */
    const struct node *config; /* site settings in the workflow, or NULL */
    struct axis *axes; /* those of the workflow, then those of stages */
    const struct node *exclude; /* a list, as written, or NULL */
    uint32_t sample;            /* how many points of the grid; 0: all */
    int64_t sample_seed;
    struct fx_mark sample_at;
    struct stage *stages; /* in the order of the file */
    uint32_t axis_count, stage_count;
    struct map stage_numbers, axis_numbers; /* name -> index */
    bool incomplete; /* a file of `include` is missing: what is unknown may stand there */
    bool broken; /* has mistakes: good for plan_new() alone, which will fail */
    struct arena *arena;
};

/*
 * `path` may be NULL when there is something `written`, which then is the workflow; else it is
 * merged over the file. It must live as long as the workflow, and its marks be those of
 * mark_in_program().
 *
 * NULL when there are problems so bad that there is nothing to look at; at least one was appended
 * then, as to a broken workflow. Callers go on to plan_new() when it is not NULL.
 */
struct workflow *
workflow_load(const char *path, const struct workflow_options *options, struct problems *problems);
void workflow_free(struct workflow *wf); /* NULL is fine */

#endif
