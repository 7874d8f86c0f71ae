/*
 * store - key -> outputs, on disk.
 *
 * Folders are the truth (store/<k0k1>/<key>/{out/, manifest, record, log}); the SQLite index beside
 * them is a cache: rebuilt when missing or damaged. A job writes into a staging folder of its own;
 * store_publish() hashes and syncs it, writes manifest and record, and renames it into place: nothing
 * half-done is ever visible, and kill -9 at any moment leaves what had finished finished.
 *
 *   store_open -> store_find (per job) -> [store_stage -> run -> store_publish | store_discard] -> store_close
 *
 * One thread uses a store at a time; store_seal() alone may run in another one. The files are
 * described in docs/store-format.md.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>

#include "store/record.h"

struct store;

/*
 * Opens or makes the store in folder `path` (absolute). Leftovers of dead engines in staging/ are
 * removed (those of living ones, told by their lock, stay). FX_SYSTEM when the folder cannot be used,
 * FX_INVALID when it holds a store of another version.
 */
struct store *store_open(const char *path, struct fx_error *err);
void          store_close(struct store *store);     /* writes the index's pending rows; NULL is fine */
const char   *store_path(const struct store *store);

/*
 * Whether what is published is brought to the disk (the default): only then a power cut leaves
 * finished jobs finished. Without it a kill still does.
 */
void store_set_durable(struct store *store, bool durable);

/*
 * Results reach the disk many at a time: store_sync() brings all that was published so far there; it
 * takes its time, and may run in another thread. store_synced() then notes it for the first `count`
 * of the store_unsynced() that there were when it began. Before that, a power cut may lose them: they
 * run again. store_close() does the rest.
 */
size_t store_unsynced(const struct store *store);
int    store_sync(const struct store *store, struct fx_error *err);
void   store_synced(struct store *store, size_t count);

/* Bytes that are free for us on the store's disk; UINT64_MAX when that is not to be known. */
uint64_t store_free_space(const struct store *store);

/* Writes the index's pending rows now; for an engine that has nothing else to do. */
void store_flush(struct store *store);

/*
 * Looks up a finished job: 1 found (`record` filled; lives as long as store and `arena`, which may be
 * NULL), 0 not there, -1 failed. Found means: record sound, each output present and unchanged by
 * size, inode, mtime and ctime; where one of these differs its content is hashed and must be equal. What is not sound is moved aside to
 * damaged/ and counts as not there. A record of another version is FX_INVALID.
 */
int store_find(struct store *store, struct arena *arena, struct digest key, struct record *record,
               struct fx_error *err);

/* As store_find() for a job that was found or published, without a look at its files. */
bool store_record(struct store *store, struct arena *arena, struct digest key,
                  struct record *record);

/* Absolute path of a found record's output. From the arena. */
const char *store_output_path(const struct store *store, struct arena *arena,
                              const struct record *record, uint32_t output);

/* Absolute path of the folder of a key, whether it is there or not. From the arena. */
const char *store_folder(const struct store *store, struct arena *arena, struct digest key);

/* Absolute path of the kept log of the last failed attempt, whether it is there or not. From the arena. */
const char *store_failed_log(const struct store *store, struct arena *arena, struct digest key);

/* Appends the manifest of a found job; FX_INVALID when its bytes are not those that were published. */
int store_manifest(const struct store *store, const struct record *record, struct text *manifest,
                   struct fx_error *err);

/* Paths of one attempt, all absolute. */
struct staging {
    const char *folder;     /* staging/<attempt> */
    const char *out;        /* folder/publish/out: where the task runs and writes its outputs */
    const char *log;        /* folder/publish/log */
    const char *job_file;   /* folder/job.json */
    const char *progress;   /* folder/progress */
    const char *scratch;    /* folder/scratch */
};

/* Makes a fresh staging folder. The strings live in `arena`. */
int store_stage(struct store *store, struct arena *arena, struct digest key,
                struct staging *staging, struct fx_error *err);

/*
 * A folder of the attempt with a path short enough for sockets in it, outside the store; removed with
 * the staging folder, also when that is swept. From the arena.
 */
int store_stage_short(struct arena *arena, const struct staging *staging, const char **folder,
                      struct fx_error *err);

