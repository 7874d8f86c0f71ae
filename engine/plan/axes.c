/* Axis values as text, and found by it. */
#include <string.h>

#include "base/digest.h"
#include "plan/planner.h"

/* Longer labels would not fit into a file name: they become digests. */
enum { LABEL_MOST = 100 };

static void
add_encoded(struct text *out, struct str s)
{
    static const char hex[] = "0123456789ABCDEF";

    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];

        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
            (c && strchr("._+-", c))) {
            text_append(out, s.at + i, 1);
        } else {
            char code[] = { '%', hex[c >> 4], hex[c & 15] };

            text_append(out, code, 3);
        }
    }
}

static void
add_digest(struct text *out, struct str spelling)
{
    char hex[DIGEST_HEX];

    digest_hex(digest_bytes(spelling.at, spelling.len), hex);
    text_append(out, hex, 12);
}

/* A string as it is, unless it would look like another scalar; scalars in canonical spelling. */
static void
label_scalar(const struct node *value, struct text *spelling, struct text *out)
{
    if (value->kind == NODE_STRING && node_is_string(value->text) && value->text.len &&
        value->text.at[0] != '"')
        add_encoded(out, value->text);
    else
        add_encoded(out, text_view(spelling));
    if (out->len > LABEL_MOST) {
        text_clear(out);
        add_digest(out, text_view(spelling));
    }
}

static void
label_value(struct plan *plan, uint32_t axis, uint32_t number, struct text *spelling,
            struct text *label)
{
    const struct node *value = plan->wf->axes[axis].values[number];
    struct axis_labels *labels = &plan->labels[axis];
    const struct node *name = node_at(value, "name");
    struct str text;

    text_clear(spelling);
    text_clear(label);
    node_spell(value, spelling);
    if (value->kind != NODE_MAP)
        label_scalar(value, spelling, label);
    else if (name && name->kind != NODE_MAP && name->kind != NODE_LIST && name->text.len &&
             name->text.len <= LABEL_MOST / 3)
        add_encoded(label, name->text);
    else
        add_digest(label, text_view(spelling));
    text = labels->labels[number] = arena_str(plan->arena, text_view(label));
    if (map_add(&labels->numbers, text, number) != number)
        problems_wrong(plan->problems, value->at, NULL,
                       "two values of axis '%.*s' are called '%.*s'",
                       STR(plan->wf->axes[axis].name), STR(text));
}

void
axes_label(struct plan *plan)
{
    struct text spelling, label;

    text_init(&spelling, SIZE_MAX / 2);
    text_init(&label, SIZE_MAX / 2);
    plan->labels = arena_get(plan->arena, plan->wf->axis_count, sizeof *plan->labels);
    for (uint32_t i = 0; i < plan->wf->axis_count; i++) {
        const struct axis *axis = &plan->wf->axes[i];

        map_init(&plan->labels[i].numbers);
        plan->labels[i].labels = arena_get(plan->arena, axis->count, sizeof(struct str));
        for (uint32_t k = 0; k < axis->count; k++)
            label_value(plan, i, k, &spelling, &label);
    }
    text_release(&spelling);
    text_release(&label);
}

uint32_t
axes_find(const struct plan *plan, uint32_t axis, const struct node *value)
{
    const struct axis *self = &plan->wf->axes[axis];
    struct text spelling, label;
    uint32_t number;

    text_init(&spelling, SIZE_MAX / 2);
    text_init(&label, SIZE_MAX / 2);
    node_spell(value, &spelling);
    if (value->kind == NODE_MAP || value->kind == NODE_LIST) {
        number = TUPLES_NONE;
        for (uint32_t i = 0; i < self->count && number == TUPLES_NONE; i++)
            if (node_equal(self->values[i], value))
                number = i;
    } else {
        label_scalar(value, &spelling, &label);
        number = map_get(&plan->labels[axis].numbers, text_view(&label));
    }
    text_release(&spelling);
    text_release(&label);
    return number;
}

uint32_t
axes_find_text(const struct plan *plan, uint32_t axis, struct str text)
{
    uint32_t number = map_get(&plan->labels[axis].numbers, text);
    struct node value = { .text = text, .plain = true, .weight = 1 };

    if (number != MAP_NONE)
        return number;
    node_resolve(&value);
    return axes_find(plan, axis, &value);
}

struct axis_set
axes_collect(struct plan *plan, const bool *has)
{
    uint32_t *axes = arena_get(plan->arena, plan->wf->axis_count, sizeof *axes), count = 0;

    for (uint32_t i = 0; i < plan->wf->axis_count; i++)
        if (has[i])
            axes[count++] = i;
    return (struct axis_set){ axes, count };
}

void
axes_print(const struct plan *plan, const struct axis_set *set, const uint32_t *row,
           const char *separator, struct text *out)
{
    for (uint32_t i = 0; i < set->count; i++) {
        text_add(out, i ? separator : "");
        text_add_str(out, plan->wf->axes[set->axes[i]].name);
        text_add(out, "=");
        text_add_str(out, plan->labels[set->axes[i]].labels[row[i]]);
    }
}
