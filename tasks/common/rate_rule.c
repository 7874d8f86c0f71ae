#include "common/rate_rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/task.h"

enum { WHERE_ROOM = 256 };

void
rate_rule_release(struct rate_rule *rule)
{
    free(rule->times);
    free(rule->rates);
    numbers_release(&rule->file);
    *rule = (struct rate_rule){ 0 };
}

static int
read_type(const json_t *json, const char *where, enum rate_type *type, struct fx_error *err)
{
    char path[WHERE_ROOM];
    const char *name;

    snprintf(path, sizeof path, "%s.type", where);
    if (json_check_object(json, where, err) ||
        json_read_string(json_object_get(json, "type"), path, &name, err))
        return -1;
    for (int i = 0; i < RATE_TYPES; i++)
        if (strcmp(name, rate_type_name((enum rate_type)i)) == 0) {
            *type = (enum rate_type)i;
            return 0;
        }
    return fx_fail(err, FX_INVALID, FX_NOWHERE,
                   "'%s' is '%s'; it must be constant, stepped, sinusoidal or linear", path, name);
}

/* What a type does not know would be passed over in silence. */
static int
check_members(const json_t *json, const char *where, enum rate_type type, struct fx_error *err)
{
    static const char *const known[RATE_TYPES] = {
        [RATE_CONSTANT] = " rate ", [RATE_SINUSOIDAL] = " rate depth frequency phase ",
        [RATE_STEPPED] = " times rates file dataset scale ",
        [RATE_LINEAR] = " times rates file dataset scale ",
    };
    const char *name;
    const json_t *value;

    json_object_foreach ((json_t *)(uintptr_t)json, name, value) {
        char word[64];

        snprintf(word, sizeof word, " %s ", name);
        if (strcmp(name, "type") != 0 && !json_is_null(value) && !strstr(known[type], word))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s': a %s rate has no '%s'", where,
                           rate_type_name(type), name);
    }
    return 0;
}

/* The member `name`, which must be there when `needed`. */
static int
read_member(const json_t *json, const char *where, const char *name, bool needed, double low,
            double high, double otherwise, struct varied *out, struct fx_error *err)
{
    const json_t *value = json_object_get(json, name);
    char path[WHERE_ROOM];

    snprintf(path, sizeof path, "%s.%s", where, name);
    if (needed && (!value || json_is_null(value)))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is missing", path);
    return varied_read(value, path, low, high, otherwise, out, err);
}

/* Times and rates that the configuration lists. */
static int
read_lists(const json_t *json, const char *where, struct rate_rule *rule, struct fx_error *err)
{
    const json_t *times = json_object_get(json, "times"), *rates = json_object_get(json, "rates");
    char path[WHERE_ROOM];

    snprintf(path, sizeof path, "%s.times", where);
    if (json_check_array(times, path, err))
        return -1;
    rule->count = json_array_size(times);
    rule->times = mem_new(rule->count + 1, sizeof *rule->times);
    if (json_read_numbers(times, path, rule->count, rule->times, err))
        return -1;
    snprintf(path, sizeof path, "%s.rates", where);
    if (json_check_array(rates, path, err))
        return -1;
    if (json_array_size(rates) != rule->count)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has %zu entries for %zu times", path,
                       json_array_size(rates), rule->count);
    rule->rates = mem_new(rule->count + 1, sizeof *rule->rates);
    for (size_t i = 0; i < rule->count; i++) {
        snprintf(path, sizeof path, "%s.rates[%zu]", where, i);
        if (varied_read(json_array_get(rates, i), path, 0, RATE_MOST_HZ, 0, &rule->rates[i], err))
            return -1;
    }
    return 0;
}

static int
read_file(const json_t *json, const char *where, uint64_t cells, struct rate_rule *rule,
          struct fx_error *err)
{
    char place[WHERE_ROOM];
    const char *path;

    snprintf(place, sizeof place, "%s.file", where);
    if (json_object_get(json, "times") || json_object_get(json, "rates"))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s': give a file, or times and rates", where);
    if (json_read_string(json_object_get(json, "file"), place, &path, err) ||
        numbers_read(path, json_object_get(json, "dataset"), &rule->file, err))
        return -1;
    if (rule->file.columns != 2 && rule->file.columns != cells + 1)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = path },
                       "it has %zu columns; a time and one rate are needed, or a rate for each of "
                       "the %llu cells", rule->file.columns, (unsigned long long)cells);
    rule->count = rule->file.rows;
    rule->times = mem_new(rule->count + 1, sizeof *rule->times);
    for (size_t i = 0; i < rule->count; i++)
        rule->times[i] = rule->file.at[i * rule->file.columns];
    return 0;
}

static int
read_rule(const json_t *json, const char *where, uint64_t cells, struct rate_rule *rule,
          struct fx_error *err)
{
    bool from_file = json_object_get(json, "file") && !json_is_null(json_object_get(json, "file"));

    if (rule->type == RATE_CONSTANT) {
        rule->count = 1;
        return read_member(json, where, "rate", true, 0, RATE_MOST_HZ, 0, &rule->rate, err);
    }
    if (rule->type == RATE_SINUSOIDAL)
        return read_member(json, where, "rate", true, 0, RATE_MOST_HZ, 0, &rule->rate, err) ||
                       read_member(json, where, "depth", false, 0, 1, 1, &rule->depth, err) ||
                       read_member(json, where, "frequency", true, 0, RATE_MOST_HZ, 0,
                                   &rule->frequency, err) ||
                       read_member(json, where, "phase", false, -1e6, 1e6, 0, &rule->phase, err)
                   ? -1 : 0;
    if (read_member(json, where, "scale", false, 0, 1e9, 1, &rule->scale, err))
        return -1;
    return from_file ? read_file(json, where, cells, rule, err)
                     : read_lists(json, where, rule, err);
}

int
rate_rule_read(const json_t *json, const char *where, uint64_t cells, struct rate_rule *out,
               struct fx_error *err)
{
    struct rate_rule rule = { 0 };

    if (read_type(json, where, &rule.type, err) || check_members(json, where, rule.type, err))
        return -1;
    if (read_rule(json, where, cells, &rule, err)) {
        rate_rule_release(&rule);
        return -1;
    }
    *out = rule;
    return 0;
}

int
rate_rule_of(const struct rate_rule *rule, uint64_t seed, uint32_t gid, uint32_t cell,
             double *rates, struct rate *out, struct fx_error *err)
{
    struct rng rng = rng_start(seed, RNG_INPUT_FEATURE, gid, 0);
    size_t columns = rule->file.columns, column = columns > 2 ? cell + 1 : 1;
    double scale = 1;

    *out = (struct rate){ .type = rule->type, .count = rule->count, .times = rule->times,
                          .rates = rates };
    if (rule->type == RATE_SINUSOIDAL) {
        out->mean = varied_draw(&rule->rate, &rng);
        out->depth = varied_draw(&rule->depth, &rng);
        out->frequency = varied_draw(&rule->frequency, &rng);
        out->phase = varied_draw(&rule->phase, &rng);
    } else if (rule->type == RATE_CONSTANT) {
        rates[0] = varied_draw(&rule->rate, &rng);
    } else {
        scale = varied_draw(&rule->scale, &rng);
        for (size_t i = 0; i < rule->count; i++)
            rates[i] = scale * (rule->rates ? varied_draw(&rule->rates[i], &rng)
                                            : rule->file.at[i * columns + column]);
    }
    return rate_check(out, err) ? fx_error_in(err, "cell with gid %lu", (unsigned long)gid) : 0;
}
