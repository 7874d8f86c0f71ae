/*
 * log, exp and sin of +, -, *, / alone, so that the last bit is the same on every machine; the C
 * library picks among versions by the processor (with and without fused multiply-add).
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "common/rng.h"

/* ln 2 in two parts: the first has 33 bits, so that k * LN2_HIGH is exact for |k| < 2^20. */
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW  0x1.a39ef35793c76p-33

static uint64_t
bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double
from_bits(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

double
portable_log(double x)
{
    uint64_t bits = bits_of(x);
    int k;
    double m, s, s2, s4, even, odd;

    assert(x > 0 && isnormal(x));
    /* x = m 2^k with sqrt(1/2) <= m < sqrt(2) */
    k = (int)(bits >> 52) - 1022;
    m = from_bits((bits & 0xfffffffffffffu) | 0x3fe0000000000000u);     /* 0.5 <= m < 1 */
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2;
        k--;
    }
    /* log m = 2 atanh s, s = (m - 1)/(m + 1), |s| < 0.172: s^2/3 + s^4/5 + ... to s^20 / 21 */
    s = (m - 1) / (m + 1);
    s2 = s * s;
    s4 = s2 * s2;
    odd = 1 / 19.0;
    odd = odd * s4 + 1 / 15.0;
    odd = odd * s4 + 1 / 11.0;
    odd = odd * s4 + 1 / 7.0;
    odd = odd * s4 + 1 / 3.0;
    even = 1 / 21.0;
    even = even * s4 + 1 / 17.0;
    even = even * s4 + 1 / 13.0;
    even = even * s4 + 1 / 9.0;
    even = even * s4 + 1 / 5.0;
    return k * LN2_HIGH + (2 * s + (2 * s * (odd + even * s2) * s2 + k * LN2_LOW));
}

double
portable_exp(double x)
{
    double k, r, r2, even, odd;

    if (isnan(x))
        return x;
    if (x > 709.782712893384)
        return INFINITY;
    if (x < -745.2)
        return 0;
    /* x = k ln 2 + r, k whole: adding 1.5 * 2^52 rounds to the nearest. */
    k = (x * 0x1.71547652b82fep0 + 0x1.8p52) - 0x1.8p52;
    r = (x - k * LN2_HIGH) - k * LN2_LOW;       /* |r| <= 0.35 */
    /* exp r = 1 + r + r^2/2! + ... + r^14/14!, odd and even powers apart */
    r2 = r * r;
    even = 1 / 87178291200.0;                   /* 14! */
    even = even * r2 + 1 / 479001600.0;
    even = even * r2 + 1 / 3628800.0;
    even = even * r2 + 1 / 40320.0;
    even = even * r2 + 1 / 720.0;
    even = even * r2 + 1 / 24.0;
    even = even * r2 + 1 / 2.0;
    odd = 1 / 6227020800.0;                     /* 13! */
    odd = odd * r2 + 1 / 39916800.0;
    odd = odd * r2 + 1 / 362880.0;
    odd = odd * r2 + 1 / 5040.0;
    odd = odd * r2 + 1 / 120.0;
    odd = odd * r2 + 1 / 6.0;
    r = 1 + (r + (even * r2 + odd * r2 * r));
    if (k > -1022 && k < 1023)
        return r * from_bits((uint64_t)((int64_t)k + 1023) << 52);
    return ldexp(r, (int)k);
}

/* The Taylor series of sin and cos for |x| <= pi/4, to x^17/17! and x^18/18!. */
static double
sin_near_0(double x)
{
    static const double factor[] = { 272, 210, 156, 110, 72, 42, 20, 6 };     /* n (n - 1) */
    double square = x * x, sum = 1;

    for (int i = 0; i < 8; i++)
        sum = 1 - square / factor[i] * sum;
    return x * sum;
}

static double
cos_near_0(double x)
{
    static const double factor[] = { 306, 240, 182, 132, 90, 56, 30, 12, 2 };
    double square = x * x, sum = 1;

    for (int i = 0; i < 9; i++)
        sum = 1 - square / factor[i] * sum;
    return sum;
}

double
portable_sin(double turns)
{
    /* Exact: x in [0, 1), and then the quarter that it is nearest to. */
    double x = turns - floor(turns), quarter = floor(4 * x + 0.5);
    double angle = (x - quarter / 4) * 6.2831853071795865;

    switch ((int)quarter) {
    case 1:  return cos_near_0(angle);
    case 2:  return -sin_near_0(angle);
    case 3:  return -cos_near_0(angle);
    default: return sin_near_0(angle);      /* 0, 4 */
    }
}
