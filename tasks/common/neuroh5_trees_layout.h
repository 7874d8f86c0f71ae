/*
 * neuroh5_trees_layout - which values a Trees group has, shared by its writer and its reader.
 */
#ifndef COMMON_NEUROH5_TREES_LAYOUT_H
#define COMMON_NEUROH5_TREES_LAYOUT_H

#include "common/h5.h"

/* What the number of values of an attribute follows. */
enum tree_count { TREE_BY_POINT, TREE_BY_SECTION, TREE_BY_EDGE, TREE_COUNTS };

/* In the order in which a file has them. */
enum tree_value {
    TREE_X, TREE_Y, TREE_Z, TREE_RADIUS, TREE_LAYER, TREE_PARENT, TREE_TYPE, TREE_SECTION,
    TREE_SOURCE, TREE_DESTINATION, TREE_ATTRIBUTES
};

struct tree_attribute {
    const char *name;
    enum h5_type type;
    enum tree_count count;
};

extern const struct tree_attribute tree_attributes[TREE_ATTRIBUTES];

#endif
