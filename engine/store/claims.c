#define _GNU_SOURCE     /* F_OFD_SETLK */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "store/parts.h"

/* True when `path` still names the file behind `fd`: its last owner may have removed it meanwhile. */
static int
still_named(const char *path, int fd)
{
    struct stat named, opened;

    return stat(path, &named) == 0 && fstat(fd, &opened) == 0 && named.st_ino == opened.st_ino
        && named.st_dev == opened.st_dev;
}

int
lock_take(const char *path, int *fd)
{
    for (;;) {
        struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
        int opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666), failure;

        if (opened < 0)
            return -1;
        if (fcntl(opened, F_OFD_SETLK, &lock) != 0) {
            failure = errno;
            close(opened);
            errno = failure;
            return failure == EAGAIN || failure == EACCES ? 0 : -1;
        }
        if (still_named(path, opened)) {
            *fd = opened;
            return 1;
        }
        close(opened);
    }
}

static const char *
claim_path(const struct store *store, struct arena *arena, struct digest key)
{
    char hex[DIGEST_HEX];

    digest_hex(key, hex);
    return arena_printf(arena, "%s/claims/%s", store->path, hex).at;
}

int
store_claim(struct store *store, struct digest key, int *claim, struct fx_error *err)
{
    struct arena *arena = arena_new();
    const char *path = claim_path(store, arena, key);
    int result = lock_take(path, claim);

    if (result < 0)
        fx_fail_errno(err, errno, "cannot lock '%s'", path);
    if (result == 1)
        fault_point("claim.taken");
    arena_free(arena);
    return result;
}

/* Names of claims that ended with a killed engine: nobody needs them, they only pile up. */
void
claims_sweep(const struct store *store)
{
    struct arena *arena = arena_new();
    const char *top = path_join(arena, store->path, "claims");
    DIR *dir = opendir(top);
    struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        const char *path;
        int fd;

        if (entry->d_name[0] == '.')
            continue;
        path = path_join(arena, top, entry->d_name);
        if (lock_take(path, &fd) == 1) {
            unlink(path);
            close(fd);
        }
    }
    if (dir)
        closedir(dir);
    arena_free(arena);
}

void
store_unclaim(struct store *store, struct digest key, int claim)
{
    struct arena *arena = arena_new();

    /* Removed while locked: whoever waits for it sees that the name is gone, and makes a new one. */
    unlink(claim_path(store, arena, key));
    close(claim);
    arena_free(arena);
}
