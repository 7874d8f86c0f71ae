/* NEURON behind the guard: errors become values, and it remains usable. */
#include "test.h"

#include "environment/neuron.h"
#include "network.h"

static void
start(struct neuron *neuron)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(neuron_start(neuron, NULL, false, &err), err);
}

/* An object with arguments that it refuses: Vector of a negative length, or of a string. */
static int
fail_within(void *argument, struct fx_error *err)
{
    struct neuron *neuron = argument;

    (void)err;
    neuron_call(neuron->pc, "set_gid2node", 2, (double[]){ 5, 0 });
    neuron_call(neuron->pc, "set_gid2node", 2, (double[]){ 5, 0 });
    return 0;
}

static int
own_failure(void *argument, struct fx_error *err)
{
    (void)argument;
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "mine");
}

static int
nested(void *argument, struct fx_error *err)
{
    struct fx_error inner = FX_ERROR_NONE;

    CHECK(neuron_try(fail_within, argument, &inner) == -1);
    CHECK_INT(inner.code, FX_FAILED);
    return neuron_try(own_failure, argument, err);
}

static int
count_up(void *argument, struct fx_error *err)
{
    (void)err;
    (*(int *)argument)++;
    return 0;
}

TEST(an_error_inside_neuron_is_a_value)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuron neuron;
    int count = 0;

    start(&neuron);
    for (int i = 0; i < 3; i++) {
        err = (struct fx_error)FX_ERROR_NONE;
        CHECK(neuron_try(fail_within, &neuron, &err) == -1);
        CHECK_INT(err.code, FX_FAILED);
        CHECK(!strncmp(err.text, "NEURON: ", 8));
        CHECK(strlen(err.text) > 10);
        CHECK(!strchr(err.text, '\n'));
    }
    err = (struct fx_error)FX_ERROR_NONE;
    CHECK_OK(neuron_try(count_up, &count, &err), err);
    CHECK_INT(count, 1);
    CHECK_INT(err.code, FX_OK);
}

TEST(a_failure_of_the_work_keeps_its_own_text)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuron neuron;

    start(&neuron);
    CHECK(neuron_try(nested, &neuron, &err) == -1);
    CHECK_STR(err.text, "mine");
    CHECK_INT(err.code, FX_INVALID);
}

TEST(hoc_errors_are_values)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuron neuron;

    start(&neuron);
    CHECK_OK(neuron_hoc("celsius = 20", &err), err);
    CHECK(neuron_hoc("no_such_function(1)", &err) == -1);
    CHECK_STR(err.text, "NEURON refuses 'no_such_function(1)'");
    CHECK_OK(neuron_hoc("celsius = 21", &err), err);
}

TEST(symbols_are_told_apart_by_kind)
{
    struct neuron neuron;

    start(&neuron);
    CHECK(neuron_mechanism(&neuron, "pas") && neuron_mechanism(&neuron, "hh"));
    CHECK(!neuron_mechanism(&neuron, "IClamp") && !neuron_mechanism(&neuron, "Vector"));
    CHECK(!neuron_mechanism(&neuron, "nonesuch"));
    CHECK(neuron_range(&neuron, "g_pas") && neuron_range(&neuron, "cm") &&
          neuron_range(&neuron, "ena"));
    CHECK(!neuron_range(&neuron, "celsius") && !neuron_range(&neuron, "pas"));
    CHECK(neuron_class(&neuron, "IClamp") && neuron_class(&neuron, "ExpSyn"));
    CHECK(!neuron_class(&neuron, "hh"));
}

TEST(a_library_that_cannot_be_loaded_is_refused)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuron neuron;

    test_write(test_path("libnrnmech.so"), "no library");
    CHECK(neuron_start(&neuron, test_path("libnrnmech.so"), false, &err) == -1);
    CHECK_INT(err.code, FX_INVALID);
    CHECK(!strncmp(err.text, "cannot load the mechanisms: ", 28));
    CHECK(strstr(err.text, "libnrnmech.so"));
}

TEST(a_second_environment_is_refused)
{
    struct fx_error err = FX_ERROR_NONE;
    const struct fx_env_options options = { .model = "{}" };
    struct fx_env *env = fx_env_open(&options, &err);

    CHECK(env);
    CHECK(!fx_env_open(&options, &err));
    CHECK_STR(err.text, "a process has one environment: NEURON cannot be started twice");
    fx_env_free(env);
}
