#include "load/expression.h"

#include <stdio.h>
#include <string.h>

#include "load/expression_parser.h"

enum { NESTING_MOST = 64, STEPS_IN_STRING = 4096 };

static const struct {
    const char *text;
    unsigned binding; /* the higher, the tighter */
} operators[] = {
    [OP_OR] = { "or", 1 },       [OP_AND] = { "and", 2 },     [OP_EQUAL] = { "==", 4 },
    [OP_UNEQUAL] = { "!=", 4 },  [OP_LESS] = { "<", 4 },      [OP_AT_MOST] = { "<=", 4 },
    [OP_MORE] = { ">", 4 },      [OP_AT_LEAST] = { ">=", 4 }, [OP_ADD] = { "+", 5 },
    [OP_SUBTRACT] = { "-", 5 },  [OP_MULTIPLY] = { "*", 6 },  [OP_DIVIDE] = { "/", 6 },
    [OP_REMAINDER] = { "%", 6 },
};

enum { BINDING_NOT = 3, BINDING_LEAST = 1 };

const char *
expr_op_name(enum expr_op op)
{
    return operators[op].text;
}

bool
expr_occurs(struct str text)
{
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.at[i] == '$' && text.at[i + 1] == '{')
            return true;
    return false;
}

static bool
starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool
expr_is_name(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!starts_name(text.at[i]) && !(i && is_digit(text.at[i])))
            return false;
    return text.len > 0;
}

/* The first mistake of an expression is reported; what follows from it is not. */
void *
parser_wrong(struct parser *p, size_t at, const char *text, const char *hint)
{
    struct fx_error err = FX_ERROR_NONE;

    if (!p->failed) {
        fx_fail(&err, FX_INVALID, node_place(p->string, at), "%s", text);
        if (hint)
            fx_error_hint(&err, "%s", hint);
        problems_add(p->problems, &err);
    }
    p->failed = true;
    return NULL;
}

char
parser_peek(const struct parser *p)
{
    return p->at < p->text.len ? p->text.at[p->at] : '\0';
}

void
parser_skip_space(struct parser *p)
{
    while (p->at < p->text.len && strchr(" \t\n", p->text.at[p->at]))
        p->at++;
}

/* Takes `c` after spaces, if it is there. */
bool
parser_take(struct parser *p, char c)
{
    parser_skip_space(p);
    if (parser_peek(p) != c)
        return false;
    p->at++;
    return true;
}

void *
parser_unexpected(struct parser *p, const char *wanted)
{
    char text[160];
    unsigned char c;

    parser_skip_space(p);
    c = (unsigned char)parser_peek(p);
    if (p->at >= p->text.len)
        snprintf(text, sizeof text, "the expression ends where %s is expected", wanted);
    else if (c >= 0x80 || c < 0x20)
        snprintf(text, sizeof text, "%s is expected here", wanted);
    else
        snprintf(text, sizeof text, "%s is expected here, not '%c'", wanted, c);
    return parser_wrong(p, p->at, text, NULL);
}

struct expr *
parser_make(struct parser *p, enum expr_kind kind, size_t from)
{
    struct expr *expr = arena_get(p->arena, 1, sizeof *expr);

    if (++p->steps > STEPS_IN_STRING)
        parser_wrong(p, from, "this string has too many expressions in it", NULL);
    expr->kind = kind;
    expr->at = node_place(p->string, from);
    expr->source = str_slice(p->text, from, p->at);
    return expr;
}

void
parser_set_args(struct parser *p, struct expr *expr, struct expr *const *args, size_t count)
{
    expr->args = arena_get(p->arena, count, sizeof *expr->args);
    if (count)
        memcpy(expr->args, args, count * sizeof *args);
    expr->count = (uint32_t)count;
}

struct str
parser_name(struct parser *p)
{
    size_t from = p->at;

    if (starts_name(parser_peek(p)))
        while (starts_name(parser_peek(p)) || is_digit(parser_peek(p)))
            p->at++;
    return str_slice(p->text, from, p->at);
}

/* Whether the word `word` stands next, as a whole; it is taken. */
static bool
take_word(struct parser *p, const char *word)
{
    size_t before;

    parser_skip_space(p);
    before = p->at;
    if (str_is(parser_name(p), word))
        return true;
    p->at = before;
    return false;
}

struct expr *
parser_value(struct parser *p, size_t from, const struct node *value)
{
    struct expr *expr = parser_make(p, EXPR_VALUE, from);

    expr->value = value;
    return expr;
}

static struct expr *
parse_number(struct parser *p)
{
    size_t from = p->at;
    struct node *node = arena_get(p->arena, 1, sizeof *node);

    while (is_digit(parser_peek(p)) || parser_peek(p) == '.' ||
           (strchr("eE", parser_peek(p)) && parser_peek(p)) ||
           (strchr("+-", parser_peek(p)) && parser_peek(p) && strchr("eE", p->text.at[p->at - 1])))
        p->at++;
    node->text = str_slice(p->text, from, p->at);
    node->plain = true;
    node->weight = 1;
    node->at = node_place(p->string, from);
    node_resolve(node);
    if (node->kind != NODE_INTEGER && node->kind != NODE_REAL)
        return parser_wrong(p, from, "this is no number", NULL);
    return parser_value(p, from, node);
}

