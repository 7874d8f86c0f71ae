/* ${...}: what it becomes. */
#include "parse.h"

#include "base/file.h"

TEST(alone_keeps_the_kind_and_inside_text_interpolates)
{
    CHECK_STR(value_of("a: 5", "${params.a}"), "5");
    CHECK_STR(value_of("a: 5", "x${params.a}y"), "x5y");
    CHECK_STR(value_of("a: [1, {b: c}]", "${params.a}"), "[1, {b: c}]");
    CHECK_STR(value_of("a: 1.50", "v${params.a}"), "v1.50");
    CHECK_STR(value_of("a: true", "${params.a}${params.a}"), "truetrue");
    CHECK_STR(value_of("", "$${params.a}"), "\"${params.a}\"");
    CHECK_STR(value_of("a: 1", "$${x} ${params.a}"), "\"${x} 1\"");
    CHECK_STR(value_of("", "a $ b { } $x"), "\"a $ b { } $x\"");
}

TEST(arithmetic)
{
    static const char *const cases[][2] = {
        { "1 + 2 * 3", "7" }, { "(1 + 2) * 3", "9" }, { "7 - 2 - 1", "4" }, { "8 / 2 / 2", "2" },
        { "7 / 2", "3.5" }, { "7 % 3", "1" }, { "-7 % 3", "2" }, { "7 % -3", "-2" },
        { "7.5 % 2", "1.5" }, { "-7.5 % 2", "0.5" }, { "-3", "-3" }, { "--3", "3" },
        { "2 * -3", "-6" }, { "1e3 + 1", "1001" }, { ".5 * 4", "2" }, { "0x10", "1:13: '}' is expected here, not 'x'" },
        { "min(3, 1, 2)", "1" }, { "max([3, 1.5])", "3" }, { "round(2.5)", "3" }, { "round(-2.5)", "-3" },
        { "floor(-0.5)", "-1" }, { "ceil(0.2)", "1" }, { "abs(-3)", "3" }, { "abs(-1.5)", "1.5" },
        { "len([1, 2])", "2" }, { "len('äb')", "2" }, { "len([])", "0" }, { "[1, 'a', 1 + 1]", "[1, a, 2]" },
        { "[1] + [2]", "[1, 2]" }, { "'a' + \"b\"", "ab" }, { "'it\\'s'", "\"it's\"" },
        { "1 == 1.0", "true" }, { "'a' == 'b'", "false" }, { "'a' != 1", "true" }, { "1 < 2", "true" },
        { "2 <= 1", "false" }, { "'a' < 'b'", "true" }, { "2 >= 2", "true" }, { "[1] == [1.0]", "true" },
        { "1 if 2 > 1 else 3", "1" }, { "1 if false else 3 if true else 4", "3" },
        { "true and false or true", "true" }, { "not true or true", "true" },
        { "not (true or true)", "false" }, { "not 1 == 2", "true" }, { "null", "null" },
        { "false and 1 / 0 > 1", "false" }, { "9223372036854775807 * 1", "9223372036854775807" },
        { "round(1e300)", "1:11: this number becomes too large" },
        { "1e308 * 10", "1:11: this number becomes infinite" },
        { "5 % 0", "1:15: division by zero" }, { "-9223372036854775807 - 2", "1:11: this number becomes too large" },
        { "min([])", "1:11: this list is empty" }, { "1 + 'a'", "1:15: + needs numbers, not the string 'a'" },
        { "'a' < 1", "1:11: < needs two numbers or two strings, not the string 'a'" },
        { "len(1, 2)", "1:11: len() takes one argument, not 2" },
        { "1 +", "1:14: a value is expected here, not '}'" }, { "1 if 2", "1:17: 'else' is expected here, not '}'" },
        { "[1, 2", "1:16: ',' or ']' is expected here, not '}'" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[200];

        snprintf(text, sizeof text, "${%s}", cases[i][0]);
        if (strcmp(value_of("", text), cases[i][1]) != 0
            && !strstr(value_of("", text), strchr(cases[i][1], ' ') ? strchr(cases[i][1], ' ') : "?"))
            test_fail(__FILE__, __LINE__, "%s is %s, not %s", cases[i][0], value_of("", text),
                      cases[i][1]);
    }
}

TEST(paths_and_brackets)
{
    static const char params[] = "m: {PYR: {w: [1, 2]}, 'Cell Types': 3, '7': x}\nn: PYR\nk: [PYR, '7']";

    CHECK_STR(value_of(params, "${params.m.PYR.w[1]}"), "2");
    CHECK_STR(value_of(params, "${params.m[params.n].w}"), "[1, 2]");
    CHECK_STR(value_of(params, "${params.m[\"Cell Types\"]}"), "3");
    CHECK_STR(value_of(params, "${params.m[7]}"), "x");
    CHECK_STR(value_of(params, "${params.m[params.k]}"), "{\"7\": x, PYR: {w: [1, 2]}}");
    CHECK_STR(value_of(params, "${params.m[keys(params.m)] == params.m}"), "true");
    CHECK_STR(value_of(params, "${keys(params.m)}"), "[\"7\", Cell Types, PYR]");
    CHECK_STR(value_of("m: {b: 1, a: 2}", "${values(params.m)}"), "[2, 1]");
    CHECK_STR(value_of(params, "${params.m.PYR.w[[1, 0, 1]]}"), "[2, 1, 2]");
    CHECK_STR(value_of(params, "${[10, 20][1]}"), "20");
    CHECK_STR(value_of(params, "${len(params.m[params.n].w) * 2}"), "4");
    CHECK_STR(value_of("m: {a: 1}", "${params.m[['a', 'a']]}"), "2:21: key 'a' is taken twice");
    CHECK_STR(value_of("m: {a: 1}", "${params.m[[]]}"), "{}");
}

TEST(parameters_refer_to_each_other_part_by_part)
{
    CHECK_STR(value_of("a: {x: \"${params.b.y}\", z: 1}\nb: {y: 5, w: \"${params.a.z + 1}\"}",
                       "${params.a.x + params.b.w}"), "7");
    CHECK_STR(value_of("a: [\"${params.b}\", 2]\nb: \"${params.a[1]}\"", "${params.a}"), "[2, 2]");
    CHECK_STR(value_of("a: \"${params.b}\"\nb: \"${params.a}\"", "1"),
              "1:4: parameters refer to each other in a circle: params.a -> params.b -> params.a");
    CHECK_STR(value_of("a: {b: \"${params.a}\"}", "1"),
              "1:4: parameters refer to each other in a circle: params.a -> params.a.b -> params.a");
}

TEST(long_chains_of_parameters_are_bounded)
{
    struct problems problems;
    struct text text;

    text_init(&text, 1 << 24);
    text_add(&text, "a0: 1\n");
    for (int i = 1; i < 100000; i++)
        text_printf(&text, "a%d: ${params.a%d}\n", i, i - 1);
    problems_init(&problems);
    CHECK(evaluate(text.at, &problems) != NULL);
    text_clear(&text);
    for (int i = 0; i < 10000; i++)
        text_printf(&text, "a%d: ${params.a%d}\n", i, i + 1);
    text_add(&text, "a10000: 1\n");
    CHECK(evaluate(text.at, &problems) == NULL);
    CHECK_STR(problems.list.at[0].text, "parameters refer to each other over more than 200 steps");
    problems_release(&problems);
    text_release(&text);
}

TEST(nesting_of_expressions_is_bounded)
{
    struct problems problems;
    struct text text;

    problems_init(&problems);
    text_init(&text, 1 << 24);
    text_add(&text, "a: ${");
    for (int i = 0; i < 100000; i++)
        text_add(&text, "(");
    text_add(&text, "}");
    CHECK(evaluate(text.at, &problems) == NULL);
    CHECK_STR(problems.list.at[0].text, "this expression is nested too deeply");
    text_clear(&text);
    text_add(&text, "a: ${1");
    for (int i = 0; i < 100000; i++)
        text_add(&text, "+1");
    text_add(&text, "}");
    CHECK(evaluate(text.at, &problems) == NULL);
    CHECK_STR(problems.list.at[1].text, "this string has too many expressions in it");
    text_clear(&text);
    text_add(&text, "a: '");
    for (int i = 0; i < 100000; i++)
        text_add(&text, "${file:");
    text_add(&text, "'");
    CHECK(evaluate(text.at, &problems) == NULL);
    CHECK_STR(problems.list.at[2].text, "this expression is nested too deeply");
    problems_release(&problems);
    text_release(&text);
}

TEST(files_are_content)
{
    test_write(test_path("net.yaml"), "Cell Types:\n  PYR: {x: 1}\n  OLM: {x: \"${params.n}\"}\n"
                                      "list: [1, 2]\nself: ${file:net.yaml#list}\n");
    test_write(test_path("n.json"), "{\"a\": [1, 2, {\"b\": null}]}");
    CHECK_STR(value_of("n: 3", "${file:n.json}"), "{a: [1, 2, {b: null}]}");
    CHECK_STR(value_of("n: 3", "${file:net.yaml#Cell Types.OLM}"), "{x: 3}");
    CHECK_STR(value_of("n: OLM", "${file:net.yaml#Cell Types[params.n].x}"), "OLM");
    CHECK_STR(value_of("n: 1", "${file:net.yaml#list[params.n]}"), "2");
    CHECK_STR(value_of("n: net", "${file:${params.n}.yaml#self}"), "[1, 2]");
    CHECK_STR(value_of("n: 3", "a ${file:net.yaml#list[0]} b"), "a 1 b");
    CHECK_STR(value_of("x: !include n.json", "${params.x.a[0]}"), "1");
    CHECK_STR(value_of("n: 3", "${file:net.yaml#Cell Types * 2}"),
              "2:26: 'file:net.yaml' has no 'Cell Types * 2' (did you mean 'Cell Types'?)");
}

TEST(files_are_relative_to_the_file_that_names_them)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(file_make_folders(test_path("sub"), &err), err);
    test_write(test_path("sub/a.yaml"), "b: !include b.yaml\n");
    test_write(test_path("sub/b.yaml"), "[7]\n");
    CHECK_STR(value_of("", "${file:sub/a.yaml}"), "{b: [7]}");
}

