#include "soma_coordinates/points.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "common/h5.h"
#include "common/numbers.h"

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

static int
read_text(const char *path, size_t count, double **uvl, struct fx_error *err)
{
    struct reader r = { .path = path, .count = count };
    struct text text;
    int status;

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

/* A table must be what was asked for: its values become the places. */
static int
take_table(struct numbers *table, const char *path, size_t count, double **uvl,
           struct fx_error *err)
{
    struct fx_mark file = { .file = path };

    if (table->columns != 3)
        return fx_fail(err, FX_INVALID, file, "it has %zu columns; a place is three numbers: u, v, l",
                       table->columns);
    if (table->rows != count)
        return fx_fail(err, FX_INVALID, file, "there are %zu places for %zu somata", table->rows,
                       count);
    for (size_t i = 0; i < 3 * count; i++)
        if (!(fabs(table->at[i]) < 1e30))
            return fx_fail(err, FX_INVALID, file, "%c of place %zu is too large: %g",
                           "uvl"[i % 3], i / 3, table->at[i]);
    *uvl = table->at;
    table->at = NULL;
    return 0;
}

static int
read_h5(const char *path, const char *population, struct numbers *table, struct fx_error *err)
{
    char names[3][300];
    const char *columns[3] = { "/uvl", names[1], names[2] };
    struct h5_file *file = h5_open(path, err);
    bool table_there;

    if (!file)
        return -1;
    table_there = h5_exists(file, "/uvl");
    for (size_t k = 0; k < 3; k++)
        snprintf(names[k], sizeof names[k],
                 "/Populations/%s/Generated Coordinates/%c Coordinate/Attribute Value", population,
                 "UVL"[k]);
    if (!table_there && !h5_exists(file, names[0])) {
        h5_discard(file);
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = path }, "there is neither a dataset "
                       "'/uvl' nor the Generated Coordinates of '%s'", population);
    }
    h5_discard(file);
    if (!table_there)
        columns[0] = names[0];
    return numbers_read_h5(path, columns, table_there ? 1 : 3, table, err);
}

/* Whether the file begins with these bytes. */
static bool
begins_with(const char *path, const char *bytes, size_t size)
{
    char found[8] = { 0 };
    FILE *file = fopen(path, "rb");
    size_t count = file ? fread(found, 1, size, file) : 0;

    if (file)
        fclose(file);
    return count == size && !memcmp(found, bytes, size);
}

int
points_read(const char *path, const char *population, size_t count, double **uvl,
            struct fx_error *err)
{
    struct numbers table = { 0 };
    int status;

    *uvl = NULL;
    if (begins_with(path, "\x89HDF\r\n\x1a\n", 8))
        status = read_h5(path, population, &table, err);
    else if (begins_with(path, "\x93NUMPY", 6))
        status = numbers_read(path, NULL, &table, err);
    else
        return read_text(path, count, uvl, err);
    if (!status)
        status = take_table(&table, path, count, uvl, err);
    numbers_release(&table);
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
