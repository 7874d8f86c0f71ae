/*
 * connections - distances and synapses to projections.
 *
 * Two passes over the destination's cells. The first counts: it assigns synapses to sources and
 * looks whether anybody is in reach, but draws no edge. The second writes each block of cells where
 * the counts put it; so the file does not depend on the ranks, nor on the size of a block.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/neuroh5_projection.h"
#include "common/task_main.h"
#include "connections/connect.h"
#include "connections/input.h"
#include "connections/report.h"

static const struct neuroh5_edge_attribute ATTRIBUTES[] = {
    { "Synapses", "syn_id", H5_U32 },
    { "Connections", "distance", H5_F32 },
};

enum {
    ATTRIBUTE_COUNT = sizeof ATTRIBUTES / sizeof ATTRIBUTES[0],
    SYNAPSE_BYTES = 4 + 4 + 4,      /* what is read, and the projection */
    EDGE_BYTES = 4 + 4 + 4,
    ENOUGH_BYTES = 32 << 20         /* a larger block makes nothing faster */
};

/* One rank's part of a block: its cells' synapses, and the edges of one projection. */
struct block {
    uint32_t *id;
    float *distance;
    int8_t *layer;
    uint8_t *type, *swc_type, *projection;
    struct edge_arrays edges;
    uint32_t *counts;           /* edges of each cell */
    uint64_t *offset;           /* where each cell's synapses begin */
};

struct job {
    struct task *task;
    struct comm *comm;
    struct input input;
    struct connect_how how;
    struct connect_work work;
    struct connect_tally tally;     /* over all ranks, after counting */
    uint64_t cells, each;           /* of the population; at most so many at a time on a rank */
    struct block block;
    struct neuroh5_projection_writer **writers;
};

static void
block_init(struct block *block, size_t cells, size_t synapses)
{
    *block = (struct block){
        .id = mem_new(synapses, sizeof *block->id),
        .distance = mem_new(synapses, sizeof *block->distance),
        .layer = mem_new(synapses, sizeof *block->layer),
        .type = mem_new(synapses, sizeof *block->type),
        .swc_type = mem_new(synapses, sizeof *block->swc_type),
        .projection = mem_new(synapses, sizeof *block->projection),
        .edges.source = mem_new(synapses, sizeof *block->edges.source),
        .edges.syn_id = mem_new(synapses, sizeof *block->edges.syn_id),
        .edges.distance = mem_new(synapses, sizeof *block->edges.distance),
        .counts = mem_new(cells, sizeof *block->counts),
        .offset = mem_new(cells + 1, sizeof *block->offset),
    };
}

static void
block_release(struct block *block)
{
    free(block->id);
    free(block->distance);
    free(block->layer);
    free(block->type);
    free(block->swc_type);
    free(block->projection);
    free(block->edges.source);
    free(block->edges.syn_id);
    free(block->edges.distance);
    free(block->counts);
    free(block->offset);
}

/* On the way out of an error, before their file. */
static void
drop_writers(struct job *job)
{
    for (size_t p = 0; job->writers && p < job->input.projections.count; p++)
        neuroh5_projection_discard(job->writers[p]);
    free(job->writers);
    job->writers = NULL;
}

static void
job_release(struct job *job)
{
    drop_writers(job);
    block_release(&job->block);
    connect_tally_release(&job->tally);
    connect_work_release(&job->work);
    input_release(&job->input);
}

/* Cuts the cells into blocks that the buffer holds. */
static void
make_block(struct job *job)
{
    uint64_t bytes = job->input.buffer < ENOUGH_BYTES ? job->input.buffer : ENOUGH_BYTES, most = 0;

    job->cells = job->input.population->count;
    for (uint64_t cell = 0; cell < job->cells; cell++) {
        uint64_t count = input_count(&job->input, (uint32_t)cell);

        most = count > most ? count : most;
    }
    job->each = bytes / (SYNAPSE_BYTES + EDGE_BYTES) / (most > 0 ? most : 1);
    if (job->each > job->cells)
        job->each = job->cells;
    if (job->each < 1)
        job->each = 1;
    block_init(&job->block, (size_t)job->each, (size_t)(job->each * most));
}

/* Reads the synapses of cells from .. to - 1, what counting needs, and if `wholly`, the rest. */
static int
read_block(struct job *job, uint64_t from, uint64_t to, bool wholly, struct fx_error *err)
{
    const struct input *in = &job->input;
    struct block *block = &job->block;
    uint32_t first = (uint32_t)from, count = (uint32_t)(to - from);

    if (neuroh5_cells_read(in->layer, first, count, block->layer, block->offset, err) ||
        neuroh5_cells_read(in->type, first, count, block->type, NULL, err) ||
        neuroh5_cells_read(in->swc_type, first, count, block->swc_type, NULL, err))
        return -1;
    if (!wholly)
        return 0;
    if (neuroh5_cells_read(in->id, first, count, block->id, NULL, err))
        return -1;
    return in->distance ? neuroh5_cells_read(in->distance, first, count, block->distance, NULL, err)
                        : 0;
}

/* Cell `i` of the block that begins at cell `from`. */
static struct connect_cell
cell_of(const struct job *job, uint64_t from, uint64_t i)
{
    const struct block *block = &job->block;
    uint64_t at = block->offset[i];

    return (struct connect_cell){
        .cell = (uint32_t)(from + i),
        .gid = (uint32_t)(job->input.population->start + from + i),
        .u = job->input.u[from + i],
        .v = job->input.v[from + i],
        .count = (size_t)(block->offset[i + 1] - at),
        .id = block->id + at,
        .distance = block->distance + at,
        .layer = block->layer + at,
        .type = block->type + at,
        .swc_type = block->swc_type + at,
        .projection = block->projection + at,
    };
}

