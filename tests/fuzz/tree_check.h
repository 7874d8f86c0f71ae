/*
 * tree_check - what holds of every morphology that a reader of ours returns, whatever it read.
 */
#ifndef FUZZ_TREE_CHECK_H
#define FUZZ_TREE_CHECK_H

#include <math.h>

#include "common/morphology.h"
#include "fuzz.h"

static void
tree_check_sections(const struct morphology *m)
{
    FUZZ_CHECK(m->section_count > 0 && m->section_start[0] == 0);
    for (size_t s = 0; s < m->section_count; s++) {
        double at[3];

        FUZZ_CHECK(m->section_start[s] < m->section_start[s + 1]);
        for (uint32_t i = m->section_start[s]; i < m->section_start[s + 1]; i++) {
            FUZZ_CHECK(m->section_points[i] < m->point_count && m->arc[i] >= 0);
            FUZZ_CHECK(i == m->section_start[s] || m->arc[i - 1] <= m->arc[i]);
        }
        FUZZ_CHECK(isfinite(m->section_length[s]));
        FUZZ_CHECK(m->section_parent[s] >= -1 && m->section_parent[s] < (int64_t)m->section_count);
        FUZZ_CHECK(m->section_parent_at[s] >= 0 && m->section_parent_at[s] <= 1);
        morphology_at(m, s, 0.3, at);
        FUZZ_CHECK(isfinite(at[0]) && isfinite(at[1]) && isfinite(at[2]));
        FUZZ_CHECK(morphology_radius_at(m, s, 0.7) > 0);
        FUZZ_CHECK(morphology_nearest_point(m, s, 0.5) < m->point_count);
    }
}

static void
tree_check(const struct morphology *m)
{
    FUZZ_CHECK(m->point_count > 0 && m->point_count <= MORPHOLOGY_MOST_POINTS);
    for (size_t i = 0; i < m->point_count; i++) {
        FUZZ_CHECK(m->parent[i] >= -1 && m->parent[i] < (int64_t)m->point_count);
        FUZZ_CHECK(isfinite(m->x[i]) && isfinite(m->radius[i]));
    }
    tree_check_sections(m);
    for (size_t e = 0; e < m->edge_count; e++)
        FUZZ_CHECK(m->edge_source[e] < m->section_count &&
                   m->edge_destination[e] < m->section_count);
}

#endif
