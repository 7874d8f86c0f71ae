/*
 * script - one job as a shell script that needs fornix no more: its environment, its job.json, its
 * command line, and inputs from the store.
 */
#ifndef SESSION_SCRIPT_H
#define SESSION_SCRIPT_H

#include "session/session.h"

/*
 * Appends the script. The jobs that `job` needs must have been found (session_look_up()); their outputs
 * are read and compared with what was published before: decay is FX_FAILED, and what decayed is moved
 * out of the way.
 */
int script_write(struct session *session, job_id job, struct text *out, struct fx_error *err);

#endif
