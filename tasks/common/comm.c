#include "common/comm.h"

#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Several ranks only: with one, no MPI function is ever called (13 ms of start against 350). */

/* How many ranks a launcher says there are; 1 when nobody says so. */
static long
launched_ranks(void)
{
    static const char *const variables[] = { "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_SIZE",
                                             "MV2_COMM_WORLD_SIZE" };

    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);
        if (value)
            return strtol(value, NULL, 10);
    }
    /* srun --mpi=pmix names the rank alone; the number of ranks is Slurm's. */
    if (getenv("PMIX_RANK") && getenv("SLURM_STEP_NUM_TASKS"))
        return strtol(getenv("SLURM_STEP_NUM_TASKS"), NULL, 10);
    return 1;
}

void
comm_library(char *name, size_t size)
{
    char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int len;

    name[0] = '\0';
    if (MPI_Get_library_version(text, &len) != MPI_SUCCESS)
        return;
    text[strcspn(text, ",\n")] = '\0';
    snprintf(name, size, "%s", text);
}

int
comm_start(struct comm *comm, struct fx_error *err)
{
    *comm = (struct comm)COMM_ALONE;
    if (launched_ranks() <= 1)
        return 0;
    if (MPI_Init(NULL, NULL) != MPI_SUCCESS)
        return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "MPI did not start");
    MPI_Comm_rank(MPI_COMM_WORLD, &comm->rank);
    MPI_Comm_size(MPI_COMM_WORLD, &comm->size);
    return 0;
}

void
comm_finish(struct comm *comm)
{
    int started = 0, finished = 0;

    (void)comm;
    MPI_Initialized(&started);
    MPI_Finalized(&finished);
    if (started && !finished)
        MPI_Finalize();
}

void
comm_abort(const struct comm *comm, int status)
{
    if (comm->size > 1)
        MPI_Abort(MPI_COMM_WORLD, status);
    _Exit(status);
}

void
comm_barrier(const struct comm *comm)
{
    if (comm->size > 1)
        MPI_Barrier(MPI_COMM_WORLD);
}

