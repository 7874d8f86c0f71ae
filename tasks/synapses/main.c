/*
 * synapses - trees to synapses on sections.
 *
 * Two passes over the cells, each rank on its part. The first counts: it draws densities and
 * numbers, not places. The second writes each block of cells where the counts put it; so the file
 * does not depend on the ranks, nor on the size of a block.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/config.h"
#include "common/neuroh5_cells.h"
#include "common/neuroh5_trees.h"
#include "common/neuroh5_types.h"
#include "common/task_main.h"
#include "synapses/density.h"
#include "synapses/placement.h"
#include "synapses/segments.h"

static const struct neuroh5_attribute ATTRIBUTES[] = {
    { "syn_ids", H5_U32 }, { "syn_locs", H5_F32 }, { "syn_cdists", H5_F32 }, { "syn_secs", H5_U32 },
    { "syn_layers", H5_I8 }, { "syn_types", H5_U8 }, { "swc_types", H5_U8 },
};

enum {
    ATTRIBUTE_COUNT = sizeof ATTRIBUTES / sizeof ATTRIBUTES[0],
    SYNAPSE_BYTES = 4 * sizeof(uint32_t) + 3,   /* of all attributes */
    ENOUGH_BYTES = 32 << 20     /* a larger block makes nothing faster */
};

struct job {
    struct task *task;
    struct comm *comm;
    struct definitions definitions;
    struct density_rules rules;
    struct segment_rule segment_rule;
    struct placement_how how;
    uint64_t buffer;

    struct h5_file *forest;
    struct neuroh5_types types;
    const struct neuroh5_population *population;
    struct neuroh5_trees *trees;

    /* The tree that was read last, and what follows from it. */
    bool has_tree, one_tree;    /* one_tree: all cells are known to have it */
    bool trees_differ;
    struct morphology tree;
    struct segments segments;
    struct placement placement;
    struct placement_scratch scratch;

    uint64_t *counts;           /* synapses of each cell of the population */
};

static void
drop_tree(struct job *job)
{
    if (!job->has_tree)
        return;
    placement_release(&job->placement);
    segments_release(&job->segments);
    morphology_release(&job->tree);
    job->has_tree = false;
}

static void
job_release(struct job *job)
{
    drop_tree(job);
    placement_scratch_release(&job->scratch);
    free(job->counts);
    neuroh5_trees_free(job->trees);
    neuroh5_types_release(&job->types);
    h5_discard(job->forest);
    density_rules_release(&job->rules);
    definitions_release(&job->definitions);
}

/* --- what the job is given ------------------------------------------------------------------ */

static int
read_segment_rule(struct job *job, struct fx_error *err)
{
    struct segment_rule *rule = &job->segment_rule;
    int64_t nseg = 0;

    if (task_has(job->task, "nseg") && task_integer(job->task, "nseg", &nseg, err))
        return -1;
    if (nseg < 0 || nseg > SEGMENTS_MOST)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "nseg is %lld, but it must be 1 to %d",
                       (long long)nseg, SEGMENTS_MOST);
    rule->nseg = (uint32_t)nseg;
    if (task_number(job->task, "d_lambda", &rule->d_lambda, err) ||
        task_number(job->task, "frequency", &rule->frequency, err) ||
        task_number(job->task, "Ra", &rule->ra, err) ||
        task_number(job->task, "cm", &rule->cm, err))
        return -1;
    if (!(rule->d_lambda > 0 && rule->frequency > 0 && rule->ra > 0 && rule->cm > 0))
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "d_lambda, frequency, Ra and cm must all be positive");
    return 0;
}

static int
read_parameters(struct job *job, struct fx_error *err)
{
    const json_t *cell_type;
    const char *distribution;
    int64_t buffer;

    if (task_definitions(job->task, &job->definitions, err) ||
        task_json(job->task, "cell_type", &cell_type, err) ||
        density_rules_read(cell_type, &job->definitions, &job->rules, err) ||
        task_string(job->task, "distribution", &distribution, err) ||
        task_seed(job->task, &job->how.seed, err) ||
        task_integer(job->task, "buffer", &buffer, err) || read_segment_rule(job, err))
        return -1;
    if (strcmp(distribution, "poisson") == 0)
        job->how.distribution = PLACEMENT_POISSON;
    else if (strcmp(distribution, "uniform") == 0)
        job->how.distribution = PLACEMENT_UNIFORM;
    else
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "distribution is '%s', but it must be poisson or uniform", distribution);
    job->buffer = buffer > 0 ? (uint64_t)buffer : 0;
    return 0;
}

