#include "load/yaml_tree.h"

#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"

/* A list or map that is still open. Its children are the top of `children` from `first` on. */
struct frame {
    bool is_map, has_key, merging; /* merging: the next value belongs to a plain `<<` */
    struct fx_mark at, key_at;
    struct str key, anchor;
    size_t first;
};

/* An anchor that is complete. Anchors may be defined again: the later one holds from there on. */
struct anchored {
    const struct node *node;
};

struct builder {
    struct arena *arena;
    struct problems *problems;
    const char *file;
    struct fx_mark at;  /* of all that is in it, unless `placed` */
    bool placed, failed;
    yaml_parser_t parser;
    VEC(struct frame) frames;
    VEC(struct entry) children; /* of all open frames; `merges` are marked by a key of NULL */
    struct map anchor_numbers;
    VEC(struct anchored) anchors;
    uint64_t merged; /* entries looked at because of `<<`, all maps together */
    const struct node *root;
};

static struct fx_mark
place(const struct builder *b, yaml_mark_t mark)
{
    if (!b->placed)
        return b->at;
    return (struct fx_mark){ b->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1 };
}

/* Reports a mistake that ends the parse. */
static int
refuse(struct builder *b, struct fx_mark at, const char *text, const char *hint)
{
    struct fx_error err = FX_ERROR_NONE;

    fx_fail(&err, FX_INVALID, at, "%s", text);
    if (hint)
        fx_error_hint(&err, "%s", hint);
    problems_add(b->problems, &err);
    b->failed = true;
    return -1;
}

static size_t
characters(struct str s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.len; i++)
        count += ((unsigned char)s.at[i] & 0xc0) != 0x80;
    return count;
}

/* The kinds that a tag of YAML's own may force; false for an unknown tag. */
static bool
apply_tag(struct builder *b, struct node *node, const char *tag)
{
    static const char own[] = "tag:yaml.org,2002:";
    static const struct {
        const char *name;
        enum node_kind kind;
    } known[] = { { "str", NODE_STRING },
                  { "int", NODE_INTEGER },
                  { "float", NODE_REAL },
                  { "bool", NODE_BOOL },
                  { "null", NODE_NULL } };

    if (!strcmp(tag, "!include")) {
        node->text = arena_printf(b->arena, "${file:%.*s}", STR(node->text));
        node->kind = NODE_STRING;
        node->verbatim = false;
        return true;
    }
    if (!strcmp(tag, "!")) {
        node->kind = NODE_STRING;
        return true;
    }
    if (strncmp(tag, own, sizeof own - 1) != 0)
        return false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(tag + sizeof own - 1, known[i].name) != 0)
            continue;
        if (known[i].kind == NODE_STRING) {
            node->kind = NODE_STRING;
            return true;
        }
        node_resolve(node);
        if (known[i].kind == NODE_REAL && node->kind == NODE_INTEGER) {
            node->real = (double)node->integer;
            node->kind = NODE_REAL;
        }
        return node->kind == known[i].kind;
    }
    return false;
}

static struct node *
scalar(struct builder *b, const yaml_event_t *event)
{
    struct node *node = arena_get(b->arena, 1, sizeof *node);
    struct str text = { (const char *)event->data.scalar.value, event->data.scalar.length };
    size_t width = event->end_mark.index - event->start_mark.index;
    bool quoted = event->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                  event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;

    if (memchr(text.len ? text.at : "x", '\0', text.len ? text.len : 1)) {
        refuse(b, place(b, event->start_mark), "a string must not hold a NUL character", NULL);
        return NULL;
    }
    node->text = arena_str(b->arena, text);
    node->at = place(b, event->start_mark);
    node->weight = 1;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node->verbatim = b->placed && (node->plain || quoted) &&
                     event->start_mark.line == event->end_mark.line &&
                     width == characters(text) + (quoted ? 2 : 0);
    node->kind = NODE_STRING;
    if (event->data.scalar.tag && !apply_tag(b, node, (const char *)event->data.scalar.tag)) {
        char message[160];

        snprintf(message, sizeof message, "'%.60s' does not fit the tag '%.60s'", node->text.at,
                 (const char *)event->data.scalar.tag);
        refuse(b, node->at, message,
               "known are !include and YAML's own !!str, !!int, !!float, "
               "!!bool, !!null");
        return NULL;
    }
    if (!event->data.scalar.tag && node->plain)
        node_resolve(node);
    return node;
}

