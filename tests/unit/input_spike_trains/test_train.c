/*
 * Trains: their statistics, with fixed seeds. Thresholds are those of 1 in 1000 tests, for the normal,
 * chi-square and Kolmogorov-Smirnov distributions.
 */
#include "test.h"

#include <stdlib.h>

#include "input_spike_trains/given.h"
#include "input_spike_trains/train.h"

static const double TIMES[] = { 0, 300, 700 }, STEPS[] = { 20, 80, 40 };
static const struct rate CONSTANT = { .type = RATE_CONSTANT, .count = 1, .rates = STEPS };
static const struct rate STEPPED = { .type = RATE_STEPPED, .count = 3, .times = TIMES, .rates = STEPS };
static const struct rate LINEAR = { .type = RATE_LINEAR, .count = 3, .times = TIMES, .rates = STEPS };
static const struct rate SINUSOIDAL = { .type = RATE_SINUSOIDAL, .mean = 40, .depth = 0.9,
                                        .frequency = 5, .phase = 45 };

static struct train_how
how_to(uint64_t seed, double stop)
{
    return (struct train_how){ .seed = seed, .start = 0, .stop = stop };
}

TEST(counts_have_the_mean_and_the_variance_of_a_poisson_process)
{
    static const struct rate *const each[] = { &CONSTANT, &STEPPED, &LINEAR, &SINUSOIDAL };
    const int cells = 4000;

    for (size_t k = 0; k < 4; k++) {
        struct train_how how = how_to(5, 1000);
        double expected = rate_expected(each[k], 0, 1000), sum = 0, square = 0;

        for (int i = 0; i < cells; i++) {
            double n = (double)train_draw(&how, each[k], (uint32_t)i, NULL);

            sum += n;
            square += (n - expected) * (n - expected);
        }
        CHECK_NEAR(sum / cells, expected, 3.29 * sqrt(expected / cells));
        /* The variance of (n - m)^2 of a Poisson number is 2 m^2 + m. */
        CHECK_NEAR(square / cells, expected,
                   3.29 * sqrt((2 * expected * expected + expected) / cells));
    }
}

static int
compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The largest distance from 1 - exp(-x / mean) of n values, times sqrt n. */
static double
kolmogorov(double *values, size_t n, double mean)
{
    double most = 0;

    qsort(values, n, sizeof *values, compare);
    for (size_t i = 0; i < n; i++) {
        double p = 1 - exp(-values[i] / mean);

        most = fmax(most, fmax(fabs(p - (double)i / (double)n), fabs(p - (double)(i + 1) / (double)n)));
    }
    return most * sqrt((double)n);
}

TEST(intervals_are_exponential)
{
    struct train_how how = how_to(6, 2e6);
    train times = { 0 };
    size_t n = train_draw(&how, &CONSTANT, 3, &times);
    double *intervals = calloc(n, sizeof *intervals);

    CHECK(n > 39000 && n == times.count);
    /* Within the first 100 s of the train f32 resolves 0.01 ms. */
    n = 2000;
    for (size_t i = 1; i <= n; i++)
        intervals[i - 1] = (double)times.at[i] - times.at[i - 1];
    CHECK(kolmogorov(intervals, n, 50) < 1.95);
    free(intervals);
    vec_release(&times);
}

/* Chi-square of the spikes of many cells in 20 bins; the 0.999 quantile for 20 is 45.3. */
static double
profile(const struct rate *rate, uint64_t seed)
{
    enum { CELLS = 3000, BINS = 20 };
    struct train_how how = how_to(seed, 1000);
    double count[BINS] = { 0 }, chi = 0;
    train times = { 0 };

    for (uint32_t gid = 0; gid < CELLS; gid++)
        train_draw(&how, rate, gid, &times);
    for (size_t i = 0; i < times.count; i++)
        count[(int)(times.at[i] / 50)]++;
    for (int b = 0; b < BINS; b++) {
        double expected = CELLS * rate_expected(rate, b * 50, (b + 1) * 50);

        chi += (count[b] - expected) * (count[b] - expected) / expected;
    }
    vec_release(&times);
    return chi;
}

TEST(spikes_follow_the_rate)
{
    CHECK(profile(&CONSTANT, 1) < 45.3);
    CHECK(profile(&STEPPED, 1) < 45.3);
    CHECK(profile(&LINEAR, 1) < 45.3);
    CHECK(profile(&SINUSOIDAL, 1) < 45.3);
    CHECK(profile(&SINUSOIDAL, 2) < 45.3);
}

/* The correlation of two series of counts, in units of its standard error. */
static double
correlation(uint64_t seed, uint32_t gid, uint64_t other_seed, uint32_t other_gid)
{
    enum { BINS = 20000 };
    static double count[2][BINS];
    double mean = 10, sum = 0;

    memset(count, 0, sizeof count);
    for (int k = 0; k < 2; k++) {
        struct train_how how = how_to(k ? other_seed : seed, BINS * 500.0);
        train times = { 0 };

        train_draw(&how, &CONSTANT, k ? other_gid : gid, &times);
        for (size_t i = 0; i < times.count; i++)
            count[k][(int)((double)times.at[i] / 500)]++;
        vec_release(&times);
    }
    for (int i = 0; i < BINS; i++)
        sum += (count[0][i] - mean) * (count[1][i] - mean);
    return sum / mean / sqrt(BINS);
}

TEST(neighbouring_seeds_and_cells_are_independent)
{
    for (uint32_t i = 0; i < 4; i++) {
        CHECK(fabs(correlation(i, 7, i + 1, 7)) < 3.29);
        CHECK(fabs(correlation(i, 7, i, 8)) < 3.29);
        CHECK(fabs(correlation(i, i + 1, i + 1, i)) < 3.29);
    }
    CHECK(correlation(1, 1, 1, 1) > 100);
}

