#include "environment/recorder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <neuronapi.h>

#include "base/text.h"
#include "common/rng.h"
#include "common/task.h"

enum { WHERE_ROOM = 64 };

struct finding {
    const struct recorder *recorder;
    const struct model *model;
};

static char *
copy(const char *text)
{
    return mem_copy(text, strlen(text));
}

static void
recording_free(struct recording *r)
{
    free(r->name);
    free(r->what);
    free(r->population);
    free(r->section);
    free(r->units);
    vec_release(&r->gids);
    vec_release(&r->places);
    vec_release(&r->times);
    vec_release(&r->values);
    free(r);
}

void
recorder_init(struct recorder *recorder, const struct cells *cells, const struct neuron *neuron)
{
    memset(recorder, 0, sizeof *recorder);
    recorder->cells = cells;
    recorder->neuron = neuron;
}

void
recorder_release(struct recorder *recorder)
{
    for (size_t i = 0; i < recorder->list.count; i++)
        recording_free(recorder->list.at[i]);
    vec_release(&recorder->list);
}

static void
take(void *context, double t)
{
    struct recording *r = context;
    const size_t count = r->places.count;

    vec_push(&r->times, t);
    vec_reserve(&r->values, r->values.count + count);
    for (size_t i = 0; i < count; i++)
        r->values.at[r->values.count++] = (float)*r->places.at[i];
}

/* NEURON's own name of the variable's units; NULL: none is known. */
static int
ask_units(void *argument, struct fx_error *err)
{
    struct recording *r = argument;
    char *what = r->what;
    const char *units;

    (void)err;
    nrn_str_push(&what);
    nrn_function_call(nrn_symbol("units"), 1);
    units = *nrn_str_pop();
    if (!strcmp(r->what, "i_membrane_"))
        units = "nA";           /* NEURON does not say */
    if (units && *units)
        r->units = copy(units);
    return 0;
}

/* Whether the entry wants the cell. */
static bool
wants(const struct fx_record *wanted, const struct model *model, const char *name, uint32_t gid)
{
    struct rng rng;

    if (!wanted->gids) {
        rng = rng_start(model->seed, RNG_RECORD, gid, rng_stream_of(name));
        return rng_uniform(&rng) < wanted->fraction;
    }
    for (size_t i = 0; i < wanted->gid_count; i++)
        if (wanted->gids[i] == gid)
            return true;
    return false;
}

static int
check(const struct recorder *recorder, const struct fx_record *wanted, const char *name,
      const struct model *model, const struct neuroh5_population *population, struct fx_error *err)
{
    int type;

    if (!neuron_range(recorder->neuron, wanted->what))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "record: NEURON has no range variable '%s'",
                       wanted->what);
    if (!population)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "record: there is no population '%s'",
                       wanted->population);
    if (names_number(&model->definitions.swc_types, "section type", "record", wanted->section,
                     &type, err))
        return -1;
    if (!(wanted->at >= 0 && wanted->at <= 1))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "record: 'at' must be between 0 and 1");
    if (!(wanted->dt >= model->dt))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "record: 'dt' must be at least that of the "
                       "simulation, %g ms", model->dt);
    if (!*name || strchr(name, '/') || !strcmp(name, "."))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "record: '%s' is no name of a group", name);
    for (size_t i = 0; i < wanted->gid_count; i++)
        if (wanted->gids[i] < population->start ||
            wanted->gids[i] - population->start >= population->count)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "record: %u is no gid of population '%s' "
                           "(%llu to %llu are)", wanted->gids[i], population->name,
                           (unsigned long long)population->start,
                           (unsigned long long)(population->start + population->count - 1));
    for (size_t i = 0; i < recorder->list.count; i++)
        if (!strcmp(recorder->list.at[i]->name, name) &&
            !strcmp(recorder->list.at[i]->population, population->name))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "record: two entries for '%s' of %s: give "
                           "them different names ('name')", name, population->name);
    return 0;
}

int
recorder_add(struct recorder *recorder, const struct fx_record *wanted, const struct model *model,
             struct sampler *sampler, struct fx_error *err)
{
    const struct neuroh5_population *population =
        neuroh5_types_find(&recorder->cells->types, wanted->population);
    const char *name = wanted->name ? wanted->name : wanted->what;
    struct recording *r;

    if (check(recorder, wanted, name, model, population, err) ||
        (!strcmp(wanted->what, "i_membrane_") &&
         cells_keep_currents(recorder->cells, recorder->neuron, err)))
        return -1;
    r = mem_new(1, sizeof *r);
    r->name = copy(name);
    r->what = copy(wanted->what);
    r->population = copy(wanted->population);
    r->section = copy(wanted->section);
    r->at = wanted->at;
    r->dt = wanted->dt;
    for (size_t i = 0; i < recorder->cells->list.count; i++) {
        const struct cell *cell = &recorder->cells->list.at[i];

        if (cells_population(recorder->cells, cell) == population &&
            cell->shape != CELLS_NO_SHAPE && wants(wanted, model, name, cell->gid))
            vec_push(&r->gids, cell->gid);
    }
    vec_push(&recorder->list, r);
    sampler_add(sampler, r->dt, take, r);
    return neuron_try(ask_units, r, err);
}

