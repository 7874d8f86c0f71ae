/* Whether a value is of its type, and the form in which a task gets it. */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/file.h"
#include "load/checks.h"
#include "load/suggest.h"
#include "load/units.h"

const struct node *
schema_wrong(struct check *check, struct fx_mark at, const char *hint, const char *format, ...)
{
    struct fx_error err = FX_ERROR_NONE;
    char text[sizeof err.text];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (check->known && problems_known(check->known, check->arena, at, text))
        return NULL;
    fx_fail(&err, FX_INVALID, at, "'%.*s' %s", (int)(check->path.len > 200 ? 200 : check->path.len),
            check->path.at, text);
    if (check->subject)
        fx_error_in(&err, "%s", check->subject);
    if (hint && hint[0])
        fx_error_hint(&err, "%s", hint);
    problems_add(check->problems, &err);
    return NULL;
}

enum { STEPS_OF_CHECK = 50 * 1000 * 1000 };

static const char *const kind_words[] = {
    [TYPE_INTEGER] = "an integer",
    [TYPE_NUMBER] = "a number",
    [TYPE_STRING] = "a string",
    [TYPE_BOOLEAN] = "true or false",
    [TYPE_BYTES] = "a size such as 256 MiB",
    [TYPE_DURATION] = "a duration such as 10 min",
    [TYPE_ENUM] = "one of",
    [TYPE_LIST] = "a list",
    [TYPE_MAP] = "a map",
    [TYPE_STRUCT] = "a map",
    [TYPE_ANY_OF] = "",
    [TYPE_FILE] = "a file",
    [TYPE_DIRECTORY] = "a folder",
    [TYPE_ANY] = "any value",
};

/* Types may be recursive: only the outer levels are told. */
static void
describe(const struct type *type, unsigned levels, struct text *out)
{
    text_add(out, kind_words[type->kind]);
    if (type->unit.len)
        text_printf(out, " (%.*s)", STR(type->unit));
    if (type->kind == TYPE_LIST && type->item->kind != TYPE_ANY && levels) {
        text_add(out, " of which each is ");
        describe(type->item, levels - 1, out);
    }
    for (uint32_t i = 0; type->kind == TYPE_ENUM && i < type->values->count; i++)
        text_printf(out, "%s %.*s", i ? "," : "", STR(type->values->items[i]->text));
    for (uint32_t i = 0; type->kind == TYPE_ANY_OF && levels && i < type->option_count; i++) {
        text_add(out, i ? " or " : "");
        describe(type->options[i], levels ? levels - 1 : 0, out);
    }
}

void
type_describe(const struct type *type, struct text *out)
{
    describe(type, 3, out);
}

/* One output where a list is wanted, or a list of them where one is. */
static const char *
refer(const struct check *check, const struct type *type, const struct node *value)
{
    if (!check->refer)
        return NULL;
    if (value->kind == NODE_OUTPUT && type->kind == TYPE_LIST)
        return check->refer(check->context, value);
    if (value->kind == NODE_LIST && value->count && value->items[0]->kind == NODE_OUTPUT &&
        type->kind == TYPE_FILE)
        return check->refer(check->context, value->items[0]);
    return NULL;
}

/* "must be an integer, not the string 'x'" */
static const struct node *
mismatch(struct check *check, const struct type *type, const struct node *value, const char *hint)
{
    struct text expected, given;

    text_init(&expected, 240);
    text_init(&given, 120);
    type_describe(type, &expected);
    node_describe(value, &given);
    schema_wrong(check, value->at, hint ? hint : refer(check, type, value), "must be %s, not %s",
                 expected.at, given.at);
    text_release(&expected);
    text_release(&given);
    return NULL;
}

static bool
in_range(struct check *check, const struct type *type, const struct node *value, double number)
{
    struct text bound;
    bool low = type->has_min && (type->min_open ? !(number > type->min) : number < type->min);
    bool high = type->has_max && (type->max_open ? !(number < type->max) : number > type->max);

    if (!low && !high)
        return true;
    text_init(&bound, 64);
    text_add_real(&bound, low ? type->min : type->max);
    schema_wrong(check, value->at, NULL, "must be %s %s%s%.*s, not %.*s",
                 low ? (type->min_open ? "greater than" : "at least")
                     : (type->max_open ? "less than" : "at most"),
                 bound.at, type->unit.len ? " " : "", STR(type->unit),
                 STR(value->text));
    text_release(&bound);
    return false;
}

