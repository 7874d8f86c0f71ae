#include "connections/alias.h"

#include <assert.h>

void
alias_build(struct alias *table, double *weights, uint32_t count, uint32_t *work)
{
    uint32_t small = 0, large = count;      /* work[0..small), work[large..count) */
    double sum = 0, scale;

    for (uint32_t i = 0; i < count; i++)
        sum += weights[i];
    assert(sum > 0);
    scale = count / sum;
    for (uint32_t i = 0; i < count; i++) {
        weights[i] *= scale;
        if (weights[i] < 1)
            work[small++] = i;
        else
            work[--large] = i;
    }
    while (small > 0 && large < count) {
        uint32_t low = work[--small], high = work[large];

        /* Rounding may leave a weight a little below 0. */
        double share = weights[low] > 0 ? weights[low] : 0;

        table[low] = (struct alias){ (uint32_t)(share * 0x1p32), high };
        weights[high] -= 1 - share;
        if (weights[high] < 1) {
            large++;
            work[small++] = high;
        }
    }
    /* What is left differs from 1 by rounding alone. */
    while (large < count) {
        uint32_t i = work[large++];

        table[i] = (struct alias){ UINT32_MAX, i };
    }
    while (small > 0) {
        uint32_t i = work[--small];

        table[i] = (struct alias){ UINT32_MAX, i };
    }
}
