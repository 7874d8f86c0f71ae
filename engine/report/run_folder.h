/*
 * run_folder - what one run leaves for people: runs/<workflow>/<run id>/ in the store's folder.
 *
 *   <stage>[/<axis=value>...]/<output file>    relative links into the store
 *   events.log, run.json                       what happened (events.h, run_json.h)
 *   run.links                                  how many links there are
 *   ../latest                                  a link to the folder of the latest run
 *
 * Links are relative, so that a workflow's folder can be moved with its store. A folder holds the
 * links of its own run only. Names of stages have no dots: the files above collide with none.
 *
 *   run_folder_new -> { run_folder_shows } | run_folder_make -> { run_folder_link } -> run_folder_close -> free
 */
#ifndef REPORT_RUN_FOLDER_H
#define REPORT_RUN_FOLDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "fornix/error.h"
#include "plan/plan.h"

struct run_folder;

/* A run of `plan` on the store in folder `store` (absolute). Nothing is on disk yet. */
struct run_folder *run_folder_new(const char *store, const struct plan *plan);
void               run_folder_free(struct run_folder *run);     /* NULL is fine */

/*
 * Makes the folder, named by `now` (seconds since 1970) so that names sort by time, and lets `latest`
 * point to it.
 */
int run_folder_make(struct run_folder *run, double now, struct fx_error *err);

/* NULL before run_folder_make(). */
const char *run_folder_path(const struct run_folder *run);  /* absolute */
const char *run_folder_id(const struct run_folder *run);

/* Links output file `file` of `job` to `target`, an absolute path in the store. */
int run_folder_link(struct run_folder *run, job_id job, struct str file, const char *target,
                    struct fx_error *err);

/* Writes the number of links. */
int run_folder_close(struct run_folder *run, struct fx_error *err);

/* Before run_folder_make(): whether the latest run shows this output at this target. */
bool run_folder_shows(const struct run_folder *run, job_id job, struct str file,
                      const char *target);

/* How many links the latest run has; -1 when there is none, or it did not get so far. */
long run_folder_latest_links(const struct run_folder *run);

/* Absolute path of runs/<workflow>/latest, whether it is there or not. From the arena. */
const char *run_folder_latest(struct arena *arena, const char *store, struct str workflow);

/*
 * Absolute paths of the run folders of a workflow, the newest first; *count of them. From the arena.
 */
const char **run_folder_list(struct arena *arena, const char *store, struct str workflow,
                             uint32_t *count);

#endif
