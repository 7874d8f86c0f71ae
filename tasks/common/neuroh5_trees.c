/* Trees: writing. */
#include "common/neuroh5_trees.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/neuroh5_trees_layout.h"

const struct tree_attribute tree_attributes[TREE_ATTRIBUTES] = {
    [TREE_X] = { "X Coordinate", H5_F32, TREE_BY_POINT },
    [TREE_Y] = { "Y Coordinate", H5_F32, TREE_BY_POINT },
    [TREE_Z] = { "Z Coordinate", H5_F32, TREE_BY_POINT },
    [TREE_RADIUS] = { "Radius", H5_F32, TREE_BY_POINT },
    [TREE_LAYER] = { "Point Layer", H5_I8, TREE_BY_POINT },
    [TREE_PARENT] = { "Parent Point", H5_I32, TREE_BY_POINT },
    [TREE_TYPE] = { "SWC Type", H5_I8, TREE_BY_POINT },
    [TREE_SECTION] = { "Section", H5_U16, TREE_BY_SECTION },
    [TREE_SOURCE] = { "Source Section", H5_U16, TREE_BY_EDGE },
    [TREE_DESTINATION] = { "Destination Section", H5_U16, TREE_BY_EDGE },
};

struct neuroh5_trees_writer {
    struct h5_file *file;
    const struct comm *comm;
    char *folder;
    struct h5_data *index, *pointer[TREE_COUNTS], *value[TREE_ATTRIBUTES];
    bool grows;
    uint64_t cells, cells_done, done[TREE_COUNTS];      /* done: values so far */
};

/* How many values of each kind a tree has. */
static void
count_values(const struct morphology *m, uint64_t counts[TREE_COUNTS])
{
    counts[TREE_BY_POINT] = m->point_count;
    counts[TREE_BY_SECTION] = 1 + m->section_count + m->section_start[m->section_count];
    counts[TREE_BY_EDGE] = m->edge_count;
}

/* Which attribute group holds the pointers of each kind; the others link to it. */
static const enum tree_value pointer_home[TREE_COUNTS] = {
    [TREE_BY_POINT] = TREE_PARENT, [TREE_BY_SECTION] = TREE_SECTION,
    [TREE_BY_EDGE] = TREE_DESTINATION,
};

static int
link_into(struct neuroh5_trees_writer *w, enum tree_value a, const char *name, const char *target,
          struct fx_error *err)
{
    char path[800];

    snprintf(path, sizeof path, "%s/%s/%s", w->folder, tree_attributes[a].name, name);
    return strcmp(path, target) ? h5_link(w->file, target, path, err) : 0;
}

/* The links of an attribute's group to the shared index and pointers. */
static int
link_shared(struct neuroh5_trees_writer *w, enum tree_value a, struct fx_error *err)
{
    enum tree_count kind = tree_attributes[a].count;
    char index[800], pointer[800];

    snprintf(index, sizeof index, "%s/Cell Index", w->folder);
    snprintf(pointer, sizeof pointer, "%s/%s/Attribute Pointer", w->folder,
             tree_attributes[pointer_home[kind]].name);
    if (link_into(w, a, "Cell Index", index, err) ||
        link_into(w, a, "Attribute Pointer", pointer, err))
        return -1;
    if (a == TREE_SECTION || a == TREE_SOURCE)
        return link_into(w, a, "Section Pointer", pointer, err);
    return 0;
}

static int
make_datasets(struct neuroh5_trees_writer *w, const struct morphology *like, struct fx_error *err)
{
    uint64_t counts[TREE_COUNTS] = { 0 }, chunk = h5_chunk(w->cells, H5_CHUNK_CELLS);
    char path[800];

    if (like)
        count_values(like, counts);
    snprintf(path, sizeof path, "%s/Cell Index", w->folder);
    w->index = h5_data_new(w->file, path, H5_U32, w->cells, chunk, err);
    if (!w->index)
        return -1;
    for (int k = 0; k < TREE_COUNTS; k++) {
        snprintf(path, sizeof path, "%s/%s/Attribute Pointer", w->folder,
                 tree_attributes[pointer_home[k]].name);
        w->pointer[k] = h5_data_new(w->file, path, H5_U64, w->cells + 1, chunk, err);
        if (!w->pointer[k])
            return -1;
    }
    for (int a = 0; a < TREE_ATTRIBUTES; a++) {
        uint64_t length = counts[tree_attributes[a].count] * w->cells;
        snprintf(path, sizeof path, "%s/%s/Attribute Value", w->folder, tree_attributes[a].name);
        w->value[a] = h5_data_new(w->file, path, tree_attributes[a].type, length,
                                  like ? h5_chunk(length, H5_CHUNK_VALUES) : H5_CHUNK_CELLS, err);
        if (!w->value[a] || link_shared(w, (enum tree_value)a, err))
            return -1;
    }
    return 0;
}

struct neuroh5_trees_writer *
neuroh5_trees_new(struct h5_file *file, const struct comm *comm, const char *population,
                  uint64_t cells, const struct morphology *like, struct fx_error *err)
{
    struct neuroh5_trees_writer *w = mem_new(1, sizeof *w);
    char folder[600];

    snprintf(folder, sizeof folder, "/Populations/%s/Trees", population);
    w->file = file;
    w->comm = comm;
    w->folder = mem_copy(folder, strlen(folder));
    w->grows = !like;
    w->cells = cells;
    if (!make_datasets(w, like, err))
        return w;
    neuroh5_trees_discard(w);
    return NULL;
}

