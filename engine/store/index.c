#include "store/index.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/vec.h"

enum {
    LAYOUT = 2,             /* user_version of the file; another one is replaced */
    KEY_SIZE = 17,          /* kind, high, low (big endian: rows lie in the order of keys) */
    CHECK_SIZE = 8,
    BATCH = 512,            /* pending rows that are written without being asked */
    BUSY_MS = 2000,
    VALUE_MOST = 16 << 20   /* bytes; a larger value is not worth keeping */
};

/* A row as it lies in the arena: what the checksum covers is in one piece. */
struct content {
    uint32_t len;           /* of the value */
    unsigned char key[KEY_SIZE];
    char value[];
};

struct row {
    struct content *content;    /* NULL: free */
    uint32_t hash;              /* of the key */
    bool dropped, pending;
};

struct index {
    char *path;
    sqlite3 *db;            /* NULL: in memory only */
    struct arena *arena;
    struct row *rows;       /* open addressing; room is a power of two */
    size_t count, room;
    VEC(size_t) pending;    /* slots; forgotten when the table grows, see grow() */
};

static void
make_key(enum index_kind kind, struct digest name, unsigned char key[KEY_SIZE])
{
    key[0] = (unsigned char)kind;
    for (unsigned i = 0; i < 8; i++) {
        key[1 + i] = (unsigned char)(name.high >> (56 - 8 * i));
        key[9 + i] = (unsigned char)(name.low >> (56 - 8 * i));
    }
}

static struct digest
key_name(const unsigned char key[KEY_SIZE])
{
    struct digest name = { 0, 0 };

    for (unsigned i = 0; i < 8; i++) {
        name.high = name.high << 8 | key[1 + i];
        name.low = name.low << 8 | key[9 + i];
    }
    return name;
}

static struct content *
new_content(struct index *index, const unsigned char key[KEY_SIZE], struct str value)
{
    struct content *content = arena_get(index->arena, sizeof *content + value.len, 1);

    content->len = (uint32_t)value.len;
    memcpy(content->key, key, KEY_SIZE);
    if (value.len)
        memcpy(content->value, value.at, value.len);
    return content;
}

static struct str
value_of(const struct row *row)
{
    return (struct str){ row->content->value, row->content->len };
}

static uint32_t
hash_of(const unsigned char key[KEY_SIZE])
{
    return (uint32_t)digest_quick(key, KEY_SIZE);
}

/* The slot of `key`: its row, or the free one where it belongs. */
static size_t
slot_of(const struct index *index, const unsigned char key[KEY_SIZE])
{
    uint32_t hash = hash_of(key);
    size_t at = hash & (index->room - 1);

    while (index->rows[at].content
           && (index->rows[at].hash != hash
               || memcmp(index->rows[at].content->key, key, KEY_SIZE) != 0))
        at = (at + 1) & (index->room - 1);
    return at;
}

static void
grow(struct index *index)
{
    struct row *old = index->rows;
    size_t room = index->room;

    if (index->rows && (index->count + 1) * 3 < index->room * 2)
        return;
    index->room = room ? room * 2 : 256;
    index->rows = mem_new(index->room, sizeof *index->rows);
    index->pending.count = 0;
    for (size_t i = 0; i < room; i++) {
        size_t at;

        if (!old[i].content)
            continue;
        at = old[i].hash & (index->room - 1);
        while (index->rows[at].content)
            at = (at + 1) & (index->room - 1);
        index->rows[at] = old[i];
        if (old[i].pending)
            vec_push(&index->pending, at);
    }
    free(old);
}

/* Puts `content` where its key belongs, in place of what was there. */
static struct row *
enter(struct index *index, struct content *content)
{
    struct row *row;

    grow(index);
    row = &index->rows[slot_of(index, content->key)];
    if (!row->content) {
        row->hash = hash_of(content->key);
        index->count++;
    }
    row->content = content;
    row->dropped = false;
    return row;
}

static uint64_t
check_of(const struct content *content)
{
    return digest_bytes(content->key, KEY_SIZE + (size_t)content->len).low;
}

