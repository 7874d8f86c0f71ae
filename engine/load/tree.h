/*
 * tree - values: what a YAML file says, and what becomes of it.
 *
 * Nodes live in an arena, are immutable once built and may be shared (a parameter used by a thousand
 * jobs is one node). Each keeps the place where it was written, through merges, includes and
 * references, so that every later message can point there.
 *
 * Plain scalars follow the core schema of YAML 1.2 (`no` and `on` are strings, 1e-5 is a number);
 * quoted ones are strings. `text` is the scalar as written: a declared type may read it anew.
 */
#ifndef LOAD_TREE_H
#define LOAD_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "fornix/error.h"

enum node_kind {
    NODE_NULL,
    NODE_BOOL,
    NODE_INTEGER,
    NODE_REAL,
    NODE_STRING,
    NODE_LIST,
    NODE_MAP,
    NODE_FILE,      /* a file or folder that a parameter names: `text` is its absolute path */
    NODE_OUTPUT     /* an output of a job: `job` and `output` (number in the task's description) */
};

struct node;

/* An entry of a map, in the order of writing. */
struct entry {
    struct str key;
    struct fx_mark at;      /* of the key */
    const struct node *value;
};

struct node {
    enum node_kind kind;
    bool plain;             /* a scalar without quotes */
    bool folder;            /* NODE_FILE: a folder, identified by the names and contents below it */
    struct fx_mark at;
    struct str text;        /* scalars: as written */
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct {
            uint32_t count;
            union {
                const struct node *const *items;    /* NODE_LIST */
                const struct entry *entries;        /* NODE_MAP: unique keys */
            };
        };
        struct {
            uint32_t job, output;                   /* NODE_OUTPUT */
        };
    };
};

/* The value of `key` in a map; NULL when it is not there or `map` is no map. */
const struct node *node_get(const struct node *map, struct str key);
const struct node *node_at(const struct node *map, const char *key);

/* "a map", "a list", "the string 'x'", "the number 3": what a message calls the value. */
void node_describe(const struct node *node, struct text *out);

/* Equal values: kinds, and contents without marks, spelling, or the order of map entries. */
bool node_equal(const struct node *a, const struct node *b);

/*
 * Canonical, one-line spelling: strings in JSON quotes unless they are plain words, shortest reals
 * (an integral real is spelt like the integer), map entries sorted by key. NODE_FILE and NODE_OUTPUT
 * are the business of plan/key.h and must not occur.
 */
void node_spell(const struct node *node, struct text *out);

#endif
