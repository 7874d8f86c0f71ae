#include <stdio.h>

#include "cmd.h"
#include "cmd_session.h"
#include "report/words.h"

static void
add_head(struct text *out, const struct session *session)
{
    text_add(out, "{\"fornix\": 1, \"file\": ");
    text_add_quoted(out, str_of(session->file));
}

/* Text of the user's files need not be UTF-8, JSON must be. */
static void
add_member(struct text *out, const char *name, const char *value)
{
    if (!value[0])
        return;
    text_printf(out, ", \"%s\": ", name);
    text_add_quoted(out, str_is_utf8(str_of(value)) ? str_of(value) : str_of("(not UTF-8)"));
}

static bool
print_mistakes(const struct cmd_session *cmd, const struct problems *problems)
{
    struct text out;

    if (!cmd->json)
        return false;
    text_init(&out, SIZE_MAX / 2);
    add_head(&out, &cmd->session);
    text_add(&out, ", \"mistakes\": [");
    for (size_t i = 0; i < problems->list.count; i++) {
        const struct fx_error *err = &problems->list.at[i];

        text_add(&out, i ? ",\n  {\"text\": " : "\n  {\"text\": ");
        text_add_quoted(&out, str_is_utf8(str_of(err->text)) ? str_of(err->text)
                                                             : str_of("(not UTF-8)"));
        add_member(&out, "file", err->file);
        if (err->line)
            text_printf(&out, ", \"line\": %u", err->line);
        if (err->line && err->column)
            text_printf(&out, ", \"column\": %u", err->column);
        add_member(&out, "hint", err->hint);
        text_add(&out, "}");
    }
    text_printf(&out, "], \"more\": %zu}\n", problems->dropped);
    fwrite(out.at, 1, out.len, stdout);
    text_release(&out);
    return true;
}

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
    text_init(&line, 1 << 16);
    if (cmd->json) {
        add_head(&line, session);
        text_printf(&line, ", \"mistakes\": [], \"stages\": %u, \"jobs\": %u}\n",
                    session->wf->stage_count, plan_count(session->plan));
        fwrite(line.at, 1, line.len, stdout);
        text_release(&line);
        return 0;
    }
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
    struct cmd_session cmd = { .print_problems = print_mistakes };
    const struct option options[] = {
        SESSION_OPTIONS(cmd),
        { "--json", OPTION_FLAG, &cmd.json, NULL, "print the mistakes as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix check [options] [workflow.yaml]",
        "Reads a workflow and all that it names, and prints every mistake with its place.\n",
        options,
    };

    return cmd_session_run(&cmd, &command, argc, argv, print_checked);
}
