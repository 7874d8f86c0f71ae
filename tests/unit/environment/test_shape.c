/* Shapes: segments, distances, ends, and the axes of the network. */
#include "test.h"

#include "environment/shape.h"
#include "network.h"

static const double UP[3] = { 0, 1, 0 }, NO_TURN[3] = { 0, 0, 0 };

static void
make(struct shape *shape, const double axis[3], const double rotation[3], uint32_t n)
{
    const uint32_t nseg[3] = { n, n, n };
    struct fx_error err = FX_ERROR_NONE;
    struct morphology m;
    struct frame frame;

    network_tree(&m);
    CHECK_INT(m.section_count, 3);
    CHECK_OK(frame_init(&frame, axis, rotation, &err), err);
    shape_init(shape, &m, nseg, &frame);
    morphology_release(&m);
}

static void
check_end(const struct shape *shape, uint32_t section, uint32_t end, double x, double y, double z)
{
    const float *at = shape->end[shape->segment_start[section] + section + end];

    CHECK_NEAR((double)at[0], x, 1e-4);
    CHECK_NEAR((double)at[1], y, 1e-4);
    CHECK_NEAR((double)at[2], z, 1e-4);
}

TEST(segments_are_numbered_over_the_sections)
{
    struct shape shape;

    make(&shape, UP, NO_TURN, 5);
    CHECK_INT(shape.segment_count, 15);
    CHECK_INT(shape.segment_start[2], 10);
    CHECK_INT(shape_nseg(&shape, 1), 5);
    CHECK_INT(shape.soma, 0);
    CHECK_INT(shape.section_type[1], 4);
    CHECK_INT(shape.section_type[2], 3);
    CHECK_INT(shape_segment_at(&shape, 1, 0), 0);
    CHECK_INT(shape_segment_at(&shape, 1, 0.19), 0);
    CHECK_INT(shape_segment_at(&shape, 1, 0.21), 1);
    CHECK_INT(shape_segment_at(&shape, 1, 1), 4);
    shape_release(&shape);
}

TEST(distances_are_along_the_tree_from_the_middle_of_the_soma)
{
    struct shape shape;

    make(&shape, UP, NO_TURN, 5);
    /* Soma of 20 um: centres at 2, 6, 10, 14, 18. */
    CHECK_NEAR(shape.distance[0], 8, 1e-9);
    CHECK_NEAR(shape.distance[2], 0, 1e-9);
    CHECK_NEAR(shape.distance[4], 8, 1e-9);
    /* Apical: from the soma's end, 10 um away, 100 um long. */
    CHECK_NEAR(shape.distance[5], 10 + 10, 1e-9);
    CHECK_NEAR(shape.distance[9], 10 + 90, 1e-9);
    /* Basal: from its start. */
    CHECK_NEAR(shape.distance[10], 10 + 6, 1e-9);
    CHECK_NEAR(shape.distance[14], 10 + 54, 1e-9);
    shape_release(&shape);
}

TEST(layer_and_radius_are_those_of_the_place)
{
    struct shape shape;

    make(&shape, UP, NO_TURN, 5);
    CHECK_INT(shape.layer[5], 1);
    CHECK_INT(shape.layer[6], 1);
    CHECK_INT(shape.layer[8], 2);
    CHECK_INT(shape.layer[9], 2);
    CHECK_NEAR((double)shape.radius[0], 5, 1e-6);
    CHECK_NEAR((double)shape.radius[7], 1, 1e-6);
    shape_release(&shape);
}

TEST(depth_becomes_the_third_axis)
{
    struct shape shape;

    make(&shape, UP, NO_TURN, 2);
    check_end(&shape, 0, 0, 0, 0, 0);
    check_end(&shape, 0, 1, 0, 0, 10);
    check_end(&shape, 1, 2, 0, 0, 120);
    check_end(&shape, 2, 2, 60, 0, 0);
    shape_release(&shape);
}

TEST(an_axis_the_other_way_turns_the_tree_round)
{
    const double down[3] = { 0, -2, 0 }, sideways[3] = { 1, 0, 0 };
    struct shape shape;

    make(&shape, down, NO_TURN, 2);
    check_end(&shape, 1, 2, 0, 0, -120);
    check_end(&shape, 2, 2, 60, 0, 0);
    shape_release(&shape);
    /* What pointed to +x points up now, what pointed up to -x: a rotation, no mirror image. */
    make(&shape, sideways, NO_TURN, 2);
    check_end(&shape, 2, 2, 0, 0, 60);
    check_end(&shape, 1, 2, -120, 0, 0);
    shape_release(&shape);
}

TEST(the_network_s_rotation_comes_last)
{
    const double about_z[3] = { 0, 0, 90 }, about_x[3] = { 90, 0, 0 };
    struct shape shape;

    make(&shape, UP, about_z, 2);
    check_end(&shape, 2, 2, 0, 60, 0);
    check_end(&shape, 1, 2, 0, 0, 120);
    shape_release(&shape);
    make(&shape, UP, about_x, 2);
    check_end(&shape, 1, 2, 0, -120, 0);
    check_end(&shape, 2, 2, 60, 0, 0);
    shape_release(&shape);
}

TEST(an_axis_without_length_is_refused)
{
    struct fx_error err = FX_ERROR_NONE;
    struct frame frame;

    CHECK(frame_init(&frame, NO_TURN, NO_TURN, &err) == -1);
    CHECK_STR(err.text, "a depth axis has no length");
}

TEST(d_lambda_is_the_textbook_s)
{
    struct morphology m;

    network_tree(&m);
    /* lambda_f = 1e5 sqrt(d / (4 pi f Ra cm)) = 1e5 sqrt(2 / (4 pi 100 150)) = 325.7 um. */
    CHECK_INT(shape_d_lambda(&m, 1, 0.1, 100, 150, 1), 3);      /* 100 um: 3.07 -> (3.97 / 2) * 2 + 1 */
    CHECK_INT(shape_d_lambda(&m, 1, 0.05, 100, 150, 1), 7);     /* 6.14 */
    CHECK_INT(shape_d_lambda(&m, 2, 0.1, 100, 150, 1), 3);      /* 1.84 */
    CHECK_INT(shape_d_lambda(&m, 0, 0.1, 100, 150, 1), 1);
    CHECK_INT(shape_d_lambda(&m, 1, 1e-9, 100, 150, 1), 65535);
    morphology_release(&m);
}
