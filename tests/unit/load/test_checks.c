/* Checks between fields of a struct, and between parameters as far as task.yaml goes. */
#include "parse.h"

#include "load/checks.h"

#define SPAN "{struct: {start?: number, stop?: number, list?: {list: number}}, checks: [" \
             "{that: '${stop > start}', say: 'must be later than start, ${start}', at: stop}]}"

TEST(a_check_compares_two_fields)
{
    CHECK_STR(checked(NULL, SPAN, "{start: 1, stop: 2}"), "{start: 1, stop: 2}");
    CHECK_STR(checked(NULL, SPAN, "{start: 2, stop: 1.5}"),
              "1:18: 'x.stop' must be later than start, 2");
}

TEST(a_field_without_a_value_is_not_checked)
{
    CHECK_STR(checked(NULL, SPAN, "{start: 2}"), "{start: 2}");
    CHECK_STR(checked(NULL, SPAN, "{}"), "{}");
}

TEST(given_asks_whether_there_is_a_value)
{
    const char *type = "{struct: {a?: number, b?: number, m?: {map: [string, number]}}, checks: ["
                       "{that: '${given(a) != given(b)}', say: 'or b, one of them'},"
                       "{that: '${not given(m) or given(m.k)}', say: 'has no k', at: m}]}";

    CHECK_STR(checked(NULL, type, "{a: 1}"), "{a: 1}");
    CHECK_STR(checked(NULL, type, "{b: 1, m: {k: 2}}"), "{b: 1, m: {k: 2}}");
    CHECK_STR(checked(NULL, type, "{a: 1, b: 2}"), "1:5: 'x.a' or b, one of them");
    CHECK_STR(checked(NULL, type, "{}"), "1:1: 'x.a' or b, one of them");
    CHECK_STR(checked(NULL, type, "{a: 1, m: {j: 2}}"), "1:11: 'x.m' has no k");
}

TEST(each_looks_at_every_entry)
{
    const char *type =
        "{struct: {least: number, m: {map: [string, {map: [string, number]}]}}, checks: ["
        "{each: m.*, that: '${item >= least or outer == \"free\"}',"
        " say: 'is ${key} of ${outer}, below ${least}', at: item}]}";

    CHECK_STR(checked(NULL, type, "{least: 1, m: {u: {a: 1}, free: {b: 0}}}"),
              "{least: 1, m: {free: {b: 0}, u: {a: 1}}}");
    CHECK_STR(checked(NULL, type, "{least: 1, m: {u: {a: 1, b: 0.5}}}"),
              "1:29: 'x.m.u.b' is b of u, below 1");
}

TEST(each_of_a_list_names_the_position)
{
    const char *type = "{struct: {l: {list: number}}, checks: ["
                       "{each: l, that: '${item > key}', say: 'is too small'}]}";

    CHECK_STR(checked(NULL, type, "{l: [1, 2]}"), "{l: [1, 2]}");
    CHECK_STR(checked(NULL, type, "{l: [1, 1]}"), "1:9: 'x.l[1]' is too small");
}

TEST(mistakes_of_a_check_are_told_where_it_is_written)
{
    CHECK_STR(checked(NULL, "{struct: {a: number}, checks: [{that: '${b > 1}', say: x}]}", "{a: 1}"),
              "1:42: a check names 'b', which is not there (names are a)");
    CHECK_STR(checked(NULL, "{struct: {stop: number}, checks: [{that: '${stopp > 1}', say: x}]}",
                      "{stop: 1}"),
              "1:45: a check names 'stopp', which is not there (did you mean 'stop'?)");
    CHECK_STR(checked(NULL, "{struct: {a: number}, checks: [{that: a > 1, say: x}]}", "{a: 1}"),
              "1:39: 'that' is an expression (write \"${stop > start}\")");
    CHECK_STR(checked(NULL, "{struct: {a: number}, checks: [{that: '${a}', say: x}]}", "{a: 1}"),
              "1:42: a check must be true or false");
    CHECK_STR(checked(NULL, "{struct: {a: string}, checks: [{that: '${a > 1}', say: x}]}", "{a: b}"),
              "1:42: > needs two numbers or two strings, not the string 'b'");
    CHECK_STR(checked(NULL, "{struct: {a: number}, checks: [{that: '${given(1)}', say: x}]}",
                      "{a: 1}"),
              "1:42: given() takes a name");
    CHECK_STR(checked(NULL, "{struct: {a: number}, checks: [{that: '${a > 1}'}]}", "{a: 1}"),
              "1:32: a check lacks 'say'");
    CHECK_STR(checked(NULL, "{struct: {a: number}, checks: [{tha: '${a > 1}', say: x}]}", "{a: 1}"),
              "1:33: a check has no 'tha' (did you mean 'that'?)");
    CHECK_STR(checked(NULL, "{type: number, checks: []}", "1"),
              "1:24: 'checks' stand with a struct");
    CHECK_STR(checked(NULL, "{struct: {a: number}, checks: 3}", "{a: 1}"),
              "1:31: 'checks' is a list (write [{that: \"${b > a}\", say: ...}])");
}

TEST(bounds_may_be_open)
{
    CHECK_STR(checked(NULL, "{type: number, above: 0, unit: ms}", "0"),
              "1:1: 'x' must be greater than 0 ms, not 0");
    CHECK_STR(checked(NULL, "{type: number, above: 0}", "1e-300"), "1e-300");
    CHECK_STR(checked(NULL, "{type: number, below: 1}", "1"), "1:1: 'x' must be less than 1, not 1");
    CHECK_STR(checked(NULL, "{type: integer, above: 2}", "2"),
              "1:1: 'x' must be greater than 2, not 2");
    CHECK_STR(checked(NULL, "{type: number, min: 0, above: 0}", "1"),
              "1:31: a number has one lower and one upper bound");
}

TEST(a_struct_may_have_others)
{
    const char *type = "{struct: {tau?: {type: number, above: 0}},"
                       " others: [{enum: [e, weight]}, number]}";

    CHECK_STR(checked(NULL, type, "{tau: 1, e: -70}"), "{e: -70, tau: 1}");
    CHECK_STR(checked(NULL, type, "{tau: 0}"), "1:7: 'x.tau' must be greater than 0, not 0");
    CHECK_STR(checked(NULL, type, "{wight: 1}"), "1:2: 'x.wight' must be one of e, weight, not the "
                                                 "string 'wight' (did you mean 'weight'?)");
    CHECK_STR(checked(NULL, type, "{e: x}"), "1:5: 'x.e' must be a number, not the string 'x'");
}

TEST(nothing_is_a_struct_without_fields_where_all_may_be_missing)
{
    CHECK_STR(checked(NULL, "{map: [string, {struct: {a?: number}}]}", "{AMPA: }"), "{AMPA: {}}");
    CHECK_STR(checked(NULL, "{map: [string, {struct: {a: number}}]}", "{AMPA: }"),
              "1:8: 'x.AMPA' must be a map, not nothing");
}
