/*
 * error - what went wrong, and where in the user's file.
 *
 * Every function that can fail takes a `struct fx_error *` last, never NULL, and leaves it untouched
 * on success. The function that finds the fault fills it with fx_fail(), exactly once; callers pass
 * it up, or put context in front with fx_error_in(). An error owns no memory and points to none.
 */
#ifndef FORNIX_ERROR_H
#define FORNIX_ERROR_H

#include <stdarg.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fx_code {
    FX_OK,          /* nothing went wrong */
    FX_INVALID,     /* the user's mistake: workflow, parameters, input files, command line */
    FX_SYSTEM,      /* the machine refused: disk, memory limits, processes, permissions */
    FX_FAILED,      /* a job or a task failed while it ran */
    FX_INTERRUPTED  /* the user stopped it */
};

/* A place in a text file. Lines and columns count from 1; 0 means unknown. `file` is borrowed. */
struct fx_mark {
    const char *file;
    unsigned line, column;
};

struct fx_error {
    enum fx_code code;
    unsigned line, column;  /* 0: no place */
    char file[256];         /* "": no file; a longer path keeps its end */
    char text[512];         /* lower case, names in quotes, no newline */
    char hint[160];         /* what may help, e.g. "did you mean 'forest'?"; "" when none */
};

/* An error that says nothing yet. */
#define FX_ERROR_NONE { .code = FX_OK }

/* A mark that points nowhere. */
#define FX_NOWHERE ((struct fx_mark){ NULL, 0, 0 })

/*
 * Fills `err` and returns -1, so that `return fx_fail(...)` reads well. `at` may be FX_NOWHERE.
 * Text that does not fit is cut.
 */
int fx_fail(struct fx_error *err, enum fx_code code, struct fx_mark at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* As fx_fail(), for functions that take a format themselves. */
int fx_vfail(struct fx_error *err, enum fx_code code, struct fx_mark at, const char *format,
             va_list args) __attribute__((format(printf, 4, 0)));

/* As fx_fail() with FX_SYSTEM and no place; ": " and the text of `errnum` are appended. */
int fx_fail_errno(struct fx_error *err, int errnum, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " in front of the text of a filled error. Returns -1. */
int fx_error_in(struct fx_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets the hint of a filled error. Returns -1. */
int fx_error_hint(struct fx_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The exit status of a program that ends because of `code`: 0, 2, 1, 1 or 130. */
int fx_exit_status(enum fx_code code);

/*
 * Prints `file:line:column: error: text` and, where the line can be read again, the line with a
 * caret under the column and the hint behind it; without a place, `fornix: error: text` and the hint
 * on a line of its own.
 */
void fx_error_print(const struct fx_error *err, FILE *out);

#ifdef __cplusplus
}
#endif

#endif
