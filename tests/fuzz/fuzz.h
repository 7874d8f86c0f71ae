/*
 * fuzz - what the fuzz targets share.
 *
 * A target is a file fuzz_<name>.c with LLVMFuzzerTestOneInput(): it gives the bytes to one reader of
 * ours, as a user's file, and checks what must hold whatever they are. Its corpus is the folder
 * corpus/<name>, words worth trying stand in <name>.dict. Built with clang and -DFUZZ=ON it is a
 * libFuzzer program; otherwise driver.c replays the corpus and a number of seeded mutations of it.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* What must hold; ends the program as a crash does. */
#define FUZZ_CHECK(condition) \
    do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
            abort(); \
        } \
    } while (0)

/*
 * Files in memory, for the readers of text. A target linked with files.c sees these and no others:
 * file_read(), file_exists(), file_is_folder() of base/file.h are replaced for all callers, and
 * fopen() for paths below /fuzz. Paths are absolute.
 */

/* Adds a file; `at` is borrowed until fuzz_files_clear(). */
void fuzz_files_add(const char *path, const void *at, size_t len);

/* Adds, for good, all files of the real folder and those below it, under the path `as`. */
void fuzz_files_add_folder(const char *folder, const char *as);

/* Drops what fuzz_files_add() added. */
void fuzz_files_clear(void);

/*
 * Cuts the bytes at lines "=== NAME": the first part has the name `first`. Calls `each` for every
 * part, at most 32.
 */
void fuzz_parts(const uint8_t *data, size_t size, const char *first,
                void (*each)(void *context, const char *name, const char *at, size_t len),
                void *context);

#endif
