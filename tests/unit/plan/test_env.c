/* ${env:NAME}: free in resources, elsewhere declared. */
#define _POSIX_C_SOURCE 200809L

#include "fixture.h"

#include <stdlib.h>

static const char *
first(const char *text)
{
    struct fixture f;
    struct text out;

    fixture_plan(&f, text);
    text_init(&out, 2000);
    text_add(&out, "");
    if (f.problems.list.count)
        text_printf(&out, "%s (%s)", f.problems.list.at[0].text, f.problems.list.at[0].hint);
    fixture_release(&f);
    return fixture_keep(&out);
}

TEST(resources_may_depend_on_the_environment)
{
    struct fixture f;
    struct digest four, two;

    setenv("FX_TEST_CORES", "4", 1);
    fixture_plan(&f, "stages: {t: {task: types, with: {definitions: 1}, resources: "
                     "{threads: \"${env:FX_TEST_CORES}\", memory: \"${env:FX_TEST_CORES} GiB\"}}}\n");
    fixture_check(&f);
    CHECK_INT(plan_job(f.plan, 0)->resources.threads, 4);
    CHECK_INT(plan_job(f.plan, 0)->resources.memory, (int64_t)4 << 30);
    fixture_manifest(&f, "t", &four);
    fixture_release(&f);
    setenv("FX_TEST_CORES", "2", 1);
    fixture_plan(&f, "stages: {t: {task: types, with: {definitions: 1}, resources: {threads: \"${env:FX_TEST_CORES}\"}}}\n");
    fixture_check(&f);
    CHECK_INT(plan_job(f.plan, 0)->resources.threads, 2);
    fixture_manifest(&f, "t", &two);
    CHECK(digest_equal(two, four));
    fixture_release(&f);
}

TEST(a_declared_variable_enters_the_key_by_its_value)
{
    static const char text[] = "env: [FX_TEST_SEED]\nparams: {seed: \"${env:FX_TEST_SEED}\"}\n"
                               "axes: {a: [\"${env:FX_TEST_SEED}\"]}\n"
                               "stages: {t: {task: types, with: {definitions: [\"${params.seed}\", \"${axis.a}\", \"x${env:FX_TEST_SEED}\"]}}}\n";
    struct fixture f;
    struct digest one, two;

    setenv("FX_TEST_SEED", "7", 1);
    fixture_plan(&f, text);
    fixture_check(&f);
    CHECK_STR(fixture_value(&f, "t[a=7]", "definitions"), "[7, 7, x7]");
    fixture_manifest(&f, "t[a=7]", &one);
    fixture_release(&f);
    setenv("FX_TEST_SEED", "seven", 1);
    fixture_plan(&f, text);
    fixture_check(&f);
    CHECK_STR(fixture_value(&f, "t[a=seven]", "definitions"), "[seven, seven, xseven]");
    fixture_manifest(&f, "t[a=seven]", &two);
    CHECK(!digest_equal(one, two));
    fixture_release(&f);
}

#define STAGE "stages: {t: {task: types, with: {definitions: \"${env:FX_TEST_NONE}\"}}}\n"

TEST(variables_that_are_not_there)
{
    struct fixture f;

    unsetenv("FX_TEST_NONE");
    fixture_plan(&f, "env: {FX_TEST_NONE: 3}\n" STAGE);
    fixture_check(&f);
    CHECK_STR(fixture_value(&f, "t", "definitions"), "3");
    fixture_release(&f);
    CHECK_STR(first("env: {FX_TEST_NONE: null}\n" STAGE),
              "the environment variable 'FX_TEST_NONE' is not set "
              "(a default: env: {FX_TEST_NONE: value} at the top of the workflow)");
    CHECK_STR(first(STAGE), "the environment variable 'FX_TEST_NONE' may be used in 'resources'; elsewhere it must be declared "
              "(write env: [FX_TEST_NONE] at the top of the workflow: then keys depend on it)");
    setenv("FX_TEST_NONE", "", 1);
    CHECK_STR(first("env: [FX_TEST_NONE]\n" STAGE),
              "the environment variable 'FX_TEST_NONE' is not set "
              "(a default: env: {FX_TEST_NONE: value} at the top of the workflow)");
    setenv("FX_TEST_NONE", "\xff", 1);
    CHECK_STR(first("env: [FX_TEST_NONE]\n" STAGE),
              "the environment variable 'FX_TEST_NONE' is not UTF-8 text ()");
}
