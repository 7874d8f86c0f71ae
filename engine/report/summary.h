/*
 * summary - the last words of a run: what ran, what was cached, what failed, how long it took.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "report/watch.h"

/*
 * Appends e.g.
 *   13 jobs: 2 ran, 8 cached, 1 failed, 2 skipped, in 3.2 s
 *   failed: somas
 *   skipped, because they need what failed: distances, graph
 * `skipped` is the reason for the last line: "because they need what failed".
 */
void summary_write(const struct watch *watch, const char *skipped, struct text *out);

#endif
