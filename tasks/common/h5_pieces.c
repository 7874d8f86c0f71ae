#define _GNU_SOURCE     /* copy_file_range */
#include "common/h5_pieces.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { BUFFER = 1 << 20, AT_ONCE = 64 << 20 };

void
h5_pieces_add(struct h5_pieces *pieces, const char *path, uint64_t from, uint64_t to,
              uint64_t size)
{
    struct h5_piece piece = { path, from, to, size };

    if (pieces->list.count > 0) {
        struct h5_piece *last = &pieces->list.at[pieces->list.count - 1];

        if (last->path == path && last->from + last->size == from && last->to + last->size == to) {
            last->size += size;
            return;
        }
    }
    vec_push(&pieces->list, piece);
}

void
h5_pieces_release(struct h5_pieces *pieces)
{
    vec_release(&pieces->list);
}

/* What one h5_pieces_copy() carries along. */
struct copying {
    const char *from_path, *to_path;
    int from, to;
    char *buffer;           /* made when the kernel cannot copy between these files */
};

static int
cannot(const struct copying *c, bool read, struct fx_error *err)
{
    const char *path = read ? c->from_path : c->to_path;

    return fx_fail(err, FX_SYSTEM, (struct fx_mark){ path, 0, 0 }, "cannot %s the file: %s",
                   read ? "read" : "write", errno ? strerror(errno) : "it is shorter than it was");
}

static int
copy_by_hand(struct copying *c, const struct h5_piece *piece, uint64_t done, struct fx_error *err)
{
    if (!c->buffer)
        c->buffer = mem_new(BUFFER, 1);
    while (done < piece->size) {
        size_t part = piece->size - done < BUFFER ? (size_t)(piece->size - done) : BUFFER;
        ssize_t got = pread(c->from, c->buffer, part, (off_t)(piece->from + done));

        if (got <= 0) {
            if (got < 0 && errno == EINTR)
                continue;
            errno = got < 0 ? errno : 0;
            return cannot(c, true, err);
        }
        for (ssize_t out = 0; out < got;) {
            ssize_t put = pwrite(c->to, c->buffer + out, (size_t)(got - out),
                                 (off_t)(piece->to + done + (uint64_t)out));

            if (put < 0 && errno != EINTR)
                return cannot(c, false, err);
            out += put > 0 ? put : 0;
        }
        done += (uint64_t)got;
    }
    return 0;
}

/* Copies a run without holes. */
static int
copy_run(struct copying *c, const struct h5_piece *piece, struct fx_error *err)
{
    uint64_t done = 0;

    while (!c->buffer && done < piece->size) {
        off_t from = (off_t)(piece->from + done), to = (off_t)(piece->to + done);
        size_t part = piece->size - done < AT_ONCE ? (size_t)(piece->size - done) : AT_ONCE;
        ssize_t got = copy_file_range(c->from, &from, c->to, &to, part, 0);

        if (got > 0)
            done += (uint64_t)got;
        else if (got < 0 && (errno == ENOSPC || errno == EFBIG || errno == EDQUOT || errno == EIO))
            return cannot(c, false, err);
        else if (got == 0 || errno != EINTR)
            break;          /* not between these files: by hand, which also says what is wrong */
    }
    return done < piece->size ? copy_by_hand(c, piece, done, err) : 0;
}

/* Copies what is data of the piece; where the file system knows no holes, all is. */
static int
copy_piece(struct copying *c, const struct h5_piece *piece, struct fx_error *err)
{
    uint64_t at = piece->from, end = piece->from + piece->size;
    struct stat found;

    if (fstat(c->from, &found) || (uint64_t)found.st_size < end)
        return copy_run(c, piece, err);     /* it will say what is wrong */
    while (at < end) {
        off_t data = lseek(c->from, (off_t)at, SEEK_DATA), hole = -1;
        struct h5_piece run;

        if ((data < 0 && errno == ENXIO) || (data >= 0 && (uint64_t)data >= end))
            return 0;           /* the rest is a hole */
        if (data >= 0)
            hole = lseek(c->from, data, SEEK_HOLE);
        if (hole <= data) {     /* no word of holes */
            data = (off_t)at;
            hole = (off_t)end;
        }
        if ((uint64_t)hole > end)
            hole = (off_t)end;
        run = (struct h5_piece){ piece->path, (uint64_t)data, piece->to + ((uint64_t)data - piece->from),
                                 (uint64_t)(hole - data) };
        if (copy_run(c, &run, err))
            return -1;
        at = (uint64_t)hole;
    }
    return 0;
}

static int
open_source(struct copying *c, const char *path, struct fx_error *err)
{
    if (c->from >= 0)
        close(c->from);
    c->from_path = path;
    c->from = open(path, O_RDONLY | O_CLOEXEC);
    return c->from < 0 ? cannot(c, true, err) : 0;
}

int
h5_pieces_copy(struct h5_pieces *pieces, const char *to_path, struct fx_error *err)
{
    struct copying c = { .to_path = to_path, .from = -1, .to = open(to_path, O_WRONLY | O_CLOEXEC) };
    int status = c.to < 0 ? cannot(&c, false, err) : 0;

    for (size_t i = 0; !status && i < pieces->list.count; i++) {
        const struct h5_piece *piece = &pieces->list.at[i];

        if (piece->path != c.from_path)
            status = open_source(&c, piece->path, err);
        if (!status)
            status = copy_piece(&c, piece, err);
    }
    if (c.from >= 0)
        close(c.from);
    if (c.to >= 0 && close(c.to) && !status)
        status = cannot(&c, false, err);
    free(c.buffer);
    pieces->list.count = 0;
    return status;
}
