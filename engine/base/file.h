/*
 * file - the few things done to files and folders.
 *
 * Paths are bytes. Each failure names the path.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"
#include "fornix/error.h"

/*
 * What tells that a file is the same as before without reading it. Two equal identities mean equal
 * content only when the file was older than the clock's granularity as it was looked at.
 */
struct file_identity {
    uint64_t device, inode, size;
    int64_t mtime_ns, ctime_ns;
};

bool file_identity_equal(const struct file_identity *a, const struct file_identity *b);

/* Follows symbolic links. Fails for what is missing or no regular file (FX_INVALID). */
int file_identify(const char *path, struct file_identity *identity, struct fx_error *err);

bool file_exists(const char *path);     /* anything by that name, also a dangling link */
bool file_is_folder(const char *path);  /* follows links */

/* Appends the whole file to `text`; longer than the text's ceiling is FX_INVALID. */
int file_read(const char *path, struct text *text, struct fx_error *err);

/*
 * Writes through a temporary file beside `path` and renames it into place, synced when `durable`:
 * a reader sees the old bytes or the new, never a part.
 */
int file_replace(const char *path, struct str bytes, bool durable, struct fx_error *err);

/* Makes `path` and its parents; those that exist are fine. */
int file_make_folders(const char *path, struct fx_error *err);

/* Removes a file or a whole folder, links not followed; what is missing is fine. */
int file_remove_tree(const char *path, struct fx_error *err);

/* fsync of one file or folder. */
int file_sync(const char *path, struct fx_error *err);

/*
 * Renames folder `from` to `to`, which must not exist (or be empty): 0 done, 1 `to` was there
 * already and nothing changed, -1 failed. The parent of `to` is synced when `durable`.
 */
int file_publish(const char *from, const char *to, bool durable, struct fx_error *err);

/* Makes the symbolic link `path` -> `target`, atomically instead of an older one. */
int file_link(const char *target, const char *path, struct fx_error *err);

/* "folder/name", or `name` alone when it is absolute or `folder` is "" or ".". From the arena. */
const char *path_join(struct arena *arena, const char *folder, const char *name);

/* The folder part: "a/b/c" -> "a/b", "c" -> ".", "/c" -> "/". From the arena. */
const char *path_folder(struct arena *arena, const char *path);

/* The last component of `path`. Borrowed. */
const char *path_name(const char *path);

/* An absolute path without ".", ".." and double slashes (by text: links are kept). From the arena. */
const char *path_absolute(struct arena *arena, const char *path);

/* The relative path from folder `from` to `to`, both absolute and clean. From the arena. */
const char *path_relative(struct arena *arena, const char *from, const char *to);

#endif
