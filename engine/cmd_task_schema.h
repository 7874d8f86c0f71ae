/*
 * cmd_task_schema - a JSON Schema (draft-07) for workflow files, for editors.
 *
 * In: descriptions of tasks. Out: what yaml-language-server and the like need to complete and to check
 * a workflow: its keys, axes, profiles, and the `with` of each stage by its task. What only fornix can
 * tell is not in it: names in other files, references, values in text with units beyond their form.
 */
#ifndef CMD_TASK_SCHEMA_H
#define CMD_TASK_SCHEMA_H

#include <stdint.h>

#include "load/task_desc.h"

/* The schema as text, to be freed with free(). */
char *task_schema(const struct task_desc *const *tasks, uint32_t count);

#endif