static int
define(struct builder *b, struct str anchor, const struct node *node)
{
    uint32_t number;

    if (!anchor.at)
        return 0;
    number = map_add(&b->anchor_numbers, anchor, (uint32_t)b->anchors.count);
    if (number == b->anchors.count)
        vec_push(&b->anchors, (struct anchored){ node });
    else
        b->anchors.at[number].node = node;
    return 0;
}

static struct str
anchor_of(struct builder *b, const yaml_char_t *anchor)
{
    if (!anchor)
        return (struct str){ NULL, 0 };
    return arena_str(b->arena, str_of((const char *)anchor));
}

/* Puts a finished value where it belongs: the document, a list, a key or the value of a key. */
static int
put(struct builder *b, const struct node *node, struct fx_mark at)
{
    struct frame *frame;

    if (!b->frames.count) {
        b->root = node;
        return 0;
    }
    frame = &b->frames.at[b->frames.count - 1];
    if (!frame->is_map) {
        vec_push(&b->children, (struct entry){ { NULL, 0 }, at, node });
        return 0;
    }
    if (!frame->has_key) {
        if (node->kind == NODE_LIST || node->kind == NODE_MAP)
            return refuse(b, at, "a key must be a scalar", NULL);
        frame->has_key = true;
        frame->key = node->text;
        frame->key_at = at;
        frame->merging = node->plain && str_is(node->text, "<<");
        return 0;
    }
    vec_push(&b->children, (struct entry){ frame->merging ? (struct str){ NULL, 0 } : frame->key,
                                           frame->key_at, node });
    frame->has_key = false;
    return 0;
}

static int
put_alias(struct builder *b, const yaml_event_t *event)
{
    struct str name = str_of((const char *)event->data.alias.anchor);
    uint32_t number = map_get(&b->anchor_numbers, name);
    struct node *node;

    if (number == MAP_NONE) {
        char text[160];

        snprintf(text, sizeof text, "alias '*%.100s' has no anchor", name.at);
        return refuse(b, place(b, event->start_mark), text,
                      "an anchor is complete only behind its value");
    }
    node = arena_get(b->arena, 1, sizeof *node);
    *node = *b->anchors.at[number].node;
    node->at = place(b, event->start_mark);
    node->verbatim = false;
    return put(b, node, node->at);
}

static int
open_frame(struct builder *b, const yaml_event_t *event)
{
    bool is_map = event->type == YAML_MAPPING_START_EVENT;
    const char *tag =
        (const char *)(is_map ? event->data.mapping_start.tag : event->data.sequence_start.tag);
    struct frame frame = { .is_map = is_map,
                           .at = place(b, event->start_mark),
                           .first = b->children.count };

    if (b->frames.count >= NODE_DEPTH_MOST)
        return refuse(b, frame.at, "lists and maps are nested too deeply here",
                      "at most 100 levels");
    if (b->frames.count && b->frames.at[b->frames.count - 1].is_map &&
        !b->frames.at[b->frames.count - 1].has_key)
        return refuse(b, frame.at, "a key must be a scalar", NULL);
    if (tag && strcmp(tag, "!") && strcmp(tag, is_map ? YAML_MAP_TAG : YAML_SEQ_TAG))
        return refuse(b, frame.at, "this tag is not known for a list or a map",
                      "known are !!map and !!seq");
    frame.anchor =
        anchor_of(b, is_map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor);
    vec_push(&b->frames, frame);
    return 0;
}

/* The entries of a map in order, without duplicates; `names` holds the keys so far. */
struct gathered {
    VEC(struct entry) entries;
    struct map names;
};

static void
report_duplicate(struct builder *b, const struct entry *entry, const struct entry *first)
{
    struct fx_error err = FX_ERROR_NONE;

    fx_fail(&err, FX_INVALID, entry->at, "key '%.*s' stands twice in one map", STR(entry->key));
    if (first->at.line)
        fx_error_hint(&err, "first in line %u, column %u", first->at.line, first->at.column);
    problems_add(b->problems, &err);
    b->failed = true;
}

static void
add_explicit(struct builder *b, struct gathered *to, size_t first)
{
    for (size_t i = first; i < b->children.count; i++) {
        const struct entry *entry = &b->children.at[i];
        uint32_t number = (uint32_t)to->entries.count;

        if (!entry->key.at)
            continue;
        if (map_add(&to->names, entry->key, number) == number)
            vec_push(&to->entries, *entry);
        else
            report_duplicate(b, entry, &to->entries.at[map_get(&to->names, entry->key)]);
    }
}

