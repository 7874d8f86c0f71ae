#include "gap_junctions/places.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The distance from the soma of what hangs at `at` um of a section that begins `start` um from it; the
 * root's section (-1: no parent) holds the soma in its middle. */
static double
distance_on(const struct morphology *m, const double *start, size_t s, double at)
{
    return m->section_parent[s] < 0 ? fabs(at - m->section_length[s] / 2) : start[s] + at;
}

/* Parents may have larger numbers than their children: each chain is climbed until it is known. */
static void
find_starts(const struct morphology *m, double *start)
{
    uint32_t *chain = mem_new(m->section_count + 1, sizeof *chain);
    bool *known = mem_new(m->section_count + 1, sizeof *known);

    for (size_t s = 0; s < m->section_count; s++) {
        size_t depth = 0, at = s;

        while (!known[at]) {
            chain[depth++] = (uint32_t)at;
            known[at] = true;
            if (m->section_parent[at] >= 0)
                at = (size_t)m->section_parent[at];
        }
        while (depth > 0) {
            size_t child = chain[--depth];
            int32_t parent = m->section_parent[child];

            start[child] = parent < 0 ? 0
                         : distance_on(m, start, (size_t)parent, m->section_parent_at[child] *
                                                                     m->section_length[parent]);
        }
    }
    free(chain);
    free(known);
}

static void
add_stretch(struct places *places, uint32_t section, double from, double to)
{
    if (!(to > from))
        return;
    places->at[places->count++] = (struct stretch){ section, from, places->length, to - from };
    places->length += to - from;
}

static void
add_section(struct places *places, const struct morphology *m, size_t s, const bool layer[256])
{
    for (uint32_t k = m->section_start[s]; k + 1 < m->section_start[s + 1]; k++) {
        double from = m->arc[k], to = m->arc[k + 1], middle = (from + to) / 2;

        if (layer[(uint8_t)m->layer[m->section_points[k]]])
            add_stretch(places, (uint32_t)s, from, middle);
        if (layer[(uint8_t)m->layer[m->section_points[k + 1]]])
            add_stretch(places, (uint32_t)s, middle, to);
    }
}

void
places_init(struct places *places, const struct morphology *m, const bool section[256],
            const bool layer[256])
{
    size_t points = m->section_start[m->section_count];

    *places = (struct places){ .at = mem_new(2 * points + 1, sizeof *places->at) };
    places->start = mem_new(m->section_count + 1, sizeof *places->start);
    places->section_length = mem_new(m->section_count + 1, sizeof *places->section_length);
    memcpy(places->section_length, m->section_length,
           m->section_count * sizeof *places->section_length);
    find_starts(m, places->start);
    for (size_t s = 0; s < m->section_count; s++) {
        if (section[(uint8_t)m->section_type[s]])
            add_section(places, m, s, layer);
        /* So that a place on it is at |x - L / 2|. */
        if (m->section_parent[s] < 0)
            places->start[s] = -m->section_length[s] / 2;
    }
}

void
places_release(struct places *places)
{
    free(places->at);
    free(places->start);
    free(places->section_length);
    *places = (struct places){ 0 };
}

struct place
places_at(const struct places *places, double fraction)
{
    double wanted = fraction * places->length, at, position;
    size_t low = 0, high = places->count - 1;
    const struct stretch *stretch;

    assert(places->length > 0);
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;

        if (places->at[middle].before <= wanted)
            low = middle;
        else
            high = middle - 1;
    }
    stretch = &places->at[low];
    at = stretch->from + fmin(wanted - stretch->before, stretch->length);
    position = fmin(at / places->section_length[stretch->section], 1);
    return (struct place){ stretch->section, (float)position,
                           fabs(places->start[stretch->section] + at) };
}
