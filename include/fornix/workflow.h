/*
 * workflow - a workflow written in C, or read from YAML.
 *
 *   fx_workflow_new | fx_workflow_load -> set parameters, axes; fx_stage_new -> fx_stage_set_...
 *   -> fx_workflow_check -> fx_plan_new (run.h) -> fx_workflow_free
 *
 * A workflow that is written here means what the same YAML means (docs/workflow-format.md): it goes
 * through the same checks and its jobs have the same keys. Stages refer to each other by handle:
 *
 *   struct fx_workflow *wf = fx_workflow_new("shapes", NULL);
 *   struct fx_stage *types = fx_stage_new(wf, "types", "h5_types");
 *   struct fx_stage *somas = fx_stage_new(wf, "somas", "soma_coordinates");
 *   fx_stage_set_expression(types, "definitions", "params.definitions");
 *   fx_stage_set_output(somas, "types", types, "file", FX_SAME_POINT);
 *   fx_stage_set_int(somas, "seed", 2002);
 *
 * Mistakes. The functions that write return nothing: what is wrong, also an argument that is NULL, is
 * kept, and fx_workflow_check() tells all of it at once, as values. Each points to the line of the C
 * source that wrote it; the macros below hand that line over.
 *
 * Paths, in parameters of a type file or directory, in includes and task folders, are relative to the
 * folder of the workflow; in a file that was read, to that file.
 *
 * Ownership. Strings and arrays are copied. Stages belong to their workflow, and end with it.
 *
 * The library prints nothing, ends no program, changes neither environment nor signal handlers nor the
 * current folder, and has no state but that of its handles. Two exceptions: out of memory, and a broken
 * promise of this interface or within the library (assert), end the program with one line on standard
 * error. Handles that do not belong together may be used in several threads at once; one handle and
 * what belongs to it in one thread at a time.
 */
#ifndef FORNIX_WORKFLOW_H
#define FORNIX_WORKFLOW_H

#include <stddef.h>
#include <stdint.h>

#include "fornix/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fx_workflow;
struct fx_stage;

/* The line of C that stands here. */
#ifdef __cplusplus
#define FX_HERE (fx_mark{ __FILE__, __LINE__, 0 })
#else
#define FX_HERE ((struct fx_mark){ __FILE__, __LINE__, 0 })
#endif

/* The version of the library, "0.1.0". */
const char *fx_version(void);

/* --- workflows ---------------------------------------------------------------------------------- */

/*
 * A new workflow. `name` names the folder of its runs (NULL: the name of the C source without its
 * ending). `folder` is where its relative paths begin and where its store `.fornix` is by default; NULL
 * or relative: (from) the current folder, as it is now. Never NULL; end it with fx_workflow_free().
 */
struct fx_workflow *fx_workflow_new_at(const char *name, const char *folder, struct fx_mark at);
#define fx_workflow_new(name, folder) fx_workflow_new_at(name, folder, FX_HERE)

/*
 * The workflow in a YAML file, to which stages and values may be added; what is set here wins. The
 * file is read when the workflow is checked or planned, each time anew: that it cannot be read is a
 * mistake like others.
 */
struct fx_workflow *fx_workflow_load_at(const char *path, struct fx_mark at);
#define fx_workflow_load(path) fx_workflow_load_at(path, FX_HERE)

/* Ends the workflow and its stages; its plans must have ended before. NULL is fine. */
void fx_workflow_free(struct fx_workflow *workflow);

/* Includes a YAML file of parameters, axes, stages: what is set here, or in a later file, wins. */
void fx_workflow_include_at(struct fx_workflow *workflow, const char *path, struct fx_mark at);
#define fx_workflow_include(workflow, path) fx_workflow_include_at(workflow, path, FX_HERE)

/* Adds a folder of tasks: one task, or a folder that holds some. */
void fx_workflow_tasks_at(struct fx_workflow *workflow, const char *folder, struct fx_mark at);
#define fx_workflow_tasks(workflow, folder) fx_workflow_tasks_at(workflow, folder, FX_HERE)

/*
 * Applies a profile: one of the file's, of an included one, or one that was written here
 * (fx_workflow_set_yaml(workflow, "profiles.quick", "{params: {t_end: 50 ms}}")). In order.
 */
void fx_workflow_profile_at(struct fx_workflow *workflow, const char *name, struct fx_mark at);
#define fx_workflow_profile(workflow, name) fx_workflow_profile_at(workflow, name, FX_HERE)

