/*
 * How even somata lie, against what the field's reference implementation reaches by its description:
 * about 2n random nodes per population and layer that repel each other for 10 iterations, a random half of
 * them, and all populations together once more. One iteration: each node goes a tenth of the
 * distance to its nearest neighbour, along the sum of d/|d|^3 over its 27 nearest neighbours; walls reflect.
 */
#include "test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "common/rng.h"
#include "soma_coordinates/spread.h"

enum { NEIGHBOURS = 27, ITERATIONS = 10, GROUPS = 6, SEEDS = 5, MOST = 446 };

static struct comm alone = COMM_ALONE;

/* The small network that the reference is run with: counts and layers of a block of CA1. */
static const struct {
    const char *population;
    double low, high;
    size_t count;
} somata[GROUPS] = { { "STIM", 5, 50, 64 }, { "PYR", 5, 50, 223 }, { "PVBC", 0, 5, 35 },
                     { "PVBC", 5, 50, 50 }, { "PVBC", 50, 100, 8 }, { "OLM", 0, 5, 21 } };

struct place {
    double at[3];
    int group;
};

static void
box_of(int group, double low[3], double high[3])
{
    for (int k = 0; k < 3; k++) {
        low[k] = k == 2 ? somata[group].low : 0;
        high[k] = k == 2 ? somata[group].high : 200;
    }
}

struct near {
    double distance2;
    size_t point;
};

static int
compare_near(const void *a, const void *b)
{
    const struct near *left = a, *right = b;

    return left->distance2 < right->distance2 ? -1 : left->distance2 > right->distance2;
}

static double
distance2(const struct place *a, const struct place *b)
{
    double sum = 0;

    for (int k = 0; k < 3; k++)
        sum += (a->at[k] - b->at[k]) * (a->at[k] - b->at[k]);
    return sum;
}

static void
disperse_once(struct place *places, size_t count, struct place *moved)
{
    static struct near near[MOST];

    for (size_t i = 0; i < count; i++) {
        double force[3] = { 0 }, length = 0, low[3], high[3], step;
        size_t n = 0;

        for (size_t j = 0; j < count; j++)
            if (j != i)
                near[n++] = (struct near){ distance2(&places[i], &places[j]), j };
        qsort(near, n, sizeof *near, compare_near);
        for (size_t j = 0; j < n && j < NEIGHBOURS; j++)
            for (int k = 0; k < 3; k++)
                force[k] += (places[i].at[k] - places[near[j].point].at[k]) /
                            pow(near[j].distance2, 1.5);
        for (int k = 0; k < 3; k++)
            length += force[k] * force[k];
        step = 0.1 * sqrt(near[0].distance2) / sqrt(length);
        box_of(places[i].group, low, high);
        moved[i].group = places[i].group;
        for (int k = 0; k < 3; k++) {
            double at = places[i].at[k] + step * force[k];

            at = at < low[k] ? 2 * low[k] - at : at > high[k] ? 2 * high[k] - at : at;
            moved[i].at[k] = at;
        }
    }
    memcpy(places, moved, count * sizeof *places);
}

static void
reference(uint64_t seed, struct place *all)
{
    static struct place some[MOST], moved[MOST];
    size_t total = 0;

    for (int g = 0; g < GROUPS; g++) {
        struct rng rng = rng_start(seed, RNG_TEST, (uint32_t)g, 0);
        size_t n = 2 * somata[g].count;
        double low[3], high[3];

        box_of(g, low, high);
        for (size_t i = 0; i < n; i++) {
            some[i].group = g;
            for (int k = 0; k < 3; k++)
                some[i].at[k] = low[k] + rng_uniform(&rng) * (high[k] - low[k]);
        }
        for (int i = 0; i < ITERATIONS; i++)
            disperse_once(some, n, moved);
        for (size_t i = 0; i < somata[g].count; i++) {      /* a random half */
            size_t other = i + rng_below(&rng, (uint32_t)(n - i));
            struct place swap = some[i];

            some[i] = some[other];
            some[other] = swap;
            all[total++] = some[i];
        }
    }
    for (int i = 0; i < ITERATIONS; i++)
        disperse_once(all, total, moved);
}

