/* Trees: reading. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/neuroh5_pointer.h"
#include "common/neuroh5_trees.h"
#include "common/neuroh5_trees_layout.h"

struct neuroh5_trees {
    const struct h5_file *file;
    char *folder;
    struct cell_slots slots;
    uint64_t *pointer[TREE_ATTRIBUTES];     /* those of others may not be linked: one each */
    struct h5_data *value[TREE_ATTRIBUTES];
};

struct neuroh5_trees *
neuroh5_trees_open(const struct h5_file *file, const char *population, uint64_t cells,
                   struct fx_error *err)
{
    struct neuroh5_trees *t = mem_new(1, sizeof *t);
    char path[800];

    snprintf(path, sizeof path, "/Populations/%s/Trees", population);
    t->file = file;
    t->folder = mem_copy(path, strlen(path));
    snprintf(path, sizeof path, "%s/Cell Index", t->folder);
    if (cell_slots_read(file, path, cells, &t->slots, err))
        goto fail;
    for (int a = 0; a < TREE_ATTRIBUTES; a++) {
        snprintf(path, sizeof path, "%s/%s/Attribute Value", t->folder, tree_attributes[a].name);
        t->value[a] = h5_data_open(file, path, tree_attributes[a].type, err);
        if (!t->value[a])
            goto fail;
        snprintf(path, sizeof path, "%s/%s/Attribute Pointer", t->folder, tree_attributes[a].name);
        t->pointer[a] = pointers_read(file, path, t->slots.count, h5_data_length(t->value[a]), err);
        if (!t->pointer[a])
            goto fail;
    }
    return t;
fail:
    neuroh5_trees_free(t);
    return NULL;
}

void
neuroh5_trees_free(struct neuroh5_trees *t)
{
    if (!t)
        return;
    cell_slots_release(&t->slots);
    for (int a = 0; a < TREE_ATTRIBUTES; a++) {
        free(t->pointer[a]);
        h5_data_discard(t->value[a]);
    }
    free(t->folder);
    free(t);
}

uint64_t
neuroh5_trees_count(const struct neuroh5_trees *t)
{
    return t->slots.count;
}

bool
neuroh5_trees_has(const struct neuroh5_trees *t, uint32_t cell)
{
    return cell_slots_get(&t->slots, cell) != SLOT_NONE;
}

static int
invalid(const struct neuroh5_trees *t, uint32_t cell, struct fx_error *err, const char *what)
{
    return fx_fail(err, FX_INVALID, (struct fx_mark){ h5_path(t->file), 0, 0 },
                   "'%s', cell %u: %s", t->folder, (unsigned)cell, what);
}

static int
read_values(const struct neuroh5_trees *t, uint32_t slot, enum tree_value a, void *to,
            struct fx_error *err)
{
    uint64_t from = t->pointer[a][slot], count = t->pointer[a][slot + 1] - from;

    return count ? h5_data_read(t->value[a], from, count, to, err) : 0;
}

static int
read_points(const struct neuroh5_trees *t, uint32_t slot, uint32_t cell, struct morphology *m,
            struct fx_error *err)
{
    uint64_t count = t->pointer[TREE_PARENT][slot + 1] - t->pointer[TREE_PARENT][slot];

    for (int a = 0; a < TREE_ATTRIBUTES; a++)
        if (tree_attributes[a].count == TREE_BY_POINT &&
            t->pointer[a][slot + 1] - t->pointer[a][slot] != count)
            return invalid(t, cell, err, "the attributes of its points differ in number");
    if (count < 1 || count > MORPHOLOGY_MOST_POINTS)
        return invalid(t, cell, err, "it has not between 1 and 65535 points");
    morphology_init(m, count);
    return read_values(t, slot, TREE_X, m->x, err) || read_values(t, slot, TREE_Y, m->y, err) ||
                   read_values(t, slot, TREE_Z, m->z, err) ||
                   read_values(t, slot, TREE_RADIUS, m->radius, err) ||
                   read_values(t, slot, TREE_LAYER, m->layer, err) ||
                   read_values(t, slot, TREE_PARENT, m->parent, err) ||
                   read_values(t, slot, TREE_TYPE, m->swc_type, err)
               ? -1
               : 0;
}

