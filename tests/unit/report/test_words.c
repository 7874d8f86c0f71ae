#include "test.h"

#include <stdlib.h>
#include <time.h>

#include "report/words.h"

static const char *
said(void (*word)(struct text *out, double value), double value)
{
    static struct text text;

    if (!text.ceiling)
        text_init(&text, 100);
    text_clear(&text);
    word(&text, value);
    return text.at;
}

TEST(seconds_as_a_person_says_them)
{
    CHECK_STR(said(words_seconds, -1), "0 ms");
    CHECK_STR(said(words_seconds, 0.013), "13 ms");
    CHECK_STR(said(words_seconds, 0.0996), "0.1 s");
    CHECK_STR(said(words_seconds, 0.4), "0.4 s");
    CHECK_STR(said(words_seconds, 9.94), "9.9 s");
    CHECK_STR(said(words_seconds, 9.96), "10 s");
    CHECK_STR(said(words_seconds, 59.4), "59 s");
    CHECK_STR(said(words_seconds, 59.6), "1 min");
    CHECK_STR(said(words_seconds, 200), "3 min 20 s");
    CHECK_STR(said(words_seconds, 3599.6), "1 h");
    CHECK_STR(said(words_seconds, 7500), "2 h 5 min");
    CHECK_STR(said(words_seconds, 360000), "100 h");
}

static void
bytes(struct text *out, double value)
{
    words_bytes(out, (uint64_t)value);
}

TEST(bytes_as_a_person_says_them)
{
    CHECK_STR(said(bytes, 1), "1 byte");
    CHECK_STR(said(bytes, 1023), "1023 bytes");
    CHECK_STR(said(bytes, 1536), "1.5 KiB");
    CHECK_STR(said(bytes, 10.0 * (1 << 20)), "10 MiB");
    CHECK_STR(said(bytes, 1048575), "1.0 MiB");
    CHECK_STR(said(bytes, 3.0 * (1 << 30)), "3.0 GiB");
}

TEST(times_in_utc_and_here)
{
    setenv("TZ", "XYZ-2", 1);
    tzset();
    CHECK_STR(said(words_time_utc, 1772381109.12), "2026-03-01T16:05:09.119Z");
    CHECK_STR(said(words_time_utc, 0), "1970-01-01T00:00:00.000Z");
    CHECK_STR(said(words_time, 1772381109.12), "2026-03-01 18:05:09");
}

TEST(text_is_cut_between_characters)
{
    struct str s = str_of("a\xc3\xa4\xe2\x82\xac" "b");

    CHECK_INT(words_columns(s), 4);
    CHECK_INT(words_cut(s, 4).len, 7);
    CHECK_INT(words_cut(s, 3).len, 6);
    CHECK_INT(words_cut(s, 2).len, 3);
    CHECK_INT(words_cut(s, 0).len, 0);
}
