/* A job's description, and the configuration structures in it. */
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "common/config.h"
#include "fornix/task.h"

static struct task *
open_job(const char *json)
{
    struct fx_error err = FX_ERROR_NONE;
    struct task *task;

    test_write(test_path("job.json"), json);
    task = task_open(test_path("job.json"), &err);
    if (!task)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return task;
}

static const char job[] =
    "{\"fornix\": 1, \"task\": \"t\", \"label\": \"s/a=1\", \"threads\": 2,"
    " \"parameters\": {\"n\": 2.5, \"i\": 3, \"b\": true, \"s\": \"x\", \"seed\": 7, \"none\": null},"
    " \"inputs\": {\"f\": \"/a\", \"g\": [\"/b\", \"/c\"]}, \"outputs\": {\"file\": \"o.h5\"}}";

TEST(parameters_by_type)
{
    struct fx_error err = FX_ERROR_NONE;
    struct task *task = open_job(job);
    double n;
    int64_t i;
    bool b;
    const char *s;
    uint64_t seed;

    CHECK_OK(task_number(task, "n", &n, &err), err);
    CHECK_NEAR(n, 2.5, 0);
    CHECK_OK(task_number(task, "i", &n, &err), err);
    CHECK_OK(task_integer(task, "i", &i, &err), err);
    CHECK_INT(i, 3);
    CHECK_OK(task_boolean(task, "b", &b, &err), err);
    CHECK(b);
    CHECK_OK(task_string(task, "s", &s, &err), err);
    CHECK_STR(s, "x");
    CHECK_OK(task_seed(task, &seed, &err), err);
    CHECK_INT(seed, 7);
    CHECK(!task_has(task, "none") && !task_has(task, "other") && task_has(task, "s"));
    CHECK(task_integer(task, "n", &i, &err));
    CHECK_STR(err.text, "parameter 'n' is no integer");
    CHECK(task_number(task, "none", &n, &err));
    CHECK_STR(err.text, "parameter 'none' is missing");
    CHECK(task_string(task, "n", &s, &err));
    CHECK_STR(err.text, "parameter 'n' is no string");
    CHECK(task_boolean(task, "i", &b, &err));
    CHECK_STR(err.text, "parameter 'i' is neither true nor false");
    CHECK_STR(task_label(task), "s/a=1");
    CHECK_INT(task_threads(task), 2);
    CHECK_STR(task_scratch(task), ".");
    task_free(task);
}

TEST(files_of_a_job)
{
    struct fx_error err = FX_ERROR_NONE;
    struct task *task = open_job(job);
    const char *path;

    CHECK_OK(task_input(task, "f", &path, &err), err);
    CHECK_STR(path, "/a");
    CHECK_INT(task_input_count(task, "f"), 1);
    CHECK_INT(task_input_count(task, "g"), 2);
    CHECK_INT(task_input_count(task, "h"), 0);
    CHECK_OK(task_input_at(task, "g", 1, &path, &err), err);
    CHECK_STR(path, "/c");
    CHECK(task_input(task, "g", &path, &err));
    CHECK_STR(err.text, "input 'g' takes one file, not a list of 2");
    CHECK(task_input(task, "h", &path, &err));
    CHECK_STR(err.text, "input file 'h' is missing");
    CHECK_OK(task_output(task, "file", &path, &err), err);
    CHECK_STR(path, "o.h5");
    CHECK(task_output(task, "other", &path, &err));
    CHECK_STR(err.text, "the job says no file for output 'other'");
    task_free(task);
}

static void
check_no_job(const char *json, const char *text)
{
    struct fx_error err = FX_ERROR_NONE;

    test_write(test_path("job.json"), json);
    CHECK(!task_open(test_path("job.json"), &err));
    CHECK_STR(err.text, text);
    CHECK_INT(err.code, FX_INVALID);
}

TEST(descriptions_that_are_none)
{
    check_no_job("[]", "the job is no mapping");
    check_no_job("{\"task\": \"t\"}", "this is no job for protocol 1 of fornix");
    check_no_job("{\"fornix\": 2, \"task\": \"t\"}", "this is no job for protocol 1 of fornix");
    check_no_job("{\"fornix\": 1}", "the job does not name its task");
    check_no_job("{\"fornix\": 1, \"task\": 3}", "member 'task' of the job is no string");
    check_no_job("{\"fornix\": 1, \"task\": \"t\", \"inputs\": []}",
                 "member 'inputs' of the job is no mapping");
    check_no_job("{\"fornix\": 1, \"task\": \"t\", \"threads\": 0}",
                 "member 'threads' of the job is no integer from 1 to 4096");
}

TEST(the_start_is_logged)
{
    struct fx_error err = FX_ERROR_NONE;
    struct task *task = open_job(job);
    struct text text;

    setenv(FX_TASK_LOG_VARIABLE, test_path("log"), 1);
    CHECK_OK(task_log_start(task, &err), err);
    CHECK_OK(task_log_start(task, &err), err);
    text_init(&text, 1000);
    CHECK_OK(file_read(test_path("log"), &text, &err), err);
    CHECK_STR(text.at, "t s/a=1\nt s/a=1\n");
    text_release(&text);
    task_free(task);
}

