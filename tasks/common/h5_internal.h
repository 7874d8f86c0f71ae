/*
 * h5_internal - what h5.c, h5_data.c and neuroh5_types.c share: HDF5's own handles.
 *
 * Nobody else includes it, but for tests. Every function that fails reads HDF5's error stack at
 * once, before another call clears it.
 */
#ifndef COMMON_H5_INTERNAL_H
#define COMMON_H5_INTERNAL_H

#include <hdf5.h>

#include "common/h5.h"

/* What of a file has its place on the disk. */
struct h5_room {
    int descriptor;
    uint64_t size, given;       /* bytes from the start: that have it, that HDF5 was asked to use */
};

struct h5_file {
    hid_t id;
    char *path;
    bool writes;                /* made by h5_create() */
    uint64_t size;              /* in bytes, as it was opened for reading */
    struct comm *comm;          /* of a file that is written */
    struct h5_room *room;       /* see h5_reserve(); rank 0's, where there are several */
};

/*
 * Fills `err` with "cannot <what>" (formatted) and the innermost entry of HDF5's error stack; the
 * place is the file. FX_SYSTEM for a file that is written, else FX_INVALID. Returns -1. A file that
 * several ranks write is lost then, and so is this rank (comm.h: broken).
 */
int h5_fail(const struct h5_file *file, struct fx_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The user's mistake in a file: fills `err` with the file as its place. Returns -1. */
int h5_invalid(const struct h5_file *file, struct fx_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Makes sure that the disk has room for `more` bytes of values and an object, before HDF5 is asked to
 * make it. A write that fails on one of several ranks while HDF5 works on its own structures leaves
 * the others in there for ever: so room is asked for outside HDF5, and a full disk is this rank's
 * plain error (comm.h: broken). Does nothing for one rank, whose files may be sparse.
 */
void h5_reserve_init(struct h5_file *file);     /* of a file that was just created */
int  h5_reserve(const struct h5_file *file, uint64_t more, struct fx_error *err);
void h5_reserve_release(struct h5_file *file);

/* Makes the groups above `path`. */
int h5_make_parents(struct h5_file *file, const char *path, struct fx_error *err);

/* The creation properties of every dataset: chunks of `chunk` rows (0: in one piece), no times,
 * allocated early, not filled. Close them. */
hid_t h5_dataset_properties(uint64_t chunk);

/* Whether a file of this size can hold a dataset `id` of `length` values. */
bool h5_can_hold(const struct h5_file *file, hid_t id, uint64_t length);

#endif
