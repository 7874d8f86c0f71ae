/* Neighbours against all pairs; places on a tree against walking along it. */
#include "test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "common/rng.h"
#include "gap_junctions/neighbours.h"
#include "gap_junctions/places.h"

/* --- neighbours ------------------------------------------------------------------------------------------ */

static void
check_neighbours(size_t count, const double box[3], double reach, uint32_t stream)
{
    struct rng rng = rng_start(1, RNG_TEST, stream, 0);
    float *at[3];
    struct neighbours n;
    struct near_list list = { 0 };

    for (int k = 0; k < 3; k++) {
        at[k] = mem_new(count + 1, sizeof(float));
        for (size_t i = 0; i < count; i++)
            at[k][i] = (float)(box[k] * rng_uniform(&rng));
    }
    neighbours_init(&n, (const float *const *)at, count, reach);
    for (uint32_t i = 0; i < count + 20; i++) {
        double place[3];
        uint32_t from = rng_below(&rng, 3) ? 0 : i;
        size_t next = 0;

        for (int k = 0; k < 3; k++)     /* cells, and places that may lie outside */
            place[k] = i < count ? at[k][i] : box[k] * (3 * rng_uniform(&rng) - 1);
        neighbours_find(&n, place, from, &list);
        for (uint32_t j = from; j < count; j++) {
            double x = at[0][j] - place[0], y = at[1][j] - place[1], z = at[2][j] - place[2];
            double distance = sqrt(x * x + y * y + z * z);

            if (distance > reach)
                continue;
            CHECK(next < list.count);
            CHECK_INT(list.at[next].cell, j);
            CHECK_NEAR(list.at[next++].distance, distance, 0);
        }
        CHECK_INT(list.count, next);
    }
    free(list.at);
    neighbours_release(&n);
    for (int k = 0; k < 3; k++)
        free(at[k]);
}

TEST(neighbours_are_those_of_all_pairs)
{
    check_neighbours(500, (double[]){ 300, 300, 300 }, 40, 1);
    check_neighbours(500, (double[]){ 1000, 200, 0 }, 30, 2);
    check_neighbours(300, (double[]){ 300, 300, 300 }, 1000, 3);
    check_neighbours(300, (double[]){ 300, 300, 300 }, 1e-3, 4);
    check_neighbours(300, (double[]){ 0, 0, 0 }, 5, 5);
    check_neighbours(1, (double[]){ 300, 300, 300 }, 40, 6);
    check_neighbours(0, (double[]){ 300, 300, 300 }, 40, 7);
}

TEST(neighbours_at_the_very_reach_count)
{
    float x[] = { 0, 10, 20, 30.0001f }, zero[4] = { 0 };
    const float *const at[3] = { x, zero, zero };
    struct near_list list = { 0 };
    struct neighbours n;

    neighbours_init(&n, at, 4, 10);
    neighbours_find(&n, (double[]){ 10, 0, 0 }, 0, &list);
    CHECK_INT(list.count, 3);
    neighbours_find(&n, (double[]){ 20, 0, 0 }, 3, &list);
    CHECK_INT(list.count, 0);
    free(list.at);
    neighbours_release(&n);
}

/* --- places -------------------------------------------------------------------------------------------- */

/*
 * Section 0: soma, 20 um, layer 1. On its end section 1, apical, 40 um, layer 1; on the end of that
 * section 2, apical, 40 um, layer 1 for one half and 2 for the other, and section 3, apical, 10 um,
 * layer 2. On the soma's start section 4, basal, 60 um, layer 3.
 */
static void
make_tree(struct morphology *m)
{
    static const float POINTS[][6] = {  /* type, x, y, radius, parent, layer */
        { 1, 0, 0, 5, -1, 1 }, { 1, 0, 20, 5, 0, 1 },
        { 4, 0, 20, 1, 1, 1 }, { 4, 0, 60, 1, 2, 1 }, { 4, 0, 80, 1, 3, 1 }, { 4, 0, 120, 1, 4, 2 },
        { 3, 0, 0, 1, 0, 3 }, { 3, 60, 0, 1, 6, 3 },
        { 4, 0, 60, 1, 3, 2 }, { 4, 10, 60, 1, 8, 2 },
    };
    struct fx_error err = FX_ERROR_NONE;

    morphology_init(m, sizeof POINTS / sizeof *POINTS);
    for (size_t i = 0; i < m->point_count; i++) {
        m->swc_type[i] = (int8_t)POINTS[i][0];
        m->x[i] = POINTS[i][1];
        m->y[i] = POINTS[i][2];
        m->radius[i] = POINTS[i][3];
        m->parent[i] = (int32_t)POINTS[i][4];
        m->layer[i] = (int8_t)POINTS[i][5];
    }
    CHECK_OK(morphology_contract(m, &err), err);
}

