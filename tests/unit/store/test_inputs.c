#define _GNU_SOURCE     /* utimensat */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_test.h"

static struct digest
digest_at(struct store *store, const char *path)
{
    struct fx_error err = FX_ERROR_NONE;
    struct digest digest;

    CHECK_OK(store_file_digest(store, path, &digest, &err), err);
    return digest;
}

TEST(digest_is_that_of_the_content_also_right_after_a_change)
{
    struct store *store = open_store();
    const char *path = test_path("f");

    for (int i = 0; i < 200; i++) {     /* as fast as the clock's granularity hides */
        struct fx_error err = FX_ERROR_NONE;
        struct digest content;
        char text[8];

        snprintf(text, sizeof text, "%03d", i);
        test_write(path, text);
        CHECK_OK(digest_file(path, 1, &content, &err), err);
        CHECK(digest_equal(digest_at(store, path), content));
    }
    store_close(store);
}

TEST(digest_of_an_old_file_is_remembered_and_change_is_noticed)
{
    const struct timespec times[2] = { { 1000, 0 }, { 1000, 0 } };
    struct store *store = open_store();
    const char *path = test_path("f");
    struct digest before;

    test_write(path, "one");
    CHECK(utimensat(AT_FDCWD, path, times, 0) == 0);
    sleep(3);
    before = digest_at(store, path);
    store_close(store);
    store = open_store();
    CHECK(digest_equal(digest_at(store, path), before));
    test_write(path, "two");
    CHECK(utimensat(AT_FDCWD, path, times, 0) == 0);    /* same size, same mtime: ctime tells */
    CHECK(!digest_equal(digest_at(store, path), before));
    store_close(store);
}

static struct digest
folder_digest(struct store *store, const char *path)
{
    struct fx_error err = FX_ERROR_NONE;
    struct digest digest;

    CHECK_OK(store_folder_digest(store, path, &digest, &err), err);
    return digest;
}

TEST(folder_is_its_names_and_contents)
{
    struct store *store = open_store();
    struct fx_error err = FX_ERROR_NONE;
    struct digest before, digest;

    CHECK_OK(file_make_folders(test_path("d/sub"), &err), err);
    CHECK_OK(file_make_folders(test_path("d/.git"), &err), err);
    test_write(test_path("d/b.mod"), "b");
    test_write(test_path("d/sub/a.mod"), "a");
    before = folder_digest(store, test_path("d"));
    test_write(test_path("d/.git/index"), "does not count");
    CHECK(digest_equal(folder_digest(store, test_path("d")), before));
    CHECK(rename(test_path("d"), test_path("e")) == 0);
    CHECK(digest_equal(folder_digest(store, test_path("e")), before));
    test_write(test_path("e/sub/a.mod"), "A");
    CHECK(!digest_equal(folder_digest(store, test_path("e")), before));
    test_write(test_path("e/sub/a.mod"), "a");
    CHECK(digest_equal(folder_digest(store, test_path("e")), before));
    CHECK(rename(test_path("e/sub/a.mod"), test_path("e/sub/c.mod")) == 0);
    CHECK(!digest_equal(folder_digest(store, test_path("e")), before));
    CHECK(symlink("..", test_path("e/sub/up")) == 0);
    CHECK(store_folder_digest(store, test_path("e"), &digest, &err) == -1);
    CHECK(strstr(err.text, "does a link lead back?") != NULL);
    CHECK(store_folder_digest(store, test_path("none"), &digest, &err) == -1);
    CHECK(strstr(err.text, "cannot read the folder") != NULL);
    store_close(store);
}

TEST(a_fact_is_forgotten_with_the_file_it_is_about)
{
    struct store *store = open_store();
    const char *path = test_path("program");
    struct text fact;

    text_init(&fact, 100);
    test_write(path, "1");
    sleep(3);
    CHECK(!store_recall(store, "version", path, &fact));
    store_remember(store, "version", path, str_of("9.0.2"));
    CHECK(store_recall(store, "version", path, &fact));
    CHECK_STR(fact.at, "9.0.2");
    CHECK(!store_recall(store, "size", path, &fact));
    store_close(store);
    store = open_store();
    text_clear(&fact);
    CHECK(store_recall(store, "version", path, &fact));
    test_write(path, "2");
    CHECK(!store_recall(store, "version", path, &fact));
    text_release(&fact);
    store_close(store);
}
