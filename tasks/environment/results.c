#include "environment/results.h"

#include <stdlib.h>
#include <string.h>

#include "common/h5.h"
#include "environment/spikes.h"

enum { PATH_ROOM = 512 };

static int
write_column(struct h5_file *file, const char *group, const char *name, enum h5_type type,
             uint64_t count, const void *values, const char *units, struct fx_error *err)
{
    char path[PATH_ROOM];

    snprintf(path, sizeof path, "%s/%s", group, name);
    if (h5_write_all(file, path, type, count, h5_chunk(count, H5_CHUNK_CELLS), values, err))
        return -1;
    return units ? h5_set_text(file, path, "units", units, err) : 0;
}

/* The spikes of one population; `all` is set on rank 0 only. */
static int
write_population(const struct cells *cells, struct h5_file *file,
                 const struct neuroh5_population *population, const struct spike *all,
                 uint64_t count, struct fx_error *err)
{
    uint64_t own = 0, at = 0;
    uint32_t *gids;
    double *times;
    char group[PATH_ROOM];
    int result;

    if (cells->comm->rank == 0)
        for (uint64_t i = 0; i < count; i++)
            own += all[i].gid - population->start < population->count;
    comm_broadcast(cells->comm, 0, &own, sizeof own);
    gids = mem_new(own + 1, sizeof *gids);
    times = mem_new(own + 1, sizeof *times);
    if (cells->comm->rank == 0)
        for (uint64_t i = 0; i < count; i++)
            if (all[i].gid - population->start < population->count) {
                gids[at] = all[i].gid;
                times[at++] = all[i].t;
            }
    snprintf(group, sizeof group, "/Spikes/%s", population->name);
    result = h5_make_group(file, group, err) ||
             write_column(file, group, "gid", H5_U32, own, gids, NULL, err) ||
             write_column(file, group, "t", H5_F64, own, times, "ms", err) ? -1 : 0;
    free(gids);
    free(times);
    return result;
}

static int
write_spikes(const struct cells *cells, struct h5_file *file, struct fx_error *err)
{
    struct spike *all = NULL;
    uint64_t count;
    int result = comm_agree(cells->comm, spikes_join(cells, 0, &all, &count, err), err);

    for (size_t p = 0; result == 0 && p < cells->types.population_count; p++)
        if (cells->types.populations[p].count > 0)
            result = write_population(cells, file, &cells->types.populations[p], all, count, err);
    free(all);
    return result;
}

/* --- recordings ----------------------------------------------------------------------------------- */

/* All recorded gids in order, on every rank. */
static int
join_gids(const struct recording *r, const struct comm *comm, uint32_t **gids, uint64_t *count,
          struct fx_error *err)
{
    *count = r->gids.count;
    comm_sum_u64(comm, count, 1);
    if (comm_gather(comm, -1, r->gids.at, r->gids.count * sizeof *r->gids.at, (void **)gids, NULL,
                    err))
        return -1;
    /* The ranks' lists are ascending and few: insertion would do, but counts may be large. */
    for (uint64_t gap = *count / 2; gap > 0; gap /= 2)
        for (uint64_t i = gap; i < *count; i++) {
            const uint32_t gid = (*gids)[i];
            uint64_t j = i;

            for (; j >= gap && (*gids)[j - gap] > gid; j -= gap)
                (*gids)[j] = (*gids)[j - gap];
            (*gids)[j] = gid;
        }
    return 0;
}

/* Each rank writes the rows of its own cells. */
static int
write_rows(const struct recording *r, struct h5_table *table, const uint32_t *gids,
           struct fx_error *err)
{
    const size_t samples = r->times.count, cells = r->gids.count;
    float *row = mem_new(samples + 1, sizeof *row);
    uint64_t at = 0;
    int result = 0;

    for (size_t c = 0; result == 0 && c < cells; c++) {
        while (gids[at] != r->gids.at[c])
            at++;
        for (size_t s = 0; s < samples; s++)
            row[s] = r->values.at[s * cells + c];
        result = h5_table_write(table, at, row, err);
    }
    free(row);
    return result;
}

