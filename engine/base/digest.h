/*
 * digest - XXH3-128 of fields and of files.
 *
 * A hasher takes fields, each with its length in front, so that ("ab", "c") and ("a", "bc") differ.
 * The digest of a file covers its length and the digests of consecutive 16 MiB blocks, so that
 * several threads can work on one file.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "fornix/error.h"

struct digest {
    uint64_t high, low;
};

enum { DIGEST_HEX = 33 };       /* 32 hexadecimal digits and NUL */

bool digest_equal(struct digest a, struct digest b);
bool digest_is_zero(struct digest digest);
void digest_hex(struct digest digest, char hex[DIGEST_HEX]);    /* lower case, high first */
bool digest_parse(struct str hex, struct digest *digest);       /* exactly 32 digits */

/* A quick 64-bit hash for tables in memory; never stored. */
uint64_t digest_quick(const void *at, size_t len);

/* The digest of plain bytes, without a length in front. */
struct digest digest_bytes(const void *at, size_t len);

struct hasher;

struct hasher *hasher_new(void);
void           hasher_free(struct hasher *hasher);
void           hasher_field(struct hasher *hasher, const void *at, size_t len);
struct digest  hasher_result(const struct hasher *hasher);      /* of the fields so far */

/*
 * Appends what hasher_field() would take in, so that fields can be prepared once and used many times:
 * digest_bytes() of such text is hasher_result() after these fields.
 */
void digest_frame(struct text *out, const void *at, size_t len);

/*
 * The content digest of a regular file, with up to `threads` threads (0: one). Fails (FX_SYSTEM, or
 * FX_INVALID for what is no regular file) with the path in the text.
 */
int digest_file(const char *path, unsigned threads, struct digest *digest, struct fx_error *err);

#endif
