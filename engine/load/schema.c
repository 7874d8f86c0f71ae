#include "load/schema.h"

#include <string.h>

#include "base/vec.h"
#include "load/checks.h"
#include "load/suggest.h"
#include "load/units.h"

/* A named type; `type` is set before its parts are read, so that types may be recursive. */
struct named {
    struct str name;
    const struct node *node;
    const struct type *type;
    bool busy, failed;
};

struct types {
    struct arena *arena;
    struct named *named;
    uint32_t count, room;
};

static const struct {
    const char *name;
    enum type_kind kind;
} simple[] = {
    { "integer", TYPE_INTEGER }, { "number", TYPE_NUMBER },       { "string", TYPE_STRING },
    { "boolean", TYPE_BOOLEAN }, { "bytes", TYPE_BYTES },         { "duration", TYPE_DURATION },
    { "file", TYPE_FILE },       { "directory", TYPE_DIRECTORY }, { "any", TYPE_ANY },
};

enum { SIMPLE = sizeof simple / sizeof *simple };

/* The members of a mapping that writes a type; at most one of the first six. */
static const char *const members[] = { "type", "enum",    "list",      "map",    "struct",
                                       "any_of", "unit",  "min",       "max",    "length",
                                       "check",  "name_of", "otherwise", "also", "help",
                                       "above",  "below", "checks", "others", "open" };

enum { MEMBERS = sizeof members / sizeof *members, FORMS = 6, BESIDE = 4 };

struct types *
schema_types_new(struct arena *arena)
{
    struct types *types = arena_get(arena, 1, sizeof *types);

    types->arena = arena;
    return types;
}

static struct named *
find_named(const struct types *types, struct str name)
{
    for (uint32_t i = 0; i < types->count; i++)
        if (str_equal(types->named[i].name, name))
            return &types->named[i];
    return NULL;
}

static struct type *
make(struct types *types, enum type_kind kind, struct fx_mark at)
{
    struct type *type = arena_get(types->arena, 1, sizeof *type);

    type->kind = kind;
    type->at = at;
    return type;
}

static const struct type *resolve(struct types *types, const struct node *node, struct named *owner,
                                  struct problems *problems);

static const struct type *
resolve_named(struct types *types, struct named *named, struct fx_mark at,
              struct problems *problems)
{
    if (named->type || named->failed)
        return named->type;
    if (named->busy) {
        named->failed = true;
        return problems_wrong(problems, at, NULL, "type '%.*s' is defined by itself",
                              STR(named->name));
    }
    named->busy = true;
    named->type = resolve(types, named->node, named, problems);
    named->busy = false;
    named->failed = !named->type;
    return named->type;
}

static const struct type *
unknown_type(const struct types *types, const struct node *node, struct problems *problems)
{
    struct fx_error err = FX_ERROR_NONE;
    struct str *names = arena_get(types->arena, SIMPLE + types->count, sizeof *names);

    for (size_t i = 0; i < SIMPLE; i++)
        names[i] = str_of(simple[i].name);
    for (uint32_t i = 0; i < types->count; i++)
        names[SIMPLE + i] = types->named[i].name;
    fx_fail(&err, FX_INVALID, node->at, "there is no type '%.*s'", STR(node->text));
    suggest_name(&err, node->text, names, SIMPLE + types->count, "types are");
    problems_add(problems, &err);
    return NULL;
}

static const struct type *
resolve_name(struct types *types, const struct node *node, struct problems *problems)
{
    struct named *named;

    for (size_t i = 0; i < SIMPLE; i++)
        if (str_is(node->text, simple[i].name))
            return make(types, simple[i].kind, node->at);
    named = find_named(types, node->text);
    if (!named)
        return unknown_type(types, node, problems);
    return resolve_named(types, named, node->at, problems);
}

static bool
resolve_map(struct types *types, struct type *type, const struct node *node,
            struct problems *problems)
{
    if (node->kind != NODE_LIST || node->count != 2) {
        problems_wrong(problems, node->at, "write [string, number]",
                       "a map needs the types of its keys and of its values");
        return false;
    }
    type->key = resolve(types, node->items[0], NULL, problems);
    type->item = resolve(types, node->items[1], NULL, problems);
    if (type->key && type->key->kind != TYPE_STRING && type->key->kind != TYPE_ENUM &&
        type->key->kind != TYPE_INTEGER && type->key->kind != TYPE_ANY) {
        problems_wrong(problems, node->items[0]->at, NULL,
                       "the keys of a map are strings, integers or of an enum");
        return false;
    }
    return type->key && type->item;
}

