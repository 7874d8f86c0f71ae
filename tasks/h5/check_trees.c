/* Trees: blocks of cells, all values of each. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/neuroh5_trees_layout.h"
#include "h5/check.h"

enum { POINTS_MOST = 65535, VALUES_MOST = 1 << 20, BLOCK_ROWS = 4096 };

struct trees {
    struct check *check;
    struct cell_facts *facts;
    struct scan index, pointer[TREE_COUNTS], value[TREE_ATTRIBUTES];
    struct tally faults, late, lone;
    uint8_t *state; /* by point or section */
    int32_t *above;    /* by section */
    uint64_t *start;   /* by section: where its points begin in Section */
};

/* The values of one cell. */
struct tree {
    uint64_t cell, row;
    uint64_t count[TREE_COUNTS];
    const int64_t *parent, *section, *source, *destination;
};

/* Follows parents from each point; true when none comes back to where it was. */
static bool
ends_in_root(struct trees *t, uint64_t count, const int64_t *parent)
{
    memset(t->state, 0, count);
    for (uint64_t i = 0; i < count; i++) {
        int64_t at = (int64_t)i;

        while (at >= 0 && !t->state[at]) {
            t->state[at] = 1;
            at = parent[at];
        }
        if (at >= 0 && t->state[at] == 1)
            return false;
        for (at = (int64_t)i; at >= 0 && t->state[at] == 1; at = parent[at])
            t->state[at] = 2;
    }
    return true;
}

static void
check_points(struct trees *t, const struct tree *tree)
{
    uint64_t n = tree->count[TREE_BY_POINT], roots = 0, late = 0;

    for (uint64_t i = 0; i < n; i++) {
        int64_t p = tree->parent[i];

        if (p < -1 || p >= (int64_t)n || p == (int64_t)i) {
            tally_add(&t->faults, tree->row,
                      "cell %llu: the parent of point %llu is %lld; there are %llu points",
                      (unsigned long long)tree->cell, (unsigned long long)i, (long long)p,
                      (unsigned long long)n);
            return;
        }
        roots += p < 0;
        late += p > (int64_t)i;
    }
    if (roots != 1)
        tally_add(&t->faults, tree->row,
                  "cell %llu: %llu points have no parent; the root alone has none",
                  (unsigned long long)tree->cell, (unsigned long long)roots);
    else if (!ends_in_root(t, n, tree->parent))
        tally_add(&t->faults, tree->row, "cell %llu: parents form a cycle",
                  (unsigned long long)tree->cell);
    if (late)
        tally_add(&t->late, tree->row,
                  "cell %llu: parents come after their children; others may expect them before",
                  (unsigned long long)tree->cell);
}

/* The points of the sections; how many sections, -1 when wrong. */
static int64_t
check_sections(struct trees *t, const struct tree *tree)
{
    uint64_t length = tree->count[TREE_BY_SECTION], n = tree->count[TREE_BY_POINT], at = 1,
             seen = 0;
    unsigned long long cell = tree->cell;
    int64_t sections = length ? tree->section[0] : -1;

    memset(t->state, 0, n);
    for (int64_t s = 0; s < sections; s++) {
        uint64_t size = at < length ? (uint64_t)tree->section[at] : 0;

        if (size == 0 || size > length - at - 1) {
            tally_add(&t->faults, tree->row,
                      "cell %llu: section %lld has %llu points where %llu values are left", cell,
                      (long long)s, (unsigned long long)size,
                      (unsigned long long)(at < length ? length - at - 1 : 0));
            return -1;
        }
        for (uint64_t i = at + 1; i <= at + size; i++) {
            if ((uint64_t)tree->section[i] >= n) {
                tally_add(&t->faults, tree->row,
                          "cell %llu: section %lld has point %lld; there are %llu points", cell,
                          (long long)s, (long long)tree->section[i], (unsigned long long)n);
                return -1;
            }
            seen += !t->state[tree->section[i]];
            t->state[tree->section[i]] = 1;
        }
        t->start[s] = at + 1;
        at += size + 1;
    }
    if (sections <= 0 || at != length)
        tally_add(&t->faults, tree->row, "cell %llu: %lld sections end after %llu of %llu values",
                  cell, (long long)sections, (unsigned long long)at, (unsigned long long)length);
    else if (seen != n)
        tally_add(&t->faults, tree->row, "cell %llu: %llu of %llu points are in no section", cell,
                  (unsigned long long)(n - seen), (unsigned long long)n);
    else
        return sections;
    return -1;
}

