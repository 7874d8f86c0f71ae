#include "h5/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
check_failed(const struct check *c, const char *path, struct fx_error *err)
{
    found_problem(c->findings, path, NO_INDEX, "%s", err->text[0] ? err->text : "cannot be read");
    *err = (struct fx_error)FX_ERROR_NONE;
}

bool
check_open(const struct check *c, const char *path, const char *type, struct scan *scan)
{
    struct fx_error err = FX_ERROR_NONE;

    *scan = (struct scan){ 0 };
    if (!h5_exists(c->source->file, path)) {
        found_problem(c->findings, path, NO_INDEX, "is missing");
    } else if (scan_open(scan, c->source, path, &err)) {
        check_failed(c, path, &err);
    } else if (scan->facts.rank != 1) {
        found_problem(c->findings, path, NO_INDEX, "has not one dimension");
    } else if (!scan->facts.integer || scan->facts.is_signed) {
        found_problem(c->findings, path, NO_INDEX, "is of type %s, not %s", scan->facts.type, type);
    } else {
        if (strcmp(scan->facts.type, type))
            found_warning(c->findings, path, NO_INDEX, "is of type %s; others expect %s",
                          scan->facts.type, type);
        return true;
    }
    scan_close(scan);
    return false;
}

const struct memo_entry *
check_known(const struct check *c, const char *path, uint64_t rows, uint64_t end)
{
    uint64_t number = h5_object_number(c->source->file, path);

    for (size_t i = 0; number && i < c->memo.count; i++) {
        const struct memo_entry *m = &c->memo.at[i];

        if (m->number == number && m->rows == rows && m->end == end)
            return m;
    }
    return NULL;
}

void
check_keep(struct check *c, const char *path, struct memo_entry entry)
{
    entry.number = h5_object_number(c->source->file, path);
    c->memo.at = mem_resize(c->memo.at, c->memo.count + 1, sizeof *c->memo.at);
    c->memo.at[c->memo.count++] = entry;
}

bool
check_pointer(struct check *c, const char *path, uint64_t rows, uint64_t end, const char *what)
{
    const struct memo_entry *known = check_known(c, path, rows, end);
    struct tally falls = tally_of(c->findings, path, false);
    struct fx_error err = FX_ERROR_NONE;
    int64_t last = 0;
    bool good = true;
    struct scan scan;
    int more = 1;

    if (known)
        return known->good;
    if (!check_open(c, path, "u64", &scan))
        return false;
    if (scan.facts.length == 0 && rows == 0) {
        scan_close(&scan);
        return true;
    }
    if (scan.facts.length != rows + 1) {
        found_problem(c->findings, path, NO_INDEX, "has %llu entries; %llu %s need %llu",
                      (unsigned long long)scan.facts.length, (unsigned long long)rows, what,
                      (unsigned long long)rows + 1);
        good = false;
    }
    while (scan.facts.length && (more = scan_next(&scan, &err)) > 0) {
        const int64_t *v = scan.values.integer;

        if (scan.first == 0 && v[0] != 0) {
            found_problem(c->findings, path, 0, "is %lld: the first is 0", (long long)v[0]);
            good = false;
        }
        for (uint64_t i = 0; i < scan.count; i++) {
            if (v[i] < last)
                tally_add(&falls, scan.first + i, "is %lld, after %lld: pointers never descend",
                          (long long)v[i], (long long)last);
            last = v[i];
        }
    }
    tally_end(&falls);
    if (more < 0)
        check_failed(c, path, &err);
    else if (scan.facts.length && last != (int64_t)end)
        found_problem(c->findings, path, (int64_t)scan.facts.length - 1,
                      "is %lld: the last is the length, %llu", (long long)last,
                      (unsigned long long)end);
    good = good && more == 0 && !falls.count && last == (int64_t)end;
    scan_close(&scan);
    check_keep(c, path, (struct memo_entry){ .rows = rows, .end = end, .good = good });
    return good;
}

bool
check_values(const struct check *c, const char *path, bool finite)
{
    struct tally wild = tally_of(c->findings, path, false);
    struct fx_error err = FX_ERROR_NONE;
    struct scan scan;
    int more = 0;

    if (scan_open(&scan, c->source, path, &err)) {
        check_failed(c, path, &err);
        return false;
    }
    /* Texts and tables of other types are somebody's business, but not ours. */
    while ((scan.facts.integer || scan.facts.real) && (more = scan_next(&scan, &err)) > 0)
        for (uint64_t i = 0; finite && scan.facts.real && i < scan.count; i++)
            if (!isfinite(scan.values.real[i]))
                tally_add(&wild, scan.first + i, "is not finite");
    tally_end(&wild);
    if (more < 0)
        check_failed(c, path, &err);
    scan_close(&scan);
    return more == 0 && !wild.count;
}

