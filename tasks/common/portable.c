/*
 * log and exp of +, -, *, / alone, so that the last bit is the same on every machine; the C
 * library picks among versions by the processor (with and without fused multiply-add).
 */
#include <assert.h>
#include <math.h>

#include "common/rng.h"

/* ln 2 in two parts: the first has 33 bits, so that k * LN2_HIGH is exact for |k| < 2^20. */
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW  0x1.a39ef35793c76p-33

double
portable_log(double x)
{
    int k;
    double m, s, s2, sum = 0;

    assert(x > 0 && isnormal(x));
    m = frexp(x, &k);           /* 0.5 <= m < 1 */
    if (m < 0x1.6a09e667f3bcdp-1) {     /* below sqrt(1/2) */
        m *= 2;
        k--;
    }
    /* log m = 2 atanh s, s = (m - 1)/(m + 1), |s| < 0.172: s^2/3 + s^4/5 + ... to s^20 */
    s = (m - 1) / (m + 1);
    s2 = s * s;
    for (int n = 23; n >= 3; n -= 2)
        sum = (sum + 1.0 / n) * s2;
    return k * LN2_HIGH + (2 * s + (2 * s * sum + k * LN2_LOW));
}

double
portable_exp(double x)
{
    double k, r, sum = 1;

    if (isnan(x))
        return x;
    if (x > 709.782712893384)
        return INFINITY;
    if (x < -745.2)
        return 0;
    k = floor(x * 0x1.71547652b82fep0 + 0.5);   /* x / ln 2, rounded */
    r = (x - k * LN2_HIGH) - k * LN2_LOW;       /* |r| <= 0.35 */
    for (int n = 17; n >= 1; n--)
        sum = 1 + sum * r / n;
    return ldexp(sum, (int)k);
}
