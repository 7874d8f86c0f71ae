#include <stdio.h>

#include "cmd.h"
#include "cmd_session.h"
#include "report/words.h"

static int
print_checked(struct cmd_session *cmd)
{
    const struct session *session = &cmd->session;
    struct fx_error err = FX_ERROR_NONE;
    struct text line;

    if (cmd->words.list.count) {
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "check takes a workflow and nothing else, not '%s'",
                cmd->words.list.at[0]);
        return cmd_fail(&err);
    }
    text_init(&line, 4096);
    text_printf(&line, "%s: no mistakes, ", session->file);
    words_count(&line, session->wf->stage_count, "stage");
    text_add(&line, ", ");
    words_count(&line, plan_count(session->plan), "job");
    puts(line.at);
    text_release(&line);
    return 0;
}

int
cmd_check(int argc, char **argv)
{
    struct cmd_session cmd = { .json = false };
    const struct option options[] = {
        SESSION_OPTIONS(cmd),
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix check [options] [workflow.yaml]",
        "Reads a workflow and all that it names, and prints every mistake with its place.\n",
        options,
    };

    return cmd_session_run(&cmd, &command, argc, argv, print_checked);
}
