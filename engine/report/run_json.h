/*
 * run_json - run.json: one run, its jobs and how they ended, for `status`, `log` and programs.
 *
 *   {"fornix": 1, "run": "20260301-160509", "workflow": "quickstart", "file": "/.../workflow.yaml",
 *    "arguments": ["run", ...], "state": "done", "started": "...", "ended": "...", "seconds": 12.3,
 *    "cores": 2, "jobs": [{"job": "somas", "stage": "somas", "point": "", "state": "done",
 *    "key": "<32 digits>", "reason": "never ran before", "seconds": 0.4, "error": "...", "log": "..."}]}
 *
 * States of a run: running, done, failed, interrupted. Members of a job that do not apply are left
 * out. `log` is relative to the store's folder. The file is written when the run folder is made and
 * again at the end; what lies between stands in events.log.
 */
#ifndef REPORT_RUN_JSON_H
#define REPORT_RUN_JSON_H

#include "base/digest.h"
#include "report/watch.h"

/* What the watch does not know. */
struct run_facts {
    const char *id, *state;
    const char *store;              /* absolute */
    const char *const *arguments;   /* of the command line, NULL at its end */
    uint32_t cores;
    double ended;                   /* seconds since 1970; 0: it goes on */
};

struct run_paths {
    void *context;
    /* The key of a job in hexadecimal, or false when it has none (yet). */
    bool (*key)(void *context, job_id job, char hex[DIGEST_HEX]);
    /* The absolute path of its log, appended; nothing when there is none. */
    void (*log)(void *context, job_id job, struct text *path);
};

void run_json_write(const struct watch *watch, const struct run_facts *facts,
                    const struct run_paths *paths, struct text *out);

struct run_job {
    const char *label, *stage, *point, *state;
    const char *key, *reason, *error, *log;     /* NULL: none; the log as an absolute path */
    double seconds;                             /* negative: it did not run */
};

struct run_record {
    const char *id, *workflow, *file, *state, *started;
    double seconds;
    struct run_job *jobs;
    uint32_t job_count;
};

/*
 * Reads the run in folder `folder` of store `store`, and what events.log adds to it when the run has
 * not written its end: state is then "running" or, when its engine is gone, "ended early". In `arena`.
 * FX_INVALID when there is no such run or the file is damaged.
 */
int run_json_read(struct arena *arena, const char *store, const char *folder,
                  struct run_record *run, struct fx_error *err);

#endif
