#include "load/evaluate.h"

#include <string.h>

#include "load/suggest.h"

static struct lazy eval_lazy(const struct expr *expr, struct scope *scope);

static const struct node *
force(struct lazy lazy, struct scope *scope)
{
    return lazy.formula ? formula_eval(lazy.formula, scope) : lazy.node;
}

/* What messages call the value of an expression: its source, shortened. */
static struct str
source_of(const struct expr *expr)
{
    return str_slice(expr->source, 0, 80);
}

/* Whether the value is a part of `params`. */
static bool
of_params(const struct expr *expr)
{
    while (expr->kind == EXPR_INDEX)
        expr = expr->args[0];
    return expr->kind == EXPR_PARAMS;
}

static const struct node *
no_key(const struct expr *expr, struct str key, const struct node *map, struct scope *scope)
{
    struct fx_error hint = FX_ERROR_NONE;
    struct str source = source_of(expr->args[0]);

    if (globals_incomplete(scope->globals) && of_params(expr))
        return NULL;
    suggest_key(&hint, key, map);
    return scope_wrong(scope, expr->args[1]->at, hint.hint[0] ? hint.hint : NULL,
                       "'%.*s' has no '%.*s'", STR(source), STR(key));
}

static const struct node *
bad_position(const struct expr *expr, const struct node *index, uint32_t count, struct scope *scope)
{
    struct str source = source_of(expr->args[0]);

    return scope_wrong(scope, expr->args[1]->at, count ? "the first is [0]" : NULL,
                       "'%.*s' has %u entries, there is no [%.*s]", STR(source), count,
                       STR(index->text));
}

/* An index that fits nothing. */
static const struct node *
bad_index(const struct expr *expr, const struct node *base, const struct node *index,
          struct scope *scope)
{
    struct str source = source_of(expr->args[0]);
    struct text what, by;

    text_init(&what, 80);
    text_init(&by, 80);
    node_describe(base, &what);
    node_describe(index, &by);
    scope_wrong(scope, expr->args[1]->at, NULL, "'%.*s' is %s, which has no entry for %s",
                STR(source), what.at, by.at);
    text_release(&what);
    text_release(&by);
    return NULL;
}

/* Entry `key` of a map that may be unevaluated; UINT32_MAX: it has none. */
static uint32_t
entry_of(struct lazy base, struct str key, struct lazy *value)
{
    const struct node *map = base.formula ? base.formula->node : base.node;
    uint32_t number = node_find(map, key);

    if (number == UINT32_MAX)
        return number;
    *value = (struct lazy){ .node = map->entries[number].value };
    if (base.formula && base.formula->children && base.formula->children[number])
        *value = (struct lazy){ .formula = base.formula->children[number] };
    return number;
}

/* A key as text: strings, and numbers as they would be written as keys. */
static bool
is_key(const struct node *index)
{
    return index->kind == NODE_STRING || index->kind == NODE_INTEGER || index->kind == NODE_REAL ||
           index->kind == NODE_BOOL;
}

/* The entries of `base` that a list of keys names, in the order of the list. */
static const struct node *
submap(const struct expr *expr, struct lazy base, const struct node *keys, struct scope *scope)
{
    const struct node *map = base.formula ? base.formula->node : base.node, *value;
    struct entry *entries = arena_get(scope->arena, keys->count, sizeof *entries);
    bool *taken = arena_get(scope->arena, map->count, sizeof *taken);

    for (uint32_t i = 0; i < keys->count; i++) {
        const struct node *key = keys->items[i];
        struct lazy found;
        uint32_t number;

        if (!is_key(key))
            return bad_index(expr, map, key, scope);
        number = entry_of(base, key->text, &found);
        if (number == UINT32_MAX)
            return no_key(expr, key->text, map, scope);
        if (taken[number])
            return scope_wrong(scope, expr->args[1]->at, NULL, "key '%.*s' is taken twice",
                               STR(key->text));
        taken[number] = true;
        value = force(found, scope);
        if (!value)
            return NULL;
        entries[i] = (struct entry){ map->entries[number].key, map->entries[number].at, value };
    }
    value = node_map(scope->arena, entries, keys->count, map->at);
    return value ? value : scope_wrong(scope, expr->at, NULL, "this value becomes too large");
}

