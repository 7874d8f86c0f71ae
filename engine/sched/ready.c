#include "sched/ready.h"

#include <assert.h>

void
ready_release(struct ready *ready)
{
    vec_release(&ready->heap);
}

bool
ready_before(const struct ready_entry *a, const struct ready_entry *b)
{
    if (a->rank > b->rank || a->rank < b->rank)
        return a->rank > b->rank;
    return a->job < b->job;
}

void
ready_push(struct ready *ready, job_id job, double rank)
{
    struct ready_entry entry = { rank, job };
    size_t at = ready->heap.count;

    vec_push(&ready->heap, entry);
    while (at > 0 && ready_before(&entry, &ready->heap.at[(at - 1) / 2])) {
        ready->heap.at[at] = ready->heap.at[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    ready->heap.at[at] = entry;
}

const struct ready_entry *
ready_top(const struct ready *ready)
{
    return ready->heap.count ? &ready->heap.at[0] : NULL;
}

job_id
ready_pop(struct ready *ready)
{
    struct ready_entry *heap = ready->heap.at, last;
    size_t count, at = 0, child;
    job_id first;

    assert(ready->heap.count > 0);
    first = heap[0].job;
    count = --ready->heap.count;
    last = heap[count];
    while ((child = 2 * at + 1) < count) {
        if (child + 1 < count && ready_before(&heap[child + 1], &heap[child]))
            child++;
        if (!ready_before(&heap[child], &last))
            break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return first;
}
