#include "test.h"

#include "base/text.h"

static const char *
real(struct text *text, double value)
{
    text_clear(text);
    text_add_real(text, value);
    return text->at;
}

TEST(reals_are_spelt_shortest)
{
    struct text text;

    text_init(&text, 1000);
    CHECK_STR(real(&text, 0.1), "0.1");
    CHECK_STR(real(&text, 200), "200");
    CHECK_STR(real(&text, 1e-5), "1e-5");
    CHECK_STR(real(&text, 1e300), "1e300");
    CHECK_STR(real(&text, -0.0), "0");
    CHECK_STR(real(&text, 1.0 / 3), "0.3333333333333333");
    text_release(&text);
}

TEST(numbers_take_the_whole_string)
{
    int64_t i;
    double r;

    CHECK(number_parse_integer(str_of("-12"), &i) && i == -12);
    CHECK(!number_parse_integer(str_of("12a"), &i));
    CHECK(!number_parse_integer(str_of(""), &i));
    CHECK(!number_parse_integer(str_of("99999999999999999999"), &i));
    CHECK(number_parse_real(str_of("1e-5"), &r));
    CHECK_NEAR(r, 1e-5, 0);
    CHECK(!number_parse_real(str_of("nan"), &r));
    CHECK(!number_parse_real(str_of("1e999"), &r));
    CHECK(!number_parse_real(str_of("0x10"), &r));
}

TEST(a_text_keeps_its_ceiling)
{
    struct text text;

    text_init(&text, 5);
    text_add(&text, "abc");
    CHECK(!text.full);
    text_add(&text, "defg");
    CHECK(text.full);
    CHECK_STR(text.at, "abcde");
    text_release(&text);
}

TEST(near_names_are_suggested)
{
    struct str names[] = { str_of("forest"), str_of("synapses"), str_of("somas") };

    CHECK_STR(str_nearest(str_of("forrest"), names, 3).at, "forest");
    CHECK_STR(str_nearest(str_of("synpases"), names, 3).at, "synapses");
    CHECK(str_nearest(str_of("graph"), names, 3).len == 0);
    CHECK_INT(str_distance(str_of("ab"), str_of("ba"), 5), 1);
}

TEST(quoted_text_is_json)
{
    struct text text;

    text_init(&text, 100);
    text_add_quoted(&text, str_of("a\"b\\c\n\x01"));
    CHECK_STR(text.at, "\"a\\\"b\\\\c\\n\\u0001\"");
    text_release(&text);
}

TEST(utf8_is_told_from_other_bytes)
{
    static const char *const fine[] = { "", "a", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\xa7\xa0", "\xed\x9f\xbf",
                                        "\xf4\x8f\xbf\xbf" };
    static const char *const wrong[] = { "\x80", "\xc3", "\xc3(", "\xe2\x82", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80",
                                         "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff", "a\xe4" };

    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        CHECK(str_is_utf8(str_of(fine[i])));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK(!str_is_utf8(str_of(wrong[i])));
}