static bool
execute(sqlite3 *db, const char *sql)
{
    return db && sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static int
pragma_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int value = -1;

    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK
        && sqlite3_step(statement) == SQLITE_ROW)
        value = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    return value;
}

/* Takes one row of the scan, unless its checksum does not hold. */
static void
load_row(struct index *index, sqlite3_stmt *statement)
{
    const unsigned char *key = sqlite3_column_blob(statement, 0);
    const char *blob = sqlite3_column_blob(statement, 1);
    int key_len = sqlite3_column_bytes(statement, 0);
    int len = sqlite3_column_bytes(statement, 1);
    struct content *content;
    uint64_t check;

    if (!key || !blob || key_len != KEY_SIZE || len < CHECK_SIZE)
        return;
    memcpy(&check, blob, CHECK_SIZE);
    content = new_content(index, key,
                          (struct str){ blob + CHECK_SIZE, (size_t)len - CHECK_SIZE });
    if (check == check_of(content))
        enter(index, content);
}

static bool
load_rows(struct index *index)
{
    sqlite3_stmt *statement = NULL;
    int step = SQLITE_ERROR;

    if (sqlite3_prepare_v2(index->db, "SELECT key, value FROM rows", -1, &statement, NULL)
        == SQLITE_OK)
        while ((step = sqlite3_step(statement)) == SQLITE_ROW)
            load_row(index, statement);
    sqlite3_finalize(statement);
    return step == SQLITE_DONE;
}

static void
disconnect(struct index *index)
{
    sqlite3_close(index->db);
    index->db = NULL;
}

/* 1: rows were read; 0: a new table was made; -1: not usable. */
static int
connect_file(struct index *index)
{
    int version;

    if (sqlite3_open_v2(index->path, &index->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL)
        != SQLITE_OK)
        return -1;
    sqlite3_busy_timeout(index->db, BUSY_MS);
    /* One scan and batches of writes: pages that were read are not wanted again. */
    if (!execute(index->db, "PRAGMA cache_size=-512")
        || !execute(index->db, "PRAGMA journal_mode=WAL")
        || !execute(index->db, "PRAGMA synchronous=NORMAL"))
        return -1;
    version = pragma_number(index->db, "PRAGMA user_version");
    if (version == LAYOUT)
        return load_rows(index) ? 1 : -1;
    if (version != 0 && !execute(index->db, "DROP TABLE IF EXISTS rows"))
        return -1;
    return execute(index->db, "BEGIN IMMEDIATE;"
                   "CREATE TABLE IF NOT EXISTS rows"
                   " (key BLOB PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
                   "PRAGMA user_version=2; COMMIT") ? 0 : -1;
}

static void
remove_file(const struct index *index, const char *suffix)
{
    char *path = mem_new(strlen(index->path) + 16, 1);

    snprintf(path, strlen(index->path) + 16, "%s%s", index->path, suffix);
    unlink(path);
    free(path);
}

static void
forget_all(struct index *index)
{
    free(index->rows);
    index->rows = NULL;
    index->count = index->room = 0;
    index->pending.count = 0;
    grow(index);
}

struct index *
index_open(const char *path, bool *fresh)
{
    struct index *index = mem_new(1, sizeof *index);
    int connected;

    index->path = mem_copy(path, strlen(path));
    index->arena = arena_new();
    grow(index);
    connected = connect_file(index);
    if (connected < 0) {
        int code = index->db ? sqlite3_errcode(index->db) : SQLITE_ERROR;

        disconnect(index);
        forget_all(index);
        if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
            remove_file(index, "");
            remove_file(index, "-wal");
            remove_file(index, "-shm");
            connected = connect_file(index);
            if (connected < 0)
                disconnect(index);
        }
    }
    *fresh = connected <= 0;
    return index;
}

void
index_close(struct index *index)
{
    if (!index)
        return;
    index_flush(index);
    disconnect(index);
    vec_release(&index->pending);
    free(index->rows);
    arena_free(index->arena);
    free(index->path);
    free(index);
}

