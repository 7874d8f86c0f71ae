/*
 * job_store_parts - what executors need of a job_store besides job_store.h.
 */
#ifndef EXEC_JOB_STORE_PARTS_H
#define EXEC_JOB_STORE_PARTS_H

#include "exec/job_store.h"

/* The manifest of a job that must run, as its key was made; borrowed until it is published. */
struct str job_store_kept_manifest(const struct job_store *js, job_id job);

/*
 * What the jobs of this run run in (surroundings.h): asked for with the first start, appended to `out`
 * for a job that has ended. `progress`: the file in which its program may have told its versions.
 */
void job_store_begin_surroundings(struct job_store *js);
void job_store_surroundings(struct job_store *js, job_id job, const char *progress,
                            struct text *out);

/* FX_FAILED when one of the job's files, or its program, has other content than when its key was made. */
int job_store_check_inputs(struct job_store *js, job_id job, struct fx_error *err);

#endif
