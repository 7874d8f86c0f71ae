/* Manifests, keys, and their differences. */
#include "fixture.h"

static const char network[] =
    "params:\n"
    "  synapses:\n"
    "    PVBC: {type: inhibitory, sections: [soma], layers: [SP], proportions: [0.25]}\n"
    "    OLM: {type: inhibitory, sections: [soma], layers: [SP], proportions: [0.75]}\n"
    "  axon_extents: {OLM: {default: {width: [150, 200], offset: [0, 1]}}, PVBC: {\"a.b\": {width: [1, 1], offset: []}}}\n"
    "stages:\n"
    "  types: {task: types, with: {definitions: {a: \"1\", b: {}, c: \"x = y\\nz\"}}}\n"
    "  forest: {task: forest, with: {types: \"${types.file}\", population: PYR}}\n"
    "  synapses: {task: synapses, with: {forest: \"${forest.file}\", scale: 2e0, buffer: 1 GiB}, resources: {ranks: 2}}\n"
    "  connections: {task: connections, with: {synapses: \"${synapses.file}\", projections: \"${params.synapses}\", axon_extents: \"${params.axon_extents}\"}}\n";

TEST(manifest_lists_what_a_job_depends_on)
{
    struct fixture f;

    fixture_plan(&f, network);
    fixture_check(&f);
    CHECK_STR(fixture_manifest(&f, "synapses", NULL),
              "fornix = 1\n"
              "task = synapses\n"
              "task.version = 3\n"
              "tool.c++ = 9.0.2\n"
              "tool.neuron = 9.0.2\n"
              "inputs.forest = 803e5a73c7a533a50f36934d5f9e8f85\n"
              "parameters.scale = 2\n");
    CHECK_STR(fixture_manifest(&f, "types", NULL),
              "fornix = 1\n"
              "task = types\n"
              "task.version = 1\n"
              "parameters.definitions.a = \"1\"\n"
              "parameters.definitions.b = {}\n"
              "parameters.definitions.c = \"x = y\\nz\"\n");
    CHECK(strstr(fixture_manifest(&f, "connections", NULL),
                 "parameters.axon_extents.OLM.default.offset[0] = 0\n"
                 "parameters.axon_extents.OLM.default.offset[1] = 1\n"
                 "parameters.axon_extents.OLM.default.width[0] = 150\n"
                 "parameters.axon_extents.OLM.default.width[1] = 200\n"
                 "parameters.axon_extents.PVBC.\"a.b\".offset = []\n"
                 "parameters.axon_extents.PVBC.\"a.b\".width[0] = 1\n") != NULL);
    fixture_release(&f);
}

/* The key of the stage `label` when the workflow says `text`. */
static struct digest
key_of(const char *text, const char *label)
{
    struct fixture f;
    struct digest key;

    fixture_plan(&f, text);
    fixture_check(&f);
    fixture_manifest(&f, label, &key);
    fixture_release(&f);
    return key;
}

static bool
same_key(const char *one, const char *other)
{
    return digest_equal(key_of(one, "s"), key_of(other, "s"));
}

#define TYPES "t: {task: types, with: {definitions: 1}}\n"
#define FOREST "f: {task: forest, with: {types: \"${t.file}\", population: P}}\n"
#define STAGES "stages:\n  " TYPES "  " FOREST "  "
#define SYNAPSES(with) STAGES "s: {task: synapses, with: {forest: \"${f.file}\"" with "}}\n"

TEST(numbers_count_by_value)
{
    CHECK(same_key(SYNAPSES(", scale: 2"), SYNAPSES(", scale: 2.0")));
    CHECK(same_key(SYNAPSES(", scale: 2"), SYNAPSES(", scale: 20e-1")));
    CHECK(!same_key(SYNAPSES(", scale: 2"), SYNAPSES(", scale: 2.5")));
    CHECK(same_key(SYNAPSES(", seed: 0x10"), SYNAPSES(", seed: 16")));
}

TEST(what_equals_the_default_is_left_out)
{
    CHECK(same_key(SYNAPSES(""), SYNAPSES(", scale: 1.0")));
    CHECK(same_key(SYNAPSES(""), SYNAPSES(", seed: 1")));
    CHECK(same_key(SYNAPSES(""), SYNAPSES(", seed: null")));
    CHECK(!same_key(SYNAPSES(""), SYNAPSES(", seed: 2")));
}

TEST(what_is_not_semantic_is_left_out)
{
    CHECK(same_key(SYNAPSES(""), SYNAPSES(", buffer: 1 GiB")));
}

