#include "load/sources.h"

#include <string.h>

#include "base/file.h"
#include "base/vec.h"
#include "load/fields.h"
#include "load/merge.h"
#include "load/suggest.h"
#include "load/yaml_tree.h"

enum { INCLUDES_DEEP = 32, INCLUDES_MOST = 1000 };

const struct fields_rule profile_rules[PROFILE_MEMBERS] = {
    { "params", FIELD_MAP, false },   { "axes", FIELD_MAP, false },
    { "zip", FIELD_LIST, false },     { "exclude", FIELD_LIST, false },
    { "sample", FIELD_MAP, false },   { "stages", FIELD_MAP, false },
    { "config", FIELD_MAP, false },
};

struct sources {
    struct arena *arena;
    struct problems *problems;
    VEC(const char *) open; /* absolute paths of the files that include this one */
    unsigned read;          /* files so far */
    bool incomplete;        /* a file of `include` is missing */
};

/* `merged`, with the entries that `over` has under `key` put in whole: an axis is not merged. */
static const struct node *
replace_axes(struct sources *s, const struct node *merged, const struct node *base,
             const struct node *over)
{
    const struct node *old = node_at(base, "axes"), *fresh = node_at(over, "axes");

    if (!merged || !old || !fresh)
        return merged;
    return merge_put(s->arena, merged, str_of("axes"), fresh->at,
                     merge_trees(s->arena, old, fresh, 1));
}

/* The same for the axes of each stage. */
static const struct node *
replace_stage_axes(struct sources *s, const struct node *merged, const struct node *base,
                   const struct node *over)
{
    const struct node *old = node_at(base, "stages"), *fresh = node_at(over, "stages");
    const struct node *stages = node_at(merged, "stages");

    for (uint32_t i = 0; merged && stages && old && fresh && fresh->kind == NODE_MAP &&
                         i < fresh->count; i++) {
        const struct entry *entry = &fresh->entries[i];
        const struct node *stage = node_get(stages, entry->key);

        if (!node_at(entry->value, "axes") || !node_at(node_get(old, entry->key), "axes"))
            continue;
        stage = replace_axes(s, stage, node_get(old, entry->key), entry->value);
        stages = stage ? merge_put(s->arena, stages, entry->key, entry->at, stage) : NULL;
        merged = stages ? merge_put(s->arena, merged, str_of("stages"), fresh->at, stages) : NULL;
    }
    return merged;
}

/* `over` on `base`, both of the form of a workflow. */
static const struct node *
merge_workflows(struct sources *s, const struct node *base, const struct node *over)
{
    const struct node *merged = merge_trees(s->arena, base, over, NODE_DEPTH_MOST);

    merged = replace_stage_axes(s, replace_axes(s, merged, base, over), base, over);
    if (!merged)
        problems_wrong(s->problems, over->at, NULL, "the merged workflow becomes too large");
    return merged;
}

static const struct node *
without(struct sources *s, const struct node *map, const char *const *keys)
{
    struct entry *entries = arena_get(s->arena, map->count, sizeof *entries);
    uint32_t count = 0;

    for (uint32_t i = 0; i < map->count; i++) {
        const char *const *key = keys;

        while (*key && !str_is(map->entries[i].key, *key))
            key++;
        if (!*key)
            entries[count++] = map->entries[i];
    }
    return node_map(s->arena, entries, count, map->at);
}

static bool
check_version(struct sources *s, const struct node *root, bool outermost)
{
    const struct node *version = node_at(root, "fornix");

    if (!version && outermost)
        return problems_wrong(s->problems, root->at, "write 'fornix: 1' on its first line",
                              "a workflow begins with the version of its format") == NULL;
    if (version && version->kind == NODE_STRING && str_is(version->text, "1"))
        return problems_wrong(s->problems, version->at, "write fornix: 1",
                              "the version of the format is a number, without quotes") == NULL;
    if (version && (version->kind != NODE_INTEGER || version->integer != 1))
        return problems_wrong(s->problems, version->at, "this fornix reads version 1",
                              "version '%.*s' of the workflow format is not known",
                              STR(version->text)) != NULL;
    return true;
}

