/*
 * gap_junctions - places of somata and trees to pairs of cells joined by gap junctions.
 *
 * For each pair of populations: a look at all trees for places; where probabilities are shares, a pass
 * that sums the weights of all pairs in reach; a pass that counts junctions; and one that writes each
 * block of cells where the counts put it. So the file does not depend on the ranks, nor on the size
 * of a block.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "common/neuroh5_projection.h"
#include "common/task_main.h"
#include "gap_junctions/couple.h"
#include "gap_junctions/input.h"
#include "gap_junctions/report.h"
#include "gap_junctions/stand.h"

static const struct neuroh5_edge_attribute ATTRIBUTES[] = {
    { "Location", "Source section", H5_U32 }, { "Location", "Source position", H5_F32 },
    { "Location", "Destination section", H5_U32 }, { "Location", "Destination position", H5_F32 },
    { "Coupling strength", "Source", H5_F32 }, { "Coupling strength", "Destination", H5_F32 },
};

enum { ATTRIBUTE_COUNT = sizeof ATTRIBUTES / sizeof ATTRIBUTES[0], JUNCTION_BYTES = sizeof(struct place) * 2 + 40 };

/* A junction while it is made; `at`: its place in the file's order. */
struct junction {
    uint32_t a, b, at;
    float conductance;
    struct place place_a, place_b;
};

/* One rank's part of a block. */
struct block {
    size_t count;
    struct junction *at;
    uint32_t *cells, *section_a, *section_b;
    float *position_a, *position_b, *conductance;
    uint32_t *counts;           /* junctions of each cell */
};

struct job {
    struct task *task;
    struct comm *comm;
    struct input input;
    struct gap_count *counts;   /* by rule: for the report */

    /* Of the rule that is at work. */
    const struct gap_rule *rule;
    const struct member *a, *b;
    struct stand stand_a, stand_b;
    struct neighbours neighbours;
    struct couple couple;
    struct near_list list;
    uint64_t *joined;           /* by cell of a: how many junctions */
    struct block block;
};

static void
block_init(struct block *block, size_t cells, size_t junctions)
{
    *block = (struct block){
        .at = mem_new(junctions + 1, sizeof *block->at),
        .cells = mem_new(junctions + 1, sizeof *block->cells),
        .section_a = mem_new(junctions + 1, sizeof *block->section_a),
        .section_b = mem_new(junctions + 1, sizeof *block->section_b),
        .position_a = mem_new(junctions + 1, sizeof *block->position_a),
        .position_b = mem_new(junctions + 1, sizeof *block->position_b),
        .conductance = mem_new(junctions + 1, sizeof *block->conductance),
        .counts = mem_new(cells + 1, sizeof *block->counts),
    };
}

static void
block_release(struct block *block)
{
    free(block->at);
    free(block->cells);
    free(block->section_a);
    free(block->section_b);
    free(block->position_a);
    free(block->position_b);
    free(block->conductance);
    free(block->counts);
    *block = (struct block){ 0 };
}

static void
rule_release(struct job *job)
{
    stand_release(&job->stand_a);
    stand_release(&job->stand_b);
    neighbours_release(&job->neighbours);
    block_release(&job->block);
    free(job->joined);
    job->joined = NULL;
}

static void
job_release(struct job *job)
{
    rule_release(job);
    free(job->list.at);
    free(job->counts);
    input_release(&job->input);
}

/* --- one pair of populations: who may be joined ------------------------------------------------------- */

static int
open_rule(struct job *job, struct gap_count *count, struct fx_error *err)
{
    job->a = input_member(&job->input, job->rule->a);
    job->b = input_member(&job->input, job->rule->b);
    if (stand_open(&job->stand_a, job->a, job->rule, job->comm, err) ||
        stand_open(&job->stand_b, job->b, job->rule, job->comm, err))
        return -1;
    neighbours_init(&job->neighbours, (const float *const *)job->b->at,
                    (size_t)job->b->population->count, job->rule->reach);
    job->couple = (struct couple){
        .rule = job->rule, .seed = job->input.seed,
        .start_a = job->a->population->start, .start_b = job->b->population->start,
        .at = { job->a->at[0], job->a->at[1], job->a->at[2] },
        .open_a = job->stand_a.open, .open_b = job->stand_b.open,
        .same = job->a == job->b, .neighbours = &job->neighbours, .factor = 1,
    };
    count->closed_a = job->stand_a.closed;
    count->closed_b = job->stand_b.closed;
    return 0;
}

