/*
 * diff - what differs between two files in meaning.
 *
 * Values are compared piece by piece; where cells or edges stand in another order, cell by cell.
 */
#ifndef H5_DIFF_H
#define H5_DIFF_H

#include <jansson.h>

#include "h5/arguments.h"
#include "h5/lookup.h"

struct diff {
    const struct arguments *arguments;
    struct source *a, *b;
    json_t *list; /* {what, text, count} */
};

/* A difference: `what` names it ("PYR Synapse Attributes syn_ids"), `count` entries of it (0: of the whole). */
void diff_tell(struct diff *diff, const char *what, uint64_t count, const char *text, ...)
    __attribute__((format(printf, 4, 5)));

/* Whether two values are the same, as --tolerance says. */
bool diff_equal(const struct diff *diff, double a, double b);

/* The types of two datasets: false, after telling, when they cannot be compared. */
bool diff_types(struct diff *diff, const char *what, const struct scan *a, const struct scan *b);

/*
 * Two runs of values of equal length: the number that differ, and the first of them. -1 on failure.
 */
struct run_diff {
    uint64_t count, first; /* first: counted from the begin of the run */
    double a, b;
};
int diff_runs(struct diff *diff, struct scan *a, uint64_t from_a, struct scan *b, uint64_t from_b,
              uint64_t count, struct run_diff *out, struct fx_error *err);

int diff_cells(struct diff *diff, struct fx_error *err);
int diff_edges(struct diff *diff, struct fx_error *err);
/* All other datasets, and the attributes of groups and datasets. */
int diff_others(struct diff *diff, struct fx_error *err);

#endif
