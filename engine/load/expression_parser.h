/*
 * expression_parser - what expression.c and expression_refs.c share.
 *
 * Recursive descent over the text of one string node. The first mistake is reported and sets
 * `failed`; every function then returns NULL or false up to the top.
 */
#ifndef LOAD_EXPRESSION_PARSER_H
#define LOAD_EXPRESSION_PARSER_H

#include "base/vec.h"
#include "load/expression.h"

struct parser {
    struct arena *arena;
    struct problems *problems;
    const struct node *string;
    struct str text;         /* of the string */
    size_t at;               /* the next byte */
    unsigned nesting, steps; /* both bounded: evaluation is recursive */
    bool failed;
    bool bare; /* words are names: EXPR_AXIS, whatever they name */
};

typedef VEC(struct expr *) expr_list;

/* Reports a mistake at byte `at`, unless there was one before. Returns NULL. `hint` may be NULL. */
void *parser_wrong(struct parser *p, size_t at, const char *text, const char *hint);

/* "... is expected here, not 'c'". Returns NULL. */
void *parser_unexpected(struct parser *p, const char *wanted);

char parser_peek(const struct parser *p); /* the next byte; NUL at the end */
void parser_skip_space(struct parser *p);
bool parser_take(struct parser *p, char c); /* behind spaces; false leaves it */
struct str parser_name(struct parser *p);   /* letters, digits, '_'; "" when there is none */

/* New expressions; `from` is the byte where their source begins, p->at where it ends. */
struct expr *parser_make(struct parser *p, enum expr_kind kind, size_t from);
struct expr *parser_value(struct parser *p, size_t from, const struct node *value);
struct expr *parser_index(struct parser *p, size_t from, struct expr *base, struct expr *index);
void parser_set_args(struct parser *p, struct expr *expr, struct expr *const *args, size_t count);

struct expr *parser_choice(struct parser *p); /* a whole expression */
struct expr *parser_bracket(struct parser *p, size_t from, struct expr *base); /* behind its '[' */
struct expr *
parser_reference(struct parser *p, size_t from, struct str stage); /* behind its name */
struct expr *parser_file(struct parser *p, size_t from);           /* behind "file" */

#endif
