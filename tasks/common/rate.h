/*
 * rate - how fast a stimulus cell fires, as a function of time.
 *
 * In: a description with its times in ms and rates in Hz. Out: the rate at a time, its integral, and
 * the events of the Poisson process that has it.
 *
 *   constant     rates[0], always
 *   stepped      rates[i] from times[i] on; 0 before times[0]; the last one to the end
 *   linear       straight lines between (times[i], rates[i]); 0 before times[0]; the last rate goes on
 *   sinusoidal   mean (1 + depth sin(2 pi frequency t + phase))
 *
 * Events of the first three come from the exact integral (time rescaling: Brown, Barbieri, Ventura,
 * Kass and Frank, Neural Computation 14:325-346, 2002), those of the last by thinning (Lewis and
 * Shedler, Naval Research Logistics Quarterly 26:403-413, 1979). All results are made of IEEE
 * arithmetic alone.
 */
#ifndef COMMON_RATE_H
#define COMMON_RATE_H

#include <stddef.h>
#include <stdint.h>

#include "common/rng.h"
#include "fornix/error.h"

/* Numbers in files: never renumber. */
enum rate_type { RATE_CONSTANT = 0, RATE_STEPPED = 1, RATE_SINUSOIDAL = 2, RATE_LINEAR = 3,
                 RATE_TYPES };

#define RATE_MOST_HZ 1e5

struct rate {
    enum rate_type type;
    double mean, depth, frequency, phase;   /* sinusoidal: Hz, 0..1, Hz, degrees */
    size_t count;                           /* of times and rates; constant: 1 rate, no time */
    const double *times;                    /* ms, ascending; linear and stepped */
    const double *rates;                    /* Hz, 0..RATE_MOST_HZ */
};

const char *rate_type_name(enum rate_type type);

/* FX_INVALID unless all of it is finite, in its bounds and in order. */
int rate_check(const struct rate *rate, struct fx_error *err);

double rate_at(const struct rate *rate, double t_ms);
double rate_peak(const struct rate *rate);      /* the highest ever, Hz */

/* How many events are expected from `from` to `to` ms. */
double rate_expected(const struct rate *rate, double from_ms, double to_ms);

/*
 * The first event after `from` ms of the process, or `to` when there is none before. The next event
 * after that follows by another call from there.
 */
double rate_next(const struct rate *rate, double from_ms, double to_ms, struct rng *rng);

#endif
