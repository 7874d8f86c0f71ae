#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "store/parts.h"

/* Without a boot to name, each result is on the disk before it is published. */
static bool
each_synced(const struct store *store)
{
    return store->durable && digest_is_zero(store->boot);
}

/* Fails with what the output is instead of a regular file. */
static int
refuse(const struct record_output *o, const char *what, struct fx_error *err)
{
    return fx_fail(err, FX_FAILED, FX_NOWHERE, "the output '%.*s' ('%.*s') %s", STR(o->name),
                   STR(o->path), what);
}

static const char *
kind_of(mode_t mode)
{
    return S_ISLNK(mode) ? "is a symbolic link, not a file of its own"
        : S_ISDIR(mode) ? "is a folder, not a file"
        : S_ISSOCK(mode) ? "is a socket, not a file"
        : S_ISFIFO(mode) ? "is a pipe, not a file"
        : "is a device, not a file";
}

/* No folder on the way to an output may be a link: it would lead out of the job's folder. */
static int
check_way(struct arena *arena, const char *out, const struct record_output *o, struct fx_error *err)
{
    for (size_t i = 0; i < o->path.len; i++) {
        struct stat st;

        if (o->path.at[i] != '/')
            continue;
        if (lstat(arena_printf(arena, "%s/%.*s", out, (int)i, o->path.at).at, &st) != 0)
            return refuse(o, "was not written", err);
        if (!S_ISDIR(st.st_mode))
            return refuse(o, "lies behind something that is no folder", err);
    }
    return 0;
}

/* A file with a second name elsewhere could be changed there: it becomes a copy of its own. */
static int
unshare(struct arena *arena, const char *path, struct fx_error *err)
{
    const char *copy = arena_printf(arena, "%s.copy.tmp", path).at;
    char buffer[64 * 1024];
    int failure = 0;
    FILE *from = fopen(path, "rb"), *to = fopen(copy, "wbx");
    size_t got;

    if (!from || !to)
        failure = errno;
    while (!failure && (got = fread(buffer, 1, sizeof buffer, from)) > 0)
        if (fwrite(buffer, 1, got, to) != got)
            failure = errno;
    if (from && ferror(from))
        failure = EIO;
    if (from)
        fclose(from);
    if (to && fclose(to) != 0 && !failure)
        failure = errno;
    if (!failure && rename(copy, path) != 0)
        failure = errno;
    return failure ? fx_fail_errno(err, failure, "cannot copy '%s'", path) : 0;
}

static int
seal_output(const struct store *store, struct arena *arena, const char *out,
            struct record_output *o, struct fx_error *err)
{
    const char *path;
    struct stat st;

    if (!record_path_allowed(o->path))
        return refuse(o, "is not a path below the job's folder", err);
    path = arena_printf(arena, "%s/%.*s", out, STR(o->path)).at;
    if (check_way(arena, out, o, err) != 0)
        return -1;
    if (lstat(path, &st) != 0)
        return errno == ENOENT ? refuse(o, "was not written", err)
                               : fx_fail_errno(err, errno, "cannot look at '%s'", path);
    if (!S_ISREG(st.st_mode))
        return refuse(o, kind_of(st.st_mode), err);
    if (!(st.st_mode & S_IRUSR))
        return refuse(o, "is without read permission for its owner", err);
    if (st.st_nlink > 1 && unshare(arena, path, err) != 0)
        return -1;
    fault_point("publish.output");
    if (digest_file(path, 4, &o->digest, err) != 0)
        return -1;
    /* Read-only: what others link to is not edited by mistake. */
    if (chmod(path, (st.st_mode & 0777 & ~(mode_t)0222) | S_IRUSR) != 0)
        return fx_fail_errno(err, errno, "cannot change the mode of '%s'", path);
    if (each_synced(store) && file_sync(path, err) != 0)
        return -1;
    if (file_identify(path, &o->identity, err) != 0)
        return -1;
    o->identity.device = 0;
    return 0;
}

/* What a task left in its folder besides its outputs. */
static bool
declared(const struct record *record, struct str path, bool folder)
{
    for (uint32_t i = 0; i < record->output_count; i++) {
        struct str output = record->outputs[i].path;

        if (str_equal(output, path))
            return true;
        if (folder && output.len > path.len && output.at[path.len] == '/'
            && str_equal(str_slice(output, 0, path.len), path))
            return true;
    }
    return false;
}

static int
remove_undeclared(struct arena *arena, const char *out, const char *prefix,
                  const struct record *record, struct fx_error *err)
{
    const char *folder = *prefix ? path_join(arena, out, prefix) : out;
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int result = 0;

    if (!dir)
        return fx_fail_errno(err, errno, "cannot read the folder '%s'", folder);
    while (result == 0 && (entry = readdir(dir))) {
        const char *path, *whole;
        struct stat st;

        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        path = *prefix ? path_join(arena, prefix, entry->d_name) : arena_cstr(arena, entry->d_name);
        whole = path_join(arena, folder, entry->d_name);
        if (lstat(whole, &st) != 0)
            continue;
        if (!declared(record, str_of(path), S_ISDIR(st.st_mode)))
            result = file_remove_tree(whole, err);
        else if (S_ISDIR(st.st_mode))
            result = remove_undeclared(arena, out, path, record, err);
    }
    closedir(dir);
    return result;
}