/* --- the model's entries ----------------------------------------------------------------------- */

typedef VEC(uint32_t) gids_vec;

static int
read_gids(const json_t *json, gids_vec *gids, struct fx_error *err)
{
    int64_t gid;

    if (json_check_array(json, "record.cells", err))
        return -1;
    for (size_t i = 0; i < json_array_size(json); i++) {
        if (json_read_integer(json_array_get(json, i), "record.cells", 0, UINT32_MAX, &gid, err))
            return -1;
        vec_push(gids, (uint32_t)gid);
    }
    return 0;
}

static int
read_string(const json_t *json, const char *name, const char **out, struct fx_error *err)
{
    const json_t *value = json_object_get(json, name);
    char where[WHERE_ROOM];

    snprintf(where, sizeof where, "record.%s", name);
    return value && !json_is_null(value) ? json_read_string(value, where, out, err) : 0;
}

static int
read_number(const json_t *json, const char *name, double *out, struct fx_error *err)
{
    const json_t *value = json_object_get(json, name);
    char where[WHERE_ROOM];

    snprintf(where, sizeof where, "record.%s", name);
    return value && !json_is_null(value) ? json_read_number(value, where, out, err) : 0;
}

static int
add_entry(struct recorder *recorder, const json_t *json, const struct model *model,
          struct sampler *sampler, struct fx_error *err)
{
    struct fx_record wanted = {
        .what = "v", .section = "soma", .at = 0.5, .dt = 0.1, .fraction = 1
    };
    const json_t *cells = json_object_get(json, "cells");
    gids_vec gids = { 0 };
    int result = -1;

    if (json_check_object(json, "record", err) || read_string(json, "what", &wanted.what, err) ||
        read_string(json, "population", &wanted.population, err) ||
        read_string(json, "section", &wanted.section, err) ||
        read_string(json, "name", &wanted.name, err) || read_number(json, "at", &wanted.at, err) ||
        read_number(json, "dt", &wanted.dt, err) ||
        read_number(json, "fraction", &wanted.fraction, err))
        goto end;
    if (!wanted.population) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "record: an entry has no 'population'");
        goto end;
    }
    if (cells && !json_is_null(cells)) {
        if (read_gids(cells, &gids, err))
            goto end;
        /* An empty list is a list, too: nobody. */
        vec_reserve(&gids, 1);
        wanted.gids = gids.at;
        wanted.gid_count = gids.count;
    }
    result = recorder_add(recorder, &wanted, model, sampler, err);
end:
    vec_release(&gids);
    return result;
}

int
recorder_add_all(struct recorder *recorder, const struct model *model, struct sampler *sampler,
                 struct fx_error *err)
{
    for (size_t i = 0; i < json_array_size(model->record); i++)
        if (add_entry(recorder, json_array_get(model->record, i), model, sampler, err))
            return -1;
    return 0;
}

/* --- at the start of a run --------------------------------------------------------------------- */

struct place {
    struct Symbol *what;
    struct Section *section;
    double at;
    const double *value;        /* found */
};

static int
find_place(void *argument, struct fx_error *err)
{
    struct place *place = argument;

    (void)err;
    nrn_rangevar_push(place->what, place->section, place->at);
    place->value = nrn_double_ptr_pop();
    return 0;
}

/* NEURON's own text is empty where no mechanism of the section has the variable. */
static int
cannot_record(const struct recording *r, const struct cell *cell, struct fx_error *err)
{
    *err = (struct fx_error)FX_ERROR_NONE;
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "record: there is no '%s' in section '%s' of cell %u "
                   "(%s): no mechanism there has it", r->what, r->section, cell->gid, r->population);
}

static int
find_places(void *argument, struct fx_error *err)
{
    const struct finding *f = argument;
    const struct recorder *recorder = f->recorder;

    for (size_t i = 0; i < recorder->list.count; i++) {
        struct recording *r = recorder->list.at[i];
        struct Symbol *what = nrn_symbol(r->what);
        int type = 0;

        names_find(&f->model->definitions.swc_types, r->section, &type);
        r->places.count = r->times.count = r->values.count = 0;
        for (size_t c = 0; c < r->gids.count; c++) {
            const struct cell *cell = cells_find(recorder->cells, r->gids.at[c]);
            struct place at;
            uint32_t section;

            if (!shape_section_of_type(cells_shape(recorder->cells, cell), type, &section))
                return fx_fail(err, FX_INVALID, FX_NOWHERE, "record: cell %u has no section of "
                               "type '%s'", cell->gid, r->section);
            at = (struct place){ what, cells_section(recorder->cells, cell, section), r->at, NULL };
            if (neuron_try(find_place, &at, err))
                return cannot_record(r, cell, err);
            vec_push(&r->places, at.value);
        }
    }
    return 0;
}

int
recorder_start(struct recorder *recorder, const struct model *model, struct fx_error *err)
{
    struct finding finding = { recorder, model };

    return neuron_try(find_places, &finding, err);
}
