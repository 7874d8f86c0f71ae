/*
 * job_store_parts - what executors need of a job_store besides job_store.h.
 */
#ifndef EXEC_JOB_STORE_PARTS_H
#define EXEC_JOB_STORE_PARTS_H

#include "exec/job_store.h"

/* The manifest of a job that must run, as its key was made; borrowed until it is published. */
struct str job_store_kept_manifest(const struct job_store *js, job_id job);

/* FX_FAILED when one of the job's files, or its program, has other content than when its key was made. */
int job_store_check_inputs(struct job_store *js, job_id job, struct fx_error *err);

#endif