TEST(progress_is_lines_of_json)
{
    struct fx_error err = FX_ERROR_NONE;
    char json[600];
    struct task *task;
    struct text text;

    snprintf(json, sizeof json, "{\"fornix\": 1, \"task\": \"t\", \"progress\": \"%s\"}",
             test_path("progress"));
    task = open_job(json);
    task_progress(task, 1, 10, "cells");
    task_progress(task, 2, 10, "cells");        /* too soon after the one before */
    task_progress(task, 10, 10, "cells");
    task_warn(task, "a \"%s\"", "b");
    text_init(&text, 1000);
    CHECK_OK(file_read(test_path("progress"), &text, &err), err);
    CHECK_STR(text.at, "{\"done\": 1, \"total\": 10, \"what\": \"cells\"}\n"
                       "{\"done\": 10, \"total\": 10, \"what\": \"cells\"}\n"
                       "{\"level\": \"warning\", \"message\": \"a \\\"b\\\"\"}\n");
    text_release(&text);
    task_free(task);
}

/* --- configuration -------------------------------------------------------------------------------- */

static json_t *
parse(const char *text)
{
    json_t *json = json_loads(text, 0, NULL);

    CHECK(json);
    return json;
}

TEST(definitions_in_both_spellings)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *json = parse("{\"populations\": {\"A\": 3}, \"Layers\": {\"SO\": 5, \"SP\": 6}}");
    struct definitions d;
    int number;

    CHECK_OK(definitions_read(json, &d, &err), err);
    CHECK_OK(names_number(&d.populations, "population", "x", "A", &number, &err), err);
    CHECK_INT(number, 3);
    CHECK_STR(names_name(&d.layers, 6), "SP");
    CHECK(!names_name(&d.layers, 7));
    CHECK(names_find(&d.swc_types, "ais", &number) && number == 7);
    CHECK(names_find(&d.synapse_types, "inhibitory", &number) && number == 1);
    CHECK(names_number(&d.swc_types, "section type", "synapses.X", "apicl", &number, &err));
    CHECK_STR(err.text, "synapses.X: there is no section type 'apicl'");
    CHECK_STR(err.hint, "did you mean 'apical'?");
    definitions_release(&d);
    json_decref(json);
}

TEST(definitions_out_of_range)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *json = parse("{\"layers\": {\"SO\": 200}}");
    struct definitions d;

    CHECK(definitions_read(json, &d, &err));
    CHECK_STR(err.text, "'definitions.layers.SO' is 200; it goes from -128 to 127");
    json_decref(json);
}

TEST(layer_extents_and_their_volume)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *json = parse("{\"A\": [[0, 0, 0], [10, 20, 5]], \"B\": [[-1, 0, 5.5], [10, 20, 50]]}");
    struct layer_extents e;

    CHECK_OK(layer_extents_read(json, &e, &err), err);
    CHECK_INT(e.count, 2);
    CHECK_NEAR(e.low[0], -1, 0);
    CHECK_NEAR(e.high[2], 50, 0);
    CHECK_NEAR(layer_extents_find(&e, "B")->low[2], 5.5, 0);
    CHECK(!layer_extents_find(&e, "C"));
    layer_extents_release(&e);
    json_decref(json);
}

static void
check_extents(const char *text, const char *expected)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *json = parse(text);
    struct layer_extents e;

    CHECK(layer_extents_read(json, &e, &err));
    CHECK_STR(err.text, expected);
    json_decref(json);
}

TEST(layer_extents_that_are_none)
{
    check_extents("{}", "'layer_extents' has no layer");
    check_extents("{\"A\": [[0, 0, 0]]}",
                  "'layer_extents.A' takes two corners, [[u0, v0, l0], [u1, v1, l1]]");
    check_extents("{\"A\": [[0, 0], [1, 1, 1]]}",
                  "'layer_extents.A[0]' has 2 entries; it takes 3 numbers");
    check_extents("{\"A\": [[0, 0, \"x\"], [1, 1, 1]]}", "'layer_extents.A[0][2]' is no number");
    check_extents("{\"A\": [[0, 0, 2], [1, 1, 1]]}",
                  "'layer_extents.A': its second corner lies below the first along l");
    check_extents("{\"A\": [[0, 3, 0], [1, 3, 1]]}",
                  "'layer_extents.A': it is empty, from 3 to 3 um along v");
    check_extents("{\"A\": [[0, 0, 0], [9, 9, 5]], \"B\": [[0, 0, 4.5], [9, 9, 8]]}",
                  "'layer_extents': A and B overlap, from 4.5 to 5 um along l");
}

TEST(layers_may_lie_side_by_side)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *json = parse("{\"A\": [[0, 0, 0], [9, 9, 5]], \"B\": [[9, 0, 0], [12, 9, 5]]}");
    struct layer_extents e;

    CHECK_OK(layer_extents_read(json, &e, &err), err);
    layer_extents_release(&e);
    json_decref(json);
}
