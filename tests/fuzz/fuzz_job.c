/*
 * job.json, as tasks read it: its members, typed parameters, and the configuration structures that
 * several tasks share. json_load_file() reads the input, whatever the path.
 */
#include "fuzz.h"

#include "arc_distances/origin.h"
#include "common/geometry.h"
#include "common/rate_rule.h"
#include "common/swc.h"
#include "connections/projections.h"
#include "environment/model.h"
#include "gap_junctions/rules.h"
#include "h5_types/types_of.h"
#include "soma_coordinates/groups.h"
#include "synapses/density.h"
#include "synthetic_morphology/grow.h"

static const uint8_t *input;
static size_t input_size;

json_t *__wrap_json_load_file(const char *path, size_t flags, json_error_t *error);

json_t *
__wrap_json_load_file(const char *path, size_t flags, json_error_t *error)
{
    (void)path;
    return json_loadb((const char *)input, input_size, flags, error);
}

static void
ask_all(const struct task *task, const char *name)
{
    struct fx_error err = FX_ERROR_NONE;
    const char *text;
    const json_t *json;
    int64_t integer;
    double number;
    bool boolean;

    task_has(task, name);
    task_number(task, name, &number, &err);
    task_integer(task, name, &integer, &err);
    task_boolean(task, name, &boolean, &err);
    task_string(task, name, &text, &err);
    task_json(task, name, &json, &err);
    task_output(task, name, &text, &err);
    task_input(task, name, &text, &err);
    for (size_t i = 0; i < task_input_count(task, name) && i < 10; i++)
        task_input_at(task, name, i, &text, &err);
}

static void
ask_parameters(const struct task *task)
{
    struct fx_error err = FX_ERROR_NONE;
    char *text = task_parameters_text(task);
    json_t *json = text ? json_loads(text, 0, NULL) : NULL;
    const char *name;
    json_t *value;
    uint64_t seed;

    json_object_foreach(json, name, value) {
        ask_all(task, name);
    }
    ask_all(task, "file");
    task_seed(task, &seed, &err);
    json_decref(json);
    free(text);
}

static const json_t *
parameter(const struct task *task, const char *name)
{
    struct fx_error err = FX_ERROR_NONE;
    const json_t *value = NULL;

    return task_json(task, name, &value, &err) ? NULL : value;
}

static void
read_layers(const struct task *task, const struct neuroh5_types *types)
{
    struct fx_error err = FX_ERROR_NONE;
    struct soma_config config = { .distributions = parameter(task, "distributions"),
                                  .constraints = parameter(task, "constraints") };
    struct soma_groups groups = { 0 };
    struct volume volume;
    double origin[3];

    if (!task_volume(task, &volume, &err))
        origin_read(parameter(task, "origin"), &volume, origin, &err);
    if (layer_extents_read(parameter(task, "layer_extents"), &config.extents, &err))
        return;
    if (types && !soma_groups_read(&config, types, &groups, &err))
        soma_groups_release(&groups);
    layer_extents_release(&config.extents);
}

/* Rates of stimulus cells, in memory: files are fuzz_numbers' business. */
static void
read_rates(const struct task *task)
{
    struct fx_error err = FX_ERROR_NONE;
    const json_t *json = parameter(task, "rates");
    struct rate_rule rule = { 0 };
    struct rate rate;
    double *rates;

    if (json_object_get(json, "file") || rate_rule_read(json, "rates", 3, &rule, &err))
        return;
    rates = calloc(rule.count + 1, sizeof *rates);
    FUZZ_CHECK(rates);
    if (!rate_rule_of(&rule, 1, 2, 1, rates, &rate, &err)) {
        double expected = rate_expected(&rate, 0, 1000);
        struct rng rng = rng_start(1, RNG_TEST, 0, 0);
        double t = rate_next(&rate, 0, 1, &rng);

        FUZZ_CHECK(expected >= -1e-6 && expected <= 1.01 * RATE_MOST_HZ);
        FUZZ_CHECK(t > 0 && t <= 1);
    }
    free(rates);
    rate_rule_release(&rule);
}

static void
read_gap_junctions(const struct task *task, const struct definitions *definitions)
{
    struct fx_error err = FX_ERROR_NONE;
    struct gap_rules rules = { 0 };

    if (gap_rules_read(parameter(task, "gap_junctions"), definitions, &rules, &err))
        return;
    for (size_t i = 0; i < rules.count; i++) {
        FUZZ_CHECK(rules.at[i].reach > 0);
        FUZZ_CHECK(curve_at(&rules.at[i].weight, rules.at[i].reach / 2) >= 0);
    }
    gap_rules_release(&rules);
}

/* A cell that can be read can be grown, or says why not; a reader of SWC files takes it. */
static void
grow_cell(const struct task *task, const struct definitions *definitions)
{
    struct fx_error err = FX_ERROR_NONE;
    struct cell cell;
    struct grown grown;
    struct text text;
    struct morphology m;

    if (!cell_read(parameter(task, "cell"), parameter(task, "layer_extents"), definitions, &cell, &err)) {
        if (!grow(&cell, 1, "PYR", &grown, &err)) {
            text_init(&text, 64 << 20);
            grown_text(&grown, &cell, "PYR", &text);
            FUZZ_CHECK(!swc_parse(text.at, text.len, "grown.swc", &m, NULL, &err));
            FUZZ_CHECK(m.point_count == grown.points.count);
            morphology_release(&m);
            text_release(&text);
        }
        grown_release(&grown);
    }
    cell_release(&cell);
}

static void
read_configuration(const struct task *task)
{
    struct fx_error err = FX_ERROR_NONE;
    struct definitions definitions = { 0 };
    struct density_rules rules = { 0 };
    struct projections projections = { 0 };
    struct neuroh5_types types = { 0 };

    if (task_definitions(task, &definitions, &err))
        return;
    read_gap_junctions(task, &definitions);
    grow_cell(task, &definitions);
    if (!density_rules_read(parameter(task, "cell_type"), &definitions, &rules, &err))
        density_rules_release(&rules);
    if (!projections_read(parameter(task, "projections"), parameter(task, "axon_extents"), &definitions,
                          &projections, &err)) {
        projections_sort(&projections);
        projections_check_sums(&projections, &definitions, &err);
        projections_release(&projections);
    }
    if (!types_of(&definitions.populations, parameter(task, "distributions"),
                  parameter(task, "projections"), &types, &err)) {
        read_layers(task, &types);
        neuroh5_types_release(&types);
    } else {
        read_layers(task, NULL);
    }
    definitions_release(&definitions);
}

static void
read_model(const struct task *task)
{
    struct fx_error err = FX_ERROR_NONE;
    char *text = task_parameters_text(task);
    struct model model = { 0 };
    double velocity, axis[3];

    if (text && !model_init(&model, text, &err)) {
        model_biophysics(&model, "PYR");
        model_template(&model, "PYR");
        model_stimulus(&model, "PYR");
        model_velocity(&model, "PYR", &velocity, &err);
        model_depth_axis(&model, "PYR", axis, &err);
    }
    model_release(&model);
    free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fx_error err = FX_ERROR_NONE;
    struct task *task;

    input = data;
    input_size = size;
    task = task_open("/fuzz/job.json", &err);
    if (!task) {
        FUZZ_CHECK(err.code == FX_INVALID && err.text[0]);
        return 0;
    }
    FUZZ_CHECK(task_name(task) && task_label(task) && task_threads(task) >= 1);
    ask_parameters(task);
    read_configuration(task);
    read_rates(task);
    read_model(task);
    task_free(task);
    return 0;
}
