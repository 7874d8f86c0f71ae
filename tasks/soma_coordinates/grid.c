#include "soma_coordinates/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
grid_init(struct grid *grid, const double low[3], const double high[3], double width, size_t count)
{
    size_t cells = 1;

    *grid = (struct grid){ .count = count };
    for (int k = 0; k < 3; k++) {
        double extent = high[k] - low[k], n = width > 0 ? floor(extent / width) : 1;
        grid->cells[k] = (uint32_t)fmin(fmax(n, 1), (double)count + 4);     /* a line, at worst */
        while (cells * grid->cells[k] > 8 * count + 64)
            grid->cells[k] = (grid->cells[k] + 1) / 2;
        cells *= grid->cells[k];
        grid->low[k] = low[k];
        grid->width[k] = extent / grid->cells[k];
    }
    grid->start = mem_new(cells + 2, sizeof *grid->start);
    grid->number = mem_new(count + 1, sizeof *grid->number);
    grid->cell = mem_new(count + 1, sizeof *grid->cell);
}

void
grid_release(struct grid *grid)
{
    free(grid->start);
    free(grid->number);
    free(grid->cell);
}

static uint32_t
cell_along(const struct grid *grid, int k, double at)
{
    double n;

    if (!(grid->width[k] > 0))
        return 0;
    n = floor((at - grid->low[k]) / grid->width[k]);
    return n < 0 ? 0 : n >= grid->cells[k] ? grid->cells[k] - 1 : (uint32_t)n;
}

static size_t
cell_number(const struct grid *grid, const uint32_t cell[3])
{
    return ((size_t)cell[0] * grid->cells[1] + cell[1]) * grid->cells[2] + cell[2];
}

void
grid_fill(struct grid *grid, const double *points, size_t count)
{
    size_t cells = (size_t)grid->cells[0] * grid->cells[1] * grid->cells[2];

    memset(grid->start, 0, (cells + 2) * sizeof *grid->start);
    for (size_t i = 0; i < count; i++) {
        uint32_t cell[3];
        for (int k = 0; k < 3; k++)
            cell[k] = cell_along(grid, k, points[3 * i + (size_t)k]);
        grid->cell[i] = (uint32_t)cell_number(grid, cell);
        grid->start[grid->cell[i] + 2]++;
    }
    /* start[c + 1] is where cell c begins while it is filled, and where it ends afterwards. */
    for (size_t c = 2; c < cells + 2; c++)
        grid->start[c] += grid->start[c - 1];
    for (size_t i = 0; i < count; i++)
        grid->number[grid->start[grid->cell[i] + 1]++] = (uint32_t)i;
}

/* A row of cells along the last axis: their points lie one after the other. */
static void
enter_row(struct grid_walk *walk)
{
    const struct grid *grid = walk->grid;
    size_t row = ((size_t)walk->here[0] * grid->cells[1] + walk->here[1]) * grid->cells[2];

    walk->next = grid->start[row + walk->from[2]];
    walk->end = grid->start[row + walk->to[2] + 1];
}

struct grid_walk
grid_near(const struct grid *grid, const double at[3], double range)
{
    struct grid_walk walk = { .grid = grid };

    for (int k = 0; k < 3; k++) {
        double high = grid->low[k] + grid->width[k] * grid->cells[k];
        if (at[k] + range < grid->low[k] || at[k] - range > high)
            walk.over = true;
        walk.from[k] = cell_along(grid, k, at[k] - range);
        walk.to[k] = cell_along(grid, k, at[k] + range);
    }
    walk.here[0] = walk.from[0];
    walk.here[1] = walk.from[1];
    if (!walk.over)
        enter_row(&walk);
    return walk;
}

bool
grid_next(struct grid_walk *walk, uint32_t *number)
{
    while (!walk->over) {
        if (walk->next < walk->end) {
            *number = walk->grid->number[walk->next++];
            return true;
        }
        if (walk->here[1] < walk->to[1]) {
            walk->here[1]++;
        } else if (walk->here[0] < walk->to[0]) {
            walk->here[0]++;
            walk->here[1] = walk->from[1];
        } else {
            walk->over = true;
            break;
        }
        enter_row(walk);
    }
    return false;
}
