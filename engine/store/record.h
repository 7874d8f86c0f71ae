/*
 * record - what the store knows of one finished job: a JSON object in the file `record`.
 *
 * Versioned, with a check over its own bytes; a torn or damaged record is dropped (the job runs
 * again), an unknown version refused. Version 1, which has no environment, is still read.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"

enum { RECORD_VERSION = 2, RECORD_OLDEST = 1 };

struct record_output {
    struct str name, path;          /* path below the job's `out` folder */
    struct digest digest;           /* of its content */
    struct file_identity identity;  /* as published; the device is not kept */
};

struct record {
    struct digest key;
    struct digest manifest;                     /* of the bytes of the file `manifest` */
    struct str task, workflow, stage, point;    /* the names under which it ran; not part of the key */
    int64_t task_version;
    struct str host;
    double started, seconds, cpu_seconds;       /* seconds since 1970; of the attempt */
    uint64_t max_rss;                           /* bytes, the largest process of the attempt */
    int exit_status;
    struct digest boot;     /* of the machine when it was published unsynced; zero: it was synced */
    /*
     * What it ran in, as a JSON object that the store does not look into (exec/surroundings.h). "":
     * not known: of an old record, or one that came from the index; store_environment() asks the file.
     */
    struct str environment;
    struct record_output *outputs;
    uint32_t output_count;
};

/*
 * Appends the record as JSON and a newline, always the same bytes for the same record. Its environment
 * must be JSON, on one line.
 */
void record_write(const struct record *record, struct text *out);

/* Reads it; everything in `record` lives in `arena`. FX_INVALID says what is wrong with it. */
int record_read(struct arena *arena, struct str json, struct record *record, struct fx_error *err);

/* The version that a record claims to have; 0 when there is none to be read. */
int64_t record_version(struct str json);

/* A copy with all its strings and outputs in `arena`. */
struct record record_copy(struct arena *arena, const struct record *record);

/* A path that an output may have: relative, below its folder, no empty part, no "." and "..". */
bool record_path_allowed(struct str path);

/*
 * The same in few bytes, for the index: record_pack() appends; record_unpack() returns false for what
 * record_pack() did not write. Its list of outputs comes from `arena`; strings are views of `packed`, which end in NUL.
 */
void record_pack(const struct record *record, struct text *out);
bool record_unpack(struct arena *arena, struct str packed, struct record *record);

#endif