static const struct node *
sublist(const struct expr *expr, const struct node *list, const struct node *positions,
        struct scope *scope)
{
    const struct node **items = arena_get(scope->arena, positions->count, sizeof *items), *value;

    for (uint32_t i = 0; i < positions->count; i++) {
        const struct node *at = positions->items[i];

        if (at->kind != NODE_INTEGER)
            return bad_index(expr, list, at, scope);
        if (at->integer < 0 || at->integer >= list->count)
            return bad_position(expr, at, list->count, scope);
        items[i] = list->items[at->integer];
    }
    value = node_list(scope->arena, items, positions->count, list->at);
    return value ? value : scope_wrong(scope, expr->at, NULL, "this value becomes too large");
}

static struct lazy
index_value(const struct expr *expr, struct lazy base, const struct node *index,
            struct scope *scope)
{
    struct lazy found = { NULL, NULL };
    const struct node *shape;

    if (base.formula && !base.formula->children)
        base = (struct lazy){ .node = force(base, scope) };
    shape = base.formula ? base.formula->node : base.node;
    if (!shape)
        return found;
    if (shape->kind == NODE_MAP && index->kind == NODE_LIST) {
        found.node = submap(expr, base, index, scope);
    } else if (shape->kind == NODE_MAP && is_key(index)) {
        if (entry_of(base, index->text, &found) == UINT32_MAX)
            no_key(expr, index->text, shape, scope);
    } else if (shape->kind == NODE_LIST && index->kind == NODE_INTEGER) {
        if (index->integer < 0 || index->integer >= shape->count)
            bad_position(expr, index, shape->count, scope);
        else if (base.formula && base.formula->children && base.formula->children[index->integer])
            found.formula = base.formula->children[index->integer];
        else
            found.node = shape->items[index->integer];
    } else if (shape->kind == NODE_LIST && index->kind == NODE_LIST) {
        base.node = force(base, scope);
        if (base.node)
            found.node = sublist(expr, base.node, index, scope);
    } else {
        bad_index(expr, shape, index, scope);
    }
    return found;
}

/* An index chain keeps its base unevaluated, so that only the part that is named is needed. */
static struct lazy
eval_lazy(const struct expr *expr, struct scope *scope)
{
    struct lazy none = { NULL, NULL }, base;
    const struct node *index;

    switch (expr->kind) {
    case EXPR_PARAMS:
        return (struct lazy){ .formula = globals_root(scope->globals) };
    case EXPR_FILE:
        index = expr_eval(expr->args[0], scope);
        return index ? (struct lazy){ .formula = globals_file(scope, expr, index) } : none;
    case EXPR_INDEX:
        base = eval_lazy(expr->args[0], scope);
        if (!base.node && !base.formula)
            return none;
        index = expr_eval(expr->args[1], scope);
        return index ? index_value(expr, base, index, scope) : none;
    default:
        return (struct lazy){ .node = expr_eval(expr, scope) };
    }
}

static const struct node *
eval_join(const struct expr *expr, struct scope *scope)
{
    const struct node *value = NULL;
    struct text all, what;
    bool failed = false;

    text_init(&all, 1024 * 1024);
    text_init(&what, 80);
    for (uint32_t i = 0; i < expr->count; i++) {
        const struct node *part = expr_eval(expr->args[i], scope);

        if (part && (part->kind == NODE_LIST || part->kind == NODE_MAP || part->kind == NODE_NULL ||
                     part->kind == NODE_OUTPUT)) {
            text_clear(&what);
            node_describe(part, &what);
            part = scope_wrong(scope, expr->args[i]->at, "let ${...} stand alone to keep its kind",
                               "%s cannot stand inside a text", what.at);
        }
        failed = failed || !part;
        if (part)
            text_add_str(&all, part->text);
    }
    if (all.full && !failed) {
        scope_wrong(scope, expr->at, NULL, "this text becomes longer than 1 MiB");
        failed = true;
    }
    if (!failed)
        value = node_string(scope->arena, text_view(&all), expr->at);
    text_release(&all);
    text_release(&what);
    return value;
}

