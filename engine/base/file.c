#define _GNU_SOURCE     /* gettid: two threads of a program may write the same file */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

bool
file_identity_equal(const struct file_identity *a, const struct file_identity *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size
        && a->mtime_ns == b->mtime_ns && a->ctime_ns == b->ctime_ns;
}

static int64_t
nanoseconds(struct timespec t)
{
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int
file_identify(const char *path, struct file_identity *identity, struct fx_error *err)
{
    struct stat st;

    if (stat(path, &st) != 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' does not exist", path);
        return fx_fail_errno(err, errno, "cannot look at '%s'", path);
    }
    if (!S_ISREG(st.st_mode))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is not a regular file", path);
    *identity = (struct file_identity){
        .device = (uint64_t)st.st_dev, .inode = (uint64_t)st.st_ino, .size = (uint64_t)st.st_size,
        .mtime_ns = nanoseconds(st.st_mtim), .ctime_ns = nanoseconds(st.st_ctim),
    };
    return 0;
}

bool
file_exists(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

bool
file_is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int
file_read(const char *path, struct text *text, struct fx_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char buffer[64 * 1024];

    if (fd < 0) {
        if (errno == ENOENT || errno == ENOTDIR)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' does not exist", path);
        return fx_fail_errno(err, errno, "cannot read '%s'", path);
    }
    for (;;) {
        ssize_t got = read(fd, buffer, sizeof buffer);
        int failure = errno;

        if (got < 0 && failure == EINTR)
            continue;
        if (got < 0) {
            close(fd);
            if (failure == EISDIR)
                return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is a folder", path);
            return fx_fail_errno(err, failure, "cannot read '%s'", path);
        }
        if (got == 0)
            break;
        text_append(text, buffer, (size_t)got);
        if (text->full)
            break;
    }
    close(fd);
    if (text->full)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is larger than %zu bytes", path,
                       text->ceiling);
    return 0;
}

static int
write_all(int fd, struct str bytes)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.at, bytes.len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        bytes.at += put;
        bytes.len -= (size_t)put;
    }
    return 0;
}

int
file_replace(const char *path, struct str bytes, bool durable, struct fx_error *err)
{
    size_t room = strlen(path) + 32;
    char *temporary = mem_new(room, 1);
    int fd, failure = 0;

    snprintf(temporary, room, "%s.%ld.tmp", path, (long)gettid());
    fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        failure = errno;
    } else {
        if (write_all(fd, bytes) != 0 || (durable && fsync(fd) != 0))
            failure = errno;
        if (close(fd) != 0 && !failure)
            failure = errno;
        if (!failure && rename(temporary, path) != 0)
            failure = errno;
        if (failure)
            unlink(temporary);
    }
    free(temporary);
    return failure ? fx_fail_errno(err, failure, "cannot write '%s'", path) : 0;
}

int
file_make_folders(const char *path, struct fx_error *err)
{
    char *copy;
    int failure = 0;

    if (mkdir(path, 0777) == 0 || (errno == EEXIST && file_is_folder(path)))
        return 0;
    copy = mem_copy(path, strlen(path));
    for (char *slash = copy + (*copy == '/'); *slash && !failure; slash++) {
        if (*slash != '/')
            continue;
        *slash = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            failure = errno;
        *slash = '/';
    }
    free(copy);
    if (!failure && mkdir(path, 0777) != 0 && !(errno == EEXIST && file_is_folder(path)))
        failure = errno;
    return failure ? fx_fail_errno(err, failure, "cannot make the folder '%s'", path) : 0;
}

/* Removes what is in the open folder `fd` (taken: closed on return). 0 or an errno. */
static int
empty_folder(int fd)
{
    DIR *dir = fdopendir(fd);
    struct dirent *entry;
    int failure = 0;

    if (!dir) {
        failure = errno;
        close(fd);
        return failure;
    }
    while (!failure && (entry = readdir(dir))) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        if (unlinkat(fd, entry->d_name, 0) == 0 || errno == ENOENT)
            continue;
        if (errno == EISDIR || errno == EPERM) {
            int below = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

            failure = below < 0 ? errno : empty_folder(below);
            if (!failure && unlinkat(fd, entry->d_name, AT_REMOVEDIR) != 0 && errno != ENOENT)
                failure = errno;
        } else {
            failure = errno;
        }
    }
    closedir(dir);
    return failure;
}

int
file_remove_tree(const char *path, struct fx_error *err)
{
    int fd, failure = 0;

    if (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR)
        return 0;
    if (errno != EISDIR && errno != EPERM)
        return fx_fail_errno(err, errno, "cannot remove '%s'", path);
    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    failure = fd < 0 ? errno : empty_folder(fd);
    if (!failure && rmdir(path) != 0)
        failure = errno;
    if (failure == ENOENT)
        failure = 0;
    return failure ? fx_fail_errno(err, failure, "cannot remove '%s'", path) : 0;
}

int
file_sync(const char *path, struct fx_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), failure = 0;

    if (fd < 0)
        return fx_fail_errno(err, errno, "cannot sync '%s'", path);
    if (fsync(fd) != 0 && errno != EINVAL)      /* EINVAL: nothing that could be synced */
        failure = errno;
    close(fd);
    return failure ? fx_fail_errno(err, failure, "cannot sync '%s'", path) : 0;
}

int
file_publish(const char *from, const char *to, bool durable, struct fx_error *err)
{
    /* POSIX: rename of a folder onto one that is not empty fails; published ones never are. */
    if (rename(from, to) != 0) {
        if (errno == EEXIST || errno == ENOTEMPTY)
            return 1;
        return fx_fail_errno(err, errno, "cannot publish '%s' as '%s'", from, to);
    }
    if (durable) {
        struct arena *arena = arena_new();
        int result = file_sync(path_folder(arena, to), err);

        arena_free(arena);
        return result;
    }
    return 0;
}

int
file_link(const char *target, const char *path, struct fx_error *err)
{
    size_t room = strlen(path) + 32;
    char *temporary = mem_new(room, 1);
    int failure = 0;

    snprintf(temporary, room, "%s.%ld.tmp", path, (long)gettid());
    unlink(temporary);
    if (symlink(target, temporary) != 0) {
        failure = errno;
    } else if (rename(temporary, path) != 0) {
        failure = errno;
        unlink(temporary);
    }
    free(temporary);
    return failure ? fx_fail_errno(err, failure, "cannot link '%s'", path) : 0;
}
