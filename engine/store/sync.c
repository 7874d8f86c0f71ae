/*
 * What is on the disk, and what only in the memory of this machine.
 *
 * Syncing each file of each job costs more than small jobs do. So a job is published without, its
 * record names the boot of the machine in which that was, and syncfs(2) brings many to the disk at
 * once; the index notes it. A job whose record names another boot than the present one, and which
 * nobody saw synced, may have lost bytes to a power cut: its outputs are believed by content alone.
 */
#define _GNU_SOURCE     /* syncfs */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/parts.h"

struct digest
sync_boot(void)
{
    const char *given = getenv("FORNIX_TEST_BOOT");
    struct fx_error ignored = FX_ERROR_NONE;
    struct digest boot = { 0, 0 };
    char hex[DIGEST_HEX];
    struct text id;
    size_t digits = 0;

    text_init(&id, 4096);
    if (given)
        text_add(&id, given);
    else if (file_read("/proc/sys/kernel/random/boot_id", &id, &ignored) != 0)
        text_clear(&id);
    for (size_t i = 0; i < id.len && digits < DIGEST_HEX - 1; i++)
        if (id.at[i] != '-' && id.at[i] != '\n')
            hex[digits++] = id.at[i];
    hex[digits] = '\0';
    text_release(&id);
    if (!digest_parse(str_of(hex), &boot))
        boot = (struct digest){ 0, 0 };
    return boot;
}

void
sync_note(struct store *store, const struct record *record)
{
    if (digest_is_zero(record->boot) || !digest_equal(record->boot, store->boot))
        return;
    vec_push(&store->unsynced, record->key);
}

size_t
store_unsynced(const struct store *store)
{
    return store->unsynced.count;
}

int
store_sync(const struct store *store, struct fx_error *err)
{
    if (store->folders >= 0 && syncfs(store->folders) == 0)
        return 0;
    return fx_fail_errno(err, store->folders < 0 ? EBADF : errno, "cannot bring '%s' to the disk",
                         store->path);
}

void
store_synced(struct store *store, size_t count)
{
    struct arena *arena = arena_new();
    size_t left = 0;

    for (size_t i = 0; i < store->unsynced.count; i++) {
        struct record record;

        if (i >= count) {
            store->unsynced.at[left++] = store->unsynced.at[i];
        } else if (store_record(store, arena, store->unsynced.at[i], &record)) {
            record.boot = (struct digest){ 0, 0 };
            store_enter(store, &record);
        }
        arena_clear(arena);
    }
    store->unsynced.count = left;
    arena_free(arena);
}

void
sync_rest(struct store *store)
{
    struct fx_error ignored = FX_ERROR_NONE;

    if (store->unsynced.count && store_sync(store, &ignored) == 0)
        store_synced(store, store->unsynced.count);
}