/* All arguments, evaluated; false when one failed (the others are evaluated all the same). */
static bool
eval_args(const struct expr *expr, struct scope *scope, const struct node **args)
{
    bool fine = true;

    for (uint32_t i = 0; i < expr->count; i++) {
        args[i] = expr_eval(expr->args[i], scope);
        fine = fine && args[i];
    }
    return fine;
}

static const struct node *
eval_logic(const struct expr *expr, struct scope *scope)
{
    const struct node *left = expr_eval(expr->args[0], scope), *right;
    int truth = left ? expr_condition(expr->args[0], left, scope) : -1;

    if (truth < 0)
        return NULL;
    if (expr->kind == EXPR_NOT)
        return node_boolean(scope->arena, !truth, expr->at);
    if (truth == (expr->op == OP_OR))
        return left;
    right = expr_eval(expr->args[1], scope);
    return right && expr_condition(expr->args[1], right, scope) >= 0 ? right : NULL;
}

static const struct node *
eval_choice(const struct expr *expr, struct scope *scope)
{
    const struct node *condition = expr_eval(expr->args[1], scope);
    int truth = condition ? expr_condition(expr->args[1], condition, scope) : -1;

    return truth < 0 ? NULL : expr_eval(expr->args[truth ? 0 : 2], scope);
}

static const struct node *
eval_stranger(const struct expr *expr, struct scope *scope)
{
    struct str source = source_of(expr);

    return scope_wrong(scope, expr->at, NULL, "'%.*s' cannot stand here: %s", STR(source),
                       scope->stranger ? scope->stranger : "it has no value");
}

const struct node *
expr_eval(const struct expr *expr, struct scope *scope)
{
    const struct node **args, *list;

    switch (expr->kind) {
    case EXPR_VALUE:
        return expr->value;
    case EXPR_PARAMS:
    case EXPR_FILE:
    case EXPR_INDEX:
        return force(eval_lazy(expr, scope), scope);
    case EXPR_ENV:
        return expr_environment(expr, scope);
    case EXPR_AXIS:
        return scope->axis ? scope->axis(scope, expr->name, expr->at) : eval_stranger(expr, scope);
    case EXPR_OUTPUT:
        return scope->outputs ? scope->outputs(scope, expr->reference) : eval_stranger(expr, scope);
    case EXPR_JOIN:
        return eval_join(expr, scope);
    case EXPR_CHOICE:
        return eval_choice(expr, scope);
    case EXPR_NOT:
        return eval_logic(expr, scope);
    case EXPR_BINARY:
        if (expr->op == OP_OR || expr->op == OP_AND)
            return eval_logic(expr, scope);
        break;
    case EXPR_LIST:
    case EXPR_NEGATE:
    case EXPR_CALL:
        break;
    }
    args = arena_get(scope->arena, expr->count, sizeof *args);
    if (!eval_args(expr, scope, args))
        return NULL;
    if (expr->kind == EXPR_BINARY)
        return expr_operate(expr, args[0], args[1], scope);
    if (expr->kind == EXPR_NEGATE)
        return expr_negate(expr, args[0], scope);
    if (expr->kind == EXPR_CALL)
        return expr_call(expr, args, scope);
    list = node_list(scope->arena, args, expr->count, expr->at);
    return list ? list : scope_wrong(scope, expr->at, NULL, "this list becomes too large");
}