/* Whether the section has the point. */
static bool
has_point(const struct trees *t, const struct tree *tree, int64_t section, int64_t point)
{
    uint64_t start = t->start[section], size = (uint64_t)tree->section[start - 1];

    for (uint64_t i = start; i < start + size; i++)
        if (tree->section[i] == point)
            return true;
    return false;
}

/* A section begins at a point of the one that it hangs on, or at a child of one. */
static void
check_begins(struct trees *t, const struct tree *tree, int64_t sections)
{
    for (int64_t s = 0; s < sections; s++) {
        int64_t first = tree->section[t->start[s]], parent = tree->parent[first];

        if (t->above[s] < 0 || has_point(t, tree, t->above[s], first) ||
            (parent >= 0 && has_point(t, tree, t->above[s], parent)))
            continue;
        tally_add(&t->faults, tree->row,
                  "cell %llu: section %lld begins at no point of section %d, on which it hangs",
                  (unsigned long long)tree->cell, (long long)s, (int)t->above[s]);
        return;
    }
}

/* Every section but one hangs on another, and all on that one. */
static void
check_topology(struct trees *t, const struct tree *tree, int64_t sections)
{
    uint64_t edges = tree->count[TREE_BY_EDGE];
    unsigned long long cell = tree->cell;

    for (int64_t s = 0; s < sections; s++)
        t->above[s] = -1;
    for (uint64_t e = 0; e < edges; e++) {
        int64_t from = tree->source[e], to = tree->destination[e];

        if (from >= sections || to >= sections || from == to) {
            tally_add(&t->faults, tree->row,
                      "cell %llu: section %lld hangs on section %lld; there are %lld", cell,
                      (long long)to, (long long)from, (long long)sections);
            return;
        }
        if (t->above[to] >= 0) {
            tally_add(&t->faults, tree->row, "cell %llu: section %lld hangs on two sections", cell,
                      (long long)to);
            return;
        }
        t->above[to] = (int32_t)from;
    }
    if (edges + 1 != (uint64_t)sections) {
        tally_add(&t->faults, tree->row, "cell %llu: %llu pairs of sections for %lld sections",
                  cell, (unsigned long long)edges, (long long)sections);
        return;
    }
    memset(t->state, 0, (size_t)sections);
    for (int64_t s = 0; s < sections; s++) {
        int64_t at = s;

        while (at >= 0 && !t->state[at]) {
            t->state[at] = 1;
            at = t->above[at];
        }
        if (at >= 0 && t->state[at] == 1) {
            tally_add(&t->faults, tree->row, "cell %llu: sections hang on each other in a cycle",
                      cell);
            return;
        }
        for (at = s; at >= 0 && t->state[at] == 1; at = t->above[at])
            t->state[at] = 2;
    }
    check_begins(t, tree, sections);
}

static void
check_tree(struct trees *t, const struct tree *tree)
{
    int64_t sections;

    if (tree->count[TREE_BY_POINT] > POINTS_MOST || tree->count[TREE_BY_POINT] < 2) {
        tally_add(&t->faults, tree->row, "cell %llu has %llu points; a tree has 2 to %d",
                  (unsigned long long)tree->cell, (unsigned long long)tree->count[TREE_BY_POINT],
                  POINTS_MOST);
        return;
    }
    check_points(t, tree);
    sections = check_sections(t, tree);
    if (sections >= 0)
        check_topology(t, tree, sections);
    if (sections == 1)
        tally_add(&t->lone, tree->row,
                  "cell %llu has a single section; the reference's reader refuses that",
                  (unsigned long long)tree->cell);
    if (t->facts->sections && tree->cell < t->facts->cells)
        t->facts->sections[tree->cell] = (int32_t)sections;
}