int
comm_agree(struct comm *comm, int status, struct fx_error *err)
{
    int first = status ? comm->rank : comm->size, lowest = first;

    if (comm->size == 1 || (status && comm->broken))
        return status ? -1 : 0;
    MPI_Allreduce(&first, &lowest, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    if (lowest == comm->size)
        return 0;
    MPI_Bcast(err, (int)sizeof *err, MPI_BYTE, lowest, MPI_COMM_WORLD);
    comm->agreed = true;
    return -1;
}

static void
reduce(const struct comm *comm, void *values, size_t count, MPI_Datatype type, size_t size, MPI_Op op)
{
    const size_t step = 1u << 20;

    if (comm->size == 1)
        return;
    for (size_t from = 0; from < count; from += step) {
        size_t part = count - from < step ? count - from : step;
        MPI_Allreduce(MPI_IN_PLACE, (char *)values + from * size, (int)part, type, op,
                      MPI_COMM_WORLD);
    }
}

void
comm_sum_u64(const struct comm *comm, uint64_t *values, size_t count)
{
    reduce(comm, values, count, MPI_UINT64_T, sizeof *values, MPI_SUM);
}

void
comm_min_u64(const struct comm *comm, uint64_t *values, size_t count)
{
    reduce(comm, values, count, MPI_UINT64_T, sizeof *values, MPI_MIN);
}

void
comm_max_u64(const struct comm *comm, uint64_t *values, size_t count)
{
    reduce(comm, values, count, MPI_UINT64_T, sizeof *values, MPI_MAX);
}

void
comm_sum_f64(const struct comm *comm, double *values, size_t count)
{
    reduce(comm, values, count, MPI_DOUBLE, sizeof *values, MPI_SUM);
}

void
comm_min_f64(const struct comm *comm, double *values, size_t count)
{
    reduce(comm, values, count, MPI_DOUBLE, sizeof *values, MPI_MIN);
}

void
comm_max_f64(const struct comm *comm, double *values, size_t count)
{
    reduce(comm, values, count, MPI_DOUBLE, sizeof *values, MPI_MAX);
}

uint64_t
comm_before_u64(const struct comm *comm, uint64_t value, uint64_t *total)
{
    uint64_t before = 0, sum = value;

    if (comm->size > 1) {
        MPI_Exscan(&value, &before, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
        if (comm->rank == 0)
            before = 0;     /* MPI leaves it undefined there */
        if (total)
            MPI_Allreduce(&value, &sum, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
    }
    if (total)
        *total = sum;
    return before;
}

/* Every rank's size, on every rank. */
static size_t *
gather_sizes(const struct comm *comm, size_t mine, uint64_t *total)
{
    uint64_t own = mine, *each = mem_new((size_t)comm->size, sizeof *each);
    size_t *sizes = mem_new((size_t)comm->size, sizeof *sizes);

    if (comm->size > 1)
        MPI_Allgather(&own, 1, MPI_UINT64_T, each, 1, MPI_UINT64_T, MPI_COMM_WORLD);
    else
        each[0] = own;
    *total = 0;
    for (int i = 0; i < comm->size; i++) {
        sizes[i] = (size_t)each[i];
        *total += each[i];
    }
    free(each);
    return sizes;
}

/* The bytes of all ranks, joined into `all` on `root` (-1: everywhere). */
static void
gather_bytes(const struct comm *comm, int root, const void *mine, const size_t *sizes, char *all)
{
    int *counts, *offsets, offset = 0;

    if (comm->size == 1) {
        if (sizes[0])
            memcpy(all, mine, sizes[0]);
        return;
    }
    counts = mem_new((size_t)comm->size, sizeof *counts);
    offsets = mem_new((size_t)comm->size, sizeof *offsets);
    for (int i = 0; i < comm->size; i++) {
        counts[i] = (int)sizes[i];
        offsets[i] = offset;
        offset += counts[i];
    }
    if (root < 0)
        MPI_Allgatherv(mine, counts[comm->rank], MPI_BYTE, all, counts, offsets, MPI_BYTE,
                       MPI_COMM_WORLD);
    else
        MPI_Gatherv(mine, counts[comm->rank], MPI_BYTE, all, counts, offsets, MPI_BYTE, root,
                    MPI_COMM_WORLD);
    free(counts);
    free(offsets);
}

int
comm_gather(const struct comm *comm, int root, const void *mine, size_t mine_size, void **all,
            size_t **sizes, struct fx_error *err)
{
    uint64_t total;
    size_t *each = gather_sizes(comm, mine_size, &total);
    bool wanted = root < 0 || root == comm->rank;

    *all = NULL;
    if (sizes)
        *sizes = NULL;
    if (total > INT_MAX) {
        free(each);
        return fx_fail(err, FX_SYSTEM, FX_NOWHERE,
                       "%llu bytes to gather from %d ranks; at most %d can be",
                       (unsigned long long)total, comm->size, INT_MAX);
    }
    if (wanted && total)
        *all = mem_new((size_t)total, 1);
    gather_bytes(comm, root, mine, each, *all);
    if (wanted && sizes)
        *sizes = each;
    else
        free(each);
    return 0;
}

void
comm_broadcast(const struct comm *comm, int root, void *data, size_t size)
{
    const size_t step = 1u << 30;

    if (comm->size == 1)
        return;
    for (size_t from = 0; from < size; from += step) {
        size_t part = size - from < step ? size - from : step;
        MPI_Bcast((char *)data + from, (int)part, MPI_BYTE, root, MPI_COMM_WORLD);
    }
}

void
comm_part(const struct comm *comm, uint64_t count, uint64_t *from, uint64_t *to)
{
    uint64_t rank = (uint64_t)comm->rank, size = (uint64_t)comm->size;
    uint64_t each = count / size, rest = count % size;

    *from = rank * each + (rank < rest ? rank : rest);
    *to = *from + each + (rank < rest ? 1 : 0);
}
