#include "common/swc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"

/* A morphology of 65 535 points takes some 4 MB; beyond this it is something else. */
enum { MOST_BYTES = 64 << 20, COLUMNS = 8, NEEDED = 7 };

struct point {
    int64_t id, parent;
    double at[3], radius;
    int type, layer;
    unsigned line;
};

struct reader {
    const char *path;
    unsigned line;
    const char *line_begin;
    int columns;            /* of the first line with data; 0 before it */
    VEC(struct point) points;
};

static int
invalid(const struct reader *r, const char *at, struct fx_error *err, const char *text,
        struct str word)
{
    unsigned column = at ? (unsigned)(at - r->line_begin) + 1 : 0;
    char shown[48];

    if (!word.at)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ r->path, r->line, column }, "%s", text);
    snprintf(shown, sizeof shown, "%.*s", (int)(word.len < 40 ? word.len : 40), word.at);
    for (char *c = shown; *c; c++)
        if ((unsigned char)*c < 32 || (unsigned char)*c > 126)
            *c = '?';
    return fx_fail(err, FX_INVALID, (struct fx_mark){ r->path, r->line, column }, "%s: '%s'", text,
                   shown);
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Cuts a line at blanks; what follows a '#' is a comment. Returns how many words there are, at most
 * one more than fit. */
static int
split(const char *at, const char *end, struct str words[COLUMNS + 1])
{
    int count = 0;

    while (count <= COLUMNS) {
        const char *from;
        while (at < end && is_blank(*at))
            at++;
        if (at == end || *at == '#')
            break;
        from = at;
        while (at < end && !is_blank(*at) && *at != '#')
            at++;
        words[count++] = (struct str){ from, (size_t)(at - from) };
    }
    return count;
}

static int
read_integer(const struct reader *r, struct str word, const char *what, int64_t low, int64_t high,
             int64_t *out, struct fx_error *err)
{
    char text[80];

    if (number_parse_integer(word, out) && *out >= low && *out <= high)
        return 0;
    snprintf(text, sizeof text, "%s is no integer from %lld to %lld", what, (long long)low,
             (long long)high);
    return invalid(r, word.at, err, text, word);
}

static int
read_real(const struct reader *r, struct str word, const char *what, double *out,
          struct fx_error *err)
{
    char text[80];

    /* Larger ones would be no finite f32 in the file. */
    if (number_parse_real(word, out) && fabs(*out) < 1e30)
        return 0;
    snprintf(text, sizeof text, "%s is no number", what);
    return invalid(r, word.at, err, text, word);
}

static int
read_point(struct reader *r, const struct str *words, int count, struct fx_error *err)
{
    static const char *const names[] = { "x", "y", "z" };
    struct point p = { .layer = MORPHOLOGY_NO_LAYER, .line = r->line };
    int64_t type, layer;

    if (read_integer(r, words[0], "the point's number", 0, INT32_MAX, &p.id, err) ||
        read_integer(r, words[1], "the type", 0, INT8_MAX, &type, err))
        return -1;
    for (int i = 0; i < 3; i++)
        if (read_real(r, words[2 + i], names[i], &p.at[i], err))
            return -1;
    if (read_real(r, words[5], "the radius", &p.radius, err) ||
        read_integer(r, words[6], "the parent", -1, INT32_MAX, &p.parent, err))
        return -1;
    if (!((float)p.radius > 0))
        return invalid(r, words[5].at, err, "the radius is not above 0", words[5]);
    if (count > NEEDED) {
        if (read_integer(r, words[7], "the layer", INT8_MIN, INT8_MAX, &layer, err))
            return -1;
        p.layer = (int)layer;
    }
    if (p.parent == p.id)
        return invalid(r, words[6].at, err, "the point is its own parent", words[6]);
    p.type = (int)type;
    if (r->points.count == MORPHOLOGY_MOST_POINTS)
        return invalid(r, NULL, err, "there are more than 65535 points", (struct str){ NULL, 0 });
    vec_push(&r->points, p);
    return 0;
}

static int
read_line(struct reader *r, const char *end, struct fx_error *err)
{
    struct str words[COLUMNS + 1];
    int count = split(r->line_begin, end, words);
    char text[120];

    if (count == 0)
        return 0;
    if (count < NEEDED || count > COLUMNS) {
        snprintf(text, sizeof text, "a point has %d columns, or %d with the layer; here are %d%s",
                 NEEDED, COLUMNS, count, count > COLUMNS ? " or more" : "");
        return invalid(r, NULL, err, text, (struct str){ NULL, 0 });
    }
    if (r->columns && r->columns != count) {
        snprintf(text, sizeof text, "here are %d columns, on the lines before %d", count, r->columns);
        return invalid(r, NULL, err, text, (struct str){ NULL, 0 });
    }
    r->columns = count;
    return read_point(r, words, count, err);
}

