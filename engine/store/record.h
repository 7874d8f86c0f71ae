/*
 * record - what the store knows of one finished job: a JSON object in the file `record`.
 *
 * Versioned; a torn or damaged record is dropped (the job runs again), an unknown version refused.
 */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"

enum { RECORD_VERSION = 1 };

struct record_output {
    struct str name, path;          /* path below the job's `out` folder */
    struct digest digest;           /* of its content */
    struct file_identity identity;  /* as published; the device is not compared */
};

struct record {
    struct digest key;
    struct str task, workflow, stage, point;    /* the names under which it ran; not part of the key */
    int64_t task_version;
    struct str host;
    double started, seconds, cpu_seconds;       /* seconds since 1970; of the attempt */
    uint64_t max_rss;                           /* bytes, the largest process of the attempt */
    int exit_status;
    struct record_output *outputs;
    uint32_t output_count;
};

/* Appends the record as JSON, always the same bytes for the same record. */
void record_write(const struct record *record, struct text *out);

/* Reads it; everything in `record` lives in `arena`. FX_INVALID says what is wrong with it. */
int record_read(struct arena *arena, struct str json, struct record *record, struct fx_error *err);

#endif