static size_t
ours(uint64_t seed, struct place *all)
{
    struct spread_group groups[GROUPS];
    struct fx_error err = FX_ERROR_NONE;
    struct spread_point *points;
    size_t total = 0;

    for (int g = 0; g < GROUPS; g++) {
        groups[g] = (struct spread_group){ .count = somata[g].count, .stream = (uint64_t)g };
        box_of(g, groups[g].low, groups[g].high);
    }
    points = spread(&alone, groups, GROUPS, seed, &err);
    CHECK(points);
    for (int g = 0; g < GROUPS; g++)
        for (size_t i = 0; i < groups[g].count; i++) {
            all[total] = (struct place){ .group = g };
            memcpy(all[total].at, points[total].at, sizeof all[total].at);
            for (int k = 0; k < 3; k++)
                CHECK(all[total].at[k] >= groups[g].low[k] && all[total].at[k] <= groups[g].high[k]);
            total++;
        }
    free(points);
    return total;
}

static int
compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return left < right ? -1 : left > right;
}

/* Of the distances to the nearest among those of `population` (NULL: of all). */
static void
nearest(const struct place *all, size_t count, const char *population, double *least, double *tenth,
        double *median)
{
    static double d[MOST];
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        if (population && strcmp(somata[all[i].group].population, population))
            continue;
        d[n] = INFINITY;
        for (size_t j = 0; j < count; j++)
            if (j != i && (!population || !strcmp(somata[all[j].group].population, population)))
                d[n] = fmin(d[n], sqrt(distance2(&all[i], &all[j])));
        n++;
    }
    qsort(d, n, sizeof *d, compare);
    *least = d[0];
    *tenth = d[n / 10];
    *median = d[n / 2];
}

TEST(somata_lie_at_least_as_far_apart_as_those_of_the_reference)
{
    static const char *const populations[] = { NULL, "STIM", "PYR", "PVBC", "OLM" };
    static struct place all[2][SEEDS][MOST];

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        reference(seed + 1, all[0][seed]);
        CHECK_INT(ours(seed + 1, all[1][seed]), 401);
    }
    for (size_t p = 0; p < sizeof populations / sizeof *populations; p++) {
        double sum[2][3] = { { 0 } }, one[3];

        for (int who = 0; who < 2; who++)
            for (int seed = 0; seed < SEEDS; seed++) {
                nearest(all[who][seed], 401, populations[p], &one[0], &one[1], &one[2]);
                for (int k = 0; k < 3; k++)
                    sum[who][k] += one[k] / SEEDS;
                if (who && !populations[p])
                    CHECK(one[0] > 8);      /* in every network, no two nearer than half a spacing */
            }
        printf("%-4s nearest, least/tenth/median: reference %.1f %.1f %.1f, here %.1f %.1f %.1f um\n",
               populations[p] ? populations[p] : "all", sum[0][0], sum[0][1], sum[0][2], sum[1][0],
               sum[1][1], sum[1][2]);
        CHECK(sum[1][0] > sum[0][0] && sum[1][2] > 1.03 * sum[0][2]);
    }
}

/* As many as are asked for in each layer, and within a layer alike in its two halves. */
TEST(each_layer_has_its_density_throughout)
{
    static struct place all[MOST];
    size_t halves[GROUPS][3][2] = { { { 0 } } };

    for (uint64_t seed = 1; seed <= 20; seed++) {
        size_t n = ours(seed, all);

        for (size_t i = 0; i < n; i++) {
            double low[3], high[3];

            box_of(all[i].group, low, high);
            for (int k = 0; k < 3; k++)
                halves[all[i].group][k][all[i].at[k] > (low[k] + high[k]) / 2]++;
        }
    }
    for (int g = 0; g < GROUPS; g++)
        for (int k = 0; k < 3; k++) {
            double half = 20 * (double)somata[g].count / 2;

            CHECK_INT(halves[g][k][0] + halves[g][k][1], 2 * (size_t)half);
            CHECK_NEAR((double)halves[g][k][0], half, 2.5 * sqrt(half / 2));    /* of random ones: 1 sd */
        }
}
