#define _GNU_SOURCE     /* utimensat with nanoseconds, mknod */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_test.h"

TEST(published_job_is_found_by_this_store_and_by_the_next)
{
    struct store *store = open_store();
    struct record record;
    struct arena *arena = arena_new();

    CHECK_INT(find_one(store, "k", &record), 0);
    CHECK_INT(publish_one(store, "k", "hello"), 0);
    CHECK_INT(find_one(store, "k", &record), 1);
    CHECK_STR(record.stage.at, "k");
    CHECK_STR(store_output_path(store, arena, &record, 0), output_of(store, "k"));
    CHECK(record.outputs[0].identity.size == 5);
    store_close(store);
    store = open_store();
    CHECK_INT(find_one(store, "k", &record), 1);
    CHECK_STR(record.host.at, "here");
    CHECK_INT(entries(test_path("s/staging")), 0);
    CHECK_INT(entries(test_path("s/claims")), 0);
    store_close(store);
    arena_free(arena);
}

TEST(folders_are_the_truth_and_the_index_may_be_lost_or_broken)
{
    static const char *const damage[] = { NULL, "", "no database at all", "SQLite format 3" };

    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        struct store *store = open_store();
        char key[16];
        struct record record;

        snprintf(key, sizeof key, "k%zu", i);
        publish_one(store, key, "hello");
        store_close(store);
        remove(test_path("s/index.sqlite"));
        remove(test_path("s/index.sqlite-wal"));
        remove(test_path("s/index.sqlite-shm"));
        if (damage[i])
            test_write(test_path("s/index.sqlite"), damage[i]);
        store = open_store();
        CHECK_INT(find_one(store, key, &record), 1);
        /* All folders were read again, so the names are known too. */
        CHECK_NEAR(store_expected(store, str_of("write"), str_of("k0"), str_of("")).seconds, 1, 1e-9);
        CHECK_INT(find_one(store, "k0", &record), 1);
        store_close(store);
    }
}

TEST(damaged_row_of_the_index_is_not_believed)
{
    struct store *store = open_store();
    struct record record;
    struct text bytes;
    struct fx_error err = FX_ERROR_NONE;
    char *at;

    publish_one(store, "k", "hello");
    store_close(store);
    text_init(&bytes, 1 << 22);
    CHECK_OK(file_read(test_path("s/index.sqlite"), &bytes, &err), err);
    at = memmem(bytes.at, bytes.len, "a.txt", 5);
    CHECK(at != NULL);
    at[0] = 'b';
    CHECK_OK(file_replace(test_path("s/index.sqlite"), text_view(&bytes), false, &err), err);
    text_release(&bytes);
    store = open_store();
    CHECK_INT(find_one(store, "k", &record), 1);
    CHECK_STR(record.outputs[0].path.at, "a.txt");
    store_close(store);
}

TEST(index_is_written_while_another_engine_has_it_open)
{
    struct store *one = open_store(), *two = open_store();
    struct record record;

    publish_one(one, "a", "1");
    publish_one(two, "b", "2");
    store_flush(one);
    CHECK_INT(find_one(two, "a", &record), 1);
    CHECK_INT(find_one(one, "b", &record), 1);
    store_close(one);
    store_close(two);
    one = open_store();
    CHECK_INT(find_one(one, "a", &record), 1);
    CHECK_INT(find_one(one, "b", &record), 1);
    store_close(one);
}

static void
alter(const char *path, const char *content)
{
    chmod(path, 0644);
    test_write(path, content);
}

TEST(altered_output_is_moved_aside_and_counts_as_not_there)
{
    struct store *store = open_store();
    struct record record;

    publish_one(store, "k", "hello");
    alter(output_of(store, "k"), "hallo");
    CHECK_INT(find_one(store, "k", &record), 0);
    CHECK(!file_exists(output_of(store, "k")));
    CHECK_INT(entries(test_path("s/damaged")), 1);
    CHECK_INT(publish_one(store, "k", "hello"), 0);
    CHECK_INT(find_one(store, "k", &record), 1);
    alter(output_of(store, "k"), "hell");
    CHECK_INT(find_one(store, "k", &record), 0);
    CHECK_INT(entries(test_path("s/damaged")), 2);
    publish_one(store, "k", "hello");
    CHECK(remove(output_of(store, "k")) == 0);
    CHECK_INT(find_one(store, "k", &record), 0);
    store_close(store);
}

TEST(touched_output_with_the_same_content_is_found)
{
    const struct timespec times[2] = { { 1000, 0 }, { 1000, 0 } };
    struct store *store = open_store();
    struct record record;

    publish_one(store, "k", "hello");
    CHECK(utimensat(AT_FDCWD, output_of(store, "k"), times, 0) == 0);
    CHECK_INT(find_one(store, "k", &record), 1);
    store_close(store);
}

