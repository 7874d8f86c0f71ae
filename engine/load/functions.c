/* Operators and functions of expressions. */
#include <math.h>
#include <string.h>

#include "load/evaluate.h"
#include "load/suggest.h"

static const struct node *
needs(const struct expr *expr, const char *who, const char *what, const struct node *value,
      struct scope *scope)
{
    struct text text;

    text_init(&text, 120);
    node_describe(value, &text);
    scope_wrong(scope, expr->at, NULL, "%s needs %s, not %s", who, what, text.at);
    text_release(&text);
    return NULL;
}

static const struct node *
integer_result(const struct expr *expr, bool overflow, int64_t value, struct scope *scope)
{
    if (overflow)
        return scope_wrong(scope, expr->at, NULL, "this number becomes too large");
    return node_integer(scope->arena, value, expr->at);
}

static const struct node *
real_result(const struct expr *expr, double value, struct scope *scope)
{
    if (!isfinite(value))
        return scope_wrong(scope, expr->at, NULL, "this number becomes %s",
                           isnan(value) ? "undefined" : "infinite");
    return node_real(scope->arena, value, expr->at);
}

/* The sign of the divisor, so that -1 % 4 is 3. */
static int64_t
remainder_of(int64_t a, int64_t b)
{
    int64_t r = b == -1 ? 0 : a % b;

    return r && (r < 0) != (b < 0) ? r + b : r;
}

static const struct node *
on_integers(const struct expr *expr, int64_t a, int64_t b, struct scope *scope)
{
    int64_t value = 0;
    bool overflow = false;

    if (expr->op == OP_ADD)
        overflow = __builtin_add_overflow(a, b, &value);
    else if (expr->op == OP_SUBTRACT)
        overflow = __builtin_sub_overflow(a, b, &value);
    else if (expr->op == OP_MULTIPLY)
        overflow = __builtin_mul_overflow(a, b, &value);
    else
        value = remainder_of(a, b);
    return integer_result(expr, overflow, value, scope);
}

static const struct node *
on_numbers(const struct expr *expr, const struct node *left, const struct node *right,
           struct scope *scope)
{
    double a = 0, b = 0, r;

    if (!node_number(left, &a))
        return needs(expr->args[0], expr_op_name(expr->op), "numbers", left, scope);
    if (!node_number(right, &b))
        return needs(expr->args[1], expr_op_name(expr->op), "numbers", right, scope);
    if ((expr->op == OP_DIVIDE || expr->op == OP_REMAINDER) && !(b < 0) && !(b > 0))
        return scope_wrong(scope, expr->args[1]->at, NULL, "division by zero");
    if (left->kind == NODE_INTEGER && right->kind == NODE_INTEGER && expr->op != OP_DIVIDE)
        return on_integers(expr, left->integer, right->integer, scope);
    switch (expr->op) {
    case OP_ADD:
        return real_result(expr, a + b, scope);
    case OP_SUBTRACT:
        return real_result(expr, a - b, scope);
    case OP_MULTIPLY:
        return real_result(expr, a * b, scope);
    case OP_DIVIDE:
        return real_result(expr, a / b, scope);
    default:
        r = fmod(a, b);
        return real_result(expr, (r < 0 && b > 0) || (r > 0 && b < 0) ? r + b : r, scope);
    }
}

static const struct node *
compare(const struct expr *expr, const struct node *left, const struct node *right,
        struct scope *scope)
{
    double a = 0, b = 0;
    int order;

    if (left->kind == NODE_STRING && right->kind == NODE_STRING) {
        order = str_compare(left->text, right->text);
    } else {
        if (!node_number(left, &a))
            return needs(expr->args[0], expr_op_name(expr->op), "two numbers or two strings", left,
                         scope);
        if (!node_number(right, &b))
            return needs(expr->args[1], expr_op_name(expr->op), "two numbers or two strings", right,
                         scope);
        order = (a > b) - (a < b);
    }
    return node_boolean(scope->arena,
                        expr->op == OP_LESS      ? order < 0
                        : expr->op == OP_AT_MOST ? order <= 0
                        : expr->op == OP_MORE    ? order > 0
                                                 : order >= 0,
                        expr->at);
}

static const struct node *
join_lists(const struct expr *expr, const struct node *left, const struct node *right,
           struct scope *scope)
{
    uint32_t count = left->count + right->count;
    const struct node **items = arena_get(scope->arena, count, sizeof *items), *list;

