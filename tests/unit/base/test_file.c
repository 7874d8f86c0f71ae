#include "test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/map.h"

TEST(paths_are_cleaned_and_related)
{
    struct arena *arena = arena_new();

    CHECK_STR(path_absolute(arena, "/a/./b/../c//d/"), "/a/c/d");
    CHECK_STR(path_absolute(arena, "/../.."), "/");
    CHECK_STR(path_join(arena, "a", "b"), "a/b");
    CHECK_STR(path_join(arena, "a", "/b"), "/b");
    CHECK_STR(path_folder(arena, "/a"), "/");
    CHECK_STR(path_folder(arena, "a"), ".");
    CHECK_STR(path_relative(arena, "/a/b", "/a/c/d"), "../c/d");
    CHECK_STR(path_relative(arena, "/a/b", "/a/b/c"), "c");
    CHECK_STR(path_relative(arena, "/a/b/c", "/a"), "../..");
    CHECK_STR(path_relative(arena, "/a/b", "/a/bc"), "../bc");
    arena_free(arena);
}

TEST(publishing_never_replaces)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(file_make_folders(test_path("one"), &err), err);
    CHECK_OK(file_make_folders(test_path("two"), &err), err);
    test_write(test_path("one/file"), "1");
    test_write(test_path("two/file"), "2");
    CHECK_INT(file_publish(test_path("one"), test_path("goal"), true, &err), 0);
    CHECK_INT(file_publish(test_path("two"), test_path("goal"), true, &err), 1);
    CHECK(file_exists(test_path("two/file")));
    CHECK_OK(file_remove_tree(test_path("goal"), &err), err);
    CHECK(!file_exists(test_path("goal")));
    CHECK_OK(file_remove_tree(test_path("goal"), &err), err);
}

TEST(removing_does_not_follow_links)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(file_make_folders(test_path("keep"), &err), err);
    test_write(test_path("keep/file"), "x");
    CHECK_OK(file_make_folders(test_path("go/deep/er"), &err), err);
    CHECK_OK(file_link(test_path("keep"), test_path("go/deep/link"), &err), err);
    CHECK_OK(file_remove_tree(test_path("go"), &err), err);
    CHECK(file_exists(test_path("keep/file")));
}

TEST(missing_files_are_the_users_mistake)
{
    struct fx_error err = FX_ERROR_NONE;
    struct text text;
    struct digest digest;

    text_init(&text, 10);
    CHECK_INT(file_read("/nowhere/at/all", &text, &err), -1);
    CHECK_STR(err.text, "'/nowhere/at/all' does not exist");
    CHECK_INT(err.code, FX_INVALID);
    CHECK_INT(digest_file("/", 1, &digest, &err), -1);
    CHECK_STR(err.text, "'/' is not a regular file");
    text_release(&text);
}

TEST(file_digests_do_not_depend_on_threads)
{
    struct fx_error err = FX_ERROR_NONE;
    struct digest one, many, other;
    const char *path = test_path("big");
    FILE *out = fopen(path, "w");

    CHECK(out != NULL);
    for (unsigned i = 0; i < 40u * 1024 * 1024 / 4; i++)
        fwrite(&i, 4, 1, out);
    fclose(out);
    CHECK_OK(digest_file(path, 1, &one, &err), err);
    CHECK_OK(digest_file(path, 3, &many, &err), err);
    CHECK(digest_equal(one, many));
    CHECK(truncate(path, 40 * 1024 * 1024 - 1) == 0);
    CHECK_OK(digest_file(path, 2, &other, &err), err);
    CHECK(!digest_equal(one, other));
}

TEST(fields_are_told_apart)
{
    struct hasher *a = hasher_new(), *b = hasher_new();
    char hex[DIGEST_HEX];
    struct digest back;

    hasher_field(a, "ab", 2);
    hasher_field(a, "c", 1);
    hasher_field(b, "a", 1);
    hasher_field(b, "bc", 2);
    CHECK(!digest_equal(hasher_result(a), hasher_result(b)));
    digest_hex(hasher_result(a), hex);
    CHECK(digest_parse(str_of(hex), &back) && digest_equal(back, hasher_result(a)));
    CHECK(!digest_parse(str_of("xyz"), &back));
    hasher_free(a);
    hasher_free(b);
}

TEST(a_map_finds_what_was_added)
{
    struct map map;
    struct arena *arena = arena_new();

    map_init(&map);
    CHECK(map_get(&map, str_of("nothing")) == MAP_NONE);
    for (uint32_t i = 0; i < 1000; i++)
        CHECK(map_add(&map, arena_printf(arena, "key %u", i), i) == i);
    CHECK(map_add(&map, str_of("key 7"), 5) == 7);
    CHECK(map_get(&map, str_of("key 999")) == 999);
    map_release(&map);
    arena_free(arena);
}