/*
 * Overrides a value that the workflow has after includes and profiles, as `--set` does: an
 * "params.seed=7", "axes.trial=[0, 1]". For what only a caller of a finished workflow changes.
 */
void fx_workflow_override_at(struct fx_workflow *workflow, const char *assignment,
                             struct fx_mark at);
#define fx_workflow_override(workflow, assignment) \
    fx_workflow_override_at(workflow, assignment, FX_HERE)

/*
 * Sets a value of the workflow. `path` is "params.seed", "params.widths.\"a b\"[2]", "axes.trial",
 * "zip", "config.cores": the words of the YAML. Maps on the way are made, entries of lists must be
 * there. Setting a path twice counts once: the later value.
 *
 *   yaml     a value as it would stand in the file: "20 Hz", "{range: [0, 20]}", "${params.seed}"
 *   string   the text as it is: nothing in it is evaluated
 *   strings, ints, reals    a list of `count` values
 */
void fx_workflow_set_yaml_at(struct fx_workflow *workflow, const char *path, const char *yaml,
                             struct fx_mark at);
void fx_workflow_set_string_at(struct fx_workflow *workflow, const char *path, const char *value,
                               struct fx_mark at);
void fx_workflow_set_int_at(struct fx_workflow *workflow, const char *path, int64_t value,
                            struct fx_mark at);
void fx_workflow_set_real_at(struct fx_workflow *workflow, const char *path, double value,
                             struct fx_mark at);
void fx_workflow_set_bool_at(struct fx_workflow *workflow, const char *path, int value,
                             struct fx_mark at);
void fx_workflow_set_strings_at(struct fx_workflow *workflow, const char *path,
                                const char *const *values, size_t count, struct fx_mark at);
void fx_workflow_set_ints_at(struct fx_workflow *workflow, const char *path, const int64_t *values,
                             size_t count, struct fx_mark at);
void fx_workflow_set_reals_at(struct fx_workflow *workflow, const char *path, const double *values,
                              size_t count, struct fx_mark at);
#define fx_workflow_set_yaml(workflow, path, yaml) \
    fx_workflow_set_yaml_at(workflow, path, yaml, FX_HERE)
#define fx_workflow_set_string(workflow, path, value) \
    fx_workflow_set_string_at(workflow, path, value, FX_HERE)
#define fx_workflow_set_int(workflow, path, value) \
    fx_workflow_set_int_at(workflow, path, value, FX_HERE)
#define fx_workflow_set_real(workflow, path, value) \
    fx_workflow_set_real_at(workflow, path, value, FX_HERE)
#define fx_workflow_set_bool(workflow, path, value) \
    fx_workflow_set_bool_at(workflow, path, value, FX_HERE)
#define fx_workflow_set_strings(workflow, path, values, count) \
    fx_workflow_set_strings_at(workflow, path, values, count, FX_HERE)
#define fx_workflow_set_ints(workflow, path, values, count) \
    fx_workflow_set_ints_at(workflow, path, values, count, FX_HERE)
#define fx_workflow_set_reals(workflow, path, values, count) \
    fx_workflow_set_reals_at(workflow, path, values, count, FX_HERE)

/* --- stages ------------------------------------------------------------------------------------- */

/*
 * A new stage that runs `task`, after those that were made before. Never NULL, also when the name or
 * the task is a mistake. On a workflow that was loaded, a stage of the file's by that name is changed:
 * then `task` may be NULL and stays.
 */
struct fx_stage *fx_stage_new_at(struct fx_workflow *workflow, const char *name, const char *task,
                                 struct fx_mark at);
#define fx_stage_new(workflow, name, task) fx_stage_new_at(workflow, name, task, FX_HERE)

/*
 * Sets a parameter of the stage's task: `path` is its name, or a path into it ("lfp.position[0]"). The
 * values are those of fx_workflow_set_...(); and
 *
 *   expression   what would stand between ${ and }: "params.seed", "axis.population",
 *                "params.synapses[axis.population]", "2 * params.scale"
 */
void fx_stage_set_yaml_at(struct fx_stage *stage, const char *path, const char *yaml,
                          struct fx_mark at);
void fx_stage_set_expression_at(struct fx_stage *stage, const char *path, const char *expression,
                                struct fx_mark at);
void fx_stage_set_string_at(struct fx_stage *stage, const char *path, const char *value,
                            struct fx_mark at);
