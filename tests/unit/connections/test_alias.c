/* Alias tables against the weights that they are made of. */
#include <stdlib.h>

#include "base/mem.h"
#include "common/rng.h"
#include "connections/alias.h"
#include "test.h"

/* The probability of each choice is the sum of what the entries give it: exact up to 2^-32. */
static void
check_table(const double *weights, uint32_t count)
{
    struct alias *table = mem_new(count, sizeof *table);
    double *used = mem_new(count, sizeof *used), *got = mem_new(count, sizeof *got), sum = 0;
    uint32_t *work = mem_new(count, sizeof *work);

    for (uint32_t i = 0; i < count; i++)
        sum += used[i] = weights[i];
    alias_build(table, used, count, work);
    for (uint32_t i = 0; i < count; i++) {
        double part = table[i].threshold * 0x1p-32;

        CHECK(table[i].other < count);
        got[i] += part;
        got[table[i].other] += 1 - part;
    }
    for (uint32_t i = 0; i < count; i++) {
        CHECK_NEAR(got[i] / count, weights[i] / sum, 1e-9);
        CHECK(weights[i] > 0 || got[i] == 0);
    }
    free(table);
    free(used);
    free(got);
    free(work);
}

TEST(tables_have_the_weights_as_probabilities)
{
    struct rng rng = rng_start(1, RNG_TEST, 0, 0);
    double weights[1000];

    check_table((double[]){ 5 }, 1);
    check_table((double[]){ 1, 1, 1, 1 }, 4);
    check_table((double[]){ 0, 1 }, 2);
    check_table((double[]){ 1e-300, 1, 1e300, 0, 3 }, 5);
    check_table((double[]){ 0.1, 0.2, 0.3, 0.4 }, 4);
    for (uint32_t count = 1; count <= 1000; count += 37) {
        for (uint32_t i = 0; i < count; i++)
            weights[i] = rng_below(&rng, 4) ? rng_uniform(&rng) * rng_uniform(&rng) : 0;
        weights[count / 2] = 1;
        check_table(weights, count);
    }
}

TEST(choices_come_as_often_as_they_should)
{
    double weights[] = { 1, 2, 3, 0, 4 };
    uint32_t work[5], seen[5] = { 0 };
    struct alias table[5];
    struct rng rng = rng_start(2, RNG_TEST, 0, 0);
    double chi_squared = 0;
    const double share[] = { 0.1, 0.2, 0.3, 0, 0.4 };

    alias_build(table, weights, 5, work);
    for (int i = 0; i < 100000; i++) {
        uint32_t high = rng_u32(&rng), low = rng_u32(&rng);

        seen[alias_choose(table, 5, high, low)]++;
    }
    CHECK_INT(seen[3], 0);
    for (int i = 0; i < 5; i++)
        if (i != 3)
            chi_squared +=
                (seen[i] - 1e5 * share[i]) * (seen[i] - 1e5 * share[i]) / (1e5 * share[i]);
    CHECK_NEAR(chi_squared, 3, 5 * sqrt(6));
}

TEST(the_ends_of_the_range_of_words_are_within_the_table)
{
    double weights[] = { 1, 2, 3 };
    uint32_t work[3];
    struct alias table[3];

    alias_build(table, weights, 3, work);
    CHECK(alias_choose(table, 3, 0, 0) < 3);
    CHECK(alias_choose(table, 3, UINT32_MAX, UINT32_MAX) < 3);
    for (uint32_t i = 0; i < 3; i++)
        table[i] = (struct alias){ UINT32_MAX, i };
    CHECK_INT(alias_choose(table, 3, 0, 0), 0);
    CHECK_INT(alias_choose(table, 3, 0x80000000u, 0), 1);
    CHECK_INT(alias_choose(table, 3, UINT32_MAX, UINT32_MAX), 2);
}
