/*
 * evaluate - the parts of interpolation: expressions, operators, functions, files.
 *
 * Used by interpolate.c alone. Every function returns NULL after reporting to the scope.
 */
#ifndef LOAD_EVALUATE_H
#define LOAD_EVALUATE_H

#include "load/interpolate.h"

enum formula_kind {
    FORMULA_FIXED, /* `node` as it is */
    FORMULA_EXPR,  /* a string: `expr` */
    FORMULA_LIST,  /* children, item by item; NULL stands for the item as it is */
    FORMULA_MAP,   /* children, entry by entry */
    FORMULA_BROKEN /* has a syntax error, reported */
};

enum formula_state { FORMULA_NEW, FORMULA_BUSY, FORMULA_DONE };

struct formula {
    enum formula_kind kind;
    enum formula_state state; /* of global ones */
    bool global;
    const struct node *node; /* as written */
    struct expr *expr;
    struct formula **children;
    const char *path;         /* of global ones: "params.a.b", for cycles */
    const struct node *value; /* global ones that are done; NULL: failed */
};

/* A value that is not evaluated yet (`formula`), or that is (`node`); both NULL: failed. */
struct lazy {
    const struct node *node;
    struct formula *formula;
};

/* As formula_new(), for global values; `path` is the name of the whole. */
struct formula *formula_new_global(struct arena *arena, const struct node *node, const char *path,
                                   struct problems *problems);

/* The parameters; NULL before they are set. */
struct formula *globals_root(const struct globals *globals);

/* The content of the file named by an EXPR_FILE, `path` being its evaluated path. */
struct formula *globals_file(struct scope *scope, const struct expr *expr, const struct node *path);

bool globals_incomplete(const struct globals *globals);

/* Whether `env` names it; `*fallback` is its default or NULL. */
bool globals_env(const struct globals *globals, struct str name, const struct node **fallback);

const struct node *expr_eval(const struct expr *expr, struct scope *scope);
/* environment.c: the value of an EXPR_ENV. */
const struct node *expr_environment(const struct expr *expr, struct scope *scope);
const struct node *expr_operate(const struct expr *expr, const struct node *left,
                                const struct node *right, struct scope *scope);
const struct node *
expr_negate(const struct expr *expr, const struct node *value, struct scope *scope);
const struct node *
expr_call(const struct expr *expr, const struct node *const *args, struct scope *scope);

/* True and false of a condition; anything else is reported and gives -1. */
int expr_condition(const struct expr *expr, const struct node *value, struct scope *scope);

#endif