/*
 * Publishes a successful attempt. `record` comes with everything but key, digests and identities of
 * the outputs (their names and paths are the declared ones), which are filled here. What lies in
 * `out` and is not declared is removed. An output that is missing, no regular file, not readable or
 * outside `out` is FX_FAILED. Returns 0 (published), 1 (somebody was faster: `record` is now theirs),
 * or -1 with nothing published; then the caller still has to store_discard().
 */
int store_publish(struct store *store, const struct staging *staging, struct digest key,
                  struct str manifest, struct record *record, struct fx_error *err);

/*
 * The two halves of store_publish(). The first reads, syncs and renames, which takes time, and
 * touches nothing of `store` that changes: it may run in another thread. The second, in the thread
 * of the store, takes the first's result (0 or 1) and enters it.
 */
int store_seal(const struct store *store, const struct staging *staging, struct digest key,
               struct str manifest, struct record *record, struct fx_error *err);
int store_settle(struct store *store, const struct staging *staging, struct digest key,
                 struct str manifest, int sealed, struct record *record, struct fx_error *err);

/*
 * Ends an attempt that failed: keeps its log and its job.json in failed/<key>/, removes the rest.
 * `log` (may be NULL) gets the path of the kept log, from `arena`; NULL when there is none.
 */
int store_discard(struct store *store, struct arena *arena, const struct staging *staging,
                  struct digest key, const char **log, struct fx_error *err);

/*
 * The manifest of the stored job nearest to (workflow, stage, point) of task `task`: the latest of
 * that name first, else the latest of that stage (in that workflow, then in any), else of that task.
 * 1 found, 0 none, -1 failed. `manifest` is appended to; `record` is filled, and lives until
 * store_close().
 */
int store_nearest(struct store *store, const char *workflow, struct str stage, struct str point,
                  struct str task, struct record *record, struct text *manifest,
                  struct fx_error *err);

/*
 * Content digests of files outside the store, cached by (path, device, inode, size, mtime, ctime).
 * A file that changed less than two seconds before it was hashed is not remembered.
 */
int store_file_digest(struct store *store, const char *path, struct digest *digest,
                      struct fx_error *err);

/*
 * The content digest of a folder: the relative paths and digests of the regular files below it,
 * sorted. Links are followed. Folders named .git, .fornix and __pycache__ do not count.
 */
int store_folder_digest(struct store *store, const char *path, struct digest *digest,
                        struct fx_error *err);

/*
 * Remembers a fact about a file (e.g. what `c++ --version` says) for as long as the file's identity
 * stays. store_recall() appends it to `fact` and returns true when it is known.
 */
bool store_recall(struct store *store, const char *question, const char *path, struct text *fact);
void store_remember(struct store *store, const char *question, const char *path, struct str fact);

/* What a job of this stage (nearest point) took last time. */
struct expected {
    double seconds;     /* negative: unknown */
    uint64_t memory;    /* bytes, of its largest process; 0: unknown */
};
struct expected store_expected(struct store *store, struct str task, struct str stage,
                               struct str point);

/*
 * The job that made an output of this content: 1 found (`record` filled; lives until store_close),
 * 0 none. Of several the latest of `stage`, else the latest. Goes through all that is stored.
 */
int store_made(struct store *store, struct digest output, struct str stage, struct record *record);

/*
 * Hashes the outputs of a found record, whatever their time stamps say: 1 when they are what was
 * published, 0 when not: then the result was moved to damaged/, and the job counts as not there.
 */
int store_verify(struct store *store, const struct record *record, struct fx_error *err);

/*
 * What a found job ran in (struct record), from its record's file: "" when it does not say. From the
 * arena.
 */
int store_environment(const struct store *store, struct arena *arena, const struct record *record,
                      struct str *environment, struct fx_error *err);

/*
 * A claim on a key: an OFD lock on claims/<key>, which ends with its owner. 1 taken (`claim` is a
 * descriptor for store_unclaim()), 0 held by somebody else (also by this very store), -1 failed.
 */
int  store_claim(struct store *store, struct digest key, int *claim, struct fx_error *err);
void store_unclaim(struct store *store, struct digest key, int claim);

#endif
