/*
 * outlook - what a run would do, and what it would take. Runs nothing; makes no store.
 *
 *   session_load -> outlook_make -> outlook_stages
 */
#ifndef SESSION_OUTLOOK_H
#define SESSION_OUTLOOK_H

#include "report/forecast.h"
#include "session/session.h"

/* Everything lives in the arena of the session. */
struct outlook {
    struct session *session;
    bool *wanted;                   /* of each job, as plan_select() marks it */
    enum look *look;                /* of each job */
    const char **reason;            /* of each LOOK_MUST_RUN, in one line */
    struct forecast_job *expected;  /* of each job, from the history of the store */
    struct forecast forecast;       /* of all; jobs that depend on others' outputs count as run */
    uint32_t count[4];              /* jobs, by enum look */
};

/* The wanted jobs of one stage. */
struct stage_outlook {
    uint32_t jobs, count[4];                    /* by enum look */
    double seconds;                             /* of those that run or depend, as far as known */
    uint64_t memory;                            /* bytes of the largest one of them; 0: not known */
    uint32_t unknown_seconds, unknown_memory;   /* jobs */
};

/*
 * `targets` as plan_select() takes them. Opens the store, if there is one. FX_INVALID for an unknown
 * target, and for a job that asks for more than a run has.
 */
int outlook_make(struct session *session, const char *const *targets, uint32_t count,
                 struct outlook *outlook, struct fx_error *err);

/* Of every stage, in the order of the workflow; from the session's arena. */
const struct stage_outlook *outlook_stages(const struct outlook *outlook);

#endif
