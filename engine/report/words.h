/*
 * words - numbers as a person reads them.
 */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "base/text.h"

/* "40 ms", "0.4 s", "12 s", "3 min 20 s", "2 h 5 min"; what is negative counts as 0. */
void words_seconds(struct text *out, double seconds);

/* "1 job", "3 jobs": `one` is the singular of a word that takes an s. */
void words_count(struct text *out, uint64_t count, const char *one);

/* "512 bytes", "1.5 GiB". */
void words_bytes(struct text *out, uint64_t bytes);

/* Local time of `when` (seconds since 1970): "2026-03-01 17:05:09". */
void words_time(struct text *out, double when);

/* UTC as ISO 8601 with milliseconds: "2026-03-01T16:05:09.120Z". */
void words_time_utc(struct text *out, double when);

/* How many columns of a terminal the UTF-8 text takes, one per character. */
size_t words_columns(struct str s);

/* The longest start of `s` that takes at most `columns`. */
struct str words_cut(struct str s, size_t columns);

#endif