/* The names in the folders must be on the disk before the folder gets its place. */
static int
sync_folders(const struct store *store, struct arena *arena, const char *publish, const char *out,
             const struct record *record, struct fx_error *err)
{
    if (!each_synced(store))
        return 0;
    for (uint32_t i = 0; i < record->output_count; i++) {
        struct str path = record->outputs[i].path;

        for (size_t at = 0; at < path.len; at++)
            if (path.at[at] == '/'
                && file_sync(arena_printf(arena, "%s/%.*s", out, (int)at, path.at).at, err) != 0)
                return -1;
    }
    return file_sync(out, err) || file_sync(publish, err);
}

/* Everything of a result but its place. */
static int
complete(const struct store *store, struct arena *arena, const char *publish,
         const struct staging *staging, struct str manifest, struct record *record,
         struct fx_error *err)
{
    struct text json;
    int result = -1;

    text_init(&json, MANIFEST_CEILING);
    for (uint32_t i = 0; i < record->output_count; i++)
        if (seal_output(store, arena, staging->out, &record->outputs[i], err) != 0)
            goto end;
    if (remove_undeclared(arena, staging->out, "", record, err) != 0)
        goto end;
    fault_point("publish.manifest");
    if (file_replace(path_join(arena, publish, "manifest"), manifest, each_synced(store), err) != 0)
        goto end;
    record->manifest = digest_bytes(manifest.at, manifest.len);
    record->boot = store->durable ? store->boot : (struct digest){ 0, 0 };
    record_write(record, &json);
    if (json.full) {
        fx_fail(err, FX_FAILED, FX_NOWHERE, "the record is larger than %d bytes", MANIFEST_CEILING);
        goto end;
    }
    fault_point("publish.record");
    if (file_replace(path_join(arena, publish, "record"), text_view(&json), each_synced(store),
                     err) != 0)
        goto end;
    fault_point("publish.sync");
    result = sync_folders(store, arena, publish, staging->out, record, err) ? -1 : 0;
end:
    text_release(&json);
    return result;
}

/* Renames it into place: 0, 1 when somebody was faster, -1. */
static int
place(const struct store *store, struct arena *arena, const char *publish, struct digest key,
      struct fx_error *err)
{
    const char *folder = store_folder(store, arena, key);
    const char *parent = path_folder(arena, folder);
    int result;

    if (mkdir(parent, 0777) == 0) {
        if (each_synced(store) && file_sync(path_folder(arena, parent), err) != 0)
            return -1;
    } else if (errno != EEXIST) {
        return fx_fail_errno(err, errno, "cannot make the folder '%s'", parent);
    }
    fault_point("publish.rename");
    result = file_publish(publish, folder, each_synced(store), err);
    fault_point("publish.renamed");
    return result;
}

int
store_seal(const struct store *store, const struct staging *staging, struct digest key,
           struct str manifest, struct record *record, struct fx_error *err)
{
    struct arena *arena = arena_new();
    const char *publish = path_folder(arena, staging->out);
    int result = -1;

    record->key = key;
    if (complete(store, arena, publish, staging, manifest, record, err) == 0)
        result = place(store, arena, publish, key, err);
    if (result == 0)
        staging_remove(staging->folder);
    arena_free(arena);
    return result;
}

int
store_settle(struct store *store, const struct staging *staging, struct digest key,
             struct str manifest, int sealed, struct record *record, struct fx_error *err)
{
    struct fx_error ignored = FX_ERROR_NONE;
    struct record theirs;
    int found;

    if (sealed == 1) {
        found = store_find(store, NULL, key, &theirs, err);
        if (found < 0)
            return -1;
        if (found == 1) {
            *record = theirs;
            staging_remove(staging->folder);
            return 1;
        }
        /* Theirs was damaged, and is out of the way now. */
        sealed = store_seal(store, staging, key, manifest, record, err);
        if (sealed != 0)
            return sealed < 0 ? -1 : fx_fail(err, FX_FAILED, FX_NOWHERE,
                                             "the place of the result is taken again and again");
    }
    fault_point("publish.enter");
    store_enter(store, record);
    sync_note(store, record);
    if (store->has_failed) {    /* the log of an earlier failure explains nothing any more */
        struct arena *arena = arena_new();

        file_remove_tree(path_folder(arena, store_failed_log(store, arena, key)), &ignored);
        arena_free(arena);
    }
    return 0;
}

int
store_publish(struct store *store, const struct staging *staging, struct digest key,
              struct str manifest, struct record *record, struct fx_error *err)
{
    int sealed = store_seal(store, staging, key, manifest, record, err);

    return sealed < 0 ? -1 : store_settle(store, staging, key, manifest, sealed, record, err);
}

int
store_discard(struct store *store, struct arena *arena, const struct staging *staging,
              struct digest key, const char **log, struct fx_error *err)
{
    const char *kept = store_failed_log(store, arena, key);
    const char *folder = path_folder(arena, kept);
    int result = 0;

    if (log)
        *log = NULL;
    fault_point("discard.log");
    store->has_failed = true;
    if (file_make_folders(folder, err) != 0)
        result = -1;
    else if (rename(staging->log, kept) != 0)
        result = errno == ENOENT ? 0 : fx_fail_errno(err, errno, "cannot keep the log '%s'", kept);
    else if (log)
        *log = kept;
    if (result == 0 && rename(staging->job_file, path_join(arena, folder, "job.json")) != 0
        && errno != ENOENT)
        result = fx_fail_errno(err, errno, "cannot keep '%s'", staging->job_file);
    fault_point("discard.folder");
    staging_remove(staging->folder);
    return result;
}
