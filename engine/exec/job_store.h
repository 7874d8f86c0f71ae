/*
 * job_store - where a plan meets the store: the key of each job, and its record once it is there.
 *
 * Looking a job up needs the content of its inputs, so jobs are looked up in the order of the plan
 * (or by the scheduler, each when all that it needs has finished). A record that was found or
 * published is kept, so that dependents' keys can be computed.
 *
 *   job_store_new -> job_store_find (per job) | scheduler_new(job_store_lookup()) -> accessors -> free
 *
 * Content digests of files are taken once per job_store: one run sees one state of the world.
 */
#ifndef EXEC_JOB_STORE_H
#define EXEC_JOB_STORE_H

#include "plan/key.h"
#include "plan/plan.h"
#include "sched/scheduler.h"
#include "store/store.h"

struct job_store;

/* Borrows plan and store, which must outlive it. */
struct job_store *job_store_new(const struct plan *plan, struct store *store);
void              job_store_free(struct job_store *js);     /* NULL is fine */

const struct plan *job_store_plan(const struct job_store *js);
struct store      *job_store_store(const struct job_store *js);

/* The interface that scheduler_new() wants: find is job_store_find(). Owned by `js`. */
struct lookup *job_store_lookup(struct job_store *js);

/*
 * 1: the store holds the job; 0: it must run; -1: failed, e.g. an input file is missing, or a job
 * that it needs has no record yet (FX_INVALID). May be called again: a job that was not there is
 * looked up anew, under the key of the first time.
 */
int job_store_find(struct job_store *js, job_id job, struct fx_error *err);

/* All that `job` needs has a record: its key can be computed. */
bool job_store_ready(const struct job_store *js, job_id job);

/* The key; NULL before job_store_find(). */
const struct digest *job_store_key(const struct job_store *js, job_id job);

/*
 * Writes the manifest into `text` (cleared first): computed for a job that is ready, else FX_INVALID.
 */
int job_store_manifest(struct job_store *js, job_id job, struct text *text, struct fx_error *err);

/* The record of a job that was found or published; else NULL. Read anew by each call. */
const struct record *job_store_record(const struct job_store *js, job_id job);

/* Absolute path of an output (number in the job's list) of a job with a record. From the arena. */
const char *job_store_output(const struct job_store *js, struct arena *arena, job_id job,
                             uint32_t output);

/* For executors: the job was published with `record`, by us or by another engine. */
void job_store_publish(struct job_store *js, job_id job, const struct record *record);

#endif
