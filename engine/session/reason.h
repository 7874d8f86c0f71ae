/*
 * reason - why a job must run, from the store's nearest record.
 */
#ifndef SESSION_REASON_H
#define SESSION_REASON_H

#include "session/session.h"

enum reason_kind {
    REASON_NEVER,       /* no job of this stage and point is in the store */
    REASON_CHANGED,     /* fields of the manifest differ from the nearest record's */
    REASON_LOST         /* the same job was there, and its outputs are gone or altered */
};

struct reason {
    enum reason_kind kind;
    struct text before, after;      /* manifests of the nearest job and of this one */
    bool has_nearest;               /* `before` and `nearest` are set; never for REASON_LOST */
    struct record nearest;          /* REASON_CHANGED: of this job; REASON_NEVER: of another point or stage */
};

/* Finds out about a job that job_store_find() did not find. Ends with reason_release(), also on -1. */
int  reason_find(struct session *session, job_id job, struct reason *reason, struct fx_error *err);
void reason_release(struct reason *reason);

/* The reason in one line: "axon_extents.PYR.default.width[0] 200 -> 250", "never ran before". */
void reason_line(struct session *session, job_id job, struct text *out);

#endif
