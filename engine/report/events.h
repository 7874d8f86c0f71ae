/*
 * events - the log of a run: one line of JSON per change of a job's state, as it happens.
 *
 *   {"time": "2026-03-01T16:05:09.120Z", "job": "somas", "state": "running", "reason": "..."}
 *
 * Members that some states add: reason (queued), log (running), seconds (done), error and log (failed). The file stays
 * locked (OFD) while the run goes on: who can lock it sees a run that is over, however it ended.
 */
#ifndef REPORT_EVENTS_H
#define REPORT_EVENTS_H

#include "report/watch.h"

struct events;

/*
 * Makes the file `path` and locks it. What is already known of the jobs of `watch` is written first.
 * Later failures to write are kept for events_close().
 */
struct events   *events_open(const char *path, const struct watch *watch, struct fx_error *err);
struct listener *events_listener(struct events *events);

/* Frees it (NULL is fine); -1 when something could not be written. */
int events_close(struct events *events, struct fx_error *err);

/* Whether the run that writes `path` goes on. */
bool events_are_going_on(const char *path);

#endif
