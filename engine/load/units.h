/*
 * units - "0.2 mm" as a number of um.
 *
 * Units belong to a dimension; values convert within one. Bytes: B, kB, MB, GB, TB, KiB, MiB, GiB,
 * TiB. Duration and time: ns, us, ms, s, min, h, d. The rest is in units.c.
 */
#ifndef LOAD_UNITS_H
#define LOAD_UNITS_H

#include <stdbool.h>

#include "base/text.h"

/* Whether the name is a unit. */
bool unit_known(struct str unit);

/* The known units of the same dimension as `unit`, as "um, mm, cm, m". */
void unit_siblings(struct str unit, struct text *out);

enum unit_result {
    UNIT_FINE,
    UNIT_NO_NUMBER, /* does not begin with a number */
    UNIT_UNKNOWN,   /* the unit behind the number is none */
    UNIT_OTHER      /* it is of another dimension */
};

/*
 * Reads "NUMBER" or "NUMBER UNIT" (the space may be missing) as a number of `to`; a bare number is
 * in `to` already. `*bare` tells which. `found` becomes the unit as written.
 */
enum unit_result
unit_convert(struct str text, struct str to, double *value, bool *bare, struct str *found);

#endif
