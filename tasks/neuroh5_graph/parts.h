/*
 * parts - what the files hold that make a network, and whether they fit together.
 *
 * In: each file's role, populations and counts. Out: an ordered list, every population (or pair) at
 * most once per role. Knows no files, only their names.
 */
#ifndef NEUROH5_GRAPH_PARTS_H
#define NEUROH5_GRAPH_PARTS_H

#include <jansson.h>

#include "base/vec.h"
#include "common/neuroh5_types.h"

enum role {
    ROLE_SOMAS, ROLE_DISTANCES, ROLE_FOREST, ROLE_SYNAPSES, ROLE_CONNECTIONS, ROLE_GAP_JUNCTIONS,
    ROLES
};

const char *role_name(enum role role);          /* the parameter: "forest" */
const char *role_namespace(enum role role);     /* the group: "Trees"; NULL for projections */
bool role_is_projection(enum role role);        /* connections, gap junctions */

/* One population's (or projection's) share of one file. */
struct part {
    enum role role;
    uint32_t file;              /* which file, counted over all roles */
    uint16_t population;        /* number; of projections: the destination's */
    uint16_t source;            /* number; of projections alone, else 0 */
    uint64_t cells, values;     /* cells; what they have: points, synapses, edges, or 1 each */
};

struct parts {
    const struct neuroh5_types *types;
    VEC(struct part) list;
    VEC(const char *) paths;    /* by file */
};

void parts_release(struct parts *parts);

/* Adds a part. FX_INVALID, naming both files, when another file has the same (gap junctions: of the same
 * two populations, in either order); and when the number of cells is not the population's, or
 * connections are not among the valid ones. */
int parts_add(struct parts *parts, struct part part, struct fx_error *err);

/* After the last: orders the parts by role, population, source, and checks that every population with
 * cells has coordinates and distances, and trees where it has synapses. */
int parts_finish(struct parts *parts, struct fx_error *err);

/* "PYR", or "STIM -> PYR" for a projection. */
void part_name(const struct parts *parts, const struct part *part, char name[500]);

/* What went into the network: populations, and each part with its counts and its file's digest (hex,
 * by file). A new reference. */
json_t *parts_json(const struct parts *parts, const char (*digests)[33]);

#endif
