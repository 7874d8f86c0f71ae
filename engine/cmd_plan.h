/*
 * cmd_plan - what a run would do, as text, JSON and a graph. `fornix plan`, and `fornix run --dry-run`.
 */
#ifndef CMD_PLAN_H
#define CMD_PLAN_H

#include "cmd_session.h"
#include "session/outlook.h"

/* Of a loaded session: its words are the targets. Prints the text, or JSON; returns the exit status. */
int plan_print(struct cmd_session *cmd);

/* The same as JSON, appended: docs/running.md describes it. */
void plan_json(const struct outlook *outlook, struct text *out);

/*
 * The same for Graphviz: a node per stage with its counts, or per job with `jobs`, coloured by what
 * happens to it; an edge where one needs the other.
 */
void plan_dot(const struct outlook *outlook, bool jobs, struct text *out);

#endif