static const struct node *load_file(struct sources *s, const char *path, struct fx_mark from);

static const struct node *
load_includes(struct sources *s, const struct node *root)
{
    static const char *const not_inherited[] = { "fornix", "name", "include", NULL };
    static const char *const done[] = { "include", NULL };
    const struct node *list = node_at(root, "include"), *base = NULL;
    const struct node *const *paths;
    struct fields_rule rule = { "include", FIELD_STRINGS, false };
    const struct node *value;
    uint32_t count;

    if (!list)
        return root;
    value = merge_put(s->arena, NULL, str_of("include"), list->at, list);
    fields_read(value, "a workflow", &rule, 1, &value, s->problems);
    paths = fields_strings(&value, &count);
    for (uint32_t i = 0; i < count; i++) {
        const char *path =
            path_join(s->arena, mark_folder(s->arena, paths[i]->at), paths[i]->text.at);
        const struct node *file = load_file(s, path, paths[i]->at);

        if (!file) {
            s->incomplete = true;
            continue;
        }
        file = without(s, file, not_inherited);
        base = base ? merge_workflows(s, base, file) : file;
        if (!base)
            return NULL;
    }
    root = without(s, root, done);
    return base ? merge_workflows(s, base, root) : root;
}

static void
report_circle(struct sources *s, const char *path, size_t first, struct fx_mark from)
{
    struct text circle;

    text_init(&circle, 360);
    for (size_t i = first; i < s->open.count; i++)
        text_printf(&circle, "%s -> ", path_name(s->open.at[i]));
    text_add(&circle, path_name(path));
    problems_wrong(s->problems, from, NULL, "files include each other in a circle: %s", circle.at);
    text_release(&circle);
}

/* A file with what it includes. */
static const struct node *
load_file(struct sources *s, const char *path, struct fx_mark from)
{
    const char *absolute = path_absolute(s->arena, path);
    const struct node *root;

    for (size_t i = 0; i < s->open.count; i++)
        if (!strcmp(s->open.at[i], absolute)) {
            report_circle(s, absolute, i, from);
            return NULL;
        }
    if (s->open.count >= INCLUDES_DEEP || ++s->read > INCLUDES_MOST)
        return problems_wrong(s->problems, from, NULL, "too many files are included");
    root = yaml_read(s->arena, path, from, s->problems);
    if (!root)
        return NULL;
    if (root->kind == NODE_NULL && s->open.count)
        return node_map(s->arena, NULL, 0, root->at);
    if (root->kind != NODE_MAP)
        return problems_wrong(s->problems, root->at, NULL, "a workflow file is a map");
    if (!check_version(s, root, s->open.count == 0))
        return NULL; /* another version may mean other things */
    vec_push(&s->open, absolute);
    root = load_includes(s, root);
    s->open.count--;
    return root;
}

/* What a program wrote, with what it includes, over what its file says. */
static const struct node *
apply_written(struct sources *s, const struct node *root, const struct node *written)
{
    check_version(s, written, !root);
    vec_push(&s->open, written->at.file);   /* what it includes need not begin with a version */
    written = load_includes(s, written);
    s->open.count--;
    return root && written ? merge_workflows(s, root, written) : written;
}

/* --- profiles --------------------------------------------------------------------------------- */

static const struct node *
apply_profile(struct sources *s, const struct node *root, const char *name)
{
    const struct node *profiles = node_at(root, "profiles"), *values[PROFILE_MEMBERS];
    const struct node *profile = node_at(profiles, name);
    struct fx_error hint = FX_ERROR_NONE;

    if (!profile && s->incomplete)
        return root;
    if (!profile) {
        suggest_key(&hint, str_of(name), profiles);
        problems_wrong(s->problems, FX_NOWHERE, hint.hint, "there is no profile '%s'", name);
        return root;
    }
    if (!fields_read(profile, "a profile", profile_rules, PROFILE_MEMBERS, values, s->problems))
        return root;
    return merge_workflows(s, root, profile);
}

/* --- --set ------------------------------------------------------------------------------------ */

