/* Rates as functions of time: values, integrals, events; rules that make them; what is refused. */
#include "test.h"

#include <stdlib.h>

#include "common/neuroh5_rates.h"
#include "common/rate_rule.h"
#include "quoted_json.h"

#define PI 3.14159265358979323846

static struct comm alone = COMM_ALONE;

static const double TIMES[] = { 100, 150, 400, 401 }, RATES[] = { 20, 0, 300, 50 };

static const struct rate EACH[] = {
    { .type = RATE_CONSTANT, .count = 1, .rates = RATES },
    { .type = RATE_STEPPED, .count = 4, .times = TIMES, .rates = RATES },
    { .type = RATE_LINEAR, .count = 4, .times = TIMES, .rates = RATES },
    { .type = RATE_SINUSOIDAL, .mean = 40, .depth = 0.8, .frequency = 8, .phase = 30 },
    { .type = RATE_SINUSOIDAL, .mean = 40, .depth = 1, .frequency = 0, .phase = -90 },
};

enum { KINDS = sizeof EACH / sizeof EACH[0] };

/* The rate as docs/generation.md says it, found by walking. */
static double
plain_rate(const struct rate *r, double t)
{
    if (r->type == RATE_SINUSOIDAL)
        return r->mean * (1 + r->depth * sin(2 * PI * r->frequency * t / 1000 + r->phase * PI / 180));
    if (r->type == RATE_CONSTANT)
        return r->rates[0];
    if (t < r->times[0])
        return 0;
    for (size_t i = 0; i + 1 < r->count; i++)
        if (t < r->times[i + 1])
            return r->type == RATE_STEPPED
                       ? r->rates[i]
                       : r->rates[i] + (r->rates[i + 1] - r->rates[i]) * (t - r->times[i]) /
                                           (r->times[i + 1] - r->times[i]);
    return r->rates[r->count - 1];
}

TEST(sine_of_turns)
{
    for (int i = -4000; i <= 4000; i++)
        CHECK_NEAR(portable_sin(i * 0.00137), sin(2 * PI * i * 0.00137), 1e-14);
    CHECK_NEAR(portable_sin(0.25), 1, 0);
    CHECK_NEAR(portable_sin(1e9 + 0.5), 0, 0);
    CHECK_NEAR(portable_sin(-0.25), -1, 0);
}

TEST(rates_are_as_described)
{
    for (int k = 0; k < KINDS; k++)
        for (double t = -50; t < 600; t += 0.5)
            CHECK_NEAR(rate_at(&EACH[k], t), plain_rate(&EACH[k], t), 1e-9);
    CHECK_NEAR(rate_peak(&EACH[1]), 300, 0);
    CHECK_NEAR(rate_peak(&EACH[3]), 72, 0);
}

/* By the midpoint rule; steps fall on multiples of its step. */
static double
plain_expected(const struct rate *r, double from, double to)
{
    const double step = 0.01;
    long n = lround((to - from) / step);
    double sum = 0;

    for (long i = 0; i < n; i++)
        sum += plain_rate(r, from + ((double)i + 0.5) * step) * step / 1000;
    return sum;
}

TEST(integrals_are_those_of_the_rate)
{
    static const double spans[][2] = { { -50, 600 }, { 0, 100 }, { 120, 140 }, { 390, 405 }, { 500, 600 } };

    for (int k = 0; k < KINDS; k++)
        for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
            CHECK_NEAR(rate_expected(&EACH[k], spans[i][0], spans[i][1]),
                       plain_expected(&EACH[k], spans[i][0], spans[i][1]), 1e-6);
    CHECK_NEAR(rate_expected(&EACH[0], 5, 5), 0, 0);
    CHECK_NEAR(rate_expected(&EACH[0], 6, 5), 0, 0);
}

/* Between one event and the next the integral grows by the very exponential number of the stream. */
TEST(rescaled_intervals_are_the_exponentials_that_were_drawn)
{
    for (int k = 0; k < 3; k++) {
        struct rng rng = rng_start(3, RNG_TEST, (uint32_t)k, 0), same = rng;
        double t = -20, to = 5000;
        int events = 0;

        for (;;) {
            double next = rate_next(&EACH[k], t, to, &rng), drawn = rng_exponential(&same);

            if (!(next < to)) {
                CHECK(rate_expected(&EACH[k], t, to) <= drawn);
                break;
            }
            CHECK(next > t);
            CHECK_NEAR(rate_expected(&EACH[k], t, next), drawn, 1e-9);
            t = next;
            events++;
        }
        CHECK(events > 60);
    }
}

