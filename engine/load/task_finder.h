/*
 * task_finder - the description of a task by its name.
 *
 * Looks in the folders of the workflow's `tasks:` (each a folder with task.yaml, or one that holds
 * such folders), then in those of the built-in tasks. Each description is loaded once.
 */
#ifndef LOAD_TASK_FINDER_H
#define LOAD_TASK_FINDER_H

#include "load/workflow.h"

struct task_finder;

/* `paths`: the value of `tasks:` (a list of strings, or NULL). */
struct task_finder *
task_finder_new(struct arena *arena, const struct node *paths,
                const struct workflow_options *options, struct problems *problems);
void task_finder_free(struct task_finder *finder);

/* NULL after reporting at the place of `name` (a description's own mistakes once only). */
const struct task_desc *
task_finder_get(struct task_finder *finder, const struct node *name, struct problems *problems);

#endif
