#include "environment/expression.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/vec.h"

enum { DEPTH = 64 };    /* of nested parentheses, and of values waiting for an operator */

/* A stack machine: what an expression means, in the order in which it is worked out. */
enum op {
    OP_NUMBER, OP_DISTANCE, OP_DIAMETER, OP_LAYER,
    OP_ADD, OP_SUBTRACT, OP_MULTIPLY, OP_DIVIDE, OP_POWER, OP_NEGATE,
    OP_SQRT, OP_EXP, OP_LOG, OP_MIN, OP_MAX
};

struct step {
    enum op op;
    double number;
};

struct expression {
    VEC(struct step) steps;
};

struct parser {
    struct str text;
    size_t at;
    unsigned depth, values;     /* open parentheses; values on the stack */
    struct expression *out;
    struct fx_error *err;
};

static const struct name {
    const char *name;
    enum op op;
    unsigned arguments;
} NAMES[] = {
    { "distance", OP_DISTANCE, 0 }, { "diameter", OP_DIAMETER, 0 }, { "layer", OP_LAYER, 0 },
    { "sqrt", OP_SQRT, 1 }, { "exp", OP_EXP, 1 }, { "log", OP_LOG, 1 },
    { "min", OP_MIN, 2 }, { "max", OP_MAX, 2 },
};
enum { NAME_COUNT = sizeof NAMES / sizeof *NAMES };

static int parse_sum(struct parser *parser);

static int
fail(struct parser *parser, const char *what)
{
    return fx_fail(parser->err, FX_INVALID, FX_NOWHERE, "in the expression '%.*s': %s at place %zu",
                   STR(parser->text), what, parser->at + 1);
}

static char
look(struct parser *parser)
{
    while (parser->at < parser->text.len &&
           (parser->text.at[parser->at] == ' ' || parser->text.at[parser->at] == '\t'))
        parser->at++;
    return parser->at < parser->text.len ? parser->text.at[parser->at] : '\0';
}

static int
emit(struct parser *parser, enum op op, double number, unsigned takes)
{
    assert(parser->values >= takes);
    parser->values = parser->values - takes + 1;
    if (parser->values > DEPTH)
        return fail(parser, "too deeply nested");
    vec_push(&parser->out->steps, (struct step){ op, number });
    return 0;
}

