/*
 * The gallery: every workflow of tests/fixtures/broken has one mistake or several, and what is said of
 * it stands beside it. With FORNIX_UPDATE in the environment the expected texts are written anew.
 */
#define _POSIX_C_SOURCE 200809L

#include "fixture.h"

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/vec.h"

#define FOLDER TEST_SOURCE_DIR "/tests/fixtures/broken"

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What is printed for one workflow, named as it would be from its own folder. */
static const char *
messages_of(const char *name)
{
    struct fixture f;
    const char *messages;

    fixture_load(&f, name, NULL);
    messages = fixture_messages(&f);
    fixture_release(&f);
    return messages;
}

static void
check_one(const char *name)
{
    struct fx_error err = FX_ERROR_NONE;
    char expected_path[300];
    struct text expected;
    const char *messages = messages_of(name);

    snprintf(expected_path, sizeof expected_path, "%.*s.txt", (int)(strlen(name) - 5), name);
    if (getenv("FORNIX_UPDATE")) {
        test_write(expected_path, messages);
        return;
    }
    text_init(&expected, 1 << 20);
    CHECK_OK(file_read(expected_path, &expected, &err), err);
    if (strcmp(messages, expected.at) != 0)
        test_fail(FOLDER, 0, "%s says\n%s\nexpected\n%s", name, messages, expected.at);
    CHECK(messages[0]);
    text_release(&expected);
}

TEST(every_broken_workflow_says_what_is_wrong)
{
    VEC(char *) names = { 0 };
    struct dirent *item;
    DIR *dir;

    CHECK(chdir(FOLDER) == 0);
    dir = opendir(".");
    CHECK(dir != NULL);
    while ((item = readdir(dir))) {
        size_t len = strlen(item->d_name);

        if (len > 5 && strcmp(item->d_name + len - 5, ".yaml") == 0)
            vec_push(&names, mem_copy(item->d_name, len));
    }
    closedir(dir);
    CHECK(names.count >= 60);
    qsort(names.at, names.count, sizeof *names.at, by_name);
    for (size_t i = 0; i < names.count; i++) {
        check_one(names.at[i]);
        free(names.at[i]);
    }
    vec_release(&names);
}