static struct expr *
parse_quoted(struct parser *p)
{
    size_t from = p->at, len = 0;
    char quote = p->text.at[p->at++];
    char *copy = arena_get(p->arena, p->text.len + 1, 1);

    while (p->at < p->text.len && parser_peek(p) != quote) {
        if (parser_peek(p) == '\\' && p->at + 1 < p->text.len)
            p->at++;
        copy[len++] = p->text.at[p->at++];
    }
    if (p->at >= p->text.len)
        return parser_wrong(p, from, "this string has no end", NULL);
    p->at++;
    return parser_value(
        p, from, node_string(p->arena, (struct str){ copy, len }, node_place(p->string, from)));
}

/* expressions up to `end`, separated by commas. */
static bool
parse_list(struct parser *p, char end, expr_list *list)
{
    if (parser_take(p, end))
        return true;
    do {
        struct expr *item = parser_choice(p);

        if (!item)
            return false;
        vec_push(list, item);
    } while (parser_take(p, ','));
    if (!parser_take(p, end)) {
        parser_unexpected(p, end == ']' ? "',' or ']'" : "',' or ')'");
        return false;
    }
    return true;
}

static struct expr *
parse_args(struct parser *p, enum expr_kind kind, size_t from, char end, struct str name)
{
    expr_list list = { 0 };
    struct expr *expr = NULL;

    if (parse_list(p, end, &list)) {
        expr = parser_make(p, kind, from);
        expr->name = name;
        parser_set_args(p, expr, list.at, list.count);
    }
    vec_release(&list);
    return expr;
}

static struct expr *
parse_axis(struct parser *p, size_t from)
{
    struct expr *expr;
    struct str name;

    if (!parser_take(p, '.'))
        return parser_unexpected(p, "'.' and the name of an axis");
    parser_skip_space(p);
    name = parser_name(p);
    if (!name.len)
        return parser_unexpected(p, "the name of an axis");
    expr = parser_make(p, EXPR_AXIS, from);
    expr->name = name;
    return expr;
}

static struct expr *
parse_env(struct parser *p, size_t from)
{
    struct expr *expr;
    struct str name;

    if (parser_peek(p) == '.')
        return parser_wrong(p, from, "an environment variable is written env:NAME", NULL);
    p->at++;
    name = parser_name(p);
    if (!name.len)
        return parser_unexpected(p, "the name of an environment variable");
    expr = parser_make(p, EXPR_ENV, from);
    expr->name = name;
    return expr;
}

/* A word that stands alone is no reference, so it was meant as something else. */
static struct expr *
lone_word(struct parser *p, size_t from, struct str name)
{
    char text[200], hint[160];

    snprintf(text, sizeof text, "'%.*s' is nothing that an expression knows", STR(name));
    snprintf(hint, sizeof hint, "a string stands in quotes, a parameter is params.%.*s",
             (int)(name.len > 60 ? 60 : name.len), name.at);
    return parser_wrong(p, from, text, hint);
}

/* In a check every other word names a parameter or a field. */
static struct expr *
parse_bare(struct parser *p, size_t from, struct str name)
{
    struct expr *expr = parser_make(p, EXPR_AXIS, from);

    expr->name = name;
    parser_skip_space(p);
    return parser_take(p, '(') ? parse_args(p, EXPR_CALL, from, ')', name) : expr;
}

static struct expr *
parse_word(struct parser *p)
{
    size_t from = p->at;
    struct str name = parser_name(p);
    struct fx_mark at = node_place(p->string, from);

    if (p->bare && !str_is(name, "true") && !str_is(name, "false"))
        return parse_bare(p, from, name);
    if (str_is(name, "file") && parser_peek(p) == ':')
        return parser_file(p, from);
    if (str_is(name, "env") && (parser_peek(p) == ':' || parser_peek(p) == '.'))
        return parse_env(p, from);
    if (str_is(name, "true") || str_is(name, "false"))
        return parser_value(p, from, node_boolean(p->arena, str_is(name, "true"), at));
    if (str_is(name, "null"))
        return parser_value(p, from, node_null(p->arena, at));
    if (str_is(name, "params"))
        return parser_make(p, EXPR_PARAMS, from);
    if (str_is(name, "axis"))
        return parse_axis(p, from);
    parser_skip_space(p);
    if (parser_take(p, '('))
        return parse_args(p, EXPR_CALL, from, ')', name);
    if (parser_peek(p) == '.' || parser_peek(p) == '[')
        return parser_reference(p, from, name);
    return lone_word(p, from, name);
}

