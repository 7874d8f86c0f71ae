#include "input_spike_trains/train.h"

#include <math.h>

enum { STREAM = 1 };        /* of RNG_SPIKE_TRAIN; 0 is that of simulate's own trains */

static const double MOST_SPIKES = 1 << 30;

int
train_check(const struct train_how *how, const struct rate *rate, struct fx_error *err)
{
    double expected = rate_expected(rate, how->start, how->stop);

    if (expected <= MOST_SPIKES)
        return 0;
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "some %.3g spikes of one cell are expected, at most "
                   "%.3g can be", expected, MOST_SPIKES);
}

/* As the file has it: f32, and before `stop` after rounding too. */
static float
stored(double t, double stop)
{
    float rounded = (float)t;

    return rounded < stop ? rounded : nextafterf(rounded, -INFINITY);
}

size_t
train_draw(const struct train_how *how, const struct rate *rate, uint32_t gid, train *times)
{
    struct rng rng = rng_start(how->seed, RNG_SPIKE_TRAIN, gid, STREAM);
    size_t count = 0;

    for (double t = how->start; t < how->stop; t += how->dead_time) {
        t = rate_next(rate, t, how->stop, &rng);
        if (!(t < how->stop))
            break;
        if (times)
            vec_push(times, stored(t, how->stop));
        count++;
    }
    return count;
}

static int
compare_times(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

size_t
train_take(const struct train_how *how, double *given, size_t count, double factor, double shift,
           train *times)
{
    size_t taken = 0;

    if (count)
        qsort(given, count, sizeof *given, compare_times);
    for (size_t i = 0; i < count; i++) {
        double t = given[i] * factor + shift;

        if (!(t >= how->start && t < how->stop))
            continue;
        if (times)
            vec_push(times, stored(t, how->stop));
        taken++;
    }
    return taken;
}
