/*
 * h5_graft - groups of finished files into a new one, at the speed of the disk.
 *
 * In: files that are open for reading, paths in them. Out: the same objects at the same paths in a
 * file that one rank writes. HDF5 makes the structure; the values go from file to file by the
 * kernel, after HDF5 has closed the new one:
 *
 *   graft = h5_graft_new()
 *   h5_graft_add(graft, from, path, to, err)       for each group; `from` stays open till the end
 *   h5_close(to, err)
 *   h5_graft_finish(graft, "cells.h5", err)        copies the values
 *   h5_graft_free(graft)
 *
 * The result depends on what the parts hold: chunks, types and attributes are theirs, object times are
 * off. Hard links within one added group stay links.
 */
#ifndef COMMON_H5_GRAFT_H
#define COMMON_H5_GRAFT_H

#include "common/h5.h"

struct h5_graft;

struct h5_graft *h5_graft_new(void);
void             h5_graft_free(struct h5_graft *graft);     /* NULL is fine */

/*
 * Makes the object at `path`, with all below it; parents are made. Large plain datasets get their
 * values by h5_graft_finish(), all others at once. FX_INVALID for links into other files.
 */
int h5_graft_add(struct h5_graft *graft, const struct h5_file *from, const char *path,
                 struct h5_file *to, struct fx_error *err);

/* Copies what is left into the file `to_path`, which HDF5 has closed; then nothing is left. */
int h5_graft_finish(struct h5_graft *graft, const char *to_path, struct fx_error *err);

#endif
