#include "connections/input.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char SYNAPSES[] = "Synapse Attributes";

static struct fx_mark
in_file(const struct h5_file *file)
{
    return (struct fx_mark){ .file = h5_path(file) };
}

static int
read_parameters(struct input *input, const struct task *task, struct fx_error *err)
{
    const json_t *projections, *extents;
    const char *on_empty;
    int64_t buffer;

    if (task_definitions(task, &input->definitions, err) ||
        task_json(task, "projections", &projections, err) ||
        task_json(task, "axon_extents", &extents, err) ||
        projections_read(projections, extents, &input->definitions, &input->projections, err) ||
        projections_check_sums(&input->projections, &input->definitions, err) ||
        task_seed(task, &input->seed, err) || task_integer(task, "buffer", &buffer, err) ||
        task_string(task, "on_empty", &on_empty, err))
        return -1;
    if (strcmp(on_empty, "error") != 0 && strcmp(on_empty, "warn") != 0)
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "on_empty is '%s', but it must be error or warn", on_empty);
    input->empty_is_error = strcmp(on_empty, "error") == 0;
    input->buffer = buffer > 0 ? (uint64_t)buffer : 0;
    return 0;
}

static struct neuroh5_cells *
open_attribute(const struct input *input, const char *name, enum h5_type type, struct fx_error *err)
{
    return neuroh5_cells_open(input->file, input->population->name, SYNAPSES, name, type,
                              input->population->count, err);
}

/* All attributes must have the same cells, with as many values each. */
static int
check_counts(const struct input *input, const struct neuroh5_cells *other, const char *name,
             struct fx_error *err)
{
    for (uint64_t cell = 0; cell < input->population->count; cell++) {
        uint64_t ids = neuroh5_cells_value_count(input->id, (uint32_t)cell);
        uint64_t values = neuroh5_cells_value_count(other, (uint32_t)cell);

        if (ids != values)
            return fx_fail(err, FX_INVALID, in_file(input->file),
                           "cell %llu of '%s' has %llu syn_ids, but %llu %s",
                           (unsigned long long)cell, input->population->name,
                           (unsigned long long)ids, (unsigned long long)values, name);
        if (ids > UINT32_MAX)
            return fx_fail(err, FX_INVALID, in_file(input->file),
                           "cell %llu of '%s' has %llu synapses, more than 2^32",
                           (unsigned long long)cell, input->population->name,
                           (unsigned long long)ids);
    }
    return 0;
}

static int
open_synapses(struct input *input, const struct task *task, struct fx_error *err)
{
    const char *path, *name = NULL;

    if (task_input(task, "synapses", &path, err) ||
        (task_has(task, "population") && task_string(task, "population", &name, err)))
        return -1;
    input->file = h5_open(path, err);
    if (!input->file || neuroh5_types_read(input->file, &input->types, err) ||
        neuroh5_types_pick(&input->types, input->file, name, SYNAPSES, "synapses",
                           &input->population, err))
        return -1;
    input->id = open_attribute(input, "syn_ids", H5_U32, err);
    return input->id ? 0 : -1;
}

static int
open_attributes(struct input *input, struct fx_error *err)
{
    input->layer = open_attribute(input, "syn_layers", H5_I8, err);
    if (!input->layer || check_counts(input, input->layer, "syn_layers", err))
        return -1;
    input->type = open_attribute(input, "syn_types", H5_U8, err);
    if (!input->type || check_counts(input, input->type, "syn_types", err))
        return -1;
    input->swc_type = open_attribute(input, "swc_types", H5_U8, err);
    if (!input->swc_type || check_counts(input, input->swc_type, "swc_types", err))
        return -1;
    if (!input_needs_distance(input))
        return 0;
    input->distance = open_attribute(input, "syn_cdists", H5_F32, err);
    if (!input->distance || check_counts(input, input->distance, "syn_cdists", err))
        return -1;
    return 0;
}

