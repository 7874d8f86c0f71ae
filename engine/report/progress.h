/*
 * progress - how far a running task says it is.
 *
 * A task appends lines of JSON to the file that its job.json names; of interest here is the last one
 * of the form {"done": 120, "total": 500, "what": "ms"}.
 */
#ifndef REPORT_PROGRESS_H
#define REPORT_PROGRESS_H

#include <stdbool.h>

struct progress {
    double done, total;     /* 0 <= done <= total */
    char what[24];          /* "cells"; "" when the task does not say */
};

/* Reads the end of the file at `path` (NULL: none). False when there is no such line, e.g. not yet. */
bool progress_read(const char *path, struct progress *progress);

#endif
