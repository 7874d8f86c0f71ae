#include <stdio.h>

#include "cmd.h"
#include "cmd_session.h"
#include "report/words.h"

static int
print_checked(struct session *session)
{
    struct fx_error err = FX_ERROR_NONE;
    struct text line;

    if (session->words.list.count) {
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "check takes a workflow and nothing else, not '%s'",
                session->words.list.at[0]);
        return session_fail(&err);
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
    struct session session = { .json = false };
    const struct option options[] = {
        SESSION_OPTIONS(session),
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix check [options] [workflow.yaml]",
        "Reads a workflow and all that it names, and prints every mistake with its place.\n",
        options,
    };

    return session_command(&session, &command, argc, argv, print_checked);
}
