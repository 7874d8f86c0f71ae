/*
 * text - strings: `struct str` views bytes owned elsewhere, `struct text` grows and owns.
 *
 * Views need not end in NUL; print them with "%.*s" and STR(). A text always ends in NUL (not counted
 * in its length), so text.at is a C string. A text has a ceiling: input that would pass it makes the
 * text `full`, further appends are dropped, and the caller checks once at the end.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *at;
    size_t len;
};

/* The two arguments of "%.*s". */
#define STR(s) ((int)(s).len), ((s).at ? (s).at : "")

struct str str_of(const char *s);                   /* "" for NULL */
bool       str_equal(struct str a, struct str b);
bool       str_is(struct str a, const char *b);
int        str_compare(struct str a, struct str b); /* by bytes; a prefix comes first */
bool       str_starts(struct str s, const char *prefix);
struct str str_slice(struct str s, size_t from, size_t to);     /* clamped to the string */
bool       str_is_utf8(struct str s);               /* no surrogates, nothing longer than it need be */

/*
 * The edit distance between two names, at most `limit` + 1 (so that long strings stay cheap): for
 * "did you mean". Two neighbouring letters swapped count as one edit.
 */
unsigned str_distance(struct str a, struct str b, unsigned limit);

/*
 * Of `count` candidates the one nearest to `name`, near enough to suggest (at most a third of its
 * letters differ); an empty string when there is none.
 */
struct str str_nearest(struct str name, const struct str *candidates, size_t count);

struct text {
    char *at;
    size_t len, room, ceiling;
    bool full;          /* something was dropped because of the ceiling */
};

void text_init(struct text *text, size_t ceiling);  /* at most `ceiling` bytes; allocates on first use */
void text_release(struct text *text);
void text_clear(struct text *text);                 /* keeps the memory */
void text_append(struct text *text, const char *at, size_t len);
void text_add(struct text *text, const char *s);
void text_add_str(struct text *text, struct str s);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str text_view(const struct text *text);

/* `s` in JSON's double quotes, with its escapes; bytes that are not UTF-8 pass unchanged. */
void text_add_quoted(struct text *text, struct str s);

/*
 * Numbers without the locale. `number_parse_*` take the whole of `s` (decimal; reals as in C, also
 * "inf" and "nan" are refused) and return false when it is no such number or out of range.
 */
bool number_parse_integer(struct str s, int64_t *out);
bool number_parse_real(struct str s, double *out);

/* The shortest decimal spelling that reads back as `value`; "0.5", "1e-05" spelt "1e-5". */
void text_add_real(struct text *text, double value);

#endif
