/* main - `fornix COMMAND ...`: finds the command and hands over. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "base/text.h"
#include "exec/keeper.h"
#include "fornix/error.h"

struct entry {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *about;
};

static const struct entry commands[] = {
    { "run", cmd_run, "make what is missing" },
    { "plan", cmd_plan, "say what a run would do" },
    { "why", cmd_why, "say why a stage must run, or since when it need not" },
    { "status", cmd_status, "how the latest run went" },
    { "log", cmd_log, "what a job printed" },
    { "files", cmd_files, "where the outputs of a stage are" },
    { "show", cmd_show, "all that is known of a job: parameters, inputs, what it ran in" },
    { "export", cmd_export, "a shell script that runs one job again" },
    { "diff", cmd_diff, "what differs between two runs" },
    { "check", cmd_check, "look for mistakes in a workflow" },
    { "task", cmd_task, "list the tasks, or show what one takes and leaves" },
    { "h5", cmd_h5, "look at NeuroH5 files: list, show, check, compare" },
};

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void
print_usage(FILE *out)
{
    fprintf(out, "usage: fornix COMMAND [options] [workflow.yaml] [...]\n\n");
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(out, "  %-8s %s\n", commands[i].name, commands[i].about);
    fprintf(out, "\nfornix COMMAND --help says more. Without a workflow.yaml, the one in this folder "
                 "is used.\n");
}

static int
unknown_command(const char *name)
{
    struct fx_error err = FX_ERROR_NONE;
    struct str known[COMMANDS], nearest;

    for (size_t i = 0; i < COMMANDS; i++)
        known[i] = str_of(commands[i].name);
    fx_fail(&err, FX_INVALID, FX_NOWHERE, "there is no command '%s'", name);
    nearest = str_nearest(str_of(name), known, COMMANDS);
    if (nearest.len)
        fx_error_hint(&err, "did you mean 'fornix %.*s'?", STR(nearest));
    else
        fx_error_hint(&err, "fornix --help lists the commands");
    fx_error_print(&err, stderr);
    return fx_exit_status(err.code);
}

/* What was printed may not have arrived: a list of files that ends early is no list. */
static int
all_said(int status)
{
    struct fx_error err = FX_ERROR_NONE;

    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (errno == EBADF)     /* closed by the caller, who does not want to hear anything */
        return status;
    fx_fail_errno(&err, errno ? errno : EIO, "cannot write to standard output");
    fx_error_print(&err, stderr);
    return status ? status : fx_exit_status(err.code);
}

int
main(int argc, char **argv)
{
    int64_t fd;

    if (argc == 3 && !strcmp(argv[1], "--keeper") && number_parse_integer(str_of(argv[2]), &fd))
        return keeper_main((int)fd);
    if (argc < 2) {
        print_usage(stderr);
        return 2;
    }
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
        print_usage(stdout);
        return 0;
    }
    if (!strcmp(argv[1], "--version")) {
        printf("fornix %s\n", FORNIX_VERSION);
        return 0;
    }
    for (size_t i = 0; i < COMMANDS; i++)
        if (!strcmp(argv[1], commands[i].name))
            return all_said(commands[i].run(argc - 1, argv + 1));
    return unknown_command(argv[1]);
}
