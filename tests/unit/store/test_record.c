#include <stdlib.h>

#include "store/record.h"
#include "test.h"

static struct record
sample(struct record_output outputs[2])
{
    outputs[0] = (struct record_output){
        .name = str_of("file"), .path = str_of("synapses.h5"), .digest = { 1, 2 },
        .identity = { .inode = UINT64_MAX - 3, .size = 4, .mtime_ns = 5, .ctime_ns = 6 },
    };
    outputs[1] = (struct record_output){
        .name = str_of("report"), .path = str_of("a/b \"c\".txt"), .digest = { 7, UINT64_MAX },
        .identity = { .inode = 8, .size = 0, .mtime_ns = -9, .ctime_ns = 10 },
    };
    return (struct record){
        .key = { 0x0123456789abcdef, 0xfedcba9876543210 }, .manifest = { 11, 12 },
        .task = str_of("synapses"), .task_version = 3, .workflow = str_of("reservoir"),
        .stage = str_of("synapses"), .point = str_of("population=PYR"), .host = str_of("node"),
        .started = 1700000000.25, .seconds = 1.5, .cpu_seconds = 1e-5, .max_rss = 1 << 20,
        .exit_status = 0, .outputs = outputs, .output_count = 2,
        .environment = str_of("{\"fornix\":\"0.1.0\",\"versions\":{\"hdf5\":\"1.10.8\"}}"),
    };
}

static void
check_sample(const struct record *r)
{
    CHECK(r->key.high == 0x0123456789abcdef && r->key.low == 0xfedcba9876543210);
    CHECK(r->manifest.high == 11 && r->manifest.low == 12);
    CHECK_STR(r->task.at, "synapses");
    CHECK_INT(r->task_version, 3);
    CHECK_STR(r->workflow.at, "reservoir");
    CHECK_STR(r->point.at, "population=PYR");
    CHECK_STR(r->host.at, "node");
    CHECK_NEAR(r->started, 1700000000.25, 0);
    CHECK_NEAR(r->seconds, 1.5, 0);
    CHECK_NEAR(r->cpu_seconds, 1e-5, 0);
    CHECK_INT(r->max_rss, 1 << 20);
    CHECK_INT(r->output_count, 2);
    CHECK_STR(r->outputs[1].path.at, "a/b \"c\".txt");
    CHECK(r->outputs[1].digest.low == UINT64_MAX);
    CHECK_INT(r->outputs[1].identity.mtime_ns, -9);
    CHECK(r->outputs[0].identity.inode == UINT64_MAX - 3);     /* some file systems use all 64 bits */
}

TEST(record_is_read_as_it_was_written)
{
    struct record_output outputs[2];
    struct record record = sample(outputs), back;
    struct fx_error err = FX_ERROR_NONE;
    struct arena *arena = arena_new();
    struct text json, again;

    text_init(&json, 1 << 16);
    text_init(&again, 1 << 16);
    record_write(&record, &json);
    CHECK_OK(record_read(arena, text_view(&json), &back, &err), err);
    check_sample(&back);
    record_write(&back, &again);
    CHECK_STR(again.at, json.at);
    CHECK_STR(back.environment.at, record.environment.at);
    CHECK_STR(record_copy(arena, &back).environment.at, record.environment.at);
    text_release(&json);
    text_release(&again);
    arena_free(arena);
}

TEST(no_flipped_bit_and_no_cut_goes_unnoticed)
{
    struct record_output outputs[2];
    struct record record = sample(outputs), back;
    struct arena *arena = arena_new();
    struct text json;

    text_init(&json, 1 << 16);
    record_write(&record, &json);
    for (size_t i = 0; i < json.len; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct fx_error err = FX_ERROR_NONE;

            json.at[i] = (char)(json.at[i] ^ 1 << bit);
            CHECK(record_read(arena, text_view(&json), &back, &err) == -1);
            CHECK(err.code == FX_INVALID && err.text[0]);
            json.at[i] = (char)(json.at[i] ^ 1 << bit);
        }
    for (size_t len = 0; len < json.len; len++) {
        struct fx_error err = FX_ERROR_NONE;

        CHECK(record_read(arena, (struct str){ json.at, len }, &back, &err) == -1);
    }
    text_release(&json);
    arena_free(arena);
}

