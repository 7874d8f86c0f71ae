/* What an expression refers to: outputs of stages, files, and the text around ${...}. */
#include <stdio.h>
#include <string.h>

#include "base/vec.h"
#include "load/expression_parser.h"

/* The value of a selector: a bare word is a string, everything else an expression. */
static bool
parse_selected(struct parser *p, struct selector *selector)
{
    size_t from;
    struct str word;

    parser_skip_space(p);
    from = p->at;
    if (parser_take(p, '*'))
        return true;
    word = parser_name(p);
    parser_skip_space(p);
    if (word.len && (!parser_peek(p) || !strchr(".[(", parser_peek(p))) && !str_is(word, "true") &&
        !str_is(word, "false") && !str_is(word, "null")) {
        selector->value =
            parser_value(p, from, node_string(p->arena, word, node_place(p->string, from)));
        return true;
    }
    p->at = from;
    selector->value = parser_choice(p);
    return selector->value != NULL;
}

static bool
parse_selectors(struct parser *p, struct reference *reference)
{
    VEC(struct selector) list = { 0 };
    bool fine = true;

    do {
        struct selector selector = { .value = NULL };

        parser_skip_space(p);
        selector.at = node_place(p->string, p->at);
        if (parser_take(p, '*')) {
            reference->gather = true;
            continue;
        }
        selector.axis = parser_name(p);
        if (!selector.axis.len || !parser_take(p, '=')) {
            parser_unexpected(p, selector.axis.len ? "'='" : "'*' or the name of an axis");
            fine = false;
        } else {
            fine = parse_selected(p, &selector);
        }
        vec_push(&list, selector);
    } while (fine && parser_take(p, ','));
    if (fine && !parser_take(p, ']')) {
        parser_unexpected(p, "',' or ']'");
        fine = false;
    }
    reference->selector_count = (uint32_t)list.count;
    reference->selectors = arena_get(p->arena, list.count, sizeof *list.at);
    if (list.count)
        memcpy(reference->selectors, list.at, list.count * sizeof *list.at);
    vec_release(&list);
    return fine;
}

struct expr *
parser_reference(struct parser *p, size_t from, struct str stage)
{
    struct reference *reference = arena_get(p->arena, 1, sizeof *reference);
    struct expr *expr;

    reference->stage = stage;
    reference->at = node_place(p->string, from);
    if (parser_take(p, '[') && !parse_selectors(p, reference))
        return NULL;
    if (!parser_take(p, '.')) {
        char text[200];

        snprintf(text, sizeof text, "'%.*s' needs an output: ${%.*s.OUTPUT}", STR(stage),
                 STR(stage));
        return parser_wrong(p, from, text, NULL);
    }
    parser_skip_space(p);
    reference->output_at = node_place(p->string, p->at);
    reference->output = parser_name(p);
    if (!reference->output.len)
        return parser_unexpected(p, "the name of an output");
    expr = parser_make(p, EXPR_OUTPUT, from);
    expr->reference = reference;
    return expr;
}

/* A piece of text as a value, for joins and keys. */
static struct expr *
make_text(struct parser *p, size_t from, struct str text)
{
    return parser_value(p, from, node_string(p->arena, text, node_place(p->string, from)));
}

/* ${expression}, at its '$'. */
static struct expr *
parse_braces(struct parser *p)
{
    size_t from = p->at;
    struct expr *expr;

    p->at += 2;
    expr = parser_choice(p);
    if (expr && !p->failed && !parser_take(p, '}')) {
        char text[80];

        if (p->at >= p->text.len)
            return parser_wrong(p, from, "this '${' has no '}'", NULL);
        if (!expr_is_name((struct str){ p->text.at + p->at, 1 }))
            return parser_unexpected(p, "'}'");
        snprintf(text, sizeof text, "'}' is expected here, not '%c'", parser_peek(p));
        return parser_wrong(p, p->at, text, "a key with spaces is written ['Cell Types']");
    }
    return p->failed ? NULL : expr;
}

/*
 * Text with ${...} in it, up to the end or, inside an expression, up to '#' or '}': one EXPR_JOIN,
 * its single expression, or its single text.
 */
static struct expr *
parse_join(struct parser *p, bool inside)
{
    expr_list parts = { 0 };
    struct expr *expr = NULL, *part;
    size_t from = p->at, begin = p->at;
    struct text literal;

    text_init(&literal, p->text.len + 1);
    while (!p->failed && p->at < p->text.len && !(inside && strchr("#}", parser_peek(p)))) {
        struct str rest = str_slice(p->text, p->at, p->text.len);

        if (str_starts(rest, "${")) {
            if (literal.len)
                vec_push(&parts, make_text(p, begin, text_view(&literal)));
            text_clear(&literal);
            part = parse_braces(p);
            begin = p->at;
            vec_push(&parts, part);
            continue;
        }
        p->at += str_starts(rest, "$${");
        text_append(&literal, p->text.at + p->at++, 1);
    }
    if (!p->failed) {
        if (literal.len || !parts.count)
            vec_push(&parts, make_text(p, begin, text_view(&literal)));
        if (parts.count == 1) {
            expr = parts.at[0];
        } else {
            expr = parser_make(p, EXPR_JOIN, from);
            parser_set_args(p, expr, parts.at, parts.count);
        }
    }
    text_release(&literal);
    vec_release(&parts);
    return expr;
}

/* Behind "file": a colon, a path, and keys behind '#'. */
struct expr *
parser_file(struct parser *p, size_t from)
{
    struct expr *path, *expr;

    p->at++;
    path = parse_join(p, true);
    if (!path)
        return NULL;
    if (path->kind == EXPR_VALUE && !path->value->text.len)
        return parser_wrong(p, p->at, "the path of a file is expected here", NULL);
    expr = parser_make(p, EXPR_FILE, from);
    parser_set_args(p, expr, &path, 1);
    if (parser_peek(p) != '#')
        return expr;
    p->at++;
    while (!p->failed && expr) {
        size_t at = p->at;
        struct str key;

        while (p->at < p->text.len && !strchr(".[}", parser_peek(p)))
            p->at++;
        key = str_slice(p->text, at, p->at);
        if (!key.len)
            return parser_unexpected(p, "a key");
        expr = parser_index(p, from, expr, make_text(p, at, key));
        while (expr && parser_peek(p) == '[') {
            p->at++;
            expr = parser_bracket(p, from, expr);
        }
        if (parser_peek(p) != '.')
            break;
        p->at++;
    }
    return expr;
}

struct expr *
expr_parse_string(struct arena *arena, const struct node *string, struct problems *problems)
{
    struct parser p = {
        .arena = arena, .problems = problems, .string = string, .text = string->text
    };

    return parse_join(&p, false);
}

struct expr *
expr_parse_check(struct arena *arena, const struct node *string, struct problems *problems)
{
    struct parser p = { .arena = arena,
                        .problems = problems,
                        .string = string,
                        .text = string->text,
                        .bare = true };

    return parse_join(&p, false);
}
