/*
 * h5_pieces - runs of bytes that go from some files to one, by the kernel.
 *
 * In: where runs lie in finished files, and where they go. Out: the bytes, in the file that is there.
 */
#ifndef COMMON_H5_PIECES_H
#define COMMON_H5_PIECES_H

#include <stdint.h>

#include "base/vec.h"
#include "fornix/error.h"

struct h5_piece {
    const char *path;           /* of the file that it comes from; borrowed */
    uint64_t from, to, size;    /* offsets in the files, bytes */
};

struct h5_pieces {
    VEC(struct h5_piece) list;
};

/* Joined with the one before where both run on. */
void h5_pieces_add(struct h5_pieces *pieces, const char *path, uint64_t from, uint64_t to,
                   uint64_t size);

/* Holes are left out: where they go, the file must have holes, too. That is so in a new one.
 * Copies all, in the order in which they were added, and forgets them. Names the file that cannot be
 * read or written, and why. */
int  h5_pieces_copy(struct h5_pieces *pieces, const char *to_path, struct fx_error *err);
void h5_pieces_release(struct h5_pieces *pieces);

#endif
