#include "base/text.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct str
str_of(const char *s)
{
    return s ? (struct str){ s, strlen(s) } : (struct str){ "", 0 };
}

bool
str_equal(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool
str_is(struct str a, const char *b)
{
    return str_equal(a, str_of(b));
}

int
str_compare(struct str a, struct str b)
{
    size_t least = a.len < b.len ? a.len : b.len;
    int order = least ? memcmp(a.at, b.at, least) : 0;

    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool
str_starts(struct str s, const char *prefix)
{
    size_t len = strlen(prefix);

    return s.len >= len && memcmp(s.at, prefix, len) == 0;
}

struct str
str_slice(struct str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from > to)
        from = to;
    return (struct str){ s.at + from, to - from };
}

bool
str_is_utf8(struct str s)
{
    static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };

    for (size_t i = 0; i < s.len;) {
        unsigned char lead = (unsigned char)s.at[i++];
        unsigned more = lead < 0x80 ? 0 : lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : 3;
        uint32_t letter = more ? lead & (0x3fu >> more) : lead;

        if ((lead >= 0x80 && lead < 0xc0) || lead >= 0xf8 || more > s.len - i)
            return false;
        for (unsigned k = 0; k < more; k++, i++) {
            if (((unsigned char)s.at[i] & 0xc0) != 0x80)
                return false;
            letter = letter << 6 | ((unsigned char)s.at[i] & 0x3f);
        }
        if (letter < least[more] || letter > 0x10ffff || (letter >= 0xd800 && letter < 0xe000))
            return false;
    }
    return true;
}

/* Names longer than this are never suggested: they are no typing mistakes. */
enum { LONGEST_NAME = 64 };

unsigned
str_distance(struct str a, struct str b, unsigned limit)
{
    unsigned rows[3][LONGEST_NAME + 1];
    unsigned *before = rows[0], *last = rows[1], *now = rows[2];

    if (a.len > LONGEST_NAME || b.len > LONGEST_NAME)
        return limit + 1;
    for (size_t j = 0; j <= b.len; j++)
        last[j] = (unsigned)j;
    for (size_t i = 1; i <= a.len; i++) {
        unsigned *swap;

        now[0] = (unsigned)i;
        for (size_t j = 1; j <= b.len; j++) {
            unsigned best = last[j - 1] + (a.at[i - 1] != b.at[j - 1]);

            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1]
                && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        swap = before;
        before = last;
        last = now;
        now = swap;
    }
    return last[b.len] > limit ? limit + 1 : last[b.len];
}

struct str
str_nearest(struct str name, const struct str *candidates, size_t count)
{
    unsigned limit = name.len < 3 ? 1 : (unsigned)(name.len + 2) / 3;
    unsigned best = limit + 1;
    struct str nearest = { "", 0 };

    for (size_t i = 0; i < count; i++) {
        unsigned d = str_distance(name, candidates[i], limit);

        if (d < best && d < candidates[i].len) {
            best = d;
            nearest = candidates[i];
        }
    }
    return nearest;
}

void
text_init(struct text *text, size_t ceiling)
{
    *text = (struct text){ .at = NULL, .ceiling = ceiling };
}

void
text_release(struct text *text)
{
    free(text->at);
    text->at = NULL;
    text->len = text->room = 0;
}

void
text_clear(struct text *text)
{
    text->len = 0;
    text->full = false;
    if (text->at)
        text->at[0] = '\0';
}

void
text_append(struct text *text, const char *at, size_t len)
{
    if (len > text->ceiling - text->len) {
        text->full = true;
        len = text->ceiling - text->len;
    }
    if (text->len + len + 1 > text->room) {
        size_t room = text->room ? text->room : 64;

        while (room < text->len + len + 1)
            room *= 2;
        text->at = mem_resize(text->at, room, 1);
        text->room = room;
    }
    if (len)
        memcpy(text->at + text->len, at, len);
    text->len += len;
    text->at[text->len] = '\0';
}

void
text_add(struct text *text, const char *s)
{
    text_append(text, s, strlen(s));
}

void
text_add_str(struct text *text, struct str s)
{
    text_append(text, s.at, s.len);
}

void
text_printf(struct text *text, const char *format, ...)
{
    char small[512], *large;
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    if (len < 0)
        return;
    if ((size_t)len < sizeof small) {
        text_append(text, small, (size_t)len);
        return;
    }
    large = mem_new((size_t)len + 1, 1);
    va_start(args, format);
    vsnprintf(large, (size_t)len + 1, format, args);
    va_end(args);
    text_append(text, large, (size_t)len);
    free(large);
}

struct str
text_view(const struct text *text)
{
    return (struct str){ text->at ? text->at : "", text->len };
}

void
text_add_quoted(struct text *text, struct str s)
{
    text_append(text, "\"", 1);
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];

        if (c == '"' || c == '\\')
            text_printf(text, "\\%c", c);
        else if (c == '\n')
            text_add(text, "\\n");
        else if (c == '\t')
            text_add(text, "\\t");
        else if (c < 0x20 || c == 0x7f)
            text_printf(text, "\\u%04x", c);
        else
            text_append(text, &s.at[i], 1);
    }
    text_append(text, "\"", 1);
}

/* Copies `s` into `buffer` as a C string when it fits and holds only bytes of `allowed`. */
static bool
number_copy(struct str s, const char *allowed, char *buffer, size_t room)
{
    if (s.len == 0 || s.len >= room)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] == '\0' || !strchr(allowed, s.at[i]))
            return false;
    memcpy(buffer, s.at, s.len);
    buffer[s.len] = '\0';
    return true;
}

bool
number_parse_integer(struct str s, int64_t *out)
{
    char buffer[32], *end;
    long long value;

    if (!number_copy(s, "+-0123456789", buffer, sizeof buffer))
        return false;
    errno = 0;
    value = strtoll(buffer, &end, 10);
    if (errno || *end || end == buffer)
        return false;
    *out = value;
    return true;
}

bool
number_parse_real(struct str s, double *out)
{
    char buffer[512], *end;
    locale_t plain, before;
    double value;

    if (!number_copy(s, "+-.0123456789eE", buffer, sizeof buffer))
        return false;
    /* strtod reads the decimal point of the locale, which belongs to the program around us. */
    plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    before = plain ? uselocale(plain) : (locale_t)0;
    value = strtod(buffer, &end);
    if (plain) {
        uselocale(before);
        freelocale(plain);
    }
    if (*end || end == buffer || !isfinite(value))
        return false;
    *out = value;
    return true;
}

void
text_add_real(struct text *text, double value)
{
    char digits[40];
    double back;
    char *e;

    if (value == 0)
        value = 0;      /* no "-0": the two zeros are one value in a key */
    if (!isfinite(value)) {
        text_add(text, isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
        return;
    }
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        for (char *c = digits; *c; c++)
            if (*c == ',')
                *c = '.';
        if (number_parse_real(str_of(digits), &back) && !(back < value) && !(back > value))
            break;
    }
    e = strchr(digits, 'e');
    if (e) {    /* "e-05" and "e+20" in their short forms */
        char *from = e + 1, *to = e + 1;

        if (*from == '-')
            *to++ = *from++;
        else if (*from == '+')
            from++;
        while (*from == '0')
            from++;
        memmove(to, from, strlen(from) + 1);
    }
    text_add(text, digits);
}
