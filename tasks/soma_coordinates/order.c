#include "soma_coordinates/order.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

/* The f32 nearest to `x` that is still within the bounds (if any is). */
static float
round_within(double x, double low, double high)
{
    float y = (float)x;

    if ((double)y < low)
        y = nextafterf(y, INFINITY);
    if ((double)y > high)
        y = nextafterf(y, -INFINITY);
    return y;
}

static int
compare_places(const void *a, const void *b)
{
    const struct soma_place *left = a, *right = b;

    for (int k = 0; k < 3; k++)
        if (left->uvl[k] < right->uvl[k] || left->uvl[k] > right->uvl[k])
            return left->uvl[k] < right->uvl[k] ? -1 : 1;
    return 0;
}

struct soma_place *
soma_places(const struct soma_groups *groups, const struct spread_point *points,
            uint32_t population, size_t *count)
{
    struct soma_place *places;
    size_t n = 0;

    for (size_t g = 0; g < groups->count; g++)
        if (groups->population[g] == population)
            n += groups->at[g].count;
    places = mem_new(n + 1, sizeof *places);
    *count = n;
    n = 0;
    for (size_t g = 0; g < groups->count; g++) {
        const struct spread_group *group = &groups->at[g];
        for (size_t i = 0; groups->population[g] == population && i < group->count; i++, n++)
            for (int k = 0; k < 3; k++)
                places[n].uvl[k] = round_within(points[group->first + i].at[k], group->low[k],
                                                group->high[k]);
    }
    if (n)
        qsort(places, n, sizeof *places, compare_places);
    return places;
}
