/* synapse_forest: an SWC file -> one tree per cell of a population. */
#include <stdlib.h>

#include "base/mem.h"
#include "common/neuroh5_trees.h"
#include "common/neuroh5_types.h"
#include "common/swc.h"
#include "common/task_main.h"

/* Points that are held for a block of cells, about: it bounds memory, and must be constant. */
enum { BLOCK_POINTS = 1 << 20 };

struct work {
    struct task *task;
    struct comm *comm;
    struct neuroh5_types types;
    const struct neuroh5_population *population;
    struct morphology tree;
    struct h5_file *out;
};

static int
read_inputs(struct work *w, struct fx_error *err)
{
    const char *types, *name, *swc;
    struct h5_file *file;
    int status;

    if (task_input(w->task, "types", &types, err) ||
        task_string(w->task, "population", &name, err) ||
        task_input(w->task, "morphology", &swc, err))
        return -1;
    file = h5_open(types, err);
    if (!file)
        return -1;
    status = neuroh5_types_read(file, &w->types, err);
    if (!status)
        status = neuroh5_types_get(&w->types, file, name, &w->population, err);
    h5_discard(file);
    return status ? -1 : swc_read(swc, &w->tree, NULL, err);
}

static int
write_trees(struct work *w, struct fx_error *err)
{
    const struct neuroh5_population *p = w->population;
    uint32_t block = (uint32_t)(BLOCK_POINTS / w->tree.point_count + 1);
    const struct morphology **trees = mem_new(block, sizeof *trees);
    struct neuroh5_trees_writer *writer =
        neuroh5_trees_new(w->out, w->comm, p->name, p->count, &w->tree, err);
    int status = writer ? 0 : -1;

    for (uint32_t i = 0; i < block; i++)
        trees[i] = &w->tree;
    for (uint64_t done = 0; !status && done < p->count; done += block) {
        uint64_t n = p->count - done < block ? p->count - done : block, from, to;
        comm_part(w->comm, n, &from, &to);
        status = neuroh5_trees_append(writer, (uint32_t)(done + from), (uint32_t)(to - from), trees,
                                      err);
        if (w->comm->rank == 0)
            task_progress(w->task, done + n, p->count, "trees");
    }
    free(trees);
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
    morphology_release(&w.tree);
    neuroh5_types_release(&w.types);
    return status;
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