/* After a dead time d the intervals are d plus an exponential; the rate is r / (1 + r d). */
TEST(dead_time_is_exact)
{
    enum { N = 2000 };
    struct train_how how = how_to(9, 1e9);
    double intervals[N];
    train times = { 0 };

    how.dead_time = 5;
    how.stop = 130e3;
    train_draw(&how, &CONSTANT, 0, &times);
    CHECK(times.count > N + 100);
    for (size_t i = 0; i < N; i++) {
        intervals[i] = (double)times.at[i + 1] - times.at[i] - 5;
        CHECK(intervals[i] > -0.01);
    }
    CHECK(kolmogorov(intervals, N, 50) < 1.95);
    CHECK_NEAR((double)times.count, 130e3 / 55, 3.29 * sqrt(130e3 / 55) * 50 / 55);
    vec_release(&times);
}

/* A longer train begins with the shorter one; times ascend and are before the end. */
TEST(trains_begin_alike_and_end_in_time)
{
    struct train_how how = how_to(4, 400), longer = how_to(4, 4000);
    static const struct rate *const each[] = { &CONSTANT, &STEPPED, &LINEAR, &SINUSOIDAL };

    for (size_t k = 0; k < 4; k++) {
        train one = { 0 }, two = { 0 };

        train_draw(&how, each[k], 2, &one);
        train_draw(&longer, each[k], 2, &two);
        CHECK(one.count > 0 && one.count < two.count);
        CHECK_INT(train_draw(&how, each[k], 2, NULL), one.count);
        for (size_t i = 0; i < two.count; i++) {
            CHECK(i >= one.count || !(one.at[i] < two.at[i] || one.at[i] > two.at[i]));
            CHECK(i == 0 || two.at[i] >= two.at[i - 1]);
            CHECK(two.at[i] >= 0 && two.at[i] < 4000);
        }
        vec_release(&one);
        vec_release(&two);
    }
}

TEST(no_time_no_spikes)
{
    struct train_how how = how_to(4, 0);
    struct fx_error err = FX_ERROR_NONE;
    const double most[] = { RATE_MOST_HZ };
    const struct rate fast = { .type = RATE_CONSTANT, .count = 1, .rates = most };

    CHECK_INT(train_draw(&how, &CONSTANT, 2, NULL), 0);
    CHECK_OK(train_check(&how, &fast, &err), err);
    how.stop = 1e9;
    CHECK(train_check(&how, &fast, &err) == -1);
    CHECK_STR(err.text, "some 1e+11 spikes of one cell are expected, at most 1.07e+09 can be");
}

TEST(given_times_are_sorted_shifted_and_cut)
{
    struct train_how how = { .start = 100, .stop = 3000 };
    double given[] = { 2, 0.1, 0.05, 2.9, 0.1 };
    train times = { 0 };

    CHECK_INT(train_take(&how, given, 5, 1000, 40, &times), 4);
    CHECK_NEAR(times.at[0], 140, 0);
    CHECK_NEAR(times.at[1], 140, 0);
    CHECK_NEAR(times.at[2], 2040, 0);
    CHECK_NEAR(times.at[3], 2940, 0);
    how.stop = 2040;
    CHECK_INT(train_take(&how, given, 5, 1000, 40, NULL), 2);
    /* A time that f32 would round up to the end stays below it. */
    times.count = 0;
    given[0] = 2039.99999999;
    CHECK_INT(train_take(&how, given, 1, 1, 0, &times), 1);
    CHECK(times.at[0] < 2040);
    CHECK_INT(train_take(&how, NULL, 0, 1, 0, &times), 0);
    vec_release(&times);
}

static void
refuse_rows(double cell, size_t columns, uint64_t cells, const char *said)
{
    double at[] = { cell, 1, cell, 1, cell, 1 };
    struct numbers rows = { .rows = 2, .columns = columns, .at = at };
    struct fx_error err = FX_ERROR_NONE;
    struct given given;

    CHECK(given_order(&rows, "x.csv", 10, cells, &given, &err) == -1);
    CHECK_STR(err.text, said);
    CHECK_STR(err.file, "x.csv");
}

TEST(rows_go_to_their_cells)
{
    double at[] = { 12, 5, 10, 1, 12, 3, 12, 4 };
    struct numbers rows = { .rows = 4, .columns = 2, .at = at }, none = { 0 };
    const uint64_t offset[] = { 0, 1, 1, 4 };
    const double times[] = { 1, 5, 3, 4 };
    struct fx_error err = FX_ERROR_NONE;
    struct given given;

    CHECK_OK(given_order(&rows, "x.csv", 10, 3, &given, &err), err);
    for (int i = 0; i < 4; i++) {
        CHECK_INT(given.offset[i], offset[i]);
        CHECK_NEAR(given.times[i], times[i], 0);
    }
    given_release(&given);
    CHECK_OK(given_order(&none, "x.csv", 10, 0, &given, &err), err);
    given_release(&given);
    refuse_rows(13, 2, 3, "row 1 is of cell 13; there are 10 to 12");
    refuse_rows(9, 2, 3, "row 1 is of cell 9; there are 10 to 12");
    refuse_rows(10.5, 2, 3, "row 1 is of cell 10.5; there are 10 to 12");
    refuse_rows(-1e300, 2, 3, "row 1 is of cell -1.0000000000000001e+300; there are 10 to 12");
    refuse_rows(10, 3, 3, "it has 3 columns; a cell and a time are needed");
    refuse_rows(10, 2, 0, "it has trains of a population without cells");
}
