/* Attributes of cells. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "h5/check.h"

enum { CELLS_UNKNOWN_MOST = 1 << 22 };

#define ABOVE_ZERO 0x1p-1074    /* the least number above it */

/* What a namespace's attributes must be; "" for the type: any. */
static const struct {
    const char *name_space, *name, *type;
    bool single; /* one value per cell */
    double low, high;
} known[] = {
    { "Generated Coordinates", NULL, "f32", true, -INFINITY, INFINITY },
    { "Arc Distances", NULL, "f32", true, -INFINITY, INFINITY },
    { "Synapse Attributes", "syn_ids", "u32", false, 0, UINT32_MAX },
    { "Synapse Attributes", "syn_locs", "f32", false, 0, 1 },
    { "Synapse Attributes", "syn_cdists", "f32", false, 0, INFINITY },
    { "Synapse Attributes", "syn_secs", "u32", false, 0, UINT16_MAX },
    { "Synapse Attributes", "syn_layers", "i8", false, -128, 127 },
    { "Synapse Attributes", "syn_types", "u8", false, 0, 255 },
    { "Synapse Attributes", "swc_types", "u8", false, 0, 255 },
    { "Trees", "X Coordinate", "f32", false, -INFINITY, INFINITY },
    { "Trees", "Y Coordinate", "f32", false, -INFINITY, INFINITY },
    { "Trees", "Z Coordinate", "f32", false, -INFINITY, INFINITY },
    { "Trees", "Radius", "f32", false, ABOVE_ZERO, INFINITY },
    { "Trees", "Point Layer", "i8", false, -128, 127 },
    { "Trees", "Parent Point", "i32", false, -1, 65534 },
    { "Trees", "SWC Type", "i8", false, -128, 127 },
    { "Trees", "Section", "u16", false, 0, 65535 },
    { "Trees", "Source Section", "u16", false, 0, 65535 },
    { "Trees", "Destination Section", "u16", false, 0, 65535 },
};

enum { KNOWN = sizeof known / sizeof known[0] };

static int
find_known(const struct attribute *a)
{
    for (int i = 0; i < KNOWN; i++)
        if (!strcmp(known[i].name_space, a->name_space) &&
            (!known[i].name || !strcmp(known[i].name, a->name)))
            return i;
    return -1;
}

static uint64_t
rows_of(const struct check *c, const char *index)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_view *view = h5_view_open(c->source->file, index, &err);
    uint64_t rows = view ? h5_view_facts(view)->length : 0;

    h5_view_close(view);
    return rows;
}

void *
check_room(uint64_t cells, size_t size, const struct check *c, const char *index)
{
    bool believed = cells < CELLS_UNKNOWN_MOST || cells / 64 < rows_of(c, index);

    return believed ? calloc(cells + 1, size) : NULL;
}

struct place {
    uint64_t cell, row;
};

static int
compare_places(const void *a, const void *b)
{
    const struct place *left = a, *right = b;

    if (left->cell != right->cell)
        return left->cell < right->cell ? -1 : 1;
    return (left->row > right->row) - (left->row < right->row);
}

/* Cells that are not in ascending order: whether one is there twice. */
static void
find_twice(struct check *c, const char *path, struct tally *twice, struct fx_error *err)
{
    uint64_t rows;
    int64_t *cells = source_integers(c->source, path, &rows, err);
    struct place *places = cells ? mem_new(rows + 1, sizeof *places) : NULL;

    for (uint64_t i = 0; places && i < rows; i++)
        places[i] = (struct place){ (uint64_t)cells[i], i };
    free(cells);
    if (places)
        qsort(places, rows, sizeof *places, compare_places);
    for (uint64_t i = 1; places && i < rows; i++)
        if (places[i].cell == places[i - 1].cell)
            tally_add(twice, places[i].row, "cell %llu is there already",
                      (unsigned long long)places[i].cell);
    free(places);
}

/* Each cell below the population's count, and there once. *rows: how many entries. */
static bool
check_index(struct check *c, const char *path, const struct neuroh5_population *p,
            uint64_t *rows)
{
    struct tally beyond = tally_of(c->findings, path, false), twice = beyond;
    uint64_t cells = p ? p->count : CELLS_UNKNOWN_MOST;
    struct fx_error err = FX_ERROR_NONE;
    struct scan scan;
    const struct memo_entry *kept = check_known(c, path, cells, UINT64_MAX);
    bool good, ascends = true;
    int64_t last = -1;
    int more;

    if (kept) {
        *rows = rows_of(c, path);
        return kept->good;
    }
    if (!check_open(c, path, "u32", &scan))
        return false;
    *rows = scan.facts.length;
    while ((more = scan_next(&scan, &err)) > 0)
        for (uint64_t i = 0; i < scan.count; i++) {
            int64_t cell = scan.values.integer[i];

            ascends = ascends && cell > last;
            last = cell;
            if (p && (uint64_t)cell >= cells)
                tally_add(&beyond, scan.first + i, "is %lld; '%s' has %llu cells", (long long)cell,
                          p->name, (unsigned long long)cells);
        }
    if (more == 0 && !ascends)
        find_twice(c, path, &twice, &err);
    tally_end(&beyond);
    tally_end(&twice);
    if (err.code)
        check_failed(c, path, &err);
    scan_close(&scan);
    good = more == 0 && !beyond.count && !twice.count;
    check_keep(c, path, (struct memo_entry){ .rows = cells, .end = UINT64_MAX, .good = good });
    return good;
}

