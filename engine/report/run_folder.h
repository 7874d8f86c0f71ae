/*
 * run_folder - what one run leaves for people: runs/<workflow>/<run id>/ in the store's folder.
 *
 *   <stage>[/<axis=value>...]/<output file>    relative links into the store
 *   events.log, run.json                       what happened (events.h, run_json.h)
 *   run.links                                  how many links there are, and which
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
#include "base/digest.h"
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

/*
 * What a set of links shows, in a few bytes: equal sets have equal sums, in whatever order their
 * links were added.
 */
struct run_links {
    uint64_t count;
    struct digest sum;
};

/* Adds the link of output file `file` of `job`, whose key is `key`. */
void run_links_add(struct run_links *links, const struct plan *plan, job_id job, struct str file,
                   struct digest key);

/* Writes run.links: the links that were made, which `links` tells. */
int run_folder_close(struct run_folder *run, const struct run_links *links, struct fx_error *err);

/* Before run_folder_make(): whether the latest run shows this output at this target. */
bool run_folder_shows(const struct run_folder *run, job_id job, struct str file,
                      const char *target);

/*
 * The links of the latest run; false when there is none, it did not get so far, or somebody added to
 * the folder of a stage or removed from it since. (A link in the folder of a point is not looked at.)
 */
bool run_folder_latest_links(const struct run_folder *run, struct run_links *links);

/* Absolute path of runs/<workflow>/latest, whether it is there or not. From the arena. */
const char *run_folder_latest(struct arena *arena, const char *store, struct str workflow);

/*
 * Absolute paths of the run folders of a workflow, the newest first; *count of them. From the arena.
 */
const char **run_folder_list(struct arena *arena, const char *store, struct str workflow,
                             uint32_t *count);

/*
 * The run folder that a person names: "latest", "latest~2" (two before it), the id of a run, or the
 * beginning of one id alone. From the arena. FX_FAILED when nothing has run, FX_INVALID for other names,
 * with a hint.
 */
int run_folder_find(struct arena *arena, const char *store, struct str workflow, const char *name,
                    const char **folder, struct fx_error *err);

#endif
