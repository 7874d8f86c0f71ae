/* Where the fields of a manifest are written. */
#include <string.h>

#include "plan/key.h"
#include "plan/part_path.h"

/* The value of the entry whose key is spelt so in a path. */
static const struct node *
entry_by_spelling(const struct node *map, struct str spelling)
{
    const struct node *found = node_get(map, spelling);
    struct text text;

    if (!spelling.len || spelling.at[0] != '"' || map->kind != NODE_MAP)
        return found;
    text_init(&text, 64 * 1024);
    for (uint32_t i = 0; i < map->count; i++) {
        text_clear(&text);
        part_path_key(&text, map->entries[i].key);
        if (str_equal(text_view(&text), spelling))
            found = map->entries[i].value;
    }
    text_release(&text);
    return found;
}

/* Follows a path into a value as far as it goes; `*whole` tells whether that is all of it. */
static const struct node *
follow(const struct node *value, struct str path, bool *whole)
{
    const struct node *part;
    struct str key;
    uint32_t index;

    while (part_path_next(&path, &key, &index)) {
        if (key.at)
            part = entry_by_spelling(value, key);
        else
            part = value->kind == NODE_LIST && index < value->count ? value->items[index] : NULL;
        if (!part) {
            *whole = false;
            return value;
        }
        value = part;
    }
    *whole = path.len == 0;
    return value;
}

/*
 * What a value as written stands for, as far as that is plain to see: "${params.a.b}" is the value of
 * that parameter of the workflow. Anything else is itself.
 */
static const struct node *
behind(const struct plan *plan, const struct node *written)
{
    static const char start[] = "${params.";
    size_t from = sizeof start - 1;
    struct str text = written->text;
    const struct node *found;
    bool whole;

    if (written->kind != NODE_STRING || !str_starts(text, start) || text.len < from + 2 ||
        text.at[text.len - 1] != '}')
        return written;
    found = follow(plan_workflow(plan)->params, str_slice(text, from, text.len - 1), &whole);
    return whole ? found : written;
}

static bool
is_same_place(struct fx_mark a, struct fx_mark b)
{
    return a.line == b.line && a.file && b.file && !strcmp(a.file, b.file);
}

static bool
is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Adds the places of the parameters of the workflow that an expression names. */
static void
add_sources(const struct plan *plan, struct str text, struct place *place)
{
    static const char start[] = "params.";
    size_t skip = sizeof start - 1;

    for (size_t at = 0; at + skip < text.len && place->source_count < PLACE_SOURCES; at++) {
        const struct node *found;
        size_t end = at + skip;
        bool whole, known = false;

        if ((at && (is_word(text.at[at - 1]) || text.at[at - 1] == '.')) ||
            !str_starts(str_slice(text, at, text.len), start))
            continue;
        while (end < text.len && (is_word(text.at[end]) || text.at[end] == '.'))
            end++;
        found = follow(plan_workflow(plan)->params, str_slice(text, at + skip, end), &whole);
        for (uint32_t i = 0; i < place->source_count; i++)
            known = known || is_same_place(place->sources[i], found->at);
        if (!known && found->at.file && !is_same_place(found->at, place->at))
            place->sources[place->source_count++] = found->at;
        at = end - 1;
    }
}

/* What a value that was computed where it is asked for is made of. */
static void
find_sources(const struct plan *plan, job_id job, struct str name, struct str rest,
             struct place *place)
{
    const struct node *with = plan_stage(plan, job)->with, *written;
    bool whole;

    written = with ? entry_by_spelling(with, name) : NULL;
    if (!written)
        return;
    written = follow(written, rest, &whole);
    if (written->kind == NODE_STRING && is_same_place(written->at, place->at))
        add_sources(plan, written->text, place);
}

/* The default of a parameter, or the part of it at `rest`; NULL: there is none. */
static const struct node *
default_of(const struct plan *plan, job_id job, struct str name, struct str rest)
{
    const struct parameter *parameter = task_desc_parameter(plan_task(plan, job), name);
    const struct node *part;
    bool whole;

    if (!parameter || !parameter->fallback)
        return NULL;
    part = follow(parameter->fallback, rest, &whole);
    return whole ? part : NULL;
}

/* A field of a parameter that the job's values do not have as a whole. */
static struct place
place_without_value(const struct plan *plan, job_id job, struct str name, struct str rest)
{
    const struct stage *stage = plan_stage(plan, job);
    const struct parameter *parameter = task_desc_parameter(plan_task(plan, job), name);
    const struct node *written = stage->with ? node_get(stage->with, name) : NULL, *part;
    struct place place = { .kind = PLACE_PART_OF,
                           .at = stage->with ? stage->with->at : stage->at };
    bool whole;

    if (written) {
        part = follow(behind(plan, written), rest, &whole);
        place.at = part->at.file ? part->at : written->at;
    }
    if (!parameter || !parameter->fallback)
        return place;
    place.fallback = default_of(plan, job, name, rest);
    if (place.fallback)
        place.kind = PLACE_DEFAULT;
    part = place.fallback ? place.fallback : parameter->fallback;
    if (!written && part->at.file)
        place.at = part->at;
    return place;
}

/* A parameter, or a part of one: `path` is behind "parameters.", "inputs." or "points.". */
static struct place
place_of_part(const struct plan *plan, job_id job, struct str path)
{
    const struct node *value, *part;
    struct str name, rest = path;
    struct place place = { .kind = PLACE_NONE };
    uint32_t index;
    bool whole;

    if (!part_path_next(&rest, &name, &index) || !name.at)
        return place;
    value = entry_by_spelling(plan_job(plan, job)->with, name);
    if (!value)
        return place_without_value(plan, job, name, rest);
    place.fallback = default_of(plan, job, name, rest);
    part = follow(value, rest, &whole);
    place.kind = !part->at.file ? PLACE_NONE : whole ? PLACE_VALUE : PLACE_PART_OF;
    place.at = part->at;
    if (place.kind != PLACE_NONE)
        find_sources(plan, job, name, rest, &place);
    return place;
}

/* "outputs.figure": a file that the stage names. */
static struct place
place_of_output(const struct plan *plan, job_id job, struct str name)
{
    const struct node *outputs = plan_stage(plan, job)->outputs, *value;

    if (!outputs)
        return (struct place){ .kind = PLACE_PART_OF, .at = plan_stage(plan, job)->at };
    value = entry_by_spelling(outputs, name);
    return (struct place){ .kind = value ? PLACE_VALUE : PLACE_PART_OF,
                           .at = value ? value->at : outputs->at };
}

struct place
key_place(const struct plan *plan, job_id job, struct str field)
{
    struct str rest = field, first;
    uint32_t index;

    if (!part_path_next(&rest, &first, &index) || !first.at)
        return (struct place){ .kind = PLACE_NONE };
    if (str_is(first, "task") && !rest.len)
        return (struct place){ .kind = PLACE_VALUE, .at = plan_stage(plan, job)->at };
    if (str_is(first, "outputs") && rest.len > 1)
        return place_of_output(plan, job, str_slice(rest, 1, rest.len));
    if (str_is(first, "parameters") || str_is(first, "inputs"))
        return place_of_part(plan, job, rest);
    if (str_is(first, "points")) {
        /* The last step is the axis: what is written is the reference that gathers. */
        struct place place = place_of_part(plan, job, rest);

        place.kind = place.kind == PLACE_PART_OF ? PLACE_VALUE : place.kind;
        return place;
    }
    return (struct place){ .kind = PLACE_NONE };
}
