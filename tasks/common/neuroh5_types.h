/*
 * neuroh5_types - /H5Types: which populations there are, and which projections may be.
 *
 * Every NeuroH5 file has it. Populations follow each other in the order of their indices; their gids
 * are contiguous from 0. Elsewhere in a file cells are numbered within their population ("cell"
 * here); gid = start + cell.
 */
#ifndef COMMON_NEUROH5_TYPES_H
#define COMMON_NEUROH5_TYPES_H

#include "common/h5.h"

struct neuroh5_population {
    char *name;
    uint16_t index;             /* the number by which /H5Types knows it; not contiguous */
    uint64_t start, count;      /* gids start .. start + count - 1 */
};

struct neuroh5_pair {
    uint16_t source, destination;       /* population indices */
};

struct neuroh5_types {
    struct neuroh5_population *populations;     /* by ascending index */
    size_t population_count;
    struct neuroh5_pair *pairs;                 /* valid projections, by destination, then source */
    size_t pair_count;
};

/* Adds a population; *types starts as { 0 }. Afterwards call neuroh5_types_finish(). */
int neuroh5_types_add(struct neuroh5_types *types, const char *name, uint16_t index, uint64_t count,
                      struct fx_error *err);
/* Adds a valid projection between populations that were added; twice the same is once. */
int neuroh5_types_add_pair(struct neuroh5_types *types, const char *source, const char *destination,
                           struct fx_error *err);
/* Orders them, sets the gid ranges, and checks: names and indices differ, all gids fit 32 bits. */
int neuroh5_types_finish(struct neuroh5_types *types, struct fx_error *err);

void neuroh5_types_release(struct neuroh5_types *types);

int neuroh5_types_write(struct h5_file *file, const struct neuroh5_types *types,
                        struct fx_error *err);
/* *types: filled; release it. FX_INVALID for ranges that overlap or are out of order. */
int neuroh5_types_read(const struct h5_file *file, struct neuroh5_types *types,
                       struct fx_error *err);

/* NULL when there is none. */
const struct neuroh5_population *neuroh5_types_find(const struct neuroh5_types *types,
                                                    const char *name);
const struct neuroh5_population *neuroh5_types_by_index(const struct neuroh5_types *types,
                                                        uint16_t index);
/* As neuroh5_types_find(); an unknown name fails, with the file and a suggestion. */
int neuroh5_types_get(const struct neuroh5_types *types, const struct h5_file *file,
                      const char *name, const struct neuroh5_population **population,
                      struct fx_error *err);

/*
 * The population of that name or, without one (NULL), the only population in whose group of the file
 * there is a group `what` ("Trees"); `several` says in the message what populations then have.
 */
int neuroh5_types_pick(const struct neuroh5_types *types, const struct h5_file *file,
                       const char *name, const char *what, const char *several,
                       const struct neuroh5_population **population, struct fx_error *err);

/* Whether both have the same populations and pairs; *difference (may be NULL) says what differs. */
bool neuroh5_types_equal(const struct neuroh5_types *a, const struct neuroh5_types *b,
                         char difference[200]);

#endif
