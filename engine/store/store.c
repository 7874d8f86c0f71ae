#include "store/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/mem.h"
#include "store/parts.h"

static const char *
below(const struct store *store, struct arena *arena, const char *name)
{
    return path_join(arena, store->path, name);
}

const char *
store_folder(const struct store *store, struct arena *arena, struct digest key)
{
    char hex[DIGEST_HEX];

    digest_hex(key, hex);
    return arena_printf(arena, "%s/store/%.2s/%s", store->path, hex, hex).at;
}

const char *
store_output_path(const struct store *store, struct arena *arena, const struct record *record,
                  uint32_t output)
{
    char hex[DIGEST_HEX];

    digest_hex(record->key, hex);
    return arena_printf(arena, "%s/store/%.2s/%s/out/%.*s", store->path, hex, hex,
                        STR(record->outputs[output].path)).at;
}

const char *
store_failed_log(const struct store *store, struct arena *arena, struct digest key)
{
    char hex[DIGEST_HEX];

    digest_hex(key, hex);
    return arena_printf(arena, "%s/failed/%s/log", store->path, hex).at;
}

int64_t
realtime_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* ctime alone: nobody can set it back, and every change of content moves it. */
bool
identity_is_young(const struct file_identity *identity, int64_t now_ns)
{
    return identity->ctime_ns > now_ns - 2 * (int64_t)1000000000;
}

/* The file `format` says which version of the layout the folder holds. */
static int
check_format(const struct store *store, struct arena *arena, struct fx_error *err)
{
    const char *path = below(store, arena, "format");
    struct text have;
    char want[32];
    int result = 0;

    snprintf(want, sizeof want, "fornix store %d\n", STORE_VERSION);
    text_init(&have, 4096);
    if (!file_exists(path)) {
        result = file_replace(path, str_of(want), store->durable, err);
    } else if (file_read(path, &have, err) != 0) {
        result = -1;
    } else if (!str_is(text_view(&have), want)) {
        size_t line = strcspn(have.at ? have.at : "", "\n");

        result = fx_fail(err, FX_INVALID, FX_NOWHERE,
                         "'%s' says '%.*s', this program reads 'fornix store %d'", path,
                         (int)line, have.at ? have.at : "", STORE_VERSION);
        fx_error_hint(err, "use another folder with --store, or the program that made this one");
    }
    text_release(&have);
    return result;
}

void
store_close(struct store *store)
{
    if (!store)
        return;
    if (store->index)
        sync_rest(store);
    vec_release(&store->unsynced);
    index_close(store->index);
    history_free(store->history);
    staging_release(store);
    if (store->folders >= 0)
        close(store->folders);
    arena_free(store->arena);
    free(store->path);
    free(store);
}

const char *
store_path(const struct store *store)
{
    return store->path;
}

void
store_set_durable(struct store *store, bool durable)
{
    store->durable = durable;
}

uint64_t
store_free_space(const struct store *store)
{
    struct statvfs disk;

    if (statvfs(store->path, &disk) != 0 || disk.f_frsize == 0)
        return UINT64_MAX;
    return (uint64_t)disk.f_bavail * disk.f_frsize;
}

void
store_flush(struct store *store)
{
    index_flush(store->index);
}

void
store_enter(struct store *store, const struct record *record)
{
    struct text packed;

    text_init(&packed, MANIFEST_CEILING);
    record_pack(record, &packed);
    if (!packed.full)
        index_put(store->index, INDEX_JOB, record->key, text_view(&packed));
    text_release(&packed);
    if (store->history)
        history_add(store->history, record);
}

/* Out of the way, for a person to look at: damaged/<key>.<n>. */
static int
move_aside(struct store *store, struct digest key, struct fx_error *err)
{
    struct arena *arena = arena_new();
    const char *folder = store_folder(store, arena, key), *to;
    int result = 0;

    index_drop(store->index, INDEX_JOB, key);
    for (unsigned n = 1;; n++) {
        to = arena_printf(arena, "%s/damaged/%s.%u", store->path, path_name(folder), n).at;
        if (!file_exists(to))
            break;
    }
    if (file_make_folders(below(store, arena, "damaged"), err) != 0)
        result = -1;
    else if (rename(folder, to) != 0 && errno != ENOENT)
        result = fx_fail_errno(err, errno, "cannot move '%s' out of the way", folder);
    arena_free(arena);
    return result;
}

