#include "store/record.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MOST_OUTPUTS = 1 << 20 };

/* The last member: a digest of all bytes in front of it, so that a flipped bit is seen. */
static const char CHECK_MEMBER[] = ",\"check\":\"";

static void
add_string(struct text *out, const char *name, struct str value)
{
    text_printf(out, ",\"%s\":", name);
    text_add_quoted(out, value);
}

static void
add_digest(struct text *out, const char *name, struct digest digest)
{
    char hex[DIGEST_HEX];

    digest_hex(digest, hex);
    text_printf(out, ",\"%s\":\"%s\"", name, hex);
}

static void
add_real(struct text *out, const char *name, double value)
{
    text_printf(out, ",\"%s\":", name);
    text_add_real(out, isfinite(value) ? value : 0);
}

void
record_write(const struct record *record, struct text *out)
{
    size_t start = out->len;

    text_printf(out, "{\"version\":%d", RECORD_VERSION);
    add_digest(out, "key", record->key);
    add_digest(out, "manifest", record->manifest);
    add_string(out, "task", record->task);
    text_printf(out, ",\"task_version\":%lld", (long long)record->task_version);
    add_string(out, "point", record->point);
    add_string(out, "stage", record->stage);
    add_string(out, "workflow", record->workflow);
    add_string(out, "host", record->host);
    add_real(out, "started", record->started);
    add_real(out, "seconds", record->seconds);
    add_real(out, "cpu_seconds", record->cpu_seconds);
    if (!digest_is_zero(record->boot))
        add_digest(out, "boot", record->boot);
    text_printf(out, ",\"max_rss\":%lld,\"exit\":%d,\"outputs\":[", (long long)record->max_rss,
                record->exit_status);
    for (uint32_t i = 0; i < record->output_count; i++) {
        const struct record_output *o = &record->outputs[i];

        text_add(out, i ? ",{\"name\":" : "{\"name\":");
        text_add_quoted(out, o->name);
        add_string(out, "path", o->path);
        add_digest(out, "digest", o->digest);
        /* Inodes may use all 64 bits; JSON's readers take signed ones: the same bits. */
        text_printf(out, ",\"size\":%lld,\"inode\":%lld,\"mtime_ns\":%lld,\"ctime_ns\":%lld}",
                    (long long)o->identity.size, (long long)o->identity.inode,
                    (long long)o->identity.mtime_ns, (long long)o->identity.ctime_ns);
    }
    text_add(out, "]");
    if (record->environment.len) {
        text_add(out, ",\"environment\":");
        text_add_str(out, record->environment);
    }
    if (out->at) {
        char hex[DIGEST_HEX];

        digest_hex(digest_bytes(out->at + start, out->len - start), hex);
        text_printf(out, "%s%s\"}\n", CHECK_MEMBER, hex);
    }
}

/* What is missing or of another type makes the reader `bad`, with the name of the first. */
struct reader {
    struct arena *arena;
    const char *bad;
};

static struct str
get_string(struct reader *r, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_string(value)) {
        r->bad = r->bad ? r->bad : name;
        return str_of("");
    }
    return arena_str(r->arena, (struct str){ json_string_value(value), json_string_length(value) });
}

static int64_t
get_integer(struct reader *r, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_integer(value))
        r->bad = r->bad ? r->bad : name;
    return json_integer_value(value);
}

static double
get_real(struct reader *r, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);

    if (!json_is_number(value))
        r->bad = r->bad ? r->bad : name;
    return json_number_value(value);
}

static struct digest
get_digest(struct reader *r, const json_t *object, const char *name)
{
    const char *value = json_string_value(json_object_get(object, name));
    struct digest digest = { 0, 0 };

    if (!digest_parse(str_of(value), &digest))
        r->bad = r->bad ? r->bad : name;
    return digest;
}

bool
record_path_allowed(struct str path)
{
    size_t start = 0;

    if (!path.len || memchr(path.at, '\0', path.len))
        return false;
    for (size_t i = 0; i <= path.len; i++) {
        struct str part;

        if (i < path.len && path.at[i] != '/')
            continue;
        part = str_slice(path, start, i);
        if (!part.len || str_is(part, ".") || str_is(part, ".."))
            return false;
        start = i + 1;
    }
    return true;
}

