/* Datasets of no population and no projection; attributes of groups and datasets. */
#include <stdio.h>
#include <string.h>

#include "h5/diff.h"

enum { NESTED_MOST = 16 };

static int
compare(struct diff *d, const char *path, struct fx_error *err)
{
    struct scan a = { 0 }, b = { 0 };
    struct run_diff run = { 0 };
    int status = scan_open(&a, d->a, path, err) || scan_open(&b, d->b, path, err) ? -1 : 0;

    if (!status && diff_types(d, path, &a, &b)) {
        if (a.facts.rows != b.facts.rows || a.facts.columns != b.facts.columns)
            diff_tell(d, path, 0, "%llu x %llu values, %llu x %llu",
                      (unsigned long long)a.facts.rows, (unsigned long long)a.facts.columns,
                      (unsigned long long)b.facts.rows, (unsigned long long)b.facts.columns);
        else
            status = diff_runs(d, &a, 0, &b, 0, a.facts.length, &run, err);
    }
    if (run.count)
        diff_tell(d, path, run.count, "%llu values differ; number %llu: %.9g, %.9g",
                  (unsigned long long)run.count, (unsigned long long)run.first, run.a, run.b);
    scan_close(&a);
    scan_close(&b);
    return status;
}

static int
diff_datasets(struct diff *d, struct fx_error *err)
{
    struct h5_names paths;
    int status = source_others(d->a, &paths, err);

    if (status)
        return -1;
    for (size_t i = 0; !status && i < paths.count; i++) {
        if (h5_kind(d->b->file, paths.at[i]) != H5_IS_DATASET)
            diff_tell(d, paths.at[i], 0, "only in '%s'", d->a->path);
        else
            status = compare(d, paths.at[i], err);
    }
    h5_names_release(&paths);
    if (status || source_others(d->b, &paths, err))
        return -1;
    for (size_t i = 0; i < paths.count; i++)
        if (h5_kind(d->a->file, paths.at[i]) != H5_IS_DATASET)
            diff_tell(d, paths.at[i], 0, "only in '%s'", d->b->path);
    h5_names_release(&paths);
    return 0;
}

/* --- attributes ------------------------------------------------------------------------------- */

static const struct h5_note *
find(const struct h5_notes *notes, const char *name)
{
    for (size_t i = 0; i < notes->count; i++)
        if (!strcmp(notes->at[i].name, name))
            return &notes->at[i];
    return NULL;
}

static bool
equal_notes(const struct diff *d, const struct h5_note *x, const struct h5_note *y)
{
    if (x->is_number != y->is_number)
        return false;
    return x->is_number ? diff_equal(d, x->number, y->number) : !strcmp(x->words, y->words);
}

static int
diff_notes(struct diff *d, const char *path, struct fx_error *err)
{
    struct h5_notes a, b;
    char what[900];

    if (h5_notes_read(d->a->file, path, &a, err))
        return -1;
    if (h5_notes_read(d->b->file, path, &b, err)) {
        h5_notes_release(&a);
        return -1;
    }
    for (size_t i = 0; i < a.count; i++) {
        const struct h5_note *y = find(&b, a.at[i].name);

        snprintf(what, sizeof what, "%s, attribute '%s'", path, a.at[i].name);
        if (!y)
            diff_tell(d, what, 0, "only in '%s'", d->a->path);
        else if (!equal_notes(d, &a.at[i], y) && y->is_number && a.at[i].is_number)
            diff_tell(d, what, 0, "%.9g, %.9g", a.at[i].number, y->number);
        else if (!equal_notes(d, &a.at[i], y))
            diff_tell(d, what, 0, "'%.100s', '%.100s'", a.at[i].words ? a.at[i].words : "a number",
                      y->words ? y->words : "a number");
    }
    for (size_t i = 0; i < b.count; i++) {
        snprintf(what, sizeof what, "%s, attribute '%s'", path, b.at[i].name);
        if (!find(&a, b.at[i].name))
            diff_tell(d, what, 0, "only in '%s'", d->b->path);
    }
    h5_notes_release(&a);
    h5_notes_release(&b);
    return 0;
}

/* All objects that both files have. */
static int
walk(struct diff *d, const char *path, int depth, struct fx_error *err)
{
    enum h5_kind kind = h5_kind(d->a->file, path);
    struct h5_names names;
    int status;

    if (kind != h5_kind(d->b->file, path) || (kind != H5_IS_GROUP && kind != H5_IS_DATASET) ||
        depth > NESTED_MOST)
        return 0;
    watch_beat(d->a->watch, path, 0);
    if (diff_notes(d, path, err))
        return -1;
    if (kind == H5_IS_DATASET)
        return 0;
    if (h5_list(d->a->file, path, &names, err))
        return -1;
    status = 0;
    for (size_t i = 0; !status && i < names.count; i++) {
        char deeper[2000];

        snprintf(deeper, sizeof deeper, "%s/%s", path[1] ? path : "", names.at[i]);
        status = walk(d, deeper, depth + 1, err);
    }
    h5_names_release(&names);
    return status;
}

int
diff_others(struct diff *d, struct fx_error *err)
{
    return diff_datasets(d, err) || walk(d, "/", 0, err) ? -1 : 0;
}