TEST(altered_with_the_same_size_and_mtime_is_noticed)
{
    struct store *store = open_store();
    struct timespec times[2];
    struct record record;
    struct stat st;

    publish_one(store, "k", "hello");
    CHECK(stat(output_of(store, "k"), &st) == 0);
    alter(output_of(store, "k"), "hallo");
    times[0] = times[1] = st.st_mtim;
    CHECK(utimensat(AT_FDCWD, output_of(store, "k"), times, 0) == 0);
    CHECK_INT(find_one(store, "k", &record), 0);
    store_close(store);
}

TEST(broken_record_and_wrong_folder_count_as_not_there)
{
    struct store *store = open_store();
    struct arena *arena = arena_new();
    struct record record;

    publish_one(store, "k", "hello");
    test_write(path_join(arena, store_folder(store, arena, key_of("k")), "record"), "{\"version\": 1");
    store_close(store);
    remove(test_path("s/index.sqlite"));
    store = open_store();
    CHECK_INT(find_one(store, "k", &record), 0);
    CHECK_INT(entries(test_path("s/damaged")), 1);
    /* The record of one key under the name of another. */
    publish_one(store, "k", "hello");
    CHECK(rename(store_folder(store, arena, key_of("k")), test_path("moved")) == 0);
    CHECK_INT(find_one(store, "k", &record), 0);
    CHECK(mkdir(path_folder(arena, store_folder(store, arena, key_of("other"))), 0777) == 0);
    CHECK(rename(test_path("moved"), store_folder(store, arena, key_of("other"))) == 0);
    CHECK_INT(find_one(store, "other", &record), 0);
    CHECK_INT(entries(test_path("s/damaged")), 2);
    store_close(store);
    arena_free(arena);
}

TEST(newer_record_and_newer_store_are_refused)
{
    struct store *store = open_store();
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    struct record record;
    const char *path;

    publish_one(store, "k", "hello");
    path = path_join(arena, store_folder(store, arena, key_of("k")), "record");
    test_write(path, "{\"version\": 9}");
    store_close(store);
    remove(test_path("s/index.sqlite"));
    store = open_store();
    CHECK_INT(store_find(store, NULL, key_of("k"), &record, &err), -1);
    CHECK_INT(err.code, FX_INVALID);
    CHECK(strstr(err.text, "the record has version 9, this program reads versions 1 to 2") != NULL);
    CHECK(file_exists(path));
    store_close(store);
    test_write(test_path("s/format"), "fornix store 2\n");
    CHECK(store_open(test_path("s"), &err) == NULL);
    CHECK_INT(err.code, FX_INVALID);
    CHECK(strstr(err.text, "says 'fornix store 2', this program reads 'fornix store 1'") != NULL);
    arena_free(arena);
}

TEST(copied_store_is_hashed_once_and_then_trusted)
{
    struct store *store = open_store();
    struct file_identity first, second;
    char command[1024];
    struct record record;

    publish_one(store, "k", "hello");
    find_one(store, "k", &record);
    first = record.outputs[0].identity;
    store_close(store);
    snprintf(command, sizeof command, "%s", test_path("copy"));
    if (fork() == 0)
        _exit(execlp("cp", "cp", "-r", test_path("s"), command, (char *)NULL));
    CHECK(wait(NULL) > 0);
    CHECK(rename(test_path("s"), test_path("old")) == 0);
    CHECK(rename(command, test_path("s")) == 0);
    sleep(3);       /* a file must be two seconds old before its identity is believed */
    store = open_store();
    CHECK_INT(find_one(store, "k", &record), 1);
    second = record.outputs[0].identity;
    CHECK(second.inode != first.inode);
    store_close(store);
    /* The new identity is in the index now. */
    store = open_store();
    CHECK_INT(find_one(store, "k", &record), 1);
    CHECK(file_identity_equal(&record.outputs[0].identity, &second));
    store_close(store);
}

TEST(copied_store_without_its_index_is_found)
{
    struct store *store = open_store();
    struct record record;

    publish_one(store, "k", "hello");
    store_close(store);
    if (fork() == 0)
        _exit(execlp("cp", "cp", "-r", test_path("s"), test_path("copy"), (char *)NULL));
    CHECK(wait(NULL) > 0);
    CHECK(rename(test_path("s"), test_path("old")) == 0);
    CHECK(rename(test_path("copy"), test_path("s")) == 0);
    remove(test_path("s/index.sqlite"));
    store = open_store();
    CHECK_INT(find_one(store, "k", &record), 1);
    store_close(store);
}

