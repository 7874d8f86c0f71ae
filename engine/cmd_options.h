/*
 * cmd_options - the words of a command line.
 *
 * A command lists its options in a table; --help is made from it. Options stand anywhere among the
 * words, as `--name value` or `--name=value`; `--` ends them.
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "fornix/error.h"

struct words {
    VEC(const char *) list;
};

enum option_kind {
    OPTION_FLAG,    /* bool: becomes true */
    OPTION_TEXT,    /* const char *: the last one given */
    OPTION_LIST,    /* struct words: all that were given */
    OPTION_COUNT    /* uint32_t: a whole number from 1 */
};

struct option {
    const char *name;           /* "--cores" */
    enum option_kind kind;
    void *target;
    const char *value;          /* what the help calls the value; NULL for flags */
    const char *help;
};

struct command {
    const char *usage;          /* "fornix run [workflow.yaml] [stage...]" */
    const char *about;          /* whole lines */
    const struct option *options;   /* ended by a name that is NULL */
};

/*
 * Sorts the words into options and `rest`. Returns 0, 1 when --help was asked for and printed, or -1
 * (FX_INVALID, with the nearest option as hint).
 */
int options_parse(const struct command *command, int argc, char **argv, struct words *rest,
                  struct fx_error *err);

#endif
