/*
 * yaml_tree - YAML or JSON text -> a tree of values.
 *
 * In: bytes. Out: nodes in the arena, each with its place; an alias has its own place, what is
 * below it keeps that of the anchor. Plain scalars follow YAML 1.2's core schema. Merge keys (`<<`)
 * are applied: keys of the map itself win, then earlier maps of the list. The scalar `!include
 * PATH` becomes the string "${file:PATH}".
 *
 * Refused, with the place: what libyaml cannot parse, bytes that are not UTF-8, duplicate keys,
 * keys that are no scalars, unknown tags, a second document, NUL characters, more than
 * YAML_BYTES_MOST bytes, and values larger or deeper than tree.h allows once aliases are counted in
 * full.
 */
#ifndef LOAD_YAML_TREE_H
#define LOAD_YAML_TREE_H

#include "load/problems.h"
#include "load/tree.h"

enum { YAML_BYTES_MOST = 64 * 1024 * 1024 };

/*
 * `file` names the text in marks and must live as long as the nodes. With `placed` false (a value
 * on the command line) marks have the name alone. NULL after appending to `problems`; duplicate
 * keys are all reported, other mistakes end the parse. An empty text is NODE_NULL.
 */
const struct node *yaml_parse(struct arena *arena, const char *file, bool placed, struct str bytes,
                              struct problems *problems);

/* The same for a value written at `at`, which becomes the mark of all that is in it. */
const struct node *yaml_parse_value(struct arena *arena, struct fx_mark at, struct str bytes,
                                    struct problems *problems);

/*
 * Reads the file at `path` (also its name in marks). When it cannot be read the problem points to
 * `from`, the place that asked for it.
 */
const struct node *
yaml_read(struct arena *arena, const char *path, struct fx_mark from, struct problems *problems);

#endif
