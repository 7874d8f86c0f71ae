/*
 * session - one workflow, its plan, its store: what every command and every caller of the library needs.
 *
 * Nothing here prints or ends the program: mistakes come back as a list or an error.
 *
 *   session_init -> session_load -> { session_open | session_open_existing -> session_look_up }
 *   -> session_release
 */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "exec/job_store.h"
#include "load/workflow.h"
#include "plan/plan.h"
#include "store/store.h"

struct session_options {
    const char *file;               /* the workflow; relative to the current folder; or NULL */
    const struct node *written;     /* by a program, over the file or alone: workflow_options */
    const char *home;               /* where fornix is: home_find() */
    bool own_keeper;                /* the program that calls is no keeper: start the installed one */
    const char *const *set;         /* "params.seed=7" each */
    uint32_t set_count;
    const char *const *profiles;    /* names, applied in order */
    uint32_t profile_count;
    const char *const *axes;        /* "distance=0.1,0.2" each: restricts the plan to these points */
    uint32_t axis_count;
    const char *store_folder;       /* NULL: $FORNIX_STORE, else .fornix beside the workflow */
    const char *memory;             /* that a run may use, e.g. "8 GiB"; NULL: as configured */
    uint32_t cores;                 /* that a run may use; 0: as configured */
};

struct session {
    struct arena *arena;            /* lives as long as the session */
    const char *file;               /* the workflow, as given; its source when a program wrote it */
    const char *keeper;             /* the program that starts attempts; NULL: this one */

    /* after session_load() */
    struct workflow *wf;
    struct plan *plan;
    uint32_t cores;                 /* that a run may use */
    uint64_t memory;                /* bytes that a run may use */
    const char *store_path;         /* absolute */

    /* after session_open() */
    struct store *store;
    struct job_store *jobs;
};

void session_init(struct session *session);
void session_release(struct session *session);

/*
 * Loads, checks and plans the workflow, and settles cores, memory and the store's place. -1 after
 * appending all that is wrong to `problems`. Borrows the strings of `options`.
 */
int session_load(struct session *session, const struct session_options *options,
                 struct problems *problems);

/* Opens the store, and makes one that is not there. */
int session_open(struct session *session, struct fx_error *err);

/* As session_open(), but a store that was never made is no error: *there is false and none is made. */
int session_open_existing(struct session *session, bool *there, struct fx_error *err);

/* As session_open(), but a store that was never made is one (FX_FAILED): nothing has run. */
int session_open_made(struct session *session, struct fx_error *err);

/*
 * Looks up jobs of `wanted` (NULL: all) in plan order: found[job] is LOOK_*. `wanted` must hold what
 * its jobs need, as plan_select() marks it. -1 with `err` when a lookup fails.
 */
enum look {
    LOOK_NOT,           /* not wanted */
    LOOK_CACHED,        /* the store holds it */
    LOOK_MUST_RUN,      /* its inputs are there, and it is not */
    LOOK_DEPENDS        /* depends on what comes out of jobs that must run */
};
int session_look_up(struct session *session, const bool *wanted, enum look *found,
                    struct fx_error *err);

/*
 * The jobs that `target` names ("stage", "stage[axis=value]"): (*targets)[job], and (*look)[job] of
 * these and of what they need, both from the arena. Opens the store, which must have been made.
 */
int session_named(struct session *session, const char *target, bool **targets, enum look **look,
                  struct fx_error *err);

/* The folder of the built-in tasks, as home_find() finds it; NULL with `err`. From the arena. */
const char *session_task_folder(struct arena *arena, struct fx_error *err);

/* `path` as a person here would type it: relative when it lies below the current folder. */
const char *session_show_path(struct arena *arena, const char *path);

#endif
