/* Numbers of segments, and where spikes are detected: the rules and what holds without them. */
#include "test.h"

#include "environment/biophysics.h"
#include "network.h"

static struct biophysics *
make(const char *text, struct neuron *neuron)
{
    struct fx_error err = FX_ERROR_NONE;
    struct definitions definitions;
    struct biophysics *b;
    json_t *json = json_loads(text, 0, NULL);

    CHECK(json);
    CHECK_OK(definitions_read(NULL, &definitions, &err), err);
    CHECK_OK(neuron_start(neuron, NULL, false, &err), err);
    b = biophysics_new(json, "biophysics.CELL", &definitions, neuron, &err);
    if (!b)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    definitions_release(&definitions);
    json_decref(json);
    return b;
}

static void
check_spike(const char *text, uint32_t section, double at, double threshold)
{
    const double up[3] = { 0, 1, 0 }, no_turn[3] = { 0 };
    const uint32_t nseg[3] = { 1, 1, 1 };
    struct fx_error err = FX_ERROR_NONE;
    struct neuron neuron;
    struct biophysics *b = make(text, &neuron);
    struct morphology m;
    struct shape shape;
    struct frame frame;
    uint32_t found = 99;
    double found_at, found_threshold;

    network_tree(&m);
    CHECK_OK(frame_init(&frame, up, no_turn, &err), err);
    shape_init(&shape, &m, nseg, &frame);
    CHECK_OK(biophysics_spike(b, &shape, &found, &found_at, &found_threshold, &err), err);
    CHECK_INT(found, section);
    CHECK_NEAR(found_at, at, 0);
    CHECK_NEAR(found_threshold, threshold, 0);
    shape_release(&shape);
    morphology_release(&m);
    biophysics_free(b);
}

/* The sections of the tree: soma, 20 um; apical, 100 um; basal, 60 um. */
static void
check_segments(const char *text, uint32_t soma, uint32_t apical, uint32_t basal)
{
    struct neuron neuron;
    struct biophysics *b = make(text, &neuron);
    struct morphology m;
    uint32_t nseg[3];

    network_tree(&m);
    biophysics_segments(b, &m, nseg);
    CHECK_INT(nseg[0], soma);
    CHECK_INT(nseg[1], apical);
    CHECK_INT(nseg[2], basal);
    morphology_release(&m);
    biophysics_free(b);
}

TEST(spikes_are_detected_at_the_end_of_the_soma)
{
    check_spike("{\"sections\": {}}", 0, 1, -20);
}

TEST(spikes_are_detected_where_the_model_says)
{
    check_spike("{\"spike\": {\"section\": \"basal\", \"at\": 0.25, \"threshold\": 3}, "
                "\"sections\": {}}", 2, 0.25, 3);
}

TEST(every_section_has_the_fixed_number)
{
    check_segments("{\"segments\": {\"fixed\": 4}, \"sections\": {}}", 4, 4, 4);
}

TEST(no_segment_is_longer_than_the_most)
{
    check_segments("{\"segments\": {\"max_length\": 20}, \"sections\": {}}", 1, 5, 3);
}

/* lambda(100 Hz) = 1e5 sqrt(2 / (4 pi 100 35.4 1)) = 670.5 um for 2 um thick dendrites. */
TEST(without_a_rule_it_is_d_lambda)
{
    check_segments("{\"sections\": {}}", 1, 3, 1);
}

/* A third and half of the length constant, on sections of these types alone: 4.5 and 1.8 pieces. */
TEST(the_membrane_of_the_type_counts)
{
    check_segments("{\"sections\": {\"apical\": {\"cm\": 9}, \"basal\": {\"Ra\": 141.6}}}", 1, 5, 3);
}
