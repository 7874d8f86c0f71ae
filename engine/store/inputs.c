/* Content digests of what lies outside the store, and facts about files, remembered by identity. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"
#include "store/parts.h"

enum { DEEPEST_FOLDER = 64, MOST_TRIES = 3, LONGEST_FACT = 4096 };

/* A row: an identity, the name it was asked by (another one with the same digest is not taken), and
   what is known. */
struct row_head {
    struct file_identity identity;
    uint64_t name_len;
};

static bool
row_get(struct store *store, enum index_kind kind, struct str name,
        const struct file_identity *identity, struct str *value)
{
    struct row_head head;
    struct str row;

    if (!index_get(store->index, kind, digest_bytes(name.at, name.len), &row)
        || row.len < sizeof head)
        return false;
    memcpy(&head, row.at, sizeof head);
    row = str_slice(row, sizeof head, row.len);
    if (head.name_len != name.len || row.len < name.len
        || !str_equal(str_slice(row, 0, name.len), name)
        || !file_identity_equal(&head.identity, identity))
        return false;
    *value = str_slice(row, name.len, row.len);
    return true;
}

static void
row_put(struct store *store, enum index_kind kind, struct str name,
        const struct file_identity *identity, struct str value)
{
    struct row_head head = { *identity, name.len };
    struct text row;

    text_init(&row, sizeof head + 64 * 1024);
    text_append(&row, (const char *)&head, sizeof head);
    text_add_str(&row, name);
    text_add_str(&row, value);
    if (!row.full)
        index_put(store->index, kind, digest_bytes(name.at, name.len), text_view(&row));
    text_release(&row);
}

int
store_file_digest(struct store *store, const char *path, struct digest *digest, struct fx_error *err)
{
    struct file_identity before, after;
    struct str value;

    for (int i = 0; i < MOST_TRIES; i++) {
        int64_t looked = realtime_ns();

        if (file_identify(path, &before, err) != 0)
            return -1;
        if (row_get(store, INDEX_FILE, str_of(path), &before, &value)
            && value.len == sizeof *digest) {
            memcpy(digest, value.at, sizeof *digest);
            return 0;
        }
        if (digest_file(path, 4, digest, err) != 0 || file_identify(path, &after, err) != 0)
            return -1;
        if (!file_identity_equal(&before, &after))
            continue;
        if (!identity_is_young(&before, looked))
            row_put(store, INDEX_FILE, str_of(path), &before,
                    (struct str){ (const char *)digest, sizeof *digest });
        return 0;
    }
    return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "'%s' changes while it is read", path);
}

struct listing {
    struct arena *arena;
    VEC(const char *) paths;    /* relative */
};

static bool
skipped(const char *name)
{
    static const char *const names[] = { ".", "..", ".git", ".fornix", "__pycache__" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

static int
list_folder(struct listing *listing, const char *top, const char *prefix, int depth,
            struct fx_error *err)
{
    const char *folder = *prefix ? path_join(listing->arena, top, prefix) : top;
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int result = 0;

    if (!dir)
        return fx_fail_errno(err, errno, "cannot read the folder '%s'", folder);
    if (depth > DEEPEST_FOLDER)
        result = fx_fail(err, FX_INVALID, FX_NOWHERE,
                         "'%s' lies more than %d folders deep: does a link lead back?", folder,
                         DEEPEST_FOLDER);
    while (result == 0 && (entry = readdir(dir))) {
        const char *path;
        struct stat st;

        if (skipped(entry->d_name))
            continue;
        path = path_join(listing->arena, prefix, entry->d_name);
        if (fstatat(dirfd(dir), entry->d_name, &st, 0) != 0)
            result = fx_fail_errno(err, errno, "cannot look at '%s/%s'", top, path);
        else if (S_ISDIR(st.st_mode))
            result = list_folder(listing, top, path, depth + 1, err);
        else if (S_ISREG(st.st_mode))
            vec_push(&listing->paths, path);
    }
    closedir(dir);
    return result;
}

static int
by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int
store_folder_digest(struct store *store, const char *path, struct digest *digest,
                    struct fx_error *err)
{
    struct listing listing = { .arena = arena_new() };
    struct hasher *hasher = hasher_new();
    int result = list_folder(&listing, path, "", 0, err);

    if (listing.paths.count)
        qsort(listing.paths.at, listing.paths.count, sizeof *listing.paths.at, by_bytes);
    for (size_t i = 0; result == 0 && i < listing.paths.count; i++) {
        const char *name = listing.paths.at[i];
        struct digest content;

        result = store_file_digest(store, path_join(listing.arena, path, name), &content, err);
        hasher_field(hasher, name, strlen(name));
        hasher_field(hasher, &content, sizeof content);
    }
    if (result == 0)
        *digest = hasher_result(hasher);
    hasher_free(hasher);
    vec_release(&listing.paths);
    arena_free(listing.arena);
    return result;
}

static struct str
question_name(struct arena *arena, const char *question, const char *path)
{
    return arena_printf(arena, "%s\n%s", question, path);
}

bool
store_recall(struct store *store, const char *question, const char *path, struct text *fact)
{
    struct fx_error ignored = FX_ERROR_NONE;
    struct arena *arena = arena_new();
    struct file_identity identity;
    struct str value;
    bool known;

    known = file_identify(path, &identity, &ignored) == 0
        && row_get(store, INDEX_NOTE, question_name(arena, question, path), &identity, &value);
    if (known)
        text_add_str(fact, value);
    arena_free(arena);
    return known;
}

void
store_remember(struct store *store, const char *question, const char *path, struct str fact)
{
    struct fx_error ignored = FX_ERROR_NONE;
    struct arena *arena = arena_new();
    struct file_identity identity;

    if (fact.len <= LONGEST_FACT && file_identify(path, &identity, &ignored) == 0
        && !identity_is_young(&identity, realtime_ns()))
        row_put(store, INDEX_NOTE, question_name(arena, question, path), &identity, fact);
    arena_free(arena);
}
