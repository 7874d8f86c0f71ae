/*
 * fields - the members of a map that has a fixed form: task.yaml, a workflow, a stage.
 *
 * A table names the members and the kind of each; what is unknown or of another kind is reported
 * with a suggestion, and treated as not given; only what is misspelt is treated as what it was
 * meant to be.
 */
#ifndef LOAD_FIELDS_H
#define LOAD_FIELDS_H

#include "load/problems.h"
#include "load/tree.h"

enum fields_kind {
    FIELD_ANYTHING,
    FIELD_STRING, /* any plain or quoted scalar but null; its text counts */
    FIELD_INTEGER,
    FIELD_BOOLEAN,
    FIELD_LIST,
    FIELD_STRINGS, /* a list of scalars; one scalar stands for a list of one */
    FIELD_MAP
};

struct fields_rule {
    const char *name;
    enum fields_kind kind;
    bool required;
};

/*
 * Fills `values` (one per rule; NULL: not given, null, or of the wrong kind) from `map`. `what` is
 * the map in messages: "a stage", "task.yaml". Returns whether all was right.
 */
bool fields_read(const struct node *map, const char *what, const struct fields_rule *rules,
                 uint32_t count, const struct node **values, struct problems *problems);

/* The items of a FIELD_STRINGS value: `*count` scalars, borrowed. NULL value: none. */
const struct node *const *fields_strings(const struct node *const *value, uint32_t *count);

#endif