/* lstat() of an output, with as few folders to go through as may be: it is most of a cached run. */
static int
look_at_output(const struct store *store, struct arena *arena, const struct record *record,
               uint32_t i, struct stat *st)
{
    char path[512], hex[DIGEST_HEX], *to = path;
    struct str name = record->outputs[i].path;

    if (store->folders < 0 || name.len > sizeof path - DIGEST_HEX - sizeof "xx//out/")
        return lstat(store_output_path(store, arena, record, i), st);
    digest_hex(record->key, hex);
    memcpy(to, hex, 2);
    to[2] = '/';
    memcpy(to + 3, hex, DIGEST_HEX - 1);
    to += 3 + DIGEST_HEX - 1;
    memcpy(to, "/out/", 5);
    memcpy(to + 5, name.at, name.len);
    to[5 + name.len] = '\0';
    return fstatat(store->folders, path, st, AT_SYMLINK_NOFOLLOW);
}

/* As recorded, or equal by content: then its identity is renewed and `*changed` set. */
static bool
output_is_sound(const struct store *store, struct arena *arena, struct record *record, uint32_t i,
                bool by_content, bool *changed)
{
    struct record_output *o = &record->outputs[i];
    struct fx_error ignored = FX_ERROR_NONE;
    struct file_identity now = { 0 };
    struct digest digest;
    const char *path;
    int64_t looked;
    struct stat st;

    if (look_at_output(store, arena, record, i, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    now.inode = (uint64_t)st.st_ino;
    now.size = (uint64_t)st.st_size;
    now.mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    now.ctime_ns = (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
    /* Without the device, which a move changes. */
    if (!by_content && file_identity_equal(&now, &o->identity))
        return true;
    looked = realtime_ns();
    path = store_output_path(store, arena, record, i);
    if (now.size != o->identity.size || digest_file(path, 2, &digest, &ignored) != 0
        || !digest_equal(digest, o->digest))
        return false;
    if (!identity_is_young(&now, looked)) {
        o->identity = now;
        *changed = true;
    }
    return true;
}

static bool
outputs_are_sound(struct store *store, struct record *record)
{
    struct arena *arena = arena_new();
    bool sound = true, changed = false;
    /* It may not have been on the disk when the machine went down. */
    bool by_content = !digest_is_zero(record->boot) && !digest_equal(record->boot, store->boot);

    if (!record->output_count)
        sound = file_is_folder(store_folder(store, arena, record->key));
    for (uint32_t i = 0; sound && i < record->output_count; i++)
        sound = output_is_sound(store, arena, record, i, by_content, &changed);
    if (by_content)
        record->boot = (struct digest){ 0, 0 };
    if (sound && (changed || by_content))
        store_enter(store, record);
    if (sound)
        sync_note(store, record);
    arena_free(arena);
    return sound;
}

/* What there is to read in the folder of a key. */
enum reading { READ_FAILED = -1, READ_NOTHING, READ_UNSOUND, READ_SOUND };

static enum reading
read_record(struct store *store, struct arena *keep, struct digest key, struct record *record,
            struct fx_error *err)
{
    struct arena *arena = arena_new();
    const char *folder = store_folder(store, arena, key);
    const char *path = path_join(arena, folder, "record");
    struct fx_error why = FX_ERROR_NONE;
    enum reading reading = READ_UNSOUND;
    struct text json;

    text_init(&json, MANIFEST_CEILING);
    if (file_read(path, &json, &why) != 0) {
        if (why.code == FX_SYSTEM) {
            *err = why;
            reading = READ_FAILED;
        } else if (!file_exists(folder)) {
            reading = READ_NOTHING;
        }
    } else if (record_read(keep, text_view(&json), record, &why) == 0) {
        reading = digest_equal(record->key, key) ? READ_SOUND : READ_UNSOUND;
    } else if (record_version(text_view(&json)) > RECORD_VERSION) {
        *err = why;
        fx_error_in(err, "'%s'", path);
        reading = READ_FAILED;
    }
    text_release(&json);
    arena_free(arena);
    return reading;
}

/* Looks at the folder itself, not at the index. As store_find(). */
static int
look(struct store *store, struct arena *arena, struct digest key, struct record *record,
     struct fx_error *err)
{
    enum reading reading = read_record(store, arena, key, record, err);

    if (reading == READ_SOUND && outputs_are_sound(store, record)) {
        store_enter(store, record);
        return 1;
    }
    if (reading == READ_SOUND || reading == READ_UNSOUND)
        return move_aside(store, key, err);
    return reading == READ_NOTHING ? 0 : -1;
}

bool
store_record(struct store *store, struct arena *arena, struct digest key, struct record *record)
{
    struct str packed;

    arena = arena ? arena : store->arena;
    return index_get(store->index, INDEX_JOB, key, &packed)
        && record_unpack(arena, packed, record) && digest_equal(record->key, key);
}

int
store_find(struct store *store, struct arena *arena, struct digest key, struct record *record,
           struct fx_error *err)
{
    if (store_record(store, arena, key, record) && outputs_are_sound(store, record))
        return 1;
    /* A row is old or wrong, or something happened to the files: the folder knows. */
    index_drop(store->index, INDEX_JOB, key);
    return look(store, arena ? arena : store->arena, key, record, err);
}

/*
 * Enters every record that the folders hold: the index was missing or damaged. Outputs are looked at
 * when their job is: a copied store need not be hashed as a whole.
 */
static void
rebuild(struct store *store, struct arena *arena)
{
    const char *top = below(store, arena, "store");
    DIR *folders = opendir(top);
    struct dirent *folder, *entry;

    while (folders && (folder = readdir(folders))) {
        DIR *keys;

        if (folder->d_name[0] == '.')
            continue;
        keys = opendir(path_join(arena, top, folder->d_name));
        while (keys && (entry = readdir(keys))) {
            struct arena *scratch = arena_new();
            struct fx_error ignored = FX_ERROR_NONE;
            struct record record;
            struct digest key;

            if (digest_parse(str_of(entry->d_name), &key)
                && read_record(store, scratch, key, &record, &ignored) == READ_SOUND)
                store_enter(store, &record);
            arena_free(scratch);
        }
        if (keys)
            closedir(keys);
    }
    if (folders)
        closedir(folders);
    index_flush(store->index);
}

struct store *
store_open(const char *path, struct fx_error *err)
{
    struct store *store = mem_new(1, sizeof *store);
    struct arena *arena = arena_new();
    bool fresh;

    store->path = mem_copy(path, strlen(path));
    store->arena = arena_new();
    store->durable = true;
    store->engine_lock = -1;
    store->folders = -1;
    if (file_make_folders(path, err) != 0 || check_format(store, arena, err) != 0
        || file_make_folders(below(store, arena, "store"), err) != 0
        || file_make_folders(below(store, arena, "staging"), err) != 0
        || file_make_folders(below(store, arena, "claims"), err) != 0) {
        arena_free(arena);
        store_close(store);
        return NULL;
    }
    store->boot = sync_boot();
    store->folders = open(below(store, arena, "store"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    store->has_failed = file_exists(below(store, arena, "failed"));
    staging_sweep(store);
    claims_sweep(store);
    store->index = index_open(below(store, arena, "index.sqlite"), &fresh);
    if (fresh)
        rebuild(store, arena);
    arena_free(arena);
    return store;
}

int
store_manifest(const struct store *store, const struct record *record, struct text *manifest,
               struct fx_error *err)
{
    struct arena *arena = arena_new();
    const char *path = path_join(arena, store_folder(store, arena, record->key), "manifest");
    size_t start = manifest->len;
    int result = file_read(path, manifest, err);

    if (result == 0
        && !digest_equal(digest_bytes(manifest->at ? manifest->at + start : "",
                                      manifest->len - start), record->manifest))
        result = fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is not as it was published", path);
    arena_free(arena);
    return result;
}

int
store_environment(const struct store *store, struct arena *arena, const struct record *record,
                  struct str *environment, struct fx_error *err)
{
    const char *path = path_join(arena, store_folder(store, arena, record->key), "record");
    struct record read;
    struct text json;
    int result;

    text_init(&json, MANIFEST_CEILING);
    result = file_read(path, &json, err);
    if (result == 0)
        result = record_read(arena, text_view(&json), &read, err);
    if (result == 0)
        *environment = read.environment;
    text_release(&json);
    return result == 0 ? 0 : fx_error_in(err, "'%s'", path);
}

int
store_verify(struct store *store, const struct record *record, struct fx_error *err)
{
    struct arena *arena = arena_new();
    bool sound = true;

    for (uint32_t i = 0; sound && i < record->output_count; i++) {
        const char *path = store_output_path(store, arena, record, i);
        struct fx_error ignored = FX_ERROR_NONE;
        struct digest digest;

        sound = digest_file(path, 2, &digest, &ignored) == 0 &&
                digest_equal(digest, record->outputs[i].digest);
    }
    arena_free(arena);
    if (sound)
        return 1;
    return move_aside(store, record->key, err);
}