/* What is no map of the user's names may be set as a whole. */
static bool
set_whole(struct str key)
{
    return str_is(key, "zip") || str_is(key, "exclude") || str_is(key, "sample");
}

/* How many steps must exist: new is the last one, or what a stage's with, resources miss. */
static unsigned
steps_that_exist(const struct step *steps, unsigned count)
{
    if (count > 2 && str_is(steps[0].key, "stages"))
        return 2;
    if (set_whole(steps[0].key))
        return count > 1 && steps[1].is_index ? count : 0;
    if (str_is(steps[0].key, "axes") || str_is(steps[0].key, "config"))
        return count > 2 ? 1 : 0;
    return count == 2 ? 2 : count - 1;
}

/* The hint for "seed=7": is it a parameter's name? */
static void
hint_root(struct fx_error *err, const struct node *root, struct str name)
{
    struct str names[PROFILE_MEMBERS];

    if (node_get(node_at(root, "params"), name)) {
        fx_error_hint(err, "did you mean 'params.%.*s'?", STR(name));
        return;
    }
    for (int i = 0; i < PROFILE_MEMBERS; i++)
        names[i] = str_of(profile_rules[i].name);
    suggest_name(err, name, names, PROFILE_MEMBERS, "--set changes");
}

static const struct node *
set_value(struct sources *s, const struct node *root, struct str path, const struct node *value)
{
    struct step steps[STEPS_MOST];
    struct fx_error err = FX_ERROR_NONE;
    int count = merge_parse_path(s->arena, path, steps), known = 0;
    const struct node *fresh = NULL;

    if (count < 0) {
        fx_fail(&err, FX_INVALID, value->at, "this is no path to a value");
        fx_error_hint(&err, "such as params.seed=7 or params.a.\"b c\"[2]=x");
    } else {
        while (known < PROFILE_MEMBERS && !str_is(steps[0].key, profile_rules[known].name))
            known++;
        if (known == PROFILE_MEMBERS || (count < 2 && !set_whole(steps[0].key))) {
            fx_fail(&err, FX_INVALID, value->at, "'%.*s' cannot be set", STR(path));
            hint_root(&err, root, steps[0].key);
        } else {
            fresh = merge_set(s->arena, root, steps, (unsigned)count,
                              steps_that_exist(steps, (unsigned)count), value, &err);
        }
    }
    if (fresh)
        return fresh;
    if (!s->incomplete)
        problems_add(s->problems, &err);
    return root;
}

static const struct node *
apply_set(struct sources *s, const struct node *root, const char *assignment)
{
    const char *name = arena_printf(s->arena, "--set %s", assignment).at;
    const char *equals = strchr(assignment, '=');
    const struct node *value;

    if (!equals) {
        problems_wrong(s->problems, (struct fx_mark){ name, 0, 0 }, "--set params.seed=7",
                       "--set takes a path and a value with '=' between them");
        return root;
    }
    if (!str_is_utf8(str_of(assignment))) {
        problems_wrong(s->problems, (struct fx_mark){ name, 0, 0 }, NULL, "this is not UTF-8 text");
        return root;
    }
    value = yaml_parse(s->arena, name, false, str_of(equals + 1), s->problems);
    if (!value)
        return root;
    return set_value(s, root, (struct str){ assignment, (size_t)(equals - assignment) }, value);
}

const struct node *
sources_load(struct arena *arena, const char *path, const struct workflow_options *options,
             bool *incomplete, struct problems *problems)
{
    struct sources s = { .arena = arena, .problems = problems };
    const struct node *root = path ? load_file(&s, path, FX_NOWHERE) : NULL;

    if (options->written && (root || !path))
        root = apply_written(&s, root, options->written);
    for (uint32_t i = 0; root && i < options->profile_count; i++)
        root = apply_profile(&s, root, options->profiles[i]);
    for (uint32_t i = 0; root && i < options->set_count; i++)
        root = apply_set(&s, root, options->set[i]);
    vec_release(&s.open);
    if (incomplete)
        *incomplete = s.incomplete;
    return root;
}