static bool
resolve_struct(struct types *types, struct type *type, const struct node *node,
               struct problems *problems)
{
    struct field *fields;
    bool fine = true;

    if (node->kind != NODE_MAP) {
        problems_wrong(problems, node->at, NULL, "'struct' needs a map: field -> type");
        return false;
    }
    fields = arena_get(types->arena, node->count, sizeof *fields);
    for (uint32_t i = 0; i < node->count; i++) {
        struct str name = node->entries[i].key;

        if (name.len > 1 && name.at[name.len - 1] == '?') {
            fields[i].optional = true;
            name.len--;
        }
        fields[i].name = name;
        if (node_at(node->entries[i].value, "help"))
            fields[i].help = node_at(node->entries[i].value, "help")->text;
        fields[i].type = resolve(types, node->entries[i].value, NULL, problems);
        fine = fine && fields[i].type;
    }
    type->fields = fields;
    type->field_count = node->count;
    return fine;
}

static bool
resolve_any_of(struct types *types, struct type *type, const struct node *node,
               struct problems *problems)
{
    const struct type **options;
    bool fine = true;

    if (node->kind != NODE_LIST || !node->count) {
        problems_wrong(problems, node->at, NULL, "'any_of' needs a list of types");
        return false;
    }
    options = arena_get(types->arena, node->count, sizeof *options);
    for (uint32_t i = 0; i < node->count; i++) {
        options[i] = resolve(types, node->items[i], NULL, problems);
        fine = fine && options[i];
    }
    type->options = options;
    type->option_count = node->count;
    return fine;
}

static bool
resolve_enum(struct type *type, const struct node *node, struct problems *problems)
{
    bool fine = node->kind == NODE_LIST && node->count;

    for (uint32_t i = 0; fine && i < node->count; i++)
        fine = node->items[i]->kind != NODE_LIST && node->items[i]->kind != NODE_MAP;
    if (!fine)
        problems_wrong(problems, node->at, NULL, "'enum' needs a list of scalars");
    type->values = node;
    return fine;
}

/* The form of a type: the one member of `node` that says what it is made of. */
static bool
resolve_form(struct types *types, struct type *type, const struct entry *form,
             struct problems *problems)
{
    const struct type *inner;

    if (str_is(form->key, "enum")) {
        type->kind = TYPE_ENUM;
        return resolve_enum(type, form->value, problems);
    }
    if (str_is(form->key, "list")) {
        type->kind = TYPE_LIST;
        type->item = resolve(types, form->value, NULL, problems);
        return type->item != NULL;
    }
    if (str_is(form->key, "map")) {
        type->kind = TYPE_MAP;
        return resolve_map(types, type, form->value, problems);
    }
    if (str_is(form->key, "struct")) {
        type->kind = TYPE_STRUCT;
        return resolve_struct(types, type, form->value, problems);
    }
    if (str_is(form->key, "any_of")) {
        type->kind = TYPE_ANY_OF;
        return resolve_any_of(types, type, form->value, problems);
    }
    inner = resolve(types, form->value, NULL, problems);
    if (!inner)
        return false;
    *type = *inner;
    return true;
}

static bool
is_numeric(const struct type *type)
{
    return type->kind == TYPE_INTEGER || type->kind == TYPE_NUMBER || type->kind == TYPE_BYTES ||
           type->kind == TYPE_DURATION;
}

/* A bound, which may carry a unit like the values it bounds. */
static bool
read_bound(const struct type *type, const struct node *node, double *bound,
           struct problems *problems)
{
    struct str unit = type->kind == TYPE_BYTES                        ? str_of("B")
                      : type->unit.len || type->kind != TYPE_DURATION ? type->unit
                                                                      : str_of("s");
    struct str found;
    bool bare;

    if (!is_numeric(type) || node->kind == NODE_LIST || node->kind == NODE_MAP ||
        unit_convert(node->text, unit, bound, &bare, &found) != UNIT_FINE) {
        problems_wrong(problems, node->at, NULL,
                       "a bound is a number, and stands with numbers only");
        return false;
    }
    return true;
}