static int
expect(struct parser *parser, char c)
{
    char what[] = "expected ' '";

    if (look(parser) != c) {
        what[10] = c;
        return fail(parser, what);
    }
    parser->at++;
    return 0;
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int
parse_name(struct parser *parser)
{
    size_t from = parser->at;
    struct str name, known[NAME_COUNT], near;

    while (parser->at < parser->text.len && is_letter(parser->text.at[parser->at]))
        parser->at++;
    name = str_slice(parser->text, from, parser->at);
    for (size_t i = 0; i < NAME_COUNT; i++) {
        known[i] = str_of(NAMES[i].name);
        if (!str_equal(name, known[i]))
            continue;
        for (unsigned n = 0; n < NAMES[i].arguments; n++)
            if (expect(parser, n ? ',' : '(') || parse_sum(parser))
                return -1;
        if (NAMES[i].arguments && expect(parser, ')'))
            return -1;
        return emit(parser, NAMES[i].op, 0, NAMES[i].arguments);
    }
    fx_fail(parser->err, FX_INVALID, FX_NOWHERE,
            "in the expression '%.*s': there is no '%.*s' (variables: distance, diameter, layer; "
            "functions: sqrt, exp, log, min, max)", STR(parser->text), STR(name));
    near = str_nearest(name, known, NAME_COUNT);
    if (near.len)
        fx_error_hint(parser->err, "did you mean '%.*s'?", STR(near));
    return -1;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int
parse_number(struct parser *parser)
{
    size_t from = parser->at, at = from;
    const struct str text = parser->text;
    double value;

    while (at < text.len && (is_digit(text.at[at]) || text.at[at] == '.'))
        at++;
    if (at < text.len && (text.at[at] == 'e' || text.at[at] == 'E')) {
        size_t digits = at + 1;

        if (digits < text.len && (text.at[digits] == '+' || text.at[digits] == '-'))
            digits++;
        if (digits < text.len && is_digit(text.at[digits])) {
            at = digits;
            while (at < text.len && is_digit(text.at[at]))
                at++;
        }
    }
    if (!number_parse_real(str_slice(text, from, at), &value))
        return fail(parser, "no number");
    parser->at = at;
    return emit(parser, OP_NUMBER, value, 0);
}

/* number | name | name(sum, ...) | (sum) */
static int
parse_atom(struct parser *parser)
{
    char c = look(parser);
    int result;

    if (parser->depth == DEPTH)
        return fail(parser, "too deeply nested");
    parser->depth++;
    if (c == '(') {
        parser->at++;
        result = parse_sum(parser) || expect(parser, ')') ? -1 : 0;
    } else if (is_digit(c) || c == '.') {
        result = parse_number(parser);
    } else if (is_letter(c)) {
        result = parse_name(parser);
    } else {
        result = fail(parser, "expected a number, a variable or '('");
    }
    parser->depth--;
    return result;
}

/* Signs bind less than ^, whose right side may have one: -2^-2 is -(2^(-2)). */
static int
parse_power(struct parser *parser)
{
    bool negative = false;
    int result;

    for (char c = look(parser); c == '-' || c == '+'; c = look(parser)) {
        negative ^= c == '-';
        parser->at++;
    }
    if (parse_atom(parser))
        return -1;
    if (look(parser) == '^') {
        parser->at++;
        if (parser->depth == DEPTH)
            return fail(parser, "too deeply nested");
        parser->depth++;
        result = parse_power(parser);
        parser->depth--;
        if (result || emit(parser, OP_POWER, 0, 2))
            return -1;
    }
    return negative ? emit(parser, OP_NEGATE, 0, 1) : 0;
}

static int
parse_product(struct parser *parser)
{
    if (parse_power(parser))
        return -1;
    for (char c = look(parser); c == '*' || c == '/'; c = look(parser)) {
        parser->at++;
        if (parse_power(parser) || emit(parser, c == '*' ? OP_MULTIPLY : OP_DIVIDE, 0, 2))
            return -1;
    }
    return 0;
}

static int
parse_sum(struct parser *parser)
{
    if (parse_product(parser))
        return -1;
    for (char c = look(parser); c == '+' || c == '-'; c = look(parser)) {
        parser->at++;
        if (parse_product(parser) || emit(parser, c == '+' ? OP_ADD : OP_SUBTRACT, 0, 2))
            return -1;
    }
    return 0;
}

struct expression *
expression_parse(struct str text, struct fx_error *err)
{
    struct expression *expression = mem_new(1, sizeof *expression);
    struct parser parser = { .text = text, .out = expression, .err = err };

    if (parse_sum(&parser) == 0) {
        if (look(&parser) == '\0' && parser.at == text.len)
            return expression;
        fail(&parser, "something follows");
    }
    expression_free(expression);
    return NULL;
}

void
expression_free(struct expression *expression)
{
    if (expression)
        vec_release(&expression->steps);
    free(expression);
}

static double
apply(enum op op, double a, double b)
{
    switch (op) {
    case OP_ADD:
        return a + b;
    case OP_SUBTRACT:
        return a - b;
    case OP_MULTIPLY:
        return a * b;
    case OP_DIVIDE:
        return a / b;
    case OP_POWER:
        return pow(a, b);
    case OP_MIN:
        return b < a ? b : a;
    default:
        assert(op == OP_MAX);
        return b > a ? b : a;
    }
}

double
expression_value(const struct expression *expression, const struct expression_place *place)
{
    double stack[DEPTH];
    size_t top = 0;

    for (size_t i = 0; i < expression->steps.count; i++) {
        const struct step *step = &expression->steps.at[i];

        switch (step->op) {
        case OP_NUMBER:
            stack[top++] = step->number;
            break;
        case OP_DISTANCE:
            stack[top++] = place->distance;
            break;
        case OP_DIAMETER:
            stack[top++] = place->diameter;
            break;
        case OP_LAYER:
            stack[top++] = place->layer;
            break;
        case OP_NEGATE:
            stack[top - 1] = -stack[top - 1];
            break;
        case OP_SQRT:
            stack[top - 1] = sqrt(stack[top - 1]);
            break;
        case OP_EXP:
            stack[top - 1] = exp(stack[top - 1]);
            break;
        case OP_LOG:
            stack[top - 1] = log(stack[top - 1]);
            break;
        default:
            top--;
            stack[top - 1] = apply(step->op, stack[top - 1], stack[top]);
        }
    }
    assert(top == 1);
    return stack[0];
}