/* Thinning, written down once more with the C library's sine. */
TEST(sinusoids_are_thinned)
{
    const struct rate *r = &EACH[3];
    struct rng rng = rng_start(3, RNG_TEST, 9, 0), same = rng;
    double t = 0, most = r->mean * (1 + r->depth);

    for (int i = 0; i < 200; i++) {
        double expected = t;

        do {
            expected += rng_exponential(&same) * 1000 / most;
        } while (rng_uniform(&same) > plain_rate(r, expected) / most);
        t = rate_next(r, t, 1e9, &rng);
        CHECK_NEAR(t, expected, 1e-6);
    }
}

TEST(no_rate_no_events)
{
    const double zero[] = { 0, 0 }, times[] = { 0, 10 };
    const struct rate none[] = {
        { .type = RATE_CONSTANT, .count = 1, .rates = zero },
        { .type = RATE_STEPPED, .count = 2, .times = times, .rates = zero },
        { .type = RATE_LINEAR, .count = 2, .times = times, .rates = zero },
        { .type = RATE_SINUSOIDAL, .mean = 0, .depth = 1, .frequency = 3 },
    };

    for (int i = 0; i < 4; i++) {
        struct rng rng = rng_start(1, RNG_TEST, 0, 0);

        CHECK_NEAR(rate_next(&none[i], 0, 1000, &rng), 1000, 0);
        CHECK_NEAR(rate_next(&none[i], 1000, 1000, &rng), 1000, 0);
        CHECK_NEAR(rate_expected(&none[i], 0, 1e6), 0, 0);
    }
}

static void
refuse(struct rate rate, const char *said)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK(rate_check(&rate, &err) == -1);
    CHECK_STR(err.text, said);
}

TEST(what_is_no_rate)
{
    const double down[] = { 10, 10 }, rates[] = { 1, -1 }, fine[] = { 1, 2 }, nan[] = { NAN, 1 };

    refuse((struct rate){ .type = RATE_CONSTANT, .count = 1, .rates = rates + 1 },
           "a rate is -1 Hz; it goes from 0 to 100000");
    refuse((struct rate){ .type = RATE_CONSTANT, .count = 2, .rates = fine }, "a constant rate has 2 values");
    refuse((struct rate){ .type = RATE_STEPPED, .count = 0 }, "a stepped rate has 0 values");
    refuse((struct rate){ .type = RATE_LINEAR, .count = 2, .times = down, .rates = fine },
           "times must ascend, and 10 ms comes after 10 ms");
    refuse((struct rate){ .type = RATE_LINEAR, .count = 2, .times = nan, .rates = fine }, "a time is nan ms");
    refuse((struct rate){ .type = RATE_SINUSOIDAL, .mean = 1e5, .depth = 0.5 },
           "a rate is 150000 Hz; it goes from 0 to 100000");
    refuse((struct rate){ .type = RATE_SINUSOIDAL, .mean = 1, .depth = 2 }, "a depth is 2; it goes from 0 to 1");
    refuse((struct rate){ .type = RATE_SINUSOIDAL, .mean = 1, .frequency = -1 },
           "a frequency is -1 Hz; it goes from 0 to 100000");
    refuse((struct rate){ .type = RATE_SINUSOIDAL, .mean = 1, .phase = INFINITY }, "a phase is inf degrees");
}

/* --- rules ----------------------------------------------------------------------------------------- */

static void
refuse_rule(const char *text, const char *said)
{
    struct fx_error err = FX_ERROR_NONE;
    struct rate_rule rule;
    json_t *json = quoted_json(text);

    CHECK(rate_rule_read(json, "rates.IN", 3, &rule, &err) == -1);
    CHECK_STR(err.text, said);
    json_decref(json);
}

