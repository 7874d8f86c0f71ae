#include "load/units.h"

#include <math.h>

enum dimension {
    LENGTH,
    AREA,
    TIME,
    RATE,
    VOLTAGE,
    CURRENT,
    CONDUCTANCE,
    RESISTIVITY,
    RESISTANCE,
    CAPACITANCE,
    CONCENTRATION,
    SPEED,
    ANGLE,
    TEMPERATURE,
    SHARE,
    BYTES,
    CONDUCTANCE_DENSITY,
    CURRENT_DENSITY,
    CAPACITANCE_DENSITY
};

/*
 * A unit is numerator/denominator of the dimension's first one: two exact factors convert with one
 * rounding where a single inverse would add another ("200 um" from mm and back is 200).
 */
static const struct unit {
    const char *name;
    enum dimension dimension;
    double times, per;
} units[] = {
    { "m", LENGTH, 1, 1 },
    { "cm", LENGTH, 1, 1e2 },
    { "mm", LENGTH, 1, 1e3 },
    { "um", LENGTH, 1, 1e6 },
    { "µm", LENGTH, 1, 1e6 },
    { "nm", LENGTH, 1, 1e9 },
    { "um2", AREA, 1, 1e8 },
    { "cm2", AREA, 1, 1 },
    { "s", TIME, 1, 1 },
    { "ms", TIME, 1, 1e3 },
    { "us", TIME, 1, 1e6 },
    { "µs", TIME, 1, 1e6 },
    { "ns", TIME, 1, 1e9 },
    { "min", TIME, 60, 1 },
    { "h", TIME, 3600, 1 },
    { "d", TIME, 86400, 1 },
    { "Hz", RATE, 1, 1 },
    { "kHz", RATE, 1e3, 1 },
    { "MHz", RATE, 1e6, 1 },
    { "V", VOLTAGE, 1, 1 },
    { "mV", VOLTAGE, 1, 1e3 },
    { "uV", VOLTAGE, 1, 1e6 },
    { "µV", VOLTAGE, 1, 1e6 },
    { "A", CURRENT, 1, 1 },
    { "mA", CURRENT, 1, 1e3 },
    { "uA", CURRENT, 1, 1e6 },
    { "nA", CURRENT, 1, 1e9 },
    { "pA", CURRENT, 1, 1e12 },
    { "S", CONDUCTANCE, 1, 1 },
    { "mS", CONDUCTANCE, 1, 1e3 },
    { "uS", CONDUCTANCE, 1, 1e6 },
    { "µS", CONDUCTANCE, 1, 1e6 },
    { "nS", CONDUCTANCE, 1, 1e9 },
    { "pS", CONDUCTANCE, 1, 1e12 },
    { "ohm cm", RESISTIVITY, 1, 1 },
    { "ohm m", RESISTIVITY, 1e2, 1 },
    { "ohm", RESISTANCE, 1, 1 },
    { "kohm", RESISTANCE, 1e3, 1 },
    { "Mohm", RESISTANCE, 1e6, 1 },
    { "F", CAPACITANCE, 1, 1 },
    { "uF", CAPACITANCE, 1, 1e6 },
    { "nF", CAPACITANCE, 1, 1e9 },
    { "pF", CAPACITANCE, 1, 1e12 },
    { "M", CONCENTRATION, 1, 1 },
    { "mM", CONCENTRATION, 1, 1e3 },
    { "uM", CONCENTRATION, 1, 1e6 },
    { "µM", CONCENTRATION, 1, 1e6 },
    { "nM", CONCENTRATION, 1, 1e9 },
    { "um/ms", SPEED, 1, 1 },
    { "m/s", SPEED, 1e3, 1 },
    { "mm/ms", SPEED, 1e3, 1 },
    { "deg", ANGLE, 1, 1 },
    { "rad", ANGLE, 180, 3.14159265358979323846 },
    { "degC", TEMPERATURE, 1, 1 },
    { "1", SHARE, 1, 1 },
    { "%", SHARE, 1, 100 },
    { "B", BYTES, 1, 1 },
    { "kB", BYTES, 1e3, 1 },
    { "MB", BYTES, 1e6, 1 },
    { "GB", BYTES, 1e9, 1 },
    { "TB", BYTES, 1e12, 1 },
    { "KiB", BYTES, 1024, 1 },
    { "MiB", BYTES, 1048576, 1 },
    { "GiB", BYTES, 1073741824, 1 },
    { "TiB", BYTES, 1099511627776, 1 },
    { "S/cm2", CONDUCTANCE_DENSITY, 1, 1 },
    { "mS/cm2", CONDUCTANCE_DENSITY, 1, 1e3 },
    { "pS/um2", CONDUCTANCE_DENSITY, 1, 1e4 },
    { "mA/cm2", CURRENT_DENSITY, 1, 1 },
    { "uA/cm2", CURRENT_DENSITY, 1, 1e3 },
    { "uF/cm2", CAPACITANCE_DENSITY, 1, 1 },
};

