/*
 * key_parts - fields of large parameters that many jobs share, written once.
 *
 * In a sweep, thousands of jobs have the same configuration: one node in the plan. Its fields are
 * kept by (node, path), as text and as the bytes to hash. Filled by key.c, owned by the plan. Not
 * safe for several threads. It also lends the buffers in which a key is made, so that a hundred
 * thousand keys do not allocate.
 */
#ifndef PLAN_KEY_PARTS_H
#define PLAN_KEY_PARTS_H

#include "load/tree.h"
#include "plan/plan.h"

struct key_parts;

struct key_parts *key_parts_new(void);
void key_parts_free(struct key_parts *parts); /* NULL is fine */

/* The parts of a plan, made when first asked for. */
struct key_parts *plan_key_parts(const struct plan *plan);

/* Cleared by who borrows them. */
struct key_buffers {
    struct text frames;      /* what is hashed */
    struct text path, value; /* of one field */
};
struct key_buffers *key_parts_buffers(struct key_parts *parts);

/* Whether the fields of `node` under `path` are kept; borrowed until key_parts_free(). */
bool key_parts_find(const struct key_parts *parts, const struct node *node, struct str path,
                    struct str *text, struct str *frames);

/* Keeps a copy. More than some hundred megabytes are not kept. */
void key_parts_keep(struct key_parts *parts, const struct node *node, struct str path,
                    struct str text, struct str frames);

#endif
