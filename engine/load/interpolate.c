#include "load/interpolate.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "load/evaluate.h"
#include "load/yaml_tree.h"

/* Chains of parameters that refer to each other are evaluated by recursion. */
enum { CHAIN_MOST = 200 };

struct globals {
    struct arena *arena;
    struct formula *params;
    bool incomplete;                  /* what `params` lacks may be meant to be there */
    const struct node *env;           /* declared variables: a list or a map; or NULL */
    struct map file_numbers;          /* absolute path -> files */
    VEC(struct formula *) files;      /* NULL: could not be read */
    VEC(const struct formula *) busy; /* being evaluated, outermost first */
};

struct globals *
globals_new(struct arena *arena)
{
    struct globals *globals = mem_new(1, sizeof *globals);

    globals->arena = arena;
    map_init(&globals->file_numbers);
    return globals;
}

void
globals_free(struct globals *globals)
{
    if (!globals)
        return;
    map_release(&globals->file_numbers);
    vec_release(&globals->files);
    vec_release(&globals->busy);
    free(globals);
}

void
globals_set_params(struct globals *globals, const struct node *params, struct problems *problems)
{
    globals->params = formula_new_global(globals->arena, params, "params", problems);
}

void
globals_set_env(struct globals *globals, const struct node *env, struct problems *problems)
{
    for (uint32_t i = 0; env && i < env->count; i++) {
        const struct node *name = env->kind == NODE_LIST ? env->items[i] : NULL;
        const struct node *value = name ? NULL : env->entries[i].value;
        struct str text = name ? name->text : env->entries[i].key;

        if ((name && name->kind != NODE_STRING) || !expr_is_name(text))
            problems_wrong(problems, name ? name->at : env->entries[i].at,
                           "such as env: [SCRATCH], or with a default env: {SCRATCH: /tmp}",
                           "'env' takes names of environment variables");
        if (value && (value->kind == NODE_LIST || value->kind == NODE_MAP))
            problems_wrong(problems, value->at, NULL, "the default of a variable is a scalar");
        else if (value && value->kind == NODE_STRING && expr_occurs(value->text))
            problems_wrong(problems, value->at, NULL,
                           "the default of a variable is a value without ${...}");
    }
    globals->env = env;
}

void
globals_set_incomplete(struct globals *globals)
{
    globals->incomplete = true;
}

bool
globals_incomplete(const struct globals *globals)
{
    return globals->incomplete;
}

bool
globals_env(const struct globals *globals, struct str name, const struct node **fallback)
{
    const struct node *env = globals->env;

    *fallback = NULL;
    for (uint32_t i = 0; env && i < env->count; i++) {
        if (!str_equal(env->kind == NODE_LIST ? env->items[i]->text : env->entries[i].key, name))
            continue;
        if (env->kind == NODE_MAP && env->entries[i].value->kind != NODE_NULL)
            *fallback = env->entries[i].value;
        return true;
    }
    return false;
}

struct formula *
globals_root(const struct globals *globals)
{
    return globals->params;
}

const struct node *
globals_params(struct globals *globals, struct problems *problems)
{
    struct scope scope = { .arena = globals->arena, .problems = problems, .globals = globals };

    return formula_eval(globals->params, &scope);
}

const void *
scope_wrong(struct scope *scope, struct fx_mark at, const char *hint, const char *format, ...)
{
    struct fx_error err = FX_ERROR_NONE;
    va_list args;

    va_start(args, format);
    fx_vfail(&err, FX_INVALID, at, format, args);
    va_end(args);
    if (scope->known && problems_known(scope->known, scope->arena, at, err.text))
        return NULL;
    if (scope->subject)
        fx_error_in(&err, "%s", scope->subject);
    if (hint)
        fx_error_hint(&err, "%s", hint);
    problems_add(scope->problems, &err);
    return NULL;
}

const struct node *
scope_eval(struct scope *scope, const struct expr *expr)
{
    return expr_eval(expr, scope);
}

/* --- compiling -------------------------------------------------------------------------------- */

struct compiler {
    struct arena *arena;
    struct problems *problems;
    struct text path;
    bool global;
};

static struct formula *compile(struct compiler *c, const struct node *node);

static struct formula *
make(struct compiler *c, enum formula_kind kind, const struct node *node)
{
    struct formula *formula = arena_get(c->arena, 1, sizeof *formula);

    formula->kind = kind;
    formula->node = node;
    formula->global = c->global;
    if (c->global)
        formula->path = arena_str(c->arena, text_view(&c->path)).at;
    return formula;
}

