#include "h5/arguments.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { LIMIT = 10, CHECK_LIMIT = 100, LIMIT_MOST = 1000000, PATIENCE_S = 60 };

/* Which verbs an option belongs to, by their first letter. */
static const struct option {
    const char *name, *verbs, *value, *help;
} options[] = {
    { "--json", "lscd", NULL, "print JSON" },
    { "--gid", "s", "N", "of this cell only" },
    { "--cells", "sc", "FILE", "the file of the cells that FILE connects" },
    { "--limit", "scd", "N", "tell at most N of a kind (check, in all: 100; else 10)" },
    { "--tolerance", "d", "X", "real numbers a, b are equal when |a - b| <= X max(1, |a|, |b|)" },
    { "--ignore-types", "d", NULL, "equal numbers of other types are equal" },
    { "--patience", "lscd", "S",
      "seconds of computing on one piece of a file before it is given up (60)" },
};

enum { OPTIONS = sizeof options / sizeof options[0] };

static const struct verb {
    const char *name, *usage, *about;
} verbs[] = {
    { "ls", "ls FILE",
      "populations with their gids, attributes of cells, projections, sizes on disk" },
    { "show", "show FILE [POPULATION | DESTINATION/SOURCE]",
      "values and statistics: of cells and trees, of edges by cell and layer, of spikes and "
      "recordings" },
    { "check", "check FILE",
      "whether the file is as NeuroH5 says; every fault with its dataset and entry" },
    { "diff", "diff FILE FILE",
      "what differs in meaning, whatever the storage and the order of objects" },
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

static const struct verb *
find_verb(const char *name)
{
    for (size_t i = 0; i < VERBS; i++)
        if (!strcmp(verbs[i].name, name))
            return &verbs[i];
    return NULL;
}

static void
print_help(const struct verb *only)
{
    if (only)
        printf("usage: fornix h5 %s [options]\n\nSays of a NeuroH5 file: %s.\n\n", only->usage,
               only->about);
    else
        printf("usage: fornix h5 VERB FILE [options]\n\nLooks at files in the NeuroH5 format, and "
               "at the results of "
               "simulations.\n\n");
    for (size_t i = 0; !only && i < VERBS; i++)
        printf("  %s\n      %s\n", verbs[i].usage, verbs[i].about);
    if (!only)
        printf("\n");
    for (size_t i = 0; i < OPTIONS; i++) {
        char left[40];

        if (only && !strchr(options[i].verbs, only->name[0]))
            continue;
        snprintf(left, sizeof left, "%s %s", options[i].name,
                 options[i].value ? options[i].value : "");
        printf("  %-18s %s\n", left, options[i].help);
    }
    printf("\nExit status: 0 done (clean, equal), 1 problems or differences, 2 the call is wrong "
           "or this is no HDF5 "
           "file.\n");
}

static int
wrong(struct fx_error *err, const char *what, const char *word)
{
    fx_fail(err, FX_INVALID, FX_NOWHERE, "%s '%s'", what, word);
    return fx_error_hint(err, "fornix h5 --help says more");
}

static int
take_number(const char *name, const char *value, int64_t low, int64_t high, int64_t *to,
            struct fx_error *err)
{
    if (number_parse_integer(str_of(value), to) && *to >= low && *to <= high)
        return 0;
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "%s is '%s', not a whole number from %lld to %lld",
                   name, value, (long long)low, (long long)high);
}

static int
take_value(struct arguments *a, const char *name, const char *value, struct fx_error *err)
{
    int64_t number = 0;

    if (!strcmp(name, "--cells")) {
        a->cells = value;
        return 0;
    }
    if (!strcmp(name, "--tolerance")) {
        if (number_parse_real(str_of(value), &a->tolerance) && a->tolerance >= 0)
            return 0;
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "--tolerance is '%s', not a number from 0 on",
                       value);
    }
    if (!strcmp(name, "--gid"))
        return take_number(name, value, 0, UINT32_MAX, &a->gid, err);
    if (take_number(name, value, 1, LIMIT_MOST, &number, err))
        return -1;
    *(strcmp(name, "--limit") ? &a->patience : &a->limit) = (uint64_t)number;
    return 0;
}

/* The option at argv[*at], and its value; moves *at over both. */
static int
take_option(struct arguments *a, char **argv, int argc, int *at, struct fx_error *err)
{
    char *word = argv[*at], *equals = strchr(word, '=');
    size_t length = equals ? (size_t)(equals - word) : strlen(word);

    ++*at;
    for (size_t i = 0; i < OPTIONS; i++) {
        const struct option *o = &options[i];

        if (strlen(o->name) != length || memcmp(o->name, word, length) ||
            !strchr(o->verbs, a->verb[0]))
            continue;
        if (!o->value && equals)
            return wrong(err, "no value belongs to", o->name);
        if (!o->value) {
            *(strcmp(o->name, "--json") ? &a->ignore_types : &a->json) = true;
            return 0;
        }
        if (equals)
            return take_value(a, o->name, equals + 1, err);
        if (*at == argc)
            return wrong(err, "a value is missing behind", o->name);
        return take_value(a, o->name, argv[(*at)++], err);
    }
    fx_fail(err, FX_INVALID, FX_NOWHERE, "there is no option '%s' of '%s'", word, a->verb);
    return fx_error_hint(err, "fornix h5 %s --help says which there are", a->verb);
}

static int
take_words(struct arguments *a, char *const *words, int count, struct fx_error *err)
{
    bool diff = a->verb[0] == 'd', show = a->verb[0] == 's';

    if (count < (diff ? 2 : 1))
        return wrong(err, "a file is missing:", find_verb(a->verb)->usage);
    if (count > (diff || show ? 2 : 1))
        return wrong(err, "one word too much:", words[count - 1]);
    a->file = words[0];
    a->other = diff ? words[1] : NULL;
    a->name = show && count == 2 ? words[1] : NULL;
    return 0;
}

int
arguments_read(int argc, char **argv, struct arguments *a, struct fx_error *err)
{
    const struct verb *verb = argc > 1 ? find_verb(argv[1]) : NULL;
    char *words[3];
    int count = 0;
    bool ended = false;

    *a = (struct arguments){ .gid = -1, .patience = PATIENCE_S };
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
            print_help(verb);
            return 1;
        }
    if (argc < 2)
        return wrong(err, "say what to do:", "fornix h5 ls | show | check | diff FILE");
    if (!verb)
        return wrong(err, "fornix h5 knows no", argv[1]);
    a->verb = verb->name;
    a->limit = verb->name[0] == 'c' ? CHECK_LIMIT : LIMIT;
    for (int i = 2; i < argc;) {
        if (!ended && !strcmp(argv[i], "--")) {
            ended = true;
            i++;
        } else if (!ended && argv[i][0] == '-' && argv[i][1]) {
            if (take_option(a, argv, argc, &i, err))
                return -1;
        } else if (count < 3) {
            words[count++] = argv[i++];
        } else {
            return wrong(err, "one word too much:", argv[i]);
        }
    }
    return take_words(a, words, count, err);
}