/* The mean weight of all pairs in reach: the weights are summed by cell, and then in their order, so
 * that the sum is the same on any number of ranks. */
static int
find_factor(struct job *job, struct fx_error *err)
{
    uint64_t cells = job->a->population->count, pairs = 0, from, to;
    double *sums = mem_new((size_t)cells + 1, sizeof *sums), sum = 0;

    comm_part(job->comm, cells, &from, &to);
    for (uint64_t cell = from; cell < to; cell++) {
        couple_candidates(&job->couple, (uint32_t)cell, &job->list);
        pairs += job->list.count;
        sums[cell] = couple_weight(&job->couple, &job->list);
    }
    /* Every cell's sum is of one rank alone: adding zeros changes no bit. */
    comm_sum_f64(job->comm, sums, (size_t)cells);
    comm_sum_u64(job->comm, &pairs, 1);
    for (uint64_t cell = 0; cell < cells; cell++)
        sum += sums[cell];
    free(sums);
    if (pairs > 0 && !(sum > 0))
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "the weights of all pairs of '%s' and '%s' in reach are 0", job->rule->a,
                       job->rule->b);
    job->couple.factor = pairs > 0 ? job->rule->share * (double)pairs / sum : 0;
    return 0;
}

static void
count_junctions(struct job *job, struct gap_count *count)
{
    uint64_t cells = job->a->population->count, from, to;

    job->joined = mem_new((size_t)cells + 1, sizeof *job->joined);
    comm_part(job->comm, cells, &from, &to);
    for (uint64_t cell = from; cell < to; cell++) {
        couple_candidates(&job->couple, (uint32_t)cell, &job->list);
        count->candidates += job->list.count;
        couple_choose(&job->couple, (uint32_t)cell, &job->list);
        job->joined[cell] = job->list.count;
    }
    comm_sum_u64(job->comm, job->joined, (size_t)cells);
    comm_sum_u64(job->comm, &count->candidates, 1);
    for (uint64_t cell = 0; cell < cells; cell++)
        count->junctions += job->joined[cell];
}

/* --- and who is ------------------------------------------------------------------------------------------ */

