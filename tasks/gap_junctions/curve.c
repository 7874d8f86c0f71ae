#include "gap_junctions/rules.h"

double
curve_at(const struct curve *c, double x)
{
    size_t low = 0, high = c->count;    /* x[low - 1] <= x < x[high] */

    if (c->count == 0)
        return 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (c->x[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return c->y[0];
    if (low == c->count)
        return c->y[c->count - 1];
    return c->y[low - 1] + (c->y[low] - c->y[low - 1]) *
                               ((x - c->x[low - 1]) / (c->x[low] - c->x[low - 1]));
}