static int
open_forest(struct job *job, struct fx_error *err)
{
    const char *path, *name = NULL;

    if (task_input(job->task, "forest", &path, err) ||
        (task_has(job->task, "population") && task_string(job->task, "population", &name, err)))
        return -1;
    job->forest = h5_open(path, err);
    if (!job->forest || neuroh5_types_read(job->forest, &job->types, err) ||
        neuroh5_types_pick(&job->types, job->forest, name, "Trees", "trees", &job->population, err))
        return -1;
    job->trees = neuroh5_trees_open(job->forest, job->population->name, job->population->count, err);
    if (!job->trees)
        return -1;
    if (neuroh5_trees_count(job->trees) != job->population->count)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = h5_path(job->forest) },
                       "%llu of the %llu cells of '%s' have a tree",
                       (unsigned long long)neuroh5_trees_count(job->trees),
                       (unsigned long long)job->population->count, job->population->name);
    return 0;
}

/* --- counting -------------------------------------------------------------------------------- */

/* Makes job->placement that of the cell; nothing is made anew while the tree stays the same. */
static int
take_tree(struct job *job, uint32_t cell, struct fx_error *err)
{
    struct morphology tree;
    bool same = false;

    if (job->has_tree && job->one_tree)
        return 0;
    if (neuroh5_trees_read(job->trees, cell, &tree, job->has_tree ? &job->tree : NULL, &same, err))
        return -1;
    if (same)
        return 0;
    job->trees_differ = job->has_tree;
    drop_tree(job);
    if (segments_init(&job->segments, &tree, &job->segment_rule, err)) {
        morphology_release(&tree);
        return fx_error_in(err, "cell %lu of '%s'", (unsigned long)cell, job->population->name);
    }
    job->tree = tree;
    placement_init(&job->placement, &job->segments, &job->rules);
    job->has_tree = true;
    return 0;
}

static uint32_t
gid_of(const struct job *job, uint64_t cell)
{
    return (uint32_t)(job->population->start + cell);
}

static int
count_mine(struct job *job, struct fx_error *err)
{
    uint64_t from, to;

    if (job->rules.count == 0)
        return 0;
    comm_part(job->comm, job->population->count, &from, &to);
    /* Every rank begins with the tree of cell 0: where none of them sees another, all have it. */
    if (from < to && take_tree(job, 0, err))
        return -1;
    for (uint64_t cell = from; cell < to; cell++) {
        if (take_tree(job, (uint32_t)cell, err) ||
            placement_count(&job->placement, &job->how, gid_of(job, cell), &job->scratch,
                            &job->counts[cell], err))
            return -1;
    }
    return 0;
}

/* All ranks know all counts afterwards, and whether all cells have one tree. */
static int
count_synapses(struct job *job, struct fx_error *err)
{
    uint64_t differ;

    job->counts = mem_new((size_t)job->population->count, sizeof *job->counts);
    if (comm_agree(job->comm, count_mine(job, err), err))
        return -1;
    comm_sum_u64(job->comm, job->counts, (size_t)job->population->count);
    differ = job->trees_differ;
    comm_sum_u64(job->comm, &differ, 1);
    job->one_tree = differ == 0;
    return 0;
}

/* --- writing --------------------------------------------------------------------------------- */

/* Room for `room` synapses of one rank's part of a block, and the counts of `cells` cells. */
struct block {
    struct synapse_arrays at;
    uint32_t *counts;
    size_t room;
};

static void
block_init(struct block *block, size_t room, size_t cells)
{
    block->room = room;
    block->at = (struct synapse_arrays){
        .id = mem_new(room, sizeof *block->at.id),
        .location = mem_new(room, sizeof *block->at.location),
        .distance = mem_new(room, sizeof *block->at.distance),
        .section = mem_new(room, sizeof *block->at.section),
        .layer = mem_new(room, sizeof *block->at.layer),
        .type = mem_new(room, sizeof *block->at.type),
        .swc_type = mem_new(room, sizeof *block->at.swc_type),
    };
    block->counts = mem_new(cells, sizeof *block->counts);
}

