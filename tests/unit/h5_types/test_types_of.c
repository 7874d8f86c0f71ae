/* Configuration to populations: the counts, the numbers, the pairs, and what is refused. */
#include "test.h"

#include "h5_types/types_of.h"

static int
read(const char *definitions, const char *cells, const char *projections,
     struct neuroh5_types *types, struct fx_error *err)
{
    json_t *d = json_loads(definitions, 0, NULL), *c = json_loads(cells, 0, NULL),
           *p = projections ? json_loads(projections, 0, NULL) : NULL;
    struct definitions read_definitions;
    int status;

    CHECK(d && c && (p || !projections));
    CHECK_OK(definitions_read(d, &read_definitions, err), *err);
    status = types_of(&read_definitions.populations, c, p, types, err);
    definitions_release(&read_definitions);
    json_decref(d);
    json_decref(c);
    json_decref(p);
    return status;
}

/* The reference case of docs/neuroh5.md. */
TEST(populations_follow_each_other_by_their_numbers)
{
    static const struct neuroh5_population expected[] = {
        { (char *)"STIM", 0, 0, 64 }, { (char *)"PYR", 100, 64, 223 },
        { (char *)"PVBC", 101, 287, 93 }, { (char *)"OLM", 102, 380, 21 }
    };
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types;

    CHECK_OK(read("{\"populations\": {\"STIM\": 0, \"PYR\": 100, \"PVBC\": 101, \"OLM\": 102, \"X\": 7}}",
                  "{\"PVBC\": {\"SO\": 35, \"SP\": 50, \"SR\": 8, \"SLM\": 0}, \"OLM\": {\"SO\": 21},"
                  " \"STIM\": {\"SP\": 64}, \"PYR\": {\"SP\": 223}}",
                  "{\"PYR\": {\"OLM\": {}, \"STIM\": {}}, \"OLM\": {\"PYR\": {}}}", &types, &err), err);
    CHECK_INT(types.population_count, 4);
    for (size_t i = 0; i < 4; i++) {
        CHECK_STR(types.populations[i].name, expected[i].name);
        CHECK_INT(types.populations[i].index, expected[i].index);
        CHECK_INT(types.populations[i].start, expected[i].start);
        CHECK_INT(types.populations[i].count, expected[i].count);
    }
    CHECK_INT(types.pair_count, 3);
    CHECK(types.pairs[0].source == 0 && types.pairs[0].destination == 100);
    CHECK(types.pairs[1].source == 102 && types.pairs[1].destination == 100);
    CHECK(types.pairs[2].source == 100 && types.pairs[2].destination == 102);
    neuroh5_types_release(&types);
}

TEST(a_population_may_be_empty_and_have_no_projection)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types;

    CHECK_OK(read("{\"populations\": {\"A\": 3}}", "{\"A\": {}}", NULL, &types, &err), err);
    CHECK_INT(types.populations[0].count, 0);
    CHECK_INT(types.pair_count, 0);
    neuroh5_types_release(&types);
}

static void
check_refused(const char *cells, const char *projections, const char *text)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types;

    CHECK(read("{\"populations\": {\"A\": 1, \"B\": 1, \"C\": 3}}", cells, projections, &types, &err));
    CHECK_STR(err.text, text);
    CHECK_INT(err.code, FX_INVALID);
}

TEST(configurations_that_cannot_be)
{
    check_refused("{\"D\": {\"SO\": 1}}", NULL,
                  "cell_distributions: there is no number in definitions.populations for 'D'");
    check_refused("{\"A\": {\"SO\": 1}, \"B\": {\"SO\": 1}}", NULL,
                  "populations 'A' and 'B' have the same number 1");
    check_refused("{\"A\": {\"SO\": 1.5}}", NULL, "'cell_distributions.A.SO' is no integer");
    check_refused("{\"A\": [1]}", NULL, "'cell_distributions.A' is no mapping");
    check_refused("{\"A\": {\"SO\": 4294967295}, \"C\": {\"SO\": 1}}", NULL,
                  "with population 'C' there are more than 4294967295 cells");
    check_refused("{\"A\": {\"SO\": 1}}", "{\"A\": {\"C\": {}}}",
                  "projection from 'C' to 'A': there is no population 'C'");
    check_refused("{\"A\": {\"SO\": 1}}", "{\"A\": 3}", "'projections.A' is no mapping");
}
