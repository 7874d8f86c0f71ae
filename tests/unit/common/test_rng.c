/* Random numbers: known answers, ranges, distributions, independence of streams. */
#include "test.h"

#include "common/rng.h"

enum { DRAWS = 200000 };

/* Philox4x32-10 of the authors' own table of known answers (Random123, tests/kat_vectors). */
static void
check_block(const uint32_t counter[4], const uint32_t key[2], const uint32_t expected[4])
{
    struct rng rng = { .key = { key[0], key[1] },
                       .counter = { counter[0], counter[1], counter[2], counter[3] } };

    for (int i = 0; i < 4; i++)
        CHECK_INT(rng_u32(&rng), expected[i]);
}

TEST(philox_known_answers)
{
    check_block((uint32_t[4]){ 0 }, (uint32_t[2]){ 0 },
                (uint32_t[4]){ 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 });
    check_block((uint32_t[4]){ 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
                (uint32_t[2]){ 0xa4093822, 0x299f31d0 },
                (uint32_t[4]){ 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 });
}

TEST(the_counter_is_block_stream_gid_purpose)
{
    struct rng rng = rng_start(0x299f31d0a4093822u, RNG_TEST, 7, 3);

    CHECK_INT(rng.key[0], 0xa4093822);
    CHECK_INT(rng.key[1], 0x299f31d0);
    CHECK_INT(rng.counter[0], 0);
    CHECK_INT(rng.counter[1], 3);
    CHECK_INT(rng.counter[2], 7);
    CHECK_INT(rng.counter[3], RNG_TEST);
}

/* These are in files: another number here needs a new version of every task that draws. */
TEST(known_draws)
{
    struct rng rng = rng_start(2002, RNG_TEST, 1, 2);

    CHECK_NEAR(rng_uniform(&rng), 0x1.1dcf3a36e9665p-1, 0);
    CHECK_NEAR(rng_normal(&rng), -0x1.b4ea15bd68496p-3, 0);
    CHECK_NEAR(rng_normal(&rng), -0x1.9aa4482103922p-3, 0);
    CHECK_NEAR(rng_exponential(&rng), 0x1.cd84499be5705p-1, 0);
    CHECK_INT(rng_below(&rng, 1000), 51);
    CHECK_INT(rng_stream_of("PYR"), 492185104u);
}

TEST(uniform_is_inside_the_open_interval_and_even)
{
    struct rng rng = rng_start(1, RNG_TEST, 0, 0);
    double sum = 0, square = 0;

    for (int i = 0; i < DRAWS; i++) {
        double u = rng_uniform(&rng);
        CHECK(u > 0 && u < 1);
        sum += u;
        square += u * u;
    }
    CHECK_NEAR(sum / DRAWS, 0.5, 0.003);
    CHECK_NEAR(square / DRAWS, 1.0 / 3, 0.003);
}

TEST(normal_has_the_moments_of_a_normal)
{
    struct rng rng = rng_start(2, RNG_TEST, 0, 0);
    double m1 = 0, m2 = 0, m3 = 0, m4 = 0;

    for (int i = 0; i < DRAWS; i++) {
        double x = rng_normal(&rng);
        m1 += x;
        m2 += x * x;
        m3 += x * x * x;
        m4 += x * x * x * x;
    }
    CHECK_NEAR(m1 / DRAWS, 0, 0.01);
    CHECK_NEAR(m2 / DRAWS, 1, 0.015);
    CHECK_NEAR(m3 / DRAWS, 0, 0.04);
    CHECK_NEAR(m4 / DRAWS, 3, 0.1);
}

TEST(exponential_has_mean_and_variance_1)
{
    struct rng rng = rng_start(3, RNG_TEST, 0, 0);
    double m1 = 0, m2 = 0;

    for (int i = 0; i < DRAWS; i++) {
        double x = rng_exponential(&rng);
        CHECK(x > 0);
        m1 += x;
        m2 += x * x;
    }
    CHECK_NEAR(m1 / DRAWS, 1, 0.012);
    CHECK_NEAR(m2 / DRAWS, 2, 0.06);
}

TEST(below_gives_each_number_alike)
{
    struct rng rng = rng_start(4, RNG_TEST, 0, 0);
    int count[7] = { 0 };

    for (int i = 0; i < DRAWS; i++)
        count[rng_below(&rng, 7)]++;
    for (int i = 0; i < 7; i++)
        CHECK_NEAR(count[i], DRAWS / 7.0, 700);
    CHECK_INT(rng_below(&rng, 1), 0);
    for (int i = 0; i < 1000; i++)
        CHECK(rng_below(&rng, 0x80000001u) <= 0x80000000u);
}

/* Streams that differ in seed, purpose, gid or stream number have nothing in common. */
TEST(neighbouring_streams_are_independent)
{
    struct rng a = rng_start(5, RNG_TEST, 1, 1);
    struct rng others[] = { rng_start(6, RNG_TEST, 1, 1), rng_start(5, RNG_CONNECTION, 1, 1),
                            rng_start(5, RNG_TEST, 2, 1), rng_start(5, RNG_TEST, 1, 2),
                            rng_start(5 + ((uint64_t)1 << 32), RNG_TEST, 1, 1) };
    double sum[5] = { 0 };

    for (int i = 0; i < DRAWS; i++) {
        double x = rng_uniform(&a) - 0.5;
        for (int j = 0; j < 5; j++)
            sum[j] += x * (rng_uniform(&others[j]) - 0.5);
    }
    for (int j = 0; j < 5; j++)
        CHECK_NEAR(sum[j] / DRAWS * 12, 0, 0.01);       /* the correlation */
}

TEST(a_stream_can_be_drawn_again)
{
    struct rng a = rng_start(7, RNG_TEST, 9, 0), b = a;

    for (int i = 0; i < 100; i++)
        CHECK(rng_u64(&a) == rng_u64(&b));
}

TEST(portable_log_and_exp_agree_with_the_library)
{
    struct rng rng = rng_start(8, RNG_TEST, 0, 0);

    for (int i = 0; i < DRAWS; i++) {
        double x = ldexp(rng_uniform(&rng), (int)rng_below(&rng, 200) - 100);
        CHECK_NEAR(portable_log(x), log(x), 5e-16 * fmax(1, fabs(log(x))));
        x = (rng_uniform(&rng) - 0.5) * 1400;
        CHECK_NEAR(portable_exp(x) / exp(x), 1, 5e-16 + 1e-300);
    }
    CHECK_NEAR(portable_log(1), 0, 0);
    CHECK_NEAR(portable_exp(0), 1, 0);
    CHECK(portable_exp(-1e9) == 0.0 && isinf(portable_exp(1e9)));
}