/* Type and range of the values. */
static bool
check_content(const struct check *c, const struct attribute *a, int k, uint64_t rows)
{
    struct tally wild = tally_of(c->findings, a->value, false);
    struct fx_error err = FX_ERROR_NONE;
    bool real = known[k].type[0] == 'f';
    struct scan scan;
    int more = 0;

    if (scan_open(&scan, c->source, a->value, &err)) {
        check_failed(c, a->value, &err);
        return false;
    }
    if (real ? !scan.facts.real : !scan.facts.integer) {
        found_problem(c->findings, a->value, NO_INDEX, "is of type %s, not %s", scan.facts.type,
                      known[k].type);
        scan_close(&scan);
        return false;
    }
    if (strcmp(scan.facts.type, known[k].type))
        found_warning(c->findings, a->value, NO_INDEX, "is of type %s; others expect %s",
                      scan.facts.type, known[k].type);
    if (known[k].single && scan.facts.length != rows)
        found_problem(c->findings, a->value, NO_INDEX, "has %llu values for %llu cells: one each",
                      (unsigned long long)scan.facts.length, (unsigned long long)rows);
    while ((more = scan_next(&scan, &err)) > 0)
        for (uint64_t i = 0; i < scan.count; i++) {
            double v = real ? scan.values.real[i] : (double)scan.values.integer[i];

            if (!isfinite(v))
                tally_add(&wild, scan.first + i, "is not finite");
            else if (v <= 0 && known[k].low == ABOVE_ZERO)
                tally_add(&wild, scan.first + i, "is %g, not above 0", v);
            else if (v < known[k].low || v > known[k].high)
                tally_add(&wild, scan.first + i, "is %g, not in %g..%g", v, known[k].low,
                          known[k].high);
        }
    tally_end(&wild);
    if (more < 0)
        check_failed(c, a->value, &err);
    scan_close(&scan);
    return more == 0 && !wild.count;
}

static bool
check_attribute(struct check *c, const struct attribute *a,
                const struct neuroh5_population *p, uint64_t *rows)
{
    struct fx_error err = FX_ERROR_NONE;
    struct scan scan;
    uint64_t length;
    int k = find_known(a);
    bool good;

    if (!check_index(c, a->index, p, rows))
        return false;
    if (!h5_exists(c->source->file, a->value)) {
        found_problem(c->findings, a->value, NO_INDEX, "is missing");
        return false;
    }
    if (scan_open(&scan, c->source, a->value, &err)) {
        check_failed(c, a->value, &err);
        return false;
    }
    length = scan.facts.length;
    good = scan.facts.rank == 1;
    if (!good)
        found_problem(c->findings, a->value, NO_INDEX, "has not one dimension");
    scan_close(&scan);
    good = good && check_pointer(c, a->pointer, *rows, length, "cells");
    return (k >= 0 ? check_content(c, a, k, *rows) : check_values(c, a->value, false)) && good;
}

void
check_same(const struct check *c, const char *path, const char *first)
{
    struct fx_error err = FX_ERROR_NONE;
    struct scan a = { 0 }, b = { 0 };

    if (h5_same_object(c->source->file, path, first))
        return;
    if (!scan_open(&a, c->source, first, &err) && !scan_open(&b, c->source, path, &err)) {
        bool equal = a.facts.length == b.facts.length;

        while (equal && scan_next(&a, &err) > 0 && scan_next(&b, &err) > 0)
            equal = !memcmp(a.values.integer, b.values.integer, a.count * sizeof *a.values.integer);
        if (!equal)
            found_problem(c->findings, path, b.count ? (int64_t)b.first : NO_INDEX,
                          "is not the same as '%s'", first);
    }
    if (err.code)
        check_failed(c, path, &err);
    scan_close(&a);
    scan_close(&b);
}

/* --- synapses --------------------------------------------------------------------------------- */

struct synapses {
    const struct check *check;
    struct scan index, pointer, ids, sections;
    bool has_ids, has_sections;
};

