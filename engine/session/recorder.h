/*
 * recorder - keeps the folder of a run up to date: links to outputs, events.log, run.json.
 *
 * The folder is made when the first job must run or fails; a run that finds everything, as the latest
 * run of the workflow showed it, makes none and costs nothing.
 *
 *   recorder_init -> watch_listen(&recorder.listener) -> recorder_end -> recorder_release
 */
#ifndef SESSION_RECORDER_H
#define SESSION_RECORDER_H

#include "session/session.h"
#include "report/events.h"
#include "report/run_folder.h"
#include "report/run_json.h"

struct recorder {
    struct listener listener;
    struct session *session;
    const struct watch *watch;
    const char *const *arguments;
    bool whole;                     /* the run has all jobs of the plan */
    struct run_folder *folder;
    struct events *events;          /* NULL: no folder yet */
    struct run_paths paths;
    struct fx_error error;          /* the first failure to write; the run goes on without */
};

/* `arguments`: of the command line, NULL at its end. Borrows everything. */
void recorder_init(struct recorder *recorder, struct session *session, const struct watch *watch,
                   const char *const *arguments);
void recorder_release(struct recorder *recorder);

/*
 * The run is over in `state` ("done", "failed", "interrupted"). -1 when something could not be
 * written, now or before.
 */
int recorder_end(struct recorder *recorder, const char *state, struct fx_error *err);

/* run.json as it is now, appended. */
void recorder_json(const struct recorder *recorder, const char *state, struct text *out);

#endif
