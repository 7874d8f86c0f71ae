#include "h5/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct entry {
    uint32_t cell;
    struct range values;
};

static int
invalid(const struct source *s, const char *path, const char *what, struct fx_error *err)
{
    fx_fail(err, FX_INVALID, (struct fx_mark){ s->path, 0, 0 }, "'%s' %s", path, what);
    return fx_error_hint(err, "fornix h5 check tells what is wrong");
}

static int
compare(const void *a, const void *b)
{
    const struct entry *left = a, *right = b;

    return (left->cell > right->cell) - (left->cell < right->cell);
}

/* Takes the entries over; sorts them where they are not. */
static int
take(struct lookup *l, struct entry *entries, const struct source *s, const char *path,
     struct fx_error *err)
{
    bool sorted = true;
    int status = 0;

    for (uint64_t i = 1; i < l->count; i++)
        sorted = sorted && entries[i - 1].cell < entries[i].cell;
    if (!sorted)
        qsort(entries, l->count, sizeof *entries, compare);
    l->cell = mem_new(l->count + 1, sizeof *l->cell);
    l->values = mem_new(l->count + 1, sizeof *l->values);
    l->in_order = true;
    for (uint64_t i = 0; i < l->count; i++) {
        l->cell[i] = entries[i].cell;
        l->values[i] = entries[i].values;
        l->in_order = l->in_order && entries[i].values.begin == (i ? entries[i - 1].values.end : 0);
        if (i && entries[i].cell == entries[i - 1].cell)
            status = invalid(s, path, "has a cell twice", err);
    }
    l->in_order = l->in_order && (l->count ? l->values[l->count - 1].end : 0) == l->length;
    free(entries);
    return status;
}

static int
length_of(const struct source *s, const char *path, uint64_t *length, struct fx_error *err)
{
    struct scan scan;

    if (scan_open(&scan, s, path, err))
        return -1;
    *length = scan.facts.length;
    scan_close(&scan);
    return 0;
}

/* A pointer dataset whose entries do not descend, and do not go beyond `most`. NULL on failure. */
static int64_t *
pointers(const struct source *s, const char *path, uint64_t most, uint64_t *count,
         struct fx_error *err)
{
    int64_t *at = source_integers(s, path, count, err), last = 0;

    for (uint64_t i = 0; at && i < *count; i++) {
        if (at[i] < last || at[i] > (int64_t)most) {
            invalid(s, path, "has pointers that descend, or lead beyond the values", err);
            free(at);
            return NULL;
        }
        last = at[i];
    }
    return at;
}

int
lookup_cells(struct lookup *l, const struct source *s, const struct attribute *a,
             struct fx_error *err)
{
    int64_t *cell = NULL, *pointer = NULL;
    uint64_t pointer_count = 0;
    struct entry *entries;
    int status = -1;

    *l = (struct lookup){ 0 };
    if (length_of(s, a->value, &l->length, err))
        return -1;
    cell = source_integers(s, a->index, &l->count, err);
    if (cell)
        pointer = pointers(s, a->pointer, l->length, &pointer_count, err);
    if (pointer && l->count && pointer_count != l->count + 1) {
        invalid(s, a->pointer, "has not one entry more than there are cells", err);
    } else if (pointer) {
        entries = mem_new(l->count + 1, sizeof *entries);
        for (uint64_t i = 0; i < l->count; i++)
            entries[i] = (struct entry){ (uint32_t)cell[i],
                                         { (uint64_t)pointer[i], (uint64_t)pointer[i + 1] } };
        status = take(l, entries, s, a->index, err);
    }
    free(cell);
    free(pointer);
    return status;
}

/* The destinations of the blocks, one after the other; -1 for blocks that do not fit. */
static int
take_blocks(struct lookup *l, struct entry *entries, const int64_t *first, const int64_t *block,
            uint64_t blocks, const int64_t *pointer, uint64_t pointer_count)
{
    uint64_t n = 0;

    for (uint64_t b = 0; b < blocks; b++) {
        uint64_t end = (uint64_t)block[b + 1];

        if (b + 1 == blocks && end > (uint64_t)block[b])
            end--;
        for (uint64_t i = (uint64_t)block[b]; i < end; i++) {
            if (i + 1 >= pointer_count || n == l->count)
                return -1;
            entries[n++] =
                (struct entry){ (uint32_t)((uint64_t)first[b] + (i - (uint64_t)block[b])),
                                { (uint64_t)pointer[i], (uint64_t)pointer[i + 1] } };
        }
    }
    l->count = n;
    return 0;
}

int
lookup_edges(struct lookup *l, const struct source *s, const struct edge_group *group,
             struct fx_error *err)
{
    int64_t *first = NULL, *block = NULL, *pointer;
    uint64_t pointer_count = 0, blocks = 0, block_count = 0;
    char path[1000];
    int status = -1;

    *l = (struct lookup){ 0 };
    snprintf(path, sizeof path, "%s/Edges/Source Index", group->folder);
    if (length_of(s, path, &l->length, err))
        return -1;
    snprintf(path, sizeof path, "%s/Edges/Destination Pointer", group->folder);
    pointer = pointers(s, path, l->length, &pointer_count, err);
    snprintf(path, sizeof path, "%s/Edges/Destination Block Index", group->folder);
    if (pointer)
        first = source_integers(s, path, &blocks, err);
    snprintf(path, sizeof path, "%s/Edges/Destination Block Pointer", group->folder);
    if (first)
        block = pointers(s, path, pointer_count, &block_count, err);
    if (block) {
        struct entry *entries = mem_new(pointer_count + 1, sizeof *entries);

        l->count = pointer_count;
        if ((blocks && block_count != blocks + 1) ||
            take_blocks(l, entries, first, block, blocks, pointer, pointer_count)) {
            free(entries);
            invalid(s, path, "does not fit the destinations", err);
        } else {
            status = take(l, entries, s, path, err);
        }
    }
    free(first);
    free(block);
    free(pointer);
    return status;
}

void
lookup_release(struct lookup *l)
{
    free(l->cell);
    free(l->values);
    *l = (struct lookup){ 0 };
}

struct range
lookup_find(const struct lookup *l, uint64_t cell)
{
    uint64_t low = 0, high = l->count;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;

        if (l->cell[middle] < cell)
            low = middle + 1;
        else
            high = middle;
    }
    return low < l->count && l->cell[low] == cell ? l->values[low] : (struct range){ 0, 0 };
}
