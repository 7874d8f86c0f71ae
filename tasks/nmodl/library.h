/*
 * library - from .mod files to a library that NEURON loads.
 *
 * In: a folder with .mod files, the wheel's .data folder, a scratch folder. Out: libnrnmech.so. Its
 * bytes depend on the sources, NEURON and the compiler alone: it is built from copies, by relative
 * names, in the order of the names. It names no folder; a process that has loaded NEURON can load it
 * from anywhere.
 */
#ifndef NMODL_LIBRARY_H
#define NMODL_LIBRARY_H

#include "fornix/error.h"

struct library {
    const char *sources;        /* folder */
    const char *neuron;         /* .data of the wheel */
    const char *compiler;       /* "c++" */
    const char *scratch;        /* an existing folder; what is made in it may be thrown away */
    int threads;                /* compilers at a time */
};

/*
 * Builds the library at `path`. Fails (FX_INVALID) for a folder without .mod files or a name that is
 * no C identifier, (FX_FAILED) when a translation, compilation or the linking fails: the program has
 * said why on standard error.
 */
int library_build(const struct library *library, const char *path, struct fx_error *err);

#endif