TEST(rules_that_are_refused)
{
    refuse_rule("{}", "'rates.IN.type' is missing");
    refuse_rule("{'type': 'ramp'}",
                "'rates.IN.type' is 'ramp'; it must be constant, stepped, sinusoidal or linear");
    refuse_rule("{'type': 'constant'}", "'rates.IN.rate' is missing");
    refuse_rule("{'type': 'constant', 'rate': 3, 'depth': 1}", "'rates.IN': a constant rate has no 'depth'");
    refuse_rule("{'type': 'constant', 'rate': -3}", "'rates.IN.rate' is -3; it goes from 0 to 100000");
    refuse_rule("{'type': 'constant', 'rate': {'uniform': [3, 2]}}",
                "'rates.IN.rate.uniform': its first number is above the second");
    refuse_rule("{'type': 'constant', 'rate': {'normal': [3, -2]}}",
                "'rates.IN.rate.normal': its width is negative");
    refuse_rule("{'type': 'constant', 'rate': {'gamma': [3, 2]}}",
                "'rates.IN.rate' takes a number or one of uniform, normal, lognormal, exponential");
    refuse_rule("{'type': 'stepped', 'times': [0, 1], 'rates': [1]}",
                "'rates.IN.rates' has 1 entries for 2 times");
    refuse_rule("{'type': 'stepped'}", "'rates.IN.times' is missing");
    refuse_rule("{'type': 'sinusoidal', 'rate': 3}", "'rates.IN.frequency' is missing");
    refuse_rule("{'type': 'linear', 'file': 'x', 'times': [1]}",
                "'rates.IN': give a file, or times and rates");
}

static struct rate_rule
read_rule(const char *text, const char *file)
{
    struct fx_error err = FX_ERROR_NONE;
    struct rate_rule rule;
    json_t *json = quoted_json(text);

    if (file)
        json_object_set_new(json, "file", json_string(file));
    CHECK_OK(rate_rule_read(json, "rates.IN", 3, &rule, &err), err);
    json_decref(json);
    return rule;
}

TEST(rules_make_rates)
{
    struct rate_rule rule = read_rule("{'type': 'stepped', 'times': [0, 10], 'rates': [5, 7], 'scale': 2}", NULL);
    struct fx_error err = FX_ERROR_NONE;
    struct rate rate;
    double rates[8];

    CHECK_OK(rate_rule_of(&rule, 1, 5, 0, rates, &rate, &err), err);
    CHECK(rate.type == RATE_STEPPED && rate.count == 2);
    CHECK_NEAR(rate.rates[0], 10, 0);
    CHECK_NEAR(rate.rates[1], 14, 0);
    CHECK_NEAR(rate.times[1], 10, 0);
    rate_rule_release(&rule);
    rule = read_rule("{'type': 'sinusoidal', 'rate': 5, 'frequency': 8}", NULL);
    CHECK_OK(rate_rule_of(&rule, 1, 5, 0, rates, &rate, &err), err);
    CHECK(rate.count == 0 && rate.depth >= 1 && !(rate.phase > 0));
    rate_rule_release(&rule);
}

TEST(files_have_a_rate_for_all_or_for_each_cell)
{
    const char *shared = test_path("shared.csv"), *each = test_path("each.csv"), *wrong = test_path("wrong.csv");
    struct fx_error err = FX_ERROR_NONE;
    struct rate_rule rule;
    struct rate rate;
    double rates[8];
    json_t *json;

    test_write(shared, "t,rate\n0,1\n10,2\n");
    test_write(each, "0 1 2 3\n10 4 5 6\n");
    test_write(wrong, "0 1 2\n");
    rule = read_rule("{'type': 'linear'}", shared);
    CHECK_OK(rate_rule_of(&rule, 1, 7, 2, rates, &rate, &err), err);
    CHECK(rate.type == RATE_LINEAR && rate.count == 2);
    CHECK_NEAR(rate.rates[1], 2, 0);
    rate_rule_release(&rule);
    rule = read_rule("{'type': 'stepped', 'scale': 10}", each);
    CHECK_OK(rate_rule_of(&rule, 1, 7, 2, rates, &rate, &err), err);
    CHECK_NEAR(rate.rates[0], 30, 0);
    CHECK_NEAR(rate.rates[1], 60, 0);
    rate_rule_release(&rule);
    json = json_pack("{s:s, s:s}", "type", "linear", "file", wrong);
    CHECK(rate_rule_read(json, "rates.IN", 3, &rule, &err) == -1);
    CHECK_STR(err.text, "it has 3 columns; a time and one rate are needed, or a rate for each of the 3 cells");
    json_decref(json);
}

