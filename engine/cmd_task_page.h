/*
 * cmd_task_page - what tasks take and leave, as a page to read.
 *
 * In: descriptions of tasks. Out: text for a terminal, or a page in Markdown (docs/tasks.md). Types are
 * written as values are: {mean: number, variance?: number} is a map with these members, the second of
 * which may be left out; [number, ...] a list; population -> layer -> integer a map of maps. Named types
 * that have parts are told once, below the tasks that use them.
 */
#ifndef CMD_TASK_PAGE_H
#define CMD_TASK_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "load/task_desc.h"

/* Appends a page on the `count` tasks, in their order, to `out`. */
void task_page(const struct task_desc *const *tasks, uint32_t count, bool markdown,
               struct text *out);

#endif
