#include "input_spike_trains/source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/neuroh5_spikes.h"

enum { WHERE_ROOM = 256 };

void
source_release(struct source *source)
{
    neuroh5_rates_free(source->features);
    rate_rule_release(&source->rule);
    free(source->rates);
    given_release(&source->given);
    neuroh5_cells_free(source->trains);
    h5_discard(source->file);
    vec_release(&source->times);
    *source = (struct source){ 0 };
}

/* The entry of the population in the mapping `parameter`; NULL where there is none. */
static int
find_entry(const struct source *source, const struct task *task, const char *parameter,
           const json_t **entry, struct fx_error *err)
{
    const json_t *json;

    *entry = NULL;
    if (!task_has(task, parameter))
        return 0;
    if (task_json(task, parameter, &json, err) || json_check_object(json, parameter, err))
        return -1;
    *entry = json_object_get(json, source->population->name);
    return 0;
}

/* --- given trains ------------------------------------------------------------------------------------ */

static int
read_text(const json_t *json, const char *where, const char *name, const char **out,
          struct fx_error *err)
{
    const json_t *value = json_object_get(json, name);
    char path[WHERE_ROOM];

    *out = NULL;
    snprintf(path, sizeof path, "%s.%s", where, name);
    return value && !json_is_null(value) ? json_read_string(value, path, out, err) : 0;
}

/* What is neither the first word nor the second fails; *second is whether it is that. */
static int
read_choice(const json_t *json, const char *where, const char *name, const char *first,
            const char *other, bool *second, struct fx_error *err)
{
    const char *text;

    *second = false;
    if (read_text(json, where, name, &text, err))
        return -1;
    if (!text)
        return 0;
    *second = strcmp(text, other) == 0;
    if (*second || strcmp(text, first) == 0)
        return 0;
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s.%s' is '%s'; it must be %s or %s", where, name,
                   text, first, other);
}

static int
open_neuroh5(struct source *source, const char *path, const char *name_space,
             const char *attribute, struct fx_error *err)
{
    source->file = h5_open(path, err);
    if (!source->file)
        return -1;
    source->trains = neuroh5_spikes_open(source->file, source->population, name_space, attribute,
                                         err);
    return source->trains ? 0 : -1;
}

static int
read_rows(struct source *source, const char *path, const json_t *dataset, bool by_index,
          struct fx_error *err)
{
    struct numbers rows;
    int status;

    if (numbers_read(path, dataset, &rows, err))
        return -1;
    status = given_order(&rows, path, by_index ? 0 : source->population->start,
                         source->population->count, &source->given, err);
    numbers_release(&rows);
    return status;
}

static int
open_given(struct source *source, const json_t *json, const char *where, struct fx_error *err)
{
    const json_t *dataset = json_object_get(json, "dataset"), *shift = json_object_get(json, "shift");
    const char *path, *name_space, *attribute;
    bool by_index, seconds;
    char place[WHERE_ROOM];

    snprintf(place, sizeof place, "%s.file", where);
    if (json_check_object(json, where, err) ||
        json_read_string(json_object_get(json, "file"), place, &path, err) ||
        read_text(json, where, "namespace", &name_space, err) ||
        read_text(json, where, "attribute", &attribute, err) ||
        read_choice(json, where, "cells", "gid", "index", &by_index, err) ||
        read_choice(json, where, "unit", "ms", "s", &seconds, err))
        return -1;
    snprintf(place, sizeof place, "%s.shift", where);
    if (shift && !json_is_null(shift) && json_read_number(shift, place, &source->shift, err))
        return -1;
    source->factor = seconds ? 1000 : 1;
    source->has_given = true;
    if (!name_space)
        return attribute ? fx_fail(err, FX_INVALID, FX_NOWHERE,
                                   "'%s': an attribute needs its namespace", where)
                         : read_rows(source, path, dataset, by_index, err);
    if (dataset && !json_is_null(dataset))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s': give a namespace or a dataset", where);
    return open_neuroh5(source, path, name_space, attribute, err);
}

/* --- all ----------------------------------------------------------------------------------------------- */

static int
open_features(struct source *source, const struct h5_file *file, const char *name_space,
              struct fx_error *err)
{
    char group[900];

    snprintf(group, sizeof group, "/Populations/%s/%s", source->population->name, name_space);
    if (!file || !h5_exists(file, group))
        return 0;
    source->features = neuroh5_rates_open(file, source->population->name, name_space,
                                          source->population->count, err);
    return source->features ? 0 : -1;
}

int
source_open(struct source *source, const struct task *task, const struct h5_file *features,
            const char *features_namespace, struct fx_error *err)
{
    const json_t *rates, *trains;
    char where[WHERE_ROOM];
    int ways;

    if (find_entry(source, task, "rates", &rates, err) ||
        find_entry(source, task, "trains", &trains, err) ||
        open_features(source, features, features_namespace, err))
        return -1;
    ways = (rates != NULL) + (trains != NULL) + (source->features != NULL);
    source->there = ways > 0;
    if (ways > 1)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' gets trains in more than one way: by %s%s%s",
                       source->population->name, source->features ? "features" : "rates",
                       source->features && rates ? " and rates" : "",
                       trains ? " and trains" : "");
    if (rates) {
        snprintf(where, sizeof where, "rates.%s", source->population->name);
        if (rate_rule_read(rates, where, source->population->count, &source->rule, err))
            return -1;
        source->has_rule = true;
        source->rates = mem_new(source->rule.count + 1, sizeof *source->rates);
    }
    snprintf(where, sizeof where, "trains.%s", source->population->name);
    return trains ? open_given(source, trains, where, err) : 0;
}

static int
take_given(struct source *source, uint32_t cell, train *times, uint64_t *count,
           struct fx_error *err)
{
    uint64_t given = source->trains ? neuroh5_cells_value_count(source->trains, cell)
                                    : source->given.offset[cell + 1] - source->given.offset[cell];

    vec_reserve(&source->times, given);
    if (source->trains && given > 0 &&
        neuroh5_cells_read(source->trains, cell, 1, source->times.at, NULL, err))
        return -1;
    if (!source->trains && given > 0)
        memcpy(source->times.at, source->given.times + source->given.offset[cell],
               (size_t)given * sizeof *source->times.at);
    for (uint64_t i = 0; i < given; i++)
        if (!isfinite(source->times.at[i]))
            return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = h5_path(source->file) },
                           "a spike time of cell %lu of '%s' is no number", (unsigned long)cell,
                           source->population->name);
    *count = train_take(&source->how, source->times.at, (size_t)given, source->factor,
                        source->shift, times);
    return 0;
}

int
source_train(struct source *source, uint32_t cell, train *times, uint64_t *count,
             struct fx_error *err)
{
    uint32_t gid = (uint32_t)(source->population->start + cell);
    struct rate rate;

    if (source->has_given)
        return take_given(source, cell, times, count, err);
    if (source->has_rule ? rate_rule_of(&source->rule, source->how.seed, gid, cell, source->rates,
                                        &rate, err)
                         : neuroh5_rates_read(source->features, cell, &rate, err))
        return fx_error_in(err, "%s", source->population->name);
    if (train_check(&source->how, &rate, err))
        return fx_error_in(err, "%s, gid %lu", source->population->name, (unsigned long)gid);
    *count = train_draw(&source->how, &rate, gid, times);
    return 0;
}