static int
add_merged(struct builder *b, struct gathered *to, const struct node *from)
{
    if (from->kind != NODE_MAP)
        return refuse(b, from->at, "'<<' takes a map or a list of maps", NULL);
    b->merged += from->count;
    if (b->merged > NODE_WEIGHT_MOST)
        return refuse(b, from->at, "the merge keys of this file add up to too much", NULL);
    for (uint32_t i = 0; i < from->count; i++) {
        uint32_t number = (uint32_t)to->entries.count;

        if (map_add(&to->names, from->entries[i].key, number) == number)
            vec_push(&to->entries, from->entries[i]);
    }
    return 0;
}

static int
add_merges(struct builder *b, struct gathered *to, size_t first)
{
    for (size_t i = first; i < b->children.count; i++) {
        const struct node *from = b->children.at[i].value;

        if (b->children.at[i].key.at)
            continue;
        if (from->kind != NODE_LIST) {
            if (add_merged(b, to, from) != 0)
                return -1;
            continue;
        }
        for (uint32_t k = 0; k < from->count; k++)
            if (add_merged(b, to, from->items[k]) != 0)
                return -1;
    }
    return 0;
}

static const struct node *
close_map(struct builder *b, const struct frame *frame)
{
    struct gathered all = { .names = { 0 } };
    const struct node *node = NULL;

    map_init(&all.names);
    add_explicit(b, &all, frame->first);
    if (add_merges(b, &all, frame->first) == 0)
        node = node_map(b->arena, all.entries.at, (uint32_t)all.entries.count, frame->at);
    vec_release(&all.entries);
    map_release(&all.names);
    return node;
}

static const struct node *
close_list(struct builder *b, const struct frame *frame)
{
    size_t count = b->children.count - frame->first;
    const struct node **items = arena_get(b->arena, count, sizeof *items);

    for (size_t i = 0; i < count; i++)
        items[i] = b->children.at[frame->first + i].value;
    return node_list(b->arena, items, (uint32_t)count, frame->at);
}

static int
close_frame(struct builder *b)
{
    struct frame frame = b->frames.at[b->frames.count - 1];
    size_t problems = b->problems->list.count + b->problems->dropped;
    const struct node *node = frame.is_map ? close_map(b, &frame) : close_list(b, &frame);

    if (!node) {
        if (b->problems->list.count + b->problems->dropped == problems)
            refuse(b, frame.at, "this value is too large or too deep",
                   "aliases count in full: at most 4 million values, 100 levels");
        return -1;
    }
    b->frames.count--;
    b->children.count = frame.first;
    define(b, frame.anchor, node);
    return put(b, node, frame.at);
}

/* 1 at the end of the stream, 0 to go on, -1 after a mistake. */
static int
take(struct builder *b, const yaml_event_t *event)
{
    struct node *node;

    switch (event->type) {
    case YAML_STREAM_END_EVENT:
        return 1;
    case YAML_DOCUMENT_START_EVENT:
        if (b->root)
            return refuse(b, place(b, event->start_mark), "a second document begins here",
                          "one file holds one document");
        return 0;
    case YAML_ALIAS_EVENT:
        return put_alias(b, event);
    case YAML_SCALAR_EVENT:
        node = scalar(b, event);
        if (!node)
            return -1;
        define(b, anchor_of(b, event->data.scalar.anchor), node);
        return put(b, node, node->at);
    case YAML_SEQUENCE_START_EVENT:
    case YAML_MAPPING_START_EVENT:
        return open_frame(b, event);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_frame(b);
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        break;
    }
    return 0;
}

/* The place of a byte, for what the reader refuses before anything is scanned. */
static struct fx_mark
place_of_byte(const struct builder *b, struct str bytes, size_t offset)
{
    yaml_mark_t mark = { 0, 0, 0 };

    for (size_t i = 0; i < offset && i < bytes.len; i++) {
        if (bytes.at[i] == '\n') {
            mark.line++;
            mark.column = 0;
        } else if (((unsigned char)bytes.at[i] & 0xc0) != 0x80) {
            mark.column++;
        }
    }
    return place(b, mark);
}

/* Whether a double quote ended a string in the middle of a ${...} just before this place. */
static bool
ends_in_braces(struct str bytes, yaml_mark_t mark)
{
    size_t at = mark.index < bytes.len ? mark.index : bytes.len;
    bool quote = false;

    while (at && bytes.at[at - 1] != '\n') {
        at--;
        if (bytes.at[at] == '}')
            return false;
        quote = quote || bytes.at[at] == '"';
        if (quote && bytes.at[at] == '{' && at && bytes.at[at - 1] == '$')
            return true;
    }
    return false;
}