TEST(resources_names_comments_and_order_are_left_out)
{
    CHECK(same_key(STAGES "s: {task: synapses, with: {forest: \"${f.file}\", seed: 5, scale: 3}}\n",
                   "# a comment\nname: other\nstages:\n"
                   "    s: {with: {scale:   3, forest: \"${f.file}\", seed: 5}, task: synapses, "
                   "resources: {ranks: 4, threads: 2, memory: 3 GiB, time: 1 h}}\n"
                   "    " FOREST "    " TYPES));
    CHECK(same_key(SYNAPSES(", cell_type: {density: {a: {b: {mean: 1}, c: {mean: 2}}}}"),
                   SYNAPSES(", cell_type: {density: {a: {c: {mean: 2}, b: {mean: 1}}}}")));
}

TEST(units_count_by_what_they_mean)
{
#define SIMULATE(with) STAGES "g: {task: graph, with: {types: \"${t.file}\"}}\n" \
                       "  s: {task: simulate, with: {cells: \"${g.cells}\", " with "}}\n"
    CHECK(same_key(SIMULATE("t_end: 500"), SIMULATE("t_end: 500 ms")));
    CHECK(same_key(SIMULATE("t_end: 500"), SIMULATE("t_end: 0.5 s")));
    CHECK(same_key(SIMULATE("t_end: 1, width: 200"), SIMULATE("t_end: 1, width: 0.2 mm")));
    CHECK(same_key(SIMULATE("t_end: 1"), SIMULATE("t_end: 1, dt: 25 us")));
}

TEST(empty_lists_and_maps_differ_from_each_other_and_from_nothing)
{
#define ANY(value) "stages: {s: {task: types, with: {definitions: " value "}}}\n"
    static const char *const values[] = {
        ANY("[]"), ANY("{}"), ANY("[[]]"), ANY("[{}]"), ANY("{a: []}"), ANY("{a: {}}"), ANY("[[], []]"),
        ANY("''"), ANY("'[]'"), ANY("[null]"), ANY("['null']"), ANY("{a: 1}"), ANY("[1]"),
        ANY("{a: '1'}"), ANY("{'a.b': 1}"), ANY("{a: {b: 1}}"), ANY("{'a[0]': 1}"), ANY("{a: [1]}"),
        ANY("{'': 1}"), ANY("{'\"a\"': 1}"), ANY("{\"a = 1\\nb\": 1}"), ANY("{a: 1, b: 1}"),
        ANY("true"), ANY("'true'"), ANY("1.5"), ANY("'1.5'"), ANY("{a: x y}"), ANY("{a: 'x  y'}"),
        ANY("{a: {b: {c: 1}}}"), ANY("{a: {b.c: 1}}"), ANY("{a.b: {c: 1}}"),
    };
    enum { COUNT = sizeof values / sizeof *values };
    struct digest keys[COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        keys[i] = key_of(values[i], "s");
        for (size_t k = 0; k < i; k++)
            if (digest_equal(keys[i], keys[k]))
                test_fail(__FILE__, __LINE__, "%s and %s have one key", values[i], values[k]);
    }
}

TEST(where_anything_may_stand_equal_numbers_are_one_value)
{
    CHECK(same_key(ANY("[1.0, 2]"), ANY("[1, 2.0]")));
    CHECK(same_key(ANY("{a: 1e3}"), ANY("{a: 1000}")));
    CHECK(!same_key(ANY("[9007199254740993]"), ANY("[9007199254740992]")));
}

TEST(points_enter_only_where_they_are_asked_for)
{
    static const char text[] =
        "axes: {population: [A, B]}\n"
        "stages:\n"
        "  t: {task: types, with: {definitions: 1}}\n"
        "  f: {task: forest, with: {types: \"${t.file}\", population: \"${axis.population}\"}}\n"
        "  g: {task: graph, with: {types: \"${t.file}\", parts: \"${f[*].file}\", connections: \"${f[*].file}\"}}\n";
    struct fixture f;
    const char *manifest;

    fixture_plan(&f, text);
    fixture_check(&f);
    manifest = fixture_manifest(&f, "g", NULL);
    CHECK(strstr(manifest, "inputs.connections[0] = "));
    CHECK(strstr(manifest, "inputs.parts[1] = "));
    CHECK(strstr(manifest, "points.parts[0].population = A\npoints.parts[1].population = B\n"));
    CHECK(!strstr(manifest, "points.connections"));
    CHECK(!strstr(manifest, "parameters."));
    fixture_release(&f);
}

TEST(output_names_that_a_stage_chose_enter)
{
#define SCRIPT(outputs) "stages: {s: {task: script, with: {x: 1}, outputs: " outputs "}}\n"
    CHECK(same_key(SCRIPT("{a: a.png, b: b.png}"), SCRIPT("{a: a.png, b: b.png}")));
    CHECK(!same_key(SCRIPT("{a: a.png}"), SCRIPT("{a: c.png}")));
    CHECK(!same_key(SCRIPT("{a: a.png}"), SCRIPT("{b: a.png}")));
}

/* --- differences ------------------------------------------------------------------------------- */

