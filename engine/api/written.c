#include "api/written.h"

#include <stdarg.h>
#include <string.h>

#include "base/file.h"
#include "load/merge.h"

struct fx_mark
written_mark(struct fx_workflow *wf, struct fx_mark at)
{
    const char *source = at.file ? at.file : "a program";

    if (!wf->latest.file || strcmp(wf->latest.file, source))
        wf->latest = mark_in_program(wf->arena, source, at.line, wf->folder);
    wf->latest.line = at.line ? at.line : 1;
    return wf->latest;
}

void
written_wrong(struct fx_workflow *wf, struct fx_mark at, const char *format, ...)
{
    struct fx_error err = FX_ERROR_NONE;
    va_list args;

    va_start(args, format);
    fx_vfail(&err, FX_INVALID, at, format, args);
    va_end(args);
    problems_add(&wf->mistakes, &err);
}

const struct node *
written_string(struct fx_workflow *wf, const char *what, const char *text, struct fx_mark at)
{
    struct str all = str_of(text);

    if (!text)
        written_wrong(wf, at, "%s is NULL", what);
    else if (!str_is_utf8(all))
        written_wrong(wf, at, "%s is not UTF-8 text", what);
    else
        return node_string(wf->arena, arena_str(wf->arena, all), at);
    return NULL;
}

/* --- the tree ---------------------------------------------------------------------------------- */

struct writer {
    struct arena *arena;
    struct problems *problems;
};

/* `map` (NULL: an empty one) with the assignments carried out. */
static const struct node *
assign(struct writer *w, const struct node *map, const assignments *list, struct fx_mark at)
{
    if (!map)
        map = node_map(w->arena, NULL, 0, at);
    for (size_t i = 0; i < list->count; i++) {
        const struct assignment *a = &list->at[i];
        struct fx_error err = FX_ERROR_NONE;
        struct step steps[STEPS_MOST];
        int count = merge_parse_path(w->arena, str_of(a->path), steps);
        const struct node *fresh;

        if (count < 1) {
            problems_wrong(w->problems, a->value->at, "such as width, or lfp.position[0]",
                           "'%s' is no path to a value", a->path);
            continue;
        }
        fresh = merge_set(w->arena, map, steps, (unsigned)count, 0, a->value, &err);
        if (fresh)
            map = fresh;
        else
            problems_add(w->problems, &err);
    }
    return map;
}

static const struct node *
list_of(struct writer *w, const node_list_of *nodes, struct fx_mark at)
{
    const struct node **items = arena_get(w->arena, nodes->count, sizeof *items);

    memcpy(items, nodes->at, nodes->count * sizeof *items);
    return node_list(w->arena, items, (uint32_t)nodes->count, at);
}

static const struct node *
put(struct writer *w, const struct node *map, const char *key, const struct node *value)
{
    return map && value ? merge_put(w->arena, map, str_of(key), value->at, value) : NULL;
}

static const struct node *
stage_tree(struct writer *w, const struct fx_stage *stage)
{
    const struct node *map = node_map(w->arena, NULL, 0, stage->at);

    if (stage->task)
        map = put(w, map, "task", stage->task);
    if (stage->with.count)
        map = put(w, map, "with", assign(w, NULL, &stage->with, stage->at));
    if (stage->resources.count)
        map = put(w, map, "resources", assign(w, NULL, &stage->resources, stage->at));
    if (stage->outputs.count)
        map = put(w, map, "outputs", assign(w, NULL, &stage->outputs, stage->at));
    if (stage->after.count)
        map = put(w, map, "after", list_of(w, &stage->after, stage->at));
    return map;
}

static const struct node *
stages_tree(struct writer *w, const struct fx_workflow *wf)
{
    struct entry *entries = arena_get(w->arena, wf->stages.count, sizeof *entries);
    struct map seen;
    uint32_t count = 0;

    map_init(&seen);
    for (size_t i = 0; i < wf->stages.count; i++) {
        const struct fx_stage *stage = wf->stages.at[i];
        uint32_t first = map_add(&seen, stage->name, (uint32_t)i);
        const struct node *tree;

        if (first != i)
            problems_wrong(w->problems, stage->at, NULL,
                           "there is a stage '%.*s' already, made at line %u", STR(stage->name),
                           wf->stages.at[first]->at.line);
        else if ((tree = stage_tree(w, stage)))
            entries[count++] = (struct entry){ stage->name, stage->at, tree };
    }
    map_release(&seen);
    return node_map(w->arena, entries, count, wf->at);
}

const struct node *
written_tree(const struct fx_workflow *wf, struct arena *arena, struct problems *problems)
{
    struct writer w = { arena, problems };
    const struct node *root = node_map(arena, NULL, 0, wf->at), *stages;

    if (!wf->file)
        root = put(&w, root, "fornix", node_integer(arena, 1, wf->at));
    if (wf->name)
        root = put(&w, root, "name", wf->name);
    if (wf->includes.count)
        root = put(&w, root, "include", list_of(&w, &wf->includes, wf->at));
    if (wf->tasks.count)
        root = put(&w, root, "tasks", list_of(&w, &wf->tasks, wf->at));
    root = assign(&w, root, &wf->values, wf->at);
    stages = wf->stages.count ? stages_tree(&w, wf) : NULL;
    if (stages && root)
        root = merge_trees(arena, root, put(&w, node_map(arena, NULL, 0, wf->at), "stages", stages),
                           NODE_DEPTH_MOST);
    if (!root)
        problems_wrong(problems, wf->at, NULL, "the workflow is too large");
    return root && root->count ? root : NULL;
}

int
written_load(struct fx_workflow *wf, struct session_options *options, struct session *session)
{
    struct problems *found = &wf->found;
    int result = -1;

    problems_release(found);
    problems_init(found);
    for (size_t i = 0; i < wf->mistakes.list.count; i++)
        problems_add(found, &wf->mistakes.list.at[i]);
    found->dropped += wf->mistakes.dropped;
    options->file = wf->file;
    options->written = written_tree(wf, session->arena, found);
    options->profiles = wf->profiles.at;
    options->profile_count = (uint32_t)wf->profiles.count;
    options->set = wf->overrides.at;
    options->set_count = (uint32_t)wf->overrides.count;
    options->own_keeper = true;
    if (options->file || options->written)
        result = session_load(session, options, found);
    problems_sort(found);
    return problems_count(found) ? -1 : result;
}
