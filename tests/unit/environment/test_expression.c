/* Expressions: what they are worth, and what is said of those that are none. */
#include "test.h"

#include "environment/expression.h"

static double
value(const char *text)
{
    const struct expression_place place = { .distance = 100, .diameter = 2, .layer = 3 };
    struct fx_error err = FX_ERROR_NONE;
    struct expression *expression = expression_parse(str_of(text), &err);
    double result;

    if (!expression)
        test_fail(__FILE__, __LINE__, "'%s': %s", text, err.text);
    result = expression_value(expression, &place);
    expression_free(expression);
    return result;
}

static const char *
refused(const char *text, struct fx_error *err)
{
    *err = (struct fx_error)FX_ERROR_NONE;
    CHECK(!expression_parse(str_of(text), err));
    CHECK_INT(err->code, FX_INVALID);
    return err->text;
}

TEST(numbers_and_variables)
{
    CHECK_NEAR(value("1.5e-3"), 1.5e-3, 0);
    CHECK_NEAR(value(" .5 "), 0.5, 0);
    CHECK_NEAR(value("distance"), 100, 0);
    CHECK_NEAR(value("diameter"), 2, 0);
    CHECK_NEAR(value("layer"), 3, 0);
}

TEST(operators_bind_as_in_school)
{
    CHECK_NEAR(value("1 + 2 * 3 - 4 / 2"), 5, 0);
    CHECK_NEAR(value("10 - 4 - 3"), 3, 0);
    CHECK_NEAR(value("16 / 4 / 2"), 2, 0);
    CHECK_NEAR(value("(1 + 2) * 3"), 9, 0);
    CHECK_NEAR(value("2 ^ 3 ^ 2"), 512, 0);
    CHECK_NEAR(value("-2 ^ 2"), -4, 0);
    CHECK_NEAR(value("2 ^ -2"), 0.25, 0);
    CHECK_NEAR(value("-(1 - -2)"), -3, 0);
    CHECK_NEAR(value("1e-3 * 2"), 2e-3, 0);
}

TEST(functions)
{
    CHECK_NEAR(value("exp(-distance / 50)"), exp(-2), 1e-15);
    CHECK_NEAR(value("min(distance, 350) + max(1, layer)"), 103, 0);
    CHECK_NEAR(value("sqrt(16) * log(exp(2))"), 8, 1e-14);
    CHECK_NEAR(value("0.002 * (1 + min(distance, 350) / 90)"), 0.002 * (1 + 100.0 / 90), 1e-18);
}

TEST(division_by_zero_is_the_callers_business)
{
    CHECK(isinf(value("1 / (distance - 100)")));
}

TEST(what_is_no_expression_is_refused_with_its_place)
{
    struct fx_error err;

    CHECK_STR(refused("1 +", &err),
              "in the expression '1 +': expected a number, a variable or '(' at place 4");
    CHECK_STR(refused("(1 + 2", &err), "in the expression '(1 + 2': expected ')' at place 7");
    CHECK_STR(refused("1 2", &err), "in the expression '1 2': something follows at place 3");
    CHECK_STR(refused("max(1)", &err), "in the expression 'max(1)': expected ',' at place 6");
    CHECK_STR(refused("1..2", &err), "in the expression '1..2': no number at place 1");
    CHECK_STR(refused("", &err),
              "in the expression '': expected a number, a variable or '(' at place 1");
    CHECK_STR(refused("2 * distanse", &err), "in the expression '2 * distanse': there is no "
              "'distanse' (variables: distance, diameter, layer; functions: sqrt, exp, log, min, "
              "max)");
    CHECK_STR(err.hint, "did you mean 'distance'?");
}

TEST(nesting_has_an_end)
{
    struct fx_error err;
    char text[20001];

    memset(text, '(', 20000);
    text[20000] = '\0';
    CHECK(strstr(refused(text, &err), "in the expression"));
    for (size_t i = 0; i < 20000; i += 2)
        memcpy(text + i, "2^", 2);
    CHECK(strstr(refused(text, &err), "in the expression"));
}
