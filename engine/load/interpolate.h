/*
 * interpolate - values with ${...} in them, and what they become.
 *
 * In: trees as written. Out: trees without ${...}. A string that is one ${...} becomes its value,
 * with the place where that was written; other strings become text.
 *
 *   globals_new -> globals_set_params -> formula_new (per value) -> formula_visit -> formula_eval
 *
 * Parameters and files are global: evaluated when something needs them, part by part, and once.
 * They may refer to each other, never in a circle, and not to axes or stages.
 */
#ifndef LOAD_INTERPOLATE_H
#define LOAD_INTERPOLATE_H

#include "base/map.h"
#include "load/expression.h"
#include "load/problems.h"
#include "load/tree.h"

/* Parameters and files of one workflow. */
struct globals;

/* Everything it evaluates lives in `arena`. */
struct globals *globals_new(struct arena *arena);
void globals_free(struct globals *globals);

/*
 * The environment variables that values may depend on (the workflow's `env`): a list of names, or a
 * map from names to defaults, null for none. Mistakes in it are appended to `problems`.
 */
void
globals_set_env(struct globals *globals, const struct node *env, struct problems *problems);

/* Parameters that are not there may be meant to be: their lack is not reported. */
void globals_set_incomplete(struct globals *globals);

/* The tree that `params` stands for (a map). Syntax errors in it are appended to `problems`. */
void
globals_set_params(struct globals *globals, const struct node *params, struct problems *problems);

/* The parameters, all evaluated; what fails is reported and left out: then NULL is returned. */
const struct node *globals_params(struct globals *globals, struct problems *problems);

/* Where an expression is evaluated. */
struct scope {
    struct arena *arena; /* of the results */
    struct problems *problems;
    struct globals *globals;
    bool environment;     /* env:NAME may be used without being declared: no key depends on it */
    struct map *known;    /* mistakes told already, without the subject; or NULL: tells all */
    const char *subject;  /* in front of each message, e.g. "stage 'a' at x=1"; or NULL */
    const char *stranger; /* why axes and outputs are not known here; used when these
                                       functions are NULL: "parameters do not depend on axes" */
    /* The value of an axis at this point; NULL after reporting. */
    const struct node *(*axis)(struct scope *scope, struct str name, struct fx_mark at);
    /* What a reference stands for: NODE_OUTPUT, or a list of them; NULL after reporting. */
    const struct node *(*outputs)(struct scope *scope, const struct reference *reference);
    /* The point of the job that makes a NODE_OUTPUT: a map from its axes to their values. */
    const struct node *(*point)(struct scope *scope, const struct node *output);
    void *context; /* of these functions */
};

/* Appends "SUBJECT: text" to the scope's problems; returns NULL. */
const void *scope_wrong(struct scope *scope, struct fx_mark at, const char *hint,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The value of one expression, such as that of a selector; NULL after reporting. */
const struct node *scope_eval(struct scope *scope, const struct expr *expr);

/* A value, compiled. */
struct formula;

/* Compiles a tree; syntax errors are appended to `problems` and make it evaluate to NULL. */
struct formula *
formula_new(struct arena *arena, const struct node *node, struct problems *problems);

/* Nothing in it is to be evaluated: formula_eval() gives the same for every scope. */
bool formula_is_fixed(const struct formula *formula);

struct formula_visitor {
    void (*axis)(struct formula_visitor *visitor, struct str name, struct fx_mark at);
    void (*reference)(struct formula_visitor *visitor, struct reference *reference);
};

/* Calls the visitor for each axis and each reference to outputs, in the order of writing. */
void formula_visit(struct formula *formula, struct formula_visitor *visitor);

/* The value, or NULL when something in it failed (and is reported, here or earlier). */
const struct node *formula_eval(struct formula *formula, struct scope *scope);

#endif
