/*
 * tree - values: what a YAML file says, and what becomes of it.
 *
 * Nodes live in an arena, are immutable once built and may be shared (a parameter used by a
 * thousand jobs is one node). Each keeps the place where it was written, through merges, includes
 * and references, so that every later message can point there.
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
    NODE_FILE,  /* a file or folder that a parameter names: `text` is its absolute path */
    NODE_OUTPUT /* an output of a job: `job` and `output` (number in the task's description) */
};

struct node;

/* An entry of a map, in the order of writing. */
struct entry {
    struct str key;
    struct fx_mark at; /* of the key */
    const struct node *value;
};

struct node {
    enum node_kind kind;
    bool plain;      /* a scalar without quotes */
    bool folder;     /* NODE_FILE: a folder, identified by the names and contents below it */
    bool verbatim;   /* `text` stands in the file as it is here, on one line */
    bool indexed;    /* a list or map made by node_list(), node_map() */
    uint16_t depth;  /* levels of lists and maps: 0 for a scalar */
    uint32_t weight; /* nodes in it, shared ones counted each time; stops at UINT32_MAX */
    struct fx_mark at;
    struct str text; /* scalars: as written, or as they would be */
    union {
        bool boolean;
        int64_t integer;
        double real;
        struct {
            uint32_t count;
            union {
                const struct node *const *items; /* NODE_LIST */
                const struct entry *entries;     /* NODE_MAP: unique keys */
            };
        };
        struct {
            uint32_t job, output; /* NODE_OUTPUT */
        };
    };
};

/* A larger or deeper value is refused wherever it is made: no file needs it, an attack does. */
enum { NODE_WEIGHT_MOST = 4 * 1000 * 1000, NODE_DEPTH_MOST = 100 };

/*
 * New nodes, in the arena. Lists and maps take their arrays (of the same arena) and must not change
 * afterwards; node_list() and node_map() return NULL when the value would be too large or too deep.
 * Computed numbers get their canonical spelling as text.
 */
const struct node *node_null(struct arena *arena, struct fx_mark at);
const struct node *node_boolean(struct arena *arena, bool value, struct fx_mark at);
const struct node *node_integer(struct arena *arena, int64_t value, struct fx_mark at);
const struct node *node_real(struct arena *arena, double value, struct fx_mark at);
const struct node *node_string(struct arena *arena, struct str text, struct fx_mark at);
const struct node *
node_list(struct arena *arena, const struct node *const *items, uint32_t count, struct fx_mark at);
const struct node *
node_map(struct arena *arena, const struct entry *entries, uint32_t count, struct fx_mark at);

/*
 * What a plain scalar means in YAML 1.2's core schema: sets the kind and the value of `node` from
 * its text. node_is_string() tells whether a text would stay a string.
 */
void node_resolve(struct node *node);
bool node_is_string(struct str text);

/* The numbers of a map's entries in the order of their keys, by bytes. Borrowed; NULL: empty. */
const uint32_t *node_sorted(const struct node *map);

/* Either kind of number, as a real. */
bool node_number(const struct node *node, double *value);

/* The place of byte `offset` of a scalar's text; where that is not known, of the scalar. */
struct fx_mark node_place(const struct node *node, size_t offset);

/*
 * A place in a program that writes a workflow: it has no column, and paths written there are
 * relative to `folder`, which is kept behind the name of the source. From the arena.
 */
struct fx_mark mark_in_program(struct arena *arena, const char *source, unsigned line,
                               const char *folder);

/*
 * The folder to which a path written at this place is relative: that of the file; that of
 * mark_in_program(); for a value given with --set the current one. From the arena or constant.
 */
const char *mark_folder(struct arena *arena, struct fx_mark at);

/* The number of the entry with `key`; UINT32_MAX when there is none. */
uint32_t node_find(const struct node *map, struct str key);

/* The value of `key` in a map; NULL when it is not there or `map` is no map. */
const struct node *node_get(const struct node *map, struct str key);
const struct node *node_at(const struct node *map, const char *key);

/* "a map", "a list", "the string 'x'", "the number 3": what a message calls the value. */
void node_describe(const struct node *node, struct text *out);

/* Equal values: kinds, and contents without marks, spelling, or the order of map entries. */
bool node_equal(const struct node *a, const struct node *b);

/*
 * Canonical, one-line spelling: strings in JSON quotes unless they are plain words, shortest reals
 * (an integral real is spelt like the integer), map entries sorted by key. NODE_FILE and
 * NODE_OUTPUT are the business of plan/key.h and must not occur.
 */
void node_spell(const struct node *node, struct text *out);

/* The spelling of a string alone: quoted unless it is plain words. Injective, never a newline. */
void node_spell_string(struct str s, struct text *out);

#endif
