/*
 * line_source - the potential of a current that leaves a straight piece of cable.
 *
 * Schomburg, Anastassiou, Buzsaki and Koch 2012 (J Neurosci 32:11798): in an infinite medium of
 * resistivity rho (ohm cm), a piece from a to b (um) with the current I (nA) gives at a point p
 *
 *   phi = 0.01 rho I / (4 pi l) |ln((sqrt(h^2 + r^2) - h) / (sqrt(s^2 + r^2) - s))|      (mV)
 *
 * with l = |b - a|, h the distance of p from b along b - a, s = h + l, and r the distance of p from
 * the line, at least the piece's radius. (ln(sqrt(x^2 + r^2) - x) = ln r - asinh(x / r) keeps digits.)
 */
#ifndef ENVIRONMENT_LINE_SOURCE_H
#define ENVIRONMENT_LINE_SOURCE_H

/* phi / I, mV per nA. For a piece of no length: a point source, at least `radius` away. radius > 0. */
double line_source(const double a[3], const double b[3], double radius, const double p[3],
                   double resistivity);

#endif
