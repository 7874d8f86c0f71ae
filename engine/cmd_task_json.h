/*
 * cmd_task_json - descriptions of tasks for programs.
 */
#ifndef CMD_TASK_JSON_H
#define CMD_TASK_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "load/task_desc.h"

/*
 * {"fornix": 1, "tasks": [{"task", "version", "summary", "folder", ...}]} as text, to be freed with
 * free(). With `whole` also parameters, outputs and tools of each. docs/running.md describes it.
 */
char *task_json(const struct task_desc *const *tasks, uint32_t count, bool whole);

#endif
