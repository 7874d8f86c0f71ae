#include "base/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/mem.h"

enum { PIECE = 256 * 1024, MOST_THREADS = 16 };
static const uint64_t BLOCK = 16u << 20;

bool
digest_equal(struct digest a, struct digest b)
{
    return a.high == b.high && a.low == b.low;
}

bool
digest_is_zero(struct digest digest)
{
    return !digest.high && !digest.low;
}

void
digest_hex(struct digest digest, char hex[DIGEST_HEX])
{
    static const char digits[] = "0123456789abcdef";

    for (unsigned i = 0; i < 16; i++) {
        hex[i] = digits[digest.high >> (60 - 4 * i) & 15];
        hex[16 + i] = digits[digest.low >> (60 - 4 * i) & 15];
    }
    hex[32] = '\0';
}

static int
hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
digest_parse(struct str hex, struct digest *digest)
{
    uint64_t half[2] = { 0, 0 };

    if (hex.len != 32)
        return false;
    for (unsigned i = 0; i < 32; i++) {
        int value = hex_value(hex.at[i]);

        if (value < 0)
            return false;
        half[i / 16] = half[i / 16] << 4 | (uint64_t)value;
    }
    *digest = (struct digest){ half[0], half[1] };
    return true;
}

uint64_t
digest_quick(const void *at, size_t len)
{
    return XXH3_64bits(len ? at : "", len);
}

static struct digest
from_xxh(XXH128_hash_t hash)
{
    return (struct digest){ hash.high64, hash.low64 };
}

struct digest
digest_bytes(const void *at, size_t len)
{
    return from_xxh(XXH3_128bits(len ? at : "", len));
}

struct hasher {
    XXH3_state_t *state;
};

struct hasher *
hasher_new(void)
{
    struct hasher *hasher = mem_new(1, sizeof *hasher);

    hasher->state = XXH3_createState();
    if (!hasher->state)
        mem_resize(NULL, SIZE_MAX, 2);      /* ends the program with its one line */
    XXH3_128bits_reset(hasher->state);
    return hasher;
}

void
hasher_free(struct hasher *hasher)
{
    if (!hasher)
        return;
    XXH3_freeState(hasher->state);
    free(hasher);
}

/* The same bytes on every machine: little endian. */
static void
store_u64(unsigned char out[8], uint64_t value)
{
    for (unsigned i = 0; i < 8; i++)
        out[i] = (unsigned char)(value >> (8 * i));
}

void
hasher_field(struct hasher *hasher, const void *at, size_t len)
{
    unsigned char length[8];

    store_u64(length, len);
    XXH3_128bits_update(hasher->state, length, sizeof length);
    if (len)
        XXH3_128bits_update(hasher->state, at, len);
}

void
digest_frame(struct text *out, const void *at, size_t len)
{
    unsigned char length[8];

    store_u64(length, len);
    text_append(out, (const char *)length, sizeof length);
    text_append(out, at, len);
}

struct digest
hasher_result(const struct hasher *hasher)
{
    return from_xxh(XXH3_128bits_digest(hasher->state));
}

/* What the threads of one file share. Each takes the next block until none is left. */
struct file_work {
    int fd;
    uint64_t size, blocks;
    atomic_uint_fast64_t next;
    atomic_int failure;                 /* errno of the first failed read; EIO when the file shrank */
    struct digest *digests;             /* one per block */
};

static int
hash_block(struct file_work *work, uint64_t block, unsigned char *buffer, XXH3_state_t *state)
{
    uint64_t at = block * BLOCK;
    uint64_t end = at + BLOCK < work->size ? at + BLOCK : work->size;

    XXH3_128bits_reset(state);
    while (at < end) {
        size_t want = end - at < PIECE ? (size_t)(end - at) : PIECE;
        ssize_t got = pread(work->fd, buffer, want, (off_t)at);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? errno : EIO;
        XXH3_128bits_update(state, buffer, (size_t)got);
        at += (uint64_t)got;
    }
    work->digests[block] = from_xxh(XXH3_128bits_digest(state));
    return 0;
}

static void *
hash_blocks(void *arg)
{
    struct file_work *work = arg;
    unsigned char *buffer = mem_resize(NULL, PIECE, 1);
    struct hasher *hasher = hasher_new();

    for (;;) {
        uint64_t block = atomic_fetch_add(&work->next, 1);
        int failure;

        if (block >= work->blocks || atomic_load(&work->failure))
            break;
        failure = hash_block(work, block, buffer, hasher->state);
        if (failure)
            atomic_store(&work->failure, failure);
    }
    hasher_free(hasher);
    free(buffer);
    return NULL;
}

static struct digest
combine(const struct file_work *work)
{
    struct hasher *hasher = hasher_new();
    unsigned char bytes[16];
    struct digest result;

    store_u64(bytes, work->size);
    XXH3_128bits_update(hasher->state, bytes, 8);
    for (uint64_t i = 0; i < work->blocks; i++) {
        store_u64(bytes, work->digests[i].high);
        store_u64(bytes + 8, work->digests[i].low);
        XXH3_128bits_update(hasher->state, bytes, sizeof bytes);
    }
    result = hasher_result(hasher);
    hasher_free(hasher);
    return result;
}

int
digest_file(const char *path, unsigned threads, struct digest *digest, struct fx_error *err)
{
    struct file_work work = { .fd = -1 };
    pthread_t helpers[MOST_THREADS];
    unsigned started = 0;
    struct stat st;
    int failure;

    work.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (work.fd < 0)
        return fx_fail_errno(err, errno, "cannot read '%s'", path);
    if (fstat(work.fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        close(work.fd);
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is not a regular file", path);
    }
    work.size = (uint64_t)st.st_size;
    work.blocks = (work.size + BLOCK - 1) / BLOCK;
    atomic_init(&work.next, 0);
    atomic_init(&work.failure, 0);
    work.digests = mem_new((size_t)work.blocks, sizeof *work.digests);
    while (started + 1 < threads && started + 1 < work.blocks && started < MOST_THREADS
           && pthread_create(&helpers[started], NULL, hash_blocks, &work) == 0)
        started++;
    hash_blocks(&work);
    while (started)
        pthread_join(helpers[--started], NULL);
    failure = atomic_load(&work.failure);
    if (!failure)
        *digest = combine(&work);
    free(work.digests);
    close(work.fd);
    return failure ? fx_fail_errno(err, failure, "cannot read '%s'", path) : 0;
}
