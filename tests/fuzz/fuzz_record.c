/*
 * Records of the store, as a file and as a row of the index. The check at a record's end is made
 * right before it is read, or nothing but the check would ever be tried.
 */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "store/record.h"

static const char check_member[] = ",\"check\":\"";

/* The bytes with a check of their own instead of the one that they may have. */
static void
with_check(struct str bytes, struct text *out)
{
    char hex[DIGEST_HEX];

    for (size_t i = 0; i + sizeof check_member <= bytes.len; i++)
        if (str_starts(str_slice(bytes, i, bytes.len), check_member))
            bytes.len = i;
    text_add_str(out, bytes);
    digest_hex(digest_bytes(bytes.at, bytes.len), hex);
    text_printf(out, "%s%s\"}\n", check_member, hex);
}

/* A record that was read can be written, and is then read as the same. */
static void
check_again(struct arena *arena, const struct record *record)
{
    struct fx_error err = FX_ERROR_NONE;
    struct record copy = record_copy(arena, record), back;
    struct text once, twice;

    text_init(&once, 1 << 24);
    text_init(&twice, 1 << 24);
    record_write(&copy, &once);
    if (record_read(arena, text_view(&once), &back, &err)) {
        fprintf(stderr, "%s\n%s\n", err.text, once.at);
        abort();
    }
    record_write(&back, &twice);
    FUZZ_CHECK(str_equal(text_view(&once), text_view(&twice)));
    text_clear(&once);
    text_clear(&twice);
    record_pack(record, &once);
    record_pack(&back, &twice);
    FUZZ_CHECK(str_equal(text_view(&once), text_view(&twice)));
    text_release(&once);
    text_release(&twice);
}

/* What any host, stage or file may be called, and JSON can say. */
static bool
is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < ' ' || s.at[i] > '~')
            return false;
    return true;
}

static bool
is_time(double seconds)
{
    return isfinite(seconds) && !signbit(seconds);
}

static bool
all_plain(const struct record *r)
{
    for (uint32_t i = 0; i < r->output_count; i++)
        if (!is_plain(r->outputs[i].name) || !is_plain(r->outputs[i].path))
            return false;
    return is_plain(r->task) && is_plain(r->workflow) && is_plain(r->stage) &&
           is_plain(r->point) && is_plain(r->host);
}

static void
check_packed(struct arena *arena, struct str bytes)
{
    struct record record;
    struct text again;

    if (!record_unpack(arena, bytes, &record))
        return;
    text_init(&again, 1 << 24);
    record_pack(&record, &again);
    FUZZ_CHECK(str_equal(bytes, text_view(&again)));
    text_release(&again);
    if (all_plain(&record) && is_time(record.started) && is_time(record.seconds) &&
        is_time(record.cpu_seconds))
        check_again(arena, &record);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = { (const char *)data, size };
    struct fx_error err = FX_ERROR_NONE;
    struct arena *arena = arena_new();
    struct record record;
    struct text text;

    text_init(&text, 1 << 24);
    record_version(bytes);
    if (record_read(arena, bytes, &record, &err))
        FUZZ_CHECK(err.code == FX_INVALID && err.text[0]);
    with_check(bytes, &text);
    if (!record_read(arena, text_view(&text), &record, &err))
        check_again(arena, &record);
    check_packed(arena, bytes);
    text_release(&text);
    arena_free(arena);
    return 0;
}
