/*
 * cmd_session - what the commands share: the workflow that the words name, its plan, its store.
 *
 *   session_command -> body: [session_open | session_open_existing] -> session_look_up, or session_named
 */
#ifndef CMD_SESSION_H
#define CMD_SESSION_H

#include "cmd_options.h"
#include "exec/job_store.h"
#include "load/workflow.h"
#include "plan/plan.h"
#include "store/store.h"

struct session {
    /* from the command line */
    struct words words;             /* without the workflow, once that is loaded */
    struct words set, profiles;
    const char *store_folder;       /* --store; NULL: not given */
    const char *memory_text;        /* --memory */
    uint32_t cores;                 /* --cores; 0: not given. In the body: what the run has */
    bool json;

    /* in the body */
    struct arena *arena;
    const char *file;               /* the workflow, as given */
    struct workflow *wf;
    struct plan *plan;
    uint64_t memory;                /* bytes that the run has */
    const char *store_path;         /* absolute */

    /* after session_open() */
    struct store *store;
    struct job_store *jobs;
};

/* Entries of a table of options. */
#define SESSION_OPTIONS(session) \
    { "--set", OPTION_LIST, &(session).set, "PATH=VALUE", "set a value, e.g. params.seed=7" }, \
    { "--profile", OPTION_LIST, &(session).profiles, "NAME", "apply a profile of the workflow" }, \
    { "--store", OPTION_TEXT, &(session).store_folder, "DIR", \
      "the store (default: $FORNIX_STORE, else .fornix beside the workflow)" }

/*
 * A whole command: reads the command line (argv[0] is the command's name), finds the workflow (the
 * first word if it ends in .yaml or .yml, else workflow.yaml in this folder), loads, checks and plans
 * it, settles cores, memory and the store's place, calls `body`, and ends the session, which must be
 * zeroed before. Prints all that is wrong. Returns the exit status.
 */
int session_command(struct session *session, const struct command *command, int argc, char **argv,
                    int (*body)(struct session *session));

/* Opens the store. Returns the exit status after printing what is wrong. */
int session_open(struct session *session);

/* As session_open(), but a store that was never made is no error: *there is false and none is made. */
int session_open_existing(struct session *session, bool *there);

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
 * The jobs that the first word names: (*targets)[job], and (*look)[job] of these and of what they
 * need, both from the arena. Opens the store; one that was never made is an error: nothing has run.
 * Returns the exit status after printing what is wrong.
 */
int session_named(struct session *session, bool **targets, enum look **look);

/* Folders of the built-in tasks: beside the program, else in ../lib/fornix/tasks. From the arena. */
const char *const *session_task_folders(struct arena *arena, uint32_t *count);

/* `path` as a person here would type it: relative when it lies below the current folder. */
const char *session_show_path(struct arena *arena, const char *path);

/* Prints the error; returns its exit status. */
int session_fail(const struct fx_error *err);

#endif
