/*
 * cmd_plan - what a run would do. `fornix plan`, and `fornix run --dry-run`.
 */
#ifndef CMD_PLAN_H
#define CMD_PLAN_H

#include "cmd_session.h"

/* Of a loaded session: its words are the targets. Returns the exit status. */
int plan_print(struct cmd_session *cmd);

#endif