/* The values of rows that stand together: how many synapses, whether the ids are 0..n-1, sections in range. */
static int
take_cell(struct synapses *s, uint64_t cell, uint64_t begin, uint64_t end, struct cell_facts *facts,
          int64_t *room, struct tally *strange, struct fx_error *err)
{
    bool plain = s->has_ids;
    int64_t sections = facts->sections && cell < facts->cells ? facts->sections[cell] : -1;

    for (uint64_t at = begin; at < end; at += SCAN_PIECE) {
        uint64_t count = end - at < SCAN_PIECE ? end - at : SCAN_PIECE;

        if (s->has_ids) {
            if (scan_integers(&s->ids, at, count, room, err))
                return -1;
            for (uint64_t i = 0; i < count; i++)
                plain = plain && room[i] == (int64_t)(at - begin + i);
        }
        if (!s->has_sections || sections < 0)
            continue;
        if (scan_integers(&s->sections, at, count, room, err))
            return -1;
        for (uint64_t i = 0; i < count; i++)
            if (room[i] >= sections)
                tally_add(strange, at + i, "is %lld; the tree of cell %llu has %lld sections",
                          (long long)room[i], (unsigned long long)cell, (long long)sections);
    }
    if (cell < facts->cells)
        facts->synapses[cell] = plain ? (int64_t)(end - begin) : -1;
    return 0;
}

static int
take_cells(struct synapses *s, struct cell_facts *facts, struct tally *strange,
           struct fx_error *err)
{
    uint64_t rows = s->index.facts.length;
    int64_t *room = mem_new(SCAN_PIECE, sizeof *room), *cell = mem_new(SCAN_PIECE, sizeof *cell);
    int64_t *pointer = mem_new(SCAN_PIECE + 1, sizeof *pointer);
    int status = 0;

    for (uint64_t row = 0; !status && row < rows; row += SCAN_PIECE) {
        uint64_t count = rows - row < SCAN_PIECE ? rows - row : SCAN_PIECE;

        status = scan_integers(&s->index, row, count, cell, err) ||
                 scan_integers(&s->pointer, row, count + 1, pointer, err);
        for (uint64_t i = 0; !status && i < count; i++)
            status = take_cell(s, (uint64_t)cell[i], (uint64_t)pointer[i], (uint64_t)pointer[i + 1],
                               facts, room, strange, err);
    }
    free(room);
    free(cell);
    free(pointer);
    return status;
}

static void
check_synapses(struct check *c, const struct cell_group *group, const struct neuroh5_population *p,
               struct cell_facts *facts)
{
    const struct attribute *sections = cell_group_find(group, "Synapse Attributes", "syn_secs");
    const struct attribute *ids = cell_group_find(group, "Synapse Attributes", "syn_ids"),
                           *any = ids ? ids : sections;
    struct synapses s = { .check = c, .has_ids = ids, .has_sections = sections && facts->sections };
    struct fx_error err = FX_ERROR_NONE;
    struct tally strange;

    if (!any || !p)
        return;
    strange = tally_of(c->findings, sections ? sections->value : "", false);
    if (!facts->cells)
        facts->cells = p->count;
    facts->synapses = check_room(facts->cells, sizeof *facts->synapses, c, any->index);
    if (facts->synapses &&
        (scan_open(&s.index, c->source, any->index, &err) ||
         scan_open(&s.pointer, c->source, any->pointer, &err) ||
         (ids && scan_open(&s.ids, c->source, ids->value, &err)) ||
         (s.has_sections && scan_open(&s.sections, c->source, sections->value, &err)) ||
         take_cells(&s, facts, &strange, &err)))
        check_failed(c, any->value, &err);
    tally_end(&strange);
    if (s.pointer.path && ids)
        c->synapses += s.ids.facts.length;
    scan_close(&s.index);
    scan_close(&s.pointer);
    scan_close(&s.ids);
    scan_close(&s.sections);
}

/* --- a population ----------------------------------------------------------------------------- */

/* The attributes of synapses have the same cells, and the same number of values for each. */
static void
check_together(const struct check *c, const struct cell_group *group, const char *name_space)
{
    const struct attribute *first = NULL;

    for (size_t i = 0; i < group->attribute_count; i++) {
        const struct attribute *a = &group->attributes[i];

        if (strcmp(a->name_space, name_space))
            continue;
        if (first) {
            check_same(c, a->index, first->index);
            check_same(c, a->pointer, first->pointer);
        } else {
            first = a;
        }
    }
}

void
check_cells(struct check *c, const struct cell_group *group, const struct neuroh5_population *p,
            struct cell_facts *facts)
{
    bool trees = group->has_trees, synapses = true;

    for (size_t i = 0; i < group->attribute_count; i++) {
        const struct attribute *a = &group->attributes[i];
        uint64_t rows = 0;
        bool good = check_attribute(c, a, p, &rows);

        trees = trees && (good || strcmp(a->name_space, "Trees"));
        synapses = synapses && (good || strcmp(a->name_space, "Synapse Attributes"));
    }
    if (p)
        facts->cells = p->count;
    if (trees)
        check_trees(c, group, facts);
    if (synapses) {
        uint64_t before = c->findings->problems;

        check_together(c, group, "Synapse Attributes");
        if (c->findings->problems == before)
            check_synapses(c, group, p, facts);
    }
}
