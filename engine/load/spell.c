/* Scalars and their spelling: YAML 1.2's core schema, canonical text, and words for messages. */
#include <math.h>
#include <string.h>

#include "load/tree.h"

static bool
is_one_of(struct str s, const char *const *words)
{
    for (; *words; words++)
        if (str_is(s, *words))
            return true;
    return false;
}

static bool
digits(struct str s, size_t from, const char *allowed)
{
    for (size_t i = from; i < s.len; i++)
        if (!s.at[i] || !strchr(allowed, s.at[i]))
            return false;
    return s.len > from;
}

/* 0o17 and 0xff, which carry no sign in the core schema. */
static bool
parse_based(struct str s, int64_t *value)
{
    unsigned base = str_starts(s, "0x") ? 16 : 8;
    uint64_t sum = 0;

    if (s.len < 3 || !(str_starts(s, "0x") || str_starts(s, "0o")) ||
        !digits(s, 2, base == 16 ? "0123456789abcdefABCDEF" : "01234567"))
        return false;
    for (size_t i = 2; i < s.len; i++) {
        char c = s.at[i];
        unsigned digit = (unsigned)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);

        if (sum > (uint64_t)INT64_MAX / base - 1)
            return false;
        sum = sum * base + digit;
    }
    *value = (int64_t)sum;
    return true;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool
looks_real(struct str s)
{
    size_t i = 0, whole = 0, part = 0, power = 0;

    if (i < s.len && (s.at[i] == '-' || s.at[i] == '+'))
        i++;
    for (; i < s.len && s.at[i] >= '0' && s.at[i] <= '9'; i++)
        whole++;
    if (i < s.len && s.at[i] == '.')
        for (i++; i < s.len && s.at[i] >= '0' && s.at[i] <= '9'; i++)
            part++;
    if (!whole && !part)
        return false;
    if (i < s.len && (s.at[i] == 'e' || s.at[i] == 'E')) {
        i++;
        if (i < s.len && (s.at[i] == '-' || s.at[i] == '+'))
            i++;
        for (; i < s.len && s.at[i] >= '0' && s.at[i] <= '9'; i++)
            power++;
        if (!power)
            return false;
    }
    return i == s.len;
}

static bool
is_infinite(struct str s)
{
    static const char *const words[] = { ".inf", ".Inf", ".INF", NULL };

    if (s.len && (s.at[0] == '-' || s.at[0] == '+'))
        s = str_slice(s, 1, s.len);
    return is_one_of(s, words);
}

void
node_resolve(struct node *node)
{
    static const char *const null[] = { "", "~", "null", "Null", "NULL", NULL };
    static const char *const yes[] = { "true", "True", "TRUE", NULL };
    static const char *const no[] = { "false", "False", "FALSE", NULL };
    static const char *const nan_words[] = { ".nan", ".NaN", ".NAN", NULL };
    struct str s = node->text;

    if (is_one_of(s, null)) {
        node->kind = NODE_NULL;
    } else if (is_one_of(s, yes) || is_one_of(s, no)) {
        node->kind = NODE_BOOL;
        node->boolean = is_one_of(s, yes);
    } else if (is_infinite(s)) {
        node->kind = NODE_REAL;
        node->real = s.at[0] == '-' ? -(double)INFINITY : (double)INFINITY;
    } else if (is_one_of(s, nan_words)) {
        node->kind = NODE_REAL;
        node->real = (double)NAN;
    } else if (parse_based(s, &node->integer) ||
               (looks_real(s) && number_parse_integer(s, &node->integer))) {
        node->kind = NODE_INTEGER;
    } else if (looks_real(s) && number_parse_real(s, &node->real)) {
        node->kind = NODE_REAL;
    } else {
        node->kind = NODE_STRING;
    }
}

bool
node_is_string(struct str text)
{
    struct node node = { .text = text };

    node_resolve(&node);
    return node.kind == NODE_STRING;
}