/* Of 20 000 cells: mean and standard deviation within 5 standard errors; the seed matters, order not. */
TEST(cells_draw_from_distributions)
{
    static const struct {
        const char *text;
        double mean, sd;
    } cases[] = {
        { "{'type': 'constant', 'rate': {'uniform': [10, 20]}}", 15, 10 / 3.4641016 },
        { "{'type': 'constant', 'rate': {'normal': [50, 5]}}", 50, 5 },
        { "{'type': 'constant', 'rate': {'exponential': 8}}", 8, 8 },
        { "{'type': 'constant', 'rate': {'lognormal': [8, 0.5]}}", 9.0651876, 4.8312 },
    };
    const int cells = 20000;

    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        struct rate_rule rule = read_rule(cases[k].text, NULL);
        double sum = 0, square = 0, value, again;
        struct fx_error err = FX_ERROR_NONE;
        struct rate rate;

        for (int i = 0; i < cells; i++) {
            CHECK_OK(rate_rule_of(&rule, 11, (uint32_t)i, 0, &value, &rate, &err), err);
            sum += value;
            square += value * value;
        }
        sum /= cells;
        CHECK_NEAR(sum, cases[k].mean, 5 * cases[k].sd / sqrt(cells));
        CHECK_NEAR(sqrt(square / cells - sum * sum), cases[k].sd, 0.05 * cases[k].sd);
        CHECK_OK(rate_rule_of(&rule, 11, 77, 0, &value, &rate, &err), err);
        CHECK_OK(rate_rule_of(&rule, 11, 77, 0, &again, &rate, &err), err);
        CHECK_NEAR(value, again, 0);
        CHECK_OK(rate_rule_of(&rule, 12, 77, 0, &again, &rate, &err), err);
        CHECK(fabs(value - again) > 0);
        rate_rule_release(&rule);
    }
}

/* --- files ----------------------------------------------------------------------------------------- */

TEST(rates_are_read_as_they_were_written)
{
    const char *path = test_path("rates.h5");
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = h5_create(path, &alone, &err);
    struct neuroh5_rates_writer *writer;
    struct neuroh5_rates *reader;
    struct rate rate;

    CHECK(file);
    writer = neuroh5_rates_new(file, &alone, "A", "Input Features", 2, 4, &err);
    CHECK(writer);
    CHECK_OK(neuroh5_rates_append(writer, 0, 2, EACH + 1, &err), err);
    CHECK_OK(neuroh5_rates_finish(writer, &err), err);
    writer = neuroh5_rates_new(file, &alone, "B", "Input Features", 2, 0, &err);
    CHECK_OK(neuroh5_rates_append(writer, 0, 2, EACH + 3, &err), err);
    CHECK_OK(neuroh5_rates_finish(writer, &err), err);
    writer = neuroh5_rates_new(file, &alone, "NONE", "Input Features", 0, 4, &err);
    CHECK_OK(neuroh5_rates_finish(writer, &err), err);
    CHECK_OK(h5_close(file, &err), err);

    file = h5_open(path, &err);
    reader = neuroh5_rates_open(file, "A", "Input Features", 3, &err);
    CHECK(reader);
    CHECK_OK(neuroh5_rates_read(reader, 1, &rate, &err), err);
    CHECK(rate.type == RATE_LINEAR && rate.count == 4);
    for (int i = 0; i < 4; i++) {
        CHECK_NEAR(rate.times[i], TIMES[i], 0);
        CHECK_NEAR(rate.rates[i], RATES[i], 0);
    }
    CHECK_OK(neuroh5_rates_read(reader, 2, &rate, &err), err);
    CHECK(rate.type == RATE_CONSTANT && !(rate_peak(&rate) > 0));
    neuroh5_rates_free(reader);
    reader = neuroh5_rates_open(file, "B", "Input Features", 2, &err);
    CHECK_OK(neuroh5_rates_read(reader, 0, &rate, &err), err);
    CHECK(rate.type == RATE_SINUSOIDAL && rate.count == 0);
    CHECK_NEAR(rate.depth, 0.8, 0);
    CHECK_NEAR(rate.phase, 30, 0);
    neuroh5_rates_free(reader);
    reader = neuroh5_rates_open(file, "NONE", "Input Features", 0, &err);
    CHECK(reader);
    neuroh5_rates_free(reader);
    CHECK(!neuroh5_rates_open(file, "C", "Input Features", 2, &err));
    h5_discard(file);
}