/* --- blocks of rows --------------------------------------------------------------------------- */

static const struct attribute *
find(const struct cell_group *group, int a)
{
    return cell_group_find(group, "Trees", tree_attributes[a].name);
}

struct block {
    uint64_t row, rows;
    int64_t cell[BLOCK_ROWS], pointer[TREE_COUNTS][BLOCK_ROWS + 1];
    int64_t *value[TREE_ATTRIBUTES];
};

static const int integers[] = { TREE_PARENT, TREE_SECTION, TREE_SOURCE, TREE_DESTINATION };

/* How many of the rows fit into the room for values; at least one. */
static uint64_t
rows_that_fit(const struct block *b)
{
    uint64_t rows = b->rows;

    for (int k = 0; k < TREE_COUNTS; k++)
        while (rows > 1 && b->pointer[k][rows] - b->pointer[k][0] > VALUES_MOST)
            rows /= 2;
    return rows;
}

static int
read_block(struct trees *t, struct block *b, struct fx_error *err)
{
    if (scan_integers(&t->index, b->row, b->rows, b->cell, err))
        return -1;
    for (int k = 0; k < TREE_COUNTS; k++)
        if (scan_integers(&t->pointer[k], b->row, b->rows + 1, b->pointer[k], err))
            return -1;
    b->rows = rows_that_fit(b);
    for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++) {
        int a = integers[i], k = tree_attributes[a].count;
        uint64_t from = (uint64_t)b->pointer[k][0], count = (uint64_t)b->pointer[k][b->rows] - from;

        b->value[a] = mem_resize(b->value[a], count + 1, sizeof *b->value[a]);
        if (scan_integers(&t->value[a], from, count, b->value[a], err))
            return -1;
    }
    return 0;
}

/* Whether the i-th tree of the block is that of the row before it, which was looked at. */
static bool
is_repeated(const struct block *b, uint64_t i)
{
    for (size_t n = 0; i > 0 && n < sizeof integers / sizeof integers[0]; n++) {
        int a = integers[n], k = tree_attributes[a].count;
        const int64_t *p = b->pointer[k], *v = b->value[a];

        if (p[i + 1] - p[i] != p[i] - p[i - 1] ||
            memcmp(v + (p[i] - p[0]), v + (p[i - 1] - p[0]), (size_t)(p[i + 1] - p[i]) * sizeof *v))
            return false;
    }
    return i > 0;
}

static void
check_block(struct trees *t, const struct block *b)
{
    uint64_t faults = 0, seen = t->faults.count + t->late.count + t->lone.count;

    for (uint64_t i = 0; i < b->rows; i++) {
        struct tree tree = { .cell = (uint64_t)b->cell[i], .row = b->row + i };

        if (is_repeated(b, i) && !faults) {
            if (t->facts->sections && tree.cell < t->facts->cells)
                t->facts->sections[tree.cell] =
                    (int32_t)b->value[TREE_SECTION][b->pointer[TREE_BY_SECTION][i] -
                                                    b->pointer[TREE_BY_SECTION][0]];
            continue;
        }
        for (int k = 0; k < TREE_COUNTS; k++)
            tree.count[k] = (uint64_t)(b->pointer[k][i + 1] - b->pointer[k][i]);
        tree.parent =
            b->value[TREE_PARENT] + (b->pointer[TREE_BY_POINT][i] - b->pointer[TREE_BY_POINT][0]);
        tree.section = b->value[TREE_SECTION] +
                       (b->pointer[TREE_BY_SECTION][i] - b->pointer[TREE_BY_SECTION][0]);
        tree.source =
            b->value[TREE_SOURCE] + (b->pointer[TREE_BY_EDGE][i] - b->pointer[TREE_BY_EDGE][0]);
        tree.destination = b->value[TREE_DESTINATION] +
                           (b->pointer[TREE_BY_EDGE][i] - b->pointer[TREE_BY_EDGE][0]);
        check_tree(t, &tree);
        faults = t->faults.count + t->late.count + t->lone.count - seen;
        seen += faults;
    }
}