static void
block_release(struct block *block)
{
    free(block->at.id);
    free(block->at.location);
    free(block->at.distance);
    free(block->at.section);
    free(block->at.layer);
    free(block->at.type);
    free(block->at.swc_type);
    free(block->counts);
}

static struct synapse_arrays
beyond(const struct synapse_arrays *at, size_t count)
{
    return (struct synapse_arrays){
        at->id + count, at->location + count, at->distance + count, at->section + count,
        at->layer + count, at->type + count, at->swc_type + count,
    };
}

static int
fill_block(struct job *job, struct block *block, uint64_t from, uint64_t to, struct fx_error *err)
{
    size_t filled = 0;

    for (uint64_t cell = from; cell < to; cell++) {
        struct synapse_arrays at = beyond(&block->at, filled);

        block->counts[cell - from] = (uint32_t)job->counts[cell];
        if (job->counts[cell] == 0)
            continue;
        if (take_tree(job, (uint32_t)cell, err))
            return -1;
        filled += placement_fill(&job->placement, &job->how, gid_of(job, cell), &job->scratch, &at);
    }
    return 0;
}

/* How many cells one rank takes at a time: as many as the buffer holds, at least one. */
static uint64_t
cells_at_once(const struct job *job, uint64_t most)
{
    uint64_t bytes = job->buffer < ENOUGH_BYTES ? job->buffer : ENOUGH_BYTES;
    uint64_t cells = bytes / SYNAPSE_BYTES / (most > 0 ? most : 1);

    if (cells > job->population->count)
        cells = job->population->count;
    return cells > 0 ? cells : 1;
}

static int
write_blocks(struct job *job, struct neuroh5_cells_writer *writer, uint64_t most,
             struct fx_error *err)
{
    uint64_t each = cells_at_once(job, most), step = each * (uint64_t)job->comm->size;
    uint64_t cells = job->population->count;
    struct block block;
    int status = 0;

    block_init(&block, (size_t)(each * most), (size_t)each);
    for (uint64_t first = 0; first < cells && !status; first += step) {
        uint64_t from, to;
        const void *values[ATTRIBUTE_COUNT] = {
            block.at.id, block.at.location, block.at.distance, block.at.section,
            block.at.layer, block.at.type, block.at.swc_type,
        };

        comm_part(job->comm, cells - first < step ? cells - first : step, &from, &to);
        status = comm_agree(job->comm, fill_block(job, &block, first + from, first + to, err), err);
        if (!status)
            status = comm_agree(job->comm,
                                neuroh5_cells_append(writer, (uint32_t)(first + from),
                                                     (uint32_t)(to - from), block.counts, values,
                                                     err), err);
        if (job->comm->rank == 0)
            task_progress(job->task, first + step < cells ? first + step : cells, cells, "cells");
    }
    block_release(&block);
    return status;
}

static int
write_synapses(struct job *job, struct h5_file *file, struct fx_error *err)
{
    struct neuroh5_cells_writer *writer;
    uint64_t total = 0, most = 0;

    for (uint64_t cell = 0; cell < job->population->count; cell++) {
        total += job->counts[cell];
        most = job->counts[cell] > most ? job->counts[cell] : most;
    }
    if (comm_agree(job->comm, neuroh5_types_write(file, &job->types, err), err))
        return -1;
    writer = neuroh5_cells_new(file, job->comm, job->population->name, "Synapse Attributes",
                               ATTRIBUTES, ATTRIBUTE_COUNT, job->population->count, total, err);
    if (comm_agree(job->comm, writer ? 0 : -1, err)) {
        neuroh5_cells_discard(writer);
        return -1;
    }
    if (write_blocks(job, writer, most, err)) {
        neuroh5_cells_discard(writer);
        return -1;
    }
    return comm_agree(job->comm, neuroh5_cells_finish(writer, err), err);
}

static int
run_job(struct job *job, struct fx_error *err)
{
    struct h5_file *file;
    const char *path;

    if (comm_agree(job->comm,
                   read_parameters(job, err) || open_forest(job, err) ||
                           task_output(job->task, "file", &path, err) ? -1 : 0, err) ||
        count_synapses(job, err))
        return -1;
    file = h5_create(path, job->comm, err);
    if (comm_agree(job->comm, file ? 0 : -1, err) || write_synapses(job, file, err)) {
        h5_discard(file);
        return -1;
    }
    return comm_agree(job->comm, h5_close(file, err), err);
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
