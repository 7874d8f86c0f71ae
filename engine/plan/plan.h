/*
 * plan - the jobs of one workflow and their edges.
 *
 * In: a checked workflow. Out: an immutable DAG, jobs numbered 0..n-1 so that every job comes after
 * what it needs, otherwise in the order of stages and of axis values. Parameters are resolved and
 * checked against the task's description; references to other jobs stand in them as NODE_OUTPUT.
 * Nothing here runs a process, hashes a file or touches the store.
 */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "load/workflow.h"

typedef uint32_t job_id;

struct job {
    uint32_t stage;   /* index into workflow->stages */
    struct str point; /* "population=PYR/trial=3": the path below the stage; "" without axes */
    struct str label; /* "synapses[population=PYR]", "types": the name in messages */
    const struct node *with;      /* a map: parameter -> value, checked (load/schema.h), those that
                                   equal the default left out; files are NODE_FILE, outputs of other
                                   jobs NODE_OUTPUT */
    const struct output *outputs; /* names and files */
    uint32_t output_count;
    struct resources resources;
};

struct plan;

enum { PLAN_JOBS_MOST = 2 * 1000 * 1000 };

/*
 * Binds axes, evaluates references, checks parameters. NULL after appending to `problems`, and for
 * a broken workflow. Lives no longer than `wf`.
 */
struct plan *plan_new(const struct workflow *wf, struct problems *problems);
void plan_free(struct plan *plan);

const struct workflow *plan_workflow(const struct plan *plan);
uint32_t plan_count(const struct plan *plan);
const struct job *plan_job(const struct plan *plan, job_id job);
const struct stage *plan_stage(const struct plan *plan, job_id job);
const struct task_desc *plan_task(const struct plan *plan, job_id job);

/* The value of one axis at the point of a job. */
struct coordinate {
    struct str axis;
    const struct node *value;
    struct str label; /* the value as it stands in labels and paths */
};

/* The coordinates of a job, in the order of the axes. From `arena`; count by `count`. */
const struct coordinate *
plan_point(const struct plan *plan, job_id job, struct arena *arena, uint32_t *count);

/* The jobs that `job` needs (data and `after`), each once, ascending. Borrowed; `count` of them. */
const job_id *plan_needs(const struct plan *plan, job_id job, uint32_t *count);

/* The jobs that need `job`, each once, ascending. */
const job_id *plan_dependents(const struct plan *plan, job_id job, uint32_t *count);

/*
 * Restricts the plan to jobs at certain values (--axis; "name=value,value" each, by label or as in
 * YAML): plan_select() and plan_find() see no others, but what a selected job needs is selected
 * wherever it lies. The jobs stay what they are: one that lacks a restricted axis and needs jobs
 * outside, as one does that gathers over it, is cut. Once, before the plan is used. FX_INVALID for
 * unknown names and where no job is left.
 */
int plan_restrict(struct plan *plan, const char *const *axes, uint32_t count, struct fx_error *err);
bool plan_inside(const struct plan *plan, job_id job);
bool plan_cut(const struct plan *plan, job_id job);

/*
 * Marks in `wanted` (plan_count() bools) the jobs of the named stages, or of
 * "stage[axis=value,...]", and everything they need; no names: all jobs. FX_INVALID with a
 * suggestion for an unknown name.
 */
int plan_select(const struct plan *plan, const char *const *targets, uint32_t count, bool *wanted,
                struct fx_error *err);

/* The jobs that one target names, without what they need; otherwise as plan_select(). */
int plan_find(const struct plan *plan, const char *target, bool *found, struct fx_error *err);

#endif
