/* Edges: reading. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/neuroh5_pointer.h"
#include "common/neuroh5_projection.h"

/* A run of destinations whose pointers stand together in the file. */
struct block {
    uint64_t first, count;      /* destinations */
    uint64_t at;                /* of the first one's pointer */
};

/* Memory goes with what the file holds, not with how many cells it claims. */
struct neuroh5_projection {
    const struct h5_file *file;
    char *folder;
    struct block *blocks;       /* by destination */
    uint64_t block_count, *pointers;
    uint64_t sources, destinations, edges;
    struct h5_data *source;
};

/* The edges of a destination: from begin to end - 1. */
struct span {
    uint64_t begin, end;
};

static int
invalid(const struct neuroh5_projection *p, struct fx_error *err, const char *what)
{
    return fx_fail(err, FX_INVALID, (struct fx_mark){ h5_path(p->file), 0, 0 }, "'%s/Edges': %s",
                   p->folder, what);
}

static int
compare_blocks(const void *a, const void *b)
{
    const struct block *left = a, *right = b;

    if (left->first != right->first)
        return left->first < right->first ? -1 : 1;
    return (left->count > right->count) - (left->count < right->count);
}

/* The blocks; in the file they hold all `length` pointers, one more than destinations. */
static int
fill_blocks(struct neuroh5_projection *p, const uint32_t *index, const uint64_t *pointer,
            struct fx_error *err)
{
    p->blocks = mem_new(p->block_count + 1, sizeof *p->blocks);
    for (uint64_t i = 0; i < p->block_count; i++) {
        uint64_t size = pointer[i + 1] - pointer[i];

        if (i + 1 == p->block_count)
            size = size ? size - 1 : 0;     /* the last pointer is no destination */
        if (index[i] + size > p->destinations)
            return invalid(p, err, "a block goes beyond the population's cells");
        p->blocks[i] = (struct block){ index[i], size, pointer[i] };
    }
    if (p->block_count)
        qsort(p->blocks, p->block_count, sizeof *p->blocks, compare_blocks);
    for (uint64_t i = 1; i < p->block_count; i++)
        if (p->blocks[i - 1].first + p->blocks[i - 1].count > p->blocks[i].first)
            return invalid(p, err, "a destination stands in two blocks");
    return 0;
}

static int
read_blocks(struct neuroh5_projection *p, uint64_t length, struct fx_error *err)
{
    uint64_t *pointer;
    void *index = NULL;
    char path[900];
    int status = -1;

    snprintf(path, sizeof path, "%s/Edges/Destination Block Index", p->folder);
    if (h5_read_all(p->file, path, H5_U32, &index, &p->block_count, err))
        return -1;
    snprintf(path, sizeof path, "%s/Edges/Destination Block Pointer", p->folder);
    pointer = pointers_read(p->file, path, p->block_count, length, err);
    if (pointer)
        status = fill_blocks(p, index, pointer, err);
    free(pointer);
    free(index);
    return status;
}

static int
read_destinations(struct neuroh5_projection *p, struct fx_error *err)
{
    struct h5_data *data;
    uint64_t length;
    char path[900];

    snprintf(path, sizeof path, "%s/Edges/Destination Pointer", p->folder);
    data = h5_data_open(p->file, path, H5_U64, err);
    if (!data)
        return -1;
    length = h5_data_length(data);
    h5_data_discard(data);
    if (length == 0)
        return p->edges ? invalid(p, err, "there are edges, but no destinations") : 0;
    p->pointers = pointers_read(p->file, path, length - 1, p->edges, err);
    return p->pointers ? read_blocks(p, length, err) : -1;
}