static struct formula *
compile_string(struct compiler *c, const struct node *node)
{
    struct formula *formula;
    struct expr *expr = expr_parse_string(c->arena, node, c->problems);

    if (!expr)
        return make(c, FORMULA_BROKEN, node);
    formula = make(c, FORMULA_EXPR, node);
    formula->expr = expr;
    return formula;
}

static void
check_key(struct compiler *c, const struct entry *entry)
{
    struct fx_error err = FX_ERROR_NONE;

    if (!expr_occurs(entry->key))
        return;
    fx_fail(&err, FX_INVALID, entry->at, "'${' stands in a key");
    fx_error_hint(&err, "only values are evaluated");
    problems_add(c->problems, &err);
}

/* The children of a list or map, or NULL when there is nothing to evaluate in them. */
static struct formula **
compile_children(struct compiler *c, const struct node *node)
{
    struct formula **children = NULL;
    size_t before = c->path.len;

    for (uint32_t i = 0; i < node->count; i++) {
        bool map = node->kind == NODE_MAP;
        struct formula *child;

        if (map) {
            check_key(c, &node->entries[i]);
            text_printf(&c->path, ".%.*s", STR(node->entries[i].key));
        } else {
            text_printf(&c->path, "[%u]", i);
        }
        child = compile(c, map ? node->entries[i].value : node->items[i]);
        c->path.len = before;
        c->path.full = false;
        if (child && !children)
            children = arena_get(c->arena, node->count, sizeof *children);
        if (child)
            children[i] = child;
    }
    return children;
}

/* NULL: nothing in `node` is to be evaluated. */
static struct formula *
compile(struct compiler *c, const struct node *node)
{
    struct formula **children, *formula;

    if (node->kind == NODE_STRING)
        return expr_occurs(node->text) ? compile_string(c, node) : NULL;
    if (node->kind != NODE_LIST && node->kind != NODE_MAP)
        return NULL;
    children = compile_children(c, node);
    if (!children)
        return NULL;
    formula = make(c, node->kind == NODE_LIST ? FORMULA_LIST : FORMULA_MAP, node);
    formula->children = children;
    return formula;
}

static struct formula *
compile_all(struct arena *arena, const struct node *node, const char *path,
            struct problems *problems)
{
    struct compiler c = { .arena = arena, .problems = problems, .global = path != NULL };
    struct formula *formula;

    text_init(&c.path, 512);
    text_add(&c.path, path ? path : "");
    formula = compile(&c, node);
    text_release(&c.path);
    return formula ? formula : make(&c, FORMULA_FIXED, node);
}

struct formula *
formula_new(struct arena *arena, const struct node *node, struct problems *problems)
{
    return compile_all(arena, node, NULL, problems);
}

struct formula *
formula_new_global(struct arena *arena, const struct node *node, const char *path,
                   struct problems *problems)
{
    return compile_all(arena, node, path, problems);
}

bool
formula_is_fixed(const struct formula *formula)
{
    return formula->kind == FORMULA_FIXED;
}

/* --- visiting --------------------------------------------------------------------------------- */

static void
visit_expr(const struct expr *expr, struct formula_visitor *visitor)
{
    if (expr->kind == EXPR_AXIS)
        visitor->axis(visitor, expr->name, expr->at);
    if (expr->kind == EXPR_OUTPUT) {
        for (uint32_t i = 0; i < expr->reference->selector_count; i++)
            if (expr->reference->selectors[i].value)
                visit_expr(expr->reference->selectors[i].value, visitor);
        visitor->reference(visitor, expr->reference);
    }
    for (uint32_t i = 0; i < expr->count; i++)
        visit_expr(expr->args[i], visitor);
}

void
formula_visit(struct formula *formula, struct formula_visitor *visitor)
{
    if (formula->kind == FORMULA_EXPR)
        visit_expr(formula->expr, visitor);
    if (formula->kind != FORMULA_LIST && formula->kind != FORMULA_MAP)
        return;
    for (uint32_t i = 0; i < formula->node->count; i++)
        if (formula->children[i])
            formula_visit(formula->children[i], visitor);
}

/* --- evaluating ------------------------------------------------------------------------------- */

static const struct node *
too_large(struct scope *scope, const struct formula *formula)
{
    return scope_wrong(scope, formula->node->at, "at most 4 million values, 100 levels",
                       "this value becomes too large or too deep");
}

