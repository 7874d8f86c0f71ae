/* input_features: rules of rates -> the rate of each stimulus cell, in a file. */
#include <stdlib.h>

#include "base/mem.h"
#include "common/neuroh5_rates.h"
#include "common/neuroh5_types.h"
#include "common/rate_rule.h"
#include "common/task_main.h"

struct work {
    struct task *task;
    struct comm *comm;
    const json_t *features;
    const char *path, *name_space;
    uint64_t seed, buffer;
    struct neuroh5_types types;
    struct rate_rule *rules;    /* by population */
    bool *described;
    struct h5_file *out;
};

static void
work_release(struct work *w)
{
    for (size_t i = 0; w->rules && i < w->types.population_count; i++)
        rate_rule_release(&w->rules[i]);
    free(w->rules);
    free(w->described);
    h5_discard(w->out);
    neuroh5_types_release(&w->types);
}

static int
read_rules(struct work *w, const struct h5_file *file, struct fx_error *err)
{
    const char *name;
    const json_t *json;

    if (neuroh5_types_read(file, &w->types, err) || json_check_object(w->features, "features", err))
        return -1;
    w->rules = mem_new(w->types.population_count + 1, sizeof *w->rules);
    w->described = mem_new(w->types.population_count + 1, sizeof *w->described);
    json_object_foreach ((json_t *)(uintptr_t)w->features, name, json) {
        const struct neuroh5_population *population;
        char where[256];
        size_t i;

        if (neuroh5_types_get(&w->types, file, name, &population, err))
            return -1;
        snprintf(where, sizeof where, "features.%s", name);
        i = (size_t)(population - w->types.populations);
        if (rate_rule_read(json, where, population->count, &w->rules[i], err))
            return -1;
        w->described[i] = true;
    }
    return 0;
}

static int
start(struct work *w, struct fx_error *err)
{
    struct h5_file *file;
    const char *types;
    int64_t buffer;
    int status;

    if (task_input(w->task, "types", &types, err) ||
        task_output(w->task, "file", &w->path, err) ||
        task_json(w->task, "features", &w->features, err) ||
        task_string(w->task, "namespace", &w->name_space, err) ||
        task_seed(w->task, &w->seed, err) || task_integer(w->task, "buffer", &buffer, err))
        return -1;
    if (!w->name_space[0])
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'namespace' is empty");
    w->buffer = buffer > 0 ? (uint64_t)buffer : 0;
    file = h5_open(types, err);
    status = file ? read_rules(w, file, err) : -1;
    h5_discard(file);
    return status;
}

/* The rates of count cells from `first` on: rates[], with their values in `values`. */
static int
make_rates(const struct work *w, const struct neuroh5_population *population,
           const struct rate_rule *rule, uint64_t first, uint64_t count, struct rate *rates,
           double *values, struct fx_error *err)
{
    for (uint64_t i = 0; i < count; i++)
        if (rate_rule_of(rule, w->seed, (uint32_t)(population->start + first + i),
                         (uint32_t)(first + i), values + i * rule->count, &rates[i], err))
            return fx_error_in(err, "features.%s", population->name);
    return 0;
}

static int
write_blocks(struct work *w, const struct neuroh5_population *population,
             const struct rate_rule *rule, struct neuroh5_rates_writer *writer,
             struct fx_error *err)
{
    uint64_t cells = population->count;
    uint64_t each = w->buffer / (sizeof(struct rate) + 64 + 32 * rule->count), step;
    struct rate *rates;
    double *values;
    int status = 0;

    each = each < 1 ? 1 : each > cells ? cells : each;
    step = each * (uint64_t)w->comm->size;
    rates = mem_new((size_t)each + 1, sizeof *rates);
    values = mem_new((size_t)each * rule->count + 1, sizeof *values);
    for (uint64_t first = 0; !status && first < cells; first += step) {
        uint64_t from, to;

        comm_part(w->comm, cells - first < step ? cells - first : step, &from, &to);
        status = comm_agree(w->comm, make_rates(w, population, rule, first + from, to - from, rates,
                                                values, err), err);
        if (!status)
            status = comm_agree(w->comm, neuroh5_rates_append(writer, (uint32_t)(first + from),
                                                              (uint32_t)(to - from), rates, err),
                                err);
    }
    free(rates);
    free(values);
    return status;
}

static int
write_population(struct work *w, size_t i, struct fx_error *err)
{
    const struct neuroh5_population *population = &w->types.populations[i];
    struct neuroh5_rates_writer *writer =
        neuroh5_rates_new(w->out, w->comm, population->name, w->name_space, population->count,
                          w->rules[i].count, err);

    if (comm_agree(w->comm, writer ? 0 : -1, err) ||
        write_blocks(w, population, &w->rules[i], writer, err)) {
        neuroh5_rates_discard(writer);
        return -1;
    }
    return comm_agree(w->comm, neuroh5_rates_finish(writer, err), err);
}

static int
write_file(struct work *w, struct fx_error *err)
{
    struct h5_file *out;

    w->out = h5_create(w->path, w->comm, err);
    if (comm_agree(w->comm, w->out ? 0 : -1, err) ||
        comm_agree(w->comm, neuroh5_types_write(w->out, &w->types, err), err))
        return -1;
    for (size_t i = 0; i < w->types.population_count; i++)
        if (w->described[i] && write_population(w, i, err))
            return -1;
    out = w->out;
    w->out = NULL;
    return comm_agree(w->comm, h5_close(out, err), err);
}

static int
run(struct task *task, struct comm *comm, struct fx_error *err)
{
    struct work w = { .task = task, .comm = comm };
    int status = comm_agree(comm, start(&w, err), err);

    if (!status)
        status = write_file(&w, err);
    work_release(&w);
    return status;
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
