/*
 * kernels - what the kernels of generation and the writers reach, without the rest of a task.
 *
 *   bench_kernels kernels MORPHOLOGY.swc     (also under mpirun: the cells are cut over the ranks)
 *   bench_kernels write FOLDER               plain HDF5 and our writers, the same bytes, synced
 *
 * Prints a line a figure: name, number, seconds, CPU seconds over all ranks, of the best of 5 rounds.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/mem.h"
#include "common/h5_internal.h"
#include "common/neuroh5_cells.h"
#include "common/swc.h"
#include "connections/connect.h"
#include "synapses/placement.h"

enum {
    ROUNDS = 5,
    CELLS = 200,            /* whose synapses, whose edges */
    SYNAPSES = 21000,       /* of a cell that gets edges */
    SOMATA = 80000,         /* of the large source */
    FEW_SOMATA = 1000,      /* of the small one */
    VALUES = 4 << 20,       /* of a write, of each of the columns */
    WRITES = 16
};

/* The large source has as many cells in reach as the full reference network: some 5000. */
static const double FIELD_UM = 4000, WIDTH_UM = 1000;

static const char DENSITY[] =
    "{\"synapses\": {\"density\": {"
    "\"soma\": {\"inhibitory\": {\"default\": {\"mean\": 0.5, \"variance\": 0.2}}},"
    "\"basal\": {\"excitatory\": {\"default\": {\"mean\": 2.5, \"variance\": 0.5}}},"
    "\"apical\": {\"excitatory\": {\"default\": {\"mean\": 2.5, \"variance\": 0.5}},"
    "             \"inhibitory\": {\"default\": {\"mean\": 0.1, \"variance\": 0.1}}}}}}";
static const char PROJECTIONS[] =
    "{\"A\": {\"type\": \"excitatory\", \"sections\": [\"basal\", \"apical\"],"
    "       \"layers\": [\"default\", \"default\"], \"proportions\": [0.8, 0.8]},"
    " \"B\": {\"type\": \"excitatory\", \"sections\": [\"basal\", \"apical\"],"
    "       \"layers\": [\"default\", \"default\"], \"proportions\": [0.2, 0.2]}}";

static void
must(int status, const struct fx_error *err)
{
    if (status) {
        fprintf(stderr, "bench_kernels: %s\n", err->text);
        exit(1);
    }
}

static double
seconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* --- rounds ------------------------------------------------------------------------------------ */

struct round {
    double wall, cpu;
};

static struct round
round_start(const struct comm *comm)
{
    comm_barrier(comm);
    return (struct round){ seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID) };
}

/* Keeps the best of the rounds: the slowest rank's seconds, all ranks' CPU seconds. */
static void
round_end(const struct comm *comm, struct round started, struct round *best)
{
    double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - started.cpu;
    double wall = seconds(CLOCK_MONOTONIC) - started.wall;

    comm_max_f64(comm, &wall, 1);
    comm_sum_f64(comm, &cpu, 1);
    best->wall = best->wall > 0 && best->wall < wall ? best->wall : wall;
    best->cpu = best->cpu > 0 && best->cpu < cpu ? best->cpu : cpu;
}

static void
say(const struct comm *comm, const char *name, double number, struct round best)
{
    if (comm->rank == 0)
        printf("%s %.0f %.6f %.6f\n", name, number, best.wall, best.cpu);
}

/* --- synapses ---------------------------------------------------------------------------------- */

static struct synapse_arrays
room_for(size_t count)
{
    return (struct synapse_arrays){
        mem_new(count, 4), mem_new(count, 4), mem_new(count, 4), mem_new(count, 4),
        mem_new(count, 1), mem_new(count, 1), mem_new(count, 1),
    };
}

static void
free_arrays(struct synapse_arrays *at)
{
    free(at->id);
    free(at->location);
    free(at->distance);
    free(at->section);
    free(at->layer);
    free(at->type);
    free(at->swc_type);
}