/* The block with the destination, or the first one after it. */
static uint64_t
find_block(const struct neuroh5_projection *p, uint64_t destination)
{
    uint64_t low = 0, high = p->block_count;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;

        if (p->blocks[middle].first + p->blocks[middle].count <= destination)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The edges of a destination; none when no block has it. */
static struct span
edges_of(const struct neuroh5_projection *p, uint64_t destination)
{
    uint64_t b = find_block(p, destination), at;

    if (b == p->block_count || destination < p->blocks[b].first)
        return (struct span){ 0, 0 };
    at = p->blocks[b].at + (destination - p->blocks[b].first);
    return (struct span){ p->pointers[at], p->pointers[at + 1] };
}

struct neuroh5_projection *
neuroh5_projection_open(const struct h5_file *file, const char *source, const char *destination,
                        uint64_t sources, uint64_t destinations, struct fx_error *err)
{
    struct neuroh5_projection *p = mem_new(1, sizeof *p);
    char path[900];

    snprintf(path, sizeof path, "/Projections/%s/%s", destination, source);
    p->file = file;
    p->folder = mem_copy(path, strlen(path));
    p->sources = sources;
    p->destinations = destinations;
    snprintf(path, sizeof path, "%s/Edges/Source Index", p->folder);
    p->source = h5_data_open(file, path, H5_U32, err);
    if (p->source)
        p->edges = h5_data_length(p->source);
    if (p->source && !read_destinations(p, err))
        return p;
    neuroh5_projection_free(p);
    return NULL;
}

void
neuroh5_projection_free(struct neuroh5_projection *p)
{
    if (!p)
        return;
    free(p->folder);
    free(p->blocks);
    free(p->pointers);
    h5_data_discard(p->source);
    free(p);
}

uint64_t
neuroh5_projection_edges(const struct neuroh5_projection *p)
{
    return p->edges;
}

uint64_t
neuroh5_projection_range_count(const struct neuroh5_projection *p, uint32_t first, uint32_t count)
{
    uint64_t sum = 0;

    for (uint64_t i = first; i < (uint64_t)first + count && i < p->destinations; i++) {
        struct span edges = edges_of(p, i);

        sum += edges.end - edges.begin;
    }
    return sum;
}

/* Reads what belongs to the destinations, in as few pieces as their order in the file allows. */
static int
read_edges(const struct neuroh5_projection *p, const struct h5_data *data, size_t size,
           uint32_t first, uint32_t count, void *values, struct fx_error *err)
{
    struct span piece = { 0, 0 };
    char *to = values;

    for (uint64_t i = 0; i <= count; i++) {
        struct span edges = i < count ? edges_of(p, first + i) : (struct span){ 0, 0 };

        if (i < count && edges.begin == edges.end)
            continue;
        if (i < count && piece.begin < piece.end && edges.begin == piece.end) {
            piece.end = edges.end;
            continue;
        }
        if (piece.begin < piece.end &&
            h5_data_read(data, piece.begin, piece.end - piece.begin, to, err))
            return -1;
        to += (piece.end - piece.begin) * size;
        piece = edges;
    }
    return 0;
}

int
neuroh5_projection_read(const struct neuroh5_projection *p, uint32_t first, uint32_t count,
                        uint32_t *sources, uint64_t *offsets, struct fx_error *err)
{
    uint64_t n = 0;

    if ((uint64_t)first + count > p->destinations)
        return invalid(p, err, "there are not so many destinations");
    for (uint32_t i = 0; i < count; i++) {
        struct span edges = edges_of(p, (uint64_t)first + i);

        if (offsets)
            offsets[i] = n;
        n += edges.end - edges.begin;
    }
    if (offsets)
        offsets[count] = n;
    if (read_edges(p, p->source, sizeof *sources, first, count, sources, err))
        return -1;
    for (uint64_t i = 0; i < n; i++)
        if (sources[i] >= p->sources)
            return invalid(p, err, "a source index is beyond the population's cells");
    return 0;
}

bool
neuroh5_projection_has(const struct neuroh5_projection *p, const char *name_space, const char *name)
{
    char path[1024];

    snprintf(path, sizeof path, "%s/%s/%s", p->folder, name_space, name);
    return h5_exists(p->file, path);
}

int
neuroh5_projection_read_attribute(const struct neuroh5_projection *p, const char *name_space,
                                  const char *name, enum h5_type type, uint32_t first,
                                  uint32_t count, void *values, struct fx_error *err)
{
    struct h5_data *data;
    char path[1024];
    int status;

    if ((uint64_t)first + count > p->destinations)
        return invalid(p, err, "there are not so many destinations");
    snprintf(path, sizeof path, "%s/%s/%s", p->folder, name_space, name);
    data = h5_data_open(p->file, path, type, err);
    if (!data)
        return -1;
    if (h5_data_length(data) != p->edges)
        status = fx_fail(err, FX_INVALID, (struct fx_mark){ h5_path(p->file), 0, 0 },
                         "'%s' has %llu values for %llu edges", path,
                         (unsigned long long)h5_data_length(data), (unsigned long long)p->edges);
    else
        status = read_edges(p, data, h5_type_size(type), first, count, values, err);
    h5_data_discard(data);
    return status;
}

int
neuroh5_projection_list(const struct h5_file *file, const char *destination,
                        struct h5_names *sources, struct fx_error *err)
{
    char path[700];

    *sources = (struct h5_names){ NULL, 0 };
    snprintf(path, sizeof path, "/Projections/%s", destination);
    return h5_exists(file, path) ? h5_list(file, path, sources, err) : 0;
}
