/* Edges. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "h5/diff.h"

enum { COLUMNS_MOST = 64 };

/* One projection in both files: the source indices, and the attributes that both have. */
struct pair {
    struct diff *diff;
    const char *what;
    struct lookup la, lb;
    struct scan a[COLUMNS_MOST], b[COLUMNS_MOST];
    size_t columns;
    uint64_t cells, edges; /* that differ */
    char example[200];
};

static int
open_column(struct pair *p, const char *what, const char *path_a, const char *path_b,
            struct fx_error *err)
{
    struct scan *a = &p->a[p->columns], *b = &p->b[p->columns];

    if (scan_open(a, p->diff->a, path_a, err) || scan_open(b, p->diff->b, path_b, err))
        return -1;
    if (!diff_types(p->diff, what, a, b)) {
        scan_close(a);
        scan_close(b);
        return 0;
    }
    p->columns++;
    if (a->facts.length == p->la.length && b->facts.length == p->lb.length)
        return 0;
    fx_fail(err, FX_INVALID,
            (struct fx_mark){ a->facts.length == p->la.length ? p->diff->b->path : p->diff->a->path,
                              0, 0 },
            "'%s' has not one value for each edge", path_a);
    return fx_error_hint(err, "fornix h5 check tells what is wrong");
}

static int
open_columns(struct pair *p, const struct edge_group *x, const struct edge_group *y,
             struct fx_error *err)
{
    char a[1000], b[1000], what[900];

    snprintf(a, sizeof a, "%s/Edges/Source Index", x->folder);
    snprintf(b, sizeof b, "%s/Edges/Source Index", y->folder);
    if (open_column(p, p->what, a, b, err))
        return -1;
    for (size_t i = 0; i < x->value_count; i++)
        for (size_t k = 0; k < y->value_count && p->columns < COLUMNS_MOST; k++)
            if (!strcmp(x->values[i].name_space, y->values[k].name_space) &&
                !strcmp(x->values[i].name, y->values[k].name)) {
                snprintf(what, sizeof what, "%s, %s/%s", p->what, x->values[i].name_space,
                         x->values[i].name);
                if (open_column(p, what, x->values[i].path, y->values[k].path, err))
                    return -1;
            }
    return 0;
}

/* --- the edges of one destination, in whatever order ------------------------------------------ */

/* Edge i is values[i * columns ...]. */
static double *
read_edges(struct pair *p, struct scan *scans, struct range range, struct fx_error *err)
{
    uint64_t count = range.end - range.begin;
    double *rows = mem_new(count * p->columns + 1, sizeof *rows),
           *one = mem_new(count + 1, sizeof *one);

    for (size_t c = 0; rows && c < p->columns; c++) {
        if (scan_reals(&scans[c], range.begin, count, one, err)) {
            free(rows);
            rows = NULL;
        }
        for (uint64_t i = 0; rows && i < count; i++)
            rows[i * p->columns + c] = one[i];
    }
    free(one);
    return rows;
}

/* By source, then by the attributes. */
static int
compare_rows(const double *a, const double *b, size_t columns)
{
    for (size_t c = 0; c < columns; c++)
        if (a[c] != b[c])
            return a[c] < b[c] ? -1 : 1;
    return 0;
}

/* Heap sort: rows of a width that is known here only. */
static void
sort_rows(double *rows, uint64_t count, size_t columns)
{
    double swap[COLUMNS_MOST];
    size_t size = columns * sizeof *rows;

    for (uint64_t start = count / 2, end = count; end > 1;) {
        uint64_t root, child;

        if (start > 0) {
            start--;
        } else {
            end--;
            memcpy(swap, rows + end * columns, size);
            memcpy(rows + end * columns, rows, size);
            memcpy(rows, swap, size);
        }
        for (root = start; (child = 2 * root + 1) < end; root = child) {
            if (child + 1 < end &&
                compare_rows(rows + child * columns, rows + (child + 1) * columns, columns) < 0)
                child++;
            if (compare_rows(rows + root * columns, rows + child * columns, columns) >= 0)
                break;
            memcpy(swap, rows + root * columns, size);
            memcpy(rows + root * columns, rows + child * columns, size);
            memcpy(rows + child * columns, swap, size);
        }
    }
}

static bool
equal_rows(const struct pair *p, const double *a, const double *b)
{
    for (size_t c = 0; c < p->columns; c++)
        if (!diff_equal(p->diff, a[c], b[c]))
            return false;
    return true;
}

/* How many edges of `a` have no like in `b`, and the first one of both that has none. */
static uint64_t
unmatched(const struct pair *p, const double *a, uint64_t count_a, const double *b,
          uint64_t count_b, const double **first)
{
    uint64_t i = 0, k = 0, lone = 0;

    *first = NULL;
    while (i < count_a || k < count_b) {
        const double *x = a + i * p->columns, *y = b + k * p->columns;
        bool both = i < count_a && k < count_b;

        if (both && equal_rows(p, x, y)) {
            i++;
            k++;
            continue;
        }
        lone++;
        if (k == count_b || (both && compare_rows(x, y, p->columns) < 0)) {
            *first = *first ? *first : x;
            i++;
        } else {
            *first = *first ? *first : y;
            k++;
        }
    }
    return lone;
}

