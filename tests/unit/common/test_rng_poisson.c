/* Poisson counts against their probabilities, and bulk draws against single ones. */
#include <stdint.h>
#include <string.h>

#include "common/rng.h"
#include "test.h"

TEST(fill_gives_the_numbers_of_single_draws)
{
    struct rng one = rng_start(5, RNG_TEST, 3, 1), bulk = one;
    uint32_t values[64];
    size_t done = 0;

    /* Pieces of every length around a block of four, starting anywhere in a block. */
    for (size_t piece = 0; piece <= 9; piece++) {
        rng_fill(&bulk, values + done, piece);
        done += piece;
    }
    for (size_t i = 0; i < done; i++)
        CHECK(values[i] == rng_u32(&one));
    CHECK(rng_u32(&bulk) == rng_u32(&one));
}

TEST(poisson_of_nothing_is_nothing)
{
    struct rng rng = rng_start(1, RNG_TEST, 0, 0);

    CHECK_INT(rng_poisson(&rng, 0), 0);
}

/* Mean and variance of a million draws, within five standard errors. */
static void
check_moments(double mean)
{
    struct rng rng = rng_start(2, RNG_TEST, 0, (uint32_t)(mean * 100));
    double n = 1e6, sum = 0, squares = 0;

    for (int i = 0; i < 1000000; i++) {
        double d = (double)rng_poisson(&rng, mean) - mean;

        sum += d;
        squares += d * d;
    }
    CHECK_NEAR(sum / n, 0, 5 * sqrt(mean / n));
    /* The fourth central moment is mean (1 + 3 mean). */
    CHECK_NEAR(squares / n, mean, 5 * sqrt((mean + 2 * mean * mean) / n));
}

TEST(poisson_has_its_mean_and_variance_on_both_paths)
{
    const double means[] = { 0.05, 1, 9.99, 10, 11, 40, 1000, 1e6 };

    for (size_t i = 0; i < sizeof means / sizeof means[0]; i++)
        check_moments(means[i]);
}

TEST(poisson_has_its_probabilities_on_both_paths)
{
    const double means[] = { 4, 10.5, 60 };

    for (size_t m = 0; m < 3; m++) {
        static int seen[400];
        struct rng rng = rng_start(3, RNG_TEST, 0, (uint32_t)m);
        double n = 1e6, chi_squared = 0;
        int bins = 0;

        memset(seen, 0, sizeof seen);
        for (int i = 0; i < 1000000; i++)
            seen[rng_poisson(&rng, means[m])]++;
        for (int k = 0; k < 200; k++) {
            double expected = n * exp(-means[m] + k * log(means[m]) - lgamma(k + 1.0));

            if (expected < 20)
                continue;
            chi_squared += (seen[k] - expected) * (seen[k] - expected) / expected;
            bins++;
        }
        /* Five standard deviations of chi squared with `bins` degrees of freedom. */
        CHECK_NEAR(chi_squared, bins, 5 * sqrt(2.0 * bins));
    }
}
