#include "common/numbers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/vec.h"

struct reader {
    const char *path;
    unsigned line;
    bool begun;             /* a line with something on it was read */
    size_t rows, columns;
    VEC(double) values;
};

static bool
is_between(char c)
{
    return c == ',' || c == ';' || c == ' ' || c == '\t' || c == '\r';
}

/* The next word of a line, which ends at its end or at a '#'; false when there is none. */
static bool
next_word(const char **at, const char *end, struct str *word)
{
    while (*at < end && is_between(**at))
        (*at)++;
    if (*at == end || **at == '#')
        return false;
    word->at = *at;
    while (*at < end && **at != '#' && !is_between(**at))
        (*at)++;
    word->len = (size_t)(*at - word->at);
    return true;
}

static int
no_number(const struct reader *r, struct str word, struct fx_error *err)
{
    char shown[41];

    snprintf(shown, sizeof shown, "%.*s", (int)(word.len < 40 ? word.len : 40), word.at);
    for (char *c = shown; *c; c++)
        if ((unsigned char)*c < 32 || (unsigned char)*c > 126)
            *c = '?';
    return fx_fail(err, FX_INVALID, (struct fx_mark){ r->path, r->line, 0 }, "'%s' is no number",
                   shown);
}

static int
read_line(struct reader *r, const char *at, const char *end, struct fx_error *err)
{
    size_t count = 0, before = r->values.count;
    bool first = !r->begun;
    struct str word;

    while (next_word(&at, end, &word)) {
        double value;

        r->begun = true;
        if (number_parse_real(word, &value) && isfinite(value)) {
            vec_push(&r->values, value);
            count++;
        } else if (first && count == 0) {
            return 0;           /* the names of the columns */
        } else {
            return no_number(r, word, err);
        }
    }
    if (count == 0)
        return 0;
    if (before == 0)
        r->columns = count;
    r->rows++;
    if (count == r->columns)
        return 0;
    return fx_fail(err, FX_INVALID, (struct fx_mark){ r->path, r->line, 0 },
                   "here are %zu numbers, and %zu on the lines before", count, r->columns);
}

int
numbers_parse_csv(const char *bytes, size_t size, const char *path, struct numbers *out,
                  struct fx_error *err)
{
    struct reader r = { .path = path };
    const char *at = bytes, *end = bytes + size;

    if (size >= 3 && memcmp(at, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));

        if (!stop)
            stop = end;
        r.line++;
        if (read_line(&r, at, stop, err)) {
            vec_release(&r.values);
            return -1;
        }
        at = stop < end ? stop + 1 : end;
    }
    *out = (struct numbers){ .rows = r.rows, .columns = r.columns, .at = r.values.at };
    return 0;
}