static void
get_outputs(struct reader *r, const json_t *object, struct record *record)
{
    const json_t *list = json_object_get(object, "outputs");
    size_t count = json_array_size(list);

    if (!json_is_array(list) || count > MOST_OUTPUTS) {
        r->bad = r->bad ? r->bad : "outputs";
        return;
    }
    record->outputs = arena_get(r->arena, count, sizeof *record->outputs);
    record->output_count = (uint32_t)count;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        struct record_output *o = &record->outputs[i];

        o->name = get_string(r, item, "name");
        o->path = get_string(r, item, "path");
        o->digest = get_digest(r, item, "digest");
        o->identity.size = (uint64_t)get_integer(r, item, "size");
        o->identity.inode = (uint64_t)get_integer(r, item, "inode");
        o->identity.mtime_ns = get_integer(r, item, "mtime_ns");
        o->identity.ctime_ns = get_integer(r, item, "ctime_ns");
        if (!r->bad && !record_path_allowed(o->path))
            r->bad = "path";
    }
}

/* What it ran in, in one spelling. */
static void
get_environment(struct reader *r, const json_t *root, struct record *record)
{
    const json_t *object = json_object_get(root, "environment");
    char *text;

    record->environment = str_of("");
    if (!object)
        return;
    text = json_is_object(object) ? json_dumps(object, JSON_COMPACT) : NULL;
    if (text)
        record->environment = arena_str(r->arena, str_of(text));
    else
        r->bad = r->bad ? r->bad : "environment";
    free(text);
}

/* The check stands in the last bytes: ,"check":"<32 digits>"} and a newline. */
static bool
check_holds(struct str json)
{
    size_t member = sizeof CHECK_MEMBER - 1, tail = member + 32 + 3;
    struct digest digest;
    struct str end;

    if (json.len < tail)
        return false;
    end = str_slice(json, json.len - tail, json.len);
    return str_starts(end, CHECK_MEMBER) && str_is(str_slice(end, member + 32, tail), "\"}\n")
        && digest_parse(str_slice(end, member, member + 32), &digest)
        && digest_equal(digest, digest_bytes(json.at, json.len - tail));
}

int64_t
record_version(struct str json)
{
    json_t *root = json_loadb(json.at ? json.at : "", json.len, JSON_REJECT_DUPLICATES, NULL);
    int64_t version = json_integer_value(json_object_get(root, "version"));

    json_decref(root);
    return version;
}

int
record_read(struct arena *arena, struct str json, struct record *record, struct fx_error *err)
{
    struct reader r = { arena, NULL };
    int64_t version;
    json_t *root;

    root = json_loadb(json.at ? json.at : "", json.len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(root)) {
        json_decref(root);
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "the record is torn or no JSON object");
    }
    version = get_integer(&r, root, "version");
    if (!r.bad && (version < RECORD_OLDEST || version > RECORD_VERSION)) {
        json_decref(root);
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "the record has version %lld, this program reads versions %d to %d",
                       (long long)version, RECORD_OLDEST, RECORD_VERSION);
    }
    *record = (struct record){
        .key = get_digest(&r, root, "key"),
        .manifest = get_digest(&r, root, "manifest"),
        .task = get_string(&r, root, "task"),
        .task_version = get_integer(&r, root, "task_version"),
        .workflow = get_string(&r, root, "workflow"),
        .stage = get_string(&r, root, "stage"),
        .point = get_string(&r, root, "point"),
        .host = get_string(&r, root, "host"),
        .started = get_real(&r, root, "started"),
        .seconds = get_real(&r, root, "seconds"),
        .cpu_seconds = get_real(&r, root, "cpu_seconds"),
        .max_rss = (uint64_t)get_integer(&r, root, "max_rss"),
        .exit_status = (int)get_integer(&r, root, "exit"),
    };
    if (json_object_get(root, "boot"))
        record->boot = get_digest(&r, root, "boot");
    get_outputs(&r, root, record);
    get_environment(&r, root, record);
    json_decref(root);
    if (r.bad)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "the record's '%s' is missing or not valid",
                       r.bad);
    if (!check_holds(json))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "the record's bytes do not match its check");
    return 0;
}

struct record
record_copy(struct arena *arena, const struct record *record)
{
    struct record copy = *record;

    copy.task = arena_str(arena, record->task);
    copy.workflow = arena_str(arena, record->workflow);
    copy.stage = arena_str(arena, record->stage);
    copy.point = arena_str(arena, record->point);
    copy.host = arena_str(arena, record->host);
    copy.environment = arena_str(arena, record->environment);
    copy.outputs = arena_get(arena, record->output_count, sizeof *copy.outputs);
    for (uint32_t i = 0; i < record->output_count; i++) {
        copy.outputs[i] = record->outputs[i];
        copy.outputs[i].name = arena_str(arena, record->outputs[i].name);
        copy.outputs[i].path = arena_str(arena, record->outputs[i].path);
    }
    return copy;
}