static int
compare_partners(const void *left, const void *right)
{
    const struct junction *a = left, *b = right;

    if (a->b != b->b)
        return a->b < b->b ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

/* The pairs of cells from .. to - 1, by cell and partner. */
static void
find_pairs(struct job *job, uint64_t from, uint64_t to)
{
    struct block *block = &job->block;

    block->count = 0;
    for (uint64_t cell = from; cell < to; cell++) {
        block->counts[cell - from] = (uint32_t)job->joined[cell];
        if (job->joined[cell] == 0)
            continue;
        couple_candidates(&job->couple, (uint32_t)cell, &job->list);
        couple_choose(&job->couple, (uint32_t)cell, &job->list);
        for (size_t i = 0; i < job->list.count; i++, block->count++)
            block->at[block->count] = (struct junction){
                .a = (uint32_t)cell, .b = job->list.at[i].cell, .at = (uint32_t)block->count };
    }
}

/* Places on the trees of the first cells, then, by ascending partner, on those of the second: each
 * cell's tree is taken once. */
static int
find_places(struct job *job, struct fx_error *err)
{
    struct block *block = &job->block;

    for (size_t i = 0; i < block->count; i++) {
        struct junction *j = &block->at[i];

        if (stand_take(&job->stand_a, j->a, err))
            return -1;
        j->place_a = places_at(&job->stand_a.places, couple_draw(&job->couple, j->a, j->b).fraction_a);
    }
    if (block->count)
        qsort(block->at, block->count, sizeof *block->at, compare_partners);
    for (size_t i = 0; i < block->count; i++) {
        struct junction *j = &block->at[i];
        struct couple_draws draws = couple_draw(&job->couple, j->a, j->b);

        if (stand_take(&job->stand_b, j->b, err))
            return -1;
        j->place_b = places_at(&job->stand_b.places, draws.fraction_b);
        j->conductance = (float)couple_conductance(job->rule, draws.conductance,
                                                   j->place_a.distance, j->place_b.distance);
    }
    return 0;
}

static int
fill_block(struct job *job, uint64_t from, uint64_t to, struct fx_error *err)
{
    struct block *block = &job->block;

    find_pairs(job, from, to);
    if (find_places(job, err))
        return -1;
    for (size_t i = 0; i < block->count; i++) {
        const struct junction *j = &block->at[i];

        block->cells[j->at] = j->b;
        block->section_a[j->at] = j->place_a.section;
        block->section_b[j->at] = j->place_b.section;
        block->position_a[j->at] = j->place_a.position;
        block->position_b[j->at] = j->place_b.position;
        block->conductance[j->at] = j->conductance;
    }
    return 0;
}

/* --- writing ---------------------------------------------------------------------------------------------- */

static int
write_blocks(struct job *job, struct neuroh5_projection_writer *writer, struct fx_error *err)
{
    uint64_t cells = job->a->population->count, most = 0, each, step;

    for (uint64_t cell = 0; cell < cells; cell++)
        most = job->joined[cell] > most ? job->joined[cell] : most;
    each = job->input.buffer / JUNCTION_BYTES / (most + 1);
    each = each < 1 ? 1 : each > cells ? cells : each;
    step = each * (uint64_t)job->comm->size;
    block_init(&job->block, (size_t)each, (size_t)(each * most));
    for (uint64_t first = 0; first < cells; first += step) {
        struct block *block = &job->block;
        const void *values[ATTRIBUTE_COUNT] = {
            block->section_a, block->position_a, block->section_b, block->position_b,
            block->conductance, block->conductance,
        };
        uint64_t from, to;

        comm_part(job->comm, cells - first < step ? cells - first : step, &from, &to);
        if (comm_agree(job->comm, fill_block(job, first + from, first + to, err), err) ||
            comm_agree(job->comm, neuroh5_projection_append(writer, (uint32_t)(to - from),
                                                            block->counts, block->cells, values,
                                                            err), err))
            return -1;
        if (job->comm->rank == 0)
            task_progress(job->task, first + step < cells ? first + step : cells, cells, "cells");
    }
    return 0;
}

static int
write_rule(struct job *job, struct h5_file *file, uint64_t junctions, struct fx_error *err)
{
    struct neuroh5_projection_writer *writer =
        neuroh5_projection_new(file, job->comm, job->rule->b, job->rule->a, ATTRIBUTES,
                               ATTRIBUTE_COUNT, job->a->population->count, junctions, err);

    if (comm_agree(job->comm, writer ? 0 : -1, err) || write_blocks(job, writer, err)) {
        neuroh5_projection_discard(writer);
        return -1;
    }
    return comm_agree(job->comm, neuroh5_projection_finish(writer, NULL, err), err);
}

static int
do_rule(struct job *job, struct h5_file *file, size_t i, struct fx_error *err)
{
    struct gap_count *count = &job->counts[i];
    int status;

    job->rule = &job->input.rules.at[i];
    status = open_rule(job, count, err);
    if (!status && job->rule->is_share)
        status = comm_agree(job->comm, find_factor(job, err), err);
    if (!status) {
        count_junctions(job, count);
        if (job->comm->rank == 0)
            report_warn(job->task, job->rule, count);
        status = write_rule(job, file, count->junctions, err);
    }
    rule_release(job);
    return status;
}

static int
write_types(struct job *job, struct h5_file *file, struct fx_error *err)
{
    struct neuroh5_types types;
    int status = input_pair_types(&job->input, &types, err);

    if (status)
        return -1;
    status = neuroh5_types_write(file, &types, err);
    neuroh5_types_release(&types);
    return status;
}

static int
write_rules(struct job *job, struct h5_file *file, struct fx_error *err)
{
    if (comm_agree(job->comm, write_types(job, file, err), err))
        return -1;
    for (size_t i = 0; i < job->input.rules.count; i++)
        if (do_rule(job, file, i, err))
            return -1;
    return 0;
}

static int
start(struct job *job, const char **path, const char **report, struct fx_error *err)
{
    if (input_open(&job->input, job->task, err) || task_output(job->task, "file", path, err) ||
        task_output(job->task, "report", report, err))
        return -1;
    job->counts = mem_new(job->input.rules.count + 1, sizeof *job->counts);
    return 0;
}

static int
run_job(struct job *job, struct fx_error *err)
{
    const char *path, *report;
    struct h5_file *file;

    if (comm_agree(job->comm, start(job, &path, &report, err), err))
        return -1;
    file = h5_create(path, job->comm, err);
    if (comm_agree(job->comm, file ? 0 : -1, err) || write_rules(job, file, err)) {
        h5_discard(file);
        return -1;
    }
    if (comm_agree(job->comm, h5_close(file, err), err))
        return -1;
    return comm_agree(job->comm, job->comm->rank == 0
                                     ? report_write(report, &job->input.rules, job->counts, err)
                                     : 0, err);
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
