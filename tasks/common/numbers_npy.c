/*
 * NPY files (numpy, "NEP 1: a simple file format for NumPy arrays"): magic, version, the length of a
 * header, the header - a Python dictionary with descr, fortran_order and shape - and the values.
 */
#include "common/numbers.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

enum { MAGIC = 6, VERSION_1 = 1, VERSION_3 = 3, MOST_DESCR = 8 };

struct npy {
    const char *path, *at, *end;        /* of the header, while it is read */
    char descr[MOST_DESCR];
    bool has_descr, has_order, has_shape;
    uint64_t shape[2];
    int dimensions;
};

static int
invalid(const struct npy *npy, struct fx_error *err, const char *what)
{
    return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = npy->path }, "%s", what);
}

static int
no_header(const struct npy *npy, struct fx_error *err)
{
    return invalid(npy, err, "its NPY header is not as numpy writes it");
}

static void
pass_blanks(struct npy *npy)
{
    while (npy->at < npy->end && (*npy->at == ' ' || *npy->at == '\n' || *npy->at == '\t'))
        npy->at++;
}

/* Passes blanks, and then the character if it is there. */
static bool
take(struct npy *npy, char c)
{
    pass_blanks(npy);
    if (npy->at == npy->end || *npy->at != c)
        return false;
    npy->at++;
    return true;
}

/* 'text' or "text" of less than `room` bytes. */
static bool
take_text(struct npy *npy, char *text, size_t room)
{
    char quote = take(npy, '\'') ? '\'' : take(npy, '"') ? '"' : 0;
    size_t len = 0;

    while (quote && npy->at < npy->end && *npy->at != quote && len + 1 < room)
        text[len++] = *npy->at++;
    text[len] = 0;
    if (!quote || npy->at == npy->end || *npy->at != quote)
        return false;
    npy->at++;
    return true;
}

static bool
take_word(struct npy *npy, const char *word)
{
    size_t len = strlen(word);

    pass_blanks(npy);
    if ((size_t)(npy->end - npy->at) < len || memcmp(npy->at, word, len) != 0)
        return false;
    npy->at += len;
    return true;
}

static bool
take_length(struct npy *npy, uint64_t *out)
{
    bool any = false;

    pass_blanks(npy);
    for (*out = 0; npy->at < npy->end && *npy->at >= '0' && *npy->at <= '9'; npy->at++) {
        if (*out > (UINT64_MAX >> 1) / 10 - 1)
            return false;
        *out = *out * 10 + (uint64_t)(*npy->at - '0');
        any = true;
    }
    return any;
}

static int
read_shape(struct npy *npy, struct fx_error *err)
{
    if (!take(npy, '('))
        return no_header(npy, err);
    while (!take(npy, ')')) {
        uint64_t length;

        if (!take_length(npy, &length))
            return no_header(npy, err);
        if (npy->dimensions == 2)
            return invalid(npy, err, "its array has more than two dimensions");
        npy->shape[npy->dimensions++] = length;
        if (!take(npy, ',')) {
            if (!take(npy, ')'))
                return no_header(npy, err);
            break;
        }
    }
    if (npy->dimensions == 0)
        return invalid(npy, err, "its array has no dimension");
    if (npy->dimensions == 1)
        npy->shape[1] = 1;
    npy->has_shape = true;
    return 0;
}

static int
read_entry(struct npy *npy, struct fx_error *err)
{
    char name[16];

    if (!take_text(npy, name, sizeof name) || !take(npy, ':'))
        return no_header(npy, err);
    if (strcmp(name, "descr") == 0 && !npy->has_descr) {
        if (!take_text(npy, npy->descr, sizeof npy->descr))
            return invalid(npy, err, "its array is not of plain numbers");
        npy->has_descr = true;
        return 0;
    }
    if (strcmp(name, "fortran_order") == 0 && !npy->has_order) {
        npy->has_order = true;
        if (take_word(npy, "False"))
            return 0;
        if (take_word(npy, "True"))
            return invalid(npy, err, "its array is in Fortran order: save numpy.ascontiguousarray(it)");
        return no_header(npy, err);
    }
    if (strcmp(name, "shape") == 0 && !npy->has_shape)
        return read_shape(npy, err);
    return no_header(npy, err);
}