TEST(nearest_job_is_that_of_the_same_name_then_stage_then_task)
{
    struct store *store = open_store();
    struct arena *arena = arena_new();
    static const struct { const char *key, *stage, *point, *manifest; double started; } jobs[] = {
        { "1", "s", "x=1", "m1", 1 }, { "2", "s", "x=1", "m2", 2 }, { "3", "s", "x=2", "m3", 3 },
        { "4", "t", "", "m4", 4 },
    };
    struct fx_error err = FX_ERROR_NONE;
    struct text manifest;
    struct record record;

    for (size_t i = 0; i < 4; i++) {
        struct record_output output;
        struct record r = make_record(&output, "a.txt", jobs[i].stage, jobs[i].started);
        struct staging staging;

        r.point = str_of(jobs[i].point);
        stage_with(store, arena, jobs[i].key, "a.txt", "x", &staging);
        CHECK_INT(store_publish(store, &staging, key_of(jobs[i].key), str_of(jobs[i].manifest), &r,
                                &err), 0);
    }
    text_init(&manifest, 1 << 16);
    CHECK_INT(store_nearest(store, "w", str_of("s"), str_of("x=1"), str_of("write"), &record,
                            &manifest, &err), 1);
    CHECK_STR(manifest.at, "m2");
    text_clear(&manifest);
    CHECK_INT(store_nearest(store, "other", str_of("s"), str_of("x=9"), str_of("write"), &record,
                            &manifest, &err), 1);
    CHECK_STR(manifest.at, "m3");
    text_clear(&manifest);
    CHECK_INT(store_nearest(store, "w", str_of("u"), str_of(""), str_of("write"), &record, &manifest,
                            &err), 1);
    CHECK_STR(manifest.at, "m4");
    text_clear(&manifest);
    CHECK_INT(store_nearest(store, "w", str_of("s"), str_of("x=1"), str_of("read"), &record,
                            &manifest, &err), 0);
    CHECK_NEAR(store_expected(store, str_of("write"), str_of("s"), str_of("x=2")).seconds, 0.3, 1e-9);
    CHECK_NEAR(store_expected(store, str_of("write"), str_of("s"), str_of("x=7")).seconds, 0.3, 1e-9);
    CHECK(store_expected(store, str_of("read"), str_of("s"), str_of("x=1")).seconds < 0);
    text_release(&manifest);
    arena_free(arena);
    store_close(store);
}

/* Decay: other bytes under the same size and time stamps are what only reading finds. */
TEST(verify_reads_what_time_stamps_hide)
{
    struct fx_error err = FX_ERROR_NONE;
    struct store *store = open_store();
    struct arena *arena = arena_new();
    struct record record;
    const char *path;

    CHECK_INT(publish_one(store, "k", "as it was"), 0);
    CHECK_INT(find_one(store, "k", &record), 1);
    CHECK_INT(store_verify(store, &record, &err), 1);
    path = output_of(store, "k");
    CHECK(chmod(path, 0644) == 0);
    test_write(path, "as it WAS");
    CHECK_INT(store_verify(store, &record, &err), 0);
    CHECK_INT(find_one(store, "k", &record), 0);
    CHECK(file_exists(path_join(arena, store_path(store), "damaged")));
    arena_free(arena);
    store_close(store);
}

TEST(the_job_that_made_an_output_is_found)
{
    struct store *store = open_store();
    struct record record, made;

    CHECK_INT(publish_one(store, "a", "one"), 0);
    CHECK_INT(publish_one(store, "b", "two"), 0);
    CHECK_INT(find_one(store, "a", &record), 1);
    CHECK_INT(store_made(store, record.outputs[0].digest, str_of("any"), &made), 1);
    CHECK(digest_equal(made.key, key_of("a")));
    CHECK_INT(store_made(store, key_of("nobody's"), str_of("any"), &made), 0);
    store_close(store);
}

TEST(environment_is_read_from_the_record_s_file)
{
    struct fx_error err = FX_ERROR_NONE;
    struct store *store = open_store();
    struct arena *arena = arena_new();
    struct record_output output;
    struct record record = make_record(&output, "a.txt", "s", 1);
    struct staging staging;
    struct str environment;

    record.environment = str_of("{\"kernel\":\"Linux\"}");
    stage_with(store, arena, "e", "a.txt", "x", &staging);
    CHECK_INT(store_publish(store, &staging, key_of("e"), str_of("m = 1\n"), &record, &err), 0);
    store_close(store);
    store = open_store();
    CHECK_INT(find_one(store, "e", &record), 1);
    CHECK_INT(record.environment.len, 0);
    CHECK_OK(store_environment(store, arena, &record, &environment, &err), err);
    CHECK_STR(environment.at, "{\"kernel\":\"Linux\"}");
    arena_free(arena);
    store_close(store);
}
