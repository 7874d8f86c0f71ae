/*
 * workflow - a checked YAML workflow: its parameters, axes and stages.
 *
 * workflow_load() reads the file and what it includes, applies `--set` and profiles, loads the
 * descriptions of the tasks that its stages name, and checks everything that can be checked without
 * binding axes; plan_new() (plan/plan.h) binds them and evaluates references. All mistakes found are
 * appended to `problems`. Everything a workflow points to lives as long as it does.
 */
#ifndef LOAD_WORKFLOW_H
#define LOAD_WORKFLOW_H

#include "load/problems.h"
#include "load/task_desc.h"
#include "load/tree.h"

struct workflow_options {
    const char *const *set;         /* "path=yaml" each, e.g. "params.seed=7", "a.b[2]=x" */
    uint32_t set_count;
    const char *const *profiles;    /* names, applied in order */
    uint32_t profile_count;
    const char *const *task_folders;    /* folders that hold one folder per built-in task */
    uint32_t task_folder_count;
};

struct resources {
    uint32_t ranks, threads;        /* at least 1 */
    uint64_t memory;                /* bytes; 0: not said */
    double time_s;                  /* limit; 0: none */
};

struct stage {
    struct str name;
    struct fx_mark at;
    const struct task_desc *task;
    const struct node *with;        /* as written: strings still hold their ${...} */
    const struct node *resources;   /* as written, or NULL */
    const struct node *outputs;     /* tasks with outputs_from_workflow: name -> file; or NULL */
    const struct node *after;       /* list of stage names, or NULL */
};

struct axis {
    struct str name;
    struct fx_mark at;
    const struct node *const *values;   /* scalars or maps, as listed */
    uint32_t count;
};

struct workflow {
    const char *path;               /* as given by the caller */
    const char *folder;             /* absolute */
    struct str name;
    const struct node *params;      /* merged; `${...}` inside not yet evaluated */
    const struct node *config;      /* site settings in the workflow, or NULL */
    struct axis *axes;
    struct stage *stages;           /* in the order of the file */
    uint32_t axis_count, stage_count;
    struct arena *arena;
};

/* NULL when there are problems (at least one was appended). */
struct workflow *workflow_load(const char *path, const struct workflow_options *options,
                               struct problems *problems);
void workflow_free(struct workflow *wf);

#endif
