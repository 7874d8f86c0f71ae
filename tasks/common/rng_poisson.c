#include <assert.h>
#include <math.h>

#include "common/rng.h"

/* log k!, for k = 0 .. 15. */
static const double LOG_FACTORIAL[] = {
    0.0, 0.0, 0.69314718055994531, 1.7917594692280550, 3.1780538303479456, 4.7874917427820460,
    6.5792512120101010, 8.5251613610654143, 10.604602902745250, 12.801827480081469,
    15.104412573075516, 17.502307845873887, 19.987214495661886, 22.552163853123423,
    25.191221182738680, 27.899271383840890,
};

/* log k!: Stirling's series, good to 1e-13 from 16 on. */
static double
log_factorial(double k)
{
    double x = k + 1, inverse = 1 / x, square = inverse * inverse;

    if (k < 16)
        return LOG_FACTORIAL[(int)k];
    return (x - 0.5) * portable_log(x) - x + 0.91893853320467274    /* log sqrt(2 pi) */
           + inverse * (1 / 12.0 - square * (1 / 360.0 - square * (1 / 1260.0 - square / 1680.0)));
}

/* Walks up the distribution; the sum of what is left beyond the last step is below 2^-53. */
static uint64_t
by_inversion(struct rng *rng, double mean)
{
    double left = rng_uniform(rng), p = portable_exp(-mean);
    uint64_t k = 0;

    while (left > p && k < 200) {
        left -= p;
        k++;
        p *= mean / (double)k;
    }
    return k;
}

/* The names of the constants are those of the paper. */
static uint64_t
by_rejection(struct rng *rng, double mean)
{
    double log_mean = portable_log(mean);
    double b = 0.931 + 2.53 * sqrt(mean), a = -0.059 + 0.02483 * b;
    double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2);

    for (;;) {
        double u = rng_uniform(rng) - 0.5, v = rng_uniform(rng), u_s = 0.5 - fabs(u);
        double k = floor((2 * a / u_s + b) * u + mean + 0.43);

        if (u_s >= 0.07 && v <= v_r)
            return (uint64_t)k;
        if (k < 0 || (u_s < 0.013 && v > u_s))
            continue;
        if (portable_log(v * inverse_alpha / (a / (u_s * u_s) + b)) <=
            k * log_mean - mean - log_factorial(k))
            return (uint64_t)k;
    }
}

uint64_t
rng_poisson(struct rng *rng, double mean)
{
    assert(mean >= 0 && mean <= 2147483648.0);
    if (mean == 0)
        return 0;
    return mean < 10 ? by_inversion(rng, mean) : by_rejection(rng, mean);
}
