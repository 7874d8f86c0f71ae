#include "test.h"

#include <stdlib.h>

#include "fornix/error.h"

static char *
printed(const struct fx_error *err)
{
    static char buffer[2000];
    FILE *out = fmemopen(buffer, sizeof buffer, "w");

    fx_error_print(err, out);
    fclose(out);
    return buffer;
}

TEST(an_error_shows_its_line)
{
    struct fx_error err = FX_ERROR_NONE;
    char expected[1000];
    const char *path = test_path("ca1.yaml");

    test_write(path, "stages:\n    forest: ${forrest.file}\n");
    fx_fail(&err, FX_INVALID, (struct fx_mark){ path, 2, 15 },
            "stage 'synapses' refers to 'forrest', which is no stage");
    fx_error_hint(&err, "did you mean 'forest'?");
    snprintf(expected, sizeof expected,
             "%s:2:15: error: stage 'synapses' refers to 'forrest', which is no stage\n"
             "        forest: ${forrest.file}\n"
             "                  ^ did you mean 'forest'?\n", path);
    CHECK_STR(printed(&err), expected);
    CHECK_INT(fx_exit_status(err.code), 2);
}

/* A place in a program has no column: the line, and no caret. */
TEST(an_error_in_a_program_shows_its_line_whole)
{
    struct fx_error err = FX_ERROR_NONE;
    const char *path = test_path("program.c");
    char expected[1024];

    test_write(path, "int x;\n    fx_stage_set_int(stage, \"sed\", 3);\n");
    fx_fail(&err, FX_INVALID, (struct fx_mark){ path, 2, 0 }, "there is no 'sed'");
    snprintf(expected, sizeof expected,
             "%s:2: error: there is no 'sed'\n    fx_stage_set_int(stage, \"sed\", 3);\n", path);
    CHECK_STR(printed(&err), expected);
    fx_error_hint(&err, "did you mean 'seed'?");
    snprintf(expected, sizeof expected,
             "%s:2: error: there is no 'sed'\n    fx_stage_set_int(stage, \"sed\", 3);\n"
             "    did you mean 'seed'?\n", path);
    CHECK_STR(printed(&err), expected);
}

TEST(context_goes_in_front)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_INT(fx_fail_errno(&err, 2, "cannot open '%s'", "x\ny"), -1);
    fx_error_in(&err, "stage '%s'", "somas");
    CHECK_STR(printed(&err), "fornix: error: stage 'somas': cannot open 'x y': "
                             "No such file or directory\n");
    CHECK_INT(fx_exit_status(err.code), 1);
}