bool
index_get(const struct index *index, enum index_kind kind, struct digest name, struct str *value)
{
    unsigned char key[KEY_SIZE];
    const struct row *row;

    make_key(kind, name, key);
    row = &index->rows[slot_of(index, key)];
    if (!row->content || row->dropped)
        return false;
    *value = value_of(row);
    return true;
}

static void
mark_pending(struct index *index, struct row *row)
{
    if (!row->pending) {
        row->pending = true;
        vec_push(&index->pending, (size_t)(row - index->rows));
    }
    if (index->pending.count >= BATCH)
        index_flush(index);
}

void
index_put(struct index *index, enum index_kind kind, struct digest name, struct str value)
{
    unsigned char key[KEY_SIZE];
    const struct row *row;

    make_key(kind, name, key);
    row = &index->rows[slot_of(index, key)];
    if (row->content && !row->dropped && str_equal(value_of(row), value))
        return;
    if (value.len <= VALUE_MOST)
        mark_pending(index, enter(index, new_content(index, key, value)));
}

void
index_drop(struct index *index, enum index_kind kind, struct digest name)
{
    unsigned char key[KEY_SIZE];
    struct row *row;

    make_key(kind, name, key);
    row = &index->rows[slot_of(index, key)];
    if (!row->content || row->dropped)
        return;
    row->dropped = true;
    mark_pending(index, row);
}

void
index_each(const struct index *index, enum index_kind kind,
           void (*each)(void *context, struct digest name, struct str value), void *context)
{
    for (size_t i = 0; i < index->room; i++) {
        const struct row *row = &index->rows[i];

        if (row->content && !row->dropped && row->content->key[0] == (unsigned char)kind)
            each(context, key_name(row->content->key), value_of(row));
    }
}

static bool
write_row(sqlite3_stmt *put, sqlite3_stmt *drop, const struct row *row, struct text *blob)
{
    sqlite3_stmt *statement = row->dropped ? drop : put;
    uint64_t check = check_of(row->content);
    bool written;

    sqlite3_bind_blob(statement, 1, row->content->key, KEY_SIZE, SQLITE_STATIC);
    if (!row->dropped) {
        text_clear(blob);
        text_append(blob, (const char *)&check, CHECK_SIZE);
        text_add_str(blob, value_of(row));
        sqlite3_bind_blob(statement, 2, blob->at, (int)blob->len, SQLITE_STATIC);
    }
    written = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_reset(statement);
    return written;
}

static void
write_pending(struct index *index)
{
    sqlite3_stmt *put = NULL, *drop = NULL;
    struct text blob;
    bool good = false;

    text_init(&blob, CHECK_SIZE + VALUE_MOST);
    if (sqlite3_prepare_v2(index->db, "INSERT OR REPLACE INTO rows VALUES (?, ?)", -1, &put, NULL)
            == SQLITE_OK
        && sqlite3_prepare_v2(index->db, "DELETE FROM rows WHERE key = ?", -1, &drop, NULL)
            == SQLITE_OK
        && execute(index->db, "BEGIN IMMEDIATE")) {
        good = true;
        for (size_t i = 0; good && i < index->pending.count; i++)
            good = write_row(put, drop, &index->rows[index->pending.at[i]], &blob);
        fault_point("index.commit");
        if (!good || !execute(index->db, "COMMIT"))
            execute(index->db, "ROLLBACK");
        fault_point("index.committed");
    }
    sqlite3_finalize(put);
    sqlite3_finalize(drop);
    text_release(&blob);
}

/* Rows that could not be written (a full disk, a lock) are lost to the cache, and to it alone. */
void
index_flush(struct index *index)
{
    if (!index || !index->pending.count)
        return;
    fault_point("index.write");
    if (index->db)
        write_pending(index);
    for (size_t i = 0; i < index->pending.count; i++)
        index->rows[index->pending.at[i]].pending = false;
    index->pending.count = 0;
}