static bool
read_length(struct type *type, const struct node *node, struct problems *problems)
{
    const struct node *least = node, *most = node;

    if (node->kind == NODE_LIST && node->count == 2) {
        least = node->items[0];
        most = node->items[1];
    }
    if (type->kind != TYPE_LIST || least->kind != NODE_INTEGER || most->kind != NODE_INTEGER ||
        least->integer < 0 || most->integer < least->integer || most->integer > UINT32_MAX) {
        problems_wrong(problems, node->at, NULL,
                       "'length' is n or [least, most], and stands with lists only");
        return false;
    }
    type->has_length = true;
    type->length_min = (uint32_t)least->integer;
    type->length_max = (uint32_t)most->integer;
    return true;
}

static bool
read_unit(struct type *type, const struct node *node, struct problems *problems)
{
    if ((type->kind != TYPE_NUMBER && type->kind != TYPE_DURATION && type->kind != TYPE_INTEGER) ||
        !unit_known(node->text)) {
        problems_wrong(problems, node->at,
                       "length um mm m, time ms s min h, rate Hz kHz, voltage mV V, ...",
                       "'%.*s' is no known unit, or the type takes none", STR(node->text));
        return false;
    }
    type->unit = node->text;
    return true;
}

/* The type of the numbers in a list of lists of them, as one that may be changed. */
static struct type *
innermost(struct types *types, struct type *type)
{
    while (type->kind == TYPE_LIST) {
        struct type *item = make(types, TYPE_ANY, type->at);

        *item = *type->item;
        type->item = item;
        type = item;
    }
    return type;
}

/* unit, min and max, which for a list are those of its numbers. */
static bool
read_measure(struct types *types, struct type *type, const struct node *node,
             struct problems *problems)
{
    const struct node *unit = node_at(node, "unit"), *min = node_at(node, "min");
    const struct node *max = node_at(node, "max"), *above = node_at(node, "above");
    const struct node *below = node_at(node, "below");
    bool fine = true;

    if (!unit && !min && !max && !above && !below)
        return true;
    type = innermost(types, type);
    if (unit)
        fine = read_unit(type, unit, problems);
    if ((min && above) || (max && below))
        return problems_wrong(problems, (above ? above : below)->at, NULL,
                              "a number has one lower and one upper bound") != NULL;
    if (min || above) {
        fine = (type->has_min = read_bound(type, min ? min : above, &type->min, problems)) && fine;
        type->min_open = above != NULL;
    }
    if (max || below) {
        fine = (type->has_max = read_bound(type, max ? max : below, &type->max, problems)) && fine;
        type->max_open = below != NULL;
    }
    return fine;
}

static bool
read_checks(struct types *types, struct type *type, const struct node *list,
            struct problems *problems)
{
    struct str *names = arena_get(types->arena, type->field_count, sizeof *names);

    if (type->kind != TYPE_STRUCT) {
        problems_wrong(problems, list->at, NULL, "'checks' stand with a struct");
        return false;
    }
    for (uint32_t i = 0; i < type->field_count; i++)
        names[i] = type->fields[i].name;
    type->checks =
        checks_read(types->arena, list, names, type->field_count, type->checks, problems);
    return type->checks != NULL;
}

/* unit, bounds, length, check, checks and names of a type. */
static bool
read_limits(struct types *types, struct type *type, const struct node *node,
            struct problems *problems)
{
    const struct node *value;
    bool fine = read_measure(types, type, node, problems);

    if ((value = node_at(node, "length")))
        fine = read_length(type, value, problems) && fine;
    if ((value = node_at(node, "check"))) {
        type->proportions = str_is(value->text, "proportions") && type->kind == TYPE_MAP;
        if (!type->proportions)
            problems_wrong(problems, value->at, NULL,
                           "the only check is 'proportions', and it stands with a map");
        fine = fine && type->proportions;
    }
    if ((value = node_at(node, "others"))) {
        if (type->kind != TYPE_STRUCT)
            return problems_wrong(problems, value->at, NULL, "'others' stands with a struct") !=
                   NULL;
        fine = resolve_map(types, type, value, problems) && fine;
    }
    if ((value = node_at(node, "checks")))
        fine = read_checks(types, type, value, problems) && fine;
    return schema_read_names(types->arena, type, node, problems) && fine;
}

