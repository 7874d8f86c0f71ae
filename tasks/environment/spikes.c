#include "environment/spikes.h"

#include <stdlib.h>
#include <string.h>

#include <neuronapi.h>

struct delivering {
    const struct connections *connections;
    double until;
    const double *times;        /* of all spikes: cell by cell, ascending */
    const uint64_t *first;      /* the first of each gid; one more than there are cells */
    uint64_t events;
};

static int
compare_spikes(const void *a, const void *b)
{
    const struct spike *x = a, *y = b;

    if (x->t < y->t || x->t > y->t)
        return x->t < y->t ? -1 : 1;
    return (x->gid > y->gid) - (x->gid < y->gid);
}

int
spikes_join(const struct cells *cells, int root, struct spike **all, uint64_t *count,
            struct fx_error *err)
{
    const size_t own = (size_t)nrn_vector_capacity(cells->spike_times);
    const double *t = nrn_vector_data(cells->spike_times), *gid = nrn_vector_data(cells->spike_gids);
    struct spike *mine = mem_new(own + 1, sizeof *mine);
    int result;

    for (size_t i = 0; i < own; i++)
        mine[i] = (struct spike){ t[i], (uint32_t)gid[i], 0 };
    result = comm_gather(cells->comm, root, mine, own * sizeof *mine, (void **)all, NULL, err);
    free(mine);
    *count = own;
    comm_sum_u64(cells->comm, count, 1);
    if (result == 0 && *all && *count)
        qsort(*all, *count, sizeof **all, compare_spikes);
    return result;
}

/* How many of the ascending times are at most `limit`. */
static uint64_t
count_until(const double *times, uint64_t count, double limit)
{
    uint64_t low = 0, high = count;

    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;

        if (times[middle] <= limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int
count_events(void *argument, struct fx_error *err)
{
    struct delivering *d = argument;
    const struct connections *c = d->connections;

    (void)err;
    for (size_t i = 0; i < c->netcons.count; i++) {
        const uint32_t gid = c->sources.at[i];
        const uint64_t count = d->first[gid + 1] - d->first[gid];

        if (count)
            d->events += count_until(d->times + d->first[gid], count,
                                     d->until - nrn_property_get(c->netcons.at[i], "delay"));
    }
    return 0;
}

int
spikes_delivered(const struct cells *cells, const struct connections *connections, double until,
                 uint64_t *events, struct fx_error *err)
{
    struct delivering d = { .connections = connections, .until = until };
    struct spike *all = NULL;
    uint64_t count, *first, *next;
    double *times;
    int result;

    if (comm_agree(cells->comm, spikes_join(cells, -1, &all, &count, err), err)) {
        free(all);
        return -1;
    }
    first = mem_new(cells->total + 2, sizeof *first);
    next = mem_new(cells->total + 2, sizeof *next);
    times = mem_new(count + 1, sizeof *times);
    for (uint64_t i = 0; i < count; i++)
        first[all[i].gid + 1]++;
    for (uint64_t g = 0; g < cells->total; g++)
        first[g + 1] += first[g];
    memcpy(next, first, (cells->total + 1) * sizeof *next);
    for (uint64_t i = 0; i < count; i++)
        times[next[all[i].gid]++] = all[i].t;
    d.times = times;
    d.first = first;
    result = neuron_try(count_events, &d, err);
    *events = d.events;
    free(times);
    free(next);
    free(first);
    free(all);
    if (comm_agree(cells->comm, result, err))
        return -1;
    comm_sum_u64(cells->comm, events, 1);
    return 0;
}