/* The hint for a string in quotes that would be a number or boolean without them. */
static const char *
unquote(const struct node *value)
{
    return value->kind == NODE_STRING && !value->plain && !node_is_string(value->text)
               ? "without quotes it would be one"
               : NULL;
}

static const struct node *
with_text(struct check *check, const struct node *fresh, const struct node *value)
{
    struct node *node = arena_get(check->arena, 1, sizeof *node);

    *node = *fresh;
    node->text = value->text;
    node->plain = value->plain;
    node->verbatim = value->verbatim;
    return node;
}

/* A number of the type's unit ("" for none), from a number or from text with a unit. */
static bool
measure(struct check *check, const struct type *type, struct str unit, const struct node *value,
        double *number)
{
    enum unit_result result;
    struct str found;
    struct text known;
    bool bare;

    if (node_number(value, number)) {
        if (isfinite(*number))
            return true;
        schema_wrong(check, value->at, NULL, "must be finite");
        return false;
    }
    if (value->kind != NODE_STRING || !unit.len) {
        mismatch(check, type, value, unquote(value));
        return false;
    }
    result = unit_convert(value->text, unit, number, &bare, &found);
    if (result == UNIT_NO_NUMBER || (bare && result == UNIT_FINE)) {
        mismatch(check, type, value, unquote(value));
        return false;
    }
    if (result == UNIT_FINE)
        return true;
    text_init(&known, 120);
    unit_siblings(unit, &known);
    schema_wrong(check, value->at, arena_printf(check->arena, "units are %s", known.at).at,
                 result == UNIT_UNKNOWN ? "has the unknown unit '%.*s'" : "cannot be in '%.*s'",
                 STR(found));
    text_release(&known);
    return false;
}

static const struct node *
check_number(struct check *check, const struct type *type, const struct node *value)
{
    struct str unit = type->kind == TYPE_DURATION && !type->unit.len ? str_of("s") : type->unit;
    double number = 0;

    if (!measure(check, type, unit, value, &number) || !in_range(check, type, value, number))
        return NULL;
    if (value->kind == NODE_REAL)
        return value;
    return with_text(check, node_real(check->arena, number, value->at), value);
}

/* Integers and sizes: a real is fine when it is whole. */
static const struct node *
check_integer(struct check *check, const struct type *type, const struct node *value)
{
    struct str unit = type->kind == TYPE_BYTES ? str_of("B") : type->unit;
    double number = 0;

    if (value->kind == NODE_INTEGER) {
        if (type->kind == TYPE_BYTES && value->integer < 0)
            return schema_wrong(check, value->at, NULL, "must not be negative");
        return in_range(check, type, value, (double)value->integer) ? value : NULL;
    }
    if (!measure(check, type, unit, value, &number))
        return NULL;
    if (floor(number) < number || fabs(number) > 9007199254740992.0)
        return schema_wrong(check, value->at, NULL, "must be a whole number, not %.*s",
                            STR(value->text));
    if (type->kind == TYPE_BYTES && number < 0)
        return schema_wrong(check, value->at, NULL, "must not be negative");
    if (!in_range(check, type, value, number))
        return NULL;
    return with_text(check, node_integer(check->arena, (int64_t)number, value->at), value);
}

/* Whatever stands without quotes is a string where one is wanted: `version: 1.10`, `answer: no`. */
static const struct node *
check_string(struct check *check, const struct type *type, const struct node *value)
{
    bool is_string = value->kind == NODE_STRING;
    struct node *node;

    if (!is_string && (!value->plain || value->kind == NODE_LIST || value->kind == NODE_MAP))
        return mismatch(check, type, value, NULL);
    if (type->names && !schema_check_name(check, type->names, value))
        return NULL;
    if (is_string)
        return value;
    node = arena_get(check->arena, 1, sizeof *node);
    *node = *value;
    node->kind = NODE_STRING;
    return node;
}