/* Walks all sections in steps of 0.001 um: the place after `fraction` of what is allowed. */
static double
walk(const struct morphology *m, const bool section[256], const bool layer[256], double wanted,
     uint32_t *in, double *position)
{
    const double step = 0.001;
    double done = 0;

    for (size_t s = 0; s < m->section_count; s++) {
        if (!section[(uint8_t)m->section_type[s]])
            continue;
        for (double at = step / 2; at < m->section_length[s]; at += step) {
            uint16_t point = morphology_nearest_point(m, s, at / m->section_length[s]);

            if (!layer[(uint8_t)m->layer[point]])
                continue;
            done += step;
            *in = (uint32_t)s;
            *position = at / m->section_length[s];
            if (done >= wanted)
                return done;
        }
    }
    return done;
}

static void
check_places(const int *types, const int *layers, double length)
{
    bool section[256] = { false }, layer[256] = { false };
    struct morphology m;
    struct places places;

    for (; *types; types++)
        section[*types] = true;
    if (!layers)
        memset(layer, true, sizeof layer);
    for (; layers && *layers; layers++)
        layer[*layers] = true;
    make_tree(&m);
    places_init(&places, &m, section, layer);
    CHECK_NEAR(places.length, length, 1e-4);
    for (double f = 0.01; length > 0 && f < 1; f += 0.07) {
        struct place place = places_at(&places, f);
        double position = 0;
        uint32_t in = 0;

        walk(&m, section, layer, f * places.length, &in, &position);
        CHECK_INT(place.section, in);
        CHECK_NEAR(place.position, position, 0.002 / m.section_length[in]);
    }
    places_release(&places);
    morphology_release(&m);
}

TEST(places_are_even_over_the_length_that_is_allowed)
{
    check_places((int[]){ 4, 0 }, NULL, 90);
    check_places((int[]){ 1, 3, 4, 0 }, NULL, 170);
    check_places((int[]){ 4, 0 }, (int[]){ 2, 0 }, 30);
    check_places((int[]){ 3, 4, 0 }, (int[]){ 1, 3, 0 }, 120);
    check_places((int[]){ 2, 0 }, NULL, 0);
    check_places((int[]){ 4, 0 }, (int[]){ 7, 0 }, 0);
}

TEST(distances_run_along_the_tree_from_the_middle_of_the_soma)
{
    bool all[256], section[256] = { false };
    struct morphology m;
    struct places places;
    struct place place;

    memset(all, true, sizeof all);
    make_tree(&m);
    CHECK_INT(m.section_count, 5);
    places_init(&places, &m, all, all);
    place = places_at(&places, 5.0 / 170);          /* soma, 5 of 20 um */
    CHECK_INT(place.section, 0);
    CHECK_NEAR(place.distance, 5, 1e-9);
    place = places_at(&places, 12.0 / 170);
    CHECK_NEAR(place.distance, 2, 1e-9);
    places_release(&places);
    section[3] = true;
    places_init(&places, &m, section, all);
    CHECK_NEAR(places_at(&places, 0.5).distance, 10 + 30, 1e-9);
    places_release(&places);
    section[3] = false;
    section[4] = true;
    places_init(&places, &m, section, all);
    for (double f = 0.05; f < 1; f += 0.1) {
        place = places_at(&places, f);
        CHECK_NEAR(place.distance, m.section_parent[place.section] == 0
                                       ? 10 + place.position * m.section_length[place.section]
                                       : 10 + 40 + place.position * m.section_length[place.section],
                   1e-4);
    }
    places_release(&places);
    morphology_release(&m);
}
