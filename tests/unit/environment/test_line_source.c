/* The potential of a line source against its integral and its limits. */
#include "test.h"

#include "environment/line_source.h"

#define PI 3.14159265358979323846

/* The same by numerical integration of point sources along the line (midpoints). */
static double
integral(const double a[3], const double b[3], const double p[3], double rho)
{
    enum { PIECES = 200000 };
    double sum = 0;

    for (int i = 0; i < PIECES; i++) {
        double square = 0;

        for (int k = 0; k < 3; k++) {
            const double at = a[k] + (b[k] - a[k]) * (i + 0.5) / PIECES;

            square += (p[k] - at) * (p[k] - at);
        }
        sum += 0.01 * rho / (4 * PI * sqrt(square)) / PIECES;
    }
    return sum;
}

TEST(equals_the_integral_of_point_sources)
{
    const double a[3] = { 1, 2, 3 }, b[3] = { 31, -18, 43 };
    const double points[4][3] = { { 50, 50, 50 }, { -20, 0, 10 }, { 16, 0, 23 }, { 61, -30, 80 } };

    for (int i = 0; i < 4; i++)
        CHECK_NEAR(line_source(a, b, 0.1, points[i], 333), integral(a, b, points[i], 333), 1e-7);
}

TEST(the_formula_as_it_is_printed)
{
    const double a[3] = { 0, 0, 0 }, b[3] = { 10, 0, 0 }, p[3] = { 14, 3, 4 };
    const double h = 4, r = 5, s = 14;
    const double phi = 0.01 * 250 / (4 * PI * 10) *
                       fabs(log((sqrt(h * h + r * r) - h) / (sqrt(s * s + r * r) - s)));

    CHECK_NEAR(line_source(a, b, 1, p, 250), phi, 1e-15);
    /* The other way round it is the same. */
    CHECK_NEAR(line_source(b, a, 1, p, 250), phi, 1e-15);
}

TEST(within_the_radius_it_is_that_of_the_surface)
{
    const double a[3] = { 0, 0, 0 }, b[3] = { 10, 0, 0 };
    const double axis[3] = { 5, 0, 0 }, near[3] = { 5, 1, 0 }, surface[3] = { 5, 2, 0 };
    const double at_surface = line_source(a, b, 2, surface, 333);

    CHECK_NEAR(line_source(a, b, 2, axis, 333), at_surface, 1e-15);
    CHECK_NEAR(line_source(a, b, 2, near, 333), at_surface, 1e-15);
    CHECK(isfinite(line_source(a, b, 2, a, 333)));
}

TEST(from_afar_and_without_length_it_is_a_point)
{
    const double a[3] = { 0, 0, 0 }, b[3] = { 1, 0, 0 }, far[3] = { 0.5, 3e4, 4e4 };

    CHECK_NEAR(line_source(a, b, 1, far, 300), 0.01 * 300 / (4 * PI * 5e4), 1e-12);
    CHECK_NEAR(line_source(a, a, 1, far, 300), 0.01 * 300 / (4 * PI * 5e4), 1e-12);
    CHECK_NEAR(line_source(a, a, 2, a, 300), 0.01 * 300 / (4 * PI * 2), 1e-12);
    /* Far along the line nothing is lost to cancellation. */
    const double along[3] = { 1e6, 0, 0 };
    CHECK_NEAR(line_source(a, b, 1, along, 300) / (0.01 * 300 / (4 * PI * (1e6 - 0.5))), 1, 1e-6);
}
