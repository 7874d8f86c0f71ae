#include "parse.h"

static struct arena *
arena(void)
{
    static struct arena *one;

    if (!one)
        one = arena_new();
    return one;
}

/* The text as a string that lives until the process ends; the text is released. */
const char *
kept(struct text *text)
{
    const char *copy = arena_str(arena(), text_view(text)).at;

    text_release(text);
    return copy;
}

const char *
first_problem(const struct problems *problems)
{
    const struct fx_error *err = problems->list.at;

    if (!problems->list.count)
        return "";
    return arena_printf(arena(), "%u:%u: %s%s%s%s", err->line, err->column, err->text,
                        err->hint[0] ? " (" : "", err->hint, err->hint[0] ? ")" : "").at;
}

const char *
told(struct problems *problems)
{
    const char *first = first_problem(problems);

    problems_release(problems);
    return first;
}

const struct node *
parse(const char *yaml)
{
    struct problems problems;
    const struct node *node;

    problems_init(&problems);
    node = yaml_parse(arena(), "test.yaml", true, str_of(yaml), &problems);
    if (!node)
        test_fail(__FILE__, __LINE__, "%s: %s", yaml, first_problem(&problems));
    CHECK_INT(problems.list.count, 0);
    return node;
}

const char *
parse_problem(const char *yaml)
{
    struct problems problems;

    problems_init(&problems);
    CHECK(yaml_parse(arena(), "test.yaml", true, str_of(yaml), &problems) == NULL);
    CHECK(problems.list.count > 0);
    return told(&problems);
}

const char *
spelt(const struct node *node)
{
    struct text text;

    text_init(&text, 1 << 24);
    text_add(&text, "");
    if (node)
        node_spell(node, &text);
    else
        text_add(&text, "(nothing)");
    return kept(&text);
}

const struct node *
evaluate(const char *params, struct problems *problems)
{
    struct globals *globals = globals_new(arena());
    const struct node *tree = yaml_parse(arena(), test_path("test.yaml"), true, str_of(params),
                                         problems), *value = NULL;

    if (tree) {
        globals_set_params(globals, tree, problems);
        value = globals_params(globals, problems);
    }
    CHECK((value == NULL) <= (problems->list.count > 0));
    globals_free(globals);
    return value;
}

const char *
value_of(const char *params, const char *expression)
{
    struct problems problems;
    const struct node *value;
    struct text yaml;

    problems_init(&problems);
    text_init(&yaml, 1 << 20);
    text_printf(&yaml, "%s%sresult: ", params, params[0] ? "\n" : "");
    text_add_quoted(&yaml, str_of(expression));
    value = evaluate(kept(&yaml), &problems);
    if (!value)
        return told(&problems);
    problems_release(&problems);
    return spelt(node_at(value, "result"));
}

const char *
checked(const char *types, const char *type, const char *value)
{
    struct problems problems;
    struct types *known = schema_types_new(arena());
    struct check check = { .arena = arena(), .problems = &problems };
    const struct type *wanted;
    const struct node *result;

    problems_init(&problems);
    if (types)
        schema_types_add(known, parse(types), &problems);
    schema_types_check(known, &problems);
    wanted = schema_type(known, parse(type), &problems);
    if (!wanted || problems.list.count)
        return told(&problems);
    text_init(&check.path, 4096);
    text_add(&check.path, "x");
    result = schema_check(&check, wanted, parse(value));
    text_release(&check.path);
    CHECK((result == NULL) == (problems.list.count > 0));
    if (!result)
        return told(&problems);
    problems_release(&problems);
    return spelt(result);
}