void fx_stage_set_int_at(struct fx_stage *stage, const char *path, int64_t value,
                         struct fx_mark at);
void fx_stage_set_real_at(struct fx_stage *stage, const char *path, double value,
                          struct fx_mark at);
void fx_stage_set_bool_at(struct fx_stage *stage, const char *path, int value, struct fx_mark at);
void fx_stage_set_strings_at(struct fx_stage *stage, const char *path, const char *const *values,
                             size_t count, struct fx_mark at);
void fx_stage_set_ints_at(struct fx_stage *stage, const char *path, const int64_t *values,
                          size_t count, struct fx_mark at);
void fx_stage_set_reals_at(struct fx_stage *stage, const char *path, const double *values,
                           size_t count, struct fx_mark at);
#define fx_stage_set_yaml(stage, path, yaml) fx_stage_set_yaml_at(stage, path, yaml, FX_HERE)
#define fx_stage_set_expression(stage, path, expression) \
    fx_stage_set_expression_at(stage, path, expression, FX_HERE)
#define fx_stage_set_string(stage, path, value) \
    fx_stage_set_string_at(stage, path, value, FX_HERE)
#define fx_stage_set_int(stage, path, value) fx_stage_set_int_at(stage, path, value, FX_HERE)
#define fx_stage_set_real(stage, path, value) fx_stage_set_real_at(stage, path, value, FX_HERE)
#define fx_stage_set_bool(stage, path, value) fx_stage_set_bool_at(stage, path, value, FX_HERE)
#define fx_stage_set_strings(stage, path, values, count) \
    fx_stage_set_strings_at(stage, path, values, count, FX_HERE)
#define fx_stage_set_ints(stage, path, values, count) \
    fx_stage_set_ints_at(stage, path, values, count, FX_HERE)
#define fx_stage_set_reals(stage, path, values, count) \
    fx_stage_set_reals_at(stage, path, values, count, FX_HERE)

/*
 * Which points of the other stage a reference takes: the same point of every axis that both have; or
 * all points, gathered into a list in the order of the axes; or what would stand between the brackets,
 * such as "trial=*" (gathers one axis) or "population=PYR" (picks a point).
 */
#define FX_SAME_POINT   ((const char *)0)
#define FX_ALL_POINTS   "*"

/*
 * Sets a parameter to an output of another stage of the same workflow, which makes the stage depend on
 * it. `output` is its name in the other task's description.
 */
void fx_stage_set_output_at(struct fx_stage *stage, const char *path, const struct fx_stage *from,
                            const char *output, const char *points, struct fx_mark at);
#define fx_stage_set_output(stage, path, from, output, points) \
    fx_stage_set_output_at(stage, path, from, output, points, FX_HERE)

/* The stage starts when `other` has finished, though it takes nothing from it. */
void fx_stage_after_at(struct fx_stage *stage, const struct fx_stage *other, struct fx_mark at);
#define fx_stage_after(stage, other) fx_stage_after_at(stage, other, FX_HERE)

/*
 * What each job of the stage uses: `name` is "ranks", "threads" (numbers from 1), "memory" ("1.5 GiB"),
 * "time" ("10 min", a limit); `yaml` the value as it would stand in the file.
 */
void fx_stage_resource_at(struct fx_stage *stage, const char *name, const char *yaml,
                          struct fx_mark at);
#define fx_stage_resource(stage, name, yaml) fx_stage_resource_at(stage, name, yaml, FX_HERE)

/* Declares an output, for tasks that leave this to the workflow: command, python. */
void fx_stage_output_at(struct fx_stage *stage, const char *name, const char *file,
                        struct fx_mark at);
#define fx_stage_output(stage, name, file) fx_stage_output_at(stage, name, file, FX_HERE)

/* --- mistakes ----------------------------------------------------------------------------------- */

/*
 * Looks at all of the workflow, as `fornix check` does. Returns how many mistakes there are; 0: it can
 * be planned. At most 100 are kept, sorted by place; the number counts all.
 */
size_t fx_workflow_check(struct fx_workflow *workflow);

/*
 * Number `i`, from 0, of those that the latest fx_workflow_check() or fx_plan_new() found and kept; NULL
 * behind the last one. Valid until the next of these, or the end of the workflow. fx_error_print()
 * shows it with the line of the source, where that can be read.
 */
const struct fx_error *fx_workflow_mistake(const struct fx_workflow *workflow, size_t i);

#ifdef __cplusplus
}
#endif

#endif