static const struct node *
check_enum(struct check *check, const struct type *type, const struct node *value)
{
    struct fx_error hint = FX_ERROR_NONE;
    struct str *names;

    for (uint32_t i = 0; i < type->values->count; i++) {
        const struct node *one = type->values->items[i];

        if (node_equal(one, value))
            return value;
        if (value->plain && one->kind == NODE_STRING && str_equal(one->text, value->text))
            return check_string(check, type, value);
    }
    names = arena_get(check->arena, type->values->count, sizeof *names);
    for (uint32_t i = 0; i < type->values->count; i++)
        names[i] = type->values->items[i]->text;
    if (value->kind == NODE_STRING && str_nearest(value->text, names, type->values->count).len)
        suggest_name(&hint, value->text, names, type->values->count, NULL);
    return mismatch(check, type, value, hint.hint);
}

static const struct node *
check_file(struct check *check, const struct type *type, const struct node *value)
{
    bool folder = type->kind == TYPE_DIRECTORY;
    const char *shown, *absolute;
    struct node *node;

    if (value->kind == NODE_OUTPUT && !folder)
        return value;
    if (value->kind == NODE_FILE && value->folder == folder)
        return value;
    if (value->kind == NODE_LIST || value->kind == NODE_MAP || value->kind == NODE_NULL ||
        value->kind == NODE_OUTPUT || !value->text.len)
        return mismatch(check, type, value, NULL);
    shown = path_join(check->arena, mark_folder(check->arena, value->at), value->text.at);
    absolute = path_absolute(check->arena, shown);
    if (!file_exists(absolute))
        return schema_wrong(check, value->at, NULL, "names '%s', which does not exist", shown);
    if (file_is_folder(absolute) != folder)
        return schema_wrong(check, value->at, NULL, "names '%s', which is %s folder", shown,
                            folder ? "no" : "a");
    node = arena_get(check->arena, 1, sizeof *node);
    *node = *value;
    node->kind = NODE_FILE;
    node->folder = folder;
    node->text = str_of(absolute);
    node->verbatim = false;
    return node;
}

/* --- lists, maps, structs --------------------------------------------------------------------- */

/* Checks a part whose path is the current one plus `format`. */
static const struct node *
check_part(struct check *check, const struct type *type, const struct node *value,
           const char *format, ...) __attribute__((format(printf, 4, 5)));

static const struct node *
check_part(struct check *check, const struct type *type, const struct node *value,
           const char *format, ...)
{
    size_t before = check->path.len;
    const struct node *part;
    char step[256];
    va_list args;

    va_start(args, format);
    vsnprintf(step, sizeof step, format, args);
    va_end(args);
    text_add(&check->path, step);
    part = schema_check(check, type, value);
    check->path.len = before;
    check->path.full = false;
    check->path.at[before] = '\0';
    return part;
}

static const struct node *
check_list(struct check *check, const struct type *type, const struct node *value)
{
    const struct node **items;
    bool fine = true, same = true;

    if (value->kind != NODE_LIST)
        return mismatch(check, type, value, NULL);
    if (type->has_length && (value->count < type->length_min || value->count > type->length_max)) {
        if (type->length_min == type->length_max)
            return schema_wrong(check, value->at, NULL, "must have %u entries, not %u",
                                type->length_min, value->count);
        return schema_wrong(check, value->at, NULL, "must have %u to %u entries, not %u",
                            type->length_min, type->length_max, value->count);
    }
    items = arena_get(check->arena, value->count, sizeof *items);
    for (uint32_t i = 0; i < value->count; i++) {
        items[i] = check_part(check, type->item, value->items[i], "[%u]", i);
        fine = fine && items[i];
        same = same && items[i] == value->items[i];
    }
    if (!fine || same)
        return fine ? value : NULL;
    return node_list(check->arena, items, value->count, value->at);
}

static bool
check_key(struct check *check, const struct type *type, const struct entry *entry)
{
    struct node key = {
        .kind = NODE_STRING, .plain = true, .weight = 1, .at = entry->at, .text = entry->key
    };

    if (type->kind == TYPE_INTEGER)
        node_resolve(&key);
    return type->kind == TYPE_ANY || check_part(check, type, &key, ".%.*s", STR(entry->key));
}

static const struct node *
rebuilt(struct check *check, const struct node *value, struct entry *entries, uint32_t count,
        bool same)
{
    return same && count == value->count ? value
                                         : node_map(check->arena, entries, count, value->at);
}

