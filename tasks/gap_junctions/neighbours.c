#include "gap_junctions/neighbours.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static size_t
bin_along(const struct neighbours *n, int axis, double x)
{
    double bin = floor((x - n->low[axis]) / n->width[axis]);

    return bin < 0 ? 0 : bin >= (double)n->bins[axis] ? n->bins[axis] - 1 : (size_t)bin;
}

static size_t
bin_of(const struct neighbours *n, size_t cell)
{
    size_t bin = 0;

    for (int axis = 0; axis < 3; axis++)
        bin = bin * n->bins[axis] + bin_along(n, axis, n->at[axis][cell]);
    return bin;
}

void
neighbours_init(struct neighbours *n, const float *const at[3], size_t count, double reach)
{
    double most = ceil(cbrt(2 * (double)count)) + 1;    /* along an axis: some two cells a bin */
    size_t bins = 1;

    *n = (struct neighbours){ .at = { at[0], at[1], at[2] }, .count = count, .reach = reach };
    for (int axis = 0; axis < 3; axis++) {
        double high = count ? at[axis][0] : 0, low = high, along;

        for (size_t i = 0; i < count; i++) {
            low = fmin(low, at[axis][i]);
            high = fmax(high, at[axis][i]);
        }
        /* Somewhat wider than the reach: rounding must not put a neighbour two bins away. */
        along = floor(fmin((high - low) / (reach * (1 + 1e-9)), most));
        n->bins[axis] = along < 1 ? 1 : (size_t)along;
        n->low[axis] = low;
        n->width[axis] = high > low ? (high - low) / (double)n->bins[axis] : 1;
        bins *= n->bins[axis];
    }
    n->start = mem_new(bins + 2, sizeof *n->start);
    n->cell = mem_new(count + 1, sizeof *n->cell);
    for (size_t i = 0; i < count; i++)
        n->start[bin_of(n, i) + 2]++;
    for (size_t b = 2; b < bins + 2; b++)
        n->start[b] += n->start[b - 1];
    for (size_t i = 0; i < count; i++)
        n->cell[n->start[bin_of(n, i) + 1]++] = (uint32_t)i;
}

void
neighbours_release(struct neighbours *n)
{
    free(n->start);
    free(n->cell);
    *n = (struct neighbours){ 0 };
}

static void
add(struct near_list *list, uint32_t cell, double distance)
{
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 64;
        list->at = mem_resize(list->at, list->room, sizeof *list->at);
    }
    list->at[list->count++] = (struct near){ cell, distance };
}

/* The cells of the bins first .. last, which follow each other. */
static void
search_row(const struct neighbours *n, size_t first, size_t last, const double place[3],
           uint32_t from, struct near_list *list)
{
    for (uint32_t k = n->start[first]; k < n->start[last + 1]; k++) {
        uint32_t cell = n->cell[k];
        double x = n->at[0][cell] - place[0], y = n->at[1][cell] - place[1];
        double z = n->at[2][cell] - place[2], distance = sqrt(x * x + y * y + z * z);

        if (cell >= from && distance <= n->reach)
            add(list, cell, distance);
    }
}

static int
compare_cells(const void *left, const void *right)
{
    const struct near *a = left, *b = right;

    return (a->cell > b->cell) - (a->cell < b->cell);
}

void
neighbours_find(const struct neighbours *n, const double place[3], uint32_t from,
                struct near_list *list)
{
    size_t low[3], high[3];

    list->count = 0;
    for (int axis = 0; axis < 3; axis++) {
        low[axis] = bin_along(n, axis, place[axis] - n->reach);
        high[axis] = bin_along(n, axis, place[axis] + n->reach);
    }
    for (size_t x = low[0]; n->count > 0 && x <= high[0]; x++)
        for (size_t y = low[1]; y <= high[1]; y++) {
            size_t row = (x * n->bins[1] + y) * n->bins[2];

            search_row(n, row + low[2], row + high[2], place, from, list);
        }
    if (list->count > 1)
        qsort(list->at, list->count, sizeof *list->at, compare_cells);
}