static int
diff_cell(struct pair *p, uint64_t cell, struct range ra, struct range rb, struct fx_error *err)
{
    uint64_t counts[2] = { ra.end - ra.begin, rb.end - rb.begin }, lone;
    double *a = read_edges(p, p->a, ra, err), *b = a ? read_edges(p, p->b, rb, err) : NULL;
    const double *first;

    if (b) {
        sort_rows(a, counts[0], p->columns);
        sort_rows(b, counts[1], p->columns);
        lone = unmatched(p, a, counts[0], b, counts[1], &first);
        if (lone && p->cells++ == 0)
            snprintf(p->example, sizeof p->example,
                     "cell %llu has %llu edges, %llu; one from cell %.0f is in one "
                     "file only",
                     (unsigned long long)cell, (unsigned long long)counts[0],
                     (unsigned long long)counts[1], first[0]);
        p->edges += lone;
    }
    free(a);
    free(b);
    return b ? 0 : -1;
}

/* --- a projection ----------------------------------------------------------------------------- */

/* As they stand; 1 when they do not agree. */
static int
equal_as_they_stand(struct pair *p, struct fx_error *err)
{
    uint64_t n = p->la.count;

    if (!p->la.in_order || !p->lb.in_order || n != p->lb.count || p->la.length != p->lb.length ||
        (n && (memcmp(p->la.cell, p->lb.cell, n * sizeof *p->la.cell) ||
               memcmp(p->la.values, p->lb.values, n * sizeof *p->la.values))))
        return 1;
    for (size_t c = 0; c < p->columns; c++) {
        struct run_diff run;

        if (diff_runs(p->diff, &p->a[c], 0, &p->b[c], 0, p->la.length, &run, err))
            return -1;
        if (run.count)
            return 1;
    }
    return 0;
}

/* Destination after destination; those without edges are the same as those that do not occur. */
static int
by_cell(struct pair *p, struct fx_error *err)
{
    const struct lookup *a = &p->la, *b = &p->lb;
    int status = 0;

    for (uint64_t i = 0, k = 0; !status && (i < a->count || k < b->count);) {
        bool in_a = i < a->count && (k == b->count || a->cell[i] <= b->cell[k]);
        bool in_b = k < b->count && (i == a->count || b->cell[k] <= a->cell[i]);
        uint64_t cell = in_a ? a->cell[i] : b->cell[k];
        struct range none = { 0, 0 };

        status = diff_cell(p, cell, in_a ? a->values[i] : none, in_b ? b->values[k] : none, err);
        i += in_a;
        k += in_b;
    }
    return status;
}

static void
diff_names(struct diff *d, const char *what, const struct edge_group *x, const struct edge_group *y,
           const char *path)
{
    for (size_t i = 0; i < x->value_count; i++) {
        bool there = false;

        for (size_t k = 0; k < y->value_count; k++)
            there = there || (!strcmp(x->values[i].name_space, y->values[k].name_space) &&
                              !strcmp(x->values[i].name, y->values[k].name));
        if (!there)
            diff_tell(d, what, 0, "%s/%s only in '%s'", x->values[i].name_space, x->values[i].name,
                      path);
    }
}

static int
compare(struct diff *d, const char *what, const struct edge_group *x, const struct edge_group *y,
        struct fx_error *err)
{
    struct pair *p = mem_new(1, sizeof *p);
    int status;

    p->diff = d;
    p->what = what;
    diff_names(d, what, x, y, d->a->path);
    diff_names(d, what, y, x, d->b->path);
    status = lookup_edges(&p->la, d->a, x, err) || lookup_edges(&p->lb, d->b, y, err) ||
                     open_columns(p, x, y, err)
                 ? -1
                 : equal_as_they_stand(p, err);
    if (status > 0)
        status = by_cell(p, err);
    if (!status && p->la.length != p->lb.length)
        diff_tell(d, what, 0, "%llu edges, %llu", (unsigned long long)p->la.length,
                  (unsigned long long)p->lb.length);
    if (!status && p->cells)
        diff_tell(d, what, p->edges, "%llu edges onto %llu cells are in one file only; %s",
                  (unsigned long long)p->edges, (unsigned long long)p->cells, p->example);
    for (size_t c = 0; c < COLUMNS_MOST; c++) {
        scan_close(&p->a[c]);
        scan_close(&p->b[c]);
    }
    lookup_release(&p->la);
    lookup_release(&p->lb);
    free(p);
    return status;
}

int
diff_edges(struct diff *d, struct fx_error *err)
{
    char what[600];

    for (size_t i = 0; i < d->a->edge_count; i++) {
        const struct edge_group *x = &d->a->edges[i],
                                *y = source_edges(d->b, x->destination, x->source);

        snprintf(what, sizeof what, "projection %s/%s", x->destination, x->source);
        if (!y)
            diff_tell(d, what, 0, "only in '%s'", d->a->path);
        else if (compare(d, what, x, y, err))
            return -1;
    }
    for (size_t i = 0; i < d->b->edge_count; i++) {
        const struct edge_group *y = &d->b->edges[i];

        snprintf(what, sizeof what, "projection %s/%s", y->destination, y->source);
        if (!source_edges(d->a, y->destination, y->source))
            diff_tell(d, what, 0, "only in '%s'", d->b->path);
    }
    return 0;
}
