/* Attributes of cells. */
#include <stdio.h>
#include <string.h>

#include "h5/diff.h"

/* Cells that differ, and the first of them, in words. */
struct cells_diff {
    uint64_t cells, values, only_a, only_b;
    char example[200];
};

static void
note(struct cells_diff *out, uint64_t cell, const struct run_diff *run, uint64_t counts[2])
{
    if (out->cells++ == 0 && counts)
        snprintf(out->example, sizeof out->example, "cell %llu has %llu values, %llu",
                 (unsigned long long)cell, (unsigned long long)counts[0],
                 (unsigned long long)counts[1]);
    else if (out->cells == 1)
        snprintf(out->example, sizeof out->example, "cell %llu, value %llu: %.9g, %.9g",
                 (unsigned long long)cell, (unsigned long long)run->first, run->a, run->b);
    out->values += run ? run->count : 0;
}

/* Cell by cell, in the order of the cells. */
static int
by_cell(struct diff *d, const struct lookup *la, const struct lookup *lb, struct scan *a,
        struct scan *b, struct cells_diff *out, struct fx_error *err)
{
    uint64_t i = 0, k = 0;

    while (i < la->count || k < lb->count) {
        struct run_diff run;
        uint64_t cell, counts[2];

        if (k == lb->count || (i < la->count && la->cell[i] < lb->cell[k])) {
            out->only_a++;
            i++;
            continue;
        }
        if (i == la->count || lb->cell[k] < la->cell[i]) {
            out->only_b++;
            k++;
            continue;
        }
        cell = la->cell[i];
        counts[0] = la->values[i].end - la->values[i].begin;
        counts[1] = lb->values[k].end - lb->values[k].begin;
        if (counts[0] != counts[1])
            note(out, cell, NULL, counts);
        else if (diff_runs(d, a, la->values[i].begin, b, lb->values[k].begin, counts[0], &run, err))
            return -1;
        else if (run.count)
            note(out, cell, &run, NULL);
        i++;
        k++;
    }
    return 0;
}

/* Where both have the same cells with as many values each, in the same order, values are compared as they stand. */
static bool
same_layout(const struct lookup *a, const struct lookup *b)
{
    return a->in_order && b->in_order && a->count == b->count && a->length == b->length &&
           (a->count == 0 || (!memcmp(a->cell, b->cell, a->count * sizeof *a->cell) &&
                              !memcmp(a->values, b->values, a->count * sizeof *a->values)));
}

static int
compare(struct diff *d, const char *what, const struct attribute *x, const struct attribute *y,
        struct fx_error *err)
{
    struct lookup la = { 0 }, lb = { 0 };
    struct scan a = { 0 }, b = { 0 };
    struct cells_diff out = { 0 };
    struct run_diff run = { 0 };
    int status = scan_open(&a, d->a, x->value, err) || scan_open(&b, d->b, y->value, err) ||
                         lookup_cells(&la, d->a, x, err) || lookup_cells(&lb, d->b, y, err)
                     ? -1
                     : 0;

    if (!status && diff_types(d, what, &a, &b)) {
        if (same_layout(&la, &lb))
            status = diff_runs(d, &a, 0, &b, 0, la.length, &run, err);
        if (!status && (run.count || !same_layout(&la, &lb)))
            status = by_cell(d, &la, &lb, &a, &b, &out, err);
    }
    if (out.only_a || out.only_b)
        diff_tell(d, what, out.only_a + out.only_b, "%llu cells only in '%s', %llu only in '%s'",
                  (unsigned long long)out.only_a, d->a->path, (unsigned long long)out.only_b,
                  d->b->path);
    if (out.cells)
        diff_tell(d, what, out.cells, "%llu cells differ, in %llu values; %s",
                  (unsigned long long)out.cells, (unsigned long long)out.values, out.example);
    scan_close(&a);
    scan_close(&b);
    lookup_release(&la);
    lookup_release(&lb);
    return status;
}

static int
diff_group(struct diff *d, const struct cell_group *one, const struct source *other, bool first,
           struct fx_error *err)
{
    const struct cell_group *match = source_cells(other, one->population);

    for (size_t i = 0; i < one->attribute_count; i++) {
        const struct attribute *x = &one->attributes[i];
        const struct attribute *y = match ? cell_group_find(match, x->name_space, x->name) : NULL;
        char what[600];

        snprintf(what, sizeof what, "%s, %s, %s", one->population, x->name_space, x->name);
        if (!y)
            diff_tell(d, what, 0, "only in '%s'", first ? d->a->path : d->b->path);
        else if (first && compare(d, what, x, y, err))
            return -1;
    }
    return 0;
}

int
diff_cells(struct diff *d, struct fx_error *err)
{
    for (size_t i = 0; i < d->a->cell_count; i++)
        if (diff_group(d, &d->a->cells[i], d->b, true, err))
            return -1;
    for (size_t i = 0; i < d->b->cell_count; i++)
        if (diff_group(d, &d->b->cells[i], d->a, false, err))
            return -1;
    return 0;
}