    for (uint32_t i = 0; i < count; i++)
        items[i] = i < left->count ? left->items[i] : right->items[i - left->count];
    list = node_list(scope->arena, items, count, expr->at);
    return list ? list : scope_wrong(scope, expr->at, NULL, "this list becomes too large");
}

const struct node *
expr_operate(const struct expr *expr, const struct node *left, const struct node *right,
             struct scope *scope)
{
    switch (expr->op) {
    case OP_EQUAL:
    case OP_UNEQUAL:
        return node_boolean(scope->arena, node_equal(left, right) == (expr->op == OP_EQUAL),
                            expr->at);
    case OP_LESS:
    case OP_AT_MOST:
    case OP_MORE:
    case OP_AT_LEAST:
        return compare(expr, left, right, scope);
    case OP_ADD:
        if (left->kind == NODE_LIST && right->kind == NODE_LIST)
            return join_lists(expr, left, right, scope);
        if (left->kind == NODE_STRING && right->kind == NODE_STRING)
            return node_string(
                scope->arena,
                arena_printf(scope->arena, "%.*s%.*s", STR(left->text), STR(right->text)),
                expr->at);
        break;
    default:
        break;
    }
    return on_numbers(expr, left, right, scope);
}

const struct node *
expr_negate(const struct expr *expr, const struct node *value, struct scope *scope)
{
    if (value->kind == NODE_REAL)
        return node_real(scope->arena, -value->real, expr->at);
    if (value->kind != NODE_INTEGER)
        return needs(expr->args[0], "-", "a number", value, scope);
    return integer_result(expr, value->integer == INT64_MIN,
                          value->integer == INT64_MIN ? 0 : -value->integer, scope);
}

int
expr_condition(const struct expr *expr, const struct node *value, struct scope *scope)
{
    if (value->kind == NODE_BOOL)
        return value->boolean;
    needs(expr, "a condition", "true or false", value, scope);
    return -1;
}

/* --- functions -------------------------------------------------------------------------------- */

/* The least (side -1) or the greatest (1) of numbers: the arguments, or the items of one list. */
static const struct node *
extreme(const struct expr *expr, const struct node *const *args, int side, struct scope *scope)
{
    bool one_list = expr->count == 1 && args[0]->kind == NODE_LIST;
    const struct node *const *items = one_list ? args[0]->items : args;
    uint32_t count = one_list ? args[0]->count : expr->count;
    const struct node *best = NULL;
    double most = 0, value = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (!node_number(items[i], &value))
            return needs(expr, side < 0 ? "min()" : "max()", "numbers", items[i], scope);
        if (!best || (side < 0 ? value < most : value > most)) {
            best = items[i];
            most = value;
        }
    }
    return best ? best : scope_wrong(scope, expr->at, NULL, "this list is empty");
}

static const struct node *
function_min(const struct expr *expr, const struct node *const *args, struct scope *scope)
{
    return extreme(expr, args, -1, scope);
}

static const struct node *
function_max(const struct expr *expr, const struct node *const *args, struct scope *scope)
{
    return extreme(expr, args, 1, scope);
}

/* A real that `to_whole` made whole, as an integer. */
static const struct node *
whole(const struct expr *expr, const struct node *value, const char *who,
      double (*to_whole)(double), struct scope *scope)
{
    double result;

    if (value->kind == NODE_INTEGER)
        return value;
    if (value->kind != NODE_REAL)
        return needs(expr, who, "a number", value, scope);
    result = to_whole(value->real);
    return integer_result(expr, !(fabs(result) < 9.2e18),
                          fabs(result) < 9.2e18 ? (int64_t)result : 0, scope);
}

static const struct node *
function_round(const struct expr *expr, const struct node *const *args, struct scope *scope)
{
    return whole(expr, args[0], "round()", round, scope);
}

static const struct node *
function_floor(const struct expr *expr, const struct node *const *args, struct scope *scope)
{
    return whole(expr, args[0], "floor()", floor, scope);
}

static const struct node *
function_ceil(const struct expr *expr, const struct node *const *args, struct scope *scope)
{
    return whole(expr, args[0], "ceil()", ceil, scope);
}

