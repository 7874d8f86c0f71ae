/*
 * cmd_session - a command's session: the words of its command line, and printing what is wrong.
 *
 *   cmd_session_run -> body: [cmd_session_open | cmd_session_open_existing], or cmd_session_named
 */
#ifndef CMD_SESSION_H
#define CMD_SESSION_H

#include <stdio.h>

#include "cmd_options.h"
#include "session/session.h"

struct cmd_session {
    /* from the command line */
    struct words words;             /* without the workflow, once that is loaded */
    struct words set, profiles, axes;
    const char *store_folder;       /* --store; NULL: not given */
    const char *memory;             /* --memory; NULL: not given */
    uint32_t cores;                 /* --cores; 0: not given */
    bool json;
    /* Prints the mistakes of a workflow; false: they are to be printed as text, as without it. */
    bool (*print_problems)(const struct cmd_session *cmd, const struct problems *problems);

    struct session session;         /* in the body: loaded */
};

/* Entries of a table of options. */
#define SESSION_OPTIONS(cmd) \
    { "--set", OPTION_LIST, &(cmd).set, "PATH=VALUE", "set a value, e.g. params.seed=7" }, \
    { "--profile", OPTION_LIST, &(cmd).profiles, "NAME", "apply a profile of the workflow" }, \
    { "--axis", OPTION_LIST, &(cmd).axes, "NAME=VALUE,...", "only the jobs at these values" }, \
    { "--store", OPTION_TEXT, &(cmd).store_folder, "DIR", \
      "the store (default: $FORNIX_STORE, else .fornix beside the workflow)" }

/*
 * A whole command: reads the command line (argv[0] is the command's name), finds the workflow (the
 * first word if it ends in .yaml or .yml, else workflow.yaml in this folder), loads the session,
 * calls `body`, and ends the session. `cmd` must be zeroed before. Prints all that is wrong. Returns
 * the exit status.
 */
int cmd_session_run(struct cmd_session *cmd, const struct command *command, int argc, char **argv,
                    int (*body)(struct cmd_session *cmd));

/* As the session_ functions; each returns the exit status after printing what is wrong. */
int cmd_session_open(struct cmd_session *cmd);
int cmd_session_open_existing(struct cmd_session *cmd, bool *there);

/* Says which stages --axis leaves out because they need points outside of it. */
void cmd_session_tell_cut(const struct cmd_session *cmd, FILE *out);

/* session_named() of the first word. */
int cmd_session_named(struct cmd_session *cmd, bool **targets, enum look **look);

/* Prints the error; returns its exit status. */
int cmd_fail(const struct fx_error *err);

#endif