static const struct entry *
find_form(const struct node *node, struct problems *problems)
{
    static const char *const beside[] = { "required", "default", "semantic", "with_points" };
    const struct entry *form = NULL;
    struct str names[MEMBERS + BESIDE]; /* those of a parameter stand here to be suggested */
    bool fine = true;

    for (size_t i = 0; i < MEMBERS + BESIDE; i++)
        names[i] = str_of(i < MEMBERS ? members[i] : beside[i - MEMBERS]);
    for (uint32_t i = 0; i < node->count; i++) {
        const struct entry *entry = &node->entries[i];
        struct fx_error err = FX_ERROR_NONE;
        size_t number = 0;

        while (number < MEMBERS && !str_equal(names[number], entry->key))
            number++;
        if (number < FORMS) {
            if (form)
                fine = problems_wrong(problems, entry->at, NULL,
                                      "a type is '%.*s' or '%.*s', not both", STR(form->key),
                                      STR(entry->key)) != NULL;
            form = entry;
        } else if (number == MEMBERS) {
            fx_fail(&err, FX_INVALID, entry->at, "a type has no '%.*s'", STR(entry->key));
            suggest_name(&err, entry->key, names, MEMBERS + BESIDE, NULL);
            problems_add(problems, &err);
            fine = false;
        }
    }
    if (fine && !form)
        problems_wrong(problems, node->at, "one of type, enum, list, map, struct, any_of",
                       "this type does not say what it is");
    return fine ? form : NULL;
}

static const struct type *
resolve(struct types *types, const struct node *node, struct named *owner,
        struct problems *problems)
{
    const struct entry *form;
    struct type *type;

    if (node->kind == NODE_STRING) {
        const struct type *same = resolve_name(types, node, problems);

        if (!same || !owner)
            return same;
        type = make(types, TYPE_ANY, node->at);
        *type = *same;
        type->name = owner->name;
        return type;
    }
    if (node->kind != NODE_MAP)
        return problems_wrong(problems, node->at, NULL, "a type is a name or a map");
    form = find_form(node, problems);
    if (!form)
        return NULL;
    type = make(types, TYPE_ANY, node->at);
    if (owner && !str_is(form->key, "type"))
        owner->type = type;
    if (!resolve_form(types, type, form, problems) || !read_limits(types, type, node, problems)) {
        if (owner)
            owner->type = NULL;
        return NULL;
    }
    if (owner)
        type->name = owner->name;
    if (node_at(node, "help") && (owner || !str_is(form->key, "type")))
        type->help = node_at(node, "help")->text;
    return type;
}

const struct type *
schema_type(struct types *types, const struct node *node, struct problems *problems)
{
    return resolve(types, node, NULL, problems);
}

void
schema_types_add(struct types *types, const struct node *map, struct problems *problems)
{
    struct named *all;
    uint32_t count = types->count;

    if (map->kind == NODE_NULL)
        return;
    if (map->kind != NODE_MAP) {
        problems_wrong(problems, map->at, NULL, "'types' is a map: name -> type");
        return;
    }
    all = arena_get(types->arena, (size_t)count + map->count, sizeof *all);
    if (count)
        memcpy(all, types->named, count * sizeof *all);
    types->named = all;
    for (uint32_t i = 0; i < map->count; i++) {
        struct named *old = find_named(types, map->entries[i].key);

        if (old)
            problems_wrong(problems, map->entries[i].at, NULL, "type '%.*s' is defined twice",
                           STR(old->name));
        else
            types->named[types->count++] =
                (struct named){ .name = map->entries[i].key, .node = map->entries[i].value };
    }
}

/* Whether `type` is among its own options, or among theirs: then checking would have no end. */
static bool
is_own_option(const struct type *type, const struct type *target, unsigned levels)
{
    for (uint32_t i = 0; type->kind == TYPE_ANY_OF && levels && i < type->option_count; i++)
        if (type->options[i] == target || is_own_option(type->options[i], target, levels - 1))
            return true;
    return false;
}

bool
schema_types_check(struct types *types, struct problems *problems)
{
    bool fine = true;

    for (uint32_t i = 0; i < types->count; i++)
        resolve_named(types, &types->named[i], types->named[i].node->at, problems);
    for (uint32_t i = 0; i < types->count; i++) {
        struct named *named = &types->named[i];

        if (!named->type || !is_own_option(named->type, named->type, types->count < 16 ? 16 : 4))
            continue;
        problems_wrong(problems, named->type->at, NULL, "type '%.*s' is one of its own options",
                       STR(named->name));
        named->type = NULL;
        named->failed = true;
        fine = false;
    }
    return fine;
}