/* Numbers the sources, checks that the projections are among the valid ones, and orders them. */
static int
number_sources(struct input *input, struct fx_error *err)
{
    for (size_t i = 0; i < input->projections.count; i++) {
        struct projection *p = &input->projections.at[i];
        const struct neuroh5_population *source;
        bool valid = false;

        if (neuroh5_types_get(&input->types, input->file, p->source, &source, err))
            return -1;
        p->source_index = source->index;
        for (size_t k = 0; k < input->types.pair_count; k++)
            valid = valid || (input->types.pairs[k].source == source->index &&
                              input->types.pairs[k].destination == input->population->index);
        if (!valid)
            return fx_fail(err, FX_INVALID, in_file(input->file),
                           "'%s' to '%s' is not among the valid population projections: "
                           "h5_types must be given it", p->source, input->population->name);
    }
    projections_sort(&input->projections);
    return 0;
}

/* *values: `population`'s distances along one axis. A population without cells has none. */
static int
read_distance(const struct h5_file *file, const struct neuroh5_population *population,
              const char *attribute, float **values, struct fx_error *err)
{
    if (population->count == 0) {
        *values = mem_new(1, sizeof **values);
        return 0;
    }
    *values = neuroh5_cells_read_single(file, population->name, "Arc Distances", attribute, H5_F32,
                                        population->count, err);
    return *values ? 0 : -1;
}

static int
read_sources(struct input *input, const struct task *task, const struct h5_file *file,
             struct fx_error *err)
{
    bool autapses;

    if (task_boolean(task, "autapses", &autapses, err))
        return -1;
    input->sources = mem_new(input->projections.count, sizeof *input->sources);
    for (size_t i = 0; i < input->projections.count; i++) {
        struct connect_source *source = &input->sources[i];
        const struct neuroh5_population *population =
            neuroh5_types_by_index(&input->types, input->projections.at[i].source_index);
        float *u = NULL, *v = NULL;
        int status = read_distance(file, population, "U Distance", &u, err);

        if (!status)
            status = read_distance(file, population, "V Distance", &v, err);
        if (!status)
            somata_init(&source->somata, u, v, (size_t)population->count);
        free(u);
        free(v);
        if (status)
            return -1;
        source->stream = population->index;
        source->is_self = population == input->population && !autapses;
    }
    return 0;
}

static int
read_distances(struct input *input, const struct task *task, struct fx_error *err)
{
    struct neuroh5_types types = { 0 };
    struct h5_file *file;
    const char *path;
    char difference[200];
    int status = -1;

    if (task_input(task, "distances", &path, err))
        return -1;
    file = h5_open(path, err);
    if (!file)
        return -1;
    if (neuroh5_types_read(file, &types, err))
        goto end;
    if (!neuroh5_types_equal(&input->types, &types, difference)) {
        fx_fail(err, FX_INVALID, in_file(file), "its populations differ from those of %s: %s",
                h5_path(input->file), difference);
        goto end;
    }
    if (read_distance(file, input->population, "U Distance", &input->u, err) ||
        read_distance(file, input->population, "V Distance", &input->v, err) ||
        read_sources(input, task, file, err))
        goto end;
    status = 0;
end:
    neuroh5_types_release(&types);
    h5_discard(file);
    return status;
}

int
input_open(struct input *input, const struct task *task, struct fx_error *err)
{
    if (read_parameters(input, task, err) || open_synapses(input, task, err) ||
        number_sources(input, err) || read_distances(input, task, err) ||
        open_attributes(input, err))
        return -1;
    assignment_init(&input->assignment, &input->projections);
    return 0;
}

void
input_release(struct input *input)
{
    for (size_t i = 0; input->sources && i < input->projections.count; i++)
        somata_release(&input->sources[i].somata);
    free(input->sources);
    free(input->u);
    free(input->v);
    neuroh5_cells_free(input->id);
    neuroh5_cells_free(input->distance);
    neuroh5_cells_free(input->layer);
    neuroh5_cells_free(input->type);
    neuroh5_cells_free(input->swc_type);
    neuroh5_types_release(&input->types);
    h5_discard(input->file);
    assignment_release(&input->assignment);
    projections_release(&input->projections);
    definitions_release(&input->definitions);
    *input = (struct input){ 0 };
}

uint64_t
input_count(const struct input *input, uint32_t cell)
{
    return neuroh5_cells_value_count(input->id, cell);
}

bool
input_needs_distance(const struct input *input)
{
    for (size_t i = 0; i < input->projections.count; i++)
        if (input->projections.at[i].contacts > 1)
            return true;
    return false;
}
