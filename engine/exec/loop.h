/*
 * loop - waits for descriptors, timers, signals and work in other threads: libuv, behind a few words.
 *
 * Callbacks record and return; loop_run() calls `pump` after each round of them. uv.h is included by
 * loop.c alone.
 *
 *   loop_new -> loop_watch, loop_timer_new, loop_signals, loop_work -> loop_run -> loop_free
 */
#ifndef EXEC_LOOP_H
#define EXEC_LOOP_H

#include <stdbool.h>

#include "fornix/error.h"

struct loop;

/* FX_SYSTEM when fewer files may be open than a loop, and what belongs to it, takes. */
int loop_files(struct fx_error *err);

struct loop *loop_new(struct fx_error *err);

/* Closes all handles, waits for work that runs, and frees the loop with its timers. NULL is fine. */
void loop_free(struct loop *loop);

/* Calls `ready` whenever `fd` is readable. */
int loop_watch(struct loop *loop, int fd, void (*ready)(void *context), void *context,
               struct fx_error *err);

/* Ends the watch of that descriptor; nothing when there is none. */
void loop_unwatch(struct loop *loop, int fd);

/* Calls `came` at SIGINT and SIGTERM, which then do nothing else. */
int loop_signals(struct loop *loop, void (*came)(void *context), void *context,
                 struct fx_error *err);

struct loop_timer;

struct loop_timer *loop_timer_new(struct loop *loop, void (*due)(void *context), void *context);

/* Due in `seconds`, then again every `every_s` (0: once). Starting a running one sets it anew. */
void loop_timer_start(struct loop_timer *timer, double seconds, double every_s);
void loop_timer_stop(struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer);     /* NULL is fine */

/*
 * Runs `work` in another thread, then `done` in the loop's. Nothing but `context` crosses over.
 */
int loop_work(struct loop *loop, void (*work)(void *context), void (*done)(void *context),
              void *context, struct fx_error *err);

/* Runs until `pump` returns false: it is called first, and after each round of callbacks. */
void loop_run(struct loop *loop, bool (*pump)(void *context), void *context);

#endif
