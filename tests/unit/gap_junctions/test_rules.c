/* The configuration of gap junctions, in both forms, and what is refused. */
#include "test.h"

#include "gap_junctions/rules.h"
#include "quoted_json.h"

static void
setup(struct definitions *definitions)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *json = quoted_json("{'layers': {'SO': 1, 'SP': 2, 'SR': 3}}");

    CHECK_OK(definitions_read(json, definitions, &err), err);
    json_decref(json);
}

static struct gap_rules
read_rules(const char *text)
{
    struct fx_error err = FX_ERROR_NONE;
    struct definitions definitions;
    struct gap_rules rules;
    json_t *json = quoted_json(text);

    setup(&definitions);
    CHECK_OK(gap_rules_read(json, &definitions, &rules, &err), err);
    definitions_release(&definitions);
    json_decref(json);
    return rules;
}

static void
refuse(const char *text, const char *said)
{
    struct fx_error err = FX_ERROR_NONE;
    struct definitions definitions;
    struct gap_rules rules;
    json_t *json = quoted_json(text);

    setup(&definitions);
    CHECK(gap_rules_read(json, &definitions, &rules, &err) == -1);
    CHECK_INT(err.code, FX_INVALID);
    CHECK_STR(err.text, said);
    definitions_release(&definitions);
    json_decref(json);
}

TEST(curves_are_straight_between_their_points)
{
    double x[] = { 10, 20, 40 }, y[] = { 1, 3, 0 };
    struct curve curve = { 3, x, y }, one = { 1, x, y }, none = { 0 };

    CHECK_NEAR(curve_at(&curve, -5), 1, 0);
    CHECK_NEAR(curve_at(&curve, 10), 1, 0);
    CHECK_NEAR(curve_at(&curve, 15), 2, 1e-15);
    CHECK_NEAR(curve_at(&curve, 20), 3, 0);
    CHECK_NEAR(curve_at(&curve, 30), 1.5, 1e-15);
    CHECK_NEAR(curve_at(&curve, 40), 0, 0);
    CHECK_NEAR(curve_at(&curve, 400), 0, 0);
    CHECK_NEAR(curve_at(&one, 400), 1, 0);
    CHECK_NEAR(curve_at(&none, 400), 1, 0);
}

TEST(our_own_form)
{
    struct gap_rules rules = read_rules(
        "{'A': {'A': {'probability': 0.25, 'max_distance': 100, 'sections': ['basal', 'apical'],"
        "             'layers': ['SO'], 'conductance': {'normal': [0.5, 0.1]},"
        "             'attenuation': [[0, 1], [100, 0.5]]},"
        "       'B': {'probability': [[0, 1], [50, 0.2]], 'sections': ['soma'], 'conductance': 2}}}");
    const struct gap_rule *r = rules.at;

    CHECK_INT(rules.count, 2);
    CHECK_STR(r[0].a, "A");
    CHECK_STR(r[0].b, "A");
    CHECK(!r[0].is_share);
    CHECK_NEAR(curve_at(&r[0].weight, 60), 0.25, 0);
    CHECK_NEAR(r[0].reach, 100, 0);
    CHECK(r[0].section[3] && r[0].section[4] && !r[0].section[1]);
    CHECK(r[0].layer[1] && !r[0].layer[2] && !r[0].layer[255]);
    CHECK(r[0].conductance.kind == VARIED_NORMAL);
    CHECK_NEAR(curve_at(&r[0].attenuation, 50), 0.75, 1e-15);
    CHECK_STR(r[1].b, "B");
    CHECK_NEAR(r[1].reach, 50, 0);
    CHECK(r[1].section[1] && r[1].layer[2] && r[1].layer[255]);
    CHECK_NEAR(curve_at(&r[1].attenuation, 5000), 1, 0);
    gap_rules_release(&rules);
}

#define FIELD(more) \
    "{'Locations': {'A': {'B': ['apical'], 'A': ['basal']}}," \
    " 'Connection Weights': {'250': 0.1, '0': 1, '62.5': 0.5}," \
    " 'Coupling Coefficients': {'A': {'A': 3, 'B': 4}}, 'Coupling Weights': {'0': 1, '400': 0.2}," more "}"