static int
write_table(const struct recording *r, struct comm *comm, struct h5_file *file, const char *group,
            const uint32_t *gids, uint64_t count, struct fx_error *err)
{
    char path[PATH_ROOM];
    struct h5_table *table;
    int result;

    snprintf(path, sizeof path, "%s/value", group);
    table = h5_table_new(file, path, count, r->times.count, err);
    if (!table)
        return -1;
    result = comm_agree(comm, write_rows(r, table, gids, err), err);
    if (result == 0)
        return h5_table_close(table, err);
    h5_table_discard(table);
    return -1;
}

static int
write_recording(const struct recording *r, struct comm *comm, struct h5_file *file,
                struct fx_error *err)
{
    char group[PATH_ROOM], path[PATH_ROOM];
    uint32_t *gids = NULL;
    uint64_t count;
    int result;

    snprintf(group, sizeof group, "/Recordings/%s/%s", r->name, r->population);
    snprintf(path, sizeof path, "%s/value", group);
    result = comm_agree(comm, join_gids(r, comm, &gids, &count, err), err) ||
             h5_make_group(file, group, err) ||
             h5_set_text(file, group, "what", r->what, err) ||
             h5_set_text(file, group, "section", r->section, err) ||
             h5_set_number(file, group, "at", r->at, err) ||
             write_column(file, group, "gid", H5_U32, count, gids, NULL, err) ||
             write_column(file, group, "t", H5_F64, r->times.count, r->times.at, "ms", err) ||
             write_table(r, comm, file, group, gids, count, err) ||
             (r->units && h5_set_text(file, path, "units", r->units, err)) ? -1 : 0;
    free(gids);
    return result;
}

/* --- potentials ------------------------------------------------------------------------------------- */

static int
write_electrode(const struct lfp *lfp, size_t electrode, struct h5_file *file, struct fx_error *err)
{
    static const char *const AXES[3] = { "x", "y", "z" };
    const struct fx_electrode *is = lfp_electrode(lfp, electrode);
    const double *times, *values;
    char group[PATH_ROOM];
    uint64_t length;
    size_t count;

    snprintf(group, sizeof group, "/LFP/%s",
             lfp_result(lfp, electrode, &count, &times, &values));
    length = count;
    comm_broadcast(lfp->cells->comm, 0, &length, sizeof length);
    if (h5_make_group(file, group, err))
        return -1;
    for (int k = 0; k < 3; k++)
        if (h5_set_number(file, group, AXES[k], is->position[k], err))
            return -1;
    return h5_set_number(file, group, "resistivity", is->resistivity, err) ||
           h5_set_number(file, group, "max_distance", is->max_distance, err) ||
           h5_set_number(file, group, "far_fraction", is->far_fraction, err) ||
           write_column(file, group, "t", H5_F64, length, times, "ms", err) ||
           write_column(file, group, "v", H5_F64, length, values, "mV", err) ? -1 : 0;
}

int
results_write(const struct results *results, const char *path, struct fx_error *err)
{
    struct comm *comm = results->cells->comm;
    struct h5_file *file = h5_create(path, comm, err);
    int result;

    if (comm_agree(comm, file ? 0 : -1, err)) {
        h5_discard(file);
        return -1;
    }
    result = h5_set_number(file, "/", "t_end", results->t_end, err) ||
             h5_set_number(file, "/", "dt", results->dt, err) ||
             h5_set_number(file, "/", "synaptic_events", (double)results->synaptic_events, err) ||
             write_spikes(results->cells, file, err) ? -1 : 0;
    for (size_t i = 0; result == 0 && i < results->recorder->list.count; i++)
        result = write_recording(results->recorder->list.at[i], comm, file, err);
    for (size_t i = 0; result == 0 && i < results->lfp->list.count; i++)
        result = write_electrode(results->lfp, i, file, err);
    if (comm_agree(comm, result, err)) {
        h5_discard(file);
        return -1;
    }
    return comm_agree(comm, h5_close(file, err), err);
}
