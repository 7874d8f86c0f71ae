/* Edges: reading. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/neuroh5_pointer.h"
#include "common/neuroh5_projection.h"

/* A run of destinations whose pointers stand together in the file. */
struct block {
    uint32_t first, count;      /* destinations */
    uint64_t at;                /* of the first one's pointer */
};

struct neuroh5_projection {
    const struct h5_file *file;
    char *folder;
    uint64_t *begin, *end;      /* by destination: its edges; both 0 when it has none */
    uint64_t sources, destinations, edges;
    struct h5_data *source;
};

static int
invalid(const struct neuroh5_projection *p, struct fx_error *err, const char *what)
{
    return fx_fail(err, FX_INVALID, (struct fx_mark){ h5_path(p->file), 0, 0 }, "'%s/Edges': %s",
                   p->folder, what);
}

/* The blocks, in the order of the file; they hold all `pointers` pointers, one more than
 * destinations. */
static struct block *
read_blocks(const struct neuroh5_projection *p, uint64_t pointers, uint64_t *count,
            struct fx_error *err)
{
    struct block *blocks = NULL;
    uint64_t *pointer = NULL;
    void *index = NULL;
    char path[900];

    snprintf(path, sizeof path, "%s/Edges/Destination Block Index", p->folder);
    if (h5_read_all(p->file, path, H5_U32, &index, count, err))
        return NULL;
    snprintf(path, sizeof path, "%s/Edges/Destination Block Pointer", p->folder);
    pointer = pointers_read(p->file, path, *count, pointers, err);
    if (!pointer) {
        free(index);
        return NULL;
    }
    blocks = mem_new(*count + 1, sizeof *blocks);
    for (uint64_t i = 0; i < *count; i++) {
        uint64_t size = pointer[i + 1] - pointer[i], first = ((uint32_t *)index)[i];
        if (i + 1 == *count)
            size = size ? size - 1 : 0;     /* the last pointer is no destination */
        if (first + size > p->destinations) {
            invalid(p, err, "a block goes beyond the population's cells");
            free(blocks);
            blocks = NULL;
            break;
        }
        blocks[i] = (struct block){ (uint32_t)first, (uint32_t)size, pointer[i] };
    }
    free(pointer);
    free(index);
    return blocks;
}

static int
place_blocks(struct neuroh5_projection *p, const struct block *blocks, uint64_t count,
             const uint64_t *pointers, struct fx_error *err)
{
    bool *seen = mem_new(p->destinations + 1, sizeof *seen);
    int status = 0;

    for (uint64_t i = 0; !status && i < count; i++) {
        for (uint32_t j = 0; j < blocks[i].count; j++) {
            uint64_t cell = blocks[i].first + j, at = blocks[i].at + j;
            if (seen[cell]) {
                status = invalid(p, err, "a destination stands in two blocks");
                break;
            }
            seen[cell] = true;
            p->begin[cell] = pointers[at];
            p->end[cell] = pointers[at + 1];
        }
    }
    free(seen);
    return status;
}

static int
read_destinations(struct neuroh5_projection *p, struct fx_error *err)
{
    struct h5_data *data;
    struct block *blocks;
    uint64_t length, count = 0, *pointers;
    char path[900];
    int status;

    snprintf(path, sizeof path, "%s/Edges/Destination Pointer", p->folder);
    data = h5_data_open(p->file, path, H5_U64, err);
    if (!data)
        return -1;
    length = h5_data_length(data);
    h5_data_discard(data);
    if (length == 0)
        return p->edges ? invalid(p, err, "there are edges, but no destinations") : 0;
    pointers = pointers_read(p->file, path, length - 1, p->edges, err);
    if (!pointers)
        return -1;
    blocks = read_blocks(p, length, &count, err);
    status = blocks ? place_blocks(p, blocks, count, pointers, err) : -1;
    free(blocks);
    free(pointers);
    return status;
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
    p->begin = mem_new(destinations + 1, sizeof *p->begin);
    p->end = mem_new(destinations + 1, sizeof *p->end);
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
    free(p->begin);
    free(p->end);
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

    for (uint64_t i = first; i < (uint64_t)first + count && i < p->destinations; i++)
        sum += p->end[i] - p->begin[i];
    return sum;
}

/* Reads what belongs to the destinations, as few pieces as their order in the file allows. */
static int
read_edges(const struct neuroh5_projection *p, const struct h5_data *data, size_t size,
           uint32_t first, uint32_t count, void *values, struct fx_error *err)
{
    char *to = values;

    for (uint64_t i = first, last = (uint64_t)first + count; i < last;) {
        uint64_t begin = p->begin[i], end = p->end[i];
        for (i++; i < last && (p->begin[i] == end || p->begin[i] == p->end[i]); i++)
            if (p->begin[i] != p->end[i]) {
                if (begin == end)
                    begin = p->begin[i];
                end = p->end[i];
            }
        if (begin == end)
            continue;
        if (h5_data_read(data, begin, end - begin, to, err))
            return -1;
        to += (end - begin) * size;
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
        if (offsets)
            offsets[i] = n;
        n += p->end[first + i] - p->begin[first + i];
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
