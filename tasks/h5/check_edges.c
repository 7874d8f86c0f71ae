/* Projections. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "h5/check.h"

struct edges {
    struct check *check;
    const struct edge_group *group;
    const struct neuroh5_population *source, *destination;
    char block_index[700], block_pointer[700], pointer[700], from[700];
    uint64_t blocks, pointers, count; /* entries; count: of edges */
    bool whole;                       /* blocks and pointers are right */
};

static void
check_names(struct edges *e)
{
    const struct source *s = e->check->source;
    const char *names[2] = { e->group->source, e->group->destination };
    bool valid = s->types.pair_count == 0;

    e->source = neuroh5_types_find(&s->types, e->group->source);
    e->destination = neuroh5_types_find(&s->types, e->group->destination);
    for (int i = 0; i < 2; i++)
        if (s->has_types && !neuroh5_types_find(&s->types, names[i]))
            found_problem(e->check->findings, e->group->folder, NO_INDEX,
                          "'%s' is no population of '/H5Types'", names[i]);
    if (!e->source || !e->destination)
        return;
    for (size_t i = 0; i < s->types.pair_count; i++)
        valid = valid || (s->types.pairs[i].source == e->source->index &&
                          s->types.pairs[i].destination == e->destination->index);
    if (!valid)
        found_problem(e->check->findings, e->group->folder, NO_INDEX,
                      "is not among '/H5Types/Valid population projections'");
}

/* How many entries a dataset of the projection has. */
static bool
length_of(const struct edges *e, const char *path, uint64_t *length)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_view *view;

    if (!h5_exists(e->check->source->file, path)) {
        found_problem(e->check->findings, path, NO_INDEX, "is missing");
        return false;
    }
    view = h5_view_open(e->check->source->file, path, &err);
    if (!view) {
        check_failed(e->check, path, &err);
        return false;
    }
    *length = h5_view_facts(view)->length;
    h5_view_close(view);
    return true;
}

/* --- blocks ----------------------------------------------------------------------------------- */

struct marks {
    uint8_t *seen;        /* a bit per destination; NULL: not known how many */
    uint64_t cells, next; /* next: after the last block, while blocks ascend */
    bool ascends;
};

/* Takes the destinations first .. first + size - 1; true when one was there already. */
static bool
take_run(struct marks *m, uint64_t first, uint64_t size)
{
    bool twice = false;

    if (m->ascends && first >= m->next) {
        m->next = first + size;
        if (!m->seen)
            return false;
    } else {
        m->ascends = m->ascends && size == 0;
    }
    for (uint64_t i = first; m->seen && i < first + size && i < m->cells; i++) {
        twice = twice || (m->seen[i / 8] >> i % 8 & 1);
        m->seen[i / 8] |= (uint8_t)(1 << i % 8);
    }
    return twice;
}

static int
check_runs(struct edges *e, struct scan *index, struct scan *pointer, struct tally *beyond,
           struct tally *twice, struct fx_error *err)
{
    uint64_t cells = e->destination ? e->destination->count : 0;
    struct marks marks = { .cells = cells, .ascends = true };
    int64_t *first = mem_new(SCAN_PIECE, sizeof *first), *at = mem_new(SCAN_PIECE + 1, sizeof *at);
    int status = 0;

    marks.seen = e->blocks > 1 && cells ? check_room(cells / 8 + 1, 1, e->check, e->pointer) : NULL;
    for (uint64_t b = 0; !status && b < e->blocks; b += SCAN_PIECE) {
        uint64_t count = e->blocks - b < SCAN_PIECE ? e->blocks - b : SCAN_PIECE;

        status = scan_integers(index, b, count, first, err) ||
                 scan_integers(pointer, b, count + 1, at, err);
        for (uint64_t i = 0; !status && i < count; i++) {
            uint64_t size = (uint64_t)(at[i + 1] - at[i]), run = (uint64_t)first[i];

            if (b + i + 1 == e->blocks && size)
                size--; /* the last pointer is no destination */
            if (e->destination && (run > cells || size > cells - run))
                tally_add(beyond, b + i, "%llu destinations from cell %llu on; '%s' has %llu cells",
                          (unsigned long long)size, (unsigned long long)run, e->destination->name,
                          (unsigned long long)cells);
            else if (take_run(&marks, run, size))
                tally_add(twice, b + i, "the block at cell %llu has destinations of another one",
                          (unsigned long long)run);
        }
    }
    free(marks.seen);
    free(first);
    free(at);
    return status;
}