TEST(the_form_of_the_tools_of_the_field)
{
    struct gap_rules rules = read_rules(FIELD("'Connection Probabilities': {'A': {'A': 0.1, 'B': 0.2}}"));
    const struct gap_rule *r = rules.at;

    CHECK_INT(rules.count, 2);
    CHECK_STR(r[0].b, "B");
    CHECK(r[0].is_share && r[0].section[4] && !r[0].section[3] && r[0].layer[255]);
    CHECK_NEAR(r[0].share, 0.2, 0);
    CHECK_NEAR(r[0].reach, 250, 0);
    CHECK_NEAR(curve_at(&r[0].weight, 31.25), 0.75, 1e-15);
    CHECK_NEAR(r[0].conductance.a, 4, 0);
    CHECK_NEAR(curve_at(&r[0].attenuation, 200), 0.6, 1e-15);
    CHECK_NEAR(r[1].share, 0.1, 0);
    CHECK_NEAR(r[1].conductance.a, 3, 0);
    gap_rules_release(&rules);
    refuse(FIELD("'Connection Probabilities': {'A': {'A': 1.2, 'B': 0.2}}"),
           "'gap_junctions.Connection Probabilities.A.A' is 1.2; it goes from 0 to 1");
    refuse(FIELD("'Connection Probabilities': {'A': {'B': 0.2}}"),
           "'gap_junctions.Connection Probabilities.A.A' is missing");
    refuse("{'Locations': {}, 'Connection Weights': {'near': 1}}",
           "'gap_junctions.Connection Weights': 'near' is no number of um");
    refuse("{'Locations': {}, 'Connection Weights': {'0': 1}, 'Coupling Weights': {'0': 1}}",
           "'gap_junctions.Connection Weights' ends at 0 um");
}

#define RULE(text) "{'A': {'B': {" text "}}}"

TEST(rules_that_are_refused)
{
    refuse("{'A': 3}", "'gap_junctions.A' is no mapping");
    refuse(RULE(""), "'gap_junctions.A.B.probability' is missing");
    refuse(RULE("'probability': 1.2, 'max_distance': 1"),
           "'gap_junctions.A.B.probability' is 1.2 at 0 um; it goes from 0 to 1");
    refuse(RULE("'probability': 0.2"),
           "'gap_junctions.A.B.probability' is a number: it needs 'gap_junctions.A.B.max_distance'");
    refuse(RULE("'probability': 0.2, 'max_distance': 0"),
           "'gap_junctions.A.B' reaches 0 um; it must be above 0");
    refuse(RULE("'probability': [[0, 1], [0, 1]]"),
           "'gap_junctions.A.B.probability' must ascend, and 0 um comes after 0 um");
    refuse(RULE("'probability': [[-1, 1], [0, 1]]"),
           "'gap_junctions.A.B.probability' has a point at -1 um; they go from 0 to 1e+09");
    refuse(RULE("'probability': []"), "'gap_junctions.A.B.probability' has no point");
    refuse(RULE("'probability': [[0, 1], [9, 1]]"), "'gap_junctions.A.B.sections' is missing");
    refuse(RULE("'probability': [[0, 1], [9, 1]], 'sections': ['bsal']"),
           "gap_junctions.A.B.sections[0]: there is no section type 'bsal'");
    refuse(RULE("'probability': [[0, 1], [9, 1]], 'sections': ['basal'], 'layers': ['SX']"),
           "gap_junctions.A.B.layers[0]: there is no layer 'SX'");
    refuse(RULE("'probability': [[0, 1], [9, 1]], 'sections': ['basal']"),
           "'gap_junctions.A.B.conductance' is missing");
    refuse(RULE("'probability': [[0, 1], [9, 1]], 'sections': ['basal'], 'conductance': -1"),
           "'gap_junctions.A.B.conductance' is -1; it goes from 0 to 1e+09");
    refuse("{'A': {'B': {'probability': [[0, 1], [9, 1]], 'sections': [], 'conductance': 1}}, 'B': {'A': {}}}",
           "gap_junctions has 'B' and 'A' twice, as A.B and B.A");
}
