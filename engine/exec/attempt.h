/*
 * attempt - one try to make the result of one job: its state, and what is known of it.
 *
 * exec_local.c brings it from state to state; attempt_become() is the one function that writes the
 * state, and checks that the step is allowed.
 */
#ifndef EXEC_ATTEMPT_H
#define EXEC_ATTEMPT_H

#include "exec/exec_local.h"
#include "exec/keeper.h"
#include "exec/loop.h"

enum attempt_state {
    ATTEMPT_NEW,        /* nothing was done for it yet */
    ATTEMPT_WAITING,    /* somebody else holds the key: the store is looked into from time to time */
    ATTEMPT_STARTING,   /* the key is ours, the files are staged, the keeper was asked to start it */
    ATTEMPT_RUNNING,    /* its program runs */
    ATTEMPT_STOPPING,   /* it was asked to end, by its time limit or with the run */
    ATTEMPT_SEALING,    /* its program succeeded; another thread hashes and publishes the outputs */
    ATTEMPT_ENDED,      /* over; the scheduler is told at the next pump */
    ATTEMPT_STATES
};

const char *attempt_state_name(enum attempt_state state);

struct attempt {
    struct exec_local *exec;    /* whose it is */
    job_id job;
    enum attempt_state state;
    struct arena *arena;        /* of all that lives as long as the attempt */
    struct digest key;
    int claim;                  /* -1: not held */
    bool staged;                /* `staging` is there and must be discarded or published */
    struct staging staging;
    struct job_store *js;       /* borrowed; NULL before it is launched */
    struct launch launch;
    struct loop_timer *timer;   /* WAITING: looks again; RUNNING: the time limit */
    struct record record;       /* filled as it becomes known */
    int sealed;                 /* what store_seal() said */
    enum outcome outcome;       /* ENDED: which; STOPPING: which it will be */
    bool told;                  /* the scheduler knows the outcome */
    struct fx_error why;
    struct attempt_report report;
};

struct attempt *attempt_new(struct exec_local *exec, job_id job, struct digest key);
void            attempt_free(struct attempt *attempt);      /* not its claim and staging; NULL is fine */

/* The only writer of the state. */
void attempt_become(struct attempt *attempt, enum attempt_state to);

/*
 * With the claim in hand: stages, writes job.json, and asks the keeper for a start; STARTING then.
 * After a failure the attempt may be staged: attempt_discard().
 */
int attempt_launch(struct attempt *attempt, struct job_store *js, struct keeper *keeper,
                   struct fx_error *err);

/* Ends a staged attempt that failed: keeps its log, fills the report's log, tail and command. */
void attempt_discard(struct attempt *attempt, struct store *store);

/* Fills the record of an attempt whose program succeeded, for store_seal(). */
void attempt_fill_record(struct attempt *attempt, const struct plan *plan);

/*
 * Says how a program ended, from a status of wait(): "exit status 3", "killed by signal 9 (Killed)";
 * and, when that is little, how many bytes are free on the disk.
 */
int attempt_fail_status(int status, uint64_t free_space, struct fx_error *err);

/* The last `lines` lines of a file, from the arena; "" when it is empty or not to be read. */
const char *attempt_tail(struct arena *arena, const char *path, unsigned lines);

/* "10 s", "2 min 30 s", "1 h" for messages. */
void attempt_spell_seconds(double seconds, struct text *out);

#endif