static int
check_rows(struct trees *t, struct fx_error *err)
{
    uint64_t rows = t->index.facts.length;
    struct block *b = mem_new(1, sizeof *b);
    int status = 0;

    for (b->row = 0; !status && b->row < rows; b->row += b->rows) {
        b->rows = rows - b->row < BLOCK_ROWS ? rows - b->row : BLOCK_ROWS;
        status = read_block(t, b, err);
        if (!status)
            check_block(t, b);
    }
    for (int a = 0; a < TREE_ATTRIBUTES; a++)
        free(b->value[a]);
    free(b);
    return status;
}

/* All attributes are there, with the same cells, and as many values as those of their kind. */
static bool
check_layout(struct check *c, const struct cell_group *group, const char *folder)
{
    const struct attribute *first = find(group, TREE_PARENT);
    static const int home[TREE_COUNTS] = { TREE_PARENT, TREE_SECTION, TREE_DESTINATION };
    uint64_t before = c->findings->problems;
    char path[700];

    for (int a = 0; a < TREE_ATTRIBUTES; a++)
        if (!find(group, a)) {
            snprintf(path, sizeof path, "%s/%s", folder, tree_attributes[a].name);
            found_problem(c->findings, path, NO_INDEX, "is missing");
        }
    if (c->findings->problems > before)
        return false;
    snprintf(path, sizeof path, "%s/Cell Index", folder);
    if (!h5_exists(c->source->file, path))
        found_problem(c->findings, path, NO_INDEX, "is missing: the cells of all trees");
    else
        check_same(c, first->index, path);
    for (int a = 0; a < TREE_ATTRIBUTES; a++) {
        check_same(c, find(group, a)->index, first->index);
        check_same(c, find(group, a)->pointer,
                   find(group, home[tree_attributes[a].count])->pointer);
    }
    return c->findings->problems == before;
}

static int
open_trees(struct trees *t, const struct cell_group *group, struct fx_error *err)
{
    const struct source *s = t->check->source;

    if (scan_open(&t->index, s, find(group, TREE_PARENT)->index, err))
        return -1;
    for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++) {
        int a = integers[i], k = tree_attributes[a].count;

        if (scan_open(&t->value[a], s, find(group, a)->value, err) ||
            (!t->pointer[k].path && scan_open(&t->pointer[k], s, find(group, a)->pointer, err)))
            return -1;
    }
    return 0;
}

void
check_trees(struct check *c, const struct cell_group *group, struct cell_facts *facts)
{
    struct fx_error err = FX_ERROR_NONE;
    struct trees t = { .check = c, .facts = facts };
    char folder[600];

    snprintf(folder, sizeof folder, "/Populations/%s/Trees", group->population);
    if (!check_layout(c, group, folder))
        return;
    t.faults = tally_of(c->findings, folder, false);
    t.late = t.lone = tally_of(c->findings, folder, true);
    t.state = mem_new(POINTS_MOST + 2, 1);
    t.above = mem_new(POINTS_MOST + 2, sizeof *t.above);
    t.start = mem_new(POINTS_MOST + 2, sizeof *t.start);
    facts->sections = facts->cells ? check_room(facts->cells, sizeof *facts->sections, c,
                                                find(group, TREE_PARENT)->index)
                                   : NULL;
    for (uint64_t i = 0; facts->sections && i < facts->cells; i++)
        facts->sections[i] = -1;
    if (open_trees(&t, group, &err) || check_rows(&t, &err))
        check_failed(c, folder, &err);
    tally_end(&t.faults);
    tally_end(&t.late);
    tally_end(&t.lone);
    scan_close(&t.index);
    for (int k = 0; k < TREE_COUNTS; k++)
        scan_close(&t.pointer[k]);
    for (int a = 0; a < TREE_ATTRIBUTES; a++)
        scan_close(&t.value[a]);
    free(t.state);
    free(t.above);
    free(t.start);
}
