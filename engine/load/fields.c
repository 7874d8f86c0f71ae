#include "load/fields.h"

#include <stdlib.h>

#include "base/mem.h"
#include "load/suggest.h"

static bool
is_scalar(const struct node *node)
{
    return node->kind == NODE_BOOL || node->kind == NODE_INTEGER || node->kind == NODE_REAL ||
           node->kind == NODE_STRING;
}

static bool
are_strings(const struct node *node)
{
    if (node->kind != NODE_LIST)
        return is_scalar(node);
    for (uint32_t i = 0; i < node->count; i++)
        if (!is_scalar(node->items[i]))
            return false;
    return true;
}

static bool
fits(enum fields_kind kind, const struct node *node)
{
    switch (kind) {
    case FIELD_STRING:
        return is_scalar(node);
    case FIELD_INTEGER:
        return node->kind == NODE_INTEGER;
    case FIELD_BOOLEAN:
        return node->kind == NODE_BOOL;
    case FIELD_LIST:
        return node->kind == NODE_LIST;
    case FIELD_STRINGS:
        return are_strings(node);
    case FIELD_MAP:
        return node->kind == NODE_MAP;
    case FIELD_ANYTHING:
        break;
    }
    return true;
}

static void
report_kind(const struct fields_rule *rule, const struct node *value, struct problems *problems)
{
    static const char *const words[] = {
        [FIELD_ANYTHING] = "anything",  [FIELD_STRING] = "a string",
        [FIELD_INTEGER] = "an integer", [FIELD_BOOLEAN] = "true or false",
        [FIELD_LIST] = "a list",        [FIELD_STRINGS] = "a list of strings",
        [FIELD_MAP] = "a map",
    };
    struct text given;

    text_init(&given, 120);
    node_describe(value, &given);
    problems_wrong(problems, value->at, NULL, "'%s' must be %s, not %s", rule->name,
                   words[rule->kind], given.at);
    text_release(&given);
}

/* Returns the rule that was meant, by its name; `count` when none is near. */
static uint32_t
report_unknown(const struct entry *entry, const char *what, const struct fields_rule *rules,
               uint32_t count, struct problems *problems)
{
    struct str *names = mem_new(count, sizeof *names), nearest;
    struct fx_error hint = FX_ERROR_NONE;
    uint32_t meant = 0;

    for (uint32_t i = 0; i < count; i++)
        names[i] = str_of(rules[i].name);
    suggest_name(&hint, entry->key, names, count, NULL);
    problems_wrong(problems, entry->at, hint.hint, "%s has no '%.*s'", what, STR(entry->key));
    nearest = str_nearest(entry->key, names, count);
    while (meant < count && !str_equal(names[meant], nearest))
        meant++;
    free(names);
    return meant;
}

/*
 * What stands under a misspelt name is taken for what was meant, so that mistakes in it are told and
 * mistakes that follow from its lack are not.
 */
static void
take_for_meant(const struct node *map, const struct entry *entry, const struct fields_rule *rule,
               const struct node **value)
{
    if (!node_at(map, rule->name) && entry->value->kind != NODE_NULL &&
        fits(rule->kind, entry->value))
        *value = entry->value;
}

bool
fields_read(const struct node *map, const char *what, const struct fields_rule *rules,
            uint32_t count, const struct node **values, struct problems *problems)
{
    bool fine = true;

    for (uint32_t i = 0; i < count; i++)
        values[i] = NULL;
    if (map->kind != NODE_MAP) {
        struct text given;

        text_init(&given, 120);
        node_describe(map, &given);
        problems_wrong(problems, map->at, NULL, "%s must be a map, not %s", what, given.at);
        text_release(&given);
        return false;
    }
    for (uint32_t i = 0; i < map->count; i++) {
        const struct entry *entry = &map->entries[i];
        uint32_t rule = 0;

        while (rule < count && !str_is(entry->key, rules[rule].name))
            rule++;
        if (rule == count) {
            rule = report_unknown(entry, what, rules, count, problems);
            if (rule < count)
                take_for_meant(map, entry, &rules[rule], &values[rule]);
            fine = false;
        } else if (entry->value->kind != NODE_NULL && !fits(rules[rule].kind, entry->value)) {
            report_kind(&rules[rule], entry->value, problems);
            fine = false;
        } else if (entry->value->kind != NODE_NULL) {
            values[rule] = entry->value;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct node *given = node_at(map, rules[i].name);

        if (!rules[i].required || values[i] || (given && given->kind != NODE_NULL))
            continue;
        problems_wrong(problems, given ? given->at : map->at, NULL, "%s lacks '%s'", what,
                       rules[i].name);
        fine = false;
    }
    return fine;
}

const struct node *const *
fields_strings(const struct node *const *value, uint32_t *count)
{
    *count = 0;
    if (!*value)
        return NULL;
    if ((*value)->kind == NODE_LIST) {
        *count = (*value)->count;
        return (*value)->items;
    }
    *count = 1;
    return value;
}
