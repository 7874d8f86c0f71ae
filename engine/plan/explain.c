/* The difference of two manifests. */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "plan/key.h"

struct line {
    struct str field, value;
};

typedef VEC(struct line) line_list;

/* Where a field's name ends: at the first " = " outside quotes. */
static size_t
field_end(struct str line)
{
    bool quoted = false;

    for (size_t i = 0; i < line.len; i++) {
        if (quoted && line.at[i] == '\\')
            i++;
        else if (line.at[i] == '"')
            quoted = !quoted;
        else if (!quoted && str_starts(str_slice(line, i, line.len), " = "))
            return i;
    }
    return line.len;
}

static void
read_lines(struct str text, line_list *lines)
{
    while (text.len) {
        const char *end = memchr(text.at, '\n', text.len);
        struct str line = str_slice(text, 0, end ? (size_t)(end - text.at) : text.len);
        size_t name = field_end(line);

        if (line.len)
            vec_push(lines, (struct line){ str_slice(line, 0, name),
                                           str_slice(line, name + 3, line.len) });
        text = str_slice(text, line.len + 1, text.len);
    }
}

static void
index_lines(const line_list *lines, struct map *numbers)
{
    map_init(numbers);
    for (size_t i = 0; i < lines->count; i++)
        map_add(numbers, lines->at[i].field, (uint32_t)i);
}

uint32_t
key_compare(struct str before, struct str after,
            void (*each)(void *context, const struct change *change), void *context)
{
    line_list old = { 0 }, new = { 0 };
    struct map old_numbers, new_numbers;
    struct str none = { "", 0 };
    uint32_t count = 0;

    read_lines(before, &old);
    read_lines(after, &new);
    index_lines(&old, &old_numbers);
    index_lines(&new, &new_numbers);
    for (size_t i = 0; i < new.count; i++) {
        uint32_t number = map_get(&old_numbers, new.at[i].field);
        struct str was = number == MAP_NONE ? none : old.at[number].value;

        if (number != MAP_NONE && str_equal(was, new.at[i].value))
            continue;
        each(context, &(struct change){ new.at[i].field, was, new.at[i].value });
        count++;
    }
    for (size_t i = 0; i < old.count; i++) {
        if (map_get(&new_numbers, old.at[i].field) != MAP_NONE)
            continue;
        each(context, &(struct change){ old.at[i].field, old.at[i].value, none });
        count++;
    }
    map_release(&old_numbers);
    map_release(&new_numbers);
    vec_release(&old);
    vec_release(&new);
    return count;
}

/* --- for people ------------------------------------------------------------------------------- */

struct explainer {
    struct text *out;
    uint32_t most, count;
};

static bool
is_digest(struct str value)
{
    struct digest digest;

    return digest_parse(value, &digest);
}

static void
add_value(struct text *out, struct str value)
{
    enum { MOST = 60 };

    text_add_str(out, value.len ? str_slice(value, 0, MOST) : str_of("(not given)"));
    if (value.len > MOST)
        text_add(out, "...");
}

static void
explain_one(void *context, const struct change *change)
{
    static const char prefix[] = "parameters.";
    struct explainer *e = context;
    struct str name = change->field;
    bool content = str_starts(name, "inputs.") || str_is(name, "task.program");

    if (e->count++ >= e->most)
        return;
    if (e->count > 1)
        text_add(e->out, ", ");
    if (str_starts(name, prefix))
        name = str_slice(name, sizeof prefix - 1, name.len);
    text_add_str(e->out, name);
    if (content && (!change->before.len || is_digest(change->before)) &&
        (!change->after.len || is_digest(change->after))) {
        text_add(e->out, !change->before.len  ? " added"
                         : !change->after.len ? " removed"
                                              : " changed");
        return;
    }
    text_add(e->out, " ");
    add_value(e->out, change->before);
    text_add(e->out, " -> ");
    add_value(e->out, change->after);
}

void
key_explain(struct str before, struct str after, uint32_t most, struct text *out)
{
    struct explainer e = { .out = out, .most = most };

    key_compare(before, after, explain_one, &e);
    if (e.count > most)
        text_printf(out, "%sand %u more", most ? ", " : "", e.count - most);
}
