/*
 * schema - types of parameters, and whether a value is of its type.
 *
 * schema_types_* read the `types:` of descriptions, schema_type() one type; schema_check() turns a
 * value as written into one as a task gets it: units converted, files absolute, numbers of type
 * `number` real, and reports all that is wrong with it.
 *
 *   integer | number | string | boolean | bytes | duration | file | directory | any | NAME
 *   {enum: [a, b]}  {list: T, length: n}  {map: [K, V]}  {struct: {field: T, field?: T}}
 *   {any_of: [T, ...]}   {type: T, unit: ms, min: 0, max: 1, check: proportions}
 *   above and below: bounds that a number must not reach; `checks` of a struct: load/checks.h
 *   {struct: {...}, others: [K, V]}   fields that are not named are as those of a map
 *   {type: string, name_of: {PARAMETER: [FIELD, ...]}, otherwise: [a, b], also: [default, "@*"]}
 *   {type: string, name_of: PARAMETER, otherwise: [a, b], open: true}
 *
 * unit and bounds of a list are those of the numbers in it. A string with name_of is a key of a
 * map that another parameter of the same stage holds: see struct name_rule.
 */
#ifndef LOAD_SCHEMA_H
#define LOAD_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "load/problems.h"
#include "load/tree.h"

enum type_kind {
    TYPE_INTEGER,
    TYPE_NUMBER, /* a real, in `unit` when there is one */
    TYPE_STRING,
    TYPE_BOOLEAN,
    TYPE_BYTES,    /* an integer: "256 MiB" */
    TYPE_DURATION, /* a real, in `unit` (s when none is named) */
    TYPE_ENUM,     /* one of `values` */
    TYPE_LIST,     /* of `item` */
    TYPE_MAP,      /* of `key` to `item` */
    TYPE_STRUCT,   /* `fields` */
    TYPE_ANY_OF,   /* the first of `options` that fits */
    TYPE_FILE,
    TYPE_DIRECTORY,
    TYPE_ANY
};

struct type;

struct field {
    struct str name;
    struct str help; /* what it means here; "" where nothing is written */
    const struct type *type;
    bool optional;
};

/*
 * Which names a string may be: the keys of the map that the first of `fields` with an entry has in
 * the stage's parameter `parameter`, or without fields those of the parameter itself; where there
 * is none or it is empty, `otherwise`. Any string may stand where the parameter has no value, or
 * there is no map and nothing in `otherwise`; with `open`, also where there is a map.
 */
struct name_rule {
    struct str parameter;
    const struct node *const *fields;
    const struct node *otherwise, *also; /* lists of strings; NULL: none. Of `also`, x* is a prefix */
    uint32_t field_count;
    bool open;
};

struct checks;

struct type {
    enum type_kind kind;
    struct str name; /* as named under `types:`; "" for others */
    struct str help; /* what it means; "" where nothing is written */
    struct fx_mark at;
    struct str unit; /* "": none */
    bool has_min, has_max;
    bool min_open, max_open; /* above, below: the bound itself is out of range */
    double min, max;
    bool has_length;
    uint32_t length_min, length_max; /* of lists */
    const struct node *values;       /* TYPE_ENUM: a list of scalars */
    const struct type *key, *item; /* TYPE_STRUCT: `others`; NULL: no others */
    const struct field *fields;
    const struct type *const *options;
    uint32_t field_count, option_count;
    bool proportions; /* check: proportions */
    const struct checks *checks;   /* TYPE_STRUCT: between its fields; NULL: none */
    const struct name_rule *names; /* TYPE_STRING: name_of; NULL: any string */
};

/* The named types that a description sees. */
struct types;

/*
 * Reads a map name -> type (the value of `types:`), on top of those in `types`; made in `arena`.
 * What is wrong with them is appended to `problems`.
 */
struct types *schema_types_new(struct arena *arena);
void schema_types_add(struct types *types, const struct node *map, struct problems *problems);

/*
 * Reads all of them now, so that mistakes in types that nothing uses are found too. False (and
 * reported) when one is its own option: nothing must be checked against these types then.
 */
bool schema_types_check(struct types *types, struct problems *problems);

/* The type that `node` writes. NULL after appending to `problems`. */
const struct type *
schema_type(struct types *types, const struct node *node, struct problems *problems);

/* What a message calls the type: "an integer", "a number (ms)", "one of u, v". */
void type_describe(const struct type *type, struct text *out);

/* Where checked values come from and go to. */
struct check {
    struct arena *arena;
    struct problems *problems;
    const char *subject;   /* in front of each message: "stage 'forest'"; NULL: nothing */
    struct text path;      /* of the value: "axon_extents.PYR"; the caller sets the first part */
    struct map *known;     /* (place, reason) already reported, filled here; or NULL */
    uint32_t steps, depth; /* for schema_check() itself: 0 */
    /* The value of another parameter, for name_of; NULL: none. Without the function: none. */
    const struct node *(*given)(void *context, struct str parameter);
    /* How a reference is written that gathers, or does not, what `output` belongs to; or NULL. */
    const char *(*refer)(void *context, const struct node *output);
    void *context;
};

/*
 * The value in the form that tasks get; shares what needs no change. Strings where the type says
 * file or directory become NODE_FILE, relative to the file in which they are written (on the
 * command line: to the current folder), and must exist. NULL after reporting.
 */
const struct node *
schema_check(struct check *check, const struct type *type, const struct node *value);

/* Appends "SUBJECT: 'PATH' text" unless `known` has it. Returns NULL. */
const struct node *schema_wrong(struct check *check, struct fx_mark at, const char *hint,
                                const char *format, ...) __attribute__((format(printf, 4, 5)));

/*
 * check: proportions, on a checked map source -> {type, sections, layers, proportions}: for each
 * (type, section, layer) the proportions of all sources that name it must sum to 1 within 1e-5.
 */
bool schema_check_proportions(struct check *check, const struct node *map);

/*
 * Reads name_of, otherwise and also of the map `node` into `type`, which has the rule of the type
 * that it derives from; `arena` is that of the types. False after reporting.
 */
bool schema_read_names(struct arena *arena, struct type *type, const struct node *node,
                       struct problems *problems);

/* Whether a string is one of its names; false after reporting. */
bool schema_check_name(struct check *check, const struct name_rule *rule, const struct node *value);

#endif
