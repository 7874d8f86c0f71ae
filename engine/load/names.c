/* name_of - strings that name an entry of another parameter: a layer, a population, ... */
#include <string.h>

#include "base/vec.h"
#include "load/schema.h"
#include "load/suggest.h"

typedef VEC(struct str) str_list;

static bool
is_names(const struct node *node)
{
    bool fine = node->kind == NODE_LIST && node->count;

    for (uint32_t i = 0; fine && i < node->count; i++)
        fine = node->items[i]->kind == NODE_STRING && node->items[i]->text.len;
    return fine;
}

static bool
read_name_of(struct name_rule *rule, const struct node *node, struct problems *problems)
{
    bool fine = node->kind == NODE_MAP && node->count == 1 && is_names(node->entries[0].value);

    if (node->kind == NODE_STRING && node->text.len) {
        rule->parameter = node->text;
        rule->field_count = 0;
        return true;
    }
    if (!fine) {
        problems_wrong(problems, node->at, "write {definitions: [layers]}",
                       "'name_of' needs a parameter and the fields that may hold the names");
        return false;
    }
    rule->parameter = node->entries[0].key;
    rule->fields = node->entries[0].value->items;
    rule->field_count = node->entries[0].value->count;
    return true;
}

/* A list beside name_of, or beside a type that has it. */
static bool
read_list(const struct name_rule *rule, const struct node *node, const char *what,
          const struct node **list, struct problems *problems)
{
    if (!node)
        return true;
    if (!rule->parameter.len || !is_names(node)) {
        problems_wrong(problems, node->at, NULL,
                       "'%s' is a list of names, and stands with 'name_of' only", what);
        return false;
    }
    *list = node;
    return true;
}

bool
schema_read_names(struct arena *arena, struct type *type, const struct node *node,
                  struct problems *problems)
{
    const struct node *name_of = node_at(node, "name_of"), *otherwise = node_at(node, "otherwise");
    const struct node *also = node_at(node, "also"), *open = node_at(node, "open");
    struct name_rule *rule;

    if (!name_of && !otherwise && !also && !open)
        return true;
    if (name_of && type->kind != TYPE_STRING) {
        problems_wrong(problems, name_of->at, NULL, "'name_of' stands with strings only");
        return false;
    }
    rule = arena_get(arena, 1, sizeof *rule);
    if (type->names)
        *rule = *type->names;
    if ((name_of && !read_name_of(rule, name_of, problems)) ||
        !read_list(rule, otherwise, "otherwise", &rule->otherwise, problems) ||
        !read_list(rule, also, "also", &rule->also, problems))
        return false;
    if (open && (open->kind != NODE_BOOL || !rule->parameter.len)) {
        problems_wrong(problems, open->at, NULL,
                       "'open' is true or false, and stands with 'name_of' only");
        return false;
    }
    rule->open = open ? open->boolean : rule->open;
    type->names = rule;
    return true;
}

/* --- checking --------------------------------------------------------------------------------- */

/* "x*": all that begin with x. */
static bool
is_prefix(struct str name)
{
    return name.len > 1 && name.at[name.len - 1] == '*';
}

static bool
fits(struct str allowed, struct str name)
{
    if (is_prefix(allowed))
        return name.len >= allowed.len - 1 && memcmp(name.at, allowed.at, allowed.len - 1) == 0;
    return str_equal(allowed, name);
}

static bool
listed(const struct node *list, struct str name)
{
    for (uint32_t i = 0; list && i < list->count; i++)
        if (fits(list->items[i]->text, name))
            return true;
    return false;
}

/* The map that holds the names; NULL when there is none with an entry. `field` is its name. */
static const struct node *
names_of(const struct name_rule *rule, const struct node *value, struct str *field)
{
    const struct node *map;

    *field = rule->field_count ? rule->fields[0]->text : str_of("");
    if (!rule->field_count)
        return value->count ? value : NULL;
    for (uint32_t i = 0; i < rule->field_count; i++) {
        map = node_get(value, rule->fields[i]->text);
        if (map && map->kind == NODE_MAP && map->count) {
            *field = rule->fields[i]->text;
            return map;
        }
    }
    return NULL;
}

static void
add_listed(str_list *names, const struct node *list)
{
    for (uint32_t i = 0; list && i < list->count; i++)
        if (!is_prefix(list->items[i]->text))
            vec_push(names, list->items[i]->text);
}

/* " (network.yaml:3)" when the map of the names stands in another file. */
static const char *
elsewhere(struct check *check, const struct node *value, const struct node *map)
{
    struct fx_mark at;

    if (!map || !map->count)
        return "";
    at = map->entries[0].at;
    if (!at.file || !value->at.file || !strcmp(at.file, value->at.file))
        return "";
    return arena_printf(check->arena, " (%s:%u)", at.file, at.line).at;
}

static void
unknown_name(struct check *check, const struct name_rule *rule, const struct node *map,
             struct str field, const struct node *value)
{
    struct fx_error hint = FX_ERROR_NONE;
    str_list names = { 0 };

    for (uint32_t i = 0; map && i < map->count; i++)
        vec_push(&names, map->entries[i].key);
    if (!map)
        add_listed(&names, rule->otherwise);
    add_listed(&names, rule->also);
    suggest_name(&hint, value->text, names.at, names.count, NULL);
    schema_wrong(check, value->at, hint.hint, "names '%.*s', which is not in %.*s%s%.*s%s",
                 STR(value->text), STR(rule->parameter), field.len ? "." : "", STR(field),
                 elsewhere(check, value, map));
    vec_release(&names);
}

bool
schema_check_name(struct check *check, const struct name_rule *rule, const struct node *value)
{
    const struct node *given = check->given ? check->given(check->context, rule->parameter) : NULL;
    const struct node *map;
    struct str field;

    if (!given || given->kind != NODE_MAP)
        return true;
    map = names_of(rule, given, &field);
    if (map && rule->open)
        return true;
    if ((!map && !rule->otherwise) || listed(rule->also, value->text) ||
        (map ? node_get(map, value->text) != NULL : listed(rule->otherwise, value->text)))
        return true;
    unknown_name(check, rule, map, field, value);
    return false;
}