static const struct node *
eval_list(struct formula *formula, struct scope *scope)
{
    const struct node *list = formula->node, *value;
    const struct node **items = arena_get(scope->arena, list->count, sizeof *items);
    bool failed = false;

    for (uint32_t i = 0; i < list->count; i++) {
        struct formula *child = formula->children[i];

        items[i] = child ? formula_eval(child, scope) : list->items[i];
        failed = failed || !items[i];
    }
    if (failed)
        return NULL;
    value = node_list(scope->arena, items, list->count, list->at);
    return value ? value : too_large(scope, formula);
}

static const struct node *
eval_map(struct formula *formula, struct scope *scope)
{
    const struct node *map = formula->node, *value;
    struct entry *entries = arena_get(scope->arena, map->count, sizeof *entries);
    bool failed = false;

    for (uint32_t i = 0; i < map->count; i++) {
        struct formula *child = formula->children[i];

        entries[i] = map->entries[i];
        if (child)
            entries[i].value = formula_eval(child, scope);
        failed = failed || !entries[i].value;
    }
    if (failed)
        return NULL;
    value = node_map(scope->arena, entries, map->count, map->at);
    return value ? value : too_large(scope, formula);
}

static const struct node *
eval_plainly(struct formula *formula, struct scope *scope)
{
    switch (formula->kind) {
    case FORMULA_FIXED:
        return formula->node;
    case FORMULA_EXPR:
        return expr_eval(formula->expr, scope);
    case FORMULA_LIST:
        return eval_list(formula, scope);
    case FORMULA_MAP:
        return eval_map(formula, scope);
    case FORMULA_BROKEN:
        break;
    }
    return NULL;
}

/* "params.a -> params.b -> params.a": every formula from the first visit of `again` on. */
static const struct node *
report_cycle(struct scope *scope, const struct formula *again)
{
    struct globals *globals = scope->globals;
    struct text path;
    size_t i = 0;

    text_init(&path, 360);
    while (i < globals->busy.count && globals->busy.at[i] != again)
        i++;
    for (; i < globals->busy.count; i++)
        text_printf(&path, "%s -> ", globals->busy.at[i]->path);
    text_add(&path, again->path);
    scope_wrong(scope, again->node->at, NULL, "parameters refer to each other in a circle: %s",
                path.at);
    text_release(&path);
    return NULL;
}

/* Evaluated at most once; knows no axes and no stages, wherever it is used from. */
static const struct node *
eval_global(struct formula *formula, struct scope *user)
{
    struct scope scope = { .arena = user->globals->arena,
                           .problems = user->problems,
                           .globals = user->globals,
                           .stranger = "parameters do not depend on axes or stages" };

    if (formula->state == FORMULA_DONE)
        return formula->value;
    if (formula->state == FORMULA_BUSY)
        return report_cycle(&scope, formula);
    if (user->globals->busy.count >= CHAIN_MOST)
        return scope_wrong(&scope, formula->node->at, NULL,
                           "parameters refer to each other over more than %d steps", CHAIN_MOST);
    formula->state = FORMULA_BUSY;
    vec_push(&user->globals->busy, formula);
    formula->value = eval_plainly(formula, &scope);
    user->globals->busy.count--;
    formula->state = FORMULA_DONE;
    return formula->value;
}

const struct node *
formula_eval(struct formula *formula, struct scope *scope)
{
    return formula->global ? eval_global(formula, scope) : eval_plainly(formula, scope);
}

/* --- files ------------------------------------------------------------------------------------ */

struct formula *
globals_file(struct scope *scope, const struct expr *expr, const struct node *path)
{
    struct globals *globals = scope->globals;
    struct arena *arena = globals->arena;
    const char *shown = path_join(arena, mark_folder(arena, expr->at), path->text.at);
    struct str absolute = str_of(path_absolute(arena, shown));
    uint32_t number = map_add(&globals->file_numbers, absolute, (uint32_t)globals->files.count);
    const struct node *node;
    struct formula *formula = NULL;

    if (number < globals->files.count)
        return globals->files.at[number];
    node = yaml_read(arena, shown, expr->at, scope->problems);
    if (node)
        formula = formula_new_global(arena, node, arena_printf(arena, "file:%s", shown).at,
                                     scope->problems);
    vec_push(&globals->files, formula);
    return formula;
}
