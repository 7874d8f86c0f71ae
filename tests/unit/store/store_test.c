#include "store_test.h"

#include <dirent.h>

struct store *
open_store(void)
{
    struct fx_error err = FX_ERROR_NONE;
    struct store *store = store_open(test_path("s"), &err);

    if (!store)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    store_set_durable(store, false);
    return store;
}

struct digest
key_of(const char *name)
{
    return digest_bytes(name, strlen(name));
}

struct record
make_record(struct record_output *output, const char *path, const char *stage, double started)
{
    *output = (struct record_output){ .name = str_of("file"), .path = str_of(path) };
    return (struct record){
        .task = str_of("write"), .task_version = 1, .workflow = str_of("w"),
        .stage = str_of(stage), .point = str_of("x=1"), .host = str_of("here"),
        .started = started, .seconds = started / 10, .outputs = output, .output_count = 1,
    };
}

void
stage_with(struct store *store, struct arena *arena, const char *key, const char *path,
           const char *content, struct staging *staging)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(store_stage(store, arena, key_of(key), staging, &err), err);
    test_write(staging->log, "said\n");
    test_write(staging->job_file, "{}\n");
    if (content)
        test_write(path_join(arena, staging->out, path), content);
}

int
publish_one(struct store *store, const char *key, const char *content)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    struct record_output output;
    struct record record = make_record(&output, "a.txt", key, 10);
    struct staging staging;
    int result;

    stage_with(store, arena, key, "a.txt", content, &staging);
    result = store_publish(store, &staging, key_of(key), str_of("task = write\n"), &record, &err);
    if (result < 0)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    arena_free(arena);
    return result;
}

int
find_one(struct store *store, const char *key, struct record *record)
{
    struct fx_error err = FX_ERROR_NONE;
    int found = store_find(store, NULL, key_of(key), record, &err);

    if (found < 0)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return found;
}

const char *
output_of(struct store *store, const char *key)
{
    struct arena *arena = arena_new();
    const char *path = test_path(path_join(arena, store_folder(store, arena, key_of(key)),
                                           "out/a.txt"));

    arena_free(arena);
    return path;
}

int
entries(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int count = 0;

    while (dir && (entry = readdir(dir)))
        count += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return count;
}
