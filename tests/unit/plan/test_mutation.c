/*
 * Damaged workflows: a few thousand seeded mutations of valid ones are loaded and planned. Each ends
 * with a plan or with problems, never with a crash; under AddressSanitizer also without a bad access.
 */
#include "fixture.h"

#include "load/yaml_tree.h"

static const char base[] =
    "fornix: 1\nname: x\n"
    "params: &p {seed: 2, t: 500 ms, m: {PYR: {a: [1, 2.5]}, OLM: {a: []}}, e: \"${params.seed * 2}\"}\n"
    "axes: {population: [PYR, OLM], d: {range: [0, 0.4, 0.1]}, pr: [{name: a, to: PYR}, {name: b, to: OLM}]}\n"
    "profiles: {q: {params: {t: 1 s}}}\n"
    "stages:\n"
    "  types: {task: types, with: {definitions: \"${params.m}\", counts: {PYR: {SO: 1}}}}\n"
    "  forest: {task: forest, with: {types: \"${types.file}\", population: \"${axis.population}\"}, resources: {ranks: \"${min(2, 3)}\", memory: 1 GiB}}\n"
    "  s: {task: synapses, with: {forest: \"${forest[population=axis.pr.to].file}\", scale: \"${axis.d}\"}, after: [types]}\n"
    "  g: {task: graph, with: {types: \"${types.file}\", parts: \"${forest[*].file}\", connections: \"${s[d=*, pr=b].file}\"}}\n"
    "  sim: {task: simulate, with: {cells: \"${g.cells}\", t_end: \"${params.t}\", label: \"x-${axis.d}\", record: [{what: v}]}}\n"
    "  fig: {task: script, outputs: {f: f.png}, with: {<<: *p, r: \"${sim[*].readout}\", k: \"${keys(params.m)[0] if 1 < 2 else 3}$${\"}}\n";

/* A small generator of its own, so that a failure can be repeated anywhere. */
static uint32_t
draw(uint64_t *state, uint32_t below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33) % below;
}

static const char *const pieces[] = {
    "${", "}", "[", "]", "{", "}", ": ", ",", "\n", "  ", "&p", "*p", "<<", "!include ", "\"", "'", "#", "|",
    "params.", "axis.", "[*]", "*", "1e999", "-", "\xff", "\0", "\t", "null", "~", "0x", "$${", "file:",
    "if ", " else ", "keys(", "%", "/ 0", "---\n", "...", "? ", "@", "`", "\xc3\xa4", "range", "9999999999",
};

static void
mutate(struct text *text, uint64_t *state)
{
    uint32_t edits = 1 + draw(state, 3);
    struct text copy;

    for (uint32_t i = 0; i < edits; i++) {
        uint32_t at = draw(state, (uint32_t)text->len), len = 1 + draw(state, 12);
        uint32_t from = draw(state, (uint32_t)text->len);
        struct str rest;

        text_init(&copy, 1 << 20);
        text_append(&copy, text->at, at);
        switch (draw(state, 5)) {
        case 0:     /* a piece of syntax goes in */
            text_add(&copy, pieces[draw(state, sizeof pieces / sizeof *pieces)]);
            len = 0;
            break;
        case 1:     /* something is cut out */
            break;
        case 2:     /* another part of the text goes in */
            text_add_str(&copy, str_slice(text_view(text), from, from + len * 3));
            len = 0;
            break;
        case 3:     /* one byte changes */
            text_append(&copy, &(char){ (char)draw(state, 256) }, 1);
            len = 1;
            break;
        default:    /* a piece of syntax instead of what was there */
            text_add(&copy, pieces[draw(state, sizeof pieces / sizeof *pieces)]);
        }
        rest = str_slice(text_view(text), at + len, text->len);
        text_add_str(&copy, rest);
        text_release(text);
        *text = copy;
        if (!text->len)
            text_add(text, "x");
    }
}

TEST(damaged_workflows_end_with_a_plan_or_with_problems)
{
    enum { ROUNDS = 3000 };
    const char *path = test_path("mutated.yaml");
    unsigned plans = 0;
    uint64_t state = 2002;
    struct fixture f;

    test_write(path, base);
    fixture_load(&f, path, NULL);
    fixture_check(&f);
    fixture_release(&f);
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct text text;
        FILE *out;

        text_init(&text, 1 << 20);
        text_add(&text, base);
        mutate(&text, &state);
        out = fopen(path, "w");
        CHECK(out && fwrite(text.at, 1, text.len, out) == text.len);
        fclose(out);
        text_release(&text);
        fixture_load(&f, path, NULL);
        plans += f.plan != NULL;
        fixture_release(&f);
    }
    CHECK(plans > ROUNDS / 100 && plans < ROUNDS);
}

TEST(random_bytes_are_no_yaml_or_some_tree)
{
    uint64_t state = 7;

    for (unsigned i = 0; i < 20000; i++) {
        struct arena *arena = arena_new();
        struct problems problems;
        char bytes[64];
        uint32_t len = draw(&state, sizeof bytes);
        const struct node *node;

        for (uint32_t k = 0; k < len; k++)
            bytes[k] = draw(&state, 4) ? "[]{}:,-#&*!|>'\"%@` \nab0."[draw(&state, 24)]
                                       : (char)draw(&state, 256);
        problems_init(&problems);
        node = yaml_parse(arena, "bytes", true, (struct str){ bytes, len }, &problems);
        CHECK((node == NULL) == (problems_count(&problems) > 0));
        problems_release(&problems);
        arena_free(arena);
    }
}
