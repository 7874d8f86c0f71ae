/* Even points: in their boxes, as far apart as they can be, the same whatever the order of groups. */
#include "test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "soma_coordinates/grid.h"
#include "soma_coordinates/order.h"
#include "soma_coordinates/points.h"

static struct comm alone = COMM_ALONE;

static struct spread_point *
run(struct spread_group *groups, size_t count, uint64_t seed)
{
    struct fx_error err = FX_ERROR_NONE;
    struct spread_point *points = spread(&alone, groups, count, seed, &err);

    CHECK(points);
    for (size_t g = 0; g < count; g++)
        for (size_t i = 0; i < groups[g].count; i++)
            for (int k = 0; k < 3; k++) {
                double at = points[groups[g].first + i].at[k];
                CHECK(at >= groups[g].low[k] && at <= groups[g].high[k]);
            }
    return points;
}

static int
compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return left < right ? -1 : left > right;
}

/* Median and minimum of the distances of `count` points to the nearest of them. */
static void
nearest(const struct spread_point *points, size_t count, double *median, double *least)
{
    double *d = mem_new(count, sizeof *d);

    for (size_t i = 0; i < count; i++) {
        d[i] = INFINITY;
        for (size_t j = 0; j < count; j++) {
            double sum = 0;
            for (int k = 0; k < 3; k++)
                sum += pow(points[i].at[k] - points[j].at[k], 2);
            if (j != i)
                d[i] = fmin(d[i], sqrt(sum));
        }
    }
    qsort(d, count, sizeof *d, compare);
    *median = d[count / 2];
    *least = d[0];
    free(d);
}

/* In units of the spacing: random points have a median of 0.55 (on a line 0.35) and a minimum near 0. */
static void
check_even(struct spread_group group, uint64_t seed)
{
    double extent[3], h, median, least;
    struct spread_point *points = run(&group, 1, seed);

    for (int k = 0; k < 3; k++)
        extent[k] = group.high[k] - group.low[k];
    h = spread_spacing(extent, (double)group.count);
    nearest(points, group.count, &median, &least);
    if (!(median > 0.75 * h && least > 0.5 * h))
        test_fail(__FILE__, __LINE__, "median %g, least %g of spacing %g", median, least, h);
    free(points);
}

TEST(a_cube_a_slab_a_sheet_and_a_line_are_even)
{
    for (uint64_t seed = 1; seed < 4; seed++) {
        check_even((struct spread_group){ .high = { 100, 100, 100 }, .count = 1000 }, seed);
        check_even((struct spread_group){ .low = { -50, 5, 5 }, .high = { 150, 205, 50 },
                                          .count = 337 }, seed);
        check_even((struct spread_group){ .high = { 200, 200, 5 }, .count = 56 }, seed);
        check_even((struct spread_group){ .high = { 200, 200, 0 }, .count = 400 }, seed);
        check_even((struct spread_group){ .high = { 1000, 0, 0 }, .count = 50 }, seed);
    }
}

TEST(spacing_counts_the_dimensions_that_are_thick_enough)
{
    CHECK_NEAR(spread_spacing((double[]){ 10, 10, 10 }, 1000), 1, 1e-12);
    CHECK_NEAR(spread_spacing((double[]){ 5, 200, 200 }, 16), 50, 1e-12);
    CHECK_NEAR(spread_spacing((double[]){ 1, 1000, 2 }, 10), 100, 1e-12);
    CHECK_NEAR(spread_spacing((double[]){ 0, 0, 100 }, 10), 10, 1e-12);
    CHECK_NEAR(spread_spacing((double[]){ 0, 0, 0 }, 10), 0, 0);
    CHECK_NEAR(spread_spacing((double[]){ 1, 1, 1 }, 0), 0, 0);
}

/* Each group is even by itself, and nobody is near anybody of another group. */
TEST(groups_are_even_alone_and_together)
{
    struct spread_group groups[] = {
        { .high = { 200, 200, 50 }, .count = 60, .stream = 1 },
        { .high = { 200, 200, 50 }, .count = 220, .stream = 2 },
        { .low = { 0, 0, 50 }, .high = { 200, 200, 100 }, .count = 8, .stream = 3 },
    };
    struct spread_point *points = run(groups, 3, 7);
    double median, least, h = spread_spacing((double[]){ 200, 200, 50 }, 280);

    nearest(points, 280, &median, &least);
    CHECK(median > 0.8 * h && least > 0.45 * h);
    nearest(points, 60, &median, &least);
    CHECK(median > 0.9 * spread_spacing((double[]){ 200, 200, 50 }, 60));
    nearest(points + 60, 220, &median, &least);
    CHECK(median > 0.9 * spread_spacing((double[]){ 200, 200, 50 }, 220));
    free(points);
}