static bool
check_blocks(struct edges *e)
{
    struct findings *f = e->check->findings;
    struct tally beyond = tally_of(f, e->block_index, false), twice = beyond;
    struct fx_error err = FX_ERROR_NONE;
    struct scan index, pointer;
    bool good;

    if (!check_open(e->check, e->block_index, "u32", &index))
        return false;
    e->blocks = index.facts.length;
    good = check_pointer(e->check, e->block_pointer, e->blocks, e->pointers, "blocks");
    if (good && e->blocks == 0 && e->pointers > 1) {
        found_problem(f, e->block_index, NO_INDEX, "has no block for %llu destinations",
                      (unsigned long long)e->pointers - 1);
        good = false;
    }
    if (good && e->blocks && !scan_open(&pointer, e->check->source, e->block_pointer, &err)) {
        check_runs(e, &index, &pointer, &beyond, &twice, &err);
        scan_close(&pointer);
    }
    tally_end(&beyond);
    tally_end(&twice);
    if (err.code)
        check_failed(e->check, e->block_pointer, &err);
    scan_close(&index);
    return good && !err.code && !beyond.count && !twice.count;
}

/* --- edges ------------------------------------------------------------------------------------ */

static void
check_from(struct edges *e)
{
    struct tally beyond = tally_of(e->check->findings, e->from, false);
    int64_t cells = e->source ? (int64_t)e->source->count : INT64_MAX;
    struct fx_error err = FX_ERROR_NONE;
    struct scan scan;
    int more;

    if (!check_open(e->check, e->from, "u32", &scan))
        return;
    while ((more = scan_next(&scan, &err)) > 0) {
        const int64_t *v = scan.values.integer;
        int64_t greatest = 0;

        for (uint64_t i = 0; i < scan.count; i++)
            greatest = v[i] > greatest ? v[i] : greatest;
        for (uint64_t i = 0; greatest >= cells && i < scan.count; i++)
            if (v[i] >= cells)
                tally_add(&beyond, scan.first + i, "is %lld; '%s' has %lld cells", (long long)v[i],
                          e->source->name, (long long)cells);
    }
    tally_end(&beyond);
    if (more < 0)
        check_failed(e->check, e->from, &err);
    scan_close(&scan);
}

/* Where the walk along all edges is: block, destination in it, and the edges of that. */
struct walk {
    struct scan index, blocks, pointer;
    uint64_t block, at, end; /* at: of the pointer, end: of the block's */
    uint64_t cell;
    int64_t piece[SCAN_PIECE], next[2];
    uint64_t piece_at, piece_count;
};

/* The pointer number `at`; pieces are read as they are reached. */
static int
pointer_at(struct walk *w, uint64_t at, int64_t *value, struct fx_error *err)
{
    uint64_t all = w->pointer.facts.length;

    if (at < w->piece_at || at >= w->piece_at + w->piece_count) {
        w->piece_at = at;
        w->piece_count = all - at < SCAN_PIECE ? all - at : SCAN_PIECE;
        if (scan_integers(&w->pointer, at, w->piece_count, w->piece, err))
            return -1;
    }
    *value = w->piece[at - w->piece_at];
    return 0;
}

/* Moves to the next destination: 1 with its cell and the end of its edges, 0 after the last, -1. */
static int
next_destination(struct edges *e, struct walk *w, uint64_t *edges_end, struct fx_error *err)
{
    int64_t value = 0;

    while (w->at == w->end) {
        int64_t first;

        if (w->block == e->blocks)
            return 0;
        if (scan_integers(&w->index, w->block, 1, &first, err) ||
            scan_integers(&w->blocks, w->block, 2, w->next, err))
            return -1;
        w->at = (uint64_t)w->next[0];
        w->end = (uint64_t)w->next[1];
        w->cell = (uint64_t)first - 1;
        if (++w->block == e->blocks && w->end > w->at)
            w->end--;
    }
    w->at++;
    w->cell++;
    if (pointer_at(w, w->at, &value, err))
        return -1;
    *edges_end = (uint64_t)value;
    return 1;
}

/* What a value of an edge must be below: the number of synapses, or of sections, of one of its cells. */
struct bound {
    const char *what;           /* "synapses" */
    bool synapses, of_source;
    const struct cell_facts *facts;
};

/* -1: not known. */
static int64_t
bound_of(const struct bound *b, uint64_t cell)
{
    if (cell >= b->facts->cells)
        return -1;
    return b->synapses ? b->facts->synapses[cell] : b->facts->sections[cell];
}

static int
walk_values(struct edges *e, struct walk *w, struct scan *scan, const struct bound *bound,
            struct tally *beyond, struct fx_error *err)
{
    int64_t *from = mem_new(SCAN_PIECE, sizeof *from), has = -1;
    struct scan sources = { 0 };
    uint64_t end = 0, cell = 0;
    int more = 1;

    if (bound->of_source && scan_open(&sources, e->check->source, e->from, err))
        more = -1;
    while (more > 0 && (more = scan_next(scan, err)) > 0) {
        if (bound->of_source && scan_integers(&sources, scan->first, scan->count, from, err))
            more = -1;
        for (uint64_t i = 0; more > 0 && i < scan->count; i++) {
            while (!bound->of_source && more > 0 && end <= scan->first + i) {
                more = next_destination(e, w, &end, err);
                cell = w->cell;
                has = bound_of(bound, cell);
            }
            if (bound->of_source) {
                cell = (uint64_t)from[i];
                has = bound_of(bound, cell);
            }
            if (more > 0 && has >= 0 && scan->values.integer[i] >= has)
                tally_add(beyond, scan->first + i, "is %lld; cell %llu has %lld %s",
                          (long long)scan->values.integer[i], (unsigned long long)cell,
                          (long long)has, bound->what);
        }
    }
    scan_close(&sources);
    free(from);
    return more;
}

