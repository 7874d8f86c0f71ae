/*
 * conduct - one run of a session: connects scheduler, store, executor and those who are told.
 *
 *   conduct_new -> session_open -> watch_listen(conduct_watch(), ...) -> conduct_run -> conduct_end
 *   -> conduct_json -> conduct_free
 */
#ifndef SESSION_CONDUCT_H
#define SESSION_CONDUCT_H

#include "report/watch.h"
#include "session/session.h"

struct conduct_options {
    const char *const *targets;     /* stages or points, as plan_select() takes them; none: all */
    uint32_t target_count;
    const char *const *arguments;   /* of the command line, for run.json; NULL at its end, or NULL */
    bool fail_fast;                 /* start nothing after a failed job */
    bool catch_signals;             /* SIGINT and SIGTERM cancel the run while it runs */
};

/* What goes on meanwhile. Members may be NULL; they must not call back. */
struct conduct_view {
    void (*tick)(struct conduct_view *view);        /* five times a second while jobs run */
    /* The run was cancelled, once or twice: by a signal, or by `cancelled`. */
    void (*interrupted)(struct conduct_view *view, unsigned times);
    /* How often somebody asked to cancel so far; asked at least at each tick. */
    unsigned (*cancelled)(struct conduct_view *view);
};

struct conduct;

/* Marks what is to run. Borrows all but the options themselves; FX_INVALID for an unknown target. */
struct conduct *conduct_new(struct session *session, const struct conduct_options *options,
                            struct fx_error *err);
void            conduct_free(struct conduct *conduct);      /* stops what still runs; NULL is fine */

struct watch *conduct_watch(const struct conduct *conduct);

/*
 * Runs until all is over; `view` may be NULL. Cancelled once, it starts nothing more and ends with what
 * runs; twice, it stops that. -1 when the run could not be started, or not go on.
 */
int conduct_run(struct conduct *conduct, struct conduct_view *view, struct fx_error *err);

/* After conduct_run(): writes the last of the run's folder. -1 when something could not be written. */
int conduct_end(struct conduct *conduct, struct fx_error *err);

/* "done", "failed" or "interrupted". */
const char *conduct_state(const struct conduct *conduct);

/* Why jobs were skipped: "because a job failed". */
const char *conduct_why_skipped(const struct conduct *conduct);

/* run.json, appended. */
void conduct_json(const struct conduct *conduct, struct text *out);

#endif
