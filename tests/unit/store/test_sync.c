/* What a power cut may take: results that were published, and had not reached the disk. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store_test.h"

static const char *const BEFORE = "11111111-1111-1111-1111-111111111111";
static const char *const AFTER = "22222222-2222-2222-2222-222222222222";

/* The store in folder "s" as the machine sees it that was started as `boot`. */
static struct store *
store_in(const char *boot)
{
    struct store *store;

    setenv("FORNIX_TEST_BOOT", boot, 1);
    store = open_store();
    store_set_durable(store, true);
    return store;
}

/*
 * Another first byte, and a record that fits the file but for its content: what is left when names and
 * sizes had reached the disk, and bytes had not.
 */
static void
lose_a_byte(struct store *store, const char *key)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    const char *path, *folder;
    struct record record;
    struct text json;
    int fd;

    CHECK_INT(find_one(store, key, &record), 1);
    path = store_output_path(store, arena, &record, 0);
    CHECK_INT(chmod(path, 0644), 0);
    fd = open(path, O_WRONLY);
    CHECK(fd >= 0);
    CHECK_INT(write(fd, "?", 1), 1);
    close(fd);
    CHECK_OK(file_identify(path, &record.outputs[0].identity, &err), err);
    text_init(&json, 1 << 20);
    record_write(&record, &json);
    folder = store_folder(store, arena, key_of(key));
    CHECK_OK(file_replace(path_join(arena, folder, "record"), text_view(&json), false, &err), err);
    text_release(&json);
    arena_free(arena);
}

TEST(a_result_waits_for_the_disk_and_is_noted_when_it_is_there)
{
    struct store *store = store_in(BEFORE);
    struct fx_error err = FX_ERROR_NONE;
    struct record record;

    publish_one(store, "a", "one");
    publish_one(store, "b", "two");
    CHECK_INT(store_unsynced(store), 2);
    CHECK_INT(find_one(store, "a", &record), 1);
    CHECK(!digest_is_zero(record.boot));
    CHECK_OK(store_sync(store, &err), err);
    store_synced(store, 1);
    CHECK_INT(find_one(store, "a", &record), 1);
    CHECK(digest_is_zero(record.boot));
    CHECK_INT(find_one(store, "b", &record), 1);
    CHECK(!digest_is_zero(record.boot));
    store_close(store);

    /* The end brought the rest there. */
    store = store_in(BEFORE);
    CHECK_INT(find_one(store, "b", &record), 1);
    CHECK(digest_is_zero(record.boot));
    CHECK_INT(store_unsynced(store), 0);
    store_close(store);
}

TEST(after_a_power_cut_what_was_not_synced_is_believed_by_content)
{
    struct store *store = store_in(BEFORE);
    struct record record;

    publish_one(store, "whole", "one");
    publish_one(store, "torn", "two");
    lose_a_byte(store, "torn");
    store_close(store);

    /* The index tells of the sync; a copy of the store, or a cut before it, has none. */
    remove(test_path("s/index.sqlite"));
    store = store_in(BEFORE);
    CHECK_INT(find_one(store, "torn", &record), 1);     /* the machine did not go down: files count */
    store_close(store);
    remove(test_path("s/index.sqlite"));
    store = store_in(AFTER);
    CHECK_INT(find_one(store, "whole", &record), 1);
    CHECK(digest_is_zero(record.boot));                 /* it was read from the disk */
    CHECK_INT(find_one(store, "torn", &record), 0);
    CHECK(file_exists(test_path("s/damaged")));
    CHECK_INT(store_unsynced(store), 0);
    store_close(store);
}

TEST(without_a_boot_each_file_is_synced_by_itself)
{
    struct store *store = store_in("no machine");
    struct record record;

    publish_one(store, "k", "one");
    CHECK_INT(store_unsynced(store), 0);
    CHECK_INT(find_one(store, "k", &record), 1);
    CHECK(digest_is_zero(record.boot));
    store_close(store);
}
