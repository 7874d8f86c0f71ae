#include "input_spike_trains/given.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
given_release(struct given *given)
{
    free(given->offset);
    free(given->times);
    *given = (struct given){ 0 };
}

/* The cell of each row is checked, and counted in offset[cell + 1]. */
static int
count_rows(const struct numbers *rows, const char *path, uint64_t first, struct given *given,
           struct fx_error *err)
{
    for (size_t i = 0; i < rows->rows; i++) {
        double number = rows->at[2 * i];
        double cell = number - (double)first;

        if (!(cell >= 0 && cell < (double)given->cells) || (double)(uint64_t)cell < cell)
            return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = path },
                           "row %zu is of cell %.17g; there are %llu to %llu", i + 1, number,
                           (unsigned long long)first,
                           (unsigned long long)(first + given->cells) - 1);
        given->offset[(uint64_t)cell + 1]++;
    }
    return 0;
}

int
given_order(const struct numbers *rows, const char *path, uint64_t first, uint64_t cells,
            struct given *out, struct fx_error *err)
{
    struct given given = { .cells = cells };
    uint64_t *next;

    if (rows->rows > 0 && rows->columns != 2)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = path },
                       "it has %zu columns; a cell and a time are needed", rows->columns);
    if (rows->rows > 0 && cells == 0)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = path },
                       "it has trains of a population without cells");
    given.offset = mem_new((size_t)cells + 1, sizeof *given.offset);
    if (count_rows(rows, path, first, &given, err)) {
        given_release(&given);
        return -1;
    }
    for (uint64_t cell = 0; cell < cells; cell++)
        given.offset[cell + 1] += given.offset[cell];
    given.times = mem_new(rows->rows + 1, sizeof *given.times);
    next = mem_new((size_t)cells + 1, sizeof *next);
    memcpy(next, given.offset, (size_t)cells * sizeof *next);
    for (size_t i = 0; i < rows->rows; i++)
        given.times[next[(uint64_t)(rows->at[2 * i] - (double)first)]++] = rows->at[2 * i + 1];
    free(next);
    *out = given;
    return 0;
}
