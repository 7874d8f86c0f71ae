#include "soma_coordinates/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/rng.h"
#include "soma_coordinates/grid.h"

/* Rounds within the group and together; how far points hear, and how far they move, in spacings. */
enum { ROUNDS_ALONE = 20, ROUNDS_TOGETHER = 10 };
static const double hearing = 1.6, first_step = 0.30, last_step = 0.04;

double
spread_spacing(const double extent[3], double count)
{
    double a = extent[0], b = extent[1], c = extent[2], swap, h = 0;

    if (a < b) { swap = a; a = b; b = swap; }
    if (b < c) { swap = b; b = c; c = swap; }
    if (a < b) { swap = a; a = b; b = swap; }
    if (count <= 0)
        return 0;
    if (isnormal(a * b * c / count))    /* a cube root; the C library's is not the same everywhere */
        h = portable_exp(portable_log(a * b * c / count) / 3);
    if (h > c || c <= 0)
        h = sqrt(a * b / count);
    if (h > b || b <= 0)
        h = a / count;
    return h;
}

/* --- the relaxation ------------------------------------------------------------------------------ */

struct field {
    const struct comm *comm;
    struct spread_group *groups;
    size_t group_count, count;
    struct spread_point *points, *moved;
    double *spacing;            /* by group, in this phase */
    struct grid *grids;         /* by group: its points, in cells as wide as it hears */
    double low[3], high[3];     /* around all boxes: the walls that reflect when all move together */
    bool together;
};

static double
square(double x)
{
    return x * x;
}

/* Adds the push of something at `from` on something at `at`: (1 - d/range)^2 away from it. */
static void
push(const double at[3], const double from[3], double range, double force[3])
{
    double d[3], distance2 = 0, distance, weight;

    for (int k = 0; k < 3; k++) {
        d[k] = at[k] - from[k];
        distance2 += d[k] * d[k];
    }
    if (distance2 >= range * range || distance2 <= 0)
        return;
    distance = sqrt(distance2);
    weight = square(1 - distance / range) / distance;
    for (int k = 0; k < 3; k++)
        force[k] += d[k] * weight;
}

/* The walls near a point: along which axis, and where. */
struct walls {
    int count, axis[6];
    double at[6];
};

static struct walls
walls_near(const struct field *f, const struct spread_group *g, double h, double range,
           const double at[3])
{
    struct walls walls = { 0 };

    for (int k = 0; k < 3; k++) {
        if (g->high[k] - g->low[k] < h)
            continue;           /* too thin to move along */
        if (at[k] - g->low[k] < range && (!f->together || g->low[k] <= f->low[k])) {
            walls.axis[walls.count] = k;
            walls.at[walls.count++] = g->low[k];
        }
        if (g->high[k] - at[k] < range && (!f->together || g->high[k] >= f->high[k])) {
            walls.axis[walls.count] = k;
            walls.at[walls.count++] = g->high[k];
        }
    }
    return walls;
}

/* The push of all of group `other` on the point. */
static void
push_from_group(const struct field *f, size_t point, const struct walls *walls, size_t other,
                double range, double force[3])
{
    const double *at = f->points[point].at;
    struct grid_walk walk = grid_near(&f->grids[other], at, range);
    uint32_t number;

    while (grid_next(&walk, &number)) {
        size_t j = f->groups[other].first + number;
        const double *from = f->points[j].at;
        double image[3];
        if (j != point)
            push(at, from, range, force);
        for (int w = 0; w < walls->count; w++) {
            memcpy(image, from, sizeof image);
            image[walls->axis[w]] = 2 * walls->at[w] - from[walls->axis[w]];
            push(at, image, range, force);
        }
    }
}

static void
move_point(const struct field *f, size_t group, size_t point, double step)
{
    const struct spread_group *g = &f->groups[group];
    const double *at = f->points[point].at;
    double h = f->spacing[group], force[3] = { 0, 0, 0 }, length;
    struct walls walls = walls_near(f, g, h, hearing * h, at);

    for (size_t other = 0; other < f->group_count; other++)
        if (f->groups[other].count && (f->together || other == group))
            push_from_group(f, point, &walls, other, hearing * fmin(h, f->spacing[other]), force);
    length = sqrt(square(force[0]) + square(force[1]) + square(force[2]));
    /* Close neighbours push hard: no move is longer than half a spacing. */
    if (length * step > 0.5)
        step = 0.5 / length;
    for (int k = 0; k < 3; k++) {
        double to = at[k];
        if (g->high[k] - g->low[k] >= h)
            to += force[k] * step * h;
        f->moved[point].at[k] = fmin(fmax(to, g->low[k]), g->high[k]);
    }
}

