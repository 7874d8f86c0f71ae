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

TEST(context_goes_in_front)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_INT(fx_fail_errno(&err, 2, "cannot open '%s'", "x\ny"), -1);
    fx_error_in(&err, "stage '%s'", "somas");
    CHECK_STR(printed(&err), "fornix: error: stage 'somas': cannot open 'x y': "
                             "No such file or directory\n");
    CHECK_INT(fx_exit_status(err.code), 1);
}