/* Neither piles of points at the walls, nor a margin without any: not at the outer ones, and not at
 * those between a crowded layer and one that is almost empty. */
TEST(walls_are_as_any_place)
{
    const double thick[3] = { 200, 200, 50 };
    int near[3][2] = { { 0 } };

    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct spread_group groups[] = {
            { .high = { 200, 200, 50 }, .count = 60, .stream = 1 },
            { .high = { 200, 200, 50 }, .count = 220, .stream = 2 },
            { .low = { 0, 0, 50 }, .high = { 200, 200, 100 }, .count = 8, .stream = 3 },
        };
        struct spread_point *points = run(groups, 3, seed);

        for (size_t i = 0; i < 280; i++)
            for (int k = 0; k < 3; k++) {
                near[k][0] += points[i].at[k] < 0.05 * thick[k];
                near[k][1] += points[i].at[k] > 0.95 * thick[k];
                CHECK(points[i].at[k] > 0 && points[i].at[k] < thick[k]);
            }
        free(points);
    }
    for (int k = 0; k < 3; k++)
        for (int side = 0; side < 2; side++)
            CHECK_NEAR(near[k][side], 20 * 280 * 0.05, 60);     /* random ones: 280 +- 16 */
}

TEST(all_parts_of_a_box_get_their_share)
{
    struct spread_group group = { .high = { 400, 100, 100 }, .count = 4000 };
    struct spread_point *points = run(&group, 1, 5);
    int share[8] = { 0 };

    for (size_t i = 0; i < group.count; i++)
        share[(int)fmin(7, points[i].at[0] / 50)]++;
    for (int i = 0; i < 8; i++)
        CHECK_NEAR(share[i], 500, 40);
    free(points);
}

TEST(many_points_on_one_spot_end)
{
    struct spread_group groups[] = { { .low = { 1, 2, 3 }, .high = { 1, 2, 3 }, .count = 50 },
                                     { .count = 0 } };
    struct spread_point *points = run(groups, 2, 1);

    CHECK(points[49].at[2] == 3);
    free(points);
}

TEST(seeds_give_other_points_and_the_same_seed_the_same)
{
    struct spread_group group = { .high = { 100, 100, 100 }, .count = 100 };
    struct spread_point *a = run(&group, 1, 1), *b = run(&group, 1, 1), *c = run(&group, 1, 2);

    CHECK(!memcmp(a, b, 100 * sizeof *a));
    CHECK(memcmp(a, c, 100 * sizeof *a) != 0);
    free(a);
    free(b);
    free(c);
}

/* --- the grid -------------------------------------------------------------------------------------- */

TEST(the_grid_finds_all_points_within_range)
{
    struct spread_group group = { .low = { -10, 0, 5 }, .high = { 90, 30, 6 }, .count = 500 };
    struct spread_point *points = run(&group, 1, 3);
    struct grid grid;

    grid_init(&grid, group.low, group.high, 7, group.count);
    grid_fill(&grid, points[0].at, group.count);
    for (size_t i = 0; i < group.count; i += 7) {
        struct grid_walk walk = grid_near(&grid, points[i].at, 7);
        bool found[500] = { false };
        uint32_t number;
        while (grid_next(&walk, &number)) {
            CHECK(!found[number]);
            found[number] = true;
        }
        for (size_t j = 0; j < group.count; j++) {
            double sum = 0;
            for (int k = 0; k < 3; k++)
                sum += pow(points[i].at[k] - points[j].at[k], 2);
            CHECK(sqrt(sum) > 7 || found[j]);
        }
    }
    struct grid_walk far = grid_near(&grid, (double[]){ 0, 50, 5 }, 7);
    uint32_t number;
    CHECK(!grid_next(&far, &number));
    grid_release(&grid);
    free(points);
}

TEST(a_grid_has_no_more_cells_than_some_per_point)
{
    struct grid grid;

    grid_init(&grid, (double[]){ 0, 0, 0 }, (double[]){ 1e6, 1e6, 1e6 }, 1e-3, 10);
    CHECK((double)grid.cells[0] * grid.cells[1] * grid.cells[2] <= 8 * 10 + 64);
    grid_release(&grid);
}

/* --- configuration to groups, groups to gids ------------------------------------------------------- */

struct setting {
    struct neuroh5_types types;
    struct soma_config config;
};

static json_t *
parse(const char *text)
{
    json_t *json = json_loads(text, 0, NULL);

    CHECK(json);
    return json;
}

