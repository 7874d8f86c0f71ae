#include "arc_distances/origin.h"

#include <string.h>

static const char *const axes[] = { "U", "V", "L" };

static int
read_axis(const json_t *value, const char *where, double low, double high, double *origin,
          struct fx_error *err)
{
    const char *name = json_string_value(value);

    if (json_is_number(value)) {
        *origin = json_number_value(value);
        return 0;
    }
    if (name && !strcmp(name, "min"))
        *origin = low;
    else if (name && !strcmp(name, "max"))
        *origin = high;
    else if (name && (!strcmp(name, "median") || !strcmp(name, "mean")))
        *origin = low + (high - low) / 2;   /* a volume is filled evenly: both are its middle */
    else
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "'%s' is neither median, min, max, mean nor a number", where);
    return 0;
}

int
origin_read(const json_t *json, const struct volume *volume, double origin[3], struct fx_error *err)
{
    const json_t *value;
    const char *key;

    for (int i = 0; i < 3; i++)
        origin[i] = i == 2 ? volume->high[i] : volume->low[i] + (volume->high[i] - volume->low[i]) / 2;
    if (!json || json_is_null(json))
        return 0;
    if (json_check_object(json, "origin", err))
        return -1;
    json_object_foreach ((json_t *)json, key, value) {
        char where[100];
        int i = 0;
        while (i < 3 && strcmp(axes[i], key) != 0)
            i++;
        snprintf(where, sizeof where, "origin.%s", key);
        if (i == 3)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is no axis: U, V or L", where);
        if (read_axis(value, where, volume->low[i], volume->high[i], &origin[i], err))
            return -1;
    }
    return 0;
}

void
arc_lengths(const struct volume *volume, int axis, const double origin[3], size_t count,
            const float *u, const float *v, const float *l, float *lengths)
{
    for (size_t i = 0; i < count; i++) {
        double uvl[3] = { u[i], v[i], l[i] };
        lengths[i] = (float)volume_arc(volume, axis, origin[axis], uvl);
    }
}

void
arc_range(const struct volume *volume, int axis, const double origin[3], double range[2])
{
    /* The extremes are at the ends of the axis, at one of the corners of the other two. */
    for (int corner = 0; corner < 8; corner++) {
        double uvl[3], length;
        for (int i = 0; i < 3; i++)
            uvl[i] = corner >> i & 1 ? volume->high[i] : volume->low[i];
        length = volume_arc(volume, axis, origin[axis], uvl);
        if (corner == 0 || length < range[0])
            range[0] = length;
        if (corner == 0 || length > range[1])
            range[1] = length;
    }
}
