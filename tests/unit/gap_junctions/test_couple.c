/* Who is joined: against all pairs, whatever the side and the order; how often. */
#include "test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "common/rng.h"
#include "gap_junctions/couple.h"

enum { A = 300, B = 200 };

struct setup {
    float at[2][3][A];
    uint8_t open[A];
    double x[2], y[2];
    struct gap_rule rule;
    struct neighbours neighbours;
    struct couple couple;
    struct near_list list;
};

static void
make(struct setup *s, bool same, double near, double far)
{
    struct rng rng = rng_start(7, RNG_TEST, 1, 0);

    memset(s, 0, sizeof *s);
    for (int p = 0; p < 2; p++)
        for (int k = 0; k < 3; k++)
            for (int i = 0; i < A; i++)
                s->at[p][k][i] = (float)(200 * rng_uniform(&rng));
    memset(s->open, 1, sizeof s->open);
    s->x[1] = 100;
    s->y[0] = near;
    s->y[1] = far;
    s->rule = (struct gap_rule){ .weight = { 2, s->x, s->y }, .reach = 100,
                                 .conductance = { VARIED_NORMAL, 2, 0.3, 0, 10 } };
    neighbours_init(&s->neighbours, (const float *[]){ s->at[same ? 0 : 1][0], s->at[same ? 0 : 1][1],
                                                       s->at[same ? 0 : 1][2] }, same ? A : B, 100);
    s->couple = (struct couple){
        .rule = &s->rule, .seed = 3, .start_a = 1000, .start_b = same ? 1000 : 50,
        .at = { s->at[0][0], s->at[0][1], s->at[0][2] }, .open_a = s->open, .open_b = s->open,
        .same = same, .neighbours = &s->neighbours, .factor = 1,
    };
}

static void
drop(struct setup *s)
{
    neighbours_release(&s->neighbours);
    free(s->list.at);
}

/* The rule, written down once more: for each pair the first uniform number of its own stream. */
static bool
plainly_joined(const struct setup *s, uint32_t a, uint32_t b, double *probability)
{
    const float (*to)[A] = s->at[s->couple.same ? 0 : 1];
    uint32_t gid_a = 1000 + a, gid_b = (s->couple.same ? 1000 : 50) + b;
    struct rng rng = rng_start(3, RNG_GAP_JUNCTION, gid_a < gid_b ? gid_a : gid_b,
                               gid_a < gid_b ? gid_b : gid_a);
    double sum = 0;

    for (int k = 0; k < 3; k++)
        sum += ((double)s->at[0][k][a] - to[k][b]) * ((double)s->at[0][k][a] - to[k][b]);
    *probability = sqrt(sum) > 100 || (s->couple.same && a >= b)
                       ? 0 : s->y[0] + (s->y[1] - s->y[0]) * sqrt(sum) / 100;
    return rng_uniform(&rng) < *probability;
}

static void
check_pairs(bool same, double near, double far)
{
    static struct setup s;
    double expected = 0, joined = 0, variance = 0;

    make(&s, same, near, far);
    for (uint32_t a = 0; a < A; a++) {
        size_t next = 0;

        couple_candidates(&s.couple, a, &s.list);
        couple_choose(&s.couple, a, &s.list);
        for (uint32_t b = 0; b < (same ? A : B); b++) {
            double probability;

            if (plainly_joined(&s, a, b, &probability)) {
                CHECK(next < s.list.count);
                CHECK_INT(s.list.at[next++].cell, b);
            }
            expected += probability;
            variance += probability * (1 - probability);
        }
        CHECK_INT(next, s.list.count);
        joined += (double)next;
    }
    CHECK_NEAR(joined, expected, 3.29 * sqrt(variance) + 1e-6);
    drop(&s);
}

TEST(pairs_are_joined_with_their_probability)
{
    check_pairs(false, 0.6, 0.1);
    check_pairs(true, 0.6, 0.1);
    check_pairs(false, 0, 0);
    check_pairs(true, 1, 1);
}

TEST(cells_without_a_place_are_left_out)
{
    static struct setup s;

    make(&s, true, 1, 1);
    s.open[5] = s.open[9] = 0;
    couple_candidates(&s.couple, 5, &s.list);
    CHECK_INT(s.list.count, 0);
    couple_candidates(&s.couple, 4, &s.list);
    CHECK(s.list.count > 0);
    for (size_t i = 0; i < s.list.count; i++)
        CHECK(s.list.at[i].cell > 4 && s.list.at[i].cell != 5 && s.list.at[i].cell != 9);
    drop(&s);
}

/* From the other side a pair draws the same, with the sides exchanged. */
TEST(a_pair_draws_the_same_from_both_sides)
{
    static struct setup s;
    struct couple other;
    double sum[2] = { 0 }, conductance = 0;

    make(&s, false, 1, 1);
    other = s.couple;
    other.start_a = 50;
    other.start_b = 1000;
    for (uint32_t a = 0; a < A; a++) {
        struct couple_draws one = couple_draw(&s.couple, a, a / 2);
        struct couple_draws two = couple_draw(&other, a / 2, a);

        CHECK_NEAR(one.fraction_a, two.fraction_b, 0);
        CHECK_NEAR(one.fraction_b, two.fraction_a, 0);
        CHECK_NEAR(one.conductance, two.conductance, 0);
        sum[0] += one.fraction_a;
        sum[1] += one.fraction_b;
        conductance += one.conductance;
    }
    CHECK_NEAR(sum[0] / A, 0.5, 3.29 * sqrt(1 / 12.0 / A));
    CHECK_NEAR(sum[1] / A, 0.5, 3.29 * sqrt(1 / 12.0 / A));
    CHECK_NEAR(conductance / A, 2, 3.29 * 0.3 / sqrt(A));
    drop(&s);
}

TEST(the_conductance_falls_with_the_distance_from_both_somata)
{
    double x[] = { 0, 100 }, y[] = { 1, 0 };
    struct gap_rule rule = { .attenuation = { 2, x, y } }, plain = { 0 };

    CHECK_NEAR(couple_conductance(&rule, 3, 0, 0), 3, 0);
    CHECK_NEAR(couple_conductance(&rule, 3, 0, 100), 1.5, 1e-15);
    CHECK_NEAR(couple_conductance(&rule, 3, 50, 150), 0.75, 1e-15);
    CHECK_NEAR(couple_conductance(&plain, 3, 50, 150), 3, 0);
}

TEST(weights_are_summed)
{
    static struct setup s;
    double expected = 0;

    make(&s, false, 0.5, 0.1);
    couple_candidates(&s.couple, 2, &s.list);
    for (size_t i = 0; i < s.list.count; i++)
        expected += 0.5 - 0.4 * s.list.at[i].distance / 100;
    CHECK(s.list.count > 0);
    CHECK_NEAR(couple_weight(&s.couple, &s.list), expected, 1e-9);
    drop(&s);
}
