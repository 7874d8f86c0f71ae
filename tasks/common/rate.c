#include "common/rate.h"

#include <math.h>

#define TWO_PI 6.283185307179586

static const char *const NAMES[RATE_TYPES] = { "constant", "stepped", "sinusoidal", "linear" };

const char *
rate_type_name(enum rate_type type)
{
    return NAMES[type];
}

/* --- checks --------------------------------------------------------------------------------------- */

static bool
is_rate(double hz)
{
    return hz >= 0 && hz <= RATE_MOST_HZ;
}

static int
no_rate(double hz, struct fx_error *err)
{
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "a rate is %g Hz; it goes from 0 to %g", hz,
                   RATE_MOST_HZ);
}

static int
check_sinusoidal(const struct rate *r, struct fx_error *err)
{
    if (!is_rate(r->mean) || !is_rate(r->mean * (1 + r->depth)))
        return no_rate(is_rate(r->mean) ? r->mean * (1 + r->depth) : r->mean, err);
    if (!(r->depth >= 0 && r->depth <= 1))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "a depth is %g; it goes from 0 to 1", r->depth);
    if (!(r->frequency >= 0 && r->frequency <= RATE_MOST_HZ))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "a frequency is %g Hz; it goes from 0 to %g",
                       r->frequency, RATE_MOST_HZ);
    if (!(fabs(r->phase) <= 1e6))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "a phase is %g degrees", r->phase);
    return 0;
}

int
rate_check(const struct rate *r, struct fx_error *err)
{
    if (r->type == RATE_SINUSOIDAL)
        return check_sinusoidal(r, err);
    if (r->count < 1 || (r->type == RATE_CONSTANT && r->count != 1))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "a %s rate has %zu values", NAMES[r->type],
                       r->count);
    for (size_t i = 0; i < r->count; i++)
        if (!is_rate(r->rates[i]))
            return no_rate(r->rates[i], err);
    for (size_t i = 0; r->type != RATE_CONSTANT && i < r->count; i++) {
        if (!(fabs(r->times[i]) <= 1e15))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "a time is %g ms", r->times[i]);
        if (i > 0 && !(r->times[i] > r->times[i - 1]))
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "times must ascend, and %g ms comes after %g ms", r->times[i],
                           r->times[i - 1]);
    }
    return 0;
}

/* --- pieces: between two times a rate is constant or a straight line ----------------------------- */

struct piece {
    double from, to;            /* ms; ends may be infinite where the rate is constant */
    double start, end;          /* Hz at both */
};

/* Piece `i` of count + 1; the first, before all times, has the rate 0. */
static struct piece
piece_at(const struct rate *r, size_t i)
{
    double last;

    if (r->type == RATE_CONSTANT)
        return (struct piece){ -INFINITY, INFINITY, r->rates[0], r->rates[0] };
    last = i < r->count ? r->times[i] : INFINITY;
    if (i == 0)
        return (struct piece){ -INFINITY, last, 0, 0 };
    if (r->type == RATE_STEPPED || i == r->count)
        return (struct piece){ r->times[i - 1], last, r->rates[i - 1], r->rates[i - 1] };
    return (struct piece){ r->times[i - 1], last, r->rates[i - 1], r->rates[i] };
}

/* The number of the piece that holds t. */
static size_t
piece_of(const struct rate *r, double t)
{
    size_t low = 0, high = r->count;        /* times[low - 1] <= t < times[high] */

    if (r->type == RATE_CONSTANT)
        return 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (r->times[middle] <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t
last_piece(const struct rate *r)
{
    return r->type == RATE_CONSTANT ? 0 : r->count;
}

static double
rate_in(const struct piece *p, double t)
{
    if (!(p->start < p->end || p->start > p->end))
        return p->start;
    return p->start + (p->end - p->start) * ((t - p->from) / (p->to - p->from));
}

/* --- sinusoids -------------------------------------------------------------------------------------- */

static double
turns_at(const struct rate *r, double t)
{
    return r->frequency * (t / 1000) + r->phase / 360;
}

static double
sinusoid_expected(const struct rate *r, double from, double to)
{
    double steady = r->mean * (to - from) / 1000;

    if (!(r->frequency > 0))
        return steady * (1 + r->depth * portable_sin(r->phase / 360));
    /* cos x = sin(x + a quarter turn) */
    return steady + r->mean * r->depth / (TWO_PI * r->frequency) *
                        (portable_sin(turns_at(r, from) + 0.25) -
                         portable_sin(turns_at(r, to) + 0.25));
}

static double
sinusoid_next(const struct rate *r, double t, double to, struct rng *rng)
{
    double most = r->mean * (1 + r->depth);

    if (!(most > 0))
        return to;
    for (;;) {
        t += 1000 / most * rng_exponential(rng);
        if (!(t < to))
            return to;
        if (rng_uniform(rng) * most <= rate_at(r, t))
            return t;
    }
}

/* --- what all have ---------------------------------------------------------------------------------- */

double
rate_at(const struct rate *r, double t)
{
    struct piece p;

    if (r->type == RATE_SINUSOIDAL)
        return r->mean * (1 + r->depth * portable_sin(turns_at(r, t)));
    p = piece_at(r, piece_of(r, t));
    return rate_in(&p, t);
}

double
rate_peak(const struct rate *r)
{
    double most = 0;

    if (r->type == RATE_SINUSOIDAL)
        return r->mean * (1 + r->depth);
    for (size_t i = 0; i < r->count; i++)
        most = fmax(most, r->rates[i]);
    return most;
}

double
rate_expected(const struct rate *r, double from, double to)
{
    double sum = 0;

    if (!(from < to))
        return 0;
    if (r->type == RATE_SINUSOIDAL)
        return sinusoid_expected(r, from, to);
    for (size_t i = piece_of(r, from); i <= last_piece(r); i++) {
        struct piece p = piece_at(r, i);
        double low = fmax(from, p.from), high = fmin(to, p.to);

        if (!(low < high))
            break;
        sum += (rate_in(&p, low) + rate_in(&p, high)) / 2 * (high - low) / 1000;
    }
    return sum;
}

/*
 * The time x after `t` in a piece at which the integral has grown by `area` (events): it solves
 * rate x + slope x^2 / 2 = area, in the form that loses no digits where the slope is small.
 */
static double
time_of_area(const struct piece *p, double t, double area)
{
    double rate = rate_in(p, t) / 1000, slope, root;

    if (!(p->start < p->end || p->start > p->end))
        return area / rate;
    slope = (p->end - p->start) / (p->to - p->from) / 1000;
    root = rate * rate + 2 * slope * area;
    return 2 * area / (rate + sqrt(root > 0 ? root : 0));
}

double
rate_next(const struct rate *r, double t, double to, struct rng *rng)
{
    double left;

    if (r->type == RATE_SINUSOIDAL)
        return sinusoid_next(r, t, to, rng);
    left = rng_exponential(rng);
    for (size_t i = piece_of(r, t); i <= last_piece(r) && t < to; i++) {
        struct piece p = piece_at(r, i);
        double end = fmin(to, p.to);
        double area = (rate_in(&p, t) + rate_in(&p, end)) / 2 * (end - t) / 1000;

        if (left < area) {
            double x = t + time_of_area(&p, t, left);

            return x < end ? x : end;
        }
        left -= area;
        t = end;
    }
    return to;
}
