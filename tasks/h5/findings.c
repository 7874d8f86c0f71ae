#include "h5/findings.h"

#include <stdarg.h>
#include <stdio.h>

enum { TOLD_OF_ONE_KIND = 5 };

size_t
findings_size(uint64_t most)
{
    return sizeof(struct findings) + (size_t)most * sizeof(struct finding);
}

static void
found(struct findings *f, bool warning, const char *path, int64_t index, const char *text,
      va_list args)
{
    struct finding *to;

    *(warning ? &f->warnings : &f->problems) += 1;
    if (f->told == f->most)
        return;
    to = &f->at[f->told++];
    to->warning = warning;
    to->in_cells = f->in_cells;
    to->index = index;
    snprintf(to->path, sizeof to->path, "%s", path);
    vsnprintf(to->text, sizeof to->text, text, args);
}

void
found_problem(struct findings *f, const char *path, int64_t index, const char *text, ...)
{
    va_list args;

    va_start(args, text);
    found(f, false, path, index, text, args);
    va_end(args);
}

void
found_warning(struct findings *f, const char *path, int64_t index, const char *text, ...)
{
    va_list args;

    va_start(args, text);
    found(f, true, path, index, text, args);
    va_end(args);
}

struct tally
tally_of(struct findings *findings, const char *path, bool warning)
{
    return (struct tally){ findings, path, warning, 0 };
}

void
tally_add(struct tally *t, uint64_t index, const char *text, ...)
{
    va_list args;

    if (t->count++ >= TOLD_OF_ONE_KIND)
        return;
    va_start(args, text);
    found(t->findings, t->warning, t->path, (int64_t)index, text, args);
    va_end(args);
}

void
tally_end(struct tally *t)
{
    uint64_t more = t->count > TOLD_OF_ONE_KIND ? t->count - TOLD_OF_ONE_KIND : 0;
    struct findings *f = t->findings;
    uint64_t *all = t->warning ? &f->warnings : &f->problems;

    if (!more)
        return;
    if (t->warning)
        found_warning(f, t->path, NO_INDEX, "%llu more entries like these",
                      (unsigned long long)more);
    else
        found_problem(f, t->path, NO_INDEX, "%llu more entries like these",
                      (unsigned long long)more);
    *all += more - 1;
}
