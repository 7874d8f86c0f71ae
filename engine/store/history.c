/* The latest jobs by name: for `why`, and for what a job is expected to take. Built when first asked. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "store/parts.h"

/* How closely a stored job answers to a name, closest first. */
enum closeness { SAME_JOB, SAME_POINT, SAME_STAGE_HERE, SAME_STAGE, SAME_TASK, CLOSENESSES };

struct latest {
    struct digest key;
    double started, seconds;
    uint64_t max_rss;
};

struct history {
    struct arena *arena;
    struct map names;           /* closeness and names -> number in `latest` */
    VEC(struct latest) latest;
};

/* Names hold no control characters that a person would type: a unit separator keeps them apart. */
static void
spell(struct text *name, enum closeness closeness, struct str task, struct str workflow,
      struct str stage, struct str point)
{
    static const struct str none = { "", 0 };
    bool here = closeness == SAME_JOB || closeness == SAME_STAGE_HERE;
    bool pointed = closeness == SAME_JOB || closeness == SAME_POINT;

    text_clear(name);
    text_printf(name, "%d\x1f%.*s\x1f%.*s\x1f%.*s\x1f%.*s", (int)closeness, STR(task),
                STR(here ? workflow : none), STR(closeness == SAME_TASK ? none : stage),
                STR(pointed ? point : none));
}

void
history_add(struct history *history, const struct record *record)
{
    struct latest latest = { record->key, record->started, record->seconds,
                             record->max_rss };
    struct text name;

    text_init(&name, 64 * 1024);
    for (int closeness = 0; closeness < CLOSENESSES; closeness++) {
        uint32_t at;

        spell(&name, (enum closeness)closeness, record->task, record->workflow, record->stage,
              record->point);
        at = map_get(&history->names, text_view(&name));
        if (at == MAP_NONE) {
            map_add(&history->names, arena_str(history->arena, text_view(&name)),
                    (uint32_t)history->latest.count);
            vec_push(&history->latest, latest);
        } else if (history->latest.at[at].started <= latest.started) {
            history->latest.at[at] = latest;
        }
    }
    text_release(&name);
}

static void
add_row(void *context, struct digest name, struct str value)
{
    struct arena *arena = arena_new();
    struct record record;

    if (record_unpack(arena, value, &record) && digest_equal(record.key, name))
        history_add(context, &record);
    arena_free(arena);
}

static struct history *
history_of(struct store *store)
{
    if (!store->history) {
        store->history = mem_new(1, sizeof *store->history);
        store->history->arena = arena_new();
        map_init(&store->history->names);
        index_each(store->index, INDEX_JOB, add_row, store->history);
    }
    return store->history;
}

void
history_free(struct history *history)
{
    if (!history)
        return;
    map_release(&history->names);
    vec_release(&history->latest);
    arena_free(history->arena);
    free(history);
}

static const struct latest *
look_up(struct history *history, enum closeness closeness, struct str task, struct str workflow,
        struct str stage, struct str point)
{
    struct text name;
    uint32_t at;

    text_init(&name, 64 * 1024);
    spell(&name, closeness, task, workflow, stage, point);
    at = map_get(&history->names, text_view(&name));
    text_release(&name);
    return at == MAP_NONE ? NULL : &history->latest.at[at];
}

/* 1 when the folder of `key` still has a sound record and manifest. */
static int
read_manifest(struct store *store, struct digest key, struct record *record, struct text *manifest,
              struct fx_error *err)
{
    size_t start = manifest->len;
    int found = store_find(store, NULL, key, record, err);

    if (found == 1 && store_manifest(store, record, manifest, err) != 0) {
        manifest->len = start;
        found = 0;
    }
    return found;
}

int
store_nearest(struct store *store, const char *workflow, struct str stage, struct str point,
              struct str task, struct record *record, struct text *manifest, struct fx_error *err)
{
    static const enum closeness order[] = { SAME_JOB, SAME_STAGE_HERE, SAME_POINT, SAME_STAGE,
                                            SAME_TASK };
    struct history *history = history_of(store);

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const struct latest *latest = look_up(history, order[i], task, str_of(workflow), stage, point);
        int found;

        if (!latest)
            continue;
        found = read_manifest(store, latest->key, record, manifest, err);
        if (found != 0)
            return found;
    }
    return 0;
}

struct expected
store_expected(struct store *store, struct str task, struct str stage, struct str point)
{
    static const enum closeness order[] = { SAME_POINT, SAME_STAGE, SAME_TASK };
    struct history *history = history_of(store);

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const struct latest *latest = look_up(history, order[i], task, str_of(""), stage, point);

        if (latest)
            return (struct expected){ latest->seconds, latest->max_rss };
    }
    return (struct expected){ -1, 0 };
}

/* What store_made() is looking for, and the best so far. */
struct search {
    struct digest output;
    struct str stage;
    bool found, of_stage;
    struct digest key;
    double started;
};

static void
look_at_row(void *context, struct digest name, struct str value)
{
    struct search *search = context;
    struct arena *arena = arena_new();
    struct record record;
    bool made = false, of_stage;

    if (record_unpack(arena, value, &record) && digest_equal(record.key, name))
        for (uint32_t i = 0; i < record.output_count && !made; i++)
            made = digest_equal(record.outputs[i].digest, search->output);
    of_stage = made && str_equal(record.stage, search->stage);
    if (made && (!search->found || of_stage > search->of_stage ||
                 (of_stage == search->of_stage && record.started > search->started))) {
        search->found = true;
        search->of_stage = of_stage;
        search->key = record.key;
        search->started = record.started;
    }
    arena_free(arena);
}

int
store_made(struct store *store, struct digest output, struct str stage, struct record *record)
{
    struct search search = { .output = output, .stage = stage };
    struct fx_error ignored = FX_ERROR_NONE;

    index_each(store->index, INDEX_JOB, look_at_row, &search);
    return search.found && store_find(store, NULL, search.key, record, &ignored) == 1;
}
