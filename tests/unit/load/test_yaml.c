/* YAML text -> trees. */
#include "parse.h"

#include "base/file.h"

static enum node_kind
kind_of(const char *yaml)
{
    return parse(yaml)->kind;
}

TEST(plain_scalars_follow_the_core_schema)
{
    static const struct {
        const char *text;
        enum node_kind kind;
    } cases[] = {
        { "null", NODE_NULL }, { "~", NODE_NULL }, { "", NODE_NULL }, { "Null", NODE_NULL },
        { "nUll", NODE_STRING }, { "true", NODE_BOOL }, { "False", NODE_BOOL }, { "TRUE", NODE_BOOL },
        { "tRue", NODE_STRING }, { "yes", NODE_STRING }, { "no", NODE_STRING }, { "on", NODE_STRING },
        { "off", NODE_STRING }, { "y", NODE_STRING }, { "0", NODE_INTEGER }, { "-12", NODE_INTEGER },
        { "+12", NODE_INTEGER }, { "012", NODE_INTEGER }, { "0o17", NODE_INTEGER },
        { "0xfF", NODE_INTEGER }, { "0o8", NODE_STRING }, { "0xg", NODE_STRING }, { "1_000", NODE_STRING },
        { "1:30", NODE_STRING }, { "1.", NODE_REAL }, { ".5", NODE_REAL }, { "-.5", NODE_REAL },
        { "1e-5", NODE_REAL }, { "1E5", NODE_REAL }, { "+1.5e+3", NODE_REAL }, { "1e", NODE_STRING },
        { ".", NODE_STRING }, { "e5", NODE_STRING }, { "1.2.3", NODE_STRING }, { ".inf", NODE_REAL },
        { "-.Inf", NODE_REAL }, { ".nan", NODE_REAL }, { "inf", NODE_STRING }, { "nan", NODE_STRING },
        { "9223372036854775807", NODE_INTEGER }, { "9223372036854775808", NODE_REAL },
        { "2001-12-14", NODE_STRING }, { "'1'", NODE_STRING }, { "\"true\"", NODE_STRING },
        { "1 ms", NODE_STRING }, { "=", NODE_STRING }, { "<<", NODE_STRING },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (kind_of(cases[i].text) != cases[i].kind)
            test_fail(__FILE__, __LINE__, "'%s' is of kind %d", cases[i].text,
                      (int)kind_of(cases[i].text));
    CHECK_INT(parse("0o17")->integer, 15);
    CHECK_INT(parse("0xfF")->integer, 255);
    CHECK_INT(parse("012")->integer, 12);
    CHECK_NEAR(parse("1e-5")->real, 1e-5, 0);
    CHECK(parse("-.inf")->real < 0);
}

TEST(marks_count_from_one_in_characters)
{
    const struct node *root = parse("a: 1\nb:\n  - 'x'\n  - {\"ä\": ö, c: d}\n");
    const struct node *list = node_at(root, "b");

    CHECK_INT(root->at.line, 1);
    CHECK_INT(root->at.column, 1);
    CHECK_INT(list->items[0]->at.line, 3);
    CHECK_INT(list->items[0]->at.column, 5);
    CHECK_INT(list->items[1]->entries[1].at.line, 4);
    CHECK_INT(list->items[1]->entries[1].at.column, 14);
    CHECK_INT(node_at(list->items[1], "c")->at.column, 17);
    CHECK_STR(root->at.file, "test.yaml");
}

TEST(an_alias_has_its_own_place)
{
    const struct node *root = parse("a: &x [1, 2]\nb: *x\nc: {d: *x}\n");

    CHECK(node_equal(node_at(root, "a"), node_at(root, "b")));
    CHECK_INT(node_at(root, "b")->at.line, 2);
    CHECK_INT(node_at(root, "b")->at.column, 4);
    CHECK_INT(node_at(root, "b")->items[1]->at.line, 1);
    CHECK_INT(node_at(node_at(root, "c"), "d")->at.line, 3);
}

TEST(an_anchor_may_be_defined_again)
{
    CHECK_STR(spelt(parse("[&a 1, *a, &a 2, *a]")), "[1, 1, 2, 2]");
}

TEST(merge_keys)
{
    CHECK_STR(spelt(parse("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n")),
              "{a: {x: 1, y: 2}, b: {x: 1, y: 3}}");
    CHECK_STR(spelt(node_at(parse("a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b], z: 3}\n"),
                            "c")), "{x: 1, y: 2, z: 3}");
    CHECK_STR(spelt(node_at(parse("a: &a {x: 1}\nc: {z: 3, <<: *a, x: 9}\n"), "c")), "{x: 9, z: 3}");
    CHECK_STR(spelt(parse("{'<<': 1}")), "{\"<<\": 1}");
    CHECK_STR(spelt(node_at(parse("a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {<<: *b}\n"), "c")),
              "{x: 1, y: 2}");
    CHECK_STR(spelt(node_at(parse("a: &a {x: 1}\nb: &b {y: 2}\nc: {<<: *a, <<: *b}\n"), "c")),
              "{x: 1, y: 2}");
    CHECK_STR(parse_problem("a: {<<: 3}"), "1:9: '<<' takes a map or a list of maps");
}

TEST(strings_of_several_lines)
{
    CHECK_STR(parse("|\n  a\n   b\n")->text.at, "a\n b\n");
    CHECK_STR(parse(">-\n  a\n  b\n")->text.at, "a b");
    CHECK_STR(parse("a\n b")->text.at, "a b");
    CHECK_STR(parse("\"a\\tb\\u00e4\"")->text.at, "a\tb\xc3\xa4");
}

TEST(duplicate_keys_name_both_places)
{
    CHECK_STR(parse_problem("a: 1\nb: 2\na: 3\n"),
              "3:1: key 'a' stands twice in one map (first in line 1, column 1)");
    CHECK_STR(parse_problem("{x: {y: 1, y: 2}}"),
              "1:12: key 'y' stands twice in one map (first in line 1, column 6)");
    CHECK_STR(parse_problem("1: a\n'1': b\n"),
              "2:1: key '1' stands twice in one map (first in line 1, column 1)");
}

TEST(what_is_refused)
{
    CHECK_STR(parse_problem("a: *b\n"),
              "1:4: alias '*b' has no anchor (an anchor is complete only behind its value)");
    CHECK_STR(parse_problem("a: &a [*a]\n"),
              "1:8: alias '*a' has no anchor (an anchor is complete only behind its value)");
    CHECK_STR(parse_problem("? [a]\n: 1\n"), "1:3: a key must be a scalar");
    CHECK_STR(parse_problem("a: &a [1]\n*a : 2\n"), "2:1: a key must be a scalar");
    CHECK_STR(parse_problem("a\n---\nb\n"),
              "2:1: a second document begins here (one file holds one document)");
    CHECK_STR(parse_problem("a: \"x\\0\"\n"), "1:4: a string must not hold a NUL character");
    CHECK_STR(parse_problem("a: !!set {b}\n"),
              "1:4: this tag is not known for a list or a map (known are !!map and !!seq)");
    CHECK_STR(parse_problem("\xff\xfe"), "1:1: this is not UTF-8 text: invalid leading UTF-8 octet");
    CHECK_STR(parse_problem("a: b\nc: \xc3(\n"),
              "2:4: this is not UTF-8 text: invalid trailing UTF-8 octet");
    CHECK_STR(parse_problem("a: [1, 2\nb: 3\n"),
              "2:2: this is not YAML: while parsing a flow sequence, did not find expected ',' or ']'");
}

TEST(depth_and_size_are_bounded)
{
    struct text text;

    text_init(&text, 1 << 20);
    for (int i = 0; i < 100; i++)
        text_add(&text, "[");
    for (int i = 0; i < 100; i++)
        text_add(&text, "]");
    CHECK_INT(parse(text.at)->depth, 100);
    text_clear(&text);
    for (int i = 0; i < 5000; i++)
        text_add(&text, "[");
    CHECK_STR(parse_problem(text.at),
              "1:101: lists and maps are nested too deeply here (at most 100 levels)");
    text_clear(&text);
    text_add(&text, "- &a0 [x]\n");
    for (int i = 1; i < 120; i++)
        text_printf(&text, "- &a%d [*a%d]\n", i, i - 1);
    CHECK_STR(parse_problem(text.at), "101:3: this value is too large or too deep "
              "(aliases count in full: at most 4 million values, 100 levels)");
    text_release(&text);
}

TEST(merge_keys_are_bounded_together)
{
    struct text text;

    text_init(&text, 1 << 24);
    text_add(&text, "- &a {");
    for (int i = 0; i < 3000; i++)
        text_printf(&text, "%sk%d: 1", i ? ", " : "", i);
    text_add(&text, "}\n");
    for (int i = 0; i < 3000; i++)
        text_add(&text, "- {<<: *a}\n");
    CHECK(strstr(parse_problem(text.at), "the merge keys of this file add up to too much"));
    text_release(&text);
}

TEST(tags)
{
    CHECK_INT(kind_of("!!str 1"), NODE_STRING);
    CHECK_INT(kind_of("!!float 1"), NODE_REAL);
    CHECK_INT(kind_of("!!int '1'"), NODE_INTEGER);
    CHECK_INT(kind_of("! 1"), NODE_STRING);
    CHECK_STR(spelt(parse("!include a b.yaml")), "\"${file:a b.yaml}\"");
    CHECK_STR(spelt(parse("!!map {a: !!seq [1]}")), "{a: [1]}");
}

TEST(json_is_yaml)
{
    CHECK_STR(spelt(parse("{\"a\":[1,2.5,\"x\\n\"],\"b\":{\"c\":null,\"d\":true}}")),
              "{a: [1, 2.5, \"x\\n\"], b: {c: null, d: true}}");
    CHECK_STR(spelt(parse("{\n\t\"a\": [\n\t\t1\n\t]\n}\n")), "{a: [1]}");
}

TEST(byte_order_mark_and_crlf)
{
    CHECK_STR(spelt(parse("\xef\xbb\xbf" "a: 1\r\nb: x\r\n")), "{a: 1, b: x}");
}

TEST(spelling_is_canonical)
{
    CHECK_STR(spelt(parse("[1, 1.0, 1e0, 0x1]")), "[1, 1, 1, 1]");
    CHECK_STR(spelt(parse("[0.1, 1e-5, 1e300, -0.0, 123456789.5]")),
              "[0.1, 1e-5, 1e300, 0, 123456789.5]");
    CHECK_STR(spelt(parse("{b: 1, a: 2, B: 3}")), "{B: 3, a: 2, b: 1}");
    CHECK_STR(spelt(parse("[a b, 'a  b', ' a', '1', 'true', 'null', '', 'a\"b', 'a,b', 'ä', \"a\\nb\"]")),
              "[a b, \"a  b\", \" a\", \"1\", \"true\", \"null\", \"\", \"a\\\"b\", \"a,b\", ä, \"a\\nb\"]");
}

TEST(equality_ignores_spelling_and_order)
{
    CHECK(node_equal(parse("{a: 1, b: [x, 2.0]}"), parse("{b: ['x', 2], a: 1.0}")));
    CHECK(!node_equal(parse("{a: 1}"), parse("{a: 1, b: 2}")));
    CHECK(!node_equal(parse("[1, 2]"), parse("[1]")));
    CHECK(!node_equal(parse("[1]"), parse("[1, 2]")));
    CHECK(!node_equal(parse("'1'"), parse("1")));
    CHECK(!node_equal(parse("{a: 1}"), parse("{b: 1}")));
    CHECK(!node_equal(parse(".nan"), parse(".nan")));
    CHECK(node_equal(parse("null"), parse("~")));
    CHECK(node_equal(parse("true"), parse("True")));
}

TEST(descriptions_name_the_value)
{
    static const char *const cases[][2] = {
        { "null", "nothing" }, { "true", "true" }, { "1.50", "the number 1.50" },
        { "abc", "the string 'abc'" }, { "[]", "an empty list" }, { "[1]", "a list" },
        { "{}", "an empty map" }, { "{a: 1}", "a map" },
        { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xc3\xa4 and more",
          "the string 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text;

        text_init(&text, 1000);
        node_describe(parse(cases[i][0]), &text);
        CHECK_STR(text.at, cases[i][1]);
        text_release(&text);
    }
}

TEST(large_maps_are_searched_quickly)
{
    enum { COUNT = 50000 };
    const struct node *map;
    struct text text;
    char key[32];

    text_init(&text, 1 << 24);
    for (int i = 0; i < COUNT; i++)
        text_printf(&text, "k%d: %d\n", (i * 7919) % COUNT, i);
    map = parse(text.at);
    CHECK_INT(map->count, COUNT);
    for (int i = 0; i < COUNT; i++) {
        snprintf(key, sizeof key, "k%d", (i * 7919) % COUNT);
        CHECK_INT(node_at(map, key)->integer, i);
    }
    CHECK(node_at(map, "k") == NULL);
    text_release(&text);
}

TEST(a_file_that_cannot_be_read_is_reported_where_it_is_named)
{
    struct arena *arena = arena_new();
    struct problems problems;

    problems_init(&problems);
    CHECK(yaml_read(arena, test_path("none.yaml"), (struct fx_mark){ "w.yaml", 3, 4 }, &problems)
          == NULL);
    CHECK_STR(problems.list.at[0].file, "w.yaml");
    CHECK_INT(problems.list.at[0].line, 3);
    CHECK(strstr(problems.list.at[0].text, "none.yaml' does not exist"));
    problems_release(&problems);
    arena_free(arena);
}

TEST(what_is_spelt_is_yaml)
{
    static const char text[] = "['@a', '%b', '-', '- c', -d, a@b, 5%, '5', 'null', '']";
    static const char spelling[] = "[\"@a\", \"%b\", \"-\", \"- c\", -d, a@b, 5%, \"5\", \"null\", \"\"]";

    CHECK_STR(spelt(parse(text)), spelling);
    CHECK_STR(spelt(parse(spelling)), spelling);
}
