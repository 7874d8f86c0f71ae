/*
 * rng - random numbers that depend on nothing but what they are for.
 *
 *   struct rng rng = rng_start(seed, RNG_CONNECTION, gid, projection);
 *   double u = rng_uniform(&rng);
 *
 * Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11; Random123): the
 * key is the seed, the counter is (block, stream, gid, purpose). Streams that differ in any of these
 * are independent, also for neighbouring seeds. Within a stream the numbers come in order.
 * All results are made of +, -, *, / and sqrt, which IEEE 754 fixes: the same bits on every machine.
 */
#ifndef COMMON_RNG_H
#define COMMON_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What numbers are for. Written into every draw: never renumber, never reuse a number. */
enum rng_purpose {
    RNG_TEST = 0,
    RNG_SOMA_PLACE = 1,         /* candidates of soma coordinates */
    RNG_SOMA_RELAX = 2,         /* moves of soma coordinates */
    RNG_SYNAPSE_DENSITY = 3,    /* density of a segment */
    RNG_SYNAPSE_PLACE = 4,      /* positions along a section */
    RNG_SYNAPSE_SOURCE = 5,     /* which population a synapse belongs to */
    RNG_CONNECTION = 6,         /* which cell a synapse's source is; stream: the projection */
    RNG_CONTACT = 7,            /* order of contacts */
    RNG_LFP_SAMPLE = 8,         /* which far cells an electrode hears; stream: the electrode */
    RNG_SPIKE_TRAIN = 9,        /* input spike trains; stream: what for */
    RNG_CELL_STATE = 10,        /* initial states */
    RNG_CONNECTION_SHUFFLE = 11,
    RNG_RECORD = 12,            /* which cells are recorded; stream: the recording */
    RNG_MORPHOLOGY = 13,        /* a synthetic stem, by its number; stream: the tree */
    RNG_GAP_JUNCTION = 14,      /* of the lower gid with the higher one, the stream */
    RNG_INPUT_FEATURE = 15      /* parameters of a stimulus cell's rate */
};

struct rng {
    uint32_t key[2], counter[4], buffer[4];
    unsigned left;      /* words of `buffer` not yet handed out */
    bool has_spare;
    double spare;       /* the second of a pair of normal numbers */
};

struct rng rng_start(uint64_t seed, enum rng_purpose purpose, uint32_t gid, uint32_t stream);

/* A number for `stream` from a name, the same wherever the name is the same (32 bits of XXH3). */
uint32_t rng_stream_of(const char *name);

uint32_t rng_u32(struct rng *rng);
uint64_t rng_u64(struct rng *rng);

/* The next `count` numbers of rng_u32(), several times as fast. */
void rng_fill(struct rng *rng, uint32_t *out, size_t count);

/* In the open interval (0, 1): an odd multiple of 2^-53. */
double rng_uniform(struct rng *rng);

/* Each of 0 .. n-1 with the same probability (Lemire's multiplication with rejection); n > 0. */
uint32_t rng_below(struct rng *rng, uint32_t n);

/* Mean 0, standard deviation 1: Marsaglia's polar method. */
double rng_normal(struct rng *rng);

/* Mean 1: -log of a uniform number. */
double rng_exponential(struct rng *rng);

/*
 * How many events a Poisson process has where `mean` are expected, 0 <= mean <= 2^31: by inversion
 * below 10, else by transformed rejection (PTRS of Hormann, "The transformed rejection method for
 * generating Poisson random variables", Insurance: Mathematics and Economics 12, 1993).
 */
uint64_t rng_poisson(struct rng *rng, double mean);

/*
 * log and exp of arithmetic alone, within 2 ulp: where a result decides what goes into a file and
 * the C library's may differ from machine to machine. portable_log: x > 0, finite, normal.
 */
double portable_log(double x);
double portable_exp(double x);

/* sin of an angle in turns: sin(2 pi x), |x| < 2^52, within 1e-15; of arithmetic alone. */
double portable_sin(double turns);

#endif
