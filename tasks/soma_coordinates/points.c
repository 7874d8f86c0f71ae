#include "soma_coordinates/points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

enum { MOST_BYTES = 1 << 30 };

struct reader {
    const char *path;
    unsigned line;
    bool begun;                 /* a line with something on it was read */
    double *uvl;
    size_t count, done;         /* places: wanted, read */
};

/* Cuts a line into words; returns how many there are, at most one more than fit. */
static int
split(const char *at, const char *end, struct str words[4])
{
    static const char between[] = ", \t\r;";
    int count = 0;

    while (count < 4) {
        const char *from;

        while (at < end && *at && strchr(between, *at))
            at++;
        if (at == end || *at == '#')
            break;
        from = at;
        while (at < end && *at != '#' && !(*at && strchr(between, *at)))
            at++;
        words[count++] = (struct str){ from, (size_t)(at - from) };
    }
    return count;
}

static int
read_line(struct reader *r, const char *at, const char *end, struct fx_error *err)
{
    struct fx_mark here = { r->path, r->line, 0 };
    struct str words[4];
    int count = split(at, end, words);
    double place[3];

    if (count == 0)
        return 0;
    for (int k = 0; k < 3 && count == 3; k++) {
        if (number_parse_real(words[k], &place[k]) && fabs(place[k]) < 1e30)
            continue;
        if (!r->begun && k == 0 && !number_parse_real(words[1], &place[1])) {
            r->begun = true;    /* the names of the columns */
            return 0;
        }
        return fx_fail(err, FX_INVALID, here, "'%.*s' is no number",
                       (int)(words[k].len < 40 ? words[k].len : 40), words[k].at);
    }
    if (count != 3)
        return fx_fail(err, FX_INVALID, here, "a place is three numbers: u, v, l");
    r->begun = true;
    if (r->done == r->count)
        return fx_fail(err, FX_INVALID, here, "there are more places than the %zu somata", r->count);
    memcpy(r->uvl + 3 * r->done++, place, sizeof place);
    return 0;
}

static int
read_lines(struct reader *r, const char *at, const char *end, struct fx_error *err)
{
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));

        if (!stop)
            stop = end;
        r->line++;
        if (read_line(r, at, stop, err))
            return -1;
        at = stop < end ? stop + 1 : end;
    }
    if (r->done < r->count)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ r->path, 0, 0 },
                       "there are %zu places for %zu somata", r->done, r->count);
    return 0;
}

int
points_read(const char *path, size_t count, double **uvl, struct fx_error *err)
{
    struct reader r = { .path = path, .count = count };
    struct text text;
    int status;

    *uvl = NULL;
    text_init(&text, MOST_BYTES);
    status = file_read(path, &text, err);
    /* A place takes six bytes: what the count claims is believed no further than the file goes. */
    if (!status && text.len / 5 + 1 < count)
        status = fx_fail(err, FX_INVALID, (struct fx_mark){ path, 0, 0 },
                         "there are not places for %zu somata in it", count);
    if (!status) {
        r.uvl = mem_new(3 * count + 1, sizeof *r.uvl);
        status = read_lines(&r, text.at ? text.at : "", text.at ? text.at + text.len : "", err);
    }
    text_release(&text);
    if (status)
        free(r.uvl);
    else
        *uvl = r.uvl;
    return status;
}

void
points_box(const double *uvl, size_t count, double low[3], double high[3])
{
    for (size_t k = 0; k < 3; k++) {
        low[k] = high[k] = uvl[k];
        for (size_t i = 1; i < count; i++) {
            low[k] = fmin(low[k], uvl[3 * i + k]);
            high[k] = fmax(high[k], uvl[3 * i + k]);
        }
    }
}