static int
read_lines(struct reader *r, const char *at, const char *end, struct fx_error *err)
{
    if (end - at >= 3 && !memcmp(at, "\xef\xbb\xbf", 3))
        at += 3;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop)
            stop = end;
        r->line++;
        r->line_begin = at;
        if (read_line(r, stop, err))
            return -1;
        at = stop < end ? stop + 1 : end;
    }
    if (r->points.count == 0)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ r->path, 0, 0 }, "there is no point in it");
    return 0;
}

/* --- ids ----------------------------------------------------------------------------------------- */

struct id_entry {
    int64_t id;
    size_t point;
};

static int
compare_ids(const void *a, const void *b)
{
    const struct id_entry *left = a, *right = b;

    if (left->id != right->id)
        return left->id < right->id ? -1 : 1;
    return left->point < right->point ? -1 : left->point > right->point;
}

static const struct id_entry *
find_id(const struct id_entry *ids, size_t count, int64_t id)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && ids[low].id == id ? &ids[low] : NULL;
}

static int
fail_at(const struct reader *r, size_t point, struct fx_error *err, const char *format,
        long long number)
{
    return fx_fail(err, FX_INVALID, (struct fx_mark){ r->path, r->points.at[point].line, 0 }, format,
                   number);
}

/* Every point leads to the root: marks those known to, and follows the others until one is marked. */
static int
check_cycles(const struct reader *r, const struct morphology *m, struct fx_error *err)
{
    size_t n = m->point_count;
    uint32_t *mark = mem_new(n, sizeof *mark);
    int status = 0;

    for (size_t i = 0; !status && i < n; i++) {
        int32_t p = (int32_t)i;
        while (p >= 0 && mark[p] == 0) {
            mark[p] = (uint32_t)i + 1;
            p = m->parent[p];
        }
        if (p >= 0 && mark[p] == i + 1)
            status = fail_at(r, (size_t)p, err, "point %lld is its own ancestor: the parents form a "
                             "cycle", (long long)r->points.at[p].id);
    }
    free(mark);
    return status;
}

static int
link_points(const struct reader *r, struct morphology *m, const struct id_entry *ids,
            struct fx_error *err)
{
    size_t n = m->point_count, root = n;

    for (size_t i = 1; i < n; i++)
        if (ids[i].id == ids[i - 1].id)
            return fail_at(r, ids[i].point, err, "point %lld is there twice", (long long)ids[i].id);
    for (size_t i = 0; i < n; i++) {
        const struct point *p = &r->points.at[i];
        const struct id_entry *parent = find_id(ids, n, p->parent);
        if (p->parent >= 0 && !parent)
            return fail_at(r, i, err, "the parent, point %lld, is not there", (long long)p->parent);
        if (p->parent < 0 && root < n)
            return fail_at(r, i, err, "a second root; the first one is point %lld",
                           (long long)r->points.at[root].id);
        if (p->parent < 0)
            root = i;
        m->parent[i] = parent ? (int32_t)parent->point : -1;
    }
    if (check_cycles(r, m, err))
        return -1;
    if (root == n)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ r->path, 0, 0 }, "there is no root");
    return 0;
}

static int
fill_morphology(const struct reader *r, struct morphology *m, struct fx_error *err)
{
    size_t n = r->points.count;
    struct id_entry *ids = mem_new(n, sizeof *ids);
    int status;

    morphology_init(m, n);
    for (size_t i = 0; i < n; i++) {
        const struct point *p = &r->points.at[i];
        ids[i] = (struct id_entry){ p->id, i };
        m->x[i] = (float)p->at[0];
        m->y[i] = (float)p->at[1];
        m->z[i] = (float)p->at[2];
        m->radius[i] = (float)p->radius;
        m->swc_type[i] = (int8_t)p->type;
        m->layer[i] = (int8_t)p->layer;
    }
    qsort(ids, n, sizeof *ids, compare_ids);
    status = link_points(r, m, ids, err);
    free(ids);
    if (status)
        morphology_release(m);
    return status;
}

int
swc_parse(const char *bytes, size_t size, const char *path, struct morphology *m, bool *has_layers,
          struct fx_error *err)
{
    struct reader r = { .path = path };
    int status;

    *m = (struct morphology){ 0 };
    status = read_lines(&r, bytes, bytes + size, err);
    if (!status)
        status = fill_morphology(&r, m, err);
    if (!status && has_layers)
        *has_layers = r.columns > NEEDED;
    vec_release(&r.points);
    return status;
}

int
swc_read(const char *path, struct morphology *m, bool *has_layers, struct fx_error *err)
{
    struct text text;
    int status;

    *m = (struct morphology){ 0 };
    text_init(&text, MOST_BYTES);
    status = file_read(path, &text, err);
    if (!status)
        status = swc_parse(text.at ? text.at : "", text.len, path, m, has_layers, err);
    if (!status && morphology_contract(m, err)) {
        snprintf(err->file, sizeof err->file, "%s", path);
        morphology_release(m);
        status = -1;
    }
    text_release(&text);
    return status;
}