TEST(files_that_include_each_other)
{
    test_write(test_path("a.yaml"), "x: !include b.yaml\n");
    test_write(test_path("b.yaml"), "y: !include a.yaml\n");
    CHECK(strstr(value_of("", "${file:a.yaml}"), "parameters refer to each other in a circle: "));
}

TEST(values_keep_the_place_where_they_were_written)
{
    struct problems problems;
    const struct node *params;

    problems_init(&problems);
    test_write(test_path("v.yaml"), "\n  a: [1]\n");
    params = evaluate("a: 1\nb: ${params.a}\nc: ${params.a + 1}\nd: ${file:v.yaml#a}\n"
                      "e: x${params.a}\n", &problems);
    CHECK(params != NULL);
    CHECK_INT(node_at(params, "b")->at.line, 1);
    CHECK_INT(node_at(params, "c")->at.line, 3);
    CHECK_INT(node_at(params, "c")->at.column, 6);
    CHECK_INT(node_at(params, "d")->at.line, 2);
    CHECK_STR(node_at(params, "d")->at.file, test_path("v.yaml"));
    CHECK_INT(node_at(params, "e")->at.line, 5);
}

TEST(mistakes_point_into_the_string)
{
    struct problems problems;

    problems_init(&problems);
    evaluate("äöü: 'ä ${1 / 0}'\nb: \"x\\ty ${1 / 0}\"\nc: |\n  line\n  ${1 / 0}\n", &problems);
    CHECK_INT(problems.list.count, 3);
    CHECK_INT(problems.list.at[0].column, 15);
    CHECK_INT(problems.list.at[1].line, 2);     /* escapes: the string's own place */
    CHECK_INT(problems.list.at[1].column, 4);
    CHECK_INT(problems.list.at[2].line, 3);
    problems_release(&problems);
}