/* Letters, digits and a few marks, words separated by single spaces: readable without quotes, also
 * for YAML, to which '@', '%' and a lone '-' in front mean something. */
static bool
is_plain_words(struct str s)
{
    if (!s.len || strchr(" @%", s.at[0]) || s.at[s.len - 1] == ' ' || str_is(s, "-") ||
        str_starts(s, "- "))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        bool word = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
                    c >= 0x80 || strchr("_-+./@%", c);

        if (!c || (!word && !(c == ' ' && s.at[i - 1] != ' ')))
            return false;
    }
    return node_is_string(s);
}

void
node_spell_string(struct str s, struct text *out)
{
    if (is_plain_words(s))
        text_add_str(out, s);
    else
        text_add_quoted(out, s);
}

static void
spell_map(const struct node *map, struct text *out)
{
    const uint32_t *order = map->indexed ? node_sorted(map) : NULL;

    text_add(out, "{");
    for (uint32_t i = 0; i < map->count; i++) {
        const struct entry *entry = &map->entries[order ? order[i] : i];

        text_add(out, i ? ", " : "");
        node_spell_string(entry->key, out);
        text_add(out, ": ");
        node_spell(entry->value, out);
    }
    text_add(out, "}");
}

void
node_spell(const struct node *node, struct text *out)
{
    switch (node->kind) {
    case NODE_NULL:
        text_add(out, "null");
        break;
    case NODE_BOOL:
        text_add(out, node->boolean ? "true" : "false");
        break;
    case NODE_INTEGER:
        text_printf(out, "%lld", (long long)node->integer);
        break;
    case NODE_REAL:
        /* 2^53: up to there an integral real and the integer are the same value. */
        if (fabs(node->real) <= 9007199254740992.0 && !(floor(node->real) < node->real))
            text_printf(out, "%lld", (long long)node->real);
        else
            text_add_real(out, node->real);
        break;
    case NODE_STRING:
    case NODE_FILE:
        node_spell_string(node->text, out);
        break;
    case NODE_OUTPUT:
        text_printf(out, "<output %u of job %u>", node->output, node->job);
        break;
    case NODE_LIST:
        text_add(out, "[");
        for (uint32_t i = 0; i < node->count; i++) {
            text_add(out, i ? ", " : "");
            node_spell(node->items[i], out);
        }
        text_add(out, "]");
        break;
    case NODE_MAP:
        spell_map(node, out);
        break;
    }
}

/* A short piece of the user's text, for a message. */
static void
add_excerpt(struct text *out, struct str s)
{
    enum { MOST = 40 };
    size_t len = s.len <= MOST ? s.len : MOST;

    while (len < s.len && len && ((unsigned char)s.at[len] & 0xc0) == 0x80)
        len--; /* never half a character */
    text_append(out, s.at, len);
    if (len < s.len)
        text_add(out, "...");
}

void
node_describe(const struct node *node, struct text *out)
{
    switch (node->kind) {
    case NODE_NULL:
        text_add(out, "nothing");
        break;
    case NODE_BOOL:
        text_add(out, node->boolean ? "true" : "false");
        break;
    case NODE_INTEGER:
    case NODE_REAL:
        text_add(out, "the number ");
        add_excerpt(out, node->text);
        break;
    case NODE_STRING:
        if (node->plain && looks_real(node->text)) {
            add_excerpt(out, node->text);
            text_add(out, ", which is too large for a number");
            break;
        }
        text_add(out, "the string '");
        add_excerpt(out, node->text);
        text_add(out, "'");
        break;
    case NODE_LIST:
        text_add(out, node->count ? "a list" : "an empty list");
        break;
    case NODE_MAP:
        text_add(out, node->count ? "a map" : "an empty map");
        break;
    case NODE_FILE:
        text_add(out, "the file '");
        add_excerpt(out, node->text);
        text_add(out, "'");
        break;
    case NODE_OUTPUT:
        text_add(out, "an output of a stage");
        break;
    }
}
