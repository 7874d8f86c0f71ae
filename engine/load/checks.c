#include "load/checks.h"

#include <string.h>

#include "base/vec.h"
#include "load/fields.h"
#include "load/interpolate.h"
#include "load/suggest.h"

/* What a name with all that is behind it stands for: record[2].dt. */
struct lookup {
    struct expr *chain;
    bool asks; /* given(...): whether it has a value */
};

struct rule {
    const struct node *source;
    struct expr *that, *say;
    const struct expr *place; /* a chain, or NULL */
    struct str each;          /* "": once */
    uint32_t levels;          /* of maps below it */
    VEC(struct lookup) lookups; /* in the arena once the rule is read */
    struct str *names;
    uint32_t name_count;
};

struct checks {
    struct rule *rules;
    uint32_t count;
};

/* --- reading ---------------------------------------------------------------------------------- */

enum { EACH, THAT, SAY, AT, MEMBERS };

static const struct fields_rule members[MEMBERS] = {
    [EACH] = { "each", FIELD_STRING, false },
    [THAT] = { "that", FIELD_STRING, true },
    [SAY] = { "say", FIELD_STRING, true },
    [AT] = { "at", FIELD_STRING, false },
};

struct reader {
    struct arena *arena;
    struct problems *problems;
    const struct str *known; /* NULL: any */
    uint32_t known_count;
    struct rule *rule;
    VEC(struct str) names;
    VEC(struct lookup) lookups;
    bool fine;
};

static bool
is_special(const struct rule *rule, struct str name)
{
    return rule->each.len &&
           (str_is(name, "item") || str_is(name, "key") || str_is(name, "outer"));
}

static void
use_name(struct reader *r, struct str name, struct fx_mark at)
{
    struct fx_error hint = FX_ERROR_NONE;
    bool found = !r->known || is_special(r->rule, name);

    for (uint32_t i = 0; !found && i < r->known_count; i++)
        found = str_equal(r->known[i], name);
    if (!found) {
        suggest_name(&hint, name, r->known, r->known_count, "names are");
        problems_wrong(r->problems, at, hint.hint, "a check names '%.*s', which is not there",
                       STR(name));
        r->fine = false;
    }
    for (size_t i = 0; i < r->names.count; i++)
        if (str_equal(r->names.at[i], name))
            return;
    if (!is_special(r->rule, name))
        vec_push(&r->names, name);
}

static bool
is_chain(const struct expr *expr)
{
    while (expr->kind == EXPR_INDEX)
        expr = expr->args[0];
    return expr->kind == EXPR_AXIS;
}

static void prepare(struct reader *r, struct expr *expr);

/* Makes `expr` the number of a lookup: what scope.axis is asked for. */
static void
look_up(struct reader *r, struct expr *expr, const struct expr *chain, bool asks)
{
    struct expr *copy = arena_get(r->arena, 1, sizeof *copy), *at = copy;

    *copy = *chain;
    for (; at->kind == EXPR_INDEX; at = at->args[0])
        prepare(r, at->args[1]);
    use_name(r, at->name, at->at);
    expr->kind = EXPR_AXIS;
    expr->name = arena_printf(r->arena, "%zu", r->lookups.count);
    expr->count = 0;
    vec_push(&r->lookups, ((struct lookup){ copy, asks }));
}

static void
prepare(struct reader *r, struct expr *expr)
{
    if (is_chain(expr)) {
        look_up(r, expr, expr, false);
    } else if (expr->kind == EXPR_CALL && str_is(expr->name, "given")) {
        if (expr->count == 1 && is_chain(expr->args[0])) {
            look_up(r, expr, expr->args[0], true);
            return;
        }
        problems_wrong(r->problems, expr->at, NULL, "given() takes a name");
        r->fine = false;
    } else {
        for (uint32_t i = 0; i < expr->count; i++)
            prepare(r, expr->args[i]);
    }
}

