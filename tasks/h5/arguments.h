/*
 * arguments - the words behind `fornix h5`.
 */
#ifndef H5_ARGUMENTS_H
#define H5_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "fornix/error.h"

struct arguments {
    const char *verb;         /* ls, show, check, diff */
    const char *file, *other; /* other: of diff */
    const char *name;         /* show: a population, or destination/source */
    const char *cells;        /* --cells: the file with the cells that a file of edges connects */
    int64_t gid;              /* --gid; -1: none */
    uint64_t limit;           /* --limit: how much of one kind is printed */
    double tolerance;         /* --tolerance: numbers that differ by no more are equal */
    uint64_t patience;        /* --patience, s */
    bool json, ignore_types;
};

/* 0, 1 when help was asked for and printed, -1 (FX_INVALID). */
int arguments_read(int argc, char **argv, struct arguments *arguments, struct fx_error *err);

#endif