static int
read_header(struct npy *npy, struct fx_error *err)
{
    if (!take(npy, '{'))
        return no_header(npy, err);
    while (!take(npy, '}')) {
        if (read_entry(npy, err))
            return -1;
        if (!take(npy, ',')) {
            if (!take(npy, '}'))
                return no_header(npy, err);
            break;
        }
    }
    return npy->has_descr && npy->has_order && npy->has_shape ? 0 : no_header(npy, err);
}

/* Bytes of a number; 0 for a type that is not read. */
static size_t
size_of(const char *descr)
{
    static const char *const types[] = { "<f8", "<f4", "<i8", "<u8", "<i4", "<u4",
                                         "<i2", "<u2", "|i1", "|u1" };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strcmp(descr, types[i]) == 0)
            return (size_t)(descr[2] - '0');
    return 0;
}

static double
value_of(const char *at, char kind, size_t size)
{
    uint64_t bits = 0;
    double value;
    float single;
    uint32_t low;

    for (size_t i = size; i-- > 0; )
        bits = bits << 8 | (uint8_t)at[i];
    if (kind == 'f' && size == 8) {
        memcpy(&value, &bits, sizeof value);
        return value;
    }
    if (kind == 'f') {
        low = (uint32_t)bits;
        memcpy(&single, &low, sizeof single);
        return single;
    }
    if (kind == 'i' && bits >> (8 * size - 1))
        return -(double)((size == 8 ? 0 : (uint64_t)1 << 8 * size) - bits);
    return (double)bits;
}

static int
read_values(struct npy *npy, const char *at, size_t size, struct numbers *out,
            struct fx_error *err)
{
    size_t each = size_of(npy->descr), count;

    if (each == 0)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = npy->path },
                       "its array is of type '%s', not of little-endian floats or integers",
                       npy->descr);
    if (npy->shape[0] > 0 && npy->shape[1] > size / each / npy->shape[0])
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = npy->path },
                       "it has %zu bytes of values, less than its shape %llu x %llu needs", size,
                       (unsigned long long)npy->shape[0], (unsigned long long)npy->shape[1]);
    count = (size_t)(npy->shape[0] * npy->shape[1]);
    if (count > 0 && count * each != size)
        return invalid(npy, err, "it has more values than its shape says");
    *out = (struct numbers){ (size_t)npy->shape[0], (size_t)npy->shape[1],
                             mem_new(count + 1, sizeof *out->at) };
    for (size_t i = 0; i < count; i++) {
        out->at[i] = value_of(at + i * each, npy->descr[1], each);
        if (isfinite(out->at[i]))
            continue;
        numbers_release(out);
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = npy->path },
                       "its value number %zu is not finite", i);
    }
    return 0;
}

int
numbers_parse_npy(const char *bytes, size_t size, const char *path, struct numbers *out,
                  struct fx_error *err)
{
    struct npy npy = { .path = path };
    size_t length = 0, counted;

    if (size < MAGIC + 2 || memcmp(bytes, "\x93NUMPY", MAGIC) != 0)
        return invalid(&npy, err, "it is no NPY file");
    if (bytes[MAGIC] < VERSION_1 || bytes[MAGIC] > VERSION_3)
        return invalid(&npy, err, "its NPY version is none of 1, 2, 3");
    counted = bytes[MAGIC] == VERSION_1 ? 2 : 4;
    if (size < MAGIC + 2 + counted)
        return invalid(&npy, err, "its NPY header is cut off");
    for (size_t i = counted; i-- > 0; )
        length = length << 8 | (uint8_t)bytes[MAGIC + 2 + i];
    npy.at = bytes + MAGIC + 2 + counted;
    if (length > size - (MAGIC + 2 + counted))
        return invalid(&npy, err, "its NPY header is cut off");
    npy.end = npy.at + length;
    if (read_header(&npy, err))
        return -1;
    return read_values(&npy, npy.end, (size_t)(bytes + size - npy.end), out, err);
}
