/*
 * report - what came of each pair of populations: for people, and as JSON for programs.
 *
 *   [ { "populations": ["PVBC", "OLM"], "candidates": ..., "junctions": ...,
 *       "without_place": [0, 2] }, ... ]
 *
 * candidates: pairs of cells in reach; without_place: cells of each population whose trees have no
 * section of the types and layers that the rule names.
 */
#ifndef GAP_JUNCTIONS_REPORT_H
#define GAP_JUNCTIONS_REPORT_H

#include "common/task.h"
#include "gap_junctions/rules.h"

struct gap_count {
    uint64_t candidates, junctions;
    uint64_t closed_a, closed_b;        /* cells without a place */
};

/* Warns of cells without a place, and where no pair was joined. */
void report_warn(struct task *task, const struct gap_rule *rule, const struct gap_count *count);

/* Writes the JSON file. */
int report_write(const char *path, const struct gap_rules *rules, const struct gap_count *counts,
                 struct fx_error *err);

#endif