static void
bench_synapses(struct comm *comm, const char *swc)
{
    struct fx_error err = FX_ERROR_NONE;
    struct segment_rule rule = { .d_lambda = 0.1, .frequency = 100, .ra = 35.4, .cm = 1 };
    struct placement_how how = { PLACEMENT_POISSON, 1 };
    struct definitions definitions;
    struct density_rules rules;
    struct morphology tree;
    struct segments segments;
    struct placement placement;
    struct placement_scratch scratch = { 0 };
    struct synapse_arrays at = room_for(1 << 20);
    struct round best = { 0, 0 };
    json_t *none = json_object(), *density = json_loads(DENSITY, 0, NULL);
    uint64_t from, to, count, total = 0;

    must(definitions_read(none, &definitions, &err), &err);
    must(density_rules_read(density, &definitions, &rules, &err), &err);
    must(swc_read(swc, &tree, NULL, &err), &err);
    must(segments_init(&segments, &tree, &rule, &err), &err);
    placement_init(&placement, &segments, &rules);
    comm_part(comm, CELLS, &from, &to);
    for (int i = 0; i < ROUNDS; i++) {
        struct round started = round_start(comm);

        total = 0;
        for (uint64_t cell = from; cell < to; cell++) {
            must(placement_count(&placement, &how, (uint32_t)cell, &scratch, &count, &err), &err);
            total += placement_fill(&placement, &how, (uint32_t)cell, &scratch, &at);
        }
        round_end(comm, started, &best);
    }
    comm_sum_u64(comm, &total, 1);
    say(comm, "synapses", (double)total, best);
    free_arrays(&at);
    placement_scratch_release(&scratch);
    placement_release(&placement);
    segments_release(&segments);
    morphology_release(&tree);
    density_rules_release(&rules);
    definitions_release(&definitions);
    json_decref(density);
    json_decref(none);
}

/* --- edges ------------------------------------------------------------------------------------- */

static void
make_somata(struct somata *somata, size_t count, uint32_t stream)
{
    struct rng rng = rng_start(1, RNG_TEST, stream, 1);
    float *u = mem_new(count, sizeof *u), *v = mem_new(count, sizeof *v);

    for (size_t i = 0; i < count; i++) {
        u[i] = (float)((rng_uniform(&rng) - 0.5) * FIELD_UM);
        v[i] = (float)((rng_uniform(&rng) - 0.5) * FIELD_UM);
    }
    somata_init(somata, u, v, count);
    free(u);
    free(v);
}

static void
bench_edges(struct comm *comm)
{
    static uint32_t id[SYNAPSES], source[SYNAPSES], syn_id[SYNAPSES];
    static float distance[SYNAPSES];
    static int8_t layer[SYNAPSES];
    static uint8_t type[SYNAPSES], swc_type[SYNAPSES], which[SYNAPSES];
    struct fx_error err = FX_ERROR_NONE;
    struct edge_arrays edges = { source, syn_id, distance };
    struct definitions definitions;
    struct projections projections;
    struct assignment assignment;
    struct connect_source sources[2] = { { .stream = 0 }, { .stream = 1 } };
    struct connect_how how = { 1, &projections, &assignment, sources };
    struct connect_work work = { 0 };
    struct connect_tally tally;
    struct round best = { 0, 0 };
    json_t *none = json_object(), *json = json_loads(PROJECTIONS, 0, NULL);
    json_t *extents = json_pack("{s:{s:{s:[f,f]}}, s:{s:{s:[f,f]}}}", "A", "default", "width",
                                WIDTH_UM, WIDTH_UM, "B", "default", "width", WIDTH_UM, WIDTH_UM);
    uint64_t from, to, total = 0;

    must(definitions_read(none, &definitions, &err), &err);
    must(projections_read(json, extents, &definitions, &projections, &err), &err);
    assignment_init(&assignment, &projections);
    make_somata(&sources[0].somata, SOMATA, 0);
    make_somata(&sources[1].somata, FEW_SOMATA, 1);
    connect_tally_init(&tally, projections.count);
    for (uint32_t i = 0; i < SYNAPSES; i++) {
        id[i] = i;
        swc_type[i] = (uint8_t)(3 + i % 2);     /* basal, apical */
    }
    comm_part(comm, CELLS, &from, &to);
    for (int i = 0; i < ROUNDS; i++) {
        struct round started = round_start(comm);

        total = 0;
        for (uint64_t n = from; n < to; n++) {
            /* Everywhere but within a width of the border: all have as many in reach. */
            struct connect_cell cell = {
                .cell = (uint32_t)n, .gid = (uint32_t)n,
                .u = (double)(n % 20) / 20 * (FIELD_UM - 2 * WIDTH_UM) - FIELD_UM / 2 + WIDTH_UM,
                .v = (double)(n / 20) / 10 * (FIELD_UM - 2 * WIDTH_UM) - FIELD_UM / 2 + WIDTH_UM,
                .count = SYNAPSES, .id = id, .layer = layer, .type = type, .swc_type = swc_type,
                .projection = which,
            };

            /* As the task does: a pass that counts, a pass that draws. */
            for (int pass = 0; pass < 2; pass++)
                connect_cell_assign(&how, &cell, &work);
            connect_cell_count(&how, &cell, &tally);
            for (size_t p = 0; p < projections.count; p++)
                total += connect_cell_draw(&how, &cell, &work, p, &edges);
        }
        round_end(comm, started, &best);
    }
    comm_sum_u64(comm, &total, 1);
    say(comm, "edges", (double)total, best);
    connect_tally_release(&tally);
    connect_work_release(&work);
    somata_release(&sources[0].somata);
    somata_release(&sources[1].somata);
    assignment_release(&assignment);
    projections_release(&projections);
    definitions_release(&definitions);
    json_decref(extents);
    json_decref(json);
    json_decref(none);
}

