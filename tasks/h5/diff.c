#include "h5/diff.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "h5/say.h"
#include "h5/verbs.h"

void
diff_tell(struct diff *d, const char *what, uint64_t count, const char *text, ...)
{
    json_t *one = json_object();
    char room[600];
    va_list args;

    va_start(args, text);
    vsnprintf(room, sizeof room, text, args);
    va_end(args);
    json_object_set_new(one, "what", say_text(what));
    json_object_set_new(one, "count", say_integer(count));
    json_object_set_new(one, "text", say_text(room));
    json_array_append_new(d->list, one);
}

bool
diff_equal(const struct diff *d, double a, double b)
{
    double scale = fmax(1, fmax(fabs(a), fabs(b)));

    return a == b || (isnan(a) && isnan(b)) || fabs(a - b) <= d->arguments->tolerance * scale;
}

bool
diff_types(struct diff *d, const char *what, const struct scan *a, const struct scan *b)
{
    bool numbers = (a->facts.integer || a->facts.real) && (b->facts.integer || b->facts.real);

    if (strcmp(a->facts.type, b->facts.type) && !(d->arguments->ignore_types && numbers))
        diff_tell(d, what, 0, "type %s, %s", a->facts.type, b->facts.type);
    return numbers;
}

/* The first values that differ, of `count`. */
static void
compare_reals(const struct diff *d, const double *a, const double *b, uint64_t count, uint64_t at,
              struct run_diff *out)
{
    for (uint64_t i = 0; i < count; i++)
        if (!diff_equal(d, a[i], b[i]) && out->count++ == 0) {
            out->first = at + i;
            out->a = a[i];
            out->b = b[i];
        }
}

static void
compare_integers(const int64_t *a, const int64_t *b, uint64_t count, uint64_t at,
                 struct run_diff *out)
{
    for (uint64_t i = 0; i < count; i++)
        if (a[i] != b[i] && out->count++ == 0) {
            out->first = at + i;
            out->a = (double)a[i];
            out->b = (double)b[i];
        }
}

int
diff_runs(struct diff *d, struct scan *a, uint64_t from_a, struct scan *b, uint64_t from_b,
          uint64_t count, struct run_diff *out, struct fx_error *err)
{
    bool integers = a->facts.integer && b->facts.integer;
    uint64_t columns = a->facts.columns ? a->facts.columns : 1,
             piece = SCAN_PIECE / columns * columns;
    int status = 0;

    *out = (struct run_diff){ 0 };
    piece = piece ? piece : columns;
    if (!a->values.room)
        a->values.room = mem_new(piece, 8);
    if (!b->values.room)
        b->values.room = mem_new(piece, 8);
    for (uint64_t done = 0; !status && done < count; done += piece) {
        uint64_t part = count - done < piece ? count - done : piece;

        if (integers) {
            status = scan_integers(a, from_a + done, part, a->values.integer, err) ||
                     scan_integers(b, from_b + done, part, b->values.integer, err);
            if (!status && memcmp(a->values.integer, b->values.integer, part * 8))
                compare_integers(a->values.integer, b->values.integer, part, done, out);
        } else {
            status = scan_reals(a, from_a + done, part, a->values.real, err) ||
                     scan_reals(b, from_b + done, part, b->values.real, err);
            if (!status && memcmp(a->values.real, b->values.real, part * 8))
                compare_reals(d, a->values.real, b->values.real, part, done, out);
        }
    }
    return status ? -1 : 0;
}

/* --- populations ------------------------------------------------------------------------------ */

static void
diff_populations(struct diff *d)
{
    const struct neuroh5_types *a = &d->a->types, *b = &d->b->types;
    char what[300];

    if (d->a->has_types != d->b->has_types)
        diff_tell(d, "/H5Types", 0, "only in '%s'", d->a->has_types ? d->a->path : d->b->path);
    for (size_t i = 0; i < a->population_count; i++) {
        const struct neuroh5_population *p = &a->populations[i],
                                        *q = neuroh5_types_find(b, p->name);

        snprintf(what, sizeof what, "population %s", p->name);
        if (!q)
            diff_tell(d, what, 0, "only in '%s'", d->a->path);
        else if (p->index != q->index || p->start != q->start || p->count != q->count)
            diff_tell(d, what, 0, "number %u, %u; first gid %llu, %llu; cells %llu, %llu",
                      (unsigned)p->index, (unsigned)q->index, (unsigned long long)p->start,
                      (unsigned long long)q->start, (unsigned long long)p->count,
                      (unsigned long long)q->count);
    }
    for (size_t i = 0; i < b->population_count; i++)
        if (!neuroh5_types_find(a, b->populations[i].name)) {
            snprintf(what, sizeof what, "population %s", b->populations[i].name);
            diff_tell(d, what, 0, "only in '%s'", d->b->path);
        }
}

static bool
has_pair(const struct neuroh5_types *types, const char *source, const char *destination)
{
    const struct neuroh5_population *s = neuroh5_types_find(types, source);
    const struct neuroh5_population *t = neuroh5_types_find(types, destination);

    for (size_t i = 0; s && t && i < types->pair_count; i++)
        if (types->pairs[i].source == s->index && types->pairs[i].destination == t->index)
            return true;
    return false;
}

static void
diff_pairs(struct diff *d, const struct source *one, const struct source *other)
{
    for (size_t i = 0; i < one->types.pair_count; i++) {
        const struct neuroh5_pair *pair = &one->types.pairs[i];
        const char *source = neuroh5_types_by_index(&one->types, pair->source)->name;
        const char *destination = neuroh5_types_by_index(&one->types, pair->destination)->name;
        char what[500];

        if (has_pair(&other->types, source, destination))
            continue;
        snprintf(what, sizeof what, "valid projection %s/%s", destination, source);
        diff_tell(d, what, 0, "only in '%s'", one->path);
    }
}

/* --- all -------------------------------------------------------------------------------------- */

static void
print_list(const struct diff *d)
{
    uint64_t limit = d->arguments->limit, more = 0;
    json_t *one;
    size_t i;

    json_array_foreach(d->list, i, one)
    {
        if (i >= limit)
            more++;
        else
            printf("%s: %s\n", json_string_value(json_object_get(one, "what")),
                   json_string_value(json_object_get(one, "text")));
    }
    if (more)
        printf("and %llu more differences; --limit N tells more\n", (unsigned long long)more);
}

int
verb_diff(const struct arguments *arguments, struct watch *watch, struct fx_error *err)
{
    struct source a = { 0 }, b = { 0 };
    struct diff d = { arguments, &a, &b, json_array() };
    int status = source_open(&a, arguments->file, watch, err) ||
                 source_open(&b, arguments->other, watch, err);

    if (!status) {
        diff_populations(&d);
        diff_pairs(&d, &a, &b);
        diff_pairs(&d, &b, &a);
        status = diff_cells(&d, err) || diff_edges(&d, err) || diff_others(&d, err);
    }
    status = status ? 2 : json_array_size(d.list) ? 1 : 0;
    if (status < 2 && arguments->json) {
        json_t *out = json_object();

        json_object_set_new(out, "equal", json_boolean(status == 0));
        json_object_set(out, "differences", d.list);
        say_value(out, true);
    } else if (status < 2) {
        print_list(&d);
    }
    json_decref(d.list);
    source_close(&a);
    source_close(&b);
    return status;
}