TEST(unknown_version_is_named)
{
    struct fx_error err = FX_ERROR_NONE;
    struct arena *arena = arena_new();
    struct record record;

    CHECK(record_read(arena, str_of("{\"version\": 3, \"what\": \"new\"}"), &record, &err) == -1);
    CHECK_STR(err.text, "the record has version 3, this program reads versions 1 to 2");
    CHECK_INT(record_version(str_of("{\"version\": 2}")), 2);
    CHECK_INT(record_version(str_of("{\"versi")), 0);
    CHECK_INT(record_version(str_of("")), 0);
    arena_free(arena);
}

TEST(paths_stay_below_the_folder)
{
    CHECK(record_path_allowed(str_of("a.h5")));
    CHECK(record_path_allowed(str_of("a/b.h5")));
    CHECK(record_path_allowed(str_of("..a/b..")));
    CHECK(!record_path_allowed(str_of("")));
    CHECK(!record_path_allowed(str_of("/a")));
    CHECK(!record_path_allowed(str_of("..")));
    CHECK(!record_path_allowed(str_of("a/../b")));
    CHECK(!record_path_allowed(str_of("a//b")));
    CHECK(!record_path_allowed(str_of("a/")));
    CHECK(!record_path_allowed(str_of("./a")));
    CHECK(!record_path_allowed((struct str){ "a\0b", 3 }));
}

TEST(packed_form_is_the_same_record)
{
    struct record_output outputs[2];
    struct record record = sample(outputs), back;
    struct arena *arena = arena_new();
    struct text packed;

    text_init(&packed, 1 << 16);
    record_pack(&record, &packed);
    CHECK(record_unpack(arena, text_view(&packed), &back));
    check_sample(&back);
    for (size_t len = 0; len < packed.len; len++)
        CHECK(!record_unpack(arena, (struct str){ packed.at, len }, &back));
    text_append(&packed, "x", 1);
    CHECK(!record_unpack(arena, text_view(&packed), &back));
    text_release(&packed);
    arena_free(arena);
}

/* A record as version 1 of the program wrote it: read, and without an environment. */
TEST(first_version_is_read)
{
    static const char body[] =
        "{\"version\":1,\"key\":\"00000000000000010000000000000002\","
        "\"manifest\":\"00000000000000030000000000000004\",\"task\":\"t\",\"task_version\":1,"
        "\"point\":\"\",\"stage\":\"s\",\"workflow\":\"w\",\"host\":\"h\",\"started\":1,\"seconds\":2,"
        "\"cpu_seconds\":3,\"max_rss\":4,\"exit\":0,\"outputs\":[]";
    struct fx_error err = FX_ERROR_NONE;
    struct arena *arena = arena_new();
    char hex[DIGEST_HEX];
    struct record record;
    struct text json;

    text_init(&json, 4096);
    text_add(&json, body);
    digest_hex(digest_bytes(json.at, json.len), hex);
    text_printf(&json, ",\"check\":\"%s\"}\n", hex);
    CHECK_OK(record_read(arena, text_view(&json), &record, &err), err);
    CHECK_INT(record.max_rss, 4);
    CHECK_INT(record.environment.len, 0);
    text_release(&json);
    arena_free(arena);
}

TEST(environment_is_an_object_or_nothing)
{
    struct record_output outputs[2];
    struct record record = sample(outputs), back;
    struct fx_error err = FX_ERROR_NONE;
    struct arena *arena = arena_new();
    struct text json;

    text_init(&json, 1 << 16);
    record.environment = str_of("[1]");
    record_write(&record, &json);
    CHECK(record_read(arena, text_view(&json), &back, &err) == -1);
    CHECK_STR(err.text, "the record's 'environment' is missing or not valid");
    text_release(&json);
    arena_free(arena);
}