static const struct node *
check_map(struct check *check, const struct type *type, const struct node *value)
{
    struct entry *entries;
    bool fine = true, same = true;

    if (value->kind != NODE_MAP)
        return mismatch(check, type, value, NULL);
    entries = arena_get(check->arena, value->count, sizeof *entries);
    for (uint32_t i = 0; i < value->count; i++) {
        entries[i] = value->entries[i];
        fine = check_key(check, type->key, &entries[i]) && fine;
        entries[i].value =
            check_part(check, type->item, entries[i].value, ".%.*s", STR(entries[i].key));
        fine = fine && entries[i].value;
        same = same && entries[i].value == value->entries[i].value;
    }
    if (!fine)
        return NULL;
    value = rebuilt(check, value, entries, value->count, same);
    return !type->proportions || schema_check_proportions(check, value) ? value : NULL;
}

static const struct field *
find_field(const struct type *type, struct str name)
{
    for (uint32_t i = 0; i < type->field_count; i++)
        if (str_equal(type->fields[i].name, name))
            return &type->fields[i];
    return NULL;
}

static void
unknown_field(struct check *check, const struct type *type, const struct entry *entry)
{
    struct str *names = arena_get(check->arena, type->field_count, sizeof *names);
    struct fx_error hint = FX_ERROR_NONE;

    for (uint32_t i = 0; i < type->field_count; i++)
        names[i] = type->fields[i].name;
    suggest_name(&hint, entry->key, names, type->field_count, NULL);
    schema_wrong(check, entry->at, hint.hint, "has no field '%.*s'", STR(entry->key));
}

static bool
all_optional(const struct type *type)
{
    for (uint32_t i = 0; i < type->field_count; i++)
        if (!type->fields[i].optional)
            return false;
    return true;
}

/*
 * A field without a value is a field that is not given; in a map, `AMPA:` alone is AMPA with none.
 */
static const struct node *
check_struct(struct check *check, const struct type *type, const struct node *value)
{
    struct entry *entries;
    bool fine = true, same = true;
    uint32_t count = 0;

    if (value->kind == NODE_NULL && all_optional(type))
        return node_map(check->arena, NULL, 0, value->at);
    if (value->kind != NODE_MAP)
        return mismatch(check, type, value, NULL);
    entries = arena_get(check->arena, value->count, sizeof *entries);
    for (uint32_t i = 0; i < value->count; i++) {
        struct entry entry = value->entries[i];
        const struct field *field = find_field(type, entry.key);

        if (!field && type->item) {
            fine = check_key(check, type->key, &entry) && fine;
        } else if (!field) {
            unknown_field(check, type, &entry);
            fine = false;
            continue;
        }
        if (entry.value->kind == NODE_NULL && field && field->optional)
            continue;
        entry.value = check_part(check, field ? field->type : type->item, entry.value, ".%.*s",
                                 STR(entry.key));
        fine = fine && entry.value;
        same = same && entry.value == value->entries[i].value;
        entries[count++] = entry;
    }
    for (uint32_t i = 0; i < type->field_count; i++)
        if (!type->fields[i].optional && !node_get(value, type->fields[i].name)) {
            schema_wrong(check, value->at, NULL, "lacks the field '%.*s'",
                         STR(type->fields[i].name));
            fine = false;
        }
    if (!fine)
        return NULL;
    value = rebuilt(check, value, entries, count, same);
    return !type->checks || checks_hold(type->checks, check, value) ? value : NULL;
}

/* Whether the outer kind of a value fits a type, so that what is wrong inside is worth telling. */
static bool
shape_fits(const struct type *type, const struct node *value)
{
    if (value->kind == NODE_MAP)
        return type->kind == TYPE_MAP || type->kind == TYPE_STRUCT;
    if (value->kind == NODE_LIST)
        return type->kind == TYPE_LIST;
    if (value->kind == NODE_OUTPUT)
        return type->kind == TYPE_FILE;
    return type->kind != TYPE_MAP && type->kind != TYPE_STRUCT && type->kind != TYPE_LIST;
}

/* A struct without any of the keys that a map has is not what was meant. */
static bool
is_stranger(const struct type *type, const struct node *value)
{
    if (type->kind != TYPE_STRUCT || type->item || value->kind != NODE_MAP || !value->count)
        return false;
    for (uint32_t i = 0; i < value->count; i++)
        if (find_field(type, value->entries[i].key))
            return false;
    return true;
}

/*
 * Told is what is wrong under the option that was meant: of those whose outer kind fits, the one
 * that knows one of its keys, and of these the one with the fewest mistakes. For a scalar that is a guess when several have as few.
 */