static void
set_up(struct setting *s)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *json = parse("{\"A\": [[0, 0, 0], [10, 10, 5]], \"B\": [[0, 0, 5], [10, 10, 0.1e2]]}");

    *s = (struct setting){ .config.points = NULL };
    CHECK_OK(layer_extents_read(json, &s->config.extents, &err), err);
    CHECK_OK(neuroh5_types_add(&s->types, "Q", 2, 3, &err), err);
    CHECK_OK(neuroh5_types_add(&s->types, "P", 1, 7, &err), err);
    CHECK_OK(neuroh5_types_finish(&s->types, &err), err);
    json_decref(json);
}

static void
tear_down(struct setting *s)
{
    neuroh5_types_release(&s->types);
    layer_extents_release(&s->config.extents);
}

TEST(groups_in_the_order_of_numbers_and_layer_names)
{
    struct fx_error err = FX_ERROR_NONE;
    struct setting s;
    struct soma_groups groups;
    json_t *cells = parse("{\"Q\": {\"A\": 3}, \"P\": {\"B\": 2, \"A\": 5}}");
    json_t *limits = parse("{\"P\": {\"A\": [1, 20]}}");

    set_up(&s);
    s.config.distributions = cells;
    s.config.constraints = limits;
    CHECK_OK(soma_groups_read(&s.config, &s.types, &groups, &err), err);
    CHECK_INT(groups.count, 3);
    CHECK_INT(groups.at[0].count, 5);
    CHECK_INT(groups.at[1].count, 2);
    CHECK_INT(groups.at[2].count, 3);
    CHECK_INT(groups.population[2], 1);
    CHECK_NEAR(groups.at[0].low[2], 1, 0);
    CHECK_NEAR(groups.at[0].high[2], 5, 0);
    CHECK(groups.at[0].stream != groups.at[1].stream && groups.at[0].stream != groups.at[2].stream);
    soma_groups_release(&groups);
    tear_down(&s);
    json_decref(cells);
    json_decref(limits);
}

static void
check_refused(const char *cells, const char *limits, const char *text)
{
    struct fx_error err = FX_ERROR_NONE;
    struct setting s;
    struct soma_groups groups;
    json_t *a = parse(cells), *b = parse(limits);

    set_up(&s);
    s.config.distributions = a;
    s.config.constraints = b;
    CHECK(soma_groups_read(&s.config, &s.types, &groups, &err));
    CHECK_STR(err.text, text);
    tear_down(&s);
    json_decref(a);
    json_decref(b);
}

TEST(groups_that_cannot_be)
{
    check_refused("{\"Q\": {\"A\": 3}, \"P\": {\"A\": 6}}", "{}",
                  "'cell_distributions.P' has 6 cells, the types have 7");
    check_refused("{\"Q\": {\"A\": 3}}", "{}", "'cell_distributions.P' is missing");
    check_refused("{\"Q\": {\"A\": 3}, \"P\": {\"A\": 7}, \"R\": {}}", "{}",
                  "cell_distributions: the types have no population 'R'");
    check_refused("{\"Q\": {\"A\": 3}, \"P\": {\"C\": 7}}", "{}",
                  "cell_distributions.P: 'layer_extents' has no layer 'C'");
    check_refused("{\"Q\": {\"A\": 3}, \"P\": {\"@C\": 7}}", "{}",
                  "cell_distributions.P: layer '@C' names a generator of places; give the places with "
                  "'points'");
    check_refused("{\"Q\": {\"A\": 3}, \"P\": {\"A\": 7}}", "{\"P\": {\"A\": [6, 9]}}",
                  "'cell_constraints.P.A' leaves nothing of the layer");
}

/* Given places stay, and others keep away from them. */
TEST(given_places_stay)
{
    double given[3 * 20];
    struct spread_group groups[] = {
        { .low = { 95, 95, 95 }, .high = { 105, 105, 105 }, .count = 20, .given = given },
        { .high = { 200, 200, 200 }, .count = 500 },
    };
    struct spread_point *points;
    double least = INFINITY;

    for (int i = 0; i < 60; i++)
        given[i] = 95 + (i * 37 % 60) / 6.0;
    points = run(groups, 2, 4);
    for (size_t i = 0; i < 20; i++)
        for (size_t k = 0; k < 3; k++)
            CHECK(points[i].at[k] == given[3 * i + k]);
    for (size_t i = 20; i < 520; i++)
        for (size_t j = 0; j < 20; j++)
            least = fmin(least, sqrt(pow(points[i].at[0] - given[3 * j], 2) +
                                     pow(points[i].at[1] - given[3 * j + 1], 2) +
                                     pow(points[i].at[2] - given[3 * j + 2], 2)));
    CHECK(least > 3);
    free(points);
}