static struct expr *
parse_primary(struct parser *p)
{
    struct expr *expr;
    size_t from;

    parser_skip_space(p);
    from = p->at;
    if (is_digit(parser_peek(p)) || parser_peek(p) == '.')
        return parse_number(p);
    if (parser_peek(p) == '"' || parser_peek(p) == '\'')
        return parse_quoted(p);
    if (starts_name(parser_peek(p)))
        return parse_word(p);
    if (parser_take(p, '['))
        return parse_args(p, EXPR_LIST, from, ']', (struct str){ "", 0 });
    if (parser_take(p, '(')) {
        expr = parser_choice(p);
        if (expr && !parser_take(p, ')'))
            return parser_unexpected(p, "')'");
        return expr;
    }
    return parser_unexpected(p, "a value");
}

struct expr *
parser_index(struct parser *p, size_t from, struct expr *base, struct expr *index)
{
    struct expr *expr = parser_make(p, EXPR_INDEX, from);
    struct expr *args[] = { base, index };

    parser_set_args(p, expr, args, 2);
    return expr;
}

/* [expression] behind `base`; the bracket is taken already. */
struct expr *
parser_bracket(struct parser *p, size_t from, struct expr *base)
{
    struct expr *index = parser_choice(p);

    if (!index)
        return NULL;
    if (!parser_take(p, ']'))
        return parser_unexpected(p, "']'");
    return parser_index(p, from, base, index);
}

static struct expr *
parse_postfix(struct parser *p)
{
    struct expr *expr;
    size_t from;

    parser_skip_space(p);
    from = p->at;
    expr = parse_primary(p);
    while (expr && !p->failed && expr->kind != EXPR_FILE) {
        size_t before = p->at, at;
        struct str name;

        if (parser_take(p, '[')) {
            expr = parser_bracket(p, from, expr);
            continue;
        }
        if (!parser_take(p, '.')) {
            p->at = before;
            break;
        }
        parser_skip_space(p);
        at = p->at;
        name = parser_name(p);
        if (!name.len)
            return parser_unexpected(p, "a key");
        expr = parser_index(
            p, from, expr,
            parser_value(p, at, node_string(p->arena, name, node_place(p->string, at))));
    }
    return expr;
}

static struct expr *
parse_unary(struct parser *p)
{
    struct expr *inner, *expr;
    size_t from;

    parser_skip_space(p);
    from = p->at;
    if (!parser_take(p, '-'))
        return parse_postfix(p);
    if (++p->nesting > NESTING_MOST)
        return parser_wrong(p, from, "this expression is nested too deeply", NULL);
    inner = parse_unary(p);
    p->nesting--;
    if (!inner)
        return NULL;
    expr = parser_make(p, EXPR_NEGATE, from);
    parser_set_args(p, expr, &inner, 1);
    return expr;
}

static bool
take_operator(struct parser *p, unsigned least, enum expr_op *op)
{
    static const enum expr_op order[] = {
        /* longer spellings before their beginnings */
        OP_OR,   OP_AND, OP_EQUAL,    OP_UNEQUAL,  OP_AT_MOST, OP_AT_LEAST, OP_LESS,
        OP_MORE, OP_ADD, OP_SUBTRACT, OP_MULTIPLY, OP_DIVIDE,  OP_REMAINDER
    };

    parser_skip_space(p);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const char *text = operators[order[i]].text;

        if (operators[order[i]].binding < least)
            continue;
        if (starts_name(text[0])) {
            if (!take_word(p, text))
                continue;
        } else if (str_starts(str_slice(p->text, p->at, p->text.len), text)) {
            p->at += strlen(text);
        } else {
            continue;
        }
        *op = order[i];
        return true;
    }
    return false;
}

static struct expr *
parse_binary(struct parser *p, unsigned least)
{
    struct expr *left;
    enum expr_op op;
    size_t from;

    parser_skip_space(p);
    from = p->at;
    if (least <= BINDING_NOT && take_word(p, "not")) {
        struct expr *inner = parse_binary(p, BINDING_NOT + 1);

        if (!inner)
            return NULL;
        left = parser_make(p, EXPR_NOT, from);
        parser_set_args(p, left, &inner, 1);
    } else {
        left = parse_unary(p);
    }
    while (left && take_operator(p, least, &op)) {
        struct expr *args[2] = { left, parse_binary(p, operators[op].binding + 1) };

        if (!args[1])
            return NULL;
        left = parser_make(p, EXPR_BINARY, from);
        left->op = op;
        parser_set_args(p, left, args, 2);
    }
    return left;
}

struct expr *
parser_choice(struct parser *p)
{
    struct expr *args[3], *expr;
    size_t from;

    parser_skip_space(p);
    from = p->at;
    if (++p->nesting > NESTING_MOST)
        return parser_wrong(p, from, "this expression is nested too deeply", NULL);
    expr = args[0] = parse_binary(p, BINDING_LEAST);
    if (expr && take_word(p, "if")) {
        args[1] = parse_binary(p, BINDING_LEAST);
        if (!args[1])
            return NULL;
        if (!take_word(p, "else"))
            return parser_unexpected(p, "'else'");
        args[2] = parser_choice(p);
        if (!args[2])
            return NULL;
        expr = parser_make(p, EXPR_CHOICE, from);
        parser_set_args(p, expr, args, 3);
    }
    p->nesting--;
    return expr;
}
