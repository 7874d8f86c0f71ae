#include "report/words.h"

#include <math.h>
#include <time.h>

void
words_seconds(struct text *out, double seconds)
{
    unsigned long long s, m;

    if (!(seconds > 0))
        seconds = 0;
    if (seconds < 0.0995)
        text_printf(out, "%.0f ms", seconds * 1e3);
    else if (seconds < 9.95)
        text_printf(out, "%.1f s", seconds);
    else if (seconds < 59.5)
        text_printf(out, "%.0f s", seconds);
    else if (seconds < 3599.5) {
        s = (unsigned long long)llround(seconds);
        text_printf(out, "%llu min", s / 60);
        if (s % 60)
            text_printf(out, " %llu s", s % 60);
    } else {
        m = (unsigned long long)llround(fmin(seconds, 1e15) / 60);
        text_printf(out, "%llu h", m / 60);
        if (m % 60)
            text_printf(out, " %llu min", m % 60);
    }
}

void
words_count(struct text *out, uint64_t count, const char *one)
{
    text_printf(out, "%llu %s%s", (unsigned long long)count, one, count == 1 ? "" : "s");
}

void
words_bytes(struct text *out, uint64_t bytes)
{
    static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB" };
    double value = (double)bytes / 1024;
    int unit = 0;

    if (bytes < 1024) {
        words_count(out, bytes, "byte");
        return;
    }
    while (value >= 1023.95 && unit < 4) {
        value /= 1024;
        unit++;
    }
    text_printf(out, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
}

void
words_time(struct text *out, double when)
{
    time_t whole = (time_t)floor(when);
    struct tm tm;
    char buffer[40];

    if (!localtime_r(&whole, &tm) || !strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M:%S", &tm))
        buffer[0] = '\0';
    text_add(out, buffer);
}

void
words_time_utc(struct text *out, double when)
{
    double floored = floor(when);
    time_t whole = (time_t)floored;
    int ms = (int)((when - floored) * 1000);
    struct tm tm;
    char buffer[40];

    if (!gmtime_r(&whole, &tm) || !strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%S", &tm))
        buffer[0] = '\0';
    text_printf(out, "%s.%03dZ", buffer, ms);
}

size_t
words_columns(struct str s)
{
    size_t columns = 0;

    for (size_t i = 0; i < s.len; i++)
        columns += ((unsigned char)s.at[i] & 0xc0) != 0x80;
    return columns;
}

struct str
words_cut(struct str s, size_t columns)
{
    size_t at = 0;

    for (; at < s.len; at++)
        if (((unsigned char)s.at[at] & 0xc0) != 0x80 && columns-- == 0)
            break;
    return str_slice(s, 0, at);
}
