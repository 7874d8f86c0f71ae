/* Nested JSON values, read with messages that say where they stand. */
#include <math.h>
#include <string.h>

#include "common/task.h"

static int
invalid(struct fx_error *err, const char *where, const char *what)
{
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is %s", where, what);
}

int
json_check_object(const json_t *value, const char *where, struct fx_error *err)
{
    return json_is_object(value) ? 0 : invalid(err, where, value ? "no mapping" : "missing");
}

int
json_check_array(const json_t *value, const char *where, struct fx_error *err)
{
    return json_is_array(value) ? 0 : invalid(err, where, value ? "no list" : "missing");
}

int
json_read_number(const json_t *value, const char *where, double *out, struct fx_error *err)
{
    if (!json_is_number(value))
        return invalid(err, where, value ? "no number" : "missing");
    *out = json_number_value(value);
    return 0;
}

int
json_read_integer(const json_t *value, const char *where, int64_t low, int64_t high, int64_t *out,
                  struct fx_error *err)
{
    if (!json_is_integer(value))
        return invalid(err, where, value ? "no integer" : "missing");
    *out = json_integer_value(value);
    if (*out < low || *out > high)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is %lld; it goes from %lld to %lld", where,
                       (long long)*out, (long long)low, (long long)high);
    return 0;
}

int
json_read_string(const json_t *value, const char *where, const char **out, struct fx_error *err)
{
    if (!json_is_string(value))
        return invalid(err, where, value ? "no string" : "missing");
    *out = json_string_value(value);
    return 0;
}

int
json_read_numbers(const json_t *value, const char *where, size_t count, double *out,
                  struct fx_error *err)
{
    if (json_check_array(value, where, err))
        return -1;
    if (json_array_size(value) != count)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has %zu entries; it takes %zu numbers", where,
                       json_array_size(value), count);
    for (size_t i = 0; i < count; i++) {
        char entry[256];
        snprintf(entry, sizeof entry, "%s[%zu]", where, i);
        if (json_read_number(json_array_get(value, i), entry, &out[i], err))
            return -1;
    }
    return 0;
}
