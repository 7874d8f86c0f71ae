/* ${env:NAME}: free where no key depends on it, elsewhere only when the workflow declares it. */
#include <stdlib.h>
#include <string.h>

#include "load/evaluate.h"

/* What the variable holds, as if it stood in the file; NULL: it is not set, or is empty. */
static const struct node *
variable(struct arena *arena, struct str name, struct fx_mark at)
{
    struct node *node = arena_get(arena, 1, sizeof *node);
    const char *text = getenv(arena_str(arena, name).at);

    if (!text || !*text)
        return NULL;
    node->text = arena_str(arena, str_of(text));
    node->plain = true;
    node->weight = 1;
    node->at = at;
    node_resolve(node);
    return node;
}

const struct node *
expr_environment(const struct expr *expr, struct scope *scope)
{
    const struct node *fallback, *value;
    bool declared = globals_env(scope->globals, expr->name, &fallback);
    struct fx_error hint = FX_ERROR_NONE;

    if (!declared && !scope->environment) {
        fx_error_hint(&hint, "write env: [%.*s] at the top of the workflow: then keys depend on it",
                      STR(expr->name));
        return scope_wrong(scope, expr->at, hint.hint,
                           "the environment variable '%.*s' may be used in 'resources'; elsewhere "
                           "it must be declared",
                           STR(expr->name));
    }
    value = variable(scope->arena, expr->name, expr->at);
    if (value && !str_is_utf8(value->text))
        return scope_wrong(scope, expr->at, NULL,
                           "the environment variable '%.*s' is not UTF-8 text", STR(expr->name));
    if (value || fallback)
        return value ? value : fallback;
    fx_error_hint(&hint, "a default: env: {%.*s: value} at the top of the workflow",
                  STR(expr->name));
    return scope_wrong(scope, expr->at, hint.hint, "the environment variable '%.*s' is not set",
                       STR(expr->name));
}