/* --- /H5Types --------------------------------------------------------------------------------- */

static void
check_table(const struct check *c, const char *table, const char *type, const char *words)
{
    const struct h5_file *file = c->source->file;
    struct fx_error err = FX_ERROR_NONE;
    char found[200];

    if (h5_kind(file, table) != H5_IS_DATASET) {
        found_problem(c->findings, table, NO_INDEX, "is missing");
        return;
    }
    if (h5_kind(file, type) != H5_IS_TYPE)
        found_problem(c->findings, type, NO_INDEX, "is missing: the type of '%s'", table);
    else if (!h5_has_type(file, table, type))
        found_problem(c->findings, table, NO_INDEX, "is not of the type '%s'", type);
    if (h5_type_words(file, table, found, sizeof found, &err))
        check_failed(c, table, &err);
    else if (strcmp(found, words))
        found_warning(c->findings, table, NO_INDEX, "is of type %s; others expect %s", found,
                      words);
}

void
check_types(struct check *c)
{
    const struct source *s = c->source;
    const struct h5_file *file = s->file;
    uint64_t next = 0;

    if (!s->has_types) {
        found_problem(c->findings, "/H5Types", NO_INDEX, "%s", s->types_error.text);
        return;
    }
    if (h5_kind(file, "/H5Types/Population labels") != H5_IS_TYPE)
        found_problem(c->findings, "/H5Types/Population labels", NO_INDEX, "is missing");
    check_table(c, "/H5Types/Populations", "/H5Types/Population range",
                "{Start u64, Count u32, Population enum u16}");
    if (h5_exists(file, "/H5Types/Valid population projections") || s->edge_count)
        check_table(c, "/H5Types/Valid population projections", "/H5Types/Population projections",
                    "{Source enum u16, Destination enum u16}");
    for (size_t i = 0; i < s->types.population_count; i++) {
        const struct neuroh5_population *p = &s->types.populations[i];

        if (p->start != next)
            found_warning(c->findings, "/H5Types/Populations", (int64_t)i,
                          "'%s' starts at gid %llu, not at %llu", p->name,
                          (unsigned long long)p->start, (unsigned long long)next);
        next = p->start + p->count;
    }
}

/* --- /Spikes ---------------------------------------------------------------------------------- */

static void
check_times(const struct check *c, const char *path, uint64_t *length)
{
    struct tally falls = tally_of(c->findings, path, false);
    struct fx_error err = FX_ERROR_NONE;
    double last = -INFINITY;
    struct scan scan;
    int more = 0;

    if (scan_open(&scan, c->source, path, &err)) {
        check_failed(c, path, &err);
        return;
    }
    *length = scan.facts.length;
    if (!scan.facts.real)
        found_problem(c->findings, path, NO_INDEX, "is of type %s, not f64", scan.facts.type);
    while (scan.facts.real && (more = scan_next(&scan, &err)) > 0)
        for (uint64_t i = 0; i < scan.count; i++) {
            double t = scan.values.real[i];

            if (!isfinite(t) || t < last)
                tally_add(&falls, scan.first + i,
                          "is %g ms, after %g ms: spikes are ordered by time", t, last);
            last = t;
        }
    tally_end(&falls);
    if (more < 0)
        check_failed(c, path, &err);
    scan_close(&scan);
}

static void
check_gids(const struct check *c, const char *name, const char *path, uint64_t *length)
{
    const struct neuroh5_population *p = neuroh5_types_find(&c->source->types, name);
    struct tally strange = tally_of(c->findings, path, false);
    struct fx_error err = FX_ERROR_NONE;
    struct scan scan;
    int more;

    if (!check_open(c, path, "u32", &scan))
        return;
    *length = scan.facts.length;
    while ((more = scan_next(&scan, &err)) > 0)
        for (uint64_t i = 0; p && i < scan.count; i++)
            if ((uint64_t)scan.values.integer[i] - p->start >= p->count)
                tally_add(&strange, scan.first + i, "is %lld: no gid of '%s'",
                          (long long)scan.values.integer[i], name);
    tally_end(&strange);
    if (more < 0)
        check_failed(c, path, &err);
    scan_close(&scan);
}

