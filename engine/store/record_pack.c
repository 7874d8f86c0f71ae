/*
 * The compact form of a record, for the index. Numbers are in the machine's own byte order: the
 * index belongs to one machine and is a cache. A row of another layout fails its checks and is
 * read from the record's file instead. The environment stays there: few ask for it.
 */
#include <string.h>

#include "store/record.h"

/* Raised when the layout below changes; old rows are then ignored. */
enum { PACK_LAYOUT = 4 };

struct numbers {
    uint32_t layout, output_count;
    struct digest key, manifest;
    int64_t task_version;
    double started, seconds, cpu_seconds;
    uint64_t max_rss;
    int32_t exit_status;
    uint32_t unsynced;      /* the boot follows */
};

struct output_numbers {
    struct digest digest;
    uint64_t inode, size;
    int64_t mtime_ns, ctime_ns;
};

/* A string's length is one byte, or this one and four more. */
enum { LONG = 255 };

static void
pack_string(struct text *out, struct str s)
{
    uint32_t len = (uint32_t)s.len;
    unsigned char small = len < LONG ? (unsigned char)len : LONG;

    text_append(out, (const char *)&small, 1);
    if (small == LONG)
        text_append(out, (const char *)&len, sizeof len);
    text_add_str(out, s);
    text_append(out, "", 1);    /* views of it end in NUL */
}

void
record_pack(const struct record *record, struct text *out)
{
    struct numbers numbers;

    memset(&numbers, 0, sizeof numbers);
    numbers.layout = PACK_LAYOUT;
    numbers.output_count = record->output_count;
    numbers.key = record->key;
    numbers.manifest = record->manifest;
    numbers.task_version = record->task_version;
    numbers.exit_status = record->exit_status;
    numbers.started = record->started;
    numbers.seconds = record->seconds;
    numbers.cpu_seconds = record->cpu_seconds;
    numbers.max_rss = record->max_rss;
    numbers.unsynced = !digest_is_zero(record->boot);
    text_append(out, (const char *)&numbers, sizeof numbers);
    if (numbers.unsynced)
        text_append(out, (const char *)&record->boot, sizeof record->boot);
    pack_string(out, record->task);
    pack_string(out, record->workflow);
    pack_string(out, record->stage);
    pack_string(out, record->point);
    pack_string(out, record->host);
    for (uint32_t i = 0; i < record->output_count; i++) {
        const struct record_output *o = &record->outputs[i];
        struct output_numbers on = { o->digest, o->identity.inode, o->identity.size,
                                     o->identity.mtime_ns, o->identity.ctime_ns };

        text_append(out, (const char *)&on, sizeof on);
        pack_string(out, o->name);
        pack_string(out, o->path);
    }
}

static bool
take(struct str *from, void *to, size_t len)
{
    if (from->len < len)
        return false;
    memcpy(to, from->at, len);
    *from = str_slice(*from, len, from->len);
    return true;
}

static bool
take_string(struct str *from, struct str *to)
{
    unsigned char small;
    uint32_t len;

    if (!take(from, &small, 1))
        return false;
    len = small;
    if ((small == LONG && (!take(from, &len, sizeof len) || len < LONG)) || from->len <= len || from->at[len] != '\0')
        return false;
    *to = str_slice(*from, 0, len);
    *from = str_slice(*from, (size_t)len + 1, from->len);
    return true;
}

static bool
take_output(struct str *from, struct record_output *o)
{
    struct output_numbers on;

    if (!take(from, &on, sizeof on))
        return false;
    o->digest = on.digest;
    o->identity.inode = on.inode;
    o->identity.size = on.size;
    o->identity.mtime_ns = on.mtime_ns;
    o->identity.ctime_ns = on.ctime_ns;
    return take_string(from, &o->name) && take_string(from, &o->path)
        && record_path_allowed(o->path);
}

bool
record_unpack(struct arena *arena, struct str packed, struct record *record)
{
    struct digest boot = { 0, 0 };
    struct numbers numbers;

    if (!take(&packed, &numbers, sizeof numbers) || numbers.layout != PACK_LAYOUT
        || numbers.output_count > packed.len / sizeof(struct output_numbers)
        || numbers.unsynced > 1
        || (numbers.unsynced && (!take(&packed, &boot, sizeof boot) || digest_is_zero(boot))))
        return false;
    *record = (struct record){
        .key = numbers.key, .manifest = numbers.manifest, .boot = boot,
        .task_version = numbers.task_version,
        .exit_status = numbers.exit_status, .started = numbers.started,
        .seconds = numbers.seconds, .cpu_seconds = numbers.cpu_seconds,
        .max_rss = numbers.max_rss, .output_count = numbers.output_count,
    };
    if (!take_string(&packed, &record->task) || !take_string(&packed, &record->workflow)
        || !take_string(&packed, &record->stage)
        || !take_string(&packed, &record->point) || !take_string(&packed, &record->host))
        return false;
    record->outputs = arena_get(arena, numbers.output_count, sizeof *record->outputs);
    for (uint32_t i = 0; i < numbers.output_count; i++)
        if (!take_output(&packed, &record->outputs[i]))
            return false;
    return packed.len == 0;
}
