/*
 * parts - what the files of store/ share: the struct behind store.h and a few functions.
 *
 * Nobody outside store/ includes this.
 */
#ifndef STORE_PARTS_H
#define STORE_PARTS_H

#include "base/vec.h"
#include "store/index.h"
#include "store/store.h"

enum {
    STORE_VERSION = 1,
    MANIFEST_CEILING = 64 << 20,    /* bytes; also of a record */
    ENGINE_NAME = 17                /* 16 hexadecimal digits and NUL */
};

struct history;

struct store {
    char *path;
    struct arena *arena;
    struct index *index;
    struct history *history;        /* NULL until somebody asks */
    int folders;                    /* the folder store/, opened; -1: not possible */
    bool durable;
    struct digest boot;             /* of the machine; zero: not known, every file is synced by itself */
    VEC(struct digest) unsynced;    /* keys, in the order in which they were published or found */
    bool has_failed;                /* the folder failed/ exists */
    char engine[ENGINE_NAME];       /* names our staging folders; "" until the first one */
    int engine_lock;                /* -1 until then */
    unsigned long attempts;         /* staging folders made so far */
};

/* Enters a record: index and history. */
void store_enter(struct store *store, const struct record *record);

/* Removes staging folders whose engines have died. What cannot be removed stays for the next time. */
void staging_sweep(struct store *store);

/* Removes claims that nobody holds. */
void claims_sweep(const struct store *store);

/* Removes a staging folder and its short folder, as far as that is possible. */
void staging_remove(const char *folder);

/* Ends this engine's lock on its staging folders. */
void staging_release(struct store *store);

/*
 * Opens `path` and takes a write lock on it that belongs to the descriptor and ends with the process
 * (OFD). 1 taken, 0 held by another descriptor, -1 failed, errno tells. `*fd` is open only after 1.
 */
int lock_take(const char *path, int *fd);

/* sync.c: the boot of the machine; a result that may not be on the disk yet; all of them, at the end. */
struct digest sync_boot(void);
void sync_note(struct store *store, const struct record *record);
void sync_rest(struct store *store);

/* history.c: the latest jobs by name. */
void history_add(struct history *history, const struct record *record);
void history_free(struct history *history);

/* True when the file changed so short before `now_ns` (of before it was read) that it might change
   again without a new time stamp. */
bool identity_is_young(const struct file_identity *identity, int64_t now_ns);
int64_t realtime_ns(void);

#endif
