/*
 * planned - struct fx_plan: a session with what was looked up or run, for fornix/run.h.
 */
#ifndef API_PLANNED_H
#define API_PLANNED_H

#include <stdatomic.h>

#include "fornix/run.h"
#include "session/conduct.h"

struct fx_plan {
    struct session session;
    enum look *look;            /* of each job: by the latest fx_plan_look() */
    bool looked;                /* there was one since the latest run */
    struct conduct *conduct;    /* the latest run; NULL: none, or looked at again since */
    struct arena *scratch;      /* of what was handed out last */
    struct conduct_view view;   /* of the run that goes on */
    struct listener listener;
    const struct fx_observer *observer;     /* of the run that goes on; else NULL */
    atomic_uint cancels;        /* since the latest run ended; written by signal handlers too */
};

#define PLAN_OF(pointer, member) \
    ((struct fx_plan *)(void *)((char *)(pointer) - offsetof(struct fx_plan, member)))

/* Strings that were handed out end; fresh memory for the next ones. */
struct arena *planned_scratch(struct fx_plan *plan);

/* Forgets what was found, so that files are looked at anew; opens or makes the store. */
int planned_renew(struct fx_plan *plan, struct fx_error *err);

/* The state of a job, by the latest run or look. */
enum fx_job_state planned_state(const struct fx_plan *plan, job_id job);

/* The same for a job in this state of the scheduler's. */
enum fx_job_state planned_state_of(enum job_state state);

#endif