void
neuroh5_trees_discard(struct neuroh5_trees_writer *w)
{
    if (!w)
        return;
    h5_data_discard(w->index);
    for (int k = 0; k < TREE_COUNTS; k++)
        h5_data_discard(w->pointer[k]);
    for (int a = 0; a < TREE_ATTRIBUTES; a++)
        h5_data_discard(w->value[a]);
    free(w->folder);
    free(w);
}

/* Section: their number, then for each its size and its points. */
static void
encode_sections(const struct morphology *m, uint16_t *to)
{
    *to++ = (uint16_t)m->section_count;
    for (size_t s = 0; s < m->section_count; s++) {
        size_t size = morphology_section_size(m, s);
        *to++ = (uint16_t)size;
        memcpy(to, m->section_points + m->section_start[s], size * sizeof *to);
        to += size;
    }
}

static const void *
tree_values(const struct morphology *m, enum tree_value a)
{
    switch (a) {
    case TREE_X:      return m->x;
    case TREE_Y:      return m->y;
    case TREE_Z:      return m->z;
    case TREE_RADIUS: return m->radius;
    case TREE_LAYER:  return m->layer;
    case TREE_PARENT: return m->parent;
    case TREE_TYPE:   return m->swc_type;
    case TREE_SOURCE: return m->edge_source;
    default:          return m->edge_destination;
    }
}

/* Joins attribute `a` of the trees and writes it. */
static int
write_values(struct neuroh5_trees_writer *w, enum tree_value a, uint32_t count,
             const struct morphology *const *trees, uint64_t from, uint64_t total,
             struct fx_error *err)
{
    size_t size = h5_type_size(tree_attributes[a].type);
    char *values = mem_new(total + 1, size), *to = values;
    int status;

    for (uint32_t i = 0; i < count; i++) {
        uint64_t counts[TREE_COUNTS], n;
        count_values(trees[i], counts);
        n = counts[tree_attributes[a].count];
        if (a == TREE_SECTION)
            encode_sections(trees[i], (uint16_t *)(void *)to);
        else if (n)
            memcpy(to, tree_values(trees[i], a), n * size);
        to += n * size;
    }
    status = h5_data_write(w->value[a], from, total, values, err);
    free(values);
    return status;
}

static int
write_index(struct neuroh5_trees_writer *w, uint32_t first, uint32_t count, uint64_t from,
            struct fx_error *err)
{
    uint32_t *index = mem_new((size_t)count + 1, sizeof *index);
    int status;

    for (uint32_t i = 0; i < count; i++)
        index[i] = first + i;
    status = h5_data_write(w->index, from, count, index, err);
    free(index);
    return status;
}

/* Writes the pointers of one kind; *from: where this rank's values begin, *total: how many. */
static int
write_pointers(struct neuroh5_trees_writer *w, enum tree_count kind, uint32_t count,
               const struct morphology *const *trees, uint64_t cell_at, uint64_t *from,
               uint64_t *total, struct fx_error *err)
{
    uint64_t *pointer = mem_new((size_t)count + 1, sizeof *pointer), counts[TREE_COUNTS], all;
    int status;

    for (uint32_t i = 0; i < count; i++) {
        count_values(trees[i], counts);
        pointer[i + 1] = pointer[i] + counts[kind];
    }
    *total = pointer[count];
    *from = w->done[kind] + comm_before_u64(w->comm, *total, &all);
    w->done[kind] += all;
    for (uint32_t i = 0; i <= count; i++)
        pointer[i] += *from;
    status = h5_data_write(w->pointer[kind], cell_at, count, pointer, err);
    free(pointer);
    return status;
}

int
neuroh5_trees_append(struct neuroh5_trees_writer *w, uint32_t first, uint32_t count,
                     const struct morphology *const *trees, struct fx_error *err)
{
    uint64_t cells, cell_at, from[TREE_COUNTS], total[TREE_COUNTS];
    int status = 0;

    cell_at = w->cells_done + comm_before_u64(w->comm, count, &cells);
    w->cells_done += cells;
    if (w->cells_done > w->cells)
        return fx_fail(err, FX_FAILED, FX_NOWHERE, "%s: more than %llu trees", w->folder,
                       (unsigned long long)w->cells);
    for (int k = 0; k < TREE_COUNTS; k++)
        if (write_pointers(w, (enum tree_count)k, count, trees, cell_at, &from[k], &total[k], err))
            return -1;
    for (int a = 0; w->grows && a < TREE_ATTRIBUTES; a++)
        if (h5_data_extend(w->value[a], w->done[tree_attributes[a].count], err))
            return -1;
    if (write_index(w, first, count, cell_at, err))
        return -1;
    for (int a = 0; !status && a < TREE_ATTRIBUTES; a++) {
        enum tree_count k = tree_attributes[a].count;
        status = write_values(w, (enum tree_value)a, count, trees, from[k], total[k], err);
    }
    return status;
}

int
neuroh5_trees_finish(struct neuroh5_trees_writer *w, struct fx_error *err)
{
    int status = 0;

    if (w->cells_done != w->cells)
        status = fx_fail(err, FX_FAILED, FX_NOWHERE, "%s: %llu trees came, %llu were announced",
                         w->folder, (unsigned long long)w->cells_done, (unsigned long long)w->cells);
    for (int k = 0; !status && k < TREE_COUNTS && w->comm->rank == 0; k++)
        status = h5_data_write(w->pointer[k], w->cells, 1, &w->done[k], err);
    for (int a = 0; !status && a < TREE_ATTRIBUTES; a++) {
        status = h5_data_close(w->value[a], err);
        w->value[a] = NULL;
    }
    neuroh5_trees_discard(w);
    return status;
}
