#define _GNU_SOURCE     /* fallocate */
/* Room on the disk for what HDF5 will write. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "common/h5_internal.h"

/* What an object takes beside its values, and what is there for all that is not counted: bytes. */
enum { OBJECT = 4 << 10, AHEAD = 256 << 10 };

/* Why `size` bytes do not fit; 0 when they do, or when this file system cannot say. */
static int
why_not(const struct h5_room *room, uint64_t size)
{
    struct rlimit limit;
    int status;

    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
        size > limit.rlim_cur)
        return EFBIG;
    do
        status = fallocate(room->descriptor, FALLOC_FL_KEEP_SIZE, (off_t)room->size,
                           (off_t)(size - room->size));
    while (status && errno == EINTR);
    return status && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG || errno == EIO) ? errno
                                                                                            : 0;
}

int
h5_reserve(const struct h5_file *file, uint64_t more, struct fx_error *err)
{
    struct h5_room *room = file->room;
    uint64_t size;
    int reason;

    if (!room)
        return 0;
    room->given += more + OBJECT;
    size = room->given + AHEAD;
    reason = why_not(room, size);
    room->size = size;
    if (!reason)
        return 0;
    file->comm->broken = true;
    return fx_fail(err, FX_SYSTEM, (struct fx_mark){ file->path, 0, 0 },
                   "cannot write the file: %s", strerror(reason));
}

void
h5_reserve_init(struct h5_file *file)
{
    int descriptor = -1;

    if (file->comm->size > 1 && file->comm->rank == 0)
        descriptor = open(file->path, O_WRONLY | O_CLOEXEC);
    if (descriptor < 0)
        return;     /* HDF5 has the file: it will tell what is wrong */
    file->room = mem_new(1, sizeof *file->room);
    *file->room = (struct h5_room){ .descriptor = descriptor };
}

void
h5_reserve_release(struct h5_file *file)
{
    struct stat found;

    if (!file->room)
        return;
    /* What was not needed: truncating to the size that it has frees what lies beyond. */
    if (fstat(file->room->descriptor, &found) || ftruncate(file->room->descriptor, found.st_size))
        errno = 0;      /* then it stays: no harm */
    close(file->room->descriptor);
    free(file->room);
}
