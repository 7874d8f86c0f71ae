/*
 * verbs - what `fornix h5` does: one function per word, each in the process that guard.h makes.
 *
 * Each prints what it finds to standard output, and returns the exit status: 0, or 1 where files
 * differ; 2 after filling `err`.
 */
#ifndef H5_VERBS_H
#define H5_VERBS_H

#include "h5/arguments.h"
#include "h5/source.h"

int verb_ls(const struct arguments *arguments, struct watch *watch, struct fx_error *err);
int verb_show(const struct arguments *arguments, struct watch *watch, struct fx_error *err);
int verb_diff(const struct arguments *arguments, struct watch *watch, struct fx_error *err);

/* check prints in the parent: what the child has found is told even when it died. */
int verb_check(const struct arguments *arguments, struct watch *watch, struct fx_error *err);

/* Prints an error as `fornix` does; returns the exit status 2. */
int verbs_fail(const struct fx_error *err);

#endif
