#include "soma_coordinates/spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/rng.h"
#include "soma_coordinates/grid.h"

/*
 * Rounds within the group and together; how far points hear those of their group and those of all, and
 * how far they move, in spacings. Together all hear no farther than they should be apart, so that the
 * near ones alone decide; what the group says by then counts for little, and ever less. Those beyond a
 * wall are heard less far than those within: they would push away from it whoever is near it.
 */
enum { ROUNDS_ALONE = 20, ROUNDS_TOGETHER = 40 };
static const double hearing_alone = 1.6, hearing_together = 1.15, hearing_across = 0.85;

struct pace {
    double alone, together;     /* steps: of the pushes of the group, and of all */
};
static const struct pace alone_first = { 0.30, 0 }, alone_last = { 0.04, 0 },
                         together_first = { 0.35, 1.5 }, together_last = { 0.01, 0.4 };

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

/* A box repeats itself without end along the axes along which it is thick enough to move in. */
struct field {
    const struct comm *comm;
    struct spread_group *groups;
    size_t group_count, count;
    struct spread_point *points, *moved;
    double *alone, *together;   /* by group: the spacing of its own points, and of all that are there */
    struct grid *grids;         /* by group: its points */
};

/* Adds the push of something at `from` on what is at `at`: (1 - d/range)^2; `inverse` is 1/range. */
static void
push(const double at[3], const double from[3], double range, double inverse, double force[3])
{
    double d[3], distance2 = 0, distance, rest, weight;

    for (int k = 0; k < 3; k++) {
        d[k] = at[k] - from[k];
        distance2 += d[k] * d[k];
    }
    if (distance2 >= range * range || distance2 <= 0)
        return;
    distance = sqrt(distance2);
    rest = 1 - distance * inverse;
    weight = rest * rest / distance;
    for (int k = 0; k < 3; k++)
        force[k] += d[k] * weight;
}

/* The push of the points of group `other` on `point`, as seen from `at`; nothing pushes itself. */
static void
push_from(const struct field *f, size_t point, size_t other, const double at[3], double range,
          double force[3])
{
    struct grid_walk walk = grid_near(&f->grids[other], at, range);
    double inverse = 1 / range;
    uint32_t number;

    while (grid_next(&walk, &number)) {
        size_t j = f->groups[other].first + number;

        if (j != point)
            push(at, f->points[j].at, range, inverse, force);
    }
}

/* How often a box may be repeated along axis k below and above for its points to be heard. */
static void
repeats(const struct spread_group *g, double h, double range, const double at[3], int low[3],
        int high[3])
{
    for (int k = 0; k < 3; k++) {
        double extent = g->high[k] - g->low[k];

        low[k] = high[k] = 0;
        if (extent < h || !(extent > 0))
            continue;           /* too thin to move along */
        while (at[k] + (low[k] - 1) * extent > g->low[k] - range)
            low[k]--;
        while (at[k] + (high[k] + 1) * extent < g->high[k] + range)
            high[k]++;
    }
}

/* The push of group `other`, which has the same box as `g`, from all its repetitions. */
static void
push_from_all(const struct field *f, const struct spread_group *g, size_t point, size_t other,
              double h, double range, double force[3])
{
    const double *at = f->points[point].at;
    int low[3], high[3];

    repeats(g, h, range, at, low, high);
    for (int i = low[0]; i <= high[0]; i++)
        for (int j = low[1]; j <= high[1]; j++)
            for (int k = low[2]; k <= high[2]; k++) {
                double seen[3] = { at[0] + i * (g->high[0] - g->low[0]),
                                   at[1] + j * (g->high[1] - g->low[1]),
                                   at[2] + k * (g->high[2] - g->low[2]) };

                push_from(f, point, other, seen, range, force);
            }
}

static bool
same_box(const struct spread_group *a, const struct spread_group *b)
{
    return !memcmp(a->low, b->low, sizeof a->low) && !memcmp(a->high, b->high, sizeof a->high);
}

/* Adds to `move` where the force leads, along the axes along which the box is thicker than h. */
static void
add_move(const struct spread_group *g, const double force[3], double step, double h, double move[3])
{
    double length = sqrt(force[0] * force[0] + force[1] * force[1] + force[2] * force[2]);

    /* Close neighbours push hard: no move is longer than half a spacing. */
    if (length * step > 0.5)
        step = 0.5 / length;
    for (int k = 0; k < 3; k++)
        if (g->high[k] - g->low[k] >= h)
            move[k] += force[k] * step * h;
}

