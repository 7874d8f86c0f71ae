#include "environment/line_source.h"

#include <math.h>

#define PI 3.14159265358979323846

static double
dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

double
line_source(const double a[3], const double b[3], double radius, const double p[3],
            double resistivity)
{
    double along[3], off[3], length, h, s, r2, r;

    for (int i = 0; i < 3; i++) {
        along[i] = b[i] - a[i];
        off[i] = p[i] - b[i];
    }
    length = sqrt(dot(along, along));
    if (length < 1e-9)
        return 0.01 * resistivity / (4 * PI * fmax(sqrt(dot(off, off)), radius));
    h = dot(off, along) / length;
    s = h + length;
    r2 = dot(off, off) - h * h;
    r = fmax(r2 > 0 ? sqrt(r2) : 0, radius);
    return 0.01 * resistivity / (4 * PI * length) * fabs(asinh(s / r) - asinh(h / r));
}