/* Section: their number, then for each its size and its points. */
static int
decode_sections(const struct neuroh5_trees *t, uint32_t cell, const uint16_t *words, uint64_t count,
                struct morphology *m, struct fx_error *err)
{
    uint64_t at = 1, entries = 0;

    if (count < 1 || words[0] == 0 || words[0] > count)
        return invalid(t, cell, err, "it has no sections");
    m->section_count = words[0];
    m->section_start = mem_new(m->section_count + 1, sizeof *m->section_start);
    m->section_points = mem_new(count, sizeof *m->section_points);
    for (size_t s = 0; s < m->section_count; s++) {
        uint64_t size = at < count ? words[at++] : 0;
        if (size == 0 || size > count - at)
            return invalid(t, cell, err, "its sections do not fit their number of entries");
        memcpy(m->section_points + entries, words + at, size * sizeof *words);
        at += size;
        entries += size;
        m->section_start[s + 1] = (uint32_t)entries;
    }
    if (at != count)
        return invalid(t, cell, err, "its sections do not fit their number of entries");
    return 0;
}

static int
read_sections(const struct neuroh5_trees *t, uint32_t slot, uint32_t cell, struct morphology *m,
              struct fx_error *err)
{
    uint64_t count = t->pointer[TREE_SECTION][slot + 1] - t->pointer[TREE_SECTION][slot];
    uint64_t edges = t->pointer[TREE_SOURCE][slot + 1] - t->pointer[TREE_SOURCE][slot];
    uint16_t *words;
    int status;

    if (count > 3 * (uint64_t)MORPHOLOGY_MOST_POINTS + 1)
        return invalid(t, cell, err, "its sections have too many entries");
    if (edges != t->pointer[TREE_DESTINATION][slot + 1] - t->pointer[TREE_DESTINATION][slot] ||
        edges > MORPHOLOGY_MOST_POINTS)
        return invalid(t, cell, err, "the two ends of its section edges differ in number");
    words = mem_new(count + 1, sizeof *words);
    status = read_values(t, slot, TREE_SECTION, words, err);
    if (!status)
        status = decode_sections(t, cell, words, count, m, err);
    free(words);
    if (status)
        return status;
    m->edge_count = edges;
    m->edge_source = mem_new(edges + 1, sizeof *m->edge_source);
    m->edge_destination = mem_new(edges + 1, sizeof *m->edge_destination);
    if (read_values(t, slot, TREE_SOURCE, m->edge_source, err))
        return -1;
    return read_values(t, slot, TREE_DESTINATION, m->edge_destination, err);
}

#define SAME(field, count) (!memcmp(a->field, b->field, (count) * sizeof *a->field))

/* Whether both would be derived to the same. */
static bool
same_tree(const struct morphology *a, const struct morphology *b)
{
    size_t n = a->point_count, s = a->section_count, e = a->edge_count;

    return n == b->point_count && s == b->section_count && e == b->edge_count &&
           SAME(section_start, s + 1) && SAME(section_points, a->section_start[s]) &&
           SAME(x, n) && SAME(y, n) && SAME(z, n) && SAME(radius, n) && SAME(layer, n) &&
           SAME(parent, n) && SAME(swc_type, n) && SAME(edge_source, e) &&
           SAME(edge_destination, e);
}

int
neuroh5_trees_read(const struct neuroh5_trees *t, uint32_t cell, struct morphology *m,
                   const struct morphology *last, bool *same, struct fx_error *err)
{
    uint32_t slot = cell_slots_get(&t->slots, cell);
    struct morphology tree = { 0 };

    if (same)
        *same = false;
    if (slot == SLOT_NONE)
        return invalid(t, cell, err, "it has no tree");
    if (read_points(t, slot, cell, &tree, err) || read_sections(t, slot, cell, &tree, err))
        goto fail;
    if (last && same && same_tree(&tree, last)) {
        *same = true;
        morphology_release(&tree);
        return 0;
    }
    if (morphology_derive(&tree, err)) {
        fx_error_in(err, "'%s', cell %u", t->folder, (unsigned)cell);
        snprintf(err->file, sizeof err->file, "%s", h5_path(t->file));
        goto fail;
    }
    *m = tree;
    return 0;
fail:
    morphology_release(&tree);
    return -1;
}
