/* Edges: writing. */
#include "common/neuroh5_projection.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct neuroh5_projection_writer {
    const struct comm *comm;
    char *label;
    struct h5_data *pointer, *source, **value;
    size_t value_count;
    uint64_t destinations, edges;       /* announced */
    uint64_t destinations_done, edges_done;
};

/* The one block: it begins at destination 0, and holds destinations + 1 pointers. */
static int
write_block(struct h5_file *file, const char *folder, uint64_t destinations, struct fx_error *err)
{
    char path[800];
    uint32_t index = 0;
    uint64_t pointer[2] = { 0, destinations + 1 };

    snprintf(path, sizeof path, "%s/Edges/Destination Block Index", folder);
    if (h5_write_all(file, path, H5_U32, 1, h5_chunk(1, H5_CHUNK_CELLS), &index, err))
        return -1;
    snprintf(path, sizeof path, "%s/Edges/Destination Block Pointer", folder);
    return h5_write_all(file, path, H5_U64, 2, h5_chunk(2, H5_CHUNK_CELLS), pointer, err);
}

static int
make_values(struct neuroh5_projection_writer *w, struct h5_file *file,
            const struct neuroh5_edge_attribute *attributes, size_t count, uint64_t length,
            uint64_t chunk, struct fx_error *err)
{
    char path[1024];

    w->value = mem_new(count ? count : 1, sizeof(struct h5_data *));
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", w->label, attributes[i].name_space,
                 attributes[i].name);
        w->value[i] = h5_data_new(file, path, attributes[i].type, length, chunk, err);
        if (!w->value[i])
            return -1;
        w->value_count = i + 1;
    }
    return 0;
}

struct neuroh5_projection_writer *
neuroh5_projection_new(struct h5_file *file, const struct comm *comm, const char *source,
                       const char *destination, const struct neuroh5_edge_attribute *attributes,
                       size_t attribute_count, uint64_t destinations, uint64_t edges,
                       struct fx_error *err)
{
    struct neuroh5_projection_writer *w = mem_new(1, sizeof *w);
    bool grows = edges == NEUROH5_GROWS;
    uint64_t length = grows ? 0 : edges;
    uint64_t chunk = h5_chunk(grows ? H5_CHUNK_VALUES : edges, H5_CHUNK_VALUES);
    char folder[700], path[800];

    snprintf(folder, sizeof folder, "/Projections/%s/%s", destination, source);
    w->comm = comm;
    w->label = mem_copy(folder, strlen(folder));
    w->destinations = destinations;
    w->edges = edges;
    if (write_block(file, folder, destinations, err))
        goto fail;
    snprintf(path, sizeof path, "%s/Edges/Destination Pointer", folder);
    w->pointer = h5_data_new(file, path, H5_U64, destinations + 1,
                             h5_chunk(destinations + 1, H5_CHUNK_CELLS), err);
    if (!w->pointer)
        goto fail;
    snprintf(path, sizeof path, "%s/Edges/Source Index", folder);
    w->source = h5_data_new(file, path, H5_U32, length, chunk, err);
    if (!w->source)
        goto fail;
    if (!make_values(w, file, attributes, attribute_count, length, chunk, err))
        return w;
fail:
    neuroh5_projection_discard(w);
    return NULL;
}

void
neuroh5_projection_discard(struct neuroh5_projection_writer *w)
{
    if (!w)
        return;
    h5_data_discard(w->pointer);
    h5_data_discard(w->source);
    for (size_t i = 0; i < w->value_count; i++)
        h5_data_discard(w->value[i]);
    free(w->value);
    free(w->label);
    free(w);
}

static int
too_many(const struct neuroh5_projection_writer *w, const char *what, uint64_t came,
         uint64_t announced, struct fx_error *err)
{
    return fx_fail(err, FX_FAILED, FX_NOWHERE, "%s: %llu %s came, %llu were announced", w->label,
                   (unsigned long long)came, what, (unsigned long long)announced);
}

/* Makes the datasets hold the edges up to edges_done. */
static int
grow(struct neuroh5_projection_writer *w, struct fx_error *err)
{
    if (w->edges != NEUROH5_GROWS)
        return 0;
    if (h5_data_extend(w->source, w->edges_done, err))
        return -1;
    for (size_t i = 0; i < w->value_count; i++)
        if (h5_data_extend(w->value[i], w->edges_done, err))
            return -1;
    return 0;
}

int
neuroh5_projection_append(struct neuroh5_projection_writer *w, uint32_t count,
                          const uint32_t *counts, const uint32_t *sources,
                          const void *const *values, struct fx_error *err)
{
    uint64_t mine = 0, block_cells, block_edges, cell_at, edge_at, *pointers;
    int status;

    for (uint32_t i = 0; i < count; i++)
        mine += counts[i];
    cell_at = w->destinations_done + comm_before_u64(w->comm, count, &block_cells);
    edge_at = w->edges_done + comm_before_u64(w->comm, mine, &block_edges);
    w->destinations_done += block_cells;
    w->edges_done += block_edges;
    if (w->destinations_done > w->destinations)
        return too_many(w, "destinations", w->destinations_done, w->destinations, err);
    if (w->edges != NEUROH5_GROWS && w->edges_done > w->edges)
        return too_many(w, "edges", w->edges_done, w->edges, err);
    if (grow(w, err))
        return -1;

    pointers = mem_new((size_t)count + 1, sizeof *pointers);
    pointers[0] = edge_at;
    for (uint32_t i = 0; i < count; i++)
        pointers[i + 1] = pointers[i] + counts[i];
    status = h5_data_write(w->pointer, cell_at, count, pointers, err);
    free(pointers);
    if (!status && sources)
        status = h5_data_write(w->source, edge_at, mine, sources, err);
    for (size_t i = 0; !status && sources && i < w->value_count; i++)
        status = h5_data_write(w->value[i], edge_at, mine, values[i], err);
    return status;
}

int
neuroh5_projection_finish(struct neuroh5_projection_writer *w, uint64_t *edges,
                          struct fx_error *err)
{
    int status = 0;

    if (w->destinations_done != w->destinations)
        status = too_many(w, "destinations", w->destinations_done, w->destinations, err);
    else if (w->edges != NEUROH5_GROWS && w->edges_done != w->edges)
        status = too_many(w, "edges", w->edges_done, w->edges, err);
    else if (w->comm->rank == 0)
        status = h5_data_write(w->pointer, w->destinations, 1, &w->edges_done, err);
    if (!status && edges)
        *edges = w->edges_done;
    for (size_t i = 0; !status && i < w->value_count; i++) {
        status = h5_data_close(w->value[i], err);
        w->value[i] = NULL;
    }
    if (!status) {
        status = h5_data_close(w->source, err);
        w->source = NULL;
    }
    if (!status) {
        status = h5_data_close(w->pointer, err);
        w->pointer = NULL;
    }
    neuroh5_projection_discard(w);
    return status;
}
