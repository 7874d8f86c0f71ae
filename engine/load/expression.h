/*
 * expression - what stands between ${ and }, as a tree.
 *
 *   expression := choice ; choice := or [ "if" or "else" choice ]
 *   or, and, not, == != < <= > >=, + -, * / %, unary -   bind in this order, the last most tightly
 *   postfix    := primary { "." NAME | "[" expression "]" }
 *   primary    := NUMBER | STRING | true | false | null | "[" list "]" | "(" expression ")"
 *               | FUNCTION "(" list ")" | "params" | "axis" "." NAME
 *               | STAGE [ "[" selector { "," selector } "]" ] "." OUTPUT
 *               | "env:" NAME
 *               | "file:" PATH [ "#" KEY { "." KEY | "[" expression "]" } ]
 *   selector   := "*" | AXIS "=" "*" | AXIS "=" expression        (a bare word there is a string)
 *
 * A path after "file:" runs to "#" or "}" and may hold ${...}; a key after "#" runs to ".", "[" or
 * "}" and may hold spaces; nothing but "}" follows. Strings stand in single or double quotes.
 */
#ifndef LOAD_EXPRESSION_H
#define LOAD_EXPRESSION_H

#include "load/problems.h"
#include "load/tree.h"

enum expr_kind {
    EXPR_VALUE,  /* `value` */
    EXPR_LIST,   /* of `args` */
    EXPR_JOIN,   /* the texts of `args`, one after the other */
    EXPR_PARAMS, /* the map of all parameters */
    EXPR_AXIS,   /* the value of axis `name` at the point */
    EXPR_OUTPUT, /* `reference` */
    EXPR_ENV,    /* the environment variable `name` */
    EXPR_FILE,   /* the content of the file whose path is args[0] */
    EXPR_INDEX,  /* args[0] at args[1]: a key, a position, or a list of keys */
    EXPR_NOT,
    EXPR_NEGATE,
    EXPR_BINARY, /* args[0] `op` args[1] */
    EXPR_CHOICE, /* args[0] if args[1] else args[2] */
    EXPR_CALL    /* function `name` of `args` */
};

enum expr_op {
    OP_OR,
    OP_AND,
    OP_EQUAL,
    OP_UNEQUAL,
    OP_LESS,
    OP_AT_MOST,
    OP_MORE,
    OP_AT_LEAST,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_REMAINDER
};

struct expr;

/* [axis=value] of a reference; `value` is NULL for [axis=*]. */
struct selector {
    struct str axis;
    struct fx_mark at;
    const struct expr *value;
};

/* stage[...].output */
struct reference {
    struct str stage, output;
    struct fx_mark at, output_at;
    bool gather; /* [*]: all axes that the referring stage does not have */
    struct selector *selectors;
    uint32_t selector_count;
    uint32_t slot; /* for plan/: where it keeps what it knows of this reference */
};

struct expr {
    enum expr_kind kind;
    enum expr_op op;
    struct fx_mark at;
    struct str source; /* as written */
    struct str name;
    const struct node *value;
    struct reference *reference;
    struct expr **args;
    uint32_t count;
};

/*
 * A string with ${...} in it: one alone, or the join of texts and expressions; `$${` stands for
 * "${". NULL after appending to `problems`.
 */
struct expr *
expr_parse_string(struct arena *arena, const struct node *string, struct problems *problems);

/*
 * The same for a check in a task's description: words but true and false are names of its own, and
 * become EXPR_AXIS; there is no params, axis, file or reference in it.
 */
struct expr *
expr_parse_check(struct arena *arena, const struct node *string, struct problems *problems);

/* Whether the text holds "${" or "$${" at all. */
bool expr_occurs(struct str text);

/* Letters, digits and '_', not beginning with a digit: what stages and axes may be called. */
bool expr_is_name(struct str text);

/* "*", "==" ...: for messages. */
const char *expr_op_name(enum expr_op op);

#endif