static void
write_points(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    CHECK(file);
    CHECK(fputs(text, file) >= 0);
    CHECK(fclose(file) == 0);
}

TEST(places_from_a_file)
{
    struct fx_error err = FX_ERROR_NONE;
    const char *path = test_path("a.csv");
    double *uvl, low[3], high[3];

    write_points(path, "u, v, l   # um\r\n\r\n1,2.5,3e1 # one\r\n-4\t5 6");
    CHECK_OK(points_read(path, "P", 2, &uvl, &err), err);
    CHECK(uvl[0] == 1 && uvl[1] == 2.5 && uvl[2] == 30 && uvl[3] == -4 && uvl[5] == 6);
    points_box(uvl, 2, low, high);
    CHECK(low[0] == -4 && high[0] == 1 && low[2] == 6 && high[2] == 30);
    free(uvl);
}

static void
check_points(const char *text, size_t count, unsigned line, const char *message)
{
    struct fx_error err = FX_ERROR_NONE;
    const char *path = test_path("a.csv");
    double *uvl;

    write_points(path, text);
    CHECK(points_read(path, "P", count, &uvl, &err));
    CHECK_STR(err.text, message);
    CHECK_INT(err.line, line);
}

TEST(files_that_are_no_places)
{
    check_points("1,2,3\n1,2,x\n", 2, 2, "'x' is no number");
    check_points("u,v,l\nu,v,l\n1,2,3\n", 1, 2, "'u' is no number");
    check_points("u,v,l,,,,,,,,,\n", 1, 0, "there are 0 places for 1 somata");
    check_points("1,2\n2,3,4\n", 2, 1, "a place is three numbers: u, v, l");
    check_points("1,2,3,4\n", 1, 1, "a place is three numbers: u, v, l");
    check_points("1,2,3\n4,5,6\n", 1, 2, "there are more places than the 1 somata");
    check_points("1.0,2.0,3.0\n", 2, 0, "there are 1 places for 2 somata");
    check_points("1,2,3\n", 4000000000u, 0, "there are not places for 4000000000 somata in it");
    check_points("1,inf,3\n", 1, 1, "'inf' is no number");
}

TEST(groups_with_given_places)
{
    struct fx_error err = FX_ERROR_NONE;
    struct setting s;
    struct soma_groups groups;
    const char *path = test_path("q.csv");
    json_t *cells = parse("{\"Q\": {\"@X\": 2, \"A\": 1}, \"P\": {\"B\": 7}}");
    json_t *points = json_pack("{s: {s: s}}", "Q", "@X", path);
    json_t *outside = json_pack("{s: {s: s}}", "Q", "A", path);
    json_t *layers = parse("{\"Q\": {\"A\": 3}, \"P\": {\"B\": 7}}");

    set_up(&s);
    s.config.distributions = cells;
    s.config.points = points;
    write_points(path, "90 1 2\n100 2 3\n");
    CHECK_OK(soma_groups_read(&s.config, &s.types, &groups, &err), err);
    CHECK_INT(groups.count, 3);
    CHECK(groups.at[1].given && groups.at[1].low[0] == 90 && groups.at[1].high[0] == 100);
    CHECK(!groups.at[0].given && !groups.at[2].given);
    soma_groups_release(&groups);
    s.config.distributions = layers;
    s.config.points = outside;
    write_points(path, "90 1 2\n1 1 1\n2 2 2\n");
    CHECK(soma_groups_read(&s.config, &s.types, &groups, &err));
    CHECK_STR(err.text, "its places reach from 1 to 90 along u, but layer 'A' of Q from 0 to 10");
    tear_down(&s);
    json_decref(layers);
    json_decref(outside);
    json_decref(points);
    json_decref(cells);
}

TEST(gids_ascend_with_u_and_rounding_stays_within)
{
    struct spread_group at[] = { { .high = { 0.1, 0.7, 0.3 }, .count = 3, .first = 0 } };
    uint32_t population[] = { 4 };
    struct soma_groups groups = { at, population, 1 };
    struct spread_point points[] = { { { 0.1, 0.7, 0.3 } }, { { 0, 0, 0 } }, { { 0.05, 0.7, 0.3 } } };
    size_t count;
    struct soma_place *places = soma_places(&groups, points, 4, &count);

    CHECK_INT(count, 3);
    CHECK(places[0].uvl[0] < places[1].uvl[0] && places[1].uvl[0] < places[2].uvl[0]);
    for (int k = 0; k < 3; k++)
        CHECK((double)places[2].uvl[k] <= at[0].high[k]);
    free(places);
}