/* `each: NAME`, `each: NAME.*`. */
static void
read_each(struct reader *r, const struct node *node)
{
    struct str name = node->text;

    r->rule->levels = 1;
    while (name.len > 2 && memcmp(name.at + name.len - 2, ".*", 2) == 0) {
        name.len -= 2;
        r->rule->levels++;
    }
    use_name(r, name, node->at);
    r->rule->each = name;
}

static struct expr *
read_expr(struct reader *r, const struct node *node)
{
    struct expr *expr = expr_parse_check(r->arena, node, r->problems);

    if (expr)
        prepare(r, expr);
    r->fine = r->fine && expr;
    return expr;
}

/* The chain that `at` names; without it the first that `that` has. */
static const struct expr *
read_place(struct reader *r, const struct node *node)
{
    struct node braced;
    size_t before = r->lookups.count;

    if (!node) {
        for (size_t i = 0; i < r->lookups.count; i++)
            if (!r->lookups.at[i].asks)
                return r->lookups.at[i].chain;
        return r->lookups.count ? r->lookups.at[0].chain : NULL;
    }
    braced = *node;
    braced.text = arena_printf(r->arena, "${%.*s}", STR(node->text));
    braced.verbatim = false;
    read_expr(r, &braced);
    if (r->fine && r->lookups.count != before + 1) {
        problems_wrong(r->problems, node->at, NULL, "'at' is one name");
        r->fine = false;
    }
    return r->fine ? r->lookups.at[before].chain : NULL;
}

static void
keep(struct reader *r)
{
    struct rule *rule = r->rule;

    rule->name_count = (uint32_t)r->names.count;
    rule->names = arena_get(r->arena, r->names.count, sizeof *rule->names);
    rule->lookups.count = r->lookups.count;
    rule->lookups.at = arena_get(r->arena, r->lookups.count, sizeof *rule->lookups.at);
    if (r->names.count)
        memcpy(rule->names, r->names.at, r->names.count * sizeof *rule->names);
    if (r->lookups.count)
        memcpy(rule->lookups.at, r->lookups.at, r->lookups.count * sizeof *rule->lookups.at);
    vec_release(&r->names);
    vec_release(&r->lookups);
}

static void
read_rule(struct reader *r, const struct node *node)
{
    const struct node *value[MEMBERS];
    struct rule *rule = r->rule;

    rule->source = node;
    r->fine = fields_read(node, "a check", members, MEMBERS, value, r->problems) && r->fine;
    if (!value[THAT] || !value[SAY])
        return;
    if (value[EACH])
        read_each(r, value[EACH]);
    if (!expr_occurs(value[THAT]->text)) {
        problems_wrong(r->problems, value[THAT]->at, "write \"${stop > start}\"",
                       "'that' is an expression");
        r->fine = false;
        return;
    }
    rule->that = read_expr(r, value[THAT]);
    rule->place = read_place(r, value[AT]);
    rule->say = read_expr(r, value[SAY]);
}

const struct checks *
checks_read(struct arena *arena, const struct node *list, const struct str *names, uint32_t count,
            const struct checks *before, struct problems *problems)
{
    struct checks *checks = arena_get(arena, 1, sizeof *checks);
    uint32_t old = before ? before->count : 0;
    bool fine = true;

    if (list->kind != NODE_LIST)
        return problems_wrong(problems, list->at, "write [{that: \"${b > a}\", say: ...}]",
                              "'checks' is a list");
    checks->rules = arena_get(arena, (size_t)old + list->count, sizeof *checks->rules);
    if (old)
        memcpy(checks->rules, before->rules, old * sizeof *checks->rules);
    checks->count = old + list->count;
    for (uint32_t i = 0; i < list->count; i++) {
        struct reader r = { .arena = arena,
                            .problems = problems,
                            .known = names,
                            .known_count = count,
                            .rule = &checks->rules[old + i],
                            .fine = true };

        read_rule(&r, list->items[i]);
        keep(&r);
        fine = fine && r.fine;
    }
    return fine ? checks : NULL;
}

uint32_t
checks_count(const struct checks *checks)
{
    return checks ? checks->count : 0;
}