static void
report_parser(struct builder *b, struct str bytes)
{
    const yaml_parser_t *parser = &b->parser;
    yaml_mark_t mark = parser->problem_mark;
    char text[256];
    bool tab;

    if (parser->error == YAML_READER_ERROR) {
        size_t at = parser->problem_offset < bytes.len ? parser->problem_offset : bytes.len;

        snprintf(text, sizeof text, "this is not UTF-8 text: %s",
                 parser->problem ? parser->problem : "bad bytes");
        if (strstr(text, "trailing")) /* to where that character begins */
            while (at && ((unsigned char)bytes.at[--at] & 0xc0) == 0x80)
                continue;
        refuse(b, place_of_byte(b, bytes, at), text, NULL);
        return;
    }
    snprintf(text, sizeof text, "this is not YAML: %s%s%s", parser->context ? parser->context : "",
             parser->context ? ", " : "", parser->problem ? parser->problem : "unknown problem");
    /* What is missing at the end of the text is shown where it began. */
    if (parser->context && parser->problem_mark.index >= bytes.len)
        mark = parser->context_mark;
    tab = mark.index < bytes.len && bytes.at[mark.index] == '\t';
    refuse(b, place(b, mark), text,
           tab                             ? "indent with spaces, not with tabs"
           : ends_in_braces(bytes, mark) ? "between \"...\", strings in ${...} have single quotes"
                                           : NULL);
}

static void
parse(struct builder *b, struct str bytes)
{
    yaml_event_t event;
    int done = 0;

    if (str_starts(bytes, "\xef\xbb\xbf")) /* a byte order mark, told apart by its encoding */
        bytes = str_slice(bytes, 3, bytes.len);
    yaml_parser_set_encoding(&b->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&b->parser, (const unsigned char *)(bytes.len ? bytes.at : ""),
                                 bytes.len);
    while (!done) {
        if (!yaml_parser_parse(&b->parser, &event)) {
            report_parser(b, bytes);
            return;
        }
        done = take(b, &event);
        yaml_event_delete(&event);
    }
}

/* With `placed` the marks have lines and columns of their own, else they are `at`. */
static const struct node *
parse_at(struct arena *arena, struct fx_mark at, bool placed, struct str bytes,
         struct problems *problems)
{
    struct builder b = {
        .arena = arena, .problems = problems, .file = at.file, .placed = placed, .at = at
    };

    if (!yaml_parser_initialize(&b.parser)) {
        refuse(&b, FX_NOWHERE, "libyaml could not start", NULL);
        return NULL;
    }
    map_init(&b.anchor_numbers);
    parse(&b, bytes);
    yaml_parser_delete(&b.parser);
    map_release(&b.anchor_numbers);
    vec_release(&b.frames);
    vec_release(&b.children);
    vec_release(&b.anchors);
    if (b.failed)
        return NULL;
    return b.root ? b.root
                  : node_null(arena, placed ? (struct fx_mark){ at.file, 1, 1 } : at);
}

const struct node *
yaml_parse(struct arena *arena, const char *file, bool placed, struct str bytes,
           struct problems *problems)
{
    return parse_at(arena, (struct fx_mark){ file, 0, 0 }, placed, bytes, problems);
}

const struct node *
yaml_parse_value(struct arena *arena, struct fx_mark at, struct str bytes,
                 struct problems *problems)
{
    return parse_at(arena, at, false, bytes, problems);
}

/* Reading a pipe would wait for who writes to it, and a device may have no end. */
static int
check_kind(const char *path, struct fx_error *err)
{
    struct stat status;

    if (stat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
        return 0; /* what is wrong else is found by reading it */
    fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is %s, not a file", path,
            S_ISFIFO(status.st_mode) ? "a pipe" : S_ISSOCK(status.st_mode) ? "a socket" : "a device");
    return -1;
}

const struct node *
yaml_read(struct arena *arena, const char *path, struct fx_mark from, struct problems *problems)
{
    struct fx_error err = FX_ERROR_NONE;
    const struct node *node = NULL;
    struct text bytes;

    text_init(&bytes, YAML_BYTES_MOST);
    if (check_kind(path, &err) == 0 && file_read(path, &bytes, &err) == 0) {
        node = yaml_parse(arena, path, true, text_view(&bytes), problems);
    } else {
        if (from.file) { /* the reason, at the place that named the file */
            struct fx_error placed = FX_ERROR_NONE;

            fx_fail(&placed, err.code == FX_SYSTEM ? FX_INVALID : err.code, from, "%s", err.text);
            err = placed;
        }
        problems_add(problems, &err);
    }
    text_release(&bytes);
    return node;
}