/* What leaves a box comes in again on its other side. */
static double
wrap(double at, double low, double high)
{
    double extent = high - low;

    if (at < low || at > high)
        at -= floor((at - low) / extent) * extent;
    return fmin(fmax(at, low), high);
}

static void
move_point(const struct field *f, size_t group, size_t point, struct pace pace)
{
    const struct spread_group *g = &f->groups[group];
    const double *at = f->points[point].at;
    double h = f->alone[group], force[3] = { 0 }, move[3] = { 0 };

    push_from_all(f, g, point, group, h, hearing_alone * h, force);
    add_move(g, force, pace.alone, h, move);
    if (pace.together > 0) {
        memset(force, 0, sizeof force);
        h = f->together[group];
        for (size_t other = 0; other < f->group_count; other++) {
            double range = fmin(h, f->together[other]);

            if (f->groups[other].count == 0)
                continue;
            if (same_box(g, &f->groups[other]))
                push_from_all(f, g, point, other, h, range * hearing_together, force);
            else
                push_from(f, point, other, at, range * hearing_across, force);
        }
        add_move(g, force, pace.together, h, move);
    }
    for (int k = 0; k < 3; k++)
        f->moved[point].at[k] = wrap(at[k] + move[k], g->low[k], g->high[k]);
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
one_round(struct field *f, struct pace pace, struct fx_error *err)
{
    uint64_t from, to;

    for (size_t g = 0; g < f->group_count; g++)
        grid_fill(&f->grids[g], f->points[f->groups[g].first].at, f->groups[g].count);
    comm_part(f->comm, f->count, &from, &to);
    for (size_t g = 0; g < f->group_count; g++) {
        size_t first = f->groups[g].first, end = first + f->groups[g].count;
        for (size_t i = first > from ? first : from; i < end && i < to; i++)
            if (f->groups[g].given)
                f->moved[i] = f->points[i];
            else
                move_point(f, g, i, pace);
    }
    return exchange(f, from, to, err);
}

static int
relax(struct field *f, int rounds, struct pace first, struct pace last, struct fx_error *err)
{
    int status = 0;

    for (int round = 0; !status && round < rounds; round++) {
        double t = (double)round / rounds;
        struct pace pace = { first.alone + t * (last.alone - first.alone),
                             first.together + t * (last.together - first.together) };

        status = one_round(f, pace, err);
    }
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
    f->alone = mem_new(f->group_count + 1, sizeof *f->alone);
    f->together = mem_new(f->group_count + 1, sizeof *f->together);
    for (size_t g = 0; g < f->group_count; g++) {
        const struct spread_group *group = &f->groups[g];
        double extent[3], count = (double)group->count;

        for (int k = 0; k < 3; k++)
            extent[k] = group->high[k] - group->low[k];
        f->alone[g] = spread_spacing(extent, count);
        for (size_t other = 0; other < f->group_count; other++)
            if (other != g)
                count += (double)f->groups[other].count * share_covered(&f->groups[other], group);
        f->together[g] = spread_spacing(extent, count);
    }
}

static void
make_grids(struct field *f)
{
    /* Cells narrower than points hear: fewer of the points in them are too far away. */
    f->grids = mem_new(f->group_count + 1, sizeof *f->grids);
    for (size_t g = 0; g < f->group_count; g++)
        grid_init(&f->grids[g], f->groups[g].low, f->groups[g].high,
                  0.7 * hearing_alone * f->alone[g], f->groups[g].count);
}

static void
place_at_random(struct field *f, uint64_t seed)
{
    for (size_t g = 0; g < f->group_count; g++) {
        const struct spread_group *group = &f->groups[g];
        struct rng rng = rng_start(seed, RNG_SOMA_PLACE, (uint32_t)group->stream,
                                   (uint32_t)(group->stream >> 32));
        for (size_t i = 0; i < group->count; i++)
            for (size_t k = 0; k < 3; k++)
                f->points[group->first + i].at[k] =
                    group->given ? group->given[3 * i + k]
                                 : group->low[k] +
                                       rng_uniform(&rng) * (group->high[k] - group->low[k]);
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
    set_spacings(&f);
    make_grids(&f);
    place_at_random(&f, seed);
    status = f.count ? relax(&f, ROUNDS_ALONE, alone_first, alone_last, err) : 0;
    if (!status && f.count)
        status = relax(&f, ROUNDS_TOGETHER, together_first, together_last, err);
    for (size_t g = 0; g < group_count; g++)
        grid_release(&f.grids[g]);
    free(f.grids);
    free(f.alone);
    free(f.together);
    free(f.moved);
    if (!status)
        return f.points;
    free(f.points);
    return NULL;
}