void
check_spikes(struct check *c)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_names names;

    if (h5_kind(c->source->file, "/Spikes") != H5_IS_GROUP)
        return;
    if (h5_list(c->source->file, "/Spikes", &names, &err)) {
        check_failed(c, "/Spikes", &err);
        return;
    }
    for (size_t i = 0; i < names.count; i++) {
        uint64_t gids = 0, times = 0;
        char gid[600], t[600];

        snprintf(gid, sizeof gid, "/Spikes/%s/gid", names.at[i]);
        snprintf(t, sizeof t, "/Spikes/%s/t", names.at[i]);
        check_gids(c, names.at[i], gid, &gids);
        check_times(c, t, &times);
        if (gids != times)
            found_problem(c->findings, t, NO_INDEX, "has %llu entries, '%s' %llu",
                          (unsigned long long)times, gid, (unsigned long long)gids);
    }
    h5_names_release(&names);
}

/* --- all -------------------------------------------------------------------------------------- */

/* A cell's population in both files: what the file of cells says counts. */
static void
compare_types(const struct check *c, const struct check *cells)
{
    struct neuroh5_types a = c->source->types, b = cells->source->types;
    char difference[200] = "";

    a.pair_count = b.pair_count = 0;    /* each file names the projections that it may have */
    if (c->source->has_types && cells->source->has_types &&
        !neuroh5_types_equal(&a, &b, difference))
        found_problem(c->findings, "/H5Types", NO_INDEX, "is not that of '%s': %s",
                      cells->source->path, difference);
}

/* What the file of cells tells and this one does not. */
static void
take_facts(struct check *c, const struct check *cells)
{
    const struct neuroh5_types *own = &c->source->types, *others = &cells->source->types;

    for (size_t i = 0; i < own->population_count; i++) {
        const struct neuroh5_population *p =
            neuroh5_types_find(others, own->populations[i].name);
        const struct cell_facts *from = p ? &cells->facts[p - others->populations] : NULL;
        struct cell_facts *to = &c->facts[i];

        if (!from || to->synapses || to->sections)
            continue;
        to->cells = from->cells;
        if (from->synapses)
            to->synapses = memcpy(mem_new(to->cells + 1, sizeof *to->synapses), from->synapses,
                                  to->cells * sizeof *to->synapses);
        if (from->sections)
            to->sections = memcpy(mem_new(to->cells + 1, sizeof *to->sections), from->sections,
                                  to->cells * sizeof *to->sections);
    }
}

static void
check_result_or_network(struct check *c)
{
    bool network =
        c->source->cell_count || c->source->edge_count || h5_exists(c->source->file, "/H5Types");
    bool result = h5_exists(c->source->file, "/Spikes") ||
                  h5_exists(c->source->file, "/Recordings") || h5_exists(c->source->file, "/LFP");

    if (network || !result)
        check_types(c);
}

void
check_source(struct check *c, const struct check *cells)
{
    const struct source *s = c->source;
    struct cell_facts none = { 0 };

    check_result_or_network(c);
    c->facts = mem_new(s->types.population_count + 1, sizeof *c->facts);
    for (size_t i = 0; i < s->cell_count; i++) {
        const struct neuroh5_population *p = neuroh5_types_find(&s->types, s->cells[i].population);
        char path[600];

        snprintf(path, sizeof path, "/Populations/%s", s->cells[i].population);
        if (!p && s->has_types)
            found_problem(c->findings, path, NO_INDEX, "is no population of '/H5Types'");
        check_cells(c, &s->cells[i], p, p ? &c->facts[p - s->types.populations] : &none);
    }
    if (cells) {
        compare_types(c, cells);
        take_facts(c, cells);
    }
    for (size_t i = 0; i < s->edge_count; i++)
        check_edges(c, &s->edges[i]);
    check_spikes(c);
    free(none.sections);
    free(none.synapses);
}

void
check_release(struct check *c)
{
    for (size_t i = 0; c->facts && i < c->source->types.population_count; i++) {
        free(c->facts[i].sections);
        free(c->facts[i].synapses);
    }
    free(c->facts);
    free(c->memo.at);
    c->facts = NULL;
    c->memo = (struct memo){ NULL, 0 };
}
