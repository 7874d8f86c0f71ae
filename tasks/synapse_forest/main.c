/* synapse_forest: an SWC file -> one tree per cell of a population. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/neuroh5_cells.h"
#include "common/neuroh5_trees.h"
#include "common/neuroh5_types.h"
#include "common/swc.h"
#include "common/task_main.h"
#include "synapse_forest/depth.h"

/* Points that are held for a block of cells, about: it bounds memory, and must be constant. */
enum { BLOCK_POINTS = 1 << 20 };

struct work {
    struct task *task;
    struct comm *comm;
    struct neuroh5_types types;
    const struct neuroh5_population *population;
    struct morphology tree;
    struct depth depth;
    float *soma_depths;         /* by cell; NULL: all cells have the layers of the file */
    struct h5_file *out;
};

static int
read_soma_depths(struct work *w, struct fx_error *err)
{
    struct neuroh5_types types = { 0 };
    struct h5_file *file;
    const char *path;
    char difference[200];

    if (task_input(w->task, "somas", &path, err))
        return fx_error_in(err, "layers_from: depth");
    file = h5_open(path, err);
    if (!file)
        return -1;
    if (!neuroh5_types_read(file, &types, err)) {
        if (neuroh5_types_equal(&w->types, &types, difference))
            w->soma_depths = neuroh5_cells_read_single(file, w->population->name,
                                                       "Generated Coordinates", "L Coordinate",
                                                       H5_F32, w->population->count, err);
        else
            fx_fail(err, FX_INVALID, (struct fx_mark){ .file = path },
                    "its populations differ from those of the types: %s", difference);
    }
    neuroh5_types_release(&types);
    h5_discard(file);
    return w->soma_depths ? 0 : -1;
}

/* What `layers_from: depth` needs. */
static int
read_depth(struct work *w, struct fx_error *err)
{
    struct layer_extents extents = { 0 };
    struct definitions definitions = { 0 };
    const json_t *json, *axis_json;
    double axis[3] = { 0, 1, 0 };
    int status = -1;

    if ((task_has(w->task, "depth_axis") &&
         (task_json(w->task, "depth_axis", &axis_json, err) ||
          json_read_numbers(axis_json, "depth_axis", 3, axis, err))) ||
        task_json(w->task, "layer_extents", &json, err))
        return fx_error_in(err, "layers_from: depth");
    if (!layer_extents_read(json, &extents, err) && !task_definitions(w->task, &definitions, err))
        status = depth_init(&w->depth, &w->tree, axis, &extents, &definitions, err);
    definitions_release(&definitions);
    layer_extents_release(&extents);
    return status ? -1 : read_soma_depths(w, err);
}

static int
read_inputs(struct work *w, struct fx_error *err)
{
    const char *types, *name, *swc, *from = "file";
    struct h5_file *file;
    int status;

    if (task_input(w->task, "types", &types, err) ||
        task_string(w->task, "population", &name, err) ||
        task_input(w->task, "morphology", &swc, err) ||
        (task_has(w->task, "layers_from") && task_string(w->task, "layers_from", &from, err)))
        return -1;
    file = h5_open(types, err);
    if (!file)
        return -1;
    status = neuroh5_types_read(file, &w->types, err);
    if (!status)
        status = neuroh5_types_get(&w->types, file, name, &w->population, err);
    h5_discard(file);
    if (status || swc_read(swc, &w->tree, NULL, err))
        return -1;
    return strcmp(from, "depth") ? 0 : read_depth(w, err);
}

/* The trees of some cells: the one tree, with each cell's own layers where these differ. */
struct block {
    const struct morphology **trees;
    struct morphology *own;
    int8_t *layers;
};

static void
block_init(struct block *block, const struct work *w, uint32_t size)
{
    *block = (struct block){ .trees = mem_new(size, sizeof *block->trees) };
    for (uint32_t i = 0; i < size; i++)
        block->trees[i] = &w->tree;
    if (!w->soma_depths)
        return;
    block->own = mem_new(size, sizeof *block->own);
    block->layers = mem_new(size * w->tree.point_count, sizeof *block->layers);
    for (uint32_t i = 0; i < size; i++) {
        block->own[i] = w->tree;
        block->own[i].layer = block->layers + i * w->tree.point_count;
        block->trees[i] = &block->own[i];
    }
}

static void
block_fill(const struct block *block, const struct work *w, uint64_t first, uint64_t count)
{
    for (uint64_t i = 0; w->soma_depths && i < count; i++)
        depth_layers(&w->depth, (double)w->soma_depths[first + i], block->own[i].layer);
}

static void
block_release(struct block *block)
{
    free(block->trees);
    free(block->own);
    free(block->layers);
}

static int
write_trees(struct work *w, struct fx_error *err)
{
    const struct neuroh5_population *p = w->population;
    uint32_t size = (uint32_t)(BLOCK_POINTS / w->tree.point_count + 1);
    struct neuroh5_trees_writer *writer =
        neuroh5_trees_new(w->out, w->comm, p->name, p->count, &w->tree, err);
    struct block block;
    int status = writer ? 0 : -1;

    block_init(&block, w, size);
    for (uint64_t done = 0; !status && done < p->count; done += size) {
        uint64_t n = p->count - done < size ? p->count - done : size, from, to;

        comm_part(w->comm, n, &from, &to);
        block_fill(&block, w, done + from, to - from);
        status = neuroh5_trees_append(writer, (uint32_t)(done + from), (uint32_t)(to - from),
                                      block.trees, err);
        if (w->comm->rank == 0)
            task_progress(w->task, done + n, p->count, "trees");
    }
    block_release(&block);
    if (!status)
        return neuroh5_trees_finish(writer, err);
    neuroh5_trees_discard(writer);
    return -1;
}

static int
write_file(struct work *w, struct fx_error *err)
{
    const char *path;

    if (task_output(w->task, "file", &path, err))
        return -1;
    w->out = h5_create(path, w->comm, err);
    if (comm_agree(w->comm, w->out ? 0 : -1, err))
        return -1;
    if (neuroh5_types_write(w->out, &w->types, err) || write_trees(w, err)) {
        h5_discard(w->out);
        return -1;
    }
    return h5_close(w->out, err);
}

static int
run(struct task *task, struct comm *comm, struct fx_error *err)
{
    struct work w = { .task = task, .comm = comm };
    int status = comm_agree(comm, read_inputs(&w, err), err);

    if (!status)
        status = write_file(&w, err);
    free(w.soma_depths);
    depth_release(&w.depth);
    morphology_release(&w.tree);
    neuroh5_types_release(&w.types);
    return status;
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
