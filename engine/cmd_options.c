#include "cmd_options.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { HELP_COLUMN = 24, OPTIONS_MOST = 32 };

static void
print_help(const struct command *command)
{
    printf("usage: %s\n\n%s\n", command->usage, command->about);
    for (const struct option *option = command->options; option->name; option++) {
        char left[80];

        snprintf(left, sizeof left, "%s%s%s", option->name, option->value ? " " : "",
                 option->value ? option->value : "");
        printf("  %-*s %s\n", HELP_COLUMN, left, option->help);
    }
    printf("  %-*s %s\n", HELP_COLUMN, "--help", "show this");
}

static int
unknown(const struct command *command, struct str name, struct fx_error *err)
{
    struct str known[OPTIONS_MOST], nearest;
    size_t count = 0;

    known[count++] = str_of("--help");
    for (const struct option *option = command->options; option->name; option++)
        known[count++] = str_of(option->name);
    fx_fail(err, FX_INVALID, FX_NOWHERE, "unknown option '%.*s'", STR(name));
    nearest = str_nearest(name, known, count);
    if (nearest.len)
        return fx_error_hint(err, "did you mean '%.*s'?", STR(nearest));
    return fx_error_hint(err, "usage: %s", command->usage);
}

static int
set_option(const struct option *option, const char *value, struct fx_error *err)
{
    int64_t number;

    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)option->target = true;
        break;
    case OPTION_TEXT:
        *(const char **)option->target = value;
        break;
    case OPTION_LIST:
        vec_push(&((struct words *)option->target)->list, value);
        break;
    case OPTION_COUNT:
        if (!number_parse_integer(str_of(value), &number) || number < 1 || number > UINT32_MAX)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' wants a whole number from 1, not '%s'",
                           option->name, value);
        *(uint32_t *)option->target = (uint32_t)number;
        break;
    }
    return 0;
}

/* Takes the option at argv[*at], with its value; moves *at to its last word. */
static int
take_option(const struct command *command, int argc, char **argv, int *at, struct fx_error *err)
{
    const char *word = argv[*at], *equals = strchr(word, '=');
    struct str name = { word, equals ? (size_t)(equals - word) : strlen(word) };
    const struct option *option = command->options;

    while (option->name && !str_is(name, option->name))
        option++;
    if (!option->name)
        return unknown(command, name, err);
    if (option->kind == OPTION_FLAG) {
        if (equals)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' takes no value", option->name);
        return set_option(option, NULL, err);
    }
    if (equals)
        return set_option(option, equals + 1, err);
    if (*at + 1 >= argc)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' wants a value: %s %s", option->name,
                       option->name, option->value);
    return set_option(option, argv[++*at], err);
}

int
options_parse(const struct command *command, int argc, char **argv, struct words *rest,
              struct fx_error *err)
{
    bool ended = false;

    for (int at = 0; at < argc; at++) {
        const char *word = argv[at];

        if (!ended && !strcmp(word, "--")) {
            ended = true;
        } else if (!ended && (!strcmp(word, "--help") || !strcmp(word, "-h"))) {
            print_help(command);
            return 1;
        } else if (!ended && word[0] == '-' && word[1]) {
            if (take_option(command, argc, argv, &at, err) < 0)
                return -1;
        } else {
            vec_push(&rest->list, word);
        }
    }
    return 0;
}