static void
check_below(struct edges *e, const char *path, const struct bound *bound)
{
    struct tally beyond = tally_of(e->check->findings, path, false);
    struct walk *w = mem_new(1, sizeof *w);
    const struct source *s = e->check->source;
    struct fx_error err = FX_ERROR_NONE;
    struct scan scan = { 0 };

    if (check_open(e->check, path, "u32", &scan) &&
        (scan_open(&w->index, s, e->block_index, &err) ||
         scan_open(&w->blocks, s, e->block_pointer, &err) ||
         scan_open(&w->pointer, s, e->pointer, &err) ||
         walk_values(e, w, &scan, bound, &beyond, &err) < 0))
        check_failed(e->check, path, &err);
    tally_end(&beyond);
    scan_close(&scan);
    scan_close(&w->index);
    scan_close(&w->blocks);
    scan_close(&w->pointer);
    free(w);
}

/* Places along a section. */
static void
check_places(const struct edges *e, const char *path)
{
    struct tally beyond = tally_of(e->check->findings, path, false);
    struct fx_error err = FX_ERROR_NONE;
    struct scan scan;
    int more = 0;

    if (scan_open(&scan, e->check->source, path, &err)) {
        check_failed(e->check, path, &err);
        return;
    }
    if (!scan.facts.real)
        found_problem(e->check->findings, path, NO_INDEX, "is of type %s, not f32",
                      scan.facts.type);
    while (scan.facts.real && (more = scan_next(&scan, &err)) > 0)
        for (uint64_t i = 0; i < scan.count; i++)
            if (!(scan.values.real[i] >= 0 && scan.values.real[i] <= 1))
                tally_add(&beyond, scan.first + i, "is %g, not in 0..1", scan.values.real[i]);
    tally_end(&beyond);
    if (more < 0)
        check_failed(e->check, path, &err);
    scan_close(&scan);
}

static const struct cell_facts *
facts_of(const struct edges *e, const struct neuroh5_population *p)
{
    return p ? &e->check->facts[p - e->check->source->types.populations] : NULL;
}

/* Whether the attribute's values number synapses or sections, of which something is known. */
static bool
find_bound(const struct edges *e, const struct edge_value *v, struct bound *bound)
{
    bool location = !strcmp(v->name_space, "Location");

    *bound = (struct bound){ .what = "sections", .facts = facts_of(e, e->destination) };
    if (!strcmp(v->name_space, "Synapses") && !strcmp(v->name, "syn_id")) {
        bound->what = "synapses";
        bound->synapses = true;
        return bound->facts && bound->facts->synapses;
    }
    if (location && !strcmp(v->name, "Source section")) {
        bound->of_source = true;
        bound->facts = facts_of(e, e->source);
    } else if (!location || strcmp(v->name, "Destination section")) {
        return false;
    }
    return bound->facts && bound->facts->sections;
}

static void
check_value(struct edges *e, const struct edge_value *v)
{
    struct bound bound;
    uint64_t length = 0;

    if (!length_of(e, v->path, &length))
        return;
    if (length != e->count)
        found_problem(e->check->findings, v->path, NO_INDEX, "has %llu values for %llu edges",
                      (unsigned long long)length, (unsigned long long)e->count);
    else if (e->whole && find_bound(e, v, &bound))
        check_below(e, v->path, &bound);
    else if (!strcmp(v->name_space, "Location") && strstr(v->name, " position"))
        check_places(e, v->path);
    else
        check_values(e->check, v->path, !strcmp(v->name_space, "Connections"));
}

void
check_edges(struct check *c, const struct edge_group *group)
{
    struct edges e = { .check = c, .group = group };

    check_names(&e);
    snprintf(e.block_index, sizeof e.block_index, "%s/Edges/Destination Block Index",
             group->folder);
    snprintf(e.block_pointer, sizeof e.block_pointer, "%s/Edges/Destination Block Pointer",
             group->folder);
    snprintf(e.pointer, sizeof e.pointer, "%s/Edges/Destination Pointer", group->folder);
    snprintf(e.from, sizeof e.from, "%s/Edges/Source Index", group->folder);
    if (!length_of(&e, e.from, &e.count) || !length_of(&e, e.pointer, &e.pointers))
        return;
    c->edges += e.count;
    if (e.pointers == 0 && e.count)
        found_problem(c->findings, e.pointer, NO_INDEX, "is empty, but there are edges");
    e.whole = check_pointer(c, e.pointer, e.pointers ? e.pointers - 1 : 0, e.count, "destinations");
    e.whole = check_blocks(&e) && e.whole;
    check_from(&e);
    for (size_t i = 0; i < group->value_count; i++)
        check_value(&e, &group->values[i]);
}