static const struct node *
check_any_of(struct check *check, const struct type *type, const struct node *value)
{
    const struct type *closest = NULL;
    size_t fewest = SIZE_MAX, second = SIZE_MAX;

    for (uint32_t i = 0; i < type->option_count; i++) {
        struct problems silent;
        struct check probe = *check;
        const struct node *checked;
        size_t wrong;

        problems_init(&silent);
        probe.problems = &silent;
        probe.known = NULL;
        checked = schema_check(&probe, type->options[i], value);
        check->path = probe.path; /* it may have moved */
        check->steps = probe.steps;
        wrong = problems_count(&silent) +
                (is_stranger(type->options[i], value) ? PROBLEMS_MOST : 0);
        problems_release(&silent);
        if (checked)
            return checked;
        if (!shape_fits(type->options[i], value))
            continue;
        if (wrong < fewest)
            closest = type->options[i];
        second = wrong < fewest ? fewest : wrong < second ? wrong : second;
        fewest = wrong < fewest ? wrong : fewest;
    }
    if (closest && (fewest < second || value->kind == NODE_MAP || value->kind == NODE_LIST))
        return schema_check(check, closest, value);
    return mismatch(check, type, value, NULL);
}

/*
 * Where anything may stand, numbers of equal value must be one value, since the key of a job cannot
 * tell them apart: 2.0 becomes 2.
 */
static const struct node *
check_anything(struct check *check, const struct type *type, const struct node *value)
{
    const struct node **items;
    struct entry *entries;
    bool same = true;

    if (value->kind == NODE_REAL && fabs(value->real) <= 9007199254740992.0 &&
        !(floor(value->real) < value->real))
        return node_integer(check->arena, (int64_t)value->real, value->at);
    if (value->kind == NODE_REAL && !isfinite(value->real))
        return schema_wrong(check, value->at, NULL, "must be finite");
    if (value->kind == NODE_LIST) {
        items = arena_get(check->arena, value->count, sizeof *items);
        for (uint32_t i = 0; i < value->count; i++) {
            items[i] = check_part(check, type, value->items[i], "[%u]", i);
            if (!items[i])
                return NULL;
            same = same && items[i] == value->items[i];
        }
        return same ? value : node_list(check->arena, items, value->count, value->at);
    }
    if (value->kind != NODE_MAP)
        return value;
    entries = arena_get(check->arena, value->count, sizeof *entries);
    for (uint32_t i = 0; i < value->count; i++) {
        entries[i] = value->entries[i];
        entries[i].value = check_part(check, type, entries[i].value, ".%.*s", STR(entries[i].key));
        if (!entries[i].value)
            return NULL;
        same = same && entries[i].value == value->entries[i].value;
    }
    return rebuilt(check, value, entries, value->count, same);
}

static const struct node *
check_kind(struct check *check, const struct type *type, const struct node *value)
{
    switch (type->kind) {
    case TYPE_INTEGER:
    case TYPE_BYTES:
        return check_integer(check, type, value);
    case TYPE_NUMBER:
    case TYPE_DURATION:
        return check_number(check, type, value);
    case TYPE_STRING:
        return check_string(check, type, value);
    case TYPE_BOOLEAN:
        return value->kind == NODE_BOOL ? value : mismatch(check, type, value, unquote(value));
    case TYPE_ENUM:
        return check_enum(check, type, value);
    case TYPE_LIST:
        return check_list(check, type, value);
    case TYPE_MAP:
        return check_map(check, type, value);
    case TYPE_STRUCT:
        return check_struct(check, type, value);
    case TYPE_ANY_OF:
        return check_any_of(check, type, value);
    case TYPE_FILE:
    case TYPE_DIRECTORY:
        return check_file(check, type, value);
    case TYPE_ANY:
        break;
    }
    return check_anything(check, type, value);
}

const struct node *
schema_check(struct check *check, const struct type *type, const struct node *value)
{
    /* Options within options try each value many times. */
    if (++check->steps > STEPS_OF_CHECK)
        return schema_wrong(check, value->at, NULL, "takes too long to be checked");
    /* Values have at most NODE_DEPTH_MOST levels; deeper means a type that is its own option. */
    if (check->depth > 4 * NODE_DEPTH_MOST)
        return schema_wrong(check, value->at, NULL, "is of a type without end");
    check->depth++;
    value = check_kind(check, type, value);
    check->depth--;
    return value;
}