static const char *
explain(const char *before, const char *after, uint32_t most)
{
    struct text text;

    text_init(&text, 4096);
    text_add(&text, "");
    key_explain(str_of(before), str_of(after), most, &text);
    return fixture_keep(&text);
}

TEST(explain_names_what_changed)
{
    CHECK_STR(explain("parameters.axon_extents.PYR.default.width[0] = 200\nparameters.seed = 1\n",
                      "parameters.axon_extents.PYR.default.width[0] = 250\nparameters.seed = 1\n", 3),
              "axon_extents.PYR.default.width[0] 200 -> 250");
    CHECK_STR(explain("inputs.synapses = 803e5a73c7a533a50f36934d5f9e8f85\n",
                      "inputs.synapses = 903e5a73c7a533a50f36934d5f9e8f85\n", 3),
              "inputs.synapses changed");
    CHECK_STR(explain("inputs.a[1] = 803e5a73c7a533a50f36934d5f9e8f85\nfornix = 1\n", "fornix = 1\n", 3),
              "inputs.a[1] removed");
    CHECK_STR(explain("fornix = 1\n", "fornix = 1\nparameters.seed = 3\n", 3),
              "seed (not given) -> 3");
    CHECK_STR(explain("task.version = 1\ntool.neuron = 9.0.1\n", "task.version = 2\ntool.neuron = 9.0.2\n", 3),
              "task.version 1 -> 2, tool.neuron 9.0.1 -> 9.0.2");
    CHECK_STR(explain("a = 1\nb = 1\nc = 1\nd = 1\n", "a = 2\nb = 2\nc = 2\nd = 2\n", 2),
              "a 1 -> 2, b 1 -> 2, and 2 more");
    CHECK_STR(explain("parameters.\"x = y\".a = 1\n", "parameters.\"x = y\".a = 2\n", 2),
              "\"x = y\".a 1 -> 2");
    CHECK_STR(explain("a = 1\n", "a = 1\n", 2), "");
    CHECK_STR(explain("", "", 2), "");
    CHECK_STR(explain("rubbish", "a", 2), "a (not given) -> (not given), rubbish (not given) -> (not given)");
}

/* A configuration that jobs share is written once: the same text and key as if it were not. */
TEST(shared_parts_do_not_change_keys)
{
    static const char text[] =
        "params: {m: {a: [1, 2, 3, 4, 5, 6, 7, 8], b: {c: [1, 2, 3, 4, 5, 6, 7, 8], d: x}}}\n"
        "axes: {t: [1, 2]}\n"
        "stages:\n"
        "  s: {task: script, outputs: {f: f}, with: {n: \"${params.m}\", m: \"${params.m}\", t: \"${axis.t}\"}}\n";
    struct fixture f, g;
    const char *first, *second;
    struct digest key, again, alone, other;

    fixture_plan(&f, text);
    fixture_check(&f);
    first = fixture_manifest(&f, "s[t=1]", &key);
    second = fixture_manifest(&f, "s[t=1]", &again);
    CHECK_STR(second, first);
    CHECK(digest_equal(key, again));
    CHECK(strstr(first, "parameters.m.b.c[7] = 8\n") && strstr(first, "parameters.n.b.c[7] = 8\n"));
    fixture_manifest(&f, "s[t=2]", &other);
    CHECK(!digest_equal(key, other));
    fixture_plan(&g, text);
    fixture_manifest(&g, "s[t=2]", &alone);
    CHECK(digest_equal(alone, other));
    fixture_release(&f);
    fixture_release(&g);
}

/* The key is what STYLE says: XXH3-128 over the fields, each with its length in front. */
TEST(key_is_the_digest_of_the_fields)
{
    struct hasher *hasher = hasher_new();
    struct fixture f;
    struct digest key;
    const char *line;

    fixture_plan(&f, network);
    fixture_check(&f);
    for (line = fixture_manifest(&f, "synapses", &key); *line; line = strchr(line, '\n') + 1) {
        const char *equals = strstr(line, " = ");

        hasher_field(hasher, line, (size_t)(equals - line));
        hasher_field(hasher, equals + 3, strcspn(equals + 3, "\n"));
    }
    CHECK(digest_equal(hasher_result(hasher), key));
    hasher_free(hasher);
    fixture_release(&f);
}

static void
count_changes(void *context, const struct change *change)
{
    *(unsigned *)context += change->field.len > 0;
}

TEST(compare_of_large_manifests_is_quick)
{
    struct text a, b;
    unsigned seen = 0;

    text_init(&a, 1 << 26);
    text_init(&b, 1 << 26);
    for (int i = 0; i < 200000; i++) {
        text_printf(&a, "parameters.x[%d] = %d\n", i, i);
        text_printf(&b, "parameters.x[%d] = %d\n", i, i + i % 2);
    }
    CHECK_INT(key_compare(text_view(&a), text_view(&b), count_changes, &seen), 100000);
    CHECK_INT(seen, 100000);
    text_release(&a);
    text_release(&b);
}
