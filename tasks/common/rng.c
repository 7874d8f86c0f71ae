#include "common/rng.h"

#include <Random123/philox.h>
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/digest.h"

struct rng
rng_start(uint64_t seed, enum rng_purpose purpose, uint32_t gid, uint32_t stream)
{
    return (struct rng){
        .key = { (uint32_t)seed, (uint32_t)(seed >> 32) },
        .counter = { 0, stream, gid, (uint32_t)purpose },
    };
}

uint32_t
rng_stream_of(const char *name)
{
    return (uint32_t)digest_bytes(name, strlen(name)).low;
}

/* The next four words of the stream. */
static inline void
next_block(struct rng *rng, uint32_t out[4])
{
    philox4x32_ctr_t in = { { rng->counter[0], rng->counter[1], rng->counter[2], rng->counter[3] } };
    philox4x32_key_t key = { { rng->key[0], rng->key[1] } };
    philox4x32_ctr_t words = philox4x32_R(10, in, key);

    memcpy(out, words.v, sizeof words.v);
    rng->counter[0]++;
    assert(rng->counter[0] != 0);   /* 2^34 words of one stream are used up */
}

static void
refill(struct rng *rng)
{
    next_block(rng, rng->buffer);
    rng->left = 4;
}

uint32_t
rng_u32(struct rng *rng)
{
    if (rng->left == 0)
        refill(rng);
    return rng->buffer[4 - rng->left--];
}

void
rng_fill(struct rng *rng, uint32_t *out, size_t count)
{
    for (; count > 0 && rng->left > 0; count--)
        *out++ = rng_u32(rng);
    for (; count >= 4; count -= 4, out += 4)
        next_block(rng, out);
    for (; count > 0; count--)
        *out++ = rng_u32(rng);
}

uint64_t
rng_u64(struct rng *rng)
{
    uint64_t high = rng_u32(rng);

    return high << 32 | rng_u32(rng);
}

double
rng_uniform(struct rng *rng)
{
    /* 52 bits and a half: (2k + 1) 2^-53 is exact, never 0, never 1. */
    return ((double)(rng_u64(rng) >> 12) + 0.5) * 0x1p-52;
}

uint32_t
rng_below(struct rng *rng, uint32_t n)
{
    uint64_t product;

    assert(n > 0);
    product = (uint64_t)rng_u32(rng) * n;
    if ((uint32_t)product < n) {
        uint32_t limit = (0u - n) % n;      /* 2^32 mod n results would come once too often */
        while ((uint32_t)product < limit)
            product = (uint64_t)rng_u32(rng) * n;
    }
    return (uint32_t)(product >> 32);
}

double
rng_normal(struct rng *rng)
{
    double u, v, square, scale;

    if (rng->has_spare) {
        rng->has_spare = false;
        return rng->spare;
    }
    do {
        u = 2 * rng_uniform(rng) - 1;
        v = 2 * rng_uniform(rng) - 1;
        square = u * u + v * v;
    } while (square >= 1);      /* never 0: u and v are multiples of 2^-52, and odd */
    scale = sqrt(-2 * portable_log(square) / square);
    rng->spare = v * scale;
    rng->has_spare = true;
    return u * scale;
}

double
rng_exponential(struct rng *rng)
{
    return -portable_log(rng_uniform(rng));
}
