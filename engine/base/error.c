#include "fornix/error.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"

/* Copies the end of a path that is too long: its last components say more. */
static void
set_file(struct fx_error *err, const char *file)
{
    size_t len = file ? strlen(file) : 0;

    if (len >= sizeof err->file) {
        snprintf(err->file, sizeof err->file, "...%s", file + len - (sizeof err->file - 4));
    } else {
        memcpy(err->file, file ? file : "", len);
        err->file[len] = '\0';
    }
}

/* Names from the user's files may hold anything: one error is one line. */
static void
one_line(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20)
            *text = ' ';
}

int
fx_vfail(struct fx_error *err, enum fx_code code, struct fx_mark at, const char *format,
         va_list args)
{
    err->code = code;
    err->line = at.line;
    err->column = at.column;
    set_file(err, at.file);
    err->hint[0] = '\0';
    vsnprintf(err->text, sizeof err->text, format, args);
    one_line(err->text);
    return -1;
}

int
fx_fail(struct fx_error *err, enum fx_code code, struct fx_mark at, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fx_vfail(err, code, at, format, args);
    va_end(args);
    return -1;
}

int
fx_fail_errno(struct fx_error *err, int errnum, const char *format, ...)
{
    char reason[128] = "";
    va_list args;
    size_t len;

    err->code = FX_SYSTEM;
    err->line = err->column = 0;
    err->file[0] = err->hint[0] = '\0';
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    if (strerror_r(errnum, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", errnum);
    len = strlen(err->text);
    snprintf(err->text + len, sizeof err->text - len, ": %s", reason);
    one_line(err->text);
    return -1;
}

int
fx_error_in(struct fx_error *err, const char *format, ...)
{
    char context[sizeof err->text], text[sizeof err->text];
    size_t len;
    va_list args;

    va_start(args, format);
    vsnprintf(context, sizeof context, format, args);
    va_end(args);
    memcpy(text, err->text, sizeof text);
    len = strlen(context);
    memcpy(err->text, context, len + 1);
    snprintf(err->text + len, sizeof err->text - len, ": %s", text);
    one_line(err->text);
    return -1;
}

int
fx_error_hint(struct fx_error *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(err->hint, sizeof err->hint, format, args);
    va_end(args);
    one_line(err->hint);
    return -1;
}

int
fx_exit_status(enum fx_code code)
{
    switch (code) {
    case FX_OK:
        return 0;
    case FX_INVALID:
        return 2;
    case FX_INTERRUPTED:
        return 130;
    case FX_SYSTEM:
    case FX_FAILED:
        break;
    }
    return 1;
}

/* Reads line `number` of `path` without its newline; false when there is no such line. */
static bool
read_line(const char *path, unsigned number, char *line, size_t room)
{
    FILE *in = fopen(path, "r");
    unsigned at = 1;
    size_t len = 0;
    int c = EOF;

    if (!in)
        return false;
    while (at < number && (c = getc(in)) != EOF)
        at += c == '\n';
    if (at == number)
        while ((c = getc(in)) != EOF && c != '\n' && len + 1 < room)
            line[len++] = c == '\t' || c == '\r' ? ' ' : (char)c;
    line[len] = '\0';
    fclose(in);
    return at == number && len > 0;
}

void
fx_error_print(const struct fx_error *err, FILE *out)
{
    char line[512];
    unsigned caret = 0;

    if (!err->file[0]) {
        fprintf(out, "fornix: error: %s\n", err->text);
        if (err->hint[0])
            fprintf(out, "    %s\n", err->hint);
        return;
    }
    fprintf(out, "%s:", err->file);
    if (err->line)
        fprintf(out, "%u:", err->line);
    if (err->line && err->column)
        fprintf(out, "%u:", err->column);
    fprintf(out, " error: %s\n", err->text);
    if (!err->line || !read_line(err->file, err->line, line, sizeof line)) {
        if (err->hint[0])
            fprintf(out, "    %s\n", err->hint);
        return;
    }
    if (!err->column) {     /* a line of a program */
        fprintf(out, "    %s\n", line + strspn(line, " "));
        if (err->hint[0])
            fprintf(out, "    %s\n", err->hint);
        return;
    }
    /* Columns count characters: a caret under UTF-8 text skips continuation bytes. */
    fprintf(out, "    %s\n    ", line);
    for (unsigned i = 0; line[i] && caret + 1 < err->column; i++)
        if (((unsigned char)line[i] & 0xc0) != 0x80) {
            caret++;
            putc(' ', out);
        }
    while (caret + 1 < err->column && caret < sizeof line) {
        caret++;
        putc(' ', out);
    }
    fprintf(out, "^%s%s\n", err->hint[0] ? " " : "", err->hint);
}
