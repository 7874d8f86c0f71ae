/*
 * parse - short ways to trees and values for the tests of load/.
 */
#ifndef LOAD_TEST_PARSE_H
#define LOAD_TEST_PARSE_H

#include "load/interpolate.h"
#include "load/schema.h"
#include "load/yaml_tree.h"
#include "test.h"

/* The tree of a text without mistakes. Everything lives until the test's process ends. */
const struct node *parse(const char *yaml);

/* The first problem of a text that has some, as "line:column: text (hint)". */
const char *parse_problem(const char *yaml);

/* A tree, spelt. */
const char *spelt(const struct node *node);

/* The first problem, in that form, or "" when there is none. */
const char *first_problem(const struct problems *problems);

/* The same, and the problems are released. */
const char *told(struct problems *problems);

/* A text as a string that lives until the process ends; the text is released. */
const char *kept(struct text *text);

/* `params`, a YAML map, with everything in it evaluated; NULL with `problems` filled. */
const struct node *evaluate(const char *params, struct problems *problems);

/* The spelling of `expression` where `params` (a flow map's inside) are defined; or its problem. */
const char *value_of(const char *params, const char *expression);

/* `value` checked against a type, spelt; or its problem. `types` may be NULL. */
const char *checked(const char *types, const char *type, const char *value);

#endif
