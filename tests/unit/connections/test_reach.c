/* Candidates against a look at every cell; edges of the extent; weights. */
#include <stdlib.h>

#include "base/mem.h"
#include "connections/reach.h"
#include "setup.h"
#include "test.h"

static struct axon_extent
extent_of(double width_u, double width_v, double offset_u, double offset_v)
{
    struct axon_extent extent;
    struct fx_error err = FX_ERROR_NONE;
    double width[2] = { width_u, width_v }, offset[2] = { offset_u, offset_v };

    CHECK_OK(axon_extent_init(&extent, width, offset, "here", &err), err);
    return extent;
}

TEST(an_extent_has_half_the_width_and_a_third_of_the_rest)
{
    struct axon_extent e = extent_of(200, 300, 10, 0);

    CHECK_NEAR(e.reach[0], 100, 0);
    CHECK_NEAR(e.reach[1], 150, 0);
    CHECK_NEAR(e.sd[0], 30, 1e-12);
    CHECK_NEAR(e.sd[1], 50, 1e-12);
}

static const char *
said_of(double width, double offset)
{
    static struct fx_error err;
    struct axon_extent extent;
    double widths[2] = { 200, width }, offsets[2] = { 0, offset };

    err = (struct fx_error)FX_ERROR_NONE;
    CHECK(axon_extent_init(&extent, widths, offsets, "axon_extents.A.SO", &err) == -1);
    return err.text;
}

TEST(an_impossible_extent_is_refused)
{
    CHECK_STR(said_of(0, 0), "axon_extents.A.SO.width[1] is 0, but it must be 1e-06 to 1e+09 um");
    CHECK_STR(said_of((double)NAN, 0),
              "axon_extents.A.SO.width[1] is nan, but it must be 1e-06 to 1e+09 um");
    CHECK_STR(said_of(200, 100),
              "axon_extents.A.SO.offset[1] is 100, but it must be at least 0 and "
              "less than half the width, 100");
    CHECK_STR(said_of(200, -1), "axon_extents.A.SO.offset[1] is -1, but it must be at least 0 and "
              "less than half the width, 100");
}

TEST(the_ends_of_the_extent_do_not_belong_to_it)
{
    const float u[] = { 100, 99.99f, -100, -99.99f, 0, 0, 0 };
    const float v[] = { 0, 0, 0, 0, 50, -50, 49.99f };
    struct axon_extent extent = extent_of(200, 100, 0, 0);
    struct candidates c = { 0 };
    struct somata somata;

    somata_init(&somata, u, v, 7);
    candidates_find(&c, &somata, &extent, 0, 0, REACH_NOBODY);
    CHECK_INT(c.count, 3);
    CHECK_INT(c.cell[0], 3);    /* by U */
    CHECK_INT(c.cell[1], 6);
    CHECK_INT(c.cell[2], 1);
    CHECK_NEAR(c.distance[0], 99.99, 1e-4);
    candidates_release(&c);
    somata_release(&somata);
}

/* Looks at every soma, with the formula as it is written. */
static void
check_candidates(const struct somata *somata, const struct axon_extent *e, double u, double v,
                 uint32_t except)
{
    struct candidates c = { 0 };
    double log_weight[2000], largest = -1e300;
    uint32_t count = 0;

    candidates_find(&c, somata, e, u, v, except);
    for (size_t i = 0; i < somata->count; i++) {
        double du = fabs(somata->u[i] - u), dv = fabs(somata->v[i] - v);

        if (du >= e->reach[0] || dv >= e->reach[1] || somata->cell[i] == except)
            continue;
        CHECK(count < c.count && c.cell[count] == somata->cell[i]);
        CHECK_NEAR(c.distance[count], du + dv, 1e-4);
        log_weight[count] = -pow(du - e->offset[0], 2) / (2 * e->sd[0] * e->sd[0]) -
                            pow(dv - e->offset[1], 2) / (2 * e->sd[1] * e->sd[1]);
        largest = fmax(largest, log_weight[count++]);
    }
    CHECK_INT(c.count, count);
    for (uint32_t i = 0; i < count; i++)
        CHECK_NEAR(c.weight[i], exp(log_weight[i] - largest), 1e-12);
    CHECK(reach_any(somata, e, u, v, except) == (count > 0));
    candidates_release(&c);
}

TEST(candidates_are_those_that_a_look_at_every_cell_finds)
{
    struct axon_extent wide = extent_of(1000, 1000, 0, 0), ring = extent_of(200, 300, 40, 60);
    struct axon_extent narrow = extent_of(8, 8, 0, 0), all = extent_of(1e9, 1e9, 0, 0);
    struct somata somata;

    setup_somata(&somata, 2000, 1000, 1);
    for (double u = -1100; u <= 1100; u += 275)
        for (double v = -1050; v <= 1100; v += 350) {
            check_candidates(&somata, &wide, u, v, REACH_NOBODY);
            check_candidates(&somata, &ring, u, v, REACH_NOBODY);
            check_candidates(&somata, &narrow, u, v, REACH_NOBODY);
        }
    check_candidates(&somata, &all, 3, 4, REACH_NOBODY);
    check_candidates(&somata, &all, 3, 4, 17);
    for (size_t i = 0; i < 50; i++)     /* the cell's own place, without it and with */
        check_candidates(&somata, &narrow, somata.u[i], somata.v[i], somata.cell[i]);
    somata_release(&somata);
}

TEST(nobody_is_found_in_an_empty_population_nor_beside_oneself)
{
    const float place[] = { 3 };
    struct axon_extent extent = extent_of(200, 100, 0, 0);
    struct candidates c = { 0 };
    struct somata none, one;

    somata_init(&none, NULL, NULL, 0);
    somata_init(&one, place, place, 1);
    candidates_find(&c, &none, &extent, 0, 0, REACH_NOBODY);
    CHECK_INT(c.count, 0);
    candidates_find(&c, &one, &extent, 3, 3, 0);
    CHECK_INT(c.count, 0);
    CHECK(!reach_any(&none, &extent, 0, 0, REACH_NOBODY));
    CHECK(!reach_any(&one, &extent, 3, 3, 0));
    CHECK(reach_any(&one, &extent, 3, 3, 1));
    candidates_release(&c);
    somata_release(&none);
    somata_release(&one);
}

TEST(weights_too_small_for_a_number_still_have_their_ratios)
{
    /* sd 1 / 3 at 99 and 98.9 of it: exp(-44000). */
    const float u[] = { 0, 0.1f }, v[] = { 0, 0 };
    struct axon_extent extent = extent_of(200, 200, 99, 0);
    struct candidates c = { 0 };
    struct somata somata;

    somata_init(&somata, u, v, 2);
    candidates_find(&c, &somata, &extent, 0, 0, REACH_NOBODY);
    CHECK_INT(c.count, 2);
    CHECK_NEAR(c.weight[1], 1, 0);
    CHECK_NEAR(c.weight[0], exp(-(99.0 * 99 - 98.9 * 98.9) * 4.5), 1e-12);
    candidates_tabulate(&c);
    candidates_release(&c);
    somata_release(&somata);
}
