/*
 * console - the progress of a run, for a person.
 *
 * On a terminal: lines that stay, and below them a status area that is redrawn in place (what runs,
 * how long, what is left). Elsewhere: one line per event. Jobs of one stage that were found cached
 * share one line; on a terminal so do the jobs of a large stage that ran. Failures are always shown
 * whole: what happened, the command, the end of its log, the path of the rest.
 *
 *   console_new -> watch_listen(console_listener()) -> { console_tick } -> console_end -> console_free
 */
#ifndef REPORT_CONSOLE_H
#define REPORT_CONSOLE_H

#include <stdio.h>

#include "report/watch.h"

struct console_options {
    bool live;              /* `out` is a terminal that can move its cursor */
    unsigned columns, rows; /* its size; 0: asked from the terminal, else 80 x 24 */
    uint32_t cores;         /* of the run, for the estimate */
};

struct console;

/* Borrows the watch and `out`. */
struct console  *console_new(const struct watch *watch, FILE *out,
                             const struct console_options *options);
void             console_free(struct console *console);     /* NULL is fine */
struct listener *console_listener(struct console *console);

/* Redraws the status area when something changed or a second has passed. Cheap otherwise. */
void console_tick(struct console *console);

/* A line of its own, above the status area. */
void console_say(struct console *console, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The run is over: takes the status area away. */
void console_end(struct console *console);

/* Whether `out` is a terminal for a status area: one with a cursor, and not in a CI job's log. */
bool console_is_live(FILE *out);

#endif