const struct str *
checks_names(const struct checks *checks, uint32_t number, uint32_t *count)
{
    *count = checks->rules[number].name_count;
    return checks->rules[number].names;
}

const struct node *
checks_source(const struct checks *checks, uint32_t number)
{
    return checks->rules[number].source;
}

/* --- checking --------------------------------------------------------------------------------- */

/* One rule, for one entry where it has `each`. */
struct run {
    const struct rule *rule;
    const struct checks_scope *from;
    struct scope scope;
    const struct node *item, *key, *outer;
    struct text item_path;
    bool missing, saying;
};

static const struct node *
named(const struct run *run, struct str name)
{
    if (!is_special(run->rule, name))
        return run->from->value(run->from->context, name);
    return str_is(name, "item") ? run->item : str_is(name, "key") ? run->key : run->outer;
}

/* The value of a chain; NULL when there is none, which is no mistake. */
static const struct node *
resolve(struct run *run, const struct expr *chain)
{
    const struct node *base, *index, *value = NULL;

    if (chain->kind == EXPR_AXIS) {
        value = named(run, chain->name);
    } else {
        base = resolve(run, chain->args[0]);
        index = base ? scope_eval(&run->scope, chain->args[1]) : NULL;
        if (index && base->kind == NODE_MAP && index->kind != NODE_LIST && index->kind != NODE_MAP)
            value = node_get(base, index->text);
        else if (index && base->kind == NODE_LIST && index->kind == NODE_INTEGER &&
                 index->integer >= 0 && index->integer < base->count)
            value = base->items[index->integer];
    }
    return value && value->kind != NODE_NULL ? value : NULL;
}

/* What a message says of a value: as it was written, where that is short. */
static const struct node *
spelt(struct run *run, const struct node *value)
{
    struct text text;
    const struct node *node;

    if (value && value->kind != NODE_LIST && value->kind != NODE_MAP &&
        value->kind != NODE_OUTPUT)
        return value;
    text_init(&text, 100);
    if (value)
        node_describe(value, &text);
    else
        text_add(&text, "nothing");
    node = node_string(run->scope.arena, arena_str(run->scope.arena, text_view(&text)),
                       run->rule->source->at);
    text_release(&text);
    return node;
}

static const struct node *
lookup_value(struct scope *scope, struct str name, struct fx_mark at)
{
    struct run *run = scope->context;
    const struct lookup *lookup;
    const struct node *value;
    size_t number = 0;

    for (size_t i = 0; i < name.len; i++)
        number = number * 10 + (size_t)(name.at[i] - '0');
    lookup = &run->rule->lookups.at[number];
    value = resolve(run, lookup->chain);
    if (lookup->asks)
        return node_boolean(scope->arena, value != NULL, at);
    if (run->saying)
        return spelt(run, value);
    run->missing = run->missing || !value;
    return value;
}

/* "record[2].dt" */
static void
add_path(struct run *run, const struct expr *chain, struct text *out)
{
    const struct node *index;

    if (chain->kind == EXPR_AXIS) {
        if (is_special(run->rule, chain->name))
            text_add_str(out, text_view(&run->item_path));
        else
            text_add_str(out, chain->name);
        return;
    }
    add_path(run, chain->args[0], out);
    index = scope_eval(&run->scope, chain->args[1]);
    if (index)
        text_printf(out, index->kind == NODE_INTEGER ? "[%.*s]" : ".%.*s", STR(index->text));
}

static bool
is_written(const struct run *run, const struct node *value)
{
    return value && value->at.file &&
           (run->from->inside || strcmp(value->at.file, run->rule->source->at.file) != 0);
}

/* Where to point: at the value that `at` names, else at one that somebody has written. */
static struct fx_mark
place_of(struct run *run)
{
    const struct node *value = run->rule->place ? resolve(run, run->rule->place) : NULL;

    for (size_t i = 0; !is_written(run, value) && i < run->rule->lookups.count; i++)
        value = resolve(run, run->rule->lookups.at[i].chain);
    if (!is_written(run, value))
        value = run->item;
    return is_written(run, value) ? value->at : run->from->otherwise;
}