/* --- counting -------------------------------------------------------------------------------- */

static int
count_mine(struct job *job, struct fx_error *err)
{
    uint64_t from, to;

    comm_part(job->comm, job->cells, &from, &to);
    for (uint64_t first = from; first < to; first += job->each) {
        uint64_t last = to - first < job->each ? to : first + job->each;

        if (read_block(job, first, last, false, err))
            return -1;
        for (uint64_t i = 0; i < last - first; i++) {
            struct connect_cell cell = cell_of(job, first, i);

            connect_cell_assign(&job->how, &cell, &job->work);
            connect_cell_count(&job->how, &cell, &job->tally);
        }
    }
    return 0;
}

static int
count_edges(struct job *job, struct fx_error *err)
{
    connect_tally_init(&job->tally, job->input.projections.count);
    if (comm_agree(job->comm, count_mine(job, err), err))
        return -1;
    connect_tally_sum(&job->tally, job->input.projections.count, job->comm);
    return 0;
}

/* --- writing --------------------------------------------------------------------------------- */

static int
append_projection(struct job *job, size_t p, uint64_t from, uint64_t to, struct fx_error *err)
{
    struct block *block = &job->block;
    const void *values[ATTRIBUTE_COUNT] = { block->edges.syn_id, block->edges.distance };
    size_t filled = 0;

    for (uint64_t i = 0; i < to - from; i++) {
        struct connect_cell cell = cell_of(job, from, i);
        struct edge_arrays edges = { block->edges.source + filled, block->edges.syn_id + filled,
                                     block->edges.distance + filled };
        size_t count = connect_cell_draw(&job->how, &cell, &job->work, p, &edges);

        block->counts[i] = (uint32_t)count;
        filled += count;
    }
    return comm_agree(job->comm,
                      neuroh5_projection_append(job->writers[p], (uint32_t)(to - from),
                                                block->counts, block->edges.source, values, err),
                      err);
}

static int
write_block(struct job *job, uint64_t from, uint64_t to, struct fx_error *err)
{
    if (comm_agree(job->comm, read_block(job, from, to, true, err), err))
        return -1;
    for (uint64_t i = 0; i < to - from; i++) {
        struct connect_cell cell = cell_of(job, from, i);

        connect_cell_assign(&job->how, &cell, &job->work);
    }
    for (size_t p = 0; p < job->input.projections.count; p++)
        if (append_projection(job, p, from, to, err))
            return -1;
    return 0;
}

static int
make_writers(struct job *job, struct h5_file *file, struct fx_error *err)
{
    const struct projections *projections = &job->input.projections;

    job->writers = mem_new(projections->count, sizeof(struct neuroh5_projection_writer *));
    if (neuroh5_types_write(file, &job->input.types, err))
        return -1;
    for (size_t p = 0; p < projections->count; p++) {
        job->writers[p] = neuroh5_projection_new(file, job->comm, projections->at[p].source,
                                                 job->input.population->name, ATTRIBUTES,
                                                 ATTRIBUTE_COUNT, job->cells,
                                                 job->tally.at[p].edges, err);
        if (!job->writers[p])
            return -1;
    }
    return 0;
}

static int
write_edges(struct job *job, struct h5_file *file, struct fx_error *err)
{
    uint64_t step = job->each * (uint64_t)job->comm->size;

    if (comm_agree(job->comm, make_writers(job, file, err), err))
        return -1;
    for (uint64_t first = 0; first < job->cells; first += step) {
        uint64_t from, to, count = job->cells - first < step ? job->cells - first : step;

        comm_part(job->comm, count, &from, &to);
        if (write_block(job, first + from, first + to, err))
            return -1;
        if (job->comm->rank == 0)
            task_progress(job->task, first + count, job->cells, "cells");
    }
    for (size_t p = 0; p < job->input.projections.count; p++) {
        struct neuroh5_projection_writer *writer = job->writers[p];

        job->writers[p] = NULL;
        if (comm_agree(job->comm, neuroh5_projection_finish(writer, NULL, err), err))
            return -1;
    }
    return 0;
}

static int
start(struct job *job, const char **path, const char **report, struct fx_error *err)
{
    if (input_open(&job->input, job->task, err) || task_output(job->task, "file", path, err) ||
        task_output(job->task, "report", report, err))
        return -1;
    job->how = (struct connect_how){
        .seed = job->input.seed,
        .projections = &job->input.projections,
        .assignment = &job->input.assignment,
        .sources = job->input.sources,
    };
    make_block(job);
    return 0;
}

static int
run_job(struct job *job, struct fx_error *err)
{
    struct h5_file *file;
    const char *path, *report_path;
    struct report report;

    if (comm_agree(job->comm, start(job, &path, &report_path, err), err) || count_edges(job, err))
        return -1;
    report = (struct report){ job->input.population->name, &job->input.projections, &job->tally,
                              job->input.sources };
    if (comm_agree(job->comm, report_check(&report, job->task, job->comm->rank == 0,
                                           job->input.empty_is_error, err), err))
        return -1;
    file = h5_create(path, job->comm, err);
    if (comm_agree(job->comm, file ? 0 : -1, err) || write_edges(job, file, err)) {
        drop_writers(job);
        h5_discard(file);
        return -1;
    }
    if (comm_agree(job->comm, h5_close(file, err), err))
        return -1;
    return comm_agree(job->comm,
                      job->comm->rank == 0 ? report_write(&report, report_path, err) : 0, err);
}

static int
run(struct task *task, struct comm *comm, struct fx_error *err)
{
    struct job job = { .task = task, .comm = comm };
    int status = run_job(&job, err);

    job_release(&job);
    return status;
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