/* --- writing ----------------------------------------------------------------------------------- */

static const struct neuroh5_attribute COLUMNS[] = {
    { "ids", H5_U32 }, { "locs", H5_F32 }, { "secs", H5_U32 }, { "layers", H5_I8 },
};

enum { COLUMN_COUNT = sizeof COLUMNS / sizeof COLUMNS[0] };

static void
sync_file(const char *path)
{
    int file = open(path, O_RDONLY);

    fsync(file);
    close(file);
}

/* One dataset after another, in one piece each, by HDF5 alone. */
static void
write_plain(const char *path, const void *values)
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);

    for (int c = 0; c < COLUMN_COUNT; c++) {
        hsize_t length = (hsize_t)VALUES * WRITES, part = VALUES;
        hid_t space = H5Screate_simple(1, &length, NULL), memory = H5Screate_simple(1, &part, NULL);
        hid_t type = h5_type_size(COLUMNS[c].type) == 4 ? H5T_NATIVE_UINT32 : H5T_NATIVE_INT8;
        hid_t data = H5Dcreate2(file, COLUMNS[c].name, type, space, H5P_DEFAULT, H5P_DEFAULT,
                                H5P_DEFAULT);

        for (hsize_t from = 0; from < length; from += part) {
            H5Sselect_hyperslab(space, H5S_SELECT_SET, &from, NULL, &part, NULL);
            if (H5Dwrite(data, type, memory, space, H5P_DEFAULT, values) < 0)
                exit(1);
        }
        H5Dclose(data);
        H5Sclose(memory);
        H5Sclose(space);
    }
    H5Fclose(file);
    sync_file(path);
}

static void
write_ours(struct comm *comm, const char *path, const void *values)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = h5_create(path, comm, &err);
    const void *columns[COLUMN_COUNT] = { values, values, values, values };
    uint32_t counts[64];
    struct neuroh5_cells_writer *w;

    must(file ? 0 : -1, &err);
    for (int i = 0; i < 64; i++)
        counts[i] = VALUES / 64;
    w = neuroh5_cells_new(file, comm, "P", "N", COLUMNS, COLUMN_COUNT, 64 * WRITES,
                          (uint64_t)VALUES * WRITES, &err);
    must(w ? 0 : -1, &err);
    for (uint32_t i = 0; i < WRITES; i++)
        must(neuroh5_cells_append(w, 64 * i, 64, counts, columns, &err), &err);
    must(neuroh5_cells_finish(w, &err), &err);
    must(h5_close(file, &err), &err);
    sync_file(path);
}

static void
bench_writing(struct comm *comm, const char *folder)
{
    struct round plain = { 0, 0 }, ours = { 0, 0 };
    uint32_t *values = mem_new(VALUES, sizeof *values);
    double size = 0;
    char path[600];

    snprintf(path, sizeof path, "%s/written.h5", folder);
    for (uint32_t i = 0; i < VALUES; i++)
        values[i] = i * 2654435761u;
    for (int c = 0; c < COLUMN_COUNT; c++)
        size += (double)h5_type_size(COLUMNS[c].type) * VALUES * WRITES;
    for (int i = 0; i < ROUNDS; i++) {
        struct round started;

        unlink(path);
        started = round_start(comm);
        write_plain(path, values);
        round_end(comm, started, &plain);
        unlink(path);
        started = round_start(comm);
        write_ours(comm, path, values);
        round_end(comm, started, &ours);
    }
    unlink(path);
    say(comm, "plain", size, plain);
    say(comm, "ours", size, ours);
    free(values);
}

int
main(int argc, char **argv)
{
    struct fx_error err = FX_ERROR_NONE;
    struct comm comm;

    must(argc == 3 ? 0 : fx_fail(&err, FX_INVALID, FX_NOWHERE, "kernels SWC | write FOLDER"), &err);
    must(comm_start(&comm, &err), &err);
    if (strcmp(argv[1], "write") == 0) {
        bench_writing(&comm, argv[2]);
    } else {
        bench_synapses(&comm, argv[2]);
        bench_edges(&comm);
    }
    comm_finish(&comm);
    return 0;
}