static bool
complain(struct run *run)
{
    struct check *check = run->from->check;
    size_t before = check->path.len;
    const struct node *say;

    run->saying = true;
    say = scope_eval(&run->scope, run->rule->say);
    if (before)
        text_add(&check->path, ".");
    if (run->rule->place)
        add_path(run, run->rule->place, &check->path);
    schema_wrong(check, place_of(run), NULL, "%.*s", STR(say ? say->text : str_of("is wrong")));
    check->path.len = before;
    check->path.full = false;
    check->path.at[before] = '\0';
    return false;
}

/* False after reporting, also that the check itself is wrong: its author is told. */
static bool
run_once(struct run *run)
{
    struct problems mistakes;
    const struct node *value;
    bool holds;

    problems_init(&mistakes);
    run->scope.problems = &mistakes;
    run->missing = run->saying = false;
    value = scope_eval(&run->scope, run->rule->that);
    holds = run->missing || (value && value->kind == NODE_BOOL && value->boolean);
    if (!holds && value && value->kind == NODE_BOOL) {
        complain(run);
    } else if (!holds && value) {
        problems_wrong(run->from->check->problems, run->rule->that->at, NULL,
                       "a check must be true or false");
    }
    for (size_t i = 0; !holds && !value && i < mistakes.list.count; i++)
        problems_add(run->from->check->problems, &mistakes.list.at[i]);
    problems_release(&mistakes);
    return holds;
}

static bool run_each(struct run *run, const struct node *value, uint32_t levels);

static bool
run_entry(struct run *run, const struct node *value, const struct node *key, uint32_t levels)
{
    const struct node *outer = run->outer, *old = run->key;
    size_t before = run->item_path.len;
    bool holds;

    text_printf(&run->item_path, key->kind == NODE_INTEGER ? "[%.*s]" : ".%.*s", STR(key->text));
    run->item = value;
    run->key = key;
    if (levels == 1) {
        holds = run_once(run);
    } else {
        run->outer = key;
        holds = run_each(run, value, levels - 1);
    }
    run->outer = outer;
    run->key = old;
    run->item_path.len = before;
    run->item_path.full = false;
    run->item_path.at[before] = '\0';
    return holds;
}

static bool
run_each(struct run *run, const struct node *value, uint32_t levels)
{
    struct arena *arena = run->scope.arena;
    bool holds = true;

    for (uint32_t i = 0; value && value->kind == NODE_LIST && i < value->count; i++)
        holds = run_entry(run, value->items[i], node_integer(arena, i, value->items[i]->at),
                          levels) && holds;
    for (uint32_t i = 0; value && value->kind == NODE_MAP && i < value->count; i++)
        holds = run_entry(run, value->entries[i].value,
                          node_string(arena, value->entries[i].key, value->entries[i].at),
                          levels) && holds;
    return holds;
}

bool
checks_one(const struct checks *checks, uint32_t number, const struct checks_scope *from)
{
    const struct rule *rule = &checks->rules[number];
    struct run run = { .rule = rule,
                       .from = from,
                       .scope = { .arena = from->check->arena, .axis = lookup_value } };
    bool holds;

    run.scope.context = &run;
    if (!rule->each.len)
        return run_once(&run);
    text_init(&run.item_path, 1000);
    text_add_str(&run.item_path, rule->each);
    holds = run_each(&run, from->value(from->context, rule->each), rule->levels);
    text_release(&run.item_path);
    return holds;
}

static const struct node *
field_value(void *context, struct str name)
{
    return node_get(context, name);
}

bool
checks_hold(const struct checks *checks, struct check *check, const struct node *value)
{
    struct checks_scope scope = { .check = check,
                                  .value = field_value,
                                  .context = (void *)(uintptr_t)value,
                                  .inside = true,
                                  .otherwise = value->at };
    bool holds = true;

    for (uint32_t i = 0; i < checks_count(checks); i++)
        holds = checks_one(checks, i, &scope) && holds;
    return holds;
}
