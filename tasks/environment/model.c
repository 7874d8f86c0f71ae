#include "environment/model.h"

#include <string.h>

#include "common/task.h"

enum { WHERE_ROOM = 256 };

static const json_t *
member(const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    return json_is_null(value) ? NULL : value;
}

static int
number(const struct model *model, const char *name, double preset, double *out,
       struct fx_error *err)
{
    const json_t *value = member(model->root, name);

    *out = preset;
    return value ? json_read_number(value, name, out, err) : 0;
}

static int
mapping(const struct model *model, const char *name, const json_t **out, struct fx_error *err)
{
    *out = member(model->root, name);
    return *out ? json_check_object(*out, name, err) : 0;
}

static int
read_numbers(struct model *model, struct fx_error *err)
{
    const json_t *value;
    int64_t whole = 2;

    if (number(model, "v_init", -65, &model->v_init, err) ||
        number(model, "dt", 0.025, &model->dt, err) ||
        number(model, "max_step", 10, &model->max_step, err) ||
        number(model, "celsius", 34, &model->celsius, err))
        return -1;
    if (!(model->dt > 0 && model->max_step > 0))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "dt and max_step must be greater than 0");
    value = member(model->root, "secondorder");
    if (value && json_read_integer(value, "secondorder", 0, 2, &whole, err))
        return -1;
    model->secondorder = (int)whole;
    whole = 0;
    value = member(model->root, "seed");
    if (value && json_read_integer(value, "seed", 0, INT64_MAX, &whole, err))
        return -1;
    model->seed = (uint64_t)whole;
    value = member(model->root, "rotation");
    if (value && json_read_numbers(value, "rotation", 3, model->rotation, err))
        return -1;
    value = member(model->root, "unique");
    if (value && !json_is_boolean(value))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "unique must be true or false");
    model->unique = json_is_true(value);
    return 0;
}

int
model_init(struct model *model, const char *json, struct fx_error *err)
{
    json_error_t fault;

    memset(model, 0, sizeof *model);
    model->root = json_loads(json, JSON_REJECT_DUPLICATES, &fault);
    if (!model->root)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "the model's description is no JSON: %s",
                       fault.text);
    if (json_check_object(model->root, "the model's description", err) ||
        read_numbers(model, err) ||
        mapping(model, "cell_types", &model->cell_types, err) ||
        mapping(model, "synapses", &model->synapses, err) ||
        mapping(model, "synapse_mechanisms", &model->synapse_mechanisms, err) ||
        mapping(model, "biophysics", &model->biophysics, err) ||
        mapping(model, "stimulus", &model->stimulus, err) ||
        mapping(model, "orientation", &model->orientation, err) ||
        mapping(model, "velocity", &model->velocity, err) ||
        mapping(model, "lfp", &model->lfp, err))
        return -1;
    model->record = member(model->root, "record");
    if (model->record && json_check_array(model->record, "record", err))
        return -1;
    return definitions_read(member(model->root, "definitions"), &model->definitions, err);
}

void
model_release(struct model *model)
{
    definitions_release(&model->definitions);
    json_decref(model->root);
    memset(model, 0, sizeof *model);
}

const json_t *
model_biophysics(const struct model *model, const char *population)
{
    return member(model->biophysics, population);
}

const char *
model_template(const struct model *model, const char *population)
{
    return json_string_value(member(member(model->cell_types, population), "template"));
}

const json_t *
model_stimulus(const struct model *model, const char *population)
{
    return member(model->stimulus, population);
}

int
model_velocity(const struct model *model, const char *population, double *velocity,
               struct fx_error *err)
{
    const json_t *value = member(model->velocity, population);
    char where[WHERE_ROOM];

    *velocity = 250;
    snprintf(where, sizeof where, "velocity.%s", value ? population : "default");
    if (!value)
        value = member(model->velocity, "default");
    if (value && json_read_number(value, where, velocity, err))
        return -1;
    if (!(*velocity > 0))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s must be greater than 0", where);
    return 0;
}

int
model_depth_axis(const struct model *model, const char *population, double axis[3],
                 struct fx_error *err)
{
    const json_t *value = member(member(model->orientation, population), "depth_axis");
    char where[WHERE_ROOM];

    axis[0] = axis[2] = 0;
    axis[1] = 1;
    snprintf(where, sizeof where, "orientation.%s.depth_axis", population);
    return value ? json_read_numbers(value, where, 3, axis, err) : 0;
}
