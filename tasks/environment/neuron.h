/*
 * neuron - NEURON started in this process, and a guard for every call into it.
 *
 * NEURON is one per process: neuron_start() once, never again (a second start changes nothing).
 * Its errors are C++ exceptions, which must not pass a plain C caller: all work goes through
 * neuron_try(), a whole loop in one call. What such work allocates must belong to its caller,
 * because an error skips over the C frames in between.
 *
 * Order: neuron_start, then neuron_try and the few named calls.
 */
#ifndef ENVIRONMENT_NEURON_H
#define ENVIRONMENT_NEURON_H

#include <stdbool.h>
#include <stddef.h>

#include "fornix/error.h"

struct Object;
struct Section;
struct Symbol;

/* Objects, functions and symbol kinds looked up once (a look-up by name costs 2 us). */
struct neuron {
    struct Object *pc, *cvode;          /* ParallelContext, CVode */
    struct Symbol *gid_connect, *event; /* methods of them that loops call */
    struct Symbol *netcon, *vector;     /* classes */
    struct Symbol *v, *diam;            /* range variables */
    struct Symbol *pt3dadd;
    int mechanism_kind, range_kind, class_kind;     /* nrn_symbol_type() of such names */
    double *t;                          /* ms, NEURON's own */
};

/*
 * Starts NEURON without windows and Python, with the mechanisms of `library` (NULL: its built-in
 * ones) and with its MPI side when `mpi` (MPI_Init was called by us). Fails when the library cannot
 * be loaded; the reason is the dynamic linker's.
 */
int neuron_start(struct neuron *neuron, const char *library, bool mpi, struct fx_error *err);

/*
 * Runs `work(argument, err)` and returns what it returns. An error raised in NEURON ends the work
 * where it stands, restores NEURON's stack, and becomes FX_FAILED with NEURON's own text. May be
 * nested.
 */
int neuron_try(int (*work)(void *argument, struct fx_error *err), void *argument,
               struct fx_error *err);

/* One statement of hoc, as "celsius = 34". */
int neuron_hoc(const char *statement, struct fx_error *err);

/* The symbol of a density mechanism, or NULL. */
struct Symbol *neuron_mechanism(const struct neuron *neuron, const char *name);

/* The symbol of a range variable such as `gnabar_hh`, or NULL. */
struct Symbol *neuron_range(const struct neuron *neuron, const char *name);

/* The symbol of a class of objects, point processes among them, or NULL. */
struct Symbol *neuron_class(const struct neuron *neuron, const char *name);

/* Registers `step` as the hoc function `name`: hoc statements may call it then. */
void neuron_register(const char *name, void (*step)(void));

/* What a registered function must call before it returns. */
void neuron_return(void);

/*
 * The calls below are for work inside neuron_try(): an error leaves them by an exception.
 */

/* Calls `object.name(arguments)` with numbers, and returns its number. */
double neuron_call(struct Object *object, const char *name, size_t count, const double *arguments);

/* As neuron_call() for a method that takes one object and returns a number. */
double neuron_call_object(struct Object *object, const char *name, struct Object *argument);

/* Resizes a Vector and returns its data, `count` values. */
double *neuron_vector_resize(struct Object *vector, size_t count);

#endif
