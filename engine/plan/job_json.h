/*
 * job_json - what a task is told about its job: the content of job.json.
 *
 * In: a planned job and where its inputs, scratch folder and progress file are. Out: one JSON
 * object
 *
 *   {"fornix": 1, "task": ..., "label": ..., "parameters": {...}, "inputs": {...}, "points": {...},
 *    "outputs": {...}, "ranks": n, "threads": n, "scratch": ..., "progress": ...}
 *
 * `parameters` holds every parameter that has a value: given ones and defaults, files as absolute
 * paths, numbers in the unit of the task's description, reals always with a point or an exponent.
 * `inputs` holds the files and outputs among them once more: name -> path, or a list of paths for a
 * list; those nested deeper under their flattened name ("a.b", "a.b[2]"). `points` holds, for
 * parameters declared `with_points`, the axis values of each gathered output, in the list's order.
 */
#ifndef PLAN_JOB_JSON_H
#define PLAN_JOB_JSON_H

#include "base/text.h"
#include "plan/plan.h"

struct job_paths {
    /*
     * The absolute path of a NODE_FILE (its text, usually) or of a NODE_OUTPUT, whose job has
     * finished; valid until the next call. NULL after filling `err`.
     */
    const char *(*path)(void *context, const struct node *input, struct fx_error *err);
    void *context;
    const char *scratch, *progress; /* absolute */
};

/* Appends the object and a newline to `out`; FX_INVALID when its ceiling is too low, or a path is not
 * UTF-8, of which JSON is made. */
int job_json(const struct plan *plan, job_id job, const struct job_paths *paths, struct text *out,
             struct fx_error *err);

#endif
