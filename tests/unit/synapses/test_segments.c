/* Segments: how many, where, in which layer; distances along a section. */
#include "synapses/segments.h"
#include "test.h"
#include "tree.h"

static const struct segment_rule D_LAMBDA = { 0, 0.1, 100, 35.4, 1 };

TEST(the_length_constant_is_that_of_a_cylinder)
{
    struct morphology m;
    struct segment_rule rule = D_LAMBDA;

    tree_make(&m);
    /* lambda = 1e5 sqrt(d / (4 pi f Ra cm)), d = 16 um: NEURON's lambda_f(100) gives 1896.53. */
    CHECK_NEAR(segments_lambda(&m, 0, &rule), 1e5 * sqrt(16 / (4 * 3.14159265358979 * 100 * 35.4)),
               1e-6);
    rule.cm = 4;        /* lambda goes with 1 / sqrt(cm), sqrt(1 / Ra), sqrt(1 / f) */
    CHECK_NEAR(segments_lambda(&m, 0, &rule) * 2, segments_lambda(&m, 0, &D_LAMBDA), 1e-6);
    rule = D_LAMBDA;
    rule.ra *= 4;
    CHECK_NEAR(segments_lambda(&m, 0, &rule) * 2, segments_lambda(&m, 0, &D_LAMBDA), 1e-6);
    morphology_release(&m);
}

TEST(the_length_constant_follows_the_taper)
{
    struct morphology m;
    double scale = 1e5 / sqrt(4 * 3.14159265358979 * 100 * 35.4);

    tree_make(&m);
    /* Section 1: 100 um with diameter 2, 300 um from 2 to 1, 200 um with 1. */
    CHECK_NEAR(segments_lambda(&m, 1, &D_LAMBDA),
               scale * 600 / (100 / sqrt(2) + 300 / sqrt(1.5) + 200), 1e-4);
    morphology_release(&m);
}

TEST(segments_are_odd_in_number_and_fill_the_section)
{
    struct morphology m;
    struct segments s;
    struct fx_error err = FX_ERROR_NONE;
    size_t at = 0;

    tree_make(&m);
    CHECK_OK(segments_init(&s, &m, &D_LAMBDA, &err), err);
    for (size_t section = 0; section < m.section_count; section++) {
        size_t count = (size_t)segments_of_section(&m, section, &D_LAMBDA);
        double length = m.section_length[section];

        CHECK(count % 2 == 1);
        CHECK(length / (double)count <= 0.1 * segments_lambda(&m, section, &D_LAMBDA));
        for (size_t i = 0; i < count; i++, at++) {
            CHECK_INT(s.at[at].section, section);
            CHECK_INT(s.at[at].swc_type, m.section_type[section]);
            CHECK_NEAR(s.at[at].from, length * (double)i / (double)count, 1e-9);
            CHECK(i == 0 || s.at[at].from == s.at[at - 1].to);
        }
        CHECK(s.at[at - 1].to == length);
    }
    CHECK_INT(s.count, at);
    CHECK_INT(segments_of_section(&m, 1, &D_LAMBDA), 11);
    segments_release(&s);
    morphology_release(&m);
}

TEST(a_segment_has_the_layer_of_the_point_nearest_to_its_middle)
{
    struct morphology m;
    struct segments s;
    struct fx_error err = FX_ERROR_NONE;
    /* Middles at 30, 90, ... 570 um; points at 0 and 100 (SP), 100, 400, 600 (SO). */
    const int8_t layers[] = { SP, SP, SO, SO, SO, SO, SO, SO, SO, SO };
    struct segment_rule rule = { .nseg = 10 };
    size_t first = 10;

    tree_make(&m);
    CHECK_OK(segments_init(&s, &m, &rule, &err), err);
    CHECK_INT(s.count, 30);
    /* The one at 90 um may have either point at 100 um: they differ in layer. */
    for (size_t i = 0; i < 10; i++)
        CHECK(s.at[first + i].layer == layers[i] || i == 1);
    /* Section 2: points at 0, 400 (SR), 500 (none); middles at 25 + 50 i. */
    for (size_t i = 0; i < 10; i++)
        CHECK_INT(s.at[20 + i].layer, i < 9 ? SR : MORPHOLOGY_NO_LAYER);
    segments_release(&s);
    morphology_release(&m);
}

TEST(distances_are_those_of_the_points_between)
{
    struct morphology m;
    struct segments s;
    struct fx_error err = FX_ERROR_NONE;
    struct segment_rule rule = { .nseg = 7 };

    tree_make(&m);
    CHECK_OK(segments_init(&s, &m, &rule, &err), err);
    CHECK_INT(s.interval_count, 1 + 3 + 2);     /* the repeated point makes no interval */
    for (size_t i = 0; i < s.count; i++) {
        const struct segment *segment = &s.at[i];
        size_t interval = segment->first_interval;

        for (double part = 0; part <= 1; part += 0.125) {
            double along = segment->from + part * (segment->to - segment->from), at[3];

            while (along > s.intervals[interval].end)
                interval++;
            CHECK(along >= s.intervals[interval].start);
            morphology_at(&m, segment->section, along / segment->section_length, at);
            CHECK_NEAR(segments_distance(&s.intervals[interval], along),
                       sqrt(at[0] * at[0] + at[1] * at[1] + at[2] * at[2]), 1e-6);
        }
    }
    segments_release(&s);
    morphology_release(&m);
}

TEST(a_section_too_thin_for_the_rule_is_refused)
{
    struct morphology m;
    struct segments s;
    struct fx_error err = FX_ERROR_NONE;

    tree_make(&m);
    for (size_t i = 7; i < m.point_count; i++)
        m.radius[i] = 1e-12f;
    CHECK(segments_init(&s, &m, &D_LAMBDA, &err) == -1);
    CHECK_INT(err.code, FX_INVALID);
    CHECK(strstr(err.text, "section 2 (500 um long) needs ") == err.text);
    CHECK(strstr(err.text, "more than 32767: is its radius (1e-12 um) right?"));
    segments_release(&s);
    morphology_release(&m);
}

TEST(a_section_without_length_has_no_segments)
{
    struct morphology m;
    struct segments s;
    struct fx_error err = FX_ERROR_NONE;

    tree_make(&m);
    morphology_release(&m);
    morphology_init(&m, 2);
    m.parent[0] = -1;
    m.parent[1] = 0;
    m.swc_type[0] = m.swc_type[1] = SOMA;
    m.radius[0] = m.radius[1] = 1;
    CHECK_OK(morphology_contract(&m, &err), err);
    CHECK_OK(segments_init(&s, &m, &D_LAMBDA, &err), err);
    CHECK_INT(s.count, 0);
    segments_release(&s);
    morphology_release(&m);
}
