/*
 * Expressions: a string with ${...} in it, evaluated with some parameters; and the same bytes as an
 * expression of a membrane's parameters.
 */
#include "fuzz.h"

#include <string.h>

#include "environment/expression.h"
#include "load/interpolate.h"
#include "load/yaml_tree.h"

static const char file[] = "PYR: {types: [1, 2, 3], 'a b': x}\nother: '${params.seed}'\n";
static const char params[] =
    "seed: 7\nwidth: 2.5\nname: abc\nlist: [3, 1, 2]\nmap: {b: 1, a: {c: [x, y]}}\nnone: null\nyes: true\n"
    "text: 'the ${params.name} of ${params.list[0]}'\nmore: ${keys(params.map)}\n";

static const char env[] = "{FX_NOT_SET: 5, FX_NOWHERE_SET: null}";

static void
evaluate(struct arena *arena, struct str text)
{
    struct globals *globals = globals_new(arena);
    const struct node *tree, *value = NULL;
    struct problems problems;
    struct text yaml, spelt;

    problems_init(&problems);
    text_init(&yaml, 1 << 22);
    text_init(&spelt, 1 << 24);
    text_add(&yaml, params);
    text_add(&yaml, "result: ");
    text_add_quoted(&yaml, text);
    tree = yaml_parse(arena, "/fuzz/params.yaml", true, text_view(&yaml), &problems);
    if (tree) {
        globals_set_env(globals, yaml_parse(arena, "/fuzz/env.yaml", true, str_of(env), &problems),
                        &problems);
        globals_set_params(globals, tree, &problems);
        value = globals_params(globals, &problems);
    }
    FUZZ_CHECK((value == NULL) == (problems_count(&problems) > 0));
    if (value && value->weight < 10000)
        node_spell(value, &spelt);
    text_release(&yaml);
    text_release(&spelt);
    problems_release(&problems);
    globals_free(globals);
}

static void
evaluate_place(struct str text)
{
    static const struct expression_place place = { 100, 2, 3 };
    struct fx_error err = FX_ERROR_NONE;
    struct expression *expression = expression_parse(text, &err);

    FUZZ_CHECK((expression == NULL) == (err.code != FX_OK));
    if (expression)
        expression_value(expression, &place);
    expression_free(expression);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = { (const char *)data, size };
    struct arena *arena = arena_new();

    fuzz_files_add("/fuzz/file.yaml", file, sizeof file - 1);
    evaluate(arena, text);
    evaluate_place(text);
    arena_free(arena);
    fuzz_files_clear();
    return 0;
}
