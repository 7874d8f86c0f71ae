#include "common/varied.h"

#include <math.h>
#include <string.h>

#include "common/task.h"

enum { MOST_DRAWS = 1000, WHERE_ROOM = 256 };

static const struct {
    const char *name;
    enum varied_kind kind;
    size_t numbers;
} KINDS[] = {
    { "uniform", VARIED_UNIFORM, 2 }, { "normal", VARIED_NORMAL, 2 },
    { "lognormal", VARIED_LOGNORMAL, 2 }, { "exponential", VARIED_EXPONENTIAL, 1 },
};

static int
check_bounds(const struct varied *v, double value, const char *where, struct fx_error *err)
{
    if (value >= v->low && value <= v->high)
        return 0;
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is %g; it goes from %g to %g", where, value,
                   v->low, v->high);
}

static int
read_kind(const json_t *json, const char *where, struct varied *v, struct fx_error *err)
{
    const char *name;
    const json_t *value;
    char path[WHERE_ROOM];

    json_object_foreach ((json_t *)(uintptr_t)json, name, value) {
        for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
            double numbers[2] = { 0, 0 };

            if (strcmp(name, KINDS[i].name) != 0)
                continue;
            snprintf(path, sizeof path, "%s.%s", where, name);
            if (KINDS[i].numbers == 1 ? json_read_number(value, path, numbers, err)
                                      : json_read_numbers(value, path, 2, numbers, err))
                return -1;
            v->kind = KINDS[i].kind;
            v->a = numbers[0];
            v->b = numbers[1];
            if (check_bounds(v, v->a, path, err) ||
                (v->kind == VARIED_UNIFORM && check_bounds(v, v->b, path, err)))
                return -1;
            if (v->kind == VARIED_UNIFORM ? v->a <= v->b : v->b >= 0)
                return 0;
            return fx_fail(err, FX_INVALID, FX_NOWHERE, v->kind == VARIED_UNIFORM
                               ? "'%s': its first number is above the second"
                               : "'%s': its width is negative", path);
        }
    }
    return fx_fail(err, FX_INVALID, FX_NOWHERE,
                   "'%s' takes a number or one of uniform, normal, lognormal, exponential", where);
}

int
varied_read(const json_t *json, const char *where, double low, double high, double otherwise,
            struct varied *out, struct fx_error *err)
{
    struct varied v = { .kind = VARIED_FIXED, .a = otherwise, .low = low, .high = high };

    if (json_is_object(json)) {
        if (json_object_size(json) != 1)
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "'%s' takes one of uniform, normal, lognormal, exponential", where);
        if (read_kind(json, where, &v, err))
            return -1;
    } else if (json && !json_is_null(json) &&
               (json_read_number(json, where, &v.a, err) || check_bounds(&v, v.a, where, err))) {
        return -1;
    }
    *out = v;
    return 0;
}

static double
draw_once(const struct varied *v, struct rng *rng)
{
    switch (v->kind) {
    case VARIED_UNIFORM:   return v->a + (v->b - v->a) * rng_uniform(rng);
    case VARIED_NORMAL:    return v->a + v->b * rng_normal(rng);
    case VARIED_LOGNORMAL: return v->a * portable_exp(v->b * rng_normal(rng));
    default:               return v->a * rng_exponential(rng);
    }
}

double
varied_draw(const struct varied *v, struct rng *rng)
{
    double value = v->a;

    if (v->kind == VARIED_FIXED)
        return value;
    for (int i = 0; i < MOST_DRAWS; i++) {
        value = draw_once(v, rng);
        if (value >= v->low && value <= v->high)
            return value;
    }
    return value < v->low ? v->low : v->high;
}
