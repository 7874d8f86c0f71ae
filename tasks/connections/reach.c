#include "connections/reach.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "common/rng.h"

/* um; between these no square of a width or of its inverse leaves the range of numbers. */
#define LEAST_WIDTH 1e-6
#define MOST_WIDTH  1e9

int
axon_extent_init(struct axon_extent *extent, const double width[2], const double offset[2],
                 const char *where, struct fx_error *err)
{
    for (int i = 0; i < 2; i++) {
        double half = width[i] / 2;

        if (!(width[i] >= LEAST_WIDTH && width[i] <= MOST_WIDTH))
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "%s.width[%d] is %g, but it must be %g to %g um", where, i, width[i],
                           LEAST_WIDTH, MOST_WIDTH);
        if (!(offset[i] >= 0 && offset[i] < half))
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "%s.offset[%d] is %g, but it must be at least 0 and less than half the "
                           "width, %g", where, i, offset[i], half);
        extent->reach[i] = half;
        extent->offset[i] = offset[i];
        extent->sd[i] = (half - offset[i]) / 3;
    }
    return 0;
}

bool
axon_extent_equal(const struct axon_extent *a, const struct axon_extent *b)
{
    bool equal = true;

    for (int i = 0; i < 2; i++)
        equal = equal && a->reach[i] == b->reach[i] && a->offset[i] == b->offset[i];
    return equal;
}

struct soma {
    float u;
    uint32_t cell;
};

static int
compare_somata(const void *left, const void *right)
{
    const struct soma *a = left, *b = right;

    if (a->u != b->u)
        return a->u < b->u ? -1 : 1;
    return (a->cell > b->cell) - (a->cell < b->cell);
}

void
somata_init(struct somata *somata, const float *u, const float *v, size_t count)
{
    struct soma *order = mem_new(count, sizeof *order);

    somata->count = count;
    somata->u = mem_new(count, sizeof *somata->u);
    somata->v = mem_new(count, sizeof *somata->v);
    somata->cell = mem_new(count, sizeof *somata->cell);
    for (size_t i = 0; i < count; i++)
        order[i] = (struct soma){ u[i], (uint32_t)i };
    qsort(order, count, sizeof *order, compare_somata);
    for (size_t i = 0; i < count; i++) {
        somata->u[i] = order[i].u;
        somata->v[i] = v[order[i].cell];
        somata->cell[i] = order[i].cell;
    }
    free(order);
}

void
somata_release(struct somata *somata)
{
    free(somata->u);
    free(somata->v);
    free(somata->cell);
    *somata = (struct somata){ 0 };
}

/* The first soma with u > `bound`, or u >= `bound` when `equal`. */
static size_t
first_beyond(const struct somata *somata, double bound, bool equal)
{
    size_t low = 0, high = somata->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        double u = somata->u[middle];

        if (u > bound || (equal && u == bound))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* The somata that may be near enough along U: one more on each side than rounding could lose. */
static void
window(const struct somata *somata, const struct axon_extent *extent, double u, size_t *from,
       size_t *to)
{
    double slack = (fabs(u) + extent->reach[0]) * 0x1p-50;

    *from = first_beyond(somata, u - extent->reach[0] - slack, true);
    *to = first_beyond(somata, u + extent->reach[0] + slack, false);
}

bool
reach_any(const struct somata *somata, const struct axon_extent *extent, double u, double v,
          uint32_t except)
{
    size_t from, to;

    window(somata, extent, u, &from, &to);
    for (size_t i = from; i < to; i++)
        if (fabs(somata->v[i] - v) < extent->reach[1] &&
            fabs(somata->u[i] - u) < extent->reach[0] && somata->cell[i] != except)
            return true;
    return false;
}

static void
make_room(struct candidates *c, size_t room)
{
    if (c->room >= room)
        return;
    c->room = room + room / 4;
    c->cell = mem_resize(c->cell, c->room, sizeof *c->cell);
    c->distance = mem_resize(c->distance, c->room, sizeof *c->distance);
    c->weight = mem_resize(c->weight, c->room, sizeof *c->weight);
    c->table = mem_resize(c->table, c->room, sizeof *c->table);
    c->work = mem_resize(c->work, c->room, sizeof *c->work);
}

void
candidates_find(struct candidates *c, const struct somata *somata,
                const struct axon_extent *extent, double u, double v, uint32_t except)
{
    /* log weight = -(|dU| - offset)^2 / (2 sd^2) - the same for V */
    double scale_u = -0.5 / (extent->sd[0] * extent->sd[0]);
    double scale_v = -0.5 / (extent->sd[1] * extent->sd[1]);
    double largest = -INFINITY;
    uint32_t count = 0;
    size_t from, to;

    window(somata, extent, u, &from, &to);
    make_room(c, to - from);
    for (size_t i = from; i < to; i++) {
        double du = fabs(somata->u[i] - u), dv = fabs(somata->v[i] - v);
        double x = du - extent->offset[0], y = dv - extent->offset[1], exponent;

        if (!(dv < extent->reach[1] && du < extent->reach[0]) || somata->cell[i] == except)
            continue;
        exponent = x * x * scale_u + y * y * scale_v;
        largest = exponent > largest ? exponent : largest;
        c->cell[count] = somata->cell[i];
        c->distance[count] = (float)(du + dv);
        c->weight[count++] = exponent;
    }
    /* Relative to the largest, so that weights far below the smallest number still have ratios. */
    for (uint32_t i = 0; i < count; i++)
        c->weight[i] = portable_exp(c->weight[i] - largest);
    c->count = count;
}

void
candidates_tabulate(struct candidates *c)
{
    alias_build(c->table, c->weight, c->count, c->work);
}

void
candidates_release(struct candidates *c)
{
    free(c->cell);
    free(c->distance);
    free(c->weight);
    free(c->table);
    free(c->work);
    *c = (struct candidates){ 0 };
}
