/*
 * store_test - a store in the test's folder, and attempts made by hand.
 */
#ifndef STORE_TEST_H
#define STORE_TEST_H

#include "store/store.h"
#include "test.h"

struct store *open_store(void);     /* at test_path("s"); fails the test when that fails */

/* A key made from a name. */
struct digest key_of(const char *name);

/* A record with the one output "file" at `path`, of stage `stage`, started at second `started`. */
struct record make_record(struct record_output *output, const char *path, const char *stage,
                          double started);

/* Stages an attempt and writes `content` to `path` in its folder. */
void stage_with(struct store *store, struct arena *arena, const char *key, const char *path,
                const char *content, struct staging *staging);

/* Stages, writes and publishes: the result of store_publish(), which must not be -1. */
int publish_one(struct store *store, const char *key, const char *content);

/* 1 or 0 of store_find(). */
int find_one(struct store *store, const char *key, struct record *record);

/* The output's path; valid until the test ends. */
const char *output_of(struct store *store, const char *key);

/* How many entries a folder of the store has. */
int entries(const char *folder);

#endif