enum { UNIT_COUNT = sizeof units / sizeof *units };

static const struct unit *
find(struct str name)
{
    for (size_t i = 0; i < UNIT_COUNT; i++)
        if (str_is(name, units[i].name))
            return &units[i];
    return NULL;
}

bool
unit_known(struct str unit)
{
    return find(unit) != NULL;
}

void
unit_siblings(struct str unit, struct text *out)
{
    const struct unit *self = find(unit);
    bool first = true;

    for (size_t i = 0; self && i < UNIT_COUNT; i++) {
        if (units[i].dimension != self->dimension || (unsigned char)units[i].name[0] >= 0x80)
            continue;
        text_printf(out, "%s%s", first ? "" : ", ", units[i].name);
        first = false;
    }
}

/* How many bytes at the beginning of the text have the form of a number; 0: none. */
static size_t
number_length(struct str text)
{
    size_t at = 0, digits = 0, mark;

    if (at < text.len && (text.at[at] == '-' || text.at[at] == '+'))
        at++;
    for (; at < text.len && text.at[at] >= '0' && text.at[at] <= '9'; at++)
        digits++;
    if (at < text.len && text.at[at] == '.')
        for (at++; at < text.len && text.at[at] >= '0' && text.at[at] <= '9'; at++)
            digits++;
    if (!digits)
        return 0;
    mark = at; /* "1e3" is a number, "1 eV" and "1em" are not one behind the 1 */
    if (at < text.len && (text.at[at] == 'e' || text.at[at] == 'E')) {
        at++;
        if (at < text.len && (text.at[at] == '-' || text.at[at] == '+'))
            at++;
        if (at < text.len && text.at[at] >= '0' && text.at[at] <= '9')
            for (mark = at; mark < text.len && text.at[mark] >= '0' && text.at[mark] <= '9';)
                mark++;
    }
    return mark;
}

static struct str
trim(struct str s)
{
    while (s.len && (s.at[0] == ' ' || s.at[0] == '\t'))
        s = str_slice(s, 1, s.len);
    while (s.len && (s.at[s.len - 1] == ' ' || s.at[s.len - 1] == '\t'))
        s.len--;
    return s;
}

/* value * (times_a / per_a) / (times_b / per_b), with as few roundings as there can be. */
static double
scale(double value, const struct unit *from, const struct unit *to)
{
    double up = from->times * to->per, down = from->per * to->times;
    double ratio = up >= down ? up / down : down / up;

    if (floor(ratio) < ratio)
        return value * up / down;
    return up >= down ? value * ratio : value / ratio;
}

enum unit_result
unit_convert(struct str text, struct str to, double *value, bool *bare, struct str *found)
{
    const struct unit *target = find(to), *unit;
    size_t len;

    text = trim(text);
    len = number_length(text);
    if (!len || !number_parse_real(str_slice(text, 0, len), value))
        return UNIT_NO_NUMBER;
    *found = trim(str_slice(text, len, text.len));
    *bare = found->len == 0;
    if (*bare)
        return UNIT_FINE;
    unit = find(*found);
    if (!unit)
        return UNIT_UNKNOWN;
    if (!target || unit->dimension != target->dimension)
        return UNIT_OTHER;
    *value = scale(*value, unit, target);
    return UNIT_FINE;
}
