/*
 * findings - what a check has found, in memory that outlives the process that looks.
 *
 *   found_problem(...), found_warning(...): one each
 *   struct tally t = tally_of(findings, path, false); tally_add(&t, index, "...") for each; tally_end(&t)
 */
#ifndef H5_FINDINGS_H
#define H5_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NO_INDEX = -1 };

struct finding {
    bool warning, in_cells; /* in_cells: of the file that --cells names */
    int64_t index;          /* the entry; NO_INDEX: of the whole */
    char path[300], text[300];
};

struct findings {
    uint64_t problems, warnings; /* all of them */
    uint64_t told, most;         /* how many stand in `at` */
    bool in_cells;               /* what comes now */
    struct finding at[];
};

/* Bytes of findings that hold `most`. */
size_t findings_size(uint64_t most);

void found_problem(struct findings *findings, const char *path, int64_t index, const char *text,
                   ...) __attribute__((format(printf, 4, 5)));
void found_warning(struct findings *findings, const char *path, int64_t index, const char *text,
                   ...) __attribute__((format(printf, 4, 5)));

/* Many entries of one dataset with the same fault: the first are told each, the others by their number. */
struct tally {
    struct findings *findings;
    const char *path;
    bool warning;
    uint64_t count;
};

struct tally tally_of(struct findings *findings, const char *path, bool warning);
void tally_add(struct tally *tally, uint64_t index, const char *text, ...)
    __attribute__((format(printf, 3, 4)));
void tally_end(struct tally *tally);

#endif
