/*
 * index - a cache of small rows beside the store: records, digests of files, notes.
 *
 * One SQLite table of (kind + 128-bit name -> checksum + value), read in one ordered scan when the
 * store opens and kept in memory; new rows are written in batches. It is never the truth: whatever
 * SQLite says or refuses, the answers are as if the index were empty, only slower. Rows whose
 * checksum does not hold are ignored; a damaged file is replaced.
 *
 *   index_open -> index_get | index_put | index_drop | index_each, index_flush at times -> index_close
 */
#ifndef STORE_INDEX_H
#define STORE_INDEX_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/text.h"

enum index_kind {
    INDEX_JOB = 'j',    /* key -> packed record */
    INDEX_FILE = 'f',   /* digest of a path -> identity and content digest */
    INDEX_NOTE = 'n'    /* digest of a name -> what somebody wants to remember */
};

struct index;

/* Never fails. `*fresh` tells that nothing was read because there was no sound index of this layout. */
struct index *index_open(const char *path, bool *fresh);
void          index_close(struct index *index);     /* writes what is pending; NULL is fine */

/* The value lives until the row is put again or dropped, or the index closes. */
bool index_get(const struct index *index, enum index_kind kind, struct digest name,
               struct str *value);

/* Values of more than 16 MiB are not kept. */
void index_put(struct index *index, enum index_kind kind, struct digest name, struct str value);
void index_drop(struct index *index, enum index_kind kind, struct digest name);

/* Calls `each` for every row of a kind, in no order. It must not change the index. */
void index_each(const struct index *index, enum index_kind kind,
                void (*each)(void *context, struct digest name, struct str value), void *context);

/* Writes pending rows in one transaction. */
void index_flush(struct index *index);

#endif
