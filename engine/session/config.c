#define _GNU_SOURCE     /* sched_getaffinity: the cores that a container or taskset leaves us */
#include "session/config.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "load/schema.h"
#include "load/suggest.h"
#include "load/yaml_tree.h"

static const double MEMORY_SHARE = 0.8;     /* the rest is for the system's caches and for us */

static void
set_defaults(struct config *config)
{
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    cpu_set_t set;
    int cores = 0;

    if (sched_getaffinity(0, sizeof set, &set) == 0)
        cores = CPU_COUNT(&set);
    if (cores < 1)
        cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    config->cores = cores < 1 ? 1 : (uint32_t)cores;
    config->memory = pages > 0 && page > 0
                         ? (uint64_t)(MEMORY_SHARE * (double)pages * (double)page)
                         : 0;
}

/* Checks one value against a type; NULL after reporting. */
static const struct node *
check_value(struct arena *arena, const char *subject, const char *name, const struct type *type,
            const struct node *value, struct problems *problems)
{
    struct check check = { .arena = arena, .problems = problems, .subject = subject };
    const struct node *checked;

    text_init(&check.path, 256);
    text_add(&check.path, name);
    checked = schema_check(&check, type, value);
    text_release(&check.path);
    return checked;
}

static void
take(struct arena *arena, const struct node *settings, struct config *config,
     struct problems *problems)
{
    static const struct type cores = { .kind = TYPE_INTEGER, .has_min = true, .min = 1,
                                       .has_max = true, .max = 1 << 20 };
    static const struct type memory = { .kind = TYPE_BYTES, .has_min = true, .min = 1 };
    const struct str known[] = { str_of("cores"), str_of("memory") };

    if (settings->kind == NODE_NULL)
        return;
    if (settings->kind != NODE_MAP) {
        struct fx_error err = FX_ERROR_NONE;

        fx_fail(&err, FX_INVALID, settings->at, "settings are a map: cores, memory");
        problems_add(problems, &err);
        return;
    }
    for (uint32_t i = 0; i < settings->count; i++) {
        const struct entry *entry = &settings->entries[i];
        bool is_cores = str_is(entry->key, "cores");
        const struct node *value;

        if (!is_cores && !str_is(entry->key, "memory")) {
            struct fx_error err = FX_ERROR_NONE;

            fx_fail(&err, FX_INVALID, entry->at, "there is no setting '%.*s'", STR(entry->key));
            suggest_name(&err, entry->key, known, 2, "settings are");
            problems_add(problems, &err);
            continue;
        }
        value = check_value(arena, "settings", is_cores ? "cores" : "memory",
                            is_cores ? &cores : &memory, entry->value, problems);
        if (!value)
            continue;
        if (is_cores)
            config->cores = (uint32_t)value->integer;
        else
            config->memory = (uint64_t)value->integer;
    }
}

static const char *
user_file(struct arena *arena)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

    if (config && *config)
        return path_join(arena, config, "fornix/config.yaml");
    return home && *home ? path_join(arena, home, ".config/fornix/config.yaml") : NULL;
}

int
config_read(struct arena *arena, const struct node *workflow, const char *memory,
            struct config *config, struct problems *problems)
{
    static const struct fx_mark NOWHERE = { NULL, 0, 0 };
    const char *file = user_file(arena);
    const struct node *settings;
    size_t before = problems->list.count;

    set_defaults(config);
    if (file && file_exists(file) && (settings = yaml_read(arena, file, NOWHERE, problems)))
        take(arena, settings, config, problems);
    if (workflow)
        take(arena, workflow, config, problems);
    if (memory) {
        const char *text = arena_printf(arena, "memory: %s", memory).at;

        settings = yaml_parse(arena, "--memory", false, str_of(text), problems);
        if (settings)
            take(arena, settings, config, problems);
    }
    return problems->list.count == before ? 0 : -1;
}