static const struct node *
function_abs(const struct expr *expr, const struct node *const *args, struct scope *scope)
{
    double value = 0;

    if (!node_number(args[0], &value))
        return needs(expr, "abs()", "a number", args[0], scope);
    if (value >= 0)
        return args[0];
    return args[0]->kind == NODE_REAL
               ? node_real(scope->arena, -value, expr->at)
               : integer_result(expr, args[0]->integer == INT64_MIN,
                                args[0]->integer == INT64_MIN ? 0 : -args[0]->integer, scope);
}

static const struct node *
function_len(const struct expr *expr, const struct node *const *args, struct scope *scope)
{
    int64_t len = 0;

    if (args[0]->kind == NODE_LIST || args[0]->kind == NODE_MAP)
        return node_integer(scope->arena, args[0]->count, expr->at);
    if (args[0]->kind != NODE_STRING)
        return needs(expr, "len()", "a list, a map or a string", args[0], scope);
    for (size_t i = 0; i < args[0]->text.len; i++)
        len += ((unsigned char)args[0]->text.at[i] & 0xc0) != 0x80;
    return node_integer(scope->arena, len, expr->at);
}

/* In the order of the keys by bytes: the order of writing must not reach a job's key. */
static const struct node *
keys_or_values(const struct expr *expr, const struct node *map, bool keys, struct scope *scope)
{
    const struct node **items;

    if (map->kind != NODE_MAP)
        return needs(expr, keys ? "keys()" : "values()", "a map", map, scope);
    items = arena_get(scope->arena, map->count, sizeof *items);
    for (uint32_t i = 0; i < map->count; i++) {
        const struct entry *entry = &map->entries[node_sorted(map)[i]];

        items[i] = keys ? node_string(scope->arena, entry->key, entry->at) : entry->value;
    }
    return node_list(scope->arena, items, map->count, expr->at);
}

static const struct node *
function_keys(const struct expr *expr, const struct node *const *args, struct scope *scope)
{
    return keys_or_values(expr, args[0], true, scope);
}

static const struct node *
function_values(const struct expr *expr, const struct node *const *args, struct scope *scope)
{
    return keys_or_values(expr, args[0], false, scope);
}

/* Of an output its job's point; of a list of outputs, which may be nested, such a list. */
static const struct node *
points_of(const struct expr *expr, const struct node *value, struct scope *scope)
{
    const struct node **items, *list;

    if (value->kind == NODE_OUTPUT && scope->point)
        return scope->point(scope, value);
    if (value->kind != NODE_LIST)
        return needs(expr, "points()", "outputs of a stage", value, scope);
    items = arena_get(scope->arena, value->count, sizeof *items);
    for (uint32_t i = 0; i < value->count; i++) {
        items[i] = points_of(expr, value->items[i], scope);
        if (!items[i])
            return NULL;
    }
    list = node_list(scope->arena, items, value->count, expr->at);
    return list ? list : scope_wrong(scope, expr->at, NULL, "this list becomes too large");
}

static const struct node *
function_points(const struct expr *expr, const struct node *const *args, struct scope *scope)
{
    return points_of(expr, args[0], scope);
}

static const struct {
    const char *name;
    const struct node *(*call)(const struct expr *expr, const struct node *const *args,
                               struct scope *scope);
    bool many; /* takes one argument or more; the others take one */
} functions[] = {
    { "min", function_min, true },        { "max", function_max, true },
    { "round", function_round, false },   { "floor", function_floor, false },
    { "ceil", function_ceil, false },     { "abs", function_abs, false },
    { "len", function_len, false },       { "keys", function_keys, false },
    { "values", function_values, false }, { "points", function_points, false },
};

const struct node *
expr_call(const struct expr *expr, const struct node *const *args, struct scope *scope)
{
    enum { COUNT = sizeof functions / sizeof *functions };
    struct fx_error hint = FX_ERROR_NONE;
    struct str names[COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        names[i] = str_of(functions[i].name);
        if (!str_is(expr->name, functions[i].name))
            continue;
        if (expr->count == 0 || (expr->count > 1 && !functions[i].many))
            return scope_wrong(scope, expr->at, NULL, "%s() takes %s, not %u", functions[i].name,
                               functions[i].many ? "one argument or more" : "one argument",
                               expr->count);
        return functions[i].call(expr, args, scope);
    }
    suggest_name(&hint, expr->name, names, COUNT, "functions are");
    return scope_wrong(scope, expr->at, hint.hint[0] ? hint.hint : NULL,
                       "there is no function '%.*s'", STR(expr->name));
}