/* Every rank learns where all points are now. */
static int
exchange(struct field *f, uint64_t from, uint64_t to, struct fx_error *err)
{
    struct spread_point *swap = f->points;
    void *all;

    if (f->comm->size > 1) {
        if (comm_gather(f->comm, -1, f->moved + from, (to - from) * sizeof *f->moved, &all, NULL,
                        err))
            return -1;
        memcpy(f->moved, all, f->count * sizeof *f->moved);
        free(all);
    }
    f->points = f->moved;
    f->moved = swap;
    return 0;
}

static int
one_round(struct field *f, double step, struct fx_error *err)
{
    uint64_t from, to;

    for (size_t g = 0; g < f->group_count; g++)
        grid_fill(&f->grids[g], f->points[f->groups[g].first].at, f->groups[g].count);
    comm_part(f->comm, f->count, &from, &to);
    for (size_t g = 0; g < f->group_count; g++) {
        size_t first = f->groups[g].first, end = first + f->groups[g].count;
        for (size_t i = first > from ? first : from; i < end && i < to; i++)
            move_point(f, g, i, step);
    }
    return exchange(f, from, to, err);
}

static int
relax(struct field *f, int rounds, struct fx_error *err)
{
    int status = 0;

    f->grids = mem_new(f->group_count, sizeof *f->grids);
    for (size_t g = 0; g < f->group_count; g++)
        grid_init(&f->grids[g], f->groups[g].low, f->groups[g].high, hearing * f->spacing[g],
                  f->groups[g].count);
    for (int round = 0; !status && round < rounds; round++) {
        double t = (double)round / rounds;
        status = one_round(f, first_step + t * (last_step - first_step), err);
    }
    for (size_t g = 0; g < f->group_count; g++)
        grid_release(&f->grids[g]);
    free(f->grids);
    return status;
}

/* --- spacings ------------------------------------------------------------------------------------ */

/* The share of box `a` that box `b` covers; along an extent of 0 the one place counts. */
static double
share_covered(const struct spread_group *a, const struct spread_group *b)
{
    double share = 1;

    for (int k = 0; k < 3; k++) {
        double low = fmax(a->low[k], b->low[k]), high = fmin(a->high[k], b->high[k]);
        double extent = a->high[k] - a->low[k];
        if (high < low)
            return 0;
        share *= extent > 0 ? (high - low) / extent : 1;
    }
    return share;
}

static void
set_spacings(struct field *f)
{
    for (size_t g = 0; g < f->group_count; g++) {
        const struct spread_group *group = &f->groups[g];
        double extent[3], count = (double)group->count;
        for (int k = 0; k < 3; k++)
            extent[k] = group->high[k] - group->low[k];
        for (size_t other = 0; f->together && other < f->group_count; other++)
            if (other != g)
                count += (double)f->groups[other].count * share_covered(&f->groups[other], group);
        f->spacing[g] = spread_spacing(extent, count);
    }
}

static void
place_at_random(struct field *f, uint64_t seed)
{
    for (size_t g = 0; g < f->group_count; g++) {
        const struct spread_group *group = &f->groups[g];
        struct rng rng = rng_start(seed, RNG_SOMA_PLACE, (uint32_t)group->stream,
                                   (uint32_t)(group->stream >> 32));
        for (size_t i = 0; i < group->count; i++)
            for (int k = 0; k < 3; k++)
                f->points[group->first + i].at[k] =
                    group->low[k] + rng_uniform(&rng) * (group->high[k] - group->low[k]);
    }
}

static void
set_bounds(struct field *f)
{
    bool first = true;

    for (size_t g = 0; g < f->group_count; g++) {
        if (f->groups[g].count == 0)
            continue;
        for (int k = 0; k < 3; k++) {
            f->low[k] = first ? f->groups[g].low[k] : fmin(f->low[k], f->groups[g].low[k]);
            f->high[k] = first ? f->groups[g].high[k] : fmax(f->high[k], f->groups[g].high[k]);
        }
        first = false;
    }
}

struct spread_point *
spread(const struct comm *comm, struct spread_group *groups, size_t group_count, uint64_t seed,
       struct fx_error *err)
{
    struct field f = { .comm = comm, .groups = groups, .group_count = group_count };
    int status;

    for (size_t g = 0; g < group_count; g++) {
        groups[g].first = f.count;
        f.count += groups[g].count;
    }
    f.points = mem_new(f.count + 1, sizeof *f.points);
    f.moved = mem_new(f.count + 1, sizeof *f.moved);
    f.spacing = mem_new(group_count + 1, sizeof *f.spacing);
    set_bounds(&f);
    place_at_random(&f, seed);
    set_spacings(&f);
    status = f.count ? relax(&f, ROUNDS_ALONE, err) : 0;
    f.together = true;
    set_spacings(&f);
    if (!status && f.count)
        status = relax(&f, ROUNDS_TOGETHER, err);
    free(f.spacing);
    free(f.moved);
    if (!status)
        return f.points;
    free(f.points);
    return NULL;
}