/* A file of one cell with one time and rate, as it should be but for what a test changes. */
struct odd_file {
    uint8_t type;
    double mean, depth, time, rate;
    uint32_t times;         /* how many; there is one rate */
};

static void
refuse_file(struct odd_file odd, const char *said)
{
    static const char SPACE[] = "Input Features";
    const struct neuroh5_attribute type = { "Rate Type", H5_U8 }, times = { "Rate Times", H5_F64 };
    const char *const names[] = { "Mean Rate", "Modulation Depth", "Modulation Frequency",
                                  "Modulation Phase", "Rates" };
    const double values[] = { odd.mean, odd.depth, 0, 0, odd.rate }, two[] = { odd.time, odd.time + 1 };
    struct fx_error err = FX_ERROR_NONE;
    const char *path = test_path("odd.h5");
    struct h5_file *file = h5_create(path, &alone, &err);
    struct neuroh5_cells_writer *w;
    struct neuroh5_rates *reader;
    struct rate rate;

    CHECK(file);
    CHECK_OK(neuroh5_cells_write_single(file, &alone, "A", SPACE, type.name, type.type, 1, &odd.type, &err), err);
    for (int i = 0; i < 5; i++)
        CHECK_OK(neuroh5_cells_write_single(file, &alone, "A", SPACE, names[i], H5_F64, 1, &values[i], &err), err);
    w = neuroh5_cells_new(file, &alone, "A", SPACE, &times, 1, 1, odd.times, &err);
    CHECK(w);
    CHECK_OK(neuroh5_cells_append(w, 0, 1, &odd.times, (const void *[]){ two }, &err), err);
    CHECK_OK(neuroh5_cells_finish(w, &err), err);
    CHECK_OK(h5_close(file, &err), err);
    file = h5_open(path, &err);
    reader = neuroh5_rates_open(file, "A", SPACE, 1, &err);
    CHECK(reader);
    if (said) {
        CHECK(neuroh5_rates_read(reader, 0, &rate, &err) == -1);
        CHECK_INT(err.code, FX_INVALID);
        CHECK_STR(err.text, said);
        CHECK_STR(err.file, path);
    } else {
        CHECK_OK(neuroh5_rates_read(reader, 0, &rate, &err), err);
    }
    neuroh5_rates_free(reader);
    h5_discard(file);
}

TEST(files_with_rates_that_are_none)
{
    refuse_file((struct odd_file){ RATE_STEPPED, 0, 0, 5, 20, 1 }, NULL);
    refuse_file((struct odd_file){ 4, 0, 0, 5, 20, 1 }, "the 'Rate Type' of cell 0 is 4");
    refuse_file((struct odd_file){ RATE_STEPPED, 0, 0, NAN, 20, 1 }, "cell 0: a time is nan ms");
    refuse_file((struct odd_file){ RATE_LINEAR, 0, 0, 5, -20, 1 },
                "cell 0: a rate is -20 Hz; it goes from 0 to 100000");
    refuse_file((struct odd_file){ RATE_CONSTANT, 0, 0, 5, INFINITY, 1 },
                "cell 0: a rate is inf Hz; it goes from 0 to 100000");
    refuse_file((struct odd_file){ RATE_LINEAR, 0, 0, 5, 20, 2 },
                "cell 0 has not as many 'Rates' as 'Rate Times'");
    refuse_file((struct odd_file){ RATE_SINUSOIDAL, 10, 1.5, 5, 20, 1 },
                "cell 0: a depth is 1.5; it goes from 0 to 1");
    refuse_file((struct odd_file){ RATE_SINUSOIDAL, NAN, 1, 5, 20, 1 },
                "cell 0: a rate is nan Hz; it goes from 0 to 100000");
}
